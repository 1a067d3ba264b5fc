"""Frames folded to their titles: what they hide, where wires end, how they are folded and opened."""

from __future__ import annotations

import msgspec
import pytest
from PySide6.QtCore import Qt

from app.document.editing.edits import AddBlocks, ChangeNote, SetPin
from app.document.model.diagram import Block, Monitor, Note
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence
from app.document.model.view import NoteView
from tests.support.canvas_driver import CanvasDriver, page_of

FRAME = ((200, 60), (420, 300))


@pytest.fixture
def d(drive) -> CanvasDriver:
    """Return c -> a -> b -> out, where a frame holds a, b, a note and a monitor."""
    notes = [
        Note(id="f", kind="frame", at=FRAME[0], size=FRAME[1], text="middle"),
        Note(id="n", kind="text", at=(230, 260), size=(100, 40), text="inside"),
    ]
    monitor = Monitor(id="m", kind="number", pins=("b.y",), at=(420, 250), size=(120, 80))
    page = page_of(
        {
            "c": ("Const", (20, 120)),
            "a": ("Abs", (240, 120)),
            "b": ("Abs", (440, 120)),
            "out": ("Abs", (700, 120)),
        },
        [("c.output", "a.x"), ("a.y", "b.x"), ("b.y", "out.x")],
        notes=notes,
        monitors=[monitor],
    )
    return drive(page)


def fold(d: CanvasDriver, folded: bool = True) -> None:
    view = NoteView(collapsed=folded)
    d.document.apply(ChangeNote("page 1", msgspec.structs.replace(d.page.notes["f"], view=view)))


def shown(d: CanvasDriver) -> set[str]:
    items = d.canvas.items
    return {
        i
        for part in (items.blocks, items.notes, items.monitors)
        for i, item in part.items()
        if item.isVisible()
    }


def test_what_lies_in_a_folded_frame_is_hidden_and_comes_back(d: CanvasDriver) -> None:
    fold(d)
    assert shown(d) == {"c", "out", "f"}
    assert d.canvas.items.notes["f"].height < 60
    d.document.undo()
    assert shown(d) == {"c", "a", "b", "out", "f", "n", "m"}
    d.items_agree()


def test_wires_end_at_the_edges_of_the_folded_frame_or_are_hidden_in_it(d: CanvasDriver) -> None:
    fold(d)
    rect = d.canvas.items.notes["f"].rect()
    wires = {str(source): wire for (source, _), wire in d.canvas.items.wires.items()}
    assert wires["c.output"].points[-1][0] == rect.left()
    assert rect.top() < wires["c.output"].points[-1][1] < rect.bottom()
    assert wires["b.y"].points[0][0] == rect.right()
    assert not wires["a.y"].isVisible()
    assert wires["a.y"].points == []


def test_a_moved_folded_frame_takes_what_it_hides_along(d: CanvasDriver) -> None:
    fold(d)
    x, y = d.page.notes["f"].at
    d.drag((x + 60, y + 14), (x + 60, y + 214))
    assert d.page.notes["f"].at == (200, 260)
    assert (d.at("a"), d.at("b")) == ((240, 320), (440, 320))
    assert d.page.monitors["m"].at == (420, 450)
    rect = d.canvas.items.notes["f"].rect()
    assert d.canvas.items.wires[d.page.wires[0].source, d.page.wires[0].target].points[-1][0] == rect.left()
    fold(d, False)
    d.items_agree()


def test_the_sign_in_its_title_folds_a_frame_and_opens_it(d: CanvasDriver) -> None:
    sign = (FRAME[0][0] + 12, FRAME[0][1] + 14)
    d.click(sign)
    assert d.page.notes["f"].view.collapsed
    d.click(sign)
    assert not d.page.notes["f"].view.collapsed
    d.double_click(sign)  # once, not twice
    assert d.page.notes["f"].view.collapsed
    d.double_click((FRAME[0][0] + 60, FRAME[0][1] + 14))
    assert not d.page.notes["f"].view.collapsed


def test_arrows_and_the_rubber_band_leave_out_what_is_hidden(d: CanvasDriver) -> None:
    fold(d)
    d.canvas.keyboard.focus("c")
    d.key(Qt.Key.Key_Right)
    assert d.canvas.selection.blocks == {"out"}
    d.drag((10, 20), (990, 600))
    assert d.canvas.selection.ids() == {"c", "out", "f"}


def test_going_to_a_hidden_block_opens_its_frame(d: CanvasDriver) -> None:
    fold(d)
    d.canvas.unfold_around("b")
    assert not d.page.notes["f"].view.collapsed
    assert "b" in shown(d)


def test_a_frame_in_a_folded_frame_is_hidden_and_opened_with_it(d: CanvasDriver) -> None:
    inner = Note(
        id="g", kind="frame", at=(230, 90), size=(160, 160), text="in", view=NoteView(collapsed=True)
    )
    d.document.apply(AddBlocks("page 1", (), notes=(inner,)))
    assert shown(d) == {"c", "b", "out", "f", "g", "n", "m"}
    fold(d)
    assert shown(d) == {"c", "out", "f"}
    d.canvas.unfold_around("a")
    assert "a" in shown(d)
    assert not any(note.view.collapsed for note in d.page.notes.values())


def test_a_folded_frame_is_copied_and_deleted_with_what_it_hides(d: CanvasDriver) -> None:
    fold(d)
    d.canvas.selection.choose_ids(["f"])
    d.canvas.selection_actions.duplicate()
    assert len(d.page.blocks) == 6
    d.document.undo()
    d.canvas.selection.choose_ids(["f"])
    d.canvas.selection_actions.delete()
    assert set(d.page.blocks) == {"c", "out"}
    assert not d.page.notes
    assert not d.page.monitors
    d.document.undo()
    assert shown(d) == {"c", "out", "f"}


def test_a_folded_frame_shows_the_worst_fault_that_it_hides(d: CanvasDriver) -> None:
    fold(d)
    frame = d.canvas.items.notes["f"].fold
    assert frame is not None
    assert frame.worst() == ""
    problem = Problem(severity="warning", code="odd-data", sentence=Sentence("odd-data"), block="a")
    d.canvas.block_marks.set_problems([problem])
    assert frame.worst() == "warning"


def test_a_block_that_is_placed_in_a_folded_frame_goes_in(d: CanvasDriver) -> None:
    fold(d)
    d.document.apply(AddBlocks("page 1", (Block(id="new", symbol="Const", at=(300, 200)),)))
    assert "new" not in shown(d)
    d.document.apply(SetPin("page 1", "new", "val", "1"))
    assert "new" not in shown(d)
    d.document.undo()
    d.document.undo()
    fold(d, False)
    d.items_agree()
