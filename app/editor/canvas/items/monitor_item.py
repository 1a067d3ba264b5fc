"""The frame of a monitor on the page: title bar, size, selection; its content is a widget made elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsProxyWidget, QStyleOptionGraphicsItem, QWidget

from app.document.model.diagram import Monitor
from app.editor.canvas.items.box_item import BoxItem
from app.editor.canvas.items.style import CanvasStyle
from app.editor.canvas.nodegraph.item_bases import Z_MONITOR
from app.editor.tensor_views.empty import KINDS, paint_empty
from app.editor.tensor_views.look import look_of
from app.editor.tensor_views.monitor_content import MonitorContent
from app.editor.widgets.guarded_paint import guarded

TITLE_BAR = 24.0
_REMARK = 0.65  # of the title bar at most, beside the title


class MonitorItem(BoxItem):
    """A small window on the page that shows a pin's value."""

    smallest = (80.0, 56.0)

    def __init__(self, monitor: Monitor, style: CanvasStyle, content: MonitorContent | None) -> None:
        """Show a monitor; without content it says what it would show."""
        self._content = content
        self.monitor = monitor
        if self.is_bare:
            self.smallest = (8.0, 8.0)
        super().__init__(monitor.id, style)
        self.setZValue(Z_MONITOR)
        self.proxy: QGraphicsProxyWidget | None = None
        if content is not None:
            content.remark_changed.connect(self._update_bar)
            content.setMinimumSize(1, 1)  # the frame's size counts, not what the content would like
            self.proxy = QGraphicsProxyWidget(self)
            self.proxy.setWidget(content)
            # Painted when it changes, not each time that something near it does: a curve takes a while.
            self.proxy.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.set_monitor(monitor)

    @property
    def is_bare(self) -> bool:
        """Return whether only its content is drawn, as the option ``bare`` says (pictures of imported pages)."""
        return self.monitor.options.get("bare") is True

    @property
    def bar(self) -> float:
        """The height of the title bar."""
        return 1.0 if self.is_bare else TITLE_BAR

    @property
    def style(self) -> CanvasStyle:
        """The canvas's style; the content gets its theme."""
        return self._style

    @style.setter
    def style(self, style: CanvasStyle) -> None:
        self._style = style
        if self._content is not None:
            self._content.set_theme(style.theme)

    def set_monitor(self, monitor: Monitor) -> None:
        """Show the monitor as it is now."""
        self.monitor = monitor
        self.place(*monitor.at)
        self.resize(*monitor.size)

    def resized(self) -> None:
        """Fit the content below the title bar."""
        if self.proxy is not None:
            self.proxy.setPos(1, self.bar)
            self.proxy.resize(self.width - 2, self.height - self.bar - 1)

    def body_at(self, point: QPointF) -> bool:
        """The title bar moves it; the content is for the widget. One that is bare moves anywhere."""
        rect = self.rect()
        whole = self.proxy is None or self.is_bare
        return rect.contains(point) and (whole or point.y() < rect.top() + TITLE_BAR)

    def content_at(self, point: QPointF) -> bool:
        """Return whether a page point lies on the content widget."""
        inside = self.rect().adjusted(2, TITLE_BAR, -2, -2)
        return self.proxy is not None and not self.is_bare and inside.contains(point)

    @property
    def takes_double_click(self) -> bool:
        """Return whether a double click on the content is the content's own."""
        return self._content is not None and self._content.takes_double_click

    def title(self) -> str:
        """Return what the title bar says."""
        named = self.monitor.options.get("title")
        return (
            named if isinstance(named, str) and named else ", ".join(self.monitor.pins) or self.monitor.kind
        )

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint window, title bar and selection."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        theme = self.style.theme
        is_curve = self.style.classic and self.monitor.kind == "curve"  # the original's trend window, green
        painter.setPen(QPen(QColor(theme.note_text if is_curve else theme.monitor_outline), 1.0))
        painter.setBrush(QColor(theme.monitor_fill))
        painter.drawRect(QRectF(0, 0, self.width, self.height))
        if self.is_bare:
            if self.proxy is None:
                self._paint_empty(painter)
            self.paint_selection(painter)
            return
        bar = QRectF(0.5, 0.5, self.width - 1, TITLE_BAR - 1)
        if not is_curve:
            painter.fillRect(bar, QColor(theme.monitor_title_fill))
        painter.setFont(self.style.label_font)
        painter.setPen(QColor(theme.note_text if is_curve else theme.monitor_text))
        room = self.width - 16 - self._paint_remark(painter, bar)
        text = painter.fontMetrics().elidedText(self.title(), Qt.TextElideMode.ElideMiddle, int(room))
        across = Qt.AlignmentFlag.AlignHCenter if is_curve else Qt.AlignmentFlag.AlignLeft
        painter.drawText(bar.adjusted(8, 0, -8, 0), int(across | Qt.AlignmentFlag.AlignVCenter), text)
        if self.proxy is None:
            self._paint_empty(painter)
        self.paint_selection(painter)

    def _update_bar(self) -> None:
        self.update()

    def _paint_remark(self, painter: QPainter, bar: QRectF) -> float:
        """Paint at the right of the title bar what is said of the value; return how much room that takes."""
        remark, metrics = self._content.remark if self._content is not None else "", painter.fontMetrics()
        if not remark:
            return 0.0
        shown = metrics.elidedText(remark, Qt.TextElideMode.ElideRight, int((self.width - 16) * _REMARK))
        pen = painter.pen()
        painter.setPen(self.style.label_dim)
        right = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        painter.drawText(bar.adjusted(8, 0, -8, 0), right, shown)
        painter.setPen(pen)
        return metrics.horizontalAdvance(shown) + 8.0

    def _paint_empty(self, painter: QPainter) -> None:
        """Paint what stands for a content that nobody has made."""
        kind = self.monitor.kind
        rest = QRectF(0, self.bar, self.width, self.height - self.bar)
        text = "no value yet" if kind in KINDS else f"{kind}: no value yet"
        paint_empty(painter, rest, kind, text, look_of(self.style.theme))
