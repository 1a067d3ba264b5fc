"""The page as a picture, from the window's menus."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog

from app.document.editing.document import Document
from app.document.model.diagram import Block, Monitor, Page, PinRef, Project, Wire


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    blocks = {
        "a": Block(id="a", symbol="Const", pins={"val": "[1, 2]"}),
        "b": Block(id="b", symbol="Abs", at=(300, 0)),
    }
    wire = Wire(source=PinRef("a", "output"), target=PinRef("b", "x"))
    table = Monitor(id="t", kind="table", pins=("b.y",), at=(0, 300))
    page = Page(name="one", blocks=blocks, wires=[wire], monitors={"t": table})
    window.context.set_document(Document(Project(pages=[page])))
    qtbot.waitUntil(window.action_set["file.export"].isEnabled)
    return window


def _export(
    window: Any, monkeypatch: pytest.MonkeyPatch, out: Path, kind: str = "PNG picture (*.png)"
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), kind))
    window.action_set["file.export"].trigger()


def test_a_png_shows_the_whole_page_without_the_selection(
    shown: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    canvas, out = shown.tabs.current_canvas(), tmp_path / "one.png"
    _export(shown, monkeypatch, out)
    plain = QImage(str(out))
    assert plain.width() > 2 * 300
    assert plain.height() > 2 * 440
    canvas.selection.choose_all()
    _export(shown, monkeypatch, out)
    assert QImage(str(out)) == plain
    assert canvas.selection.ordered_blocks() == ["a", "b"]
    assert canvas.items.blocks["a"].selected_look
    assert QColor(canvas.theme.canvas).name() == plain.pixelColor(1, 1).name()


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_drawings_are_written_by_the_ending_of_the_kind_that_was_chosen(
    shown: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    chosen = {"svg": "SVG drawing (*.svg)", "pdf": "PDF document (*.pdf)"}[kind]
    _export(shown, monkeypatch, tmp_path / "page", chosen)
    out = tmp_path / f"page.{kind}"
    if kind == "svg":
        texts = {"".join(t.itertext()) for t in ElementTree.parse(out).iter() if t.tag.endswith("text")}
        assert {"Const", "Abs"} <= texts
    else:
        assert out.read_bytes().startswith(b"%PDF")
    assert list(tmp_path.glob("page*")) == [out]


def test_the_page_is_copied_as_a_picture(shown: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown.action_set["edit.copy_picture"].trigger()
    _export(shown, monkeypatch, tmp_path / "one.png")
    assert QGuiApplication.clipboard().image().size() == QImage(str(tmp_path / "one.png")).size()


def test_a_folder_that_is_not_there_is_said(
    shown: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said: list[str] = []
    monkeypatch.setattr(shown.context, "show_message", lambda title, text: said.append(text))
    _export(shown, monkeypatch, tmp_path / "absent" / "one.png")
    assert len(said) == 1
    assert "one.png is not written" in said[0]


def test_without_a_name_nothing_is_written(
    shown: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    shown.action_set["file.export"].trigger()
    assert not list(tmp_path.glob("*.png"))
