"""Paints one block as the original's symbol, with painter commands only, so that it also serves SVG."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPolygonF

from app.editor.canvas.items.style import CanvasStyle
from app.editor.layout.block_geometry import (
    CHIP_EDGES,
    CHIP_SIGN,
    ICON_ROOM,
    LABEL_DROP,
    LABEL_X,
    MIN_WIDTH,
    PIN_RADIUS,
    PIN_X,
    RADIUS,
    TITLE_BASELINE,
    TITLE_LINE,
    TITLE_X,
    BlockShape,
    PinSpot,
    text_width,
)
from app.editor.widgets.block_icons import paint_icon

# Levels of detail by scale (device pixels per page unit): below each, less is drawn.
LABELS_FROM = 0.495  # below it labels would be less than five pixels high: the title alone is readable
PINS_FROM = 0.17
SYMBOL_FROM = 0.09
_FAR_TITLE = 6.0  # pixels: the least height of titles from afar
_FAR_PITCH = 1.1  # from line to line of such a title, in its size
_FAR_EDGE = 6.0  # page units beside it
FADED = 0.35  # opacity of a block that is switched off
WAITING = 0.6  # of one that waits for a fault before it to be mended
STALE = 0.4  # of problems from before the last change

# The arrow at an input, its tip at the pin's centre.
ARROW = QPolygonF([QPointF(2.0, 0.0), QPointF(-11.0, -5.5), QPointF(-7.5, 0.0), QPointF(-11.0, 5.5)])
_NO_BRUSH = Qt.BrushStyle.NoBrush
Tints = tuple[tuple[int, str], ...]  # of wires at pins, by the pin's position: see `CanvasStyle.tint_pen`


def paint_block(
    painter: QPainter,
    shape: BlockShape,
    style: CanvasStyle,
    wired: int = 0,
    selected: bool = False,
    scale: float = 2.0,
    tints: Tints = (),
) -> None:
    """Paint a block with its top left corner at the origin.

    ``wired`` has bit ``i`` set where pin ``i`` of the shape bears a wire; ``tints`` colour such pins' wires.
    ``scale`` is how many device pixels a page unit takes; it decides how much detail is worth painting.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    _outline(painter, shape, style, selected, scale)
    if scale < PINS_FROM:
        if scale >= SYMBOL_FROM and not style.classic:
            _far_title(painter, shape, style, scale, only_whole=True)
        return
    colours = dict(tints)
    far = scale < LABELS_FROM and not style.classic
    for index, pin in enumerate(shape.pins):
        if far and pin.side == "left":
            continue  # the title takes their room; wires end at the edge
        if shape.collapsed and not wired >> index & 1:
            continue
        wire = style.tint_pen(colours.get(index, "")) if wired >> index & 1 else None
        _pin(painter, pin, style, wire, scale)
    if scale < LABELS_FROM:
        _overview_title(painter, shape, style, scale)
        return
    _title(painter, shape, style)
    _labels(painter, shape, style)


def _outline(painter: QPainter, shape: BlockShape, style: CanvasStyle, selected: bool, scale: float) -> None:
    """Paint the body."""
    if shape.style == "unknown":
        painter.setPen(style.outline_unknown_selected if selected else style.outline_unknown)
    else:
        painter.setPen(style.outline_selected if selected else style.outline)
    far = scale < LABELS_FROM and not style.classic and shape.style != "unknown"
    is_strip = far or (shape.collapsed and not style.classic and shape.style != "unknown")
    painter.setBrush(style.header(shape.category, shape.color) if is_strip else style.fill)
    body = QRectF(0, 0, shape.width, shape.height)
    if scale < SYMBOL_FROM:
        painter.fillRect(body, painter.brush() if far and not selected else painter.pen().color())
    elif scale < PINS_FROM:
        painter.drawRect(body)
    else:
        painter.drawRoundedRect(body, RADIUS, RADIUS)
        if not (is_strip or style.classic or shape.style == "unknown"):
            _header(painter, shape, style)


def _header(painter: QPainter, shape: BlockShape, style: CanvasStyle) -> None:
    """Paint the strip behind the title, inside the outline."""
    edge = painter.pen().widthF() / 2
    inner = RADIUS - edge
    strip = QPainterPath(QPointF(edge, shape.header))
    strip.lineTo(edge, RADIUS)
    strip.arcTo(QRectF(edge, edge, 2 * inner, 2 * inner), 180.0, -90.0)
    strip.lineTo(shape.width - RADIUS, edge)
    strip.arcTo(QRectF(shape.width - edge - 2 * inner, edge, 2 * inner, 2 * inner), 90.0, -90.0)
    strip.lineTo(shape.width - edge, shape.header)
    strip.closeSubpath()
    painter.fillPath(strip, style.header(shape.category, shape.color))


