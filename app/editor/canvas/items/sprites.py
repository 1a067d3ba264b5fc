"""Ready-painted pictures of blocks, shared by all blocks that look alike at one scale.

Painting a symbol takes some forty painter commands; copying its picture takes one. A page of a thousand blocks
has a few dozen different looks, so a frame at a new scale paints dozens of symbols instead of a thousand.
"""

from __future__ import annotations

import math
from collections import OrderedDict

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from app.editor.canvas.items.painting import Tints, paint_block
from app.editor.canvas.items.style import CanvasStyle
from app.editor.layout.block_geometry import BlockShape

MARGIN = 7.0  # page units around a block that its pins and outline take
LARGEST = 4.0  # device pixels per unit; beyond, few blocks fit into a view and each is painted directly
_PIXEL_LIMIT = 16_000_000  # 64 MB

Sprite = tuple[QPixmap, int]  # the picture and its margin in device pixels


class Frame:
    """One paint of the viewport: where page points come to lie, in device pixels, and the pictures to copy."""

    __slots__ = ("dx", "dy", "ratio", "scale", "sprites")

    def __init__(self, scale: float, dx: float, dy: float, ratio: float, sprites: dict[int, Sprite]) -> None:
        """Take scale and offset in device pixels; ``ratio`` is device pixels per logical pixel."""
        self.scale, self.dx, self.dy, self.ratio, self.sprites = scale, dx, dy, ratio, sprites


class SpriteCache:
    """Pictures by scale, then by look and place between pixels. Scales not used lately go first."""

    def __init__(self, style: CanvasStyle) -> None:
        """Start empty."""
        self._style = style
        self._looks: dict[tuple[int, int, bool, Tints], int] = {}
        self._shapes: list[tuple[BlockShape, int, bool, Tints]] = []
        self._scales: OrderedDict[tuple[float, float], dict[int, Sprite]] = OrderedDict()
        self._pixels: dict[tuple[float, float], int] = {}

    def look_number(self, shape: BlockShape, wired: int, selected: bool, tints: Tints = ()) -> int:
        """Return the number of a look; it is the same for all blocks that look alike."""
        key = (id(shape), wired, selected, tints)
        number = self._looks.get(key)
        if number is None:
            number = self._looks[key] = len(self._shapes)
            # Holding the shape prevents that its id is used again.
            self._shapes.append((shape, wired, selected, tints))
        return number

    def frame(self, transform: QTransform, ratio: float) -> Frame | None:
        """Return what the blocks need for one paint under a view's transform; None where pictures do not pay."""
        scale = transform.m11() * ratio
        if scale > LARGEST:
            return None
        sprites = self._scales.setdefault((scale, ratio), {})
        self._scales.move_to_end((scale, ratio))
        self._drop_old()
        return Frame(scale, transform.dx() * ratio, transform.dy() * ratio, ratio, sprites)

    def _drop_old(self) -> None:
        """Drop pictures beyond the limit, but never those of the scale in use."""
        while len(self._scales) > 1 and sum(self._pixels.values()) > _PIXEL_LIMIT:
            oldest, _ = self._scales.popitem(last=False)
            self._pixels.pop(oldest, None)

    def paint(self, frame: Frame, key: int) -> Sprite:
        """Paint and store one picture. ``key`` is four times the look's number, plus 2 and 1 for half pixels."""
        shape, wired, selected, tints = self._shapes[key >> 2]
        scale = frame.scale
        margin = math.ceil(MARGIN * scale) + 1
        width = math.ceil(shape.width * scale) + 2 * margin + 1
        height = math.ceil(shape.height * scale) + 2 * margin + 1
        pixmap = QPixmap(width, height)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.translate(margin + (key >> 1 & 1) / 2, margin + (key & 1) / 2)
        painter.scale(scale, scale)
        paint_block(painter, shape, self._style, wired, selected, scale / frame.ratio, tints)
        painter.end()
        pixmap.setDevicePixelRatio(frame.ratio)
        frame.sprites[key] = (pixmap, margin)
        of_scale = (scale, frame.ratio)
        self._pixels[of_scale] = self._pixels.get(of_scale, 0) + width * height
        return frame.sprites[key]
