"""What painting raises never reaches Qt: every method of ours that paints is guarded, and a file's picture fails."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtGui import QIconEngine, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemDelegate, QGraphicsItem, QWidget

import app.editor
from app.editor.widgets.guarded_paint import faults_raised, guarded

_PAINTING = ("paint", "paintEvent", "drawBackground", "drawForeground", "initStyleOption")


class _Broken(QWidget):
    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.drawPixmap(0, 0, QPixmap())
        raise ZeroDivisionError("made for the test")


def _kinds(*bases: type) -> Iterator[type]:
    todo = [*bases]
    while todo:
        kind = todo.pop()
        todo += kind.__subclasses__()
        if kind.__module__.startswith("app."):
            yield kind


def test_every_method_of_ours_that_paints_is_guarded() -> None:
    for found in pkgutil.walk_packages(app.editor.__path__, "app.editor."):
        importlib.import_module(found.name)
    painting = {
        f"{kind.__module__}.{kind.__name__}.{name}": kind.__dict__[name]
        for kind in _kinds(QGraphicsItem, QWidget, QAbstractItemDelegate, QIconEngine)
        for name in _PAINTING
        if getattr(kind.__dict__.get(name), "__module__", "").startswith("app.")
    }
    assert len(painting) > 12
    assert [name for name, method in painting.items() if not hasattr(method, "__wrapped__")] == []


def test_a_fault_is_reported_after_the_painting_and_the_painter_is_let_go(qtbot: Any) -> None:
    widget = _Broken()
    qtbot.addWidget(widget)
    with qtbot.captureExceptions() as faults:
        for _ in range(3):
            widget.grab()
        assert faults == []
        qtbot.waitUntil(lambda: bool(faults))
    assert [str(fault[1]) for fault in faults] == ["made for the test"]
    assert not widget.paintingActive()


def test_a_picture_for_a_file_fails_in_its_place(qtbot: Any) -> None:
    widget = _Broken()
    qtbot.addWidget(widget)
    with pytest.raises(ZeroDivisionError, match="made for the test"), faults_raised():
        widget.grab()