def _pin(painter: QPainter, pin: PinSpot, style: CanvasStyle, wire: QPen | None, scale: float) -> None:
    """Paint a pin and, where it is wired, the end of the wire (of this pen) over the body."""
    centre = QPointF(pin.x, pin.y)
    if not style.classic:
        _plain_pin(painter, pin, style, wire, scale)
        return
    painter.setPen(style.pin_rim[pin.role] if scale > 0.3 else style.no_pen)
    painter.setBrush(style.pin_fill[pin.role] if pin.known else _NO_BRUSH)
    painter.drawEllipse(centre, PIN_RADIUS, PIN_RADIUS)
    if wire is None:
        return
    if pin.direction == "in":
        inside = pin.x if pin.side == "left" else 0.0
        painter.setPen(wire)
        painter.drawLine(QPointF(pin.x - inside - 2.0, pin.y), QPointF(pin.x - 6.0, pin.y))
        painter.setPen(style.no_pen)
        painter.setBrush(wire.color())
        painter.drawPolygon(ARROW.translated(centre))
    else:
        painter.setPen(style.no_pen)
        painter.setBrush(wire.color())
        painter.drawEllipse(centre, 3.2, 3.2)


def _plain_pin(painter: QPainter, pin: PinSpot, style: CanvasStyle, wire: QPen | None, scale: float) -> None:
    """Paint a pin as a ring, filled in its wire's colour where it is wired; an input's wire goes up to it."""
    centre = QPointF(pin.x, pin.y)
    radius = (
        PIN_RADIUS - 1.5 if pin.role in ("scope", "session_scope", "result", "switch") else PIN_RADIUS - 0.6
    )
    if wire is not None and pin.direction == "in":
        inside = pin.x if pin.side == "left" else 0.0
        painter.setPen(wire)
        painter.drawLine(QPointF(pin.x - inside - 2.0, pin.y), QPointF(pin.x - radius, pin.y))
    painter.setPen(style.pin_rim[pin.role] if scale > 0.3 else style.no_pen)
    painter.setBrush(style.pin_fill[pin.role] if pin.known else _NO_BRUSH)
    if wire is not None:
        painter.setPen(style.no_pen)
        painter.setBrush(wire.color())
    painter.drawEllipse(centre, radius, radius)


def _title(painter: QPainter, shape: BlockShape, style: CanvasStyle) -> None:
    """Paint the title's lines."""
    left = TITLE_X
    if shape.icon:
        paint_icon(painter, QRectF(TITLE_X - 1.0, TITLE_BASELINE - 12.0, 15.0, 15.0), shape.icon, style.title)
        left += ICON_ROOM
    painter.setFont(style.title_font)
    painter.setPen(style.title)
    for index, line in enumerate(shape.title):
        painter.drawText(QPointF(left, TITLE_BASELINE + index * TITLE_LINE), line)


def _overview_title(painter: QPainter, shape: BlockShape, style: CanvasStyle, scale: float) -> None:
    """Paint the title as large as the body allows: seen from afar it is all that can be read."""
    if not style.classic:
        _far_title(painter, shape, style, scale)
        return
    longest = max(shape.title, key=len)
    room = shape.width - PIN_X - 14.0
    size = max((s for s in style.overview_fonts if text_width(longest, s) <= room), default=16)
    lines = len(shape.title)
    while size > 16 and size * 1.15 * lines > shape.height - 8:
        size -= 4
    painter.setFont(style.overview_fonts[size])
    painter.setPen(style.title)
    squeeze = min(1.0, room / text_width(longest, size))
    painter.save()
    painter.translate(PIN_X + 9.0, shape.height / 2 - size * 1.15 * (lines - 1) / 2 + size * 0.36)
    painter.scale(squeeze, 1.0)
    for index, line in enumerate(shape.title):
        painter.drawText(QPointF(0, index * size * 1.15), line)
    painter.restore()


def far_size(style: CanvasStyle, scale: float) -> int:
    """Return the size in page units of the titles that a page so far away shows."""
    sizes = sorted(style.far_fonts)
    return next((s for s in sizes if s * scale >= _FAR_TITLE), sizes[-1])


def _far_title(
    painter: QPainter, shape: BlockShape, style: CanvasStyle, scale: float, only_whole: bool = False
) -> None:
    """Paint the title in the one size that this zoom has for all blocks, on as many lines as the body has room for."""
    size = far_size(style, scale)
    pitch = size * _FAR_PITCH
    lines, squeeze, is_whole = style.far_title(
        shape.title, size, shape.width - 2 * _FAR_EDGE, int(shape.height / pitch)
    )
    if only_whole and not is_whole:
        return
    painter.setFont(style.far_fonts[size])
    painter.setPen(style.title)
    top = shape.height / 2 - pitch * (len(lines) - 1) / 2 + size * 0.36
    painter.save()
    painter.translate(_FAR_EDGE, top)
    painter.scale(squeeze, 1.0)
    for index, line in enumerate(lines):
        painter.drawText(QPointF(0.0, index * pitch), line)
    painter.restore()


