"""Finding over all pages and replacing texts, by keys and mouse."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton

from app.document.editing.document import Document
from app.document.model.diagram import Block, Note, Page, Project

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    one = [Block(id="a", symbol="Const", pins={"val": "rate"}), Block(id="loss", symbol="Mean", at=(200, 0))]
    two = [Block(id="loss", symbol="Sum"), Block(id="z", symbol="Const", label="the rate", at=(200, 0))]
    note = Note(id="n", text="rate and Rate", at=(0, 300))
    pages = [
        Page(name="one", blocks={b.id: b for b in one}),
        Page(name="two", blocks={b.id: b for b in two}, notes={"n": note}),
    ]
    window.context.set_document(Document(Project(pages=pages)))
    qtbot.waitUntil(window.action_set["edit.find"].isEnabled)
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    assert QApplication.focusWidget() is window.find_bar.line
    return window


def _rows(window: Any) -> list[tuple[str, list[str]]]:
    tree = window.find_bar.list
    tops = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    return [(top.text(0), [top.child(i).text(0) for i in range(top.childCount())]) for top in tops]


def test_enter_goes_from_place_to_place_over_the_pages(shown: Any, qtbot: Any) -> None:
    bar = shown.find_bar
    qtbot.keyClicks(bar.line, "loss")
    assert _rows(shown) == [("one", ["loss"]), ("two", ["loss"])]
    assert bar.count.text() == "0 of 2"
    for page, count in (("one", "1 of 2"), ("two", "2 of 2"), ("one", "1 of 2")):
        qtbot.keyClick(bar.line, Qt.Key.Key_Return)
        assert (shown.context.page_name, bar.count.text()) == (page, count)
        assert shown.tabs.current_canvas().selection.ordered_blocks() == ["loss"]
        QApplication.processEvents()  # the panels follow the selection
        assert QApplication.focusWidget() is bar.line
    assert bar.count.text() == "1 of 2"
    qtbot.keyClick(bar.line, Qt.Key.Key_Return, SHIFT)
    assert shown.context.page_name == "two"


def test_page_and_block_lead_there_and_a_click_on_a_row_too(shown: Any, qtbot: Any) -> None:
    bar = shown.find_bar
    qtbot.keyClicks(bar.line, "two/z")
    qtbot.keyClick(bar.line, Qt.Key.Key_Return)
    assert shown.context.page_name == "two"
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["z"]
    bar.line.clear()
    qtbot.keyClicks(bar.line, "rate")
    row = bar.list.topLevelItem(1).child(0)
    qtbot.mouseClick(
        bar.list.viewport(), Qt.MouseButton.LeftButton, pos=bar.list.visualItemRect(row).center()
    )
    assert shown.context.page_name == "one"
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["a"]


def test_a_text_is_replaced_on_all_pages_as_one_step(shown: Any, qtbot: Any) -> None:
    bar = shown.find_bar
    qtbot.keyClicks(bar.line, "rate")
    swap = next(b for b in bar.findChildren(QToolButton) if b.toolTip() == "Replace in texts")
    qtbot.mouseClick(swap, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(bar.replacement, "speed")
    qtbot.mouseClick(bar.replace_all, Qt.MouseButton.LeftButton)
    one, two = shown.document.project.pages
    assert one.blocks["a"].pins == {"val": "speed"}
    assert two.blocks["z"].label == "the speed"
    assert two.notes["n"].text == "speed and Rate"
    assert shown.document.history.names() == ["Replace rate by speed"]
    qtbot.waitUntil(lambda: bar.count.text() == "0 of 1")  # "Rate" is still there
    shown.document.undo()
    assert one.blocks["a"].pins == {"val": "rate"}
