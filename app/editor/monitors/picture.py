"""The monitor of kind ``picture``: a tensor as an image, sharp to the pixel, a batch as several."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QMouseEvent, QPainter, QPen

from app.editor.monitors.base import ValueWidget
from app.editor.monitors.look import number_text

if TYPE_CHECKING:
    from app.document.model import Monitor
    from app.editor.monitors.pixels import Array, Pictures
    from app.editor.results_store import ResultStore

_EDGE = 6.0
_GAP = 4.0
_LEGEND = 10.0  # the width of the colour scale


class PictureMonitor(ValueWidget):
    """Shows the first pin's tensor. Its pictures are made when they are first painted.

    While the mouse is over a pixel, the caption gives its values.
    """

    _made: tuple[Array, Pictures | None, str] | None = None  # of which array, its pictures or why not
    _images: list[QImage]
    _cells: list[QRectF]
    _mouse: QPointF | None = None

    def __init__(self, store: ResultStore, page: str, monitor: Monitor) -> None:
        """Follow the first pin."""
        super().__init__(store, page, monitor)
        self._cells = []
        self.setMouseTracking(True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the value of the pixel under the mouse."""
        self._mouse = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show the whole tensor's range again."""
        self._mouse = None
        self.update()

    def pixel(self) -> str:
        """Return the place and values of the pixel under the mouse, or ""."""
        from app.editor.monitors.pixels import pixel_text

        array, made, mouse = self.found[0].array, self.pictures(), self._mouse
        if array is None or made is None or mouse is None:
            return ""
        height, width = made.rgba.shape[1:3]
        for number, cell in enumerate(self._cells):
            if cell.contains(mouse):
                row = min(int((mouse.y() - cell.top()) * height / cell.height()), height - 1)
                column = min(int((mouse.x() - cell.left()) * width / cell.width()), width - 1)
                return pixel_text(array, number, row * made.stride, column * made.stride)
        return ""

    def pictures(self) -> Pictures | None:
        """Return the pictures of the value that is there, or None (see `reason`)."""
        from app.editor.monitors.pixels import pictures_of  # late: it needs NumPy

        array = self.found[0].array
        if array is None:
            self._made = None
            return None
        if self._made is None or self._made[0] is not array:
            try:
                made = pictures_of(array)
                self._made = (array, made, "")
                self._images = [_image(rgba) for rgba in made.rgba]
            except ValueError as wrong:
                self._made = (array, None, str(wrong))
        return self._made[1]

    def reason(self) -> str:
        """Return why there is no picture."""
        return self._made[2] if self._made is not None else self.found[0].why

    def caption(self) -> str:
        """Return dtype, shape and range of the value."""
        made, found = self.pictures(), self.found[0]
        if made is None or found.array is None:
            return ""
        text = f"{found.dtype} [{', '.join(str(n) for n in found.array.shape)}]"
        text += f"  {number_text(made.low)} … {number_text(made.high)}"
        text += f"  {made.odd} NaN or Inf" if made.odd else ""
        left_out = made.total - len(made.rgba)
        text += f"  {len(made.rgba)} of {made.total}" if left_out else ""
        return text + (f"  every {made.stride}. pixel" if made.stride > 1 else "")

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Paint pictures, colour scale and caption."""
        made = self.pictures()
        if made is None:
            self.paint_reason(painter, rect, self.reason())
            return
        painter.setFont(self.look.font)
        metrics = QFontMetricsF(self.look.font)
        rest = rect.adjusted(_EDGE, _EDGE, -_EDGE, -metrics.height() - 4)
        caption = QRectF(rect.left() + _EDGE, rest.bottom() + 1, rest.width(), metrics.height() + 2)
        painter.setPen(self.look.faint)
        text = metrics.elidedText(
            self.pixel() or self.caption(), Qt.TextElideMode.ElideRight, caption.width()
        )
        painter.drawText(caption, int(Qt.AlignmentFlag.AlignCenter), text)
        if made.is_heat:
            rest = self._paint_scale(painter, rest, made, metrics)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        self._cells = cells(rest, made.rgba.shape)
        for image, place in zip(self._images, self._cells, strict=True):
            painter.drawImage(place, image)
            painter.setPen(QPen(self.look.grid, 1.0))  # a white picture on a white ground ends somewhere too
            painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_scale(self, painter: QPainter, rect: QRectF, made: Pictures, metrics: QFontMetricsF) -> QRectF:
        """Paint the colour scale at the right; return the room that it leaves."""
        from app.editor.monitors.pixels import heat_colours

        texts = (number_text(made.high), number_text(made.low))
        wide = _LEGEND + 4 + max(metrics.horizontalAdvance(t) for t in texts)
        if wide > rect.width() * 0.45:
            return rect
        bar = QRectF(rect.right() - wide, rect.top() + 1, _LEGEND, rect.height() - 2)
        colours = heat_colours(64)[::-1, None]  # high above
        scale = QImage(colours.tobytes(), 1, 64, 3, QImage.Format.Format_RGB888).copy()
        painter.drawImage(bar, scale)
        painter.setPen(QPen(self.look.grid, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setPen(self.look.text)
        painter.drawText(QPointF(bar.right() + 4, bar.top() + metrics.ascent()), texts[0])
        painter.drawText(QPointF(bar.right() + 4, bar.bottom() - metrics.descent()), texts[1])
        return rect.adjusted(0, 0, -wide - _EDGE, 0)


def cells(room: QRectF, shape: tuple[int, ...]) -> list[QRectF]:
    """Return where the pictures [n, h, w, ...] lie: in rows of as many as make them largest.

    Every picture keeps its aspect; enlarged ones have pixels of one whole size.
    """
    count, height, width = shape[:3]
    best, columns = 0.0, 1
    for across in range(1, count + 1):
        down = math.ceil(count / across)
        scale = min(
            (room.width() - _GAP * (across - 1)) / (across * width),
            (room.height() - _GAP * (down - 1)) / (down * height),
        )
        if scale > best:
            best, columns = scale, across
    scale = math.floor(best) if best >= 2 else max(best, 1e-3)
    rows = math.ceil(count / columns)
    wide, high = width * scale, height * scale
    left = room.center().x() - (columns * wide + (columns - 1) * _GAP) / 2
    top = room.center().y() - (rows * high + (rows - 1) * _GAP) / 2
    return [
        QRectF(
            round(left + (n % columns) * (wide + _GAP)),
            round(top + (n // columns) * (high + _GAP)),
            wide,
            high,
        )
        for n in range(count)
    ]


def _image(rgba: Array) -> QImage:
    height, width = rgba.shape[:2]
    # The copy owns its bytes: QImage only borrows the ones that it is given.
    return QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
