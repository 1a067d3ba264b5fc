"""The window for those who listen to it and those who compose letters: blocks and pins have names, Korean arrives."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, Project
from app.document.storage.writer import dumps
from blocks.assets import asset

_ROLE = int(Qt.ItemDataRole.AccessibleTextRole)


def test_the_tree_names_every_block_and_the_properties_every_pin(window: Any, qtbot: Any) -> None:
    window.controllers.files.load(str(asset("samples", "matrix_product.tblocks")))
    page, tree, properties = window.context.page, window.panels.outline.model, window.panels.properties
    for block in page.blocks.values():
        spoken = tree.data(tree.find(page.name, block.id), _ROLE)
        assert spoken == f"block {block.id}, {block.symbol}"
        window.go_to(page.name, block.id)
        qtbot.waitUntil(lambda block=block: getattr(properties.form, "block_id", "") == block.id)
        names = " ".join(child.accessibleName() for child in properties.findChildren(QWidget))
        pins = {pin.name for pin in window.context.symbol(block.symbol).pins if pin.direction != "result"} - {
            "scope"
        }
        assert pins - set(re.findall(r"\w+", names)) == set(), block.id


def _compose(*letters: str) -> None:
    """Compose a syllable as an input method does, each stage in the place of the one before, and commit the last."""
    for letter in letters:
        QApplication.sendEvent(QApplication.focusWidget(), QInputMethodEvent(letter, []))
    commit = QInputMethodEvent("", [])
    commit.setCommitString(letters[-1])
    QApplication.sendEvent(QApplication.focusWidget(), commit)


def test_korean_is_composed_in_the_properties_and_in_the_search(window: Any, qtbot: Any) -> None:
    blocks = {"text": Block(id="text", symbol="Const", pins={"val": ""})}
    window.context.set_document(Document(Project(pages=[Page(name="p", blocks=blocks)])))
    window.go_to("p", "text")
    properties = window.panels.properties
    qtbot.waitUntil(lambda: getattr(properties.form, "block_id", "") == "text")
    field = properties.form.pins["val"].field
    field.setFocus()
    qtbot.keyClicks(QApplication.focusWidget(), '"')
    _compose("ㅎ", "하", "한")
    _compose("ㄱ", "그", "글")
    qtbot.keyClicks(QApplication.focusWidget(), '"')
    window.context.commit()
    assert window.context.page.blocks["text"].pins["val"] == '"한글"'
    assert '"val": "\\"한글\\""'.encode() in dumps(window.document.project)

    qtbot.waitUntil(window.action_set["edit.add_block"].isEnabled)
    window.tabs.current_canvas().viewer.setFocus()
    window.action_set["edit.add_block"].trigger()
    _compose("ㅎ", "행")
    assert QApplication.focusWidget().text() == "행"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert list(window.context.page.blocks) == ["text"]


@pytest.fixture
def german() -> Any:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("german")
def test_a_locale_with_decimal_commas_writes_points(window: Any, qtbot: Any) -> None:
    """What Qt itself reads and shows by the locale must not reach the file."""
    window.context.set_document(Document(Project(pages=[Page(name="p", blocks={})])))
    window.place_symbol("Const")
    block = next(iter(window.context.page.blocks.values()))
    window.go_to("p", block.id)
    properties = window.panels.properties
    qtbot.waitUntil(lambda: getattr(properties.form, "block_id", "") == block.id)
    field = properties.form.pins["val"].field
    field.setFocus()
    qtbot.keyClicks(QApplication.focusWidget(), "{0.5,1234.25}")
    window.context.commit()
    window.tabs.current_canvas().viewer.setFocus()
    qtbot.keyClick(window.tabs.current_canvas().viewer, Qt.Key.Key_Right)
    text = dumps(window.document.project).decode()
    assert "{0.5,1234.25}" in text
    (at,) = re.findall(r'"at": (\[[^\]]*\])', text)
    assert re.fullmatch(r"\[-?\d+(\.\d+)?, -?\d+(\.\d+)?\]", at)
    window.controllers.run.run()
    qtbot.waitUntil(lambda: not window.runner.running)


_SCALED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import app.editor.runs.runner as runner
runner.Runner.warm_up = lambda self: None
from app.editor.application.main import edit
app = QApplication([])
def look():
    window = [w for w in app.topLevelWidgets() if type(w).__name__ == "EditorWindow"][0]
    canvas = window.tabs.current_canvas()
    room = window.screen().availableGeometry()
    ratio = window.grab().devicePixelRatio()
    shown = canvas.viewer.visible_rect()
    inside = all(shown.intersects(item.sceneBoundingRect()) for item in canvas.items.blocks.values())
    print(ratio, window.width() <= room.width(), inside)
    app.closeAllWindows()
QTimer.singleShot(0, lambda: QTimer.singleShot(200, look))
sys.exit(edit(*sys.argv[1:]))
"""


@pytest.mark.parametrize("scale", ["1.25", "1.5", "3"])
def test_a_page_is_whole_on_scaled_screens(scale: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCALED, str(asset("samples", "matrix_product.tblocks"))],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "QT_SCALE_FACTOR": scale},
    )
    assert done.stdout.split()[0] == str(float(scale)), done.stderr
    assert done.stdout.split()[2] == "True"
    assert done.returncode == 0
