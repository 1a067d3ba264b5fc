"""The canvas by keyboard: going from block to block, moving, wiring, searching."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.canvas_driver import CTRL, SHIFT, page_of

ROW = {"a": ("Const", (40.0, 60.0)), "b": ("Negate", (240.0, 60.0)), "c": ("Negate", (440.0, 200.0))}
CHAIN = [("a.output", "b.x"), ("b.y", "c.x")]


def test_arrow_keys_go_to_the_nearest_block_and_ctrl_moves_it(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.selection.choose_ids(["a"])
    d.key(Qt.Key.Key_Right)
    assert d.canvas.selection.ordered_blocks() == ["b"]
    d.key(Qt.Key.Key_Down)
    assert d.canvas.selection.ordered_blocks() == ["c"]
    d.key(Qt.Key.Key_Left)
    assert d.canvas.selection.ordered_blocks() in (["a"], ["b"])
    d.canvas.selection.choose_ids(["b"])
    d.canvas.keyboard.focus("b")
    for _ in range(3):
        d.key(Qt.Key.Key_Down, CTRL)
    d.key(Qt.Key.Key_Right, CTRL | SHIFT)
    assert d.at("b") == (290.0, 90.0)
    assert len(d.document.history.names()) == 1


def test_a_wire_is_made_by_keys_alone(drive) -> None:
    d = drive(page_of(dict(ROW, sum=("Add", (240.0, 300.0)))))
    d.canvas.selection.choose_ids(["a"])
    d.key(Qt.Key.Key_W)
    assert d.canvas.overlay.marks.focus_pin == d.input("b", "x")
    seen = [d.canvas.overlay.marks.focus_pin]
    for _ in range(3):
        d.key(Qt.Key.Key_Tab)
        seen.append(d.canvas.overlay.marks.focus_pin)
    assert set(seen) == {d.input("b", "x"), d.input("c", "x"), d.input("sum", "x"), d.input("sum", "y")}
    while d.canvas.overlay.marks.focus_pin != d.input("sum", "y"):
        d.key(Qt.Key.Key_Tab)
    d.key(Qt.Key.Key_Return)
    assert d.wires() == [("a.output", "sum.y")]
    assert d.canvas.overlay.marks.live == ()


def test_keys_act_on_a_block_that_was_just_placed(drive) -> None:
    """And not on the one that the arrows had gone to before."""
    d = drive(page_of(ROW, CHAIN))
    d.key(Qt.Key.Key_Left)
    d.canvas.keyboard.focus("b")
    d.key(Qt.Key.Key_Tab)
    QTest.keyClicks(d.canvas.popup.field, "Negate")
    QTest.keyClick(d.canvas.popup.field, Qt.Key.Key_Return)
    (placed,) = d.canvas.selection.ordered_blocks()
    assert placed not in ROW
    assert d.canvas.overlay.marks.focus == d.canvas.items.blocks[placed].rect()
    d.key(Qt.Key.Key_W)
    assert any(text.startswith(f"{placed}.y → ") for text in d.texts)


def test_the_first_value_is_typed_where_all_that_is_needed_is_wired(drive) -> None:
    blocks = {"r": ("ReadFile", (40.0, 60.0)), "d": ("DecodePng", (240.0, 60.0))}
    d = drive(page_of(blocks, [("r.contents", "d.contents")]))
    d.canvas.keyboard.focus("d")
    d.key(Qt.Key.Key_E)
    editor = QApplication.focusWidget()
    QTest.keyClicks(editor, "channels_ = 3;")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert d.document.project.pages[0].blocks["d"].pins == {"attrs": "channels_ = 3;"}


def test_escape_leaves_wiring_by_keys(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.selection.choose_ids(["a"])
    d.canvas.keyboard.start_wire()
    d.key(Qt.Key.Key_Escape)
    assert d.wires() == []
    assert d.canvas.overlay.marks.focus_pin is None
    assert any("cancelled" in t for t in d.texts)


def test_tab_on_the_page_opens_the_search(drive) -> None:
    d = drive(page_of(ROW))
    d.canvas.setFocus()
    d.key(Qt.Key.Key_Tab)
    assert d.canvas.popup.isVisible()
    QTest.keyClick(d.canvas.popup.field, Qt.Key.Key_Escape)
    assert not d.canvas.popup.isVisible()
