"""The mini-map: the whole page in a corner of the canvas; a click or drag goes there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.nodegraph.viewer import CanvasViewer
from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.theme import Theme

SIZE = QSize(190, 130)
_LEAST = QSize(500, 350)  # a canvas that is no larger shows no map
_CORNER = 10  # pixels between the map and the canvas's corner
_MARGIN = 8.0  # pixels inside the map
_WAIT = 60  # ms after a change before the map is painted anew


class MiniMap(QWidget):
    """A child of the canvas. The page is painted once per change, the view's frame at each movement."""

    def __init__(self, parent: QWidget, viewer: CanvasViewer, items: PageItems, theme: Theme) -> None:
        """Show a page's items."""
        super().__init__(parent)
        self._canvas = parent
        self._viewer, self._items = viewer, items
        self._theme = theme
        self._picture: QPixmap | None = None
        self._whole = QRectF()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT)
        self._timer.timeout.connect(self._renew)
        self.resize(SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Mini-map")
        self._shown = True
        viewer.view_changed.connect(self.update)

    def set_shown(self, on: bool) -> None:
        """Show the map, or not."""
        self._shown = on
        self.setVisible(on)
        self.page_changed()

    def place(self) -> None:
        """Take the lower right corner of the canvas, where that is large enough."""
        room = self._canvas.rect()
        self.move(room.bottomRight() - QPoint(self.width() + _CORNER, self.height() + _CORNER))
        self.raise_()
        self.setVisible(self._shown and room.width() > _LEAST.width() and room.height() > _LEAST.height())

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._renew()

    def page_changed(self) -> None:
        """Paint the page anew, soon."""
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _renew(self) -> None:
        self._picture = None
        self.update()

    def _scale(self) -> tuple[float, QPointF]:
        """Return map pixels per page unit and where the page's origin lies on the map."""
        whole, room = self._whole, QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        scale = min(room.width() / max(1.0, whole.width()), room.height() / max(1.0, whole.height()), 0.25)
        return scale, room.center() - whole.center() * scale

    def _paint_page(self) -> QPixmap:
        """Paint frames, wires' ends and blocks as plain rectangles."""
        self._whole = self._items.places.extent()
        scale, origin = self._scale()
        ratio = self.devicePixelRatioF()
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        background = QColor(self._theme.panel)
        background.setAlpha(225)
        picture.fill(background)
        painter = QPainter(picture)
        painter.translate(origin)
        painter.scale(scale, scale)
        painter.setPen(QPen(QColor(self._theme.frame_outline), 0))
        for note in self._items.notes.values():
            if note.is_frame and note.isVisible():
                painter.drawRect(note.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.block_outline))
        painter.drawRects([block.rect() for block in self._items.blocks.values() if block.fold is None])
        painter.setBrush(QColor(self._theme.monitor_outline))
        for monitor in self._items.monitors.values():
            if monitor.isVisible():
                painter.drawRect(monitor.rect())
        painter.end()
        return picture

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the page's picture and the frame of what is in view."""
        if self._picture is None or self._picture.size() != self.size() * self.devicePixelRatioF():
            self._picture = self._paint_page()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        scale, origin = self._scale()
        seen = self._viewer.visible_rect()
        frame = QRectF(seen.topLeft() * scale + origin, seen.size() * scale)
        painter.setPen(QPen(QColor(self._theme.focus), 1.5))
        painter.drawRect(frame.intersected(QRectF(self.rect()).adjusted(1, 1, -1, -1)))
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to the point clicked."""
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on while the button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def _go(self, event: QMouseEvent) -> None:
        scale, origin = self._scale()
        self._viewer.centre_at((event.position() - origin) / scale)
        event.accept()
