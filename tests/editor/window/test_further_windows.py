"""Where a further window comes to stand: beside the one that asked for it, and as large."""

from __future__ import annotations

from typing import Any

from app.document.editing.document import Document
from app.document.editing.edits import RenamePage


def test_a_further_window_is_as_large_as_the_one_that_asked_for_it(application: Any, window: Any) -> None:
    window.resize(760, 560)
    window.context.set_document(Document.new())
    window.context.apply(RenamePage(window.context.page_name, "mine"))
    window.context.new_requested.emit()
    second = next(each for each in application.windows if each is not window)
    assert second.size() == window.size()
    assert second.screen().availableGeometry().contains(second.pos())


def test_it_is_maximized_where_the_other_is(application: Any, window: Any, qtbot: Any) -> None:
    window.showMaximized()
    qtbot.waitUntil(window.isMaximized)
    second = application.new_window(window)
    qtbot.waitUntil(second.isMaximized)
