"""No text of a file is taken for markup: a picture that it names is not loaded, an ampersand underlines nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QMenu,
    QMessageBox,
    QTabBar,
    QTextEdit,
    QWidget,
)

from app.editor.canvas.interactions import tool_tips
from app.editor.canvas.page_state.hit_test import Hit
from app.editor.widgets import dialogs
from app.engine.values.results import tensor_of
from tests.support.sources import PROGRAM, place, text

pytestmark = pytest.mark.timeout(60)


def hostile_project(folder: Path, evil: str) -> str:
    """Write a project in which each text that a person or a foreign program may choose is ``evil``."""
    blocks = [
        {"id": "a", "symbol": "Const", "pins": {"val": f'"{evil}"', evil: evil}, "label": evil},
        {"id": "u", "symbol": evil, "at": [300, 0], "pins": {evil: evil}, "label": evil},
        {"id": evil, "symbol": "Add", "at": [600, 0], "pins": {"attrs": evil, "x": evil}},
        {"id": "n", "symbol": "Const", "at": [0, 300], "pins": {"val": {"npz": evil, "key": evil}}},
        {"id": "r", "symbol": "ReadFile", "at": [300, 300], "pins": {"filename": f'"{evil}"', "attrs": evil}},
        {"id": "s", "symbol": "ClientSession", "at": [600, 300], "pins": {"run_outputs": evil}},
    ]
    wires = [
        ["a.output", f"u.{evil}"],
        ["a.output", "s.fetch_outputs"],
        [f"u.{evil}", "s.fetch_outputs"],
        [evil],
    ]
    notes = [{"id": f"{kind}", "kind": kind, "text": evil, "at": [0, 600], "style": {"color": evil}}
             for kind in ("text", "frame", "shape")]  # fmt: skip
    kinds = ("number", "table", "curve", "picture", "histogram", "text", "control", evil)
    monitors = [
        {"id": f"m{i}", "kind": kind, "pins": ["a.output", f"{evil}.{evil}"], "at": [250 * i, 900],
         "options": {"title": evil, evil: evil}}
        for i, kind in enumerate(kinds)
    ]  # fmt: skip
    page = {
        "name": evil, "scope": {"device": evil}, "run": {"until": evil, "guard": [evil]},
        "blocks": blocks, "wires": wires, "notes": notes, "monitors": monitors,
        "snapshots": {evil: {"npz": evil}}, "results": {"npz": evil},
        "report": [evil], evil: evil,
    }  # fmt: skip
    path = folder / "p &amp; <b>q<.tblocks"
    path.write_text(json.dumps({"format": "tensorblocks", "version": 1, "pages": [page], evil: evil}))
    return str(path)


def indexes(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[QModelIndex]:
    """Yield every index of a model."""
    todo = [parent]
    while todo:
        above = todo.pop()
        if model.canFetchMore(above):
            model.fetchMore(above)
        columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(above)
        for row in range(min(model.rowCount(above), 60)):
            for column in range(columns):
                index = model.index(row, column, above)
                yield index
                if column == 0:
                    todo.append(index)


def is_markup(shown: str, evil: str) -> bool:
    """Return whether Qt would show a text, of which it guesses the kind, with the file's markup."""
    return evil in shown and GuiQt.mightBeRichText(shown)


def rich_texts(top: QWidget, evil: str) -> list[str]:
    """Return where, in a window and all that is in it, a text of the file would be shown as markup."""
    found = []
    for widget in [top, *top.findChildren(QWidget)]:
        where = f"{type(widget).__name__} {widget.objectName()}"
        tips = [widget.toolTip(), widget.statusTip(), widget.whatsThis()]
        if isinstance(widget, QTabBar):
            tips += [widget.tabToolTip(i) for i in range(widget.count())]
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            for index in indexes(widget.model(), widget.rootIndex()):
                tips.append(index.data(Qt.ItemDataRole.ToolTipRole))
        if isinstance(widget, QLabel) and widget.textFormat() == Qt.TextFormat.AutoText:
            tips.append(widget.text())
        found += [f"{where}: {tip}" for tip in tips if isinstance(tip, str) and is_markup(tip, evil)]
        if (
            isinstance(widget, QLabel)
            and widget.textFormat() == Qt.TextFormat.RichText
            and evil in widget.text()
        ):
            found.append(f"{where}: {widget.text()}")
        if isinstance(widget, QTextEdit) and evil in widget.toHtml():
            found.append(f"{where}: {widget.toHtml()}")
    return found


