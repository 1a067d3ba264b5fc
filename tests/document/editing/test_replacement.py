"""What a block takes along when another symbol takes its place."""

from __future__ import annotations

from app.document.editing.document import Document
from app.document.editing.replacement import Replacement, replacement
from app.document.model.diagram import Block, Monitor, Page, PinRef, Project, RunSettings, Wire
from blocks.catalog import load
from blocks.tensor_spec import TensorSpec


def _page(middle: Block, wires: list[tuple[str, str]], **members: object) -> Page:
    ends = {i: Block(id=i, symbol=s) for i, s in (("a", "Const"), ("b", "Const"), ("c", "Identity"))}
    made = [Wire(source=PinRef.parse(s), target=PinRef.parse(t)) for s, t in wires]
    return Page(name="p", blocks={**ends, middle.id: middle}, wires=made, **members)  # type: ignore[arg-type]


def _replaced(page: Page, block: str, symbol: str, types: dict[str, str] | None = None) -> Replacement:
    specs = {pin: TensorSpec(dtype, None) for pin, dtype in (types or {}).items()}
    new = load().get(symbol)
    assert new is not None
    found = replacement(page, load(), block, new, specs)
    document = Document(Project(pages=[page]))
    with document.group("Replace"):
        for edit in found.edits:
            document.apply(edit)
    return found


def _wires(page: Page) -> list[tuple[str, str]]:
    return [(str(w.source), str(w.target)) for w in page.wires]


def test_pins_of_the_same_name_stay_wired_and_typed() -> None:
    page = _page(Block(id="m", symbol="Add", pins={"y": "2.0"}), [("a.output", "m.x"), ("m.z", "c.input")])
    found = _replaced(page, "m", "Multiply")
    assert (page.blocks["m"].symbol, page.blocks["m"].pins) == ("Multiply", {"y": "2.0"})
    assert _wires(page) == [("a.output", "m.x"), ("m.z", "c.input")]
    assert (found.lost_wires, found.lost_texts) == ([], [])


def test_wires_of_other_names_go_to_the_pins_in_their_order() -> None:
    wires = [("b.output", "m.y"), ("a.output", "m.x"), ("m.z", "c.input")]
    page = _page(Block(id="m", symbol="Add"), wires)
    found = _replaced(page, "m", "MatMul", {"a.output": "float32", "b.output": "float32"})
    assert _wires(page) == [("b.output", "m.b"), ("a.output", "m.a"), ("m.product", "c.input")]
    assert not found.lost_wires


def test_what_finds_no_pin_is_cut_and_named() -> None:
    wires = [("a.output", "m.x"), ("b.output", "m.y"), ("m.z", "c.input")]
    page = _page(Block(id="m", symbol="Add"), wires)
    found = _replaced(page, "m", "Abs")
    assert _wires(page) == [("a.output", "m.x"), ("m.y", "c.input")]
    assert [str(w.source) for w in found.lost_wires] == ["b.output"]


def test_a_wire_whose_dtype_does_not_fit_is_cut() -> None:
    page = _page(Block(id="m", symbol="Identity"), [("a.output", "m.input"), ("m.output", "c.input")])
    found = _replaced(page, "m", "DecodePng", {"a.output": "float32"})  # decodes the bytes of a string
    assert _wires(page) == [("m.image", "c.input")]
    assert [str(w.target) for w in found.lost_wires] == ["m.input"]


def test_texts_and_attrs_stay_only_where_the_new_symbol_reads_them() -> None:
    attrs = "transpose_a_ = true; adj_x_ = true;"
    page = _page(Block(id="m", symbol="MatMul", pins={"a": "{{1.0}}", "attrs": attrs}), [])
    found = _replaced(page, "m", "BatchMatMul")
    assert page.blocks["m"].pins == {"attrs": "adj_x_ = true;"}
    assert found.lost_texts == ["a", "transpose_a_"]


def test_monitors_and_the_condition_follow_an_output_of_another_name() -> None:
    monitor = Monitor(id="w", kind="number", pins=("m.z[0]", "a.output"))
    page = _page(
        Block(id="m", symbol="Add"), [("a.output", "m.x")],
        monitors={"w": monitor}, run=RunSettings(until="m.z < 1", guard=("m.z",)),
    )  # fmt: skip
    _replaced(page, "m", "MatMul")
    assert page.monitors["w"].pins == ("m.product[0]", "a.output")
    assert (page.run.until, page.run.guard) == ("m.product < 1", ("m.product",))


def test_undo_gives_the_very_page_back() -> None:
    wires = [("a.output", "m.x"), ("b.output", "m.y"), ("m.z", "c.input")]
    page = _page(Block(id="m", symbol="Add", pins={"attrs": "nonsense_ = 1;"}), wires)
    document = Document(Project(pages=[page]))
    before = page.blocks["m"].pins.copy(), _wires(page)
    symbol = load().get("Abs")
    assert symbol is not None
    with document.group("Replace"):
        for edit in replacement(page, load(), "m", symbol, {}).edits:
            document.apply(edit)
    document.undo()
    assert (page.blocks["m"].symbol, page.blocks["m"].pins, _wires(page)) == ("Add", *before)
    assert len(document.history.names()) == 1
