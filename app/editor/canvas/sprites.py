"""Ready-painted pictures of blocks, shared by all blocks that look alike at one scale.

Painting a symbol takes some forty painter commands; copying its picture takes one. A page of a thousand
blocks has a few dozen different looks, so a frame at a new scale paints dozens of symbols instead of a
thousand.
"""

from __future__ import annotations

import math
from collections import OrderedDict

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from app.editor.canvas.painting import paint_block
from app.editor.canvas.style import CanvasStyle
from app.editor.geometry import BlockShape

MARGIN = 7.0  # page units around a block that its pins and outline take
LARGEST = 4.0  # device pixels per unit; beyond, few blocks fit into a view and each is painted directly
_PIXEL_LIMIT = 16_000_000  # 64 MB

_Key = tuple[int, int, bool, float, float, float]


class SpriteCache:
    """Pictures by shape, wired pins, selection, scale and place between pixels; the least used go first."""

    def __init__(self, style: CanvasStyle) -> None:
        """Start empty."""
        self._style = style
        self._sprites: OrderedDict[_Key, tuple[QPixmap, int]] = OrderedDict()
        self._pixels = 0

    def draw(
        self,
        painter: QPainter,
        shape: BlockShape,
        wired: int,
        selected: bool,
        transform: QTransform,
        ratio: float,
    ) -> None:
        """Draw a block whose origin ``transform`` maps to the device; leaves the painter untransformed.

        ``ratio`` is the device's pixels per logical pixel. The place is kept to half a device pixel, so that
        the picture meets the wires, which Qt paints at their exact place.
        """
        scale = transform.m11() * ratio
        x, y = round(transform.dx() * ratio * 2) / 2, round(transform.dy() * ratio * 2) / 2
        left, top = math.floor(x), math.floor(y)
        key = (id(shape), wired, selected, scale, x - left, y - top)
        found = self._sprites.get(key)
        if found is None:
            found = self._paint(key, shape, ratio)
        pixmap, margin = found
        painter.setWorldTransform(_IDENTITY)
        painter.drawPixmap(QPointF((left - margin) / ratio, (top - margin) / ratio), pixmap)

    def _paint(self, key: _Key, shape: BlockShape, ratio: float) -> tuple[QPixmap, int]:
        """Paint and keep one picture."""
        _, wired, selected, scale, x, y = key
        margin = math.ceil(MARGIN * scale) + 1
        width = math.ceil(shape.width * scale) + 2 * margin + 1
        height = math.ceil(shape.height * scale) + 2 * margin + 1
        pixmap = QPixmap(width, height)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.translate(margin + x, margin + y)
        painter.scale(scale, scale)
        paint_block(painter, shape, self._style, wired, selected, scale)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self._pixels += width * height
        self._sprites[key] = (pixmap, margin)
        while self._pixels > _PIXEL_LIMIT and len(self._sprites) > 1:
            _, (old, _margin) = self._sprites.popitem(last=False)
            self._pixels -= old.width() * old.height()
        return pixmap, margin

    def clear(self) -> None:
        """Forget all pictures."""
        self._sprites.clear()
        self._pixels = 0


_IDENTITY = QTransform()
