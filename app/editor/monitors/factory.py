"""Makes the content of the monitors on a page, by their kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.editor.monitors.history import Histories
from app.editor.tensor_views.monitor_content import MonitorContent

if TYPE_CHECKING:
    from app.document.editing.document import Document
    from app.document.model.diagram import Monitor
    from app.editor.monitors.base import ValueWidget
    from app.editor.results.store import ResultStore
    from app.engine.ipc.messages import Cell


class MonitorMaker(QObject):
    """The factory that a canvas calls for each monitor; None for a kind that it does not know."""

    def __init__(self, store: ResultStore, page: str, document: Document | None = None) -> None:
        """Make monitors that follow a page's results; controls type into the page of a document."""
        super().__init__()
        self._document = document
        self._store, self._page = store, page
        self._histories = Histories(store, page, self)
        store.renamed.connect(self._on_renamed)

    def __call__(self, monitor: Monitor) -> MonitorContent | None:
        """Return the widget of a monitor."""
        if not monitor.pins and not (monitor.kind == "picture" and monitor.options.get("scale")):
            return None
        if monitor.kind == "control":
            return self._control(monitor)
        if monitor.kind == "curve":
            from app.editor.monitors.curve import CurveMonitor

            return CurveMonitor(self._store, self._page, monitor, self._histories)
        kind = _kind(monitor.kind)
        return kind(self._store, self._page, monitor) if kind is not None else None

    @property
    def histories(self) -> Histories:
        """Return the series of what the page's curves show."""
        return self._histories

    def add_rows(self, pins: Sequence[str], first: int, rows: Sequence[Sequence[Cell]], every: int) -> None:
        """Give the page's curves what a run has read, every so many steps: a row a step, a column a pin."""
        self._histories.add_rows(pins, first, rows, every)

    def go_back(self, step: int) -> None:
        """Let the page's curves forget later steps, which are done anew."""
        self._histories.go_back(step)

    def _control(self, monitor: Monitor) -> MonitorContent | None:
        from app.editor.monitors.control import ControlMonitor

        return ControlMonitor(self._document, self._page, monitor) if self._document is not None else None

    def _on_renamed(self, old: str, new: str) -> None:
        if self._page == old:
            self._page = new


def _kind(name: str) -> type[ValueWidget] | None:
    """Return the class of a kind; its module is imported with the first monitor that needs it."""
    if name == "number":
        from app.editor.monitors.number import NumberMonitor

        return NumberMonitor
    if name == "picture":
        from app.editor.monitors.picture import PictureMonitor

        return PictureMonitor
    if name == "table":
        from app.editor.monitors.table import TableMonitor

        return TableMonitor
    if name == "text":
        from app.editor.monitors.text import TextMonitor

        return TextMonitor
    if name == "histogram":
        from app.editor.monitors.histogram import HistogramMonitor

        return HistogramMonitor
    return None
