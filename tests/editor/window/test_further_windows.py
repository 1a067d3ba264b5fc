"""Where a further window comes to stand: beside the one that asked for it, and as large."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from app.document.editing.document import Document
from app.document.editing.edits import RenamePage
from blocks.assets import asset
from tests.support.enuspace_pages import use, write_page


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


def test_a_sample_that_was_only_looked_at_makes_room_for_the_next(application: Any, window: Any) -> None:
    window.context.copy_requested.emit(str(asset("samples", "matrix_product.tblocks")))
    window.context.copy_requested.emit(str(asset("samples", "crop_and_resize_grad.tblocks")))
    assert [each.document.title for each in application.windows] == ["crop_and_resize_grad"]


def test_what_a_sample_has_learned_is_not_lost_to_a_new_project(
    application: Any, window: Any, qtbot: Any
) -> None:
    window.context.copy_requested.emit(str(asset("samples", "matrix_product.tblocks")))
    with qtbot.waitSignal(window.runner.ended):
        qtbot.keyClick(window, Qt.Key.Key_F5)
    window.context.new_requested.emit()
    assert [each.document.title for each in application.windows] == ["matrix_product", None]


def test_a_page_of_another_format_stays_open_beside_the_next(
    application: Any, window: Any, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        page = write_page(tmp_path, [use("c", "Const")], name=name)
        window.context.open_requested.emit([str(page)])
    assert [each.document.title for each in application.windows] == ["first", "second"]