def marked_keys(top: QWidget, evil: str) -> list[str]:
    """Return texts of the file on buttons, menus and tabs in which an ampersand marks a key."""
    texts = [b.text() for b in top.findChildren(QAbstractButton)]
    texts += [a.text() for menu in top.findChildren(QMenu) for a in menu.actions()]
    for bar in top.findChildren(QTabBar):
        texts += [bar.tabText(i) for i in range(bar.count())]
    return [t for t in texts if "&" in evil and evil in t]


@pytest.fixture(params=["picture", "bold", "entity"])
def evil(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A text that would do something as markup. The picture is a pipe: whoever loads it waits for ever."""
    if request.param == "picture":
        if not hasattr(os, "mkfifo"):
            pytest.skip("this system has no named pipes")
        os.mkfifo(tmp_path / "leak.png")
        return f"<img src='file://{tmp_path}/leak.png'>"
    return {"bold": "<b>x</b> & y", "entity": "&lt;x&gt;&amp; <b>z</b>"}[request.param]


def test_nothing_in_the_window_shows_markup_of_a_file(
    window: Any, tmp_path: Path, qtbot: Any, evil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes: list[str] = []

    def look(box: QMessageBox) -> int:
        boxes.extend(rich_texts(box, evil))
        return 0

    monkeypatch.setattr(QMessageBox, "exec", look)
    assert window.controllers.files.load(hostile_project(tmp_path, evil))
    page = window.context.page
    values = {f"{b}.output": tensor_of(np.array([evil.encode()], object)) for b in ("a", evil)}
    window.context.results.put(page.name, values, 1)
    window.context.show_status(evil)
    window.context.log(evil, "error")
    window.banner.show_message(evil, [])
    for dock in ("problems", "results", "outline", "history", "snapshots", "log", "properties"):
        window.docks.reveal(dock)
    shown = window.controllers.diagnostics
    qtbot.waitUntil(lambda: len(shown._shown) > 10)
    canvas = window.tabs.current_canvas()
    canvas.grab()
    assert rich_texts(window, evil) == []
    for item in [*page.blocks, *page.notes, *page.monitors]:
        canvas.selection.choose_ids([item])
        window.refresh_selection()
        QApplication.processEvents()
        assert rich_texts(window, evil) == [], item
        assert marked_keys(window, evil) == [], item
    items = canvas.items
    drawn = (*items.blocks.values(), *items.wires.values(), *items.monitors.values())
    hits = [Hit("block", item=item) for item in drawn]
    hits += [
        Hit("pin", item=block, pin=pin) for block in items.blocks.values() for pin in block.shape_plan.pins
    ]
    for hit in hits:
        assert evil not in tool_tips.text_for(canvas, hit)
    window.controllers.inspectors.open("a.output")
    QApplication.processEvents()
    for top in QApplication.topLevelWidgets():
        assert rich_texts(top, evil) == []
    dialogs.show_message(window, evil, evil)
    assert boxes == []


def test_the_editor_makes_no_label_that_guesses() -> None:
    """A new label is a PlainLabel: QLabel takes for markup what looks like it."""
    made = re.compile(r"(?<!\w)QLabel\(|\(QLabel\)")
    found = [place(p) for p in PROGRAM if made.search(text(p))]
    assert found == ["app/editor/widgets/plain_text.py"]
