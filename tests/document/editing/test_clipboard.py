"""Copy and paste: what the clipboard text holds, and how it lands on a page."""

import pytest

from app.document.editing.clipboard import from_fragment, place_fragment, to_fragment
from app.document.model.diagram import Block, Monitor, Note, Page, PinRef, Project, Wire
from app.document.storage.reader import loads
from app.document.storage.writer import dumps


def wire(source, target, **more):
    return Wire(source=PinRef.parse(source), target=PinRef.parse(target), **more)


@pytest.fixture
def page():
    blocks = [Block(id=i, symbol="Neg", at=(10 * n, 0), pins={"x": i}) for n, i in enumerate("abc")]
    return Page(
        name="p",
        blocks={b.id: b for b in blocks},
        wires=[wire("a.y", "b.x", route=((1, 2),)), wire("b.y[0]", "c.x"), wire("c.y", "c.z")],
        notes={"n": Note(id="n", at=(0, 0), text="hi")},
        monitors={"m": Monitor(id="m", kind="number", pins=("b.y[0]", "a.y"))},
    )


def test_a_selection_is_a_project_text_with_the_wires_inside_it(page):
    text = to_fragment(page, ["b", "a"], ["n"])
    (part,) = loads(text).project.pages
    assert list(part.blocks) == ["a", "b"]
    assert part.wires == page.wires[:1]
    assert (list(part.notes), list(part.monitors)) == (["n"], [])
    assert from_fragment(text) == (part, [], {})


def test_a_paste_gives_fresh_ids_and_rewires_the_copies(page):
    part = from_fragment(to_fragment(page, "abc", ["n"], ["m"])).page
    project = Project(pages=[page])
    for _ in range(2):
        place_fragment(page, part, (5, 7)).do(project)
    assert list(page.blocks) == ["a", "b", "c", "a_2", "b_2", "c_2", "a_3", "b_3", "c_3"]
    assert [f"{w.source} {w.target}" for w in page.wires[3:6]] == [
        "a_2.y b_2.x",
        "b_2.y[0] c_2.x",
        "c_2.y c_2.z",
    ]
    assert page.wires[3].route == ((6, 9),)
    assert (page.blocks["b_2"].at, page.blocks["b_2"].pins) == ((15, 7), {"x": "b"})
    assert (page.notes["n_2"].at, page.notes["n_2"].text) == ((5, 7), "hi")
    assert page.monitors["m_3"].pins == ("b_3.y[0]", "a_3.y")


def test_a_copy_of_a_numbered_block_gets_the_next_number(page):
    other = Page(name="q", blocks={i: Block(id=i, symbol="S") for i in ("w_2", "new")})
    page.blocks["w_2"] = Block(id="w_2", symbol="S")
    assert [b.id for b in place_fragment(page, other, (0, 0)).blocks] == ["w", "new"]


def test_a_monitor_pasted_without_its_block_keeps_looking_at_the_original(page):
    part = from_fragment(to_fragment(page, (), (), ["m"])).page
    (copy,) = place_fragment(page, part, (0, 0)).monitors
    assert (copy.id, copy.pins) == ("m_2", ("b.y[0]", "a.y"))


def test_pasting_does_not_change_the_fragment(page):
    part = from_fragment(to_fragment(page, "abc")).page
    before = from_fragment(to_fragment(page, "abc")).page
    project = Project(pages=[page])
    edit = place_fragment(page, part, (1, 1))
    edit.do(project)
    page.blocks["a_2"].pins["x"] = "changed"
    assert part == before


def test_a_whole_file_with_several_pages_pastes_as_one_page():
    first = Page(name="1", blocks={"a": Block(id="a", symbol="A")})
    second = Page(name="2", blocks={i: Block(id=i, symbol="B") for i in "ab"}, wires=[wire("a.y", "b.x")])
    merged = from_fragment(dumps(Project(pages=[first, second])).decode()).page
    assert [(b.id, b.symbol) for b in merged.blocks.values()] == [("a", "A"), ("a_2", "B"), ("b", "B")]
    assert [f"{w.source} {w.target}" for w in merged.wires] == ["a_2.y b.x"]


def test_wires_to_blocks_that_are_not_there_are_left_out():
    text = (
        '{"format": "tensorblocks", "version": 1, "pages": [{"name": "p", '
        '"blocks": [{"id": "my id", "symbol": "A"}], "wires": [["gone.x", "gone.y"]]}]}'
    )
    edit = place_fragment(Page(name="q"), from_fragment(text).page, (0, 0))
    assert [b.id for b in edit.blocks] == ["my_id"]
    assert list(edit.wires) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "some words",
        "[1, 2]",
        '{"format": "tensorblocks"}',
        '{"format": "tensorblocks", "version": 3, "pages": [{"name": "p"}]}',
        '{"format": "tensorblocks", "version": 1, "pages": []}',
        "\ud800",
    ],
)
def test_foreign_text_is_no_fragment(text):
    assert from_fragment(text) is None