def _labels(painter: QPainter, shape: BlockShape, style: CanvasStyle) -> None:
    """Paint the pins' labels: inputs right of their pin, outputs left of it."""
    session = shape.style == "session"
    usual = style.session_font if session else style.label_font
    for pin in shape.pins:
        if not pin.label:
            continue
        painter.setFont(style.small_font if pin.role == "switch" else usual)
        if pin.role in ("scope", "session_scope"):
            painter.setPen(style.label_dim)
        else:
            painter.setPen(style.session_label if session else style.label)
        y = pin.y + LABEL_DROP
        if pin.side == "right":
            width = painter.fontMetrics().horizontalAdvance(pin.label)
            painter.drawText(QPointF(pin.x - (LABEL_X - PIN_X) + 2 - width, y), pin.label)
        else:
            painter.drawText(QPointF(pin.x + LABEL_X - PIN_X, y), pin.label)


def paint_chip(
    painter: QPainter,
    shape: BlockShape,
    pin: PinSpot,
    style: CanvasStyle,
    text: str,
    picture: QImage | None = None,
) -> None:
    """Paint what is typed into a pin in its row, cut to the room that the row has; a long label makes some.

    A tick or the ``picture`` that the text names stands before it.
    """
    if pin.role == "switch":
        _paint_switch(painter, pin, style, text)
        return
    left, right = shape.chip_room(pin)
    if left < shape.label_end(pin):
        _cut_label(painter, pin, style, left)
    is_flag = text in ("true", "false")
    before = CHIP_SIGN if picture is not None or is_flag else 0.0
    shown, advance = style.cut(text, int(right - left - before - CHIP_EDGES + 1))
    width = min(right - left, advance + before + CHIP_EDGES)
    box = QRectF(right - width, pin.y - 6.5, width, 13.0)
    painter.setPen(style.no_pen)
    painter.setBrush(style.chip)
    painter.drawRoundedRect(box, 3.0, 3.0)
    painter.setPen(style.typed)
    painter.drawText(QPointF(box.left() + 4.0 + before, pin.y + LABEL_DROP), shown)
    place = QRectF(box.left() + 2.5, pin.y - 5.5, 11.0, 11.0)
    if picture is not None:
        size = QSizeF(picture.size()).scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
        inner = QRectF(QPointF(), size)
        inner.moveCenter(place.center())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
        painter.drawImage(inner, picture)
    elif is_flag:
        _paint_tick(painter, place.adjusted(1.5, 1.5, -1.5, -1.5), style, text == "true")


def _cut_label(painter: QPainter, pin: PinSpot, style: CanvasStyle, end: float) -> None:
    """Cover the end of a label that leaves a typed text no room, and say that it goes on."""
    width = style.cut("…", MIN_WIDTH)[1]
    left = max(pin.x + LABEL_X - PIN_X, end - width - 2.0)
    painter.fillRect(QRectF(left, pin.y - 7.0, end - left, 14.0), style.fill)
    painter.setPen(style.label)
    painter.drawText(QPointF(left, pin.y + LABEL_DROP), "…")


def _paint_tick(painter: QPainter, box: QRectF, style: CanvasStyle, on: bool) -> None:
    painter.setPen(QPen(style.typed, 1.0))
    painter.setBrush(_NO_BRUSH)
    painter.drawRoundedRect(box, 1.5, 1.5)
    if on:
        painter.setPen(QPen(style.typed, 1.5))
        corner = box.topLeft()
        painter.drawPolyline([corner + QPointF(x, y) for x, y in ((1.6, 4.0), (3.4, 5.9), (6.6, 1.8))])


def _paint_switch(painter: QPainter, pin: PinSpot, style: CanvasStyle, text: str) -> None:
    """Fill the pin of a switch that is on."""
    if text.lower() in ("true", "1"):
        painter.setPen(style.no_pen)
        painter.setBrush(style.typed)
        painter.drawEllipse(QPointF(pin.x, pin.y), PIN_RADIUS - 2.5, PIN_RADIUS - 2.5)


