"""What a block shows of its output's last value, below its edge: a small picture or a few numbers, and the type.

Where something stands right below, a sign on the block's edge is in its place; pointing at it says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.editor.canvas.items.painting import LABELS_FROM, PINS_FROM
from app.editor.canvas.items.style import CanvasStyle
from app.editor.layout.block_geometry import PIN_RADIUS, BlockShape
from blocks.tensor_spec import shape_text

if TYPE_CHECKING:
    from app.engine.values.results import TensorValue

GAP = PIN_RADIUS + 4.0  # between the block's edge, with its result pin, and the card
_EDGE = 4.0
_LINE = 13.0
_PICTURE = 56.0  # the height of pictures
_SHORT = GAP + 2 * _EDGE + _LINE
_SIGN = QRectF(
    -26.0, -9.5, 18.0, 7.0
)  # from the block's lower right corner: within its edge, beside its rows
_MOST_SIDE = 112  # pixels of a picture that are drawn: two for each page unit
_MOST_PICTURES = 4
_LEAST_SIDE = 4  # rows and columns of what counts as a picture
_MOST_VALUES = 8
_MOST_BYTES = 40  # of a string that are looked at


class ResultCard:
    """One value. Texts and pictures are made when they are first painted: most blocks of a page are out of view."""

    def __init__(self, value: object, pin: str = "") -> None:
        """Take a value of the results store, or a text, and the output that gave it."""
        self.value, self.pin = value, pin
        self._tensor = _tensor_of(value)
        self.is_picture = self._tensor is not None and _is_picture(self._tensor.array)
        self._images: list[QImage] | None = None
        self._lines: tuple[str, str] | None = None

    @property
    def height(self) -> float:
        """Return how far the card reaches down from the block's edge, in page units."""
        return GAP + 2 * _EDGE + _LINE + (_PICTURE if self.is_picture else _LINE)

    @property
    def lines(self) -> tuple[str, str]:
        """Return the first values, and dtype and shape."""
        if self._lines is None:
            self._lines = _lines_of(self.value, self._tensor)
        return self._lines

    @property
    def images(self) -> list[QImage]:
        """Return the first pictures that the tensor holds, small."""
        if self._images is None:
            self._images = _images_of(self._tensor.array) if self._tensor is not None else []
        return self._images

    def rect(self, shape: BlockShape, room: float) -> QRectF:
        """Return the card's place below a block; the sign's where the ``room`` down to what stands there is short."""
        if room < _SHORT:
            return _SIGN.translated(shape.width, shape.height)
        height = (_SHORT if room < self.height else self.height) - GAP
        return QRectF(0.0, shape.height + GAP, shape.width, height)

    def paint(
        self, painter: QPainter, shape: BlockShape, style: CanvasStyle, scale: float, room: float
    ) -> None:
        """Paint the card below a block: in one line where the ``room`` down to what stands there is short of it."""
        is_short = room < self.height
        is_picture = self.is_picture and not is_short
        if scale < (PINS_FROM if is_picture else LABELS_FROM):
            return
        rect = self.rect(shape, room)
        painter.setPen(style.card_rim)
        painter.setBrush(style.fill)
        if room < _SHORT:
            _paint_sign(painter, rect, style)
            return
        painter.drawRoundedRect(rect, 5.0, 5.0)
        inner = rect.adjusted(_EDGE, _EDGE, -_EDGE, -_EDGE)
        if is_picture:
            self._paint_pictures(painter, inner.adjusted(0, 0, 0, -_LINE), style)
        if scale >= LABELS_FROM:
            values, kind = self.lines
            painter.setFont(style.label_font)
            if not self.is_picture:
                _paint_line(painter, inner, inner.top() + 10.0, values, style, style.label)
            if self.is_picture or not is_short:
                _paint_line(painter, inner, inner.bottom() - 2.0, kind, style, style.label_dim)

    def _paint_pictures(self, painter: QPainter, room: QRectF, style: CanvasStyle) -> None:
        gap = 3.0
        wide = (room.width() - gap * (len(self.images) - 1)) / max(1, len(self.images))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.setPen(style.card_rim)
        painter.setBrush(style.no_brush)
        for index, image in enumerate(self.images):
            grown = min(wide / image.width(), room.height() / image.height())
            width, height = image.width() * grown, image.height() * grown
            left = room.left() + index * (wide + gap) + (wide - width) / 2
            place = QRectF(left, room.top() + (room.height() - height) / 2, width, height)
            painter.drawImage(place, image)
            painter.drawRect(place)


