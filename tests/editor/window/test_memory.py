"""What is closed is let go: nothing of a page stays in memory when its window is gone."""

from __future__ import annotations

import gc
import weakref
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent

from app.document.editing.document import Document


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
