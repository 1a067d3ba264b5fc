"""Paints a tensor as pictures, sharp to the pixel, with a colour scale; knows the pixel at a point."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPen

from app.editor.tensor_views.look import Look, number_text
from blocks.tensor_spec import shape_text

if TYPE_CHECKING:
    from app.editor.tensor_views.pixels import Array, Pictures, Style

_EDGE = 6.0
_GAP = 4.0
_LEGEND = 10.0  # the width of the colour scale


class PictureFigure:
    """The pictures of one array at a time; they are made when they are first needed."""

    def __init__(self, style: Style | None = None, legend: bool = True, bare: bool = False) -> None:
        """Draw in a style, with a colour scale where the colours stand for values; ``bare`` fills all the room."""
        self.style, self.legend, self.bare = style, legend, bare
        self.array: Array | None = None
        self.dtype = ""
        self.cells: list[QRectF] = []
        self._made: Pictures | None = None
        self._why = ""
        self._is_made = False
        self._images: list[QImage] = []

    def set_array(self, array: Array | None, dtype: str) -> None:
        """Take an array of TensorFlow's type ``dtype``."""
        if array is not self.array:
            self.array, self.dtype, self._is_made = array, dtype, False

    def pictures(self) -> Pictures | None:
        """Return the pictures, None where there are none (see `reason`)."""
        if not self._is_made:
            self._make()
        return self._made

    def _make(self) -> None:
        from app.editor.tensor_views.pixels import pictures_of  # late: it needs NumPy

        self._is_made, self._made, self._why, self._images = True, None, "", []
        if self.array is None:
            return
        try:
            self._made = pictures_of(self.array, self.style)
        except ValueError as wrong:
            self._why = str(wrong)
            return
        self._images = [image_of(rgba) for rgba in self._made.rgba]

    def reason(self) -> str:
        """Return why an array makes no picture."""
        self.pictures()
        return self._why

    def caption(self) -> str:
        """Return dtype, shape and range of the value, and what is left out."""
        made = self.pictures()
        if made is None or self.array is None:
            return ""
        text = f"{self.dtype} {shape_text(self.array.shape)}"
        text += f"  {number_text(made.low)} … {number_text(made.high)}"
        text += f"  {made.odd} NaN or Inf" if made.odd else ""
        text += f"  {len(made.rgba)} of {made.total}" if made.total > len(made.rgba) else ""
        return text + (f"  every {made.stride}. pixel" if made.stride > 1 else "")

    def pixel(self, point: QPointF | None) -> str:
        """Return the place and values of the pixel at a point of the last painting, or ""."""
        from app.editor.tensor_views.pixels import pixel_text

        made = self.pictures()
        if made is None or point is None:
            return ""
        height, width = made.rgba.shape[1:3]
        for number, cell in enumerate(self.cells):
            if cell.contains(point):
                row = min(int((point.y() - cell.top()) * height / cell.height()), height - 1)
                column = min(int((point.x() - cell.left()) * width / cell.width()), width - 1)
                return pixel_text(made.batch, number, row * made.stride, column * made.stride)
        return ""

    def paint(self, painter: QPainter, rect: QRectF, look: Look, mouse: QPointF | None = None) -> None:
        """Paint pictures, colour scale and caption; below the mouse the caption is the pixel's values."""
        made = self.pictures()
        if made is None:
            return
        if self.bare:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            self.cells = [rect]
            painter.drawImage(rect, self._images[0])
            return
        painter.setFont(look.font)
        metrics = QFontMetricsF(look.font)
        rest = rect.adjusted(_EDGE, _EDGE, -_EDGE, -metrics.height() - 4)
        caption = QRectF(rect.left() + _EDGE, rest.bottom() + 1, rest.width(), metrics.height() + 2)
        room = rest
        if made.is_heat and self.legend:
            rest = self._paint_scale(painter, rest, made, metrics, look)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        self.cells = cells(rest, made.rgba.shape)
        for image, place in zip(self._images, self.cells, strict=True):
            painter.drawImage(place, image)
            painter.setPen(QPen(look.grid, 1.0))  # a white picture on a white ground ends somewhere too
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.setPen(look.faint)
        text = self.pixel(mouse) or self.caption()
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, min(caption.width(), room.width()))
        painter.drawText(caption, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_scale(
        self, painter: QPainter, rect: QRectF, made: Pictures, metrics: QFontMetricsF, look: Look
    ) -> QRectF:
        """Paint the colour scale at the right, with ends and middle; return the room that it leaves."""
        from app.editor.tensor_views.pixels import heat_colours

        texts = [scale_text(v, made) for v in (made.high, made.low / 2 + made.high / 2, made.low)]
        wide = _LEGEND + 4 + max(metrics.horizontalAdvance(t) for t in texts)
        if wide > rect.width() * 0.45:
            return rect
        bar = QRectF(rect.right() - wide, rect.top() + 1, _LEGEND, rect.height() - 2)
        colours = heat_colours(64, self.style)[::-1, None]  # high above
        scale = QImage(colours.tobytes(), 1, 64, 3, QImage.Format.Format_RGB888).copy()
        painter.drawImage(bar, scale)
        painter.setPen(QPen(look.grid, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setPen(look.text)
        left = bar.right() + 4
        painter.drawText(QPointF(left, bar.top() + metrics.ascent()), texts[0])
        painter.drawText(QPointF(left, bar.bottom() - metrics.descent()), texts[2])
        if bar.height() > 4 * metrics.height() and made.high > made.low:
            painter.drawText(QPointF(left, bar.center().y() + metrics.ascent() / 2), texts[1])
        return rect.adjusted(0, 0, -wide - _EDGE, 0)


def scale_text(value: float, made: Pictures) -> str:
    """Return a label of the colour scale: no finer than a thousandth of the scale, as there is little room."""
    span = made.high - made.low
    if span > 0 and math.isfinite(span):
        unit = 10.0 ** (math.floor(math.log10(span)) - 3)
        value = round(value / unit) * unit + 0.0 if unit > 0 else value
    return f"{value:.5g}"


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


def image_of(rgba: Array) -> QImage:
    """Return uint8 [h, w, 4] as an image that owns its bytes (QImage only borrows the ones that it is given)."""
    height, width = rgba.shape[:2]
    return QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
