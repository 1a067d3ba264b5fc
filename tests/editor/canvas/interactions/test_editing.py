"""Selecting, moving, deleting, copying and arranging on the canvas."""

from __future__ import annotations

import itertools
import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from app.document.model.diagram import Monitor, Note
from app.document.model.view import BlockView
from tests.support.canvas_driver import ALT, CTRL, SHIFT, page_of

ROW = {
    "a": ("Const", (40.0, 60.0)),
    "b": ("Negate", (240.0, 60.0)),
    "c": ("Negate", (440.0, 60.0)),
    "d": ("Negate", (640.0, 60.0)),
}
CHAIN = [("a.output", "b.x"), ("b.y", "c.x"), ("c.y", "d.x")]


def test_a_dragged_block_snaps_to_the_grid_and_the_move_is_one_entry(drive) -> None:
    d = drive(page_of(ROW))
    x, y = d.body("a")
    d.drag((x, y), (x + 123, y + 201))
    assert d.at("a") == (160.0, 260.0)
    assert d.document.history.names() == ["Move a"]
    d.items_agree()
    d.document.undo()
    assert d.at("a") == (40.0, 60.0)
    d.items_agree()


def test_with_alt_a_block_moves_freely(drive) -> None:
    d = drive(page_of(ROW))
    x, y = d.body("a")
    d.drag((x, y), (x + 123, y + 201), ALT)
    assert d.at("a") == (163.0, 261.0)


def test_a_small_tremble_of_the_mouse_moves_nothing(drive) -> None:
    d = drive(page_of(ROW))
    x, y = d.body("a")
    d.drag((x, y), (x + 2, y + 2))
    assert not d.document.can_undo
    assert d.canvas.selection.ordered_blocks() == ["a"]


