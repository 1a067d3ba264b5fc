"""Making a page of blocks and unpacking it: wires, texts and addresses go along, undoing gives the same bytes."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import pytest
from msgspec.structs import replace

from app.document.editing.base import EditRefused
from app.document.editing.document import Document
from app.document.editing.edits import AddPage, OrderPins, RenameBlock, SetSnapshots
from app.document.editing.page_making import PageMaking
from app.document.editing.page_unpacking import PageUnpacking
from app.document.model.diagram import Monitor, Note, Page, RunSettings, UnreadEntry
from app.document.storage.writer import dumps
from app.messages import message_of
from tests.support.function_pages import named, project


def _wires(page: Page) -> list[str]:
    return [f"{w.source} -> {w.target}" for w in page.wires]


def _chain() -> Page:
    """Return a page: read and w lead into three blocks, two outputs lead out, one of them twice."""
    blocks: dict[str, Any] = {
        "read": ("Const", {"val": "{1.0f,2.0f}"}), "w": "Variable", "first": ("Add", {"y": "1.0f"}), "both": "Stack",
        "split": ("Unique", {}), "end": "Sqrt", "more": "Neg", "session": "ClientSession",
    }  # fmt: skip
    wires = """
        read.output -> first.x
        first.z -> both.values
        read.output -> both.values
        w.ref -> both.values
        read.output -> split.x
        split.idx -> more.x
        both.output -> end.x
        end.y -> session.fetch_outputs
        both.output -> session.fetch_outputs
    """
    made = named("main", blocks, wires)
    made.notes["frame"] = Note(id="frame", kind="frame", text="part")
    made.monitors["curve"] = Monitor(id="curve", kind="curve", pins=("both.output[0]", "end.y"))
    made.monitors["knob"] = Monitor(id="knob", kind="control", pins=("first.y",))
    made.run = RunSettings(until="both.output[0] < 3", guard=("first.z", "end.y"))
    made.snapshots = {"start": {"npz": "s.npz"}}
    return made


def _fold(document: Document, page: str, blocks: list[str], name: str, notes: tuple[str, ...] = ()) -> str:
    making = PageMaking(document.project, page, blocks, name, document.catalog)
    document.apply(making.edit(notes))
    return making.use


def test_wires_that_cross_become_pins_named_by_what_they_carry() -> None:
    document = Document(project(_chain()))
    use = _fold(document, "main", ["first", "both", "split", "session"], "part of it", ("frame",))
    main, part = document.project.pages
    assert (use, part.name) == ("part_of_it", "part of it")
    assert _wires(main) == [
        "read.output -> part_of_it.read", "w.ref -> part_of_it.w", "part_of_it.idx -> more.x",
        "part_of_it.both_out -> end.x", "end.y -> session.fetch_outputs",
        "part_of_it.both_out -> session.fetch_outputs",
    ]  # fmt: skip
    assert _wires(part) == [
        "read.output -> first.x", "first.z -> both.values", "read.output -> both.values", "w.output -> both.values",
        "read.output -> split.x", "split.idx -> idx.input", "both.output -> both_out.input",
    ]  # fmt: skip
    symbols = [(b.id, b.symbol) for b in part.blocks.values() if b.symbol in ("Argument", "Result")]
    assert symbols == [("read", "Argument"), ("w", "Argument"), ("idx", "Result"), ("both_out", "Result")]
    assert "session" in main.blocks
    assert (list(main.notes), list(part.notes)) == ([], ["frame"])


def test_whatever_named_the_blocks_follows() -> None:
    document = Document(project(_chain()))
    _fold(document, "main", ["first", "both", "w"], "part")
    main, part = document.project.pages
    assert main.monitors["curve"].pins == ("part/both.output[0]", "end.y")
    assert (main.run.until, main.run.guard) == ("part/both.output[0] < 3", ("part/first.z", "end.y"))
    assert main.snapshots == {"start": {"npz": "s.npz", "moved": {"w": "part/w"}}}
    assert part.monitors["knob"].pins == ("first.y",)  # what changes a text goes with the text
    assert "knob" not in main.monitors


@pytest.mark.parametrize(
    "chosen", [["first"], ["first", "both", "split"], ["w", "both"], ["end", "more", "both"]]
)
def test_undoing_gives_the_same_bytes_and_unpacking_the_same_page(chosen: list[str]) -> None:
    document = Document(project(_chain()))
    before = dumps(document.project)
    use = _fold(document, "main", chosen, "part")
    folded = dumps(document.project)
    document.undo()
    assert dumps(document.project) == before
    document.redo()
    assert dumps(document.project) == folded
    document.apply(PageUnpacking(document.project, "main", use, document.catalog).edit())
    main, original = document.project.pages[0], _chain()
    assert {i: (b.symbol, b.pins) for i, b in main.blocks.items()} == {
        i: (b.symbol, b.pins) for i, b in original.blocks.items()
    }
    assert sorted(_wires(main)) == sorted(_wires(original))
    assert [w for w in _wires(main) if "both.values" in w] == [
        w for w in _wires(original) if "both.values" in w
    ]
    assert (main.monitors["curve"], main.run) == (original.monitors["curve"], original.run)
    assert main.snapshots == original.snapshots
    document.undo()
    document.undo()
    assert dumps(document.project) == before


def test_blocks_of_a_page_that_stands_as_a_block_move_on_in_the_addresses_of_its_users() -> None:
    inner = named("inner", {"x": "Argument", "w": "Variable", "sum": "Add", "y": "Result"},
                  "x.output -> sum.x\nw.ref -> sum.y\nsum.z -> y.input")  # fmt: skip
    middle = named(
        "middle", {"x": "Argument", "a": "page:inner", "y": "Result"}, "x.output -> a.x\na.y -> y.input"
    )
    main = named("main", {"one": ("page:middle", {"x": "1.0f"}), "two": ("page:inner", {"x": "2.0f"})})
    main.monitors["m"] = Monitor(id="m", kind="number", pins=("one/a/sum.z", "two/sum.z", "two.y", "one/a.y"))
    main.snapshots = {"s": {"npz": "s.npz"}}
    document = Document(project(main, middle, inner))
    before = dumps(document.project)
    _fold(document, "inner", ["w", "sum"], "deep")
    main = document.project.pages[0]
    assert main.monitors["m"].pins == ("one/a/deep/sum.z", "two/deep/sum.z", "two.y", "one/a.y")
    assert main.snapshots["s"]["moved"] == {"one/a/w": "one/a/deep/w", "two/w": "two/deep/w"}
    document.apply(PageUnpacking(document.project, "middle", "a", document.catalog).edit())
    assert main.monitors["m"].pins[0] == "one/deep/sum.z"
    assert main.monitors["m"].pins[3] == "one/deep.sum_out"
    assert main.snapshots["s"]["moved"] == {"one/a/w": "one/deep/w", "two/w": "two/deep/w"}
    document.undo()
    document.undo()
    assert dumps(document.project) == before


def test_random_blocks_take_the_seeds_along_that_the_page_gave_them() -> None:
    made = named("main", {"dice": ("RandomNormal", {"shape": "{2}"}), "own": ("RandomUniform", {
        "shape": "{2}", "attrs": "seed_ = 3;"}), "end": "Sqrt"}, "dice.output -> end.x", seed=7)  # fmt: skip
    document = Document(project(made))
    _fold(document, "main", ["dice", "own"], "part")
    part = document.project.pages[1]
    assert part.blocks["own"].pins["attrs"] == "seed_ = 3;"
    assert part.blocks["dice"].pins["attrs"] == f"seed_ = 7; seed2_ = {crc32(b'dice')};"


def test_texts_at_a_use_are_typed_into_the_pins_that_they_reached() -> None:
    inner = named(
        "inner",
        {"x": ("Argument", {"default": "2.0f"}), "n": ("Argument", {"dtype": "DT_INT32"}), "sum": "Add",
         "pack": "Stack", "fill": "Fill", "y": "Result", "same": "Result"},
        "x.output -> sum.x\nx.output -> sum.y\nx.output -> pack.values\nn.output -> fill.dims\nsum.z -> y.input\n"
        "x.output -> same.input",
    )  # fmt: skip
    main = named("main", {"use": ("page:inner", {"n": "{2}"}), "end": "Sqrt", "other": "Neg"},
                 "use.y -> end.x\nuse.same -> other.x")  # fmt: skip
    document = Document(project(main, inner))
    document.apply(PageUnpacking(document.project, "main", "use", document.catalog).edit())
    main = document.project.pages[0]
    assert main.blocks["sum"].pins == {"x": "2.0f", "y": "2.0f"}
    assert (main.blocks["x"].symbol, main.blocks["x"].pins) == ("Const", {"val": "2.0f"})
    assert (main.blocks["n"].symbol, main.blocks["n"].pins) == (
        "Const_ex",
        {"dtype": "DT_INT32", "val": "{2}"},
    )
    assert sorted(_wires(main)) == sorted(
        ["sum.z -> end.x", "x.output -> other.x", "x.output -> pack.values", "n.output -> fill.dims"]
    )


def test_the_device_of_a_use_goes_on_to_the_blocks_that_have_none() -> None:
    inner = named("inner", {"a": "Sqrt", "b": "Neg", "y": "Result"}, "a.y -> b.x\nb.y -> y.input")
    inner.blocks["b"].device = "/cpu:0"
    main = named("main", {"use": "page:inner"})
    main.blocks["use"].device = "/gpu:1"
    document = Document(project(main, inner))
    document.apply(PageUnpacking(document.project, "main", "use", document.catalog).edit())
    assert {i: b.device for i, b in main.blocks.items()} == {"a": "/gpu:1", "b": "/cpu:0"}


def test_a_pin_that_bears_another_name_keeps_texts_and_wires_at_every_use() -> None:
    inner = named("inner", {"x": "Argument", "y": "Result"}, "x.output -> y.input")
    middle = named("middle", {"use": "page:inner", "z": "Result"}, "use.y -> z.input")
    main = named("main", {"c": "Const", "one": "page:inner", "two": ("page:inner", {"x": "5", "odd": "kept"}),
                          "deep": "page:middle", "end": "Sqrt"}, "c.output -> one.x\none.y -> end.x")  # fmt: skip
    main.monitors["m"] = Monitor(id="m", kind="number", pins=("one.y[0]", "deep/use.y", "deep.z"))
    document = Document(project(main, middle, inner))
    before = dumps(document.project)
    document.apply(RenameBlock("inner", "x", "image"))
    document.apply(RenameBlock("inner", "y", "grey"))
    main, middle, inner = document.project.pages
    assert _wires(main) == ["c.output -> one.image", "one.grey -> end.x"]
    assert main.blocks["two"].pins == {"image": "5", "odd": "kept"}
    assert main.monitors["m"].pins == ("one.grey[0]", "deep/use.grey", "deep.z")
    assert _wires(middle) == ["use.grey -> z.input"]
    assert _wires(inner) == ["image.output -> grey.input"]
    document.undo()
    document.undo()
    assert dumps(document.project) == before


def test_pins_take_another_order() -> None:
    inner = named("inner", {"a": "Argument", "sum": "Add", "b": "Argument", "y": "Result"},
                  "a.output -> sum.x\nb.output -> sum.y\nsum.z -> y.input")  # fmt: skip
    document = Document(project(named("main", {"use": "page:inner"}), inner))
    document.apply(OrderPins("inner", ["b", "a"]))
    assert list(document.project.pages[1].blocks) == ["b", "sum", "a", "y"]
    symbol = document.catalog.get("page:inner")
    assert symbol is not None
    assert [p.name for p in symbol.inputs if p.kind == "tensor"] == ["b", "a"]
    document.undo()
    assert list(document.project.pages[1].blocks) == ["a", "sum", "b", "y"]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (["session"], "no block here"),
        ([], "no block here"),
        (["feed"], "feed.output to session.feeds"),
        (["lone"], "no pins"),
    ],
)
def test_what_cannot_be_a_page_is_refused_with_the_reason(chosen: list[str], words: str) -> None:
    blocks = {"c": "Const", "feed": "FeedType", "lone": "NoOp", "session": "ClientSession"}
    made = named("main", blocks, "feed.output -> session.feeds\nc.output -> session.fetch_outputs")
    document = Document(project(made))
    before = dumps(document.project)
    with pytest.raises(EditRefused) as refused:
        _fold(document, "main", chosen, "part")
    assert words in message_of(refused.value.problem)
    assert dumps(document.project) == before


def test_a_page_in_the_making_takes_no_name_that_is_there() -> None:
    document = Document(project(_chain()))
    document.apply(AddPage(Page(name="part")))
    with pytest.raises(EditRefused):
        _fold(document, "main", ["first"], "part")


def test_snapshots_follow_a_use_that_bears_another_id() -> None:
    inner = named("inner", {"w": "Variable", "y": "Result"}, "w.ref -> y.input")
    document = Document(project(named("main", {"use": "page:inner"}), inner))
    document.apply(SetSnapshots("main", {"s": {"npz": "s.npz"}}))
    document.apply(RenameBlock("main", "use", "layer"))
    document.apply(RenameBlock("inner", "w", "weights"))
    assert document.project.pages[0].snapshots["s"]["moved"] == {"use/w": "layer/weights"}


def test_what_does_not_read_stays_beside_its_neighbours() -> None:
    made = _chain()
    made.unread = [UnreadEntry("wires", 4, ["x"]), UnreadEntry("blocks", 8, {"id": ""})]
    document = Document(project(replace(made)))
    _fold(document, "main", ["first", "both"], "part")
    assert [(e.section, e.index) for e in document.project.pages[0].unread] == [("wires", 2), ("blocks", 6)]
