"""The original's CropAndResizeGradImage figure, drawn, run, looked at, saved, reopened, and run headless.

Once with the mouse and once with the keyboard alone, on the real engine. The expected first values, 255 and
220.999969, are those of the original's own table.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from app.document.editing.document import Document
from blocks.assets import asset
from tests.support.canvas_driver import CanvasDriver

_BOXES = "{{0.0,0.0,0.3,0.3},{0.3,0.3,0.6,0.6},{0.6,0.6,1,1}}"
_PLACES = {
    "ReadFile": (60, 200), "DecodePng": (230, 200), "Reshape": (400, 200), "CropAndResize": (570, 190),
    "Shape": (570, 400), "CropAndResizeGradImage": (740, 200), "ClientSession": (740, 460),
}  # fmt: skip
_WIRES = [
    ("readfile.contents", "decodepng.contents"),
    ("decodepng.image", "reshape.tensor"),
    ("reshape.output", "cropandresize.image"),
    ("reshape.output", "shape.input"),
    ("cropandresize.crops", "cropandresizegradimage.grads"),
    ("shape.output", "cropandresizegradimage.image_size"),
    ("cropandresizegradimage.output", "clientsession.fetch_outputs"),
]
_TEXTS = {
    "readfile.filename": "stroke.png",
    "decodepng.attrs": "channels_ = 3;dtype_ = DT_UINT8;",
    "reshape.shape": "{1,35,35,3}",
    "cropandresize.boxes": _BOXES,
    "cropandresize.box_ind": "{0,0,0}",
    "cropandresize.crop_size": "{10,10}",
    "cropandresizegradimage.boxes": _BOXES,
    "cropandresizegradimage.box_ind": "{0,0,0}",
    "cropandresizegradimage.attrs": "method_ = bilinear;",
    "cropandresizegradimage.T": "DT_FLOAT",
}
_CTRL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def real(qapp: Any, qtbot: Any) -> Iterator[Any]:
    """A window on the real engine, with an empty project beside the picture."""
    from app.editor.application.application import Application
    from app.editor.settings import SettingsStore

    application = Application(qapp, SettingsStore())
    window = application.new_window()
    with qtbot.waitActive(window):
        window.activateWindow()
    qtbot.waitUntil(lambda: window.panels.palette.model.rowCount() > 10)
    yield window
    for one in list(application.windows):
        one.context.ask = lambda *_: "discard"
        one.close()


class _Mouse:
    """Draws with the mouse; texts are typed into fields that were clicked."""

    def __init__(self, window: Any, qtbot: Any) -> None:
        self.window, self.qtbot = window, qtbot
        self.driver = CanvasDriver.__new__(CanvasDriver)
        self.driver.canvas, self.driver.document = window.tabs.current_canvas(), window.document

    def place(self, symbol: str) -> None:
        palette = self.window.panels.palette
        self.qtbot.mouseClick(palette.filter, Qt.MouseButton.LeftButton)
        palette.filter.selectAll()
        self.qtbot.keyClicks(palette.filter, symbol)
        at = palette.tree.visualRect(palette.tree.currentIndex()).center()
        view = palette.tree.viewport()
        self.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
        self.qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
        x, y = _PLACES[symbol]
        block = symbol.lower()
        item = self.driver.canvas.items.blocks[block]
        title = self.driver.body(block)
        self.driver.drag(title, (title[0] + x - item.x_page, title[1] + y - item.y_page))

    def wire(self, source: str, target: str) -> None:
        self.driver.drag(self.driver.output(*source.split(".")), self.driver.input(*target.split(".")))

    def type(self, pin: str, text: str) -> None:
        block, name = pin.split(".")
        self.driver.click(self.driver.body(block))
        form = self._form(block)
        field = form.raw if name == "attrs" else form.pins[name].field
        self.window.panels.properties.ensureWidgetVisible(field)
        inner = field.lineEdit() if hasattr(field, "lineEdit") else field
        self.qtbot.mouseClick(getattr(inner, "viewport", lambda: inner)(), Qt.MouseButton.LeftButton)
        assert QApplication.focusWidget() in (field, inner)
        self.qtbot.keyClicks(inner, text)

    def _form(self, block: str) -> Any:
        self.qtbot.waitUntil(lambda: getattr(self.window.panels.properties.form, "block_id", "") == block)
        return self.window.panels.properties.form

    def run(self) -> None:
        bar = self.window.findChild(type(self.window.addToolBar("x")), "toolbar")
        button = bar.widgetForAction(self.window.action_set["run.run"])
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def open_inspector(self) -> None:
        self.driver.double_click(self.driver.output("cropandresizegradimage"))


class _Keyboard(_Mouse):
    """Draws with keys alone; each goes to the widget that has the keyboard."""

    def press(self, key: Qt.Key, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget(), key, modifiers)

    def place(self, symbol: str) -> None:
        self.press(Qt.Key.Key_A, _CTRL | _SHIFT)
        self.qtbot.keyClicks(QApplication.focusWidget(), symbol)
        self.press(Qt.Key.Key_Return)
        x, y = _PLACES[symbol]
        self._to_page()
        assert self.driver.canvas.selection.ordered_blocks() == [symbol.lower()]
        for _ in range(60):
            at = self.driver.at(symbol.lower())
            if abs(at[0] - x) > 10:
                self.press(Qt.Key.Key_Left if at[0] > x else Qt.Key.Key_Right, _CTRL)
            elif abs(at[1] - y) > 10:
                self.press(Qt.Key.Key_Up if at[1] > y else Qt.Key.Key_Down, _CTRL)

    def wire(self, source: str, target: str) -> None:
        self._select(source.split(".")[0])
        said: list[str] = []
        self.driver.canvas.status_text.connect(said.append)
        self.press(Qt.Key.Key_L, _CTRL)
        for _ in range(60):
            if said[-1].startswith(f"{source} → {target} "):
                break
            self.press(Qt.Key.Key_Tab)
        self.press(Qt.Key.Key_Return)

    def type(self, pin: str, text: str) -> None:
        self._select(pin.split(".")[0])
        self._form(pin.split(".")[0])
        self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
        for _ in range(60):
            focus = QApplication.focusWidget()
            name = focus.accessibleName() or focus.parent().accessibleName()
            if name == pin:
                break
            self.press(Qt.Key.Key_Tab)
        assert name == pin
        self.qtbot.keyClicks(QApplication.focusWidget(), text)

    def run(self) -> None:
        self.press(Qt.Key.Key_F5)

    def open_inspector(self) -> None:
        self._select("cropandresizegradimage")
        self.qtbot.waitUntil(self.window.action_set["run.table"].isEnabled)
        self.press(Qt.Key.Key_R, _CTRL)

    def _to_page(self) -> None:
        for _ in range(12):
            if self.driver.canvas.isAncestorOf(QApplication.focusWidget()):
                return
            self.press(Qt.Key.Key_F6)
        raise AssertionError("F6 does not lead to the page")

    def _select(self, block: str) -> None:
        self.qtbot.waitUntil(self.window.action_set["edit.find"].isEnabled)
        self.press(Qt.Key.Key_F, _CTRL)
        self.qtbot.keyClicks(QApplication.focusWidget(), block)
        for _ in range(10):
            if self.driver.canvas.selection.ordered_blocks() == [block]:
                break
            self.press(Qt.Key.Key_Return)
        self.press(Qt.Key.Key_Escape)
        self.qtbot.waitUntil(self.window.action_set["edit.wire"].isEnabled)


@pytest.mark.parametrize("hand", [_Mouse, _Keyboard])
def test_the_figure(
    real: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hand: type[_Mouse]
) -> None:
    path = tmp_path / "figure.tblocks"
    shutil.copy(asset("samples", "stroke.png"), tmp_path)
    real.resize(1500, 900)
    qtbot.keyClick(real, Qt.Key.Key_N, _CTRL)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    real.action_set["file.save"].trigger()
    user = hand(real, qtbot)
    for symbol in _PLACES:
        user.place(symbol)
    for source, target in _WIRES:
        user.wire(source, target)
    for pin, text in _TEXTS.items():
        user.type(pin, text)
    drawn = {(str(w.source), str(w.target)) for w in real.context.page.wires}
    assert drawn == set(_WIRES)
    qtbot.waitUntil(lambda: real.panels.problems.problems == [])
    real.tabs.grab()
    with qtbot.waitSignal(real.runner.ended, timeout=90_000):
        user.run()
    qtbot.waitUntil(real.action_set["run.run"].isEnabled)
    assert real.context.outcomes.problems[real.context.page_name] == []
    user.open_inspector()
    qtbot.waitUntil(lambda: len(real.controllers.inspectors.windows) == 1)
    window = next(iter(real.controllers.inspectors.windows.values()))
    assert window.windowTitle() == "result_output[1][35][35][3]"
    window.inspector.table.layout_choice.setCurrentIndex(1)  # one element a row, in row-major order
    values = window.inspector.table.grid.sheet.texts(range(3675), range(2, 3))
    shown = [float(value) for (value,) in values]
    assert shown[:4] == pytest.approx([255, 255, 255, 220.999969], abs=2e-5)
    window.close()
    real.activateWindow()
    real.controllers.files.save()
    assert not real.document.is_modified
    assert Document.open(path).project.pages[0] == real.context.page
    program = "import sys; from app.cli import main; sys.exit(main())"
    headless = [sys.executable, "-c", program, "run", str(path), "--json"]
    done = subprocess.run(headless, capture_output=True, text=True, timeout=120, check=True)
    page = next(iter(json.loads(done.stdout)["pages"].values()))
    assert page["results"]["cropandresizegradimage.output"]["values"] == pytest.approx(shown, abs=1e-4)
