"""The page as Python into a file, and the selected blocks as Python onto the clipboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.engine.values.results import TensorValue


def _page(*more: Block, wires: tuple[tuple[str, str], ...] = ()) -> Page:
    blocks = [
        Block(id="a", symbol="Const", pins={"val": "{1f,2f,3f}"}),
        Block(id="b", symbol="Square", at=(200, 0)),
        Block(id="c", symbol="Negate", at=(400, 0), label="the other way round"),
        *more,
    ]
    ends = [("a.output", "b.x"), ("b.y", "c.x"), *wires]
    made = [Wire(source=PinRef.parse(a), target=PinRef.parse(b)) for a, b in ends]
    return Page(name="my page", blocks={b.id: b for b in blocks}, wires=made)


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    window.context.set_document(Document(Project(pages=[_page()])))
    qtbot.waitUntil(window.action_set["edit.select_all"].isEnabled)
    return window


def _copied(window: Any, qtbot: Any, *blocks: str) -> str:
    window.tabs.current_canvas().selection.choose_ids(list(blocks))
    qtbot.waitUntil(window.action_set["edit.copy_python"].isEnabled)
    QGuiApplication.clipboard().clear()
    window.action_set["edit.copy_python"].trigger()
    return QGuiApplication.clipboard().text()


def test_the_page_is_written_where_the_dialog_says(
    shown: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ending is added; the file is Python."""
    asked = []

    def answer(parent: Any, title: str, start: str, filters: str) -> tuple[str, str]:
        asked.append(Path(start).name)
        return str(tmp_path / "mine"), filters

    monkeypatch.setattr("app.editor.controllers.exports.QFileDialog.getSaveFileName", answer)
    shown.action_set["file.export_page"].trigger()
    text = (tmp_path / "mine.py").read_text()
    compile(text, "mine.py", "exec")
    assert asked == ["my_page.py"]
    assert "b = tf.math.square(A)" in text
    assert "# the other way round" in text


def test_what_was_not_run_is_computed_in_the_copy(shown: Any, qtbot: Any) -> None:
    """Without results the blocks before the selected one come along; only its own outputs are shown."""
    text = _copied(shown, qtbot, "c")
    assert "b = tf.math.square(A)" in text
    assert '"c.y": c' in text
    assert '"b.y"' not in text


def test_results_of_the_last_run_stand_in_the_copy(shown: Any, qtbot: Any) -> None:
    """What another block gave is a constant, and what is before it is left out."""
    page = shown.context.page
    value = TensorValue("float32", np.float32([1, 4, 0.1]))
    shown.context.results.merge(page, {"b.y": value}, {"b"}, shown.context.pages_of)
    text = _copied(shown, qtbot, "c")
    assert "B = tf.constant([1.0, 4.0, 0.1])" in text
    assert "square" not in text
    assert "c = tf.math.negative(B)" in text


def test_a_page_with_errors_is_not_exported(
    window: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message names the block; nothing is written."""
    wrong = Block(id="wrong", symbol="Const", pins={"val": "{{1},{2,3}}"})
    session = Block(id="s", symbol="ClientSession")
    page = _page(wrong, session, wires=(("wrong.output", "s.fetch_outputs"),))
    window.context.set_document(Document(Project(pages=[page])))
    messages: list[str] = []
    monkeypatch.setattr(window.context, "show_message", lambda title, text: messages.append(text))
    assert not window.controllers.exports.write(tmp_path / "x.py")
    assert "wrong" in messages[0]
    assert not (tmp_path / "x.py").exists()
