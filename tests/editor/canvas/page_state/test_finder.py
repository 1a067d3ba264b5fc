"""What a search over a project finds, and in which order."""

from __future__ import annotations

from app.document.model.diagram import Block, Monitor, Note, Page, Project
from app.editor.canvas.page_state.finder import find_in


def _project() -> Project:
    first = [
        Block(id="a", symbol="Const", pins={"val": "{3,4}"}),
        Block(id="b", symbol="Negate"),
        Block(id="c", symbol="Negate", label="Cost"),
    ]
    note = Note(id="n", text="What the cost\nmeans " + "and so on " * 20)
    monitor = Monitor(id="m", kind="curve", pins=("c.y",), options={"title": "cost by step"})
    second = [Block(id="cost", symbol="Mean"), Block(id="total_cost", symbol="Sum")]
    return Project(
        pages=[
            Page(name="net", blocks={b.id: b for b in first}, notes={"n": note}, monitors={"m": monitor}),
            Page(name="digits train", blocks={b.id: b for b in second}),
        ]
    )


def _places(text: str, first: str | None = None) -> list[tuple[str, str]]:
    return [(hit.page, hit.item) for hit in find_in(_project(), text, first)]


def test_ids_symbols_labels_texts_notes_and_titles_are_found_in_any_case() -> None:
    assert _places("NEG") == [("net", "b"), ("net", "c")]
    assert _places("{3,4") == [("net", "a")]
    assert _places("  ") == []
    expected = [("net", i) for i in ("c", "n", "m")] + [("digits train", i) for i in ("cost", "total_cost")]
    assert _places("cost") == expected


def test_the_page_in_front_comes_first_and_ids_before_the_rest() -> None:
    assert [page for page, _ in _places("cost", "digits train")] == ["digits train"] * 2 + ["net"] * 3
    assert _places("b")[0] == ("net", "b")


def test_page_and_block_lead_to_the_block() -> None:
    assert _places("digits/cost") == [("digits train", "cost"), ("digits train", "total_cost")]
    assert _places("net/c")[0] == ("net", "c")


def test_a_hit_says_where_the_text_stands() -> None:
    assert [hit.where for hit in find_in(_project(), "{3")] == ["val: {3,4}"]
    (note,) = [hit for hit in find_in(_project(), "cost") if hit.item == "n"]
    assert note.where.startswith("What the cost means")
    assert note.where.endswith("…")