def test_dragging_one_of_several_moves_all_and_escape_takes_it_back(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.canvas.selection.choose_ids(["a", "b"])
    x, y = d.body("b")
    d.drag((x, y), (x + 50, y + 300), release=False)
    assert d.canvas.items.blocks["a"].y_page == 360
    d.key(Qt.Key.Key_Escape)
    d.release((x + 50, y + 300))
    d.items_agree()
    assert not d.document.can_undo
    d.drag((x, y), (x + 50, y + 300))
    assert (d.at("a"), d.at("b"), d.at("c")) == ((90.0, 360.0), (290.0, 360.0), (440.0, 60.0))
    d.items_agree()


def test_a_block_dropped_where_its_wire_is_almost_straight_goes_where_it_is(drive) -> None:
    d = drive(page_of(ROW, CHAIN[:1]))
    x, y = d.body("b")
    d.drag((x, y), (x + 100, y - 9))
    assert d.input("b", "x")[1] == d.output("a")[1]


def test_the_rubber_band_selects_what_it_touches_and_shift_adds(drive) -> None:
    d = drive(page_of(ROW))
    d.drag((20, 300), (300, 90))
    assert d.canvas.selection.ordered_blocks() == ["a", "b"]
    d.drag((760, 300), (620, 90), SHIFT)
    assert d.canvas.selection.ordered_blocks() == ["a", "b", "d"]
    d.drag((20, 300), (200, 90), CTRL)
    assert d.canvas.selection.ordered_blocks() == ["b", "d"]
    d.click((400, 500))
    assert d.canvas.selection.ordered_blocks() == []


def test_shift_click_toggles_and_a_click_on_a_wire_selects_it(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.click(d.body("a"))
    d.click(d.body("b"), SHIFT)
    assert d.canvas.selection.ordered_blocks() == ["a", "b"]
    d.click(d.body("a"), SHIFT)
    assert d.canvas.selection.ordered_blocks() == ["b"]
    x, y = d.input("b", "x")
    d.click((x - 30, y))
    assert [str(w.target) for w in d.canvas.selection.ordered_wires()] == ["b.x"]
    assert d.canvas.selection.ordered_blocks() == []
    d.key(Qt.Key.Key_Delete)
    assert d.wires() == CHAIN[1:]


def test_selection_changed_is_sent_once_per_change(drive) -> None:
    d = drive(page_of(ROW))
    sent: list[int] = []
    d.canvas.selection_changed.connect(lambda: sent.append(len(d.canvas.selection.ordered_blocks())))
    d.canvas.selection.choose_all()
    d.canvas.selection.choose_ids(["a"])
    d.canvas.selection.choose_ids(["a"])
    d.canvas.selection.clear()
    assert sent == [4, 1, 0]


def test_select_same_kind(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.selection.choose_ids(["b"])
    d.canvas.selection.choose_same_symbols()
    assert d.canvas.selection.ordered_blocks() == ["b", "c", "d"]


def test_deleting_keeps_the_neighbours_wired_and_undo_restores_all(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.canvas.selection.choose_ids(["b", "c"])
    d.canvas.selection_actions.delete()
    assert d.wires() == [("a.output", "d.x")]
    d.items_agree()
    d.document.undo()
    assert d.wires() == CHAIN
    assert list(d.page.blocks) == list(ROW)
    d.items_agree()


def test_deleting_a_block_of_two_wired_inputs_only_cuts(drive) -> None:
    blocks = dict(ROW, e=("Const", (40.0, 200.0)), sum=("Add", (240.0, 200.0)), f=("Negate", (440.0, 200.0)))
    d = drive(page_of(blocks, [("a.output", "sum.x"), ("e.output", "sum.y"), ("sum.z", "f.x")]))
    d.canvas.selection.choose_ids(["sum"])
    d.key(Qt.Key.Key_Delete)
    assert d.wires() == []


def test_deleting_a_cycle_ends(drive) -> None:
    d = drive(page_of(ROW, [("b.y", "c.x"), ("c.y", "b.x"), ("c.y", "d.x")]))
    d.canvas.selection.choose_ids(["b", "c"])
    d.canvas.selection_actions.delete()
    assert d.wires() == []
    d.items_agree()


def test_copy_and_paste_bring_wires_along_and_select_the_copies(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.canvas.selection.choose_ids(["a", "b"])
    d.canvas.selection_actions.copy()
    d.canvas.selection_actions.paste()
    assert len(d.page.blocks) == 6
    new = d.canvas.selection.ordered_blocks()
    assert len(new) == 2
    assert set(new).isdisjoint(ROW)
    assert (f"{new[0]}.output", f"{new[1]}.x") in d.wires()
    d.items_agree()
    d.document.undo()
    d.items_agree()
    assert list(d.page.blocks) == list(ROW)


def test_cut_takes_away_and_paste_brings_back(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.selection.choose_ids(["a"])
    d.canvas.selection_actions.cut()
    assert "a" not in d.page.blocks
    d.canvas.selection_actions.paste()
    assert d.page.blocks["a"].symbol == "Const"


@pytest.mark.parametrize("text", ["", "123", "{}", '{"nodes": {}}', "hello"])
def test_pasting_a_foreign_text_changes_nothing(drive, text: str) -> None:
    d = drive(page_of(ROW))
    QGuiApplication.clipboard().setText(text)
    d.canvas.selection_actions.paste()
    assert list(d.page.blocks) == list(ROW)
    assert not d.document.can_undo


def test_duplicate_leaves_the_clipboard_alone(drive) -> None:
    d = drive(page_of(ROW))
    QGuiApplication.clipboard().setText("mine")
    d.canvas.selection.choose_ids(["a"])
    d.canvas.selection_actions.duplicate()
    assert QGuiApplication.clipboard().text() == "mine"
    (copy,) = d.page.blocks.keys() - ROW.keys()
    assert d.at(copy) > (40.0, 60.0)
    assert d.overlapping() == []


def test_with_ctrl_a_drag_copies_the_selection_with_its_inner_wires(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.canvas.selection.choose_ids(["b", "c"])
    x, y = d.body("b")
    d.drag((x, y), (x + 13, y + 198), CTRL)
    assert len(d.page.blocks) == 6
    assert (d.at("b"), d.at("c")) == ((240.0, 60.0), (440.0, 60.0))
    new = d.canvas.selection.ordered_blocks()
    assert [d.at(i) for i in new] == [(250.0, 260.0), (450.0, 260.0)]
    assert d.wires() == [*CHAIN, (f"{new[0]}.y", f"{new[1]}.x")]
    assert len(d.document.history.names()) == 1
    d.items_agree()
    d.document.undo()
    assert list(d.page.blocks) == list(ROW)


def test_a_block_that_was_not_selected_is_copied_alone(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.click(d.body("a"))
    x, y = d.body("c")
    d.drag((x, y), (x, y + 200), CTRL)
    assert len(d.page.blocks) == 5
    assert d.wires() == CHAIN


def test_copies_dropped_on_blocks_go_to_the_nearest_free_place(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    x, y = d.body("a")
    d.drag((x, y), (x + 200, y), CTRL)
    assert len(d.page.blocks) == 5
    assert d.overlapping() == []


def test_escape_ends_a_copying_drag_without_a_copy(drive) -> None:
    d = drive(page_of(ROW))
    x, y = d.body("a")
    d.drag((x, y), (x, y + 200), CTRL, release=False)
    assert len(d.canvas.overlay.marks.copies) == 1
    d.key(Qt.Key.Key_Escape)
    d.release((x, y + 200), mods=CTRL)
    assert d.canvas.overlay.marks.copies == []
    assert list(d.page.blocks) == list(ROW)


def test_copies_of_a_frame_bring_what_lies_on_it(drive) -> None:
    frame = Note(id="frame", kind="frame", at=(20.0, 20.0), size=(360.0, 160.0), text="inside")
    d = drive(page_of(ROW, CHAIN, [frame]))
    d.drag((300, 30), (300, 330), CTRL)
    assert len(d.page.blocks) == 6
    assert len(d.page.notes) == 2
    assert len(d.wires()) == 4


def test_what_is_pasted_covers_nothing(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.canvas.selection.choose_all()
    for _ in range(3):
        d.canvas.selection_actions.copy()
        d.canvas.selection_actions.paste()
        d.canvas.selection_actions.duplicate()
    assert len(d.page.blocks) == 28
    assert d.overlapping() == []


def test_align_and_distribute(drive) -> None:
    blocks = {
        "a": ("Const", (40.0, 60.0)),
        "b": ("Const", (100.0, 200.0)),
        "c": ("Const", (500.0, 90.0)),
    }
    d = drive(page_of(blocks))
    d.canvas.selection.choose_all()
    d.canvas.arranger.distribute("horizontal")
    assert [d.at(i)[0] for i in "abc"] == [40.0, 270.0, 500.0]
    d.canvas.arranger.align("top")
    assert [d.at(i)[1] for i in "abc"] == [60.0, 60.0, 60.0]
    d.canvas.arranger.align("right")
    assert [d.at(i)[0] for i in "abc"] == [500.0, 500.0, 500.0]
    d.items_agree()


def test_automatic_layout_puts_sources_left_of_what_they_feed_and_undoes_as_one(drive) -> None:
    jumbled = {i: (s, (100.0, 100.0)) for i, (s, _) in reversed(ROW.items())}
    d = drive(page_of(jumbled, CHAIN))
    d.canvas.arranger.auto_layout()
    xs = [d.at(i)[0] for i in "abcd"]
    assert xs == sorted(xs)
    assert min(b - a for a, b in itertools.pairwise(xs)) > 100
    for source, target in CHAIN:
        out = d.output(*source.split("."))
        into = d.input(*target.split("."))
        assert out[1] == into[1]
    d.items_agree()
    d.document.undo()
    assert d.at("a") == (100.0, 100.0)


def test_automatic_layout_keeps_frames_around_what_lies_in_them(drive) -> None:
    blocks = {
        "a": ("Const", (40.0, 60.0)),
        "b": ("Negate", (600.0, 60.0)),
        "c": ("Negate", (60.0, 300.0)),
        "d": ("Negate", (420.0, 300.0)),
    }
    frame = Note(id="frame", kind="frame", at=(20.0, 240.0), size=(700.0, 200.0), text="inside")
    curve = Monitor(id="m", kind="number", pins=("d.y",), at=(560.0, 300.0), size=(100.0, 60.0))
    text = Note(id="n", at=(30.0, 600.0), size=(100.0, 30.0), text="elsewhere")
    d = drive(page_of(blocks, [("a.output", "c.x"), ("c.y", "d.x"), ("d.y", "b.x")], [frame, text], [curve]))
    d.canvas.arranger.auto_layout()
    d.items_agree()
    rects = {i: item.rect() for i, item in d.canvas.items.blocks.items()}
    around = d.canvas.items.notes["frame"].rect()
    assert around.contains(rects["c"])
    assert around.contains(rects["d"])
    assert around.contains(d.canvas.items.monitors["m"].rect())
    assert not around.intersects(rects["a"])
    assert not around.intersects(rects["b"])
    assert not around.intersects(d.canvas.items.notes["n"].rect())
    assert rects["a"].right() < around.left()
    assert around.right() < rects["b"].left()
    assert d.overlapping() == []
    assert len(d.document.history.names()) == 1
    d.document.undo()
    assert d.page.notes["frame"].size == (700.0, 200.0)
    d.items_agree()


def framed_pair(x: float, y: float, name: str) -> tuple[dict, Note, Note]:
    blocks = {f"{name}1": ("Const", (x + 220, y + 90)), f"{name}2": ("Negate", (x + 40, y + 60))}
    frame = Note(id=f"{name}_frame", kind="frame", at=(x, y), size=(400.0, 200.0), text=name)
    label = Note(id=f"{name}_label", at=(x + 220, y + 68), size=(60.0, 20.0), text="one")
    return blocks, frame, label


def test_automatic_layout_of_what_is_selected_keeps_its_frames_and_labels_and_moves_nothing_else(
    drive,
) -> None:
    (left, *left_notes), (right, *right_notes) = (
        framed_pair(20.0, 40.0, "l"),
        framed_pair(520.0, 40.0, "r"),
    )
    wires = [("l1.output", "l2.x"), ("r1.output", "r2.x")]
    d = drive(page_of({**left, **right}, wires, [*left_notes, *right_notes]))
    others = {i: item.rect() for i, item in d.canvas.items.blocks.items() if i.startswith("l")}
    d.canvas.selection.choose_ids(["r1", "r2", "r_frame"])
    d.canvas.arranger.auto_layout(selected_only=True)
    rects = {i: item.rect() for i, item in d.canvas.items.blocks.items()}
    frame = d.canvas.items.notes["r_frame"].rect()
    assert rects["r1"].right() < rects["r2"].left()
    assert frame.contains(rects["r1"])
    assert frame.contains(rects["r2"])
    label = d.page.notes["r_label"].at  # it went with its block
    assert (label[0] - d.at("r1")[0], label[1] - d.at("r1")[1]) == (0.0, -22.0)
    assert {i: rects[i] for i in others} == others
    assert d.page.notes["l_frame"].at == (20.0, 40.0)
    d.items_agree()


def test_copies_with_a_frame_cover_nothing_that_stands(drive) -> None:
    blocks, *notes = framed_pair(20.0, 40.0, "a")
    d = drive(page_of(blocks, [("a1.output", "a2.x")], notes))
    d.canvas.selection.choose_all()
    d.canvas.selection_actions.duplicate()
    assert len(d.page.blocks) == 4
    frames = [item.rect() for item in d.canvas.items.notes.values() if item.is_frame]
    assert not frames[0].intersects(frames[1])


def test_copies_of_wide_blocks_cover_nothing(drive) -> None:
    page = page_of({"a": ("Const", (40.0, 60.0))})
    page.blocks["a"].pins["val"] = "{{1.0f,2.0f},{3.0f,4.0f}}"
    page.blocks["a"].view = BlockView(wide=True)
    d = drive(page)
    for _ in range(4):
        d.canvas.selection.choose_ids(["a"])
        d.canvas.selection_actions.duplicate()
    assert len(d.page.blocks) == 5
    assert d.overlapping() == []


def test_a_frame_moves_what_lies_on_it(drive) -> None:
    frame = Note(id="frame", kind="frame", at=(20.0, 20.0), size=(360.0, 160.0), text="inside")
    d = drive(page_of(ROW, CHAIN, [frame]))
    d.drag((300, 30), (300, 330))
    assert d.page.notes["frame"].at == (20.0, 320.0)
    assert (d.at("a"), d.at("b"), d.at("c")) == ((40.0, 360.0), (240.0, 360.0), (440.0, 60.0))
    d.items_agree()
    d.document.undo()
    d.items_agree()
    assert d.at("a") == (40.0, 60.0)


def test_inside_a_frame_the_rubber_band_begins(drive) -> None:
    frame = Note(id="frame", kind="frame", at=(20.0, 20.0), size=(560.0, 360.0), text="inside")
    d = drive(page_of(ROW, (), [frame]))
    d.drag((30, 200), (300, 90))
    assert d.canvas.selection.ordered_blocks() == ["a", "b"]
    assert d.canvas.selection.ordered_notes() == []


def test_a_new_frame_goes_around_the_selection(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.selection.choose_ids(["a", "b"])
    made = d.canvas.texts.add_note("frame")
    note = d.page.notes[made]
    assert note.at[0] < 40
    assert note.at[1] < 60
    assert note.at[0] + note.size[0] > 340


def test_a_note_is_edited_in_place_and_resized_by_its_corner(drive) -> None:
    note = Note(id="n", at=(100.0, 300.0), size=(160.0, 60.0), text="before")
    d = drive(page_of(ROW, (), [note]))
    d.double_click((120, 320))
    editor = d.canvas.items.notes["n"].editor
    assert editor is not None
    editor.setPlainText("after")
    d.click((700, 600))
    assert d.page.notes["n"].text == "after"
    d.click((150, 330))
    d.drag((260, 360), (300, 420))
    assert d.page.notes["n"].size == (200.0, 120.0)
    d.document.undo()
    assert d.page.notes["n"].size == (160.0, 60.0)
    assert d.canvas.items.notes["n"].width == 160


def test_escape_leaves_a_note_as_it_was(drive) -> None:
    d = drive(page_of(ROW, (), [Note(id="n", at=(100.0, 300.0), text="before")]))
    d.canvas.texts.edit_note("n")
    editor = d.canvas.items.notes["n"].editor
    assert editor is not None
    editor.setPlainText("after")
    d.key(Qt.Key.Key_Escape)
    assert d.page.notes["n"].text == "before"
    assert not d.document.can_undo


def test_a_note_deleted_while_it_is_edited_comes_back_with_its_text(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.texts.add_note("frame")
    (note,) = d.page.notes
    QTest.keyClicks(d.canvas.viewer, "typed")
    d.canvas.selection_actions.delete()
    assert not d.page.notes
    d.document.undo()
    assert d.page.notes[note].text == "typed"
    d.canvas.texts.edit_note(note)
    QTest.keyClicks(d.canvas.viewer, "lost with its note")
    while d.document.undo():  # by somebody else, as from the history list
        d.items_agree()
    assert not d.page.notes


def test_a_page_that_goes_while_a_note_is_edited_takes_the_editor_along(drive) -> None:
    d = drive(page_of(ROW, (), [Note(id="n", at=(100.0, 300.0), text="before")]))
    d.canvas.texts.edit_note("n")
    d.canvas.dispose()
    assert d.page.notes["n"].text == "before"


@pytest.mark.parametrize("seed", range(4))
def test_view_and_document_agree_after_random_gestures_undo_and_redo(drive, seed: int) -> None:
    random_ = random.Random(seed)
    d = drive(page_of(dict(ROW, sum=("Add", (240.0, 300.0))), CHAIN, [Note(id="n", at=(500.0, 400.0))]))
    selected = d.canvas.selection_actions

    def somewhere() -> tuple[float, float]:
        return (random_.uniform(0, 900), random_.uniform(0, 650))

    def something() -> tuple[float, float]:
        if not d.page.blocks or random_.random() < 0.2:
            return somewhere()
        item = d.canvas.items.blocks[random_.choice(list(d.page.blocks))]
        pin = random_.choice(item.shape_plan.pins)
        if random_.random() < 0.6:
            return (item.x_page + 0.5 + pin.x, item.y_page + 0.5 + pin.y)
        return d.body(item.block_id)

    for _ in range(60):
        random_.choice([
            lambda: d.drag(something(), something()),
            lambda: d.drag(something(), somewhere(), random_.choice([SHIFT, CTRL, ALT])),
            lambda: d.click(something()),
            lambda: d.key(random_.choice([Qt.Key.Key_Left, Qt.Key.Key_Down, Qt.Key.Key_Escape, Qt.Key.Key_W])),
            lambda: d.key(Qt.Key.Key_Right, CTRL),
            lambda: selected.delete() if random_.random() < 0.3 else selected.duplicate(),
            lambda: d.canvas.placer.place_symbol("Negate", d.canvas.viewer.visible_rect().center()),
            d.document.undo,
            d.document.redo,
        ])()  # fmt: skip
        d.canvas.popup.hide()
    d.canvas.events.cancel()
    d.items_agree()
    while d.document.undo():
        d.items_agree()
    assert d.wires() == CHAIN
    while d.document.redo():
        d.items_agree()


@pytest.mark.parametrize("kind", ["frame", "shape"])
def test_what_is_drawn_around_blocks_lies_behind_them(drive, kind: str) -> None:
    d = drive(page_of(ROW, CHAIN, [Note(id="around", kind=kind, at=(0.0, 0.0), size=(900.0, 300.0))]))
    items = d.canvas.items
    assert items.notes["around"].zValue() < items.blocks["a"].zValue()