def _paint_sign(painter: QPainter, rect: QRectF, style: CanvasStyle) -> None:
    """Paint three dots: there is more to see."""
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    painter.setPen(style.no_pen)
    painter.setBrush(style.label)
    for i in (-1, 0, 1):
        painter.drawEllipse(rect.center() + QPointF(4.5 * i, 0.0), 1.2, 1.2)


def _paint_line(
    painter: QPainter, inner: QRectF, baseline: float, text: str, style: CanvasStyle, colour: QColor
) -> None:
    painter.setPen(colour)
    painter.drawText(QPointF(inner.left(), baseline), style.cut(text, int(inner.width()))[0])


def _tensor_of(value: object) -> TensorValue | None:
    if isinstance(value, str):
        return None
    from app.engine.values.results import ListValue, TensorValue  # late: it needs NumPy

    if isinstance(value, ListValue):
        value = next((item for item in value.items if isinstance(item, TensorValue)), None)
    return value if isinstance(value, TensorValue) else None


def _is_picture(array: Any) -> bool:
    """Return whether a tensor looks like pictures: [h, w], [h, w, c] or [n, h, w, c] of one, three or four colours."""
    if array.dtype.kind not in "fiub" or array.ndim not in (2, 3, 4) or not array.size:
        return False
    rows, columns = array.shape[:2] if array.ndim < 4 else array.shape[1:3]
    colours = array.shape[-1] if array.ndim > 2 else 1
    least = 2 * _LEAST_SIDE if array.ndim == 2 else _LEAST_SIDE
    return colours in (1, 3, 4) and min(rows, columns) >= least


def _images_of(array: Any) -> list[QImage]:
    from app.editor.tensor_views.picture_figure import image_of  # late: both need NumPy
    from app.editor.tensor_views.pixels import pictures_of

    first = array[:_MOST_PICTURES] if array.ndim == 4 else array
    rows = 1 if array.ndim == 4 else 0
    stride = max(1, -(-max(first.shape[rows : rows + 2]) // _MOST_SIDE))
    small = first[:, ::stride, ::stride] if rows else first[::stride, ::stride]
    return [image_of(rgba) for rgba in pictures_of(small).rgba]


def _lines_of(value: object, tensor: TensorValue | None) -> tuple[str, str]:
    if isinstance(value, str):
        return " ".join(value.split()), ""
    from app.engine.values.results import ListValue, NoValue  # late: it needs NumPy

    if isinstance(value, NoValue):
        return "no value", value.reason
    if isinstance(value, ListValue):
        values = _values_of(tensor.array) if tensor is not None else ""
        return values, f"list of {len(value.items)}"
    assert tensor is not None
    kind = f"{tensor.dtype} {shape_text(tensor.shape)}" if tensor.shape else tensor.dtype
    return _values_of(tensor.array), kind


def _bytes_text(value: bytes) -> str:
    """Return a string as far as it is shown, or how long it is where it is no text."""
    try:
        return value[:_MOST_BYTES].decode()
    except UnicodeDecodeError as fault:
        is_cut = len(value) > _MOST_BYTES and fault.start > _MOST_BYTES - 4  # within a character
        return value[: fault.start].decode() if is_cut else f"{len(value):,} bytes"


def _values_of(array: Any) -> str:
    from app.editor.values.texts import value_text  # late: it needs NumPy

    if array.dtype.kind == "f":
        texts = [f"{v:.4g}" for v in array.flat[:_MOST_VALUES].tolist()]
    else:
        texts = [_bytes_text(v) if isinstance(v, bytes) else value_text(v) for v in array.flat[:_MOST_VALUES]]
    return " ".join(", ".join(texts).split()) + (", …" if array.size > _MOST_VALUES else "")
