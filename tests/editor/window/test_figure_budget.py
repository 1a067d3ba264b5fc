"""The original's figure is drawn with few actions: at most 30 of the mouse and 70 keys, the literals' letters aside."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from app.document.editing.document import Document
from app.document.model.diagram import Page, Project
from app.document.model.view import PageView
from tests.editor.window.test_figure_end_to_end import _BOXES, _WIRES
from tests.support.canvas_driver import CanvasDriver


class _User:
    """Counts what it does: an action of the mouse is a click, a double click or a drag."""

    def __init__(self, window: Any, qtbot: Any) -> None:
        self.window, self.qtbot, self.mouse, self.keys = window, qtbot, 0, 0
        self.driver = CanvasDriver.__new__(CanvasDriver)
        self.driver.canvas, self.driver.document = window.tabs.current_canvas(), window.document

    def press(self, key: Qt.Key) -> None:
        self.keys += 1
        self.qtbot.keyClick(QApplication.focusWidget(), key)

    def choose(self, letters: str) -> None:
        """Type letters into the search that is open, and Enter."""
        popup = self.driver.canvas.popup
        assert popup.isVisible()
        self.keys += len(letters)
        self.qtbot.keyClicks(popup.field, letters)
        self.press(Qt.Key.Key_Return)

    def pull(self, source: str, to: tuple[float, float], letters: str) -> None:
        """Pull a wire to the empty page and take a block."""
        self.mouse += 1
        self.driver.drag(self.driver.output(*source.split(".")), to)
        self.choose(letters)

    def open(self, block: str, pin: str) -> None:
        self.mouse += 1
        self.driver.double_click(self.driver.input(block, pin))

    def literal(self, text: str, then: Qt.Key) -> None:
        """Type a literal into the row that is open; its letters do not count."""
        self.qtbot.keyClicks(QApplication.focusWidget(), text)
        self.press(then)


@pytest.fixture
def user(window: Any, qtbot: Any) -> _User:
    window.resize(1500, 900)
    window.context.set_document(Document(Project(pages=[Page(name="figure", view=PageView(wide=True))])))
    QApplication.processEvents()
    canvas = window.tabs.current_canvas()
    canvas.viewer.centre_at(QPointF(400, 250), 0.7)
    return _User(window, qtbot)


def test_the_figure_takes_few_actions(user: _User, qtbot: Any) -> None:
    tab, enter = Qt.Key.Key_Tab, Qt.Key.Key_Return
    user.mouse += 1
    user.driver.double_click((0, 100))
    user.choose("readf")
    user.pull("readfile.contents", (180, 160), "decodep")
    user.pull("decodepng.image", (390, 160), "resh")
    user.pull("reshape.output", (600, 160), "cropa")
    user.pull("reshape.output", (600, 400), "shape")
    user.pull("cropandresize.crops", (900, 160), "gradim")
    user.pull("cropandresizegradimage.output", (1150, 260), "clie")
    user.mouse += 1
    user.driver.drag(user.driver.output("shape"), user.driver.input("cropandresizegradimage", "image_size"))
    texts = {
        "readfile": [("filename", "stroke.png")],
        "decodepng": [("attrs", "channels_ = 3;dtype_ = DT_UINT8;")],
        "reshape": [("shape", "{1,35,35,3}")],
        "cropandresize": [("boxes", _BOXES), ("box_ind", "{0,0,0}"), ("crop_size", "{10,10}")],
        "cropandresizegradimage": [("boxes", _BOXES), ("box_ind", "{0,0,0}"), ("T", "DT_FLOAT")],
    }
    for block, pins in texts.items():
        user.open(block, pins[0][0])
        for pin, text in pins:
            user.literal(text, enter if pin == pins[-1][0] else tab)
    asked: list[object] = []
    user.window.controllers.consent.ask = lambda *question: asked.append(question) or "no"
    user.press(Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(asked) == 1)  # no file lies beside a project that is not saved
    page = user.window.context.page
    assert {(str(w.source), str(w.target)) for w in page.wires} == set(_WIRES)
    found = {block: {p: page.blocks[block].pins.get(p) for p, _ in pins} for block, pins in texts.items()}
    assert found == {block: dict(pins) for block, pins in texts.items()}
    assert user.mouse <= 30
    assert user.keys <= 70


def test_the_figure_is_drawn_by_keys_alone(user: _User, qtbot: Any) -> None:
    """Blocks with Tab, each wired to the one before; arrows go between them, W wires, E types."""
    tab, enter, canvas = Qt.Key.Key_Tab, Qt.Key.Key_Return, user.driver.canvas
    said: list[str] = []
    canvas.status_text.connect(said.append)
    canvas.viewer.viewport().setFocus()

    def add(letters: str) -> None:
        user.press(tab)
        user.choose(letters)

    def go(block: str, key: Qt.Key) -> None:
        while canvas.selection.ordered_blocks() != [block]:
            user.press(key)
            assert user.keys < 100

    def wire_to(pin: str) -> None:
        user.press(Qt.Key.Key_W)
        while f"→ {pin} " not in said[-1]:
            user.press(tab)
            assert user.keys < 100
        user.press(enter)

    for letters in ("readf", "decodep", "resh", "cropa", "gradim", "clie"):
        add(letters)
    go("reshape", Qt.Key.Key_Left)
    add("shape")
    wire_to("cropandresizegradimage.image_size")
    go("reshape", Qt.Key.Key_Left)
    wire_to("shape.input")
    go("readfile", Qt.Key.Key_Left)
    texts = {
        "readfile": ("stroke.png",),
        "decodepng": ("channels_ = 3;dtype_ = DT_UINT8;",),
        "reshape": ("{1,35,35,3}",),
        "cropandresize": (_BOXES, "{0,0,0}", "{10,10}"),
        "cropandresizegradimage": (_BOXES, "{0,0,0}", "DT_FLOAT"),
    }
    for block, values in texts.items():
        go(block, Qt.Key.Key_Right)
        user.press(Qt.Key.Key_E)
        for text in values:
            user.literal(text, enter if text == values[-1] else tab)
    page = user.window.context.page
    assert {(str(w.source), str(w.target)) for w in page.wires} == set(_WIRES)
    assert {block: tuple(page.blocks[block].pins.values()) for block in texts} == texts
    assert user.mouse == 0
    assert user.keys <= 90
