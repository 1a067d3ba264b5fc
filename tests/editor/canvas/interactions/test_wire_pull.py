"""Wiring with the mouse: pulling, refusing, moving ends, inserting, searching for what fits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.editor.widgets.drag_format import SYMBOL_MIME
from tests.support.canvas_driver import page_of

BLOCKS = {
    "a": ("Const", (40.0, 60.0)),
    "b": ("Const", (40.0, 260.0)),
    "sum": ("Add", (300.0, 120.0)),
    "session": ("ClientSession", (560.0, 100.0)),
}


def test_pulling_from_output_to_input_wires_and_undoes(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.drag(d.output("a"), d.input("sum", "x"), release=False)
    pulled = list(d.canvas.overlay.marks.live)
    d.release(d.input("sum", "x"))
    assert d.wires() == [("a.output", "sum.x")]
    d.items_agree()
    assert next(iter(d.canvas.items.wires.values())).points == pulled  # it stays where it was drawn
    d.document.undo()
    assert d.wires() == []
    d.items_agree()


def test_pulling_from_input_back_to_output_makes_the_same_wire(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.drag(d.input("sum", "y"), d.output("b"))
    assert d.wires() == [("b.output", "sum.y")]


def test_letting_go_on_a_block_body_takes_the_first_free_fitting_pin(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "sum.x")]))
    d.drag(d.output("b"), d.body("sum"))
    assert d.wires() == [("a.output", "sum.x"), ("b.output", "sum.y")]


def test_a_pin_of_one_wire_gives_up_the_wire_it_has(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "sum.x")]))
    d.drag(d.output("b"), d.input("sum", "x"))
    assert d.wires() == [("b.output", "sum.x")]


def test_a_pin_of_many_keeps_all_wires_in_order(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "session.fetch_outputs")]))
    d.drag(d.output("sum", "z"), d.input("session", "fetch_outputs"))
    assert d.wires() == [("a.output", "session.fetch_outputs"), ("sum.z", "session.fetch_outputs")]


@pytest.mark.parametrize(
    ("block", "pin", "words"),
    [
        ("sum", "scope", "never wired"),
        ("b", "val", "takes a text, no wire"),
        ("session", "inputs", "FeedType"),
    ],
)
def test_what_cannot_be_wired_is_refused_while_pulling_with_the_reason(drive, block, pin, words) -> None:
    d = drive(page_of(BLOCKS))
    d.drag(d.output("a"), d.input(block, pin), release=False)
    assert words in d.canvas.bubble.text()
    assert d.canvas.bubble.isVisible()
    assert d.canvas.overlay.marks.live_state == "refused"
    d.release(d.input(block, pin))
    assert d.wires() == []
    assert not d.document.can_undo
    assert any(words in text for text in d.texts)
    assert not d.canvas.bubble.isVisible()


def test_escape_ends_a_pull_without_effect(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.drag(d.output("a"), d.input("sum", "x"), release=False)
    d.key(Qt.Key.Key_Escape)
    d.release(d.input("sum", "x"))
    assert d.wires() == []


def test_scope_is_no_start_of_a_wire(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.drag(d.input("sum", "scope"), d.output("a"))
    assert d.wires() == []


def test_a_click_on_each_pin_wires_too(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.click(d.output("a"))
    d.move((200, 200), Qt.MouseButton.NoButton)
    d.click(d.input("sum", "y"))
    assert d.wires() == [("a.output", "sum.y")]


def test_the_end_of_a_wire_moves_to_another_pin(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "sum.x"), ("b.output", "session.fetch_outputs")]))
    d.drag(d.input("sum", "x"), d.input("sum", "y"))
    assert d.wires() == [("a.output", "sum.y"), ("b.output", "session.fetch_outputs")]
    d.items_agree()
    assert d.document.history.position == 1


def test_pulling_a_wire_off_an_input_removes_it(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "sum.x")]))
    d.drag(d.input("sum", "x"), (300, 500))
    assert d.wires() == []


def test_the_start_of_a_wire_moves_to_another_output(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "sum.x")]))
    near_start = (d.output("a")[0] + 14, d.output("a")[1])
    d.drag(near_start, d.output("b"))
    assert d.wires() == [("b.output", "sum.x")]


def test_letting_go_on_empty_page_searches_only_what_fits_and_wires_it(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.drag(d.output("a"), (420, 480))
    popup = d.canvas.popup
    assert popup.isVisible()
    QTest.keyClicks(popup.field, "sigmoid")
    assert popup.model.names[0] == "Sigmoid"
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert d.wires() == [("a.output", "sigmoid.x")]
    assert d.canvas.selection.ordered_blocks() == ["sigmoid"]
    d.document.undo()
    assert "sigmoid" not in d.page.blocks
    d.items_agree()


def test_the_search_for_a_wire_leaves_out_blocks_without_a_fitting_pin(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.drag(d.output("a"), (420, 480))
    QTest.keyClicks(d.canvas.popup.field, "const")
    names = d.canvas.popup.model.names
    assert "Const" not in names  # its val takes a text only
    d.key(Qt.Key.Key_Escape)


def test_pulling_backwards_into_empty_page_offers_blocks_with_an_output(drive) -> None:
    d = drive(page_of(BLOCKS))
    d.drag(d.input("sum", "x"), (180, 480))
    QTest.keyClicks(d.canvas.popup.field, "const")
    assert d.canvas.popup.model.names[0] == "Const"
    QTest.keyClick(d.canvas.popup.field, Qt.Key.Key_Return)
    assert d.wires() == [("const.output", "sum.x")]


def test_a_block_dragged_onto_a_wire_is_inserted(drive) -> None:
    blocks = dict(BLOCKS, neg=("Negate", (300.0, 500.0)))
    d = drive(page_of(blocks, [("a.output", "session.fetch_outputs")]))
    x, y = d.output("a")
    start = d.body("neg")
    grip = (start[0] - 300, start[1] - 500)
    d.drag(start, (x + 100 + grip[0], y - 30 + grip[1]))
    assert sorted(d.wires()) == [("a.output", "neg.x"), ("neg.y", "session.fetch_outputs")]
    d.items_agree()
    d.document.undo()
    assert d.wires() == [("a.output", "session.fetch_outputs")]
    assert d.at("neg") == (300.0, 500.0)
    d.items_agree()


# Qt 6.12 has another constructor, which 6.11 lacks.
@pytest.mark.filterwarnings("ignore:.*QDragEnterEvent:DeprecationWarning")
def test_a_symbol_dropped_from_the_palette_is_placed_and_on_a_wire_inserted(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "session.fetch_outputs")]))
    data = QMimeData()
    data.setData(SYMBOL_MIME, b"Negate")

    def drop(at: tuple[float, float]) -> None:
        place = d.canvas.viewer.viewportTransform().map(QPointF(*at))
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        viewport = d.canvas.viewer.viewport()
        QApplication.sendEvent(viewport, QDragEnterEvent(place.toPoint(), copy, data, left, none))
        event = QDropEvent(place, copy, data, left, none)
        QApplication.sendEvent(viewport, event)
        assert event.isAccepted()

    drop((300, 500))
    assert d.page.blocks["negate"].symbol == "Negate"
    assert abs(d.at("negate")[0] + 50 - 300) <= 10
    x, y = d.output("a")
    drop((x + 20, y))
    assert sorted(d.wires()) == [("a.output", "negate_2.x"), ("negate_2.y", "session.fetch_outputs")]


def test_a_list_gives_its_next_free_element_to_a_pin_of_one_tensor(drive) -> None:
    blocks = {
        "grads": ("AddSymbolicGradients", (40.0, 60.0)),
        "neg": ("Negate", (300.0, 60.0)),
        "neg2": ("Negate", (300.0, 260.0)),
    }
    d = drive(page_of(blocks))
    d.drag(d.output("grads", "grad_outputs"), d.input("neg", "x"))
    d.drag(d.output("grads", "grad_outputs"), d.input("neg2", "x"))
    assert d.wires() == [("grads.grad_outputs[0]", "neg.x"), ("grads.grad_outputs[1]", "neg2.x")]


def test_a_read_only_document_is_never_changed_by_gestures(drive) -> None:
    d = drive(page_of(BLOCKS, [("a.output", "sum.x")]))
    d.document.read_only = True
    d.drag(d.output("b"), d.input("sum", "y"))
    d.drag(d.input("sum", "x"), (300, 500))
    d.drag(d.body("a"), (500, 500))
    d.canvas.selection.choose_ids(["a"])
    d.key(Qt.Key.Key_Delete)
    d.canvas.placer.open_search()
    assert not d.canvas.popup.isVisible()
    assert d.wires() == [("a.output", "sum.x")]
    assert d.at("a") == (40.0, 60.0)
    assert not d.document.can_undo
    d.items_agree()
