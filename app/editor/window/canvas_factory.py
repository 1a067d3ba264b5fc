"""Makes the canvas of a page as the settings say, with its monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from app.editor.settings import grid_size_of

if TYPE_CHECKING:
    from app.editor.canvas.page_canvas import PageCanvas
    from app.editor.context import EditorContext


def make_canvas(context: EditorContext, page: str, parent: QWidget) -> PageCanvas:
    """Return the canvas of a page of the open document; it is fitted once the layout has given it its size."""
    from app.editor.canvas.page_canvas import PageCanvas  # late: NodeGraphQt comes with the first page
    from app.editor.monitors.factory import MonitorMaker

    assert context.document is not None
    canvas = PageCanvas(context.document, page, context.catalog, context.theme, parent)
    canvas.set_monitor_factory(MonitorMaker(context.results, page, context.document))
    settings = context.store.values
    canvas.set_companions(context.runner.plans.files.at(context.document.folder))
    canvas.set_grid(settings.grid)
    canvas.set_grid_size(grid_size_of(settings))
    canvas.snap = settings.snap
    canvas.minimap.set_shown(settings.minimap)
    canvas.set_show_texts(settings.texts)
    canvas.feedback.set_types_on_wires(settings.types_on_wires)
    canvas.feedback.set_colour_by_dtype(settings.colour_by_dtype)
    canvas.popup.preferred = lambda: (*settings.favourites, *settings.recent_symbols)
    canvas.status_text.connect(context.show_status)
    QTimer.singleShot(0, canvas, canvas.viewport.fit)
    return canvas
