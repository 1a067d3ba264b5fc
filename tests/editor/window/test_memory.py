"""What is closed is let go: nothing of a page stays in memory when its window is gone."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest

from app.document.editing.document import Document
from app.editor.widgets.slices import LARGE
from tests.benchmarks.pages import large_project


def _draw_and_close(application: Any) -> list[weakref.ref[Any]]:
    window = application.new_window()
    window.context.ask = lambda *_, **__: "discard"
    window.context.set_document(Document.new())
    canvas = window.tabs.current_canvas()
    canvas.placer.place_beside("MatMul")
    QCoreApplication.processEvents()  # what the canvas does once it has its size
    window.close()
    return [weakref.ref(canvas), weakref.ref(canvas.document)]


def test_a_closed_window_keeps_neither_its_canvas_nor_its_document(application: Any, qtbot: Any) -> None:
    """A timer that held an item of the page once kept every canvas with its pictures, items and history."""
    left = _draw_and_close(application)

    def is_gone() -> bool:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        return all(ref() is None for ref in left)

    qtbot.waitUntil(is_gone)


@pytest.mark.parametrize("drawn", [True, False])
def test_a_window_that_closes_on_a_very_large_page_is_let_go_once_that_is_out(
    application: Any, qtbot: Any, drawn: bool
) -> None:
    window = application.new_window()
    window.context.ask = lambda *_, **__: "discard"
    window.context.set_document(Document(large_project(LARGE + 100)))
    QCoreApplication.processEvents()
    if drawn:
        window.tabs.current_canvas().items.finish()
    QTest.keyClick(window.tabs.current_canvas().viewer, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window.tabs.current_canvas().viewer, Qt.Key.Key_Delete)
    window.document.undo()
    left = [weakref.ref(window.tabs.current_canvas()), weakref.ref(window.document), weakref.ref(window)]
    assert len(window.document.project.pages[0].blocks) == LARGE + 100
    window.close()
    assert not window.isVisible()
    assert window not in application.windows
    del window

    def is_gone() -> bool:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.collect()
        return all(ref() is None for ref in left)

    qtbot.waitUntil(is_gone, timeout=60_000)
