"""What the monitors have in common: they follow the results of a page, and the theme."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent

from app.editor.monitors.element import Found, look_up
from app.editor.monitors.options import Options
from app.editor.tensor_views.empty import paint_empty
from app.editor.tensor_views.look import look_of, sized
from app.editor.tensor_views.monitor_content import MonitorContent
from app.editor.values.slicing import part_of
from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.theme import DARK, Theme

if TYPE_CHECKING:
    from app.document.model.diagram import Monitor
    from app.editor.results.store import ResultStore

_REFRESH_MS = 40  # draws a monitor at most so often while a run streams
_STALE = 0.45  # opacity of a value of before the last change
_LONGEST_REST_MS = 700  # the last value of a run is there before anyone takes an earlier one for it
_REST = 8.0  # between two paintings of a monitor, in times of what one takes: the run needs the processor too


class ValueWidget(MonitorContent):
    """Shows the values of a monitor's pins. Subclasses paint them in `paint_value`.

    Where ``takes_slice`` is set the option ``slice`` names the part of each value that is shown.
    """

    takes_slice = False
    takes_double_click = False
    _paint_ms = 0.0  # that the last painting took
    is_stale = False  # the page was changed since the value was made

    def __init__(self, store: ResultStore, page: str, monitor: Monitor) -> None:
        """Follow the pins of a monitor on a page."""
        super().__init__()
        self.page, self.monitor = page, monitor
        self._store = store
        self.look = look_of(DARK)
        self.found: list[Found] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        store.changed.connect(self._on_changed)
        store.renamed.connect(self._on_renamed)
        self.setAccessibleName(f"{monitor.kind} of {', '.join(monitor.pins)}")
        self.refresh()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.look = look_of(theme)
        self.update()

    def _on_changed(self, page: str) -> None:
        if page == self.page and not self._timer.isActive():
            self._timer.start(min(max(_REFRESH_MS, round(_REST * self._paint_ms)), _LONGEST_REST_MS))

    def _on_renamed(self, old: str, new: str) -> None:
        if self.page == old:
            self.page = new

    def refresh(self) -> None:
        """Read the store's values now."""
        said = self.remark
        self.found = [self._part(look_up(self._store, self.page, pin)) for pin in self.monitor.pins]
        results = self._store.page(self.page)
        has_value = any(found.array is not None for found in self.found)
        self.is_stale = has_value and any(results.is_stale(pin) for pin in self.monitor.pins)
        self.read()
        self.update()
        if self.remark != said:
            self.remark_changed.emit()

    @property
    def remark(self) -> str:
        """Return of when the value is, where that is not the page as it is now."""
        if not self.is_stale:
            return ""
        return "before the last change" if not self._store.page(self.page).saved else "as saved in the file"

    def _part(self, found: Found) -> Found:
        """Return the part of a value that the option names."""
        text = Options(self.monitor.options).text("slice") if self.takes_slice else ""
        if found.array is None or not text:
            return found
        try:
            return Found(part_of(found.array, text), found.dtype)
        except ValueError as wrong:
            return Found(why=f"slice {text}: {wrong}")

    def read(self) -> None:
        """React to new values (for subclasses)."""

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the values into the content's rectangle (for subclasses)."""

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, and the value or why there is none."""
        began = time.perf_counter()
        painter = QPainter(self)
        painter.setBrush(Qt.BrushStyle.NoBrush)  # within a scene the painter comes with another item's brush
        painter.fillRect(self.rect(), self.look.ground)
        painter.setOpacity(_STALE if self.is_stale else 1.0)
        self.paint_value(painter, QRectF(self.rect()))
        if self.is_stale and Options(self.monitor.options).flag("bare", False):
            self._paint_remark(painter, QRectF(self.rect()))
        painter.end()
        self._paint_ms = 1000 * (time.perf_counter() - began)

    def _paint_remark(self, painter: QPainter, rect: QRectF) -> None:
        """Say at the upper edge of when the value is; others have a title bar for that."""
        painter.setOpacity(1.0)
        painter.setFont(sized(11))
        painter.setPen(self.look.text)
        room = rect.adjusted(6, 3, -6, 0)
        shown = painter.fontMetrics().elidedText(self.remark, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop), shown)

    def paint_reason(self, painter: QPainter, rect: QRectF, text: str) -> None:
        """Paint why there is nothing to show."""
        paint_empty(painter, rect, self.monitor.kind, text, self.look)
