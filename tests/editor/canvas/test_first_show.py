"""A very large page that is shown for the first time: drawn between the events, and right before all is there."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import QPointF

from app.document.editing.document import Document
from app.document.editing.edits import AddBlocks, MoveItems, SetPageView, SetPin
from app.document.model.diagram import Block, Note, Page
from app.document.model.view import NoteView
from app.editor.canvas.interactions.copy_drag import CopyDrag
from app.editor.canvas.interactions.selection_actions import add_copies
from app.editor.canvas.page_canvas import PageCanvas
from app.editor.widgets.slices import LARGE
from app.editor.widgets.theme import DARK
from blocks.catalog import load
from tests.support.drawn_pages import canvas_of, drawn, finish, in_scene

SIZE = LARGE + 40


@pytest.fixture
def begun(qapp: Any) -> tuple[Document, PageCanvas]:
    """A page of which a few blocks are drawn."""
    document, canvas = canvas_of(SIZE)
    assert not canvas.items.blocks
    while len(canvas.items.blocks) < 40:
        canvas.items.late._go_on(perf_counter() + 0.001)
    assert len(canvas.items.blocks) < SIZE
    assert not canvas.items.wires
    return document, canvas


def _page(document: Document) -> Page:
    return document.project.pages[0]


def _drawn_at_once(document: Document) -> tuple[Any, Any]:
    """Return what is seen of the page where all of it is made in one go."""
    other = PageCanvas(document, _page(document).name, load(), DARK)
    other.items.build(_page(document))
    other.items.routes.finish()
    return drawn(other)


def test_it_is_drawn_between_the_events_as_it_would_be_at_once(begun: Any) -> None:
    document, canvas = begun
    extent = canvas.items.places.extent()
    finish(canvas)
    assert drawn(canvas) == _drawn_at_once(document)
    assert in_scene(canvas) == (SIZE, len(canvas.items.wires))
    assert canvas.items.places.extent() == extent


def test_all_is_selected_before_all_is_drawn(begun: Any) -> None:
    document, canvas = begun
    canvas.selection.choose_all()
    assert canvas.selection.blocks == _page(document).blocks.keys()
    assert len(canvas.selection.wires) == len({(w.source, w.target) for w in _page(document).wires})
    finish(canvas)
    for _ in canvas._on_drawn():
        pass
    assert canvas.selection.wires == canvas.items.wires.keys()
    canvas.selection._later.finish()
    assert all(item.selected_look for item in canvas.items.blocks.values())


def test_a_block_that_is_gone_to_is_drawn_and_shown_at_once(begun: Any) -> None:
    _, canvas = begun
    canvas.resize(800, 600)
    name = f"b{SIZE - 9}"
    assert name not in canvas.items.blocks
    canvas.selection.choose_ids([name])
    canvas.viewport.center_on(name)
    assert canvas.items.blocks[name].selected_look
    assert canvas.viewer.visible_rect().contains(canvas.items.blocks[name].rect())
    assert len(canvas.items.blocks) < SIZE


def test_an_edit_and_its_undo_before_all_is_drawn(begun: Any) -> None:
    document, canvas = begun
    page = _page(document)
    document.apply(SetPin(page.name, f"b{SIZE - 20}", "val", "{1,2}"))
    document.apply(AddBlocks(page.name, [Block(id="new", symbol="Negate", at=(-400.0, -400.0))]))
    document.undo()
    finish(canvas)
    assert "new" not in canvas.items.blocks
    assert drawn(canvas) == _drawn_at_once(document)


def test_a_block_placed_before_all_is_drawn_covers_none(begun: Any) -> None:
    _, canvas = begun
    placed = canvas.placer.place_symbol("MatMul", QPointF(60.0, 60.0))
    assert len(canvas.items.blocks) < SIZE
    finish(canvas)
    rect = canvas.items.blocks[placed].rect()
    assert not [i for i, b in canvas.items.blocks.items() if i != placed and b.rect().intersects(rect)]


def test_a_page_that_is_shown_otherwise_is_drawn_anew_between_the_events(begun: Any, qtbot: Any) -> None:
    document, canvas = begun
    finish(canvas)
    view = msgspec.structs.replace(_page(document).view, chips=False)
    document.apply(SetPageView(_page(document).name, view))
    assert not canvas.items.blocks
    finish(canvas)
    assert drawn(canvas) == _drawn_at_once(document)
    assert in_scene(canvas) == (SIZE, len(canvas.items.wires))


def test_what_a_folded_frame_hides_is_never_seen(qapp: Any) -> None:
    document, _ = canvas_of(SIZE)
    page = _page(document)
    frame = Note(id="frame", kind="frame", at=(-20, -20), size=(500, 400), view=NoteView(collapsed=True))
    page.notes["frame"] = frame
    canvas = PageCanvas(document, page.name, load(), DARK)
    assert not canvas.items.blocks["b0"].isVisible()


def test_going_to_a_block_looks_for_folded_frames_without_drawing_the_page(begun: Any) -> None:
    _, canvas = begun
    canvas.unfold_around(f"b{SIZE - 9}")
    assert len(canvas.items.blocks) < SIZE


def test_all_that_is_dragged_as_a_copy_is_drawn_first(begun: Any) -> None:
    document, canvas = begun
    canvas.selection.choose_all()
    drag = CopyDrag(canvas, QPointF(0.0, 0.0), "b0")
    drag.move(QPointF(40.0, 40.0))
    assert len(canvas.overlay.marks.copies) == len(_page(document).blocks)
    drag.cancel()


def test_what_is_pasted_before_all_is_drawn_covers_none(begun: Any) -> None:
    document, canvas = begun
    page = _page(document)
    fragment = Page(name="", blocks={"b0": msgspec.structs.replace(page.blocks["b0"])})
    below = page.blocks[f"b{SIZE - 2}"].at
    x, y = page.blocks["b0"].at
    add_copies(canvas, fragment, (below[0] - x, below[1] - y))
    finish(canvas)
    (new,) = canvas.selection.blocks
    rect = canvas.items.blocks[new].rect()
    assert not [i for i, b in canvas.items.blocks.items() if i != new and b.rect().intersects(rect)]


def test_where_the_blocks_lie_is_known_without_drawing_them(begun: Any) -> None:
    document, canvas = begun
    page, places, drawn_blocks = _page(document), canvas.items.places, len(canvas.items.blocks)
    moved = {block: (at.at[0] + 7.0, at.at[1] - 3.4) for block, at in list(page.blocks.items())[20:900]}
    document.apply(MoveItems(page.name, moved))
    found = places.rects(page.blocks)
    assert len(canvas.items.blocks) == drawn_blocks
    finish(canvas)
    assert found == places.rects(page.blocks)
    assert found["b30"][:2] == tuple(float(round(side)) for side in moved["b30"])


def test_an_arrow_key_before_all_is_drawn_draws_what_it_selects(begun: Any) -> None:
    document, canvas = begun
    row = list(_page(document).blocks)[1000 // 40 * 40 : 1000 // 40 * 40 + 2]
    canvas.selection.choose_ids(row[:1])
    canvas.keyboard._go("right")
    assert canvas.selection.blocks == {row[1]}
    assert canvas.items.blocks.keys() >= set(row)
    assert canvas.items.late.is_busy