def paint_badge(painter: QPainter, shape: BlockShape, style: CanvasStyle, status: str) -> None:
    """Paint a run's status at the top right corner: a clock, an arc, a tick (hollow: stale) or an exclamation mark."""
    colour = style.status.get(status)
    if colour is None:
        return
    c = QPointF(shape.width - 9.0, 1.0)
    hollow = status == "stale"
    painter.setPen(QPen(colour if hollow else style.fill.color(), 1.5))
    painter.setBrush(style.fill if hollow else colour)
    painter.drawEllipse(c, 7.5, 7.5)
    pen = QPen(colour if hollow else Qt.GlobalColor.white, 1.8)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(_NO_BRUSH)
    if status in ("done", "stale"):
        painter.drawPolyline([c + QPointF(-3.4, 0.2), c + QPointF(-1.0, 2.8), c + QPointF(3.5, -2.6)])
    elif status == "failed":
        painter.drawLine(c + QPointF(0, -3.8), c + QPointF(0, 0.8))
        painter.drawPoint(c + QPointF(0, 3.6))
    elif status == "running":
        painter.drawArc(QRectF(c.x() - 3.8, c.y() - 3.8, 7.6, 7.6), 90 * 16, -270 * 16)
    else:
        painter.drawPolyline([c + QPointF(0, -3.6), c, c + QPointF(2.6, 1.8)])


def paint_time(
    painter: QPainter, shape: BlockShape, style: CanvasStyle, text: str, share: float, scale: float
) -> None:
    """Paint the time that a block takes, on its lower edge; the warmer, the greater its share (0 to 1) of the step.

    Seen from afar the block is tinted, and only the share is written, as large as can be read.
    """
    heat = QColor(style.status["failed"])
    heat.setAlphaF(min(1.0, 0.15 + share))
    grown = 1.0
    if scale < LABELS_FROM:
        text, grown = f"{share:.0%}", min(2.4, 0.8 / scale)
        painter.setPen(style.no_pen)
        painter.setBrush(heat)
        painter.drawRoundedRect(QRectF(0, 0, shape.width, shape.height), RADIUS, RADIUS)
    font = QFont(style.small_font)
    font.setPixelSize(round(font.pixelSize() * grown))
    painter.setFont(font)
    width, height = painter.fontMetrics().horizontalAdvance(text) + 10.0 * grown, 14.0 * grown
    place = time_place(shape, width, height)
    painter.setPen(QPen(style.status["failed"], 1.0))
    for ground in (style.fill.color(), heat):
        painter.setBrush(ground)
        painter.drawRoundedRect(place, height / 2, height / 2)
    painter.setPen(style.label if share < 0.55 else QColor(Qt.GlobalColor.white))
    painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)


def time_place(shape: BlockShape, width: float, height: float) -> QRectF:
    """Return where a block's time of that size stands: on the lower edge, right of the result pins."""
    ends = [pin.x + PIN_RADIUS + 3.0 for pin in shape.pins if pin.role == "result"]
    left = max([shape.width - 4.0 - width, *ends])
    return QRectF(left, shape.height + 7.0 - height, width, height)


def paint_waiting(painter: QPainter, shape: BlockShape, style: CanvasStyle) -> None:
    """Paint what shows that a block waits for a fault before it: a dashed outline and an hourglass."""
    colour = style.status["waiting"]
    pen = QPen(colour, 1.6)
    pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(_NO_BRUSH)
    painter.drawRoundedRect(QRectF(-4.5, -4.5, shape.width + 9, shape.height + 9), 13, 13)
    x, y = shape.width - 9.0, 1.0
    painter.setPen(QPen(style.fill.color(), 1.5))
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(x, y), 8.0, 8.0)
    painter.setPen(QPen(Qt.GlobalColor.white, 1.3))
    painter.drawPolygon(
        QPolygonF(
            [QPointF(x - 3, y - 4), QPointF(x + 3, y - 4), QPointF(x - 3, y + 4), QPointF(x + 3, y + 4)]
        )
    )


def paint_ring(painter: QPainter, x: float, y: float, colour: QColor) -> None:
    """Paint a dashed ring around a pin that has a part in another pin's fault."""
    pen = QPen(colour, 2.0)
    pen.setDashPattern([2.0, 1.5])
    painter.setPen(pen)
    painter.setBrush(_NO_BRUSH)
    painter.drawEllipse(QPointF(x, y), PIN_RADIUS + 3.5, PIN_RADIUS + 3.5)


def paint_glow(painter: QPainter, x: float, y: float, colour: QColor, radius: float = PIN_RADIUS) -> None:
    """Paint a halo around a pin: a firm ring and two soft ones."""
    painter.setBrush(_NO_BRUSH)
    centre = QPointF(x, y)
    for grow, pen in _glow_pens(colour.rgba()):
        painter.setPen(pen)
        painter.drawEllipse(centre, radius + grow, radius + grow)


@lru_cache(maxsize=64)
def _glow_pens(rgba: int) -> tuple[tuple[float, QPen], ...]:
    """Return the rings of a halo: how far each stands off the pin, and its pen."""
    pens = []
    for grow, width, alpha in ((6.5, 3.0, 50), (4.5, 3.0, 110), (2.6, 2.2, 255)):
        shade = QColor.fromRgba(rgba)
        shade.setAlpha(alpha)
        pens.append((grow, QPen(shade, width)))
    return tuple(pens)
