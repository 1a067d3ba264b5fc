"""What is painted over the items: highlighted wires, the wire being pulled, pin rings, the rubber band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.editor.canvas.items.painting import ARROW, PINS_FROM, paint_glow
from app.editor.canvas.items.style import CanvasStyle
from app.editor.canvas.items.wire_item import WireItem, add_polyline
from app.editor.canvas.nodegraph.item_bases import HALF_SIZE, Z_OVERLAY, LiveItem, Part
from app.editor.canvas.routing.orthogonal import Point
from app.editor.widgets.guarded_paint import guarded

_MOST_WIRES = 200  # selected that are painted one by one, with their arrows
_REACH = 16.0  # page units around points that marks may take


@dataclass
class Marks:
    """What to paint. Interactions set it and call `Overlay.refresh`."""

    selected_wires: list[WireItem] = field(default_factory=list)
    hovered_wire: WireItem | None = None
    target_wire: WireItem | None = None  # a block dropped now would be inserted here
    live: Sequence[Point] = ()  # the wire being pulled
    live_state: str = ""  # "", "accepted", "doubted" (it may be drawn, but the types do not fit), "refused"
    live_forward: bool = True  # the arrow is at the end of ``live``
    pins: list[tuple[float, float]] = field(default_factory=list)  # under the cursor
    focus: QRectF | None = None  # the block that the keyboard is at
    focus_pin: tuple[float, float] | None = None
    row: QRectF | None = None  # of a block, where Enter edits what is typed
    band: QRectF | None = None
    copies: list[QRectF] = field(default_factory=list)  # outlines of copies that are being dragged
    outlines: Sequence[QRectF] = ()  # of very many items that are being dragged, as they lie on the page
    outlines_at: Point = (0.0, 0.0)  # how far they are dragged


class Overlay(LiveItem):
    """One item on top of all others, as large as the page; it repaints only around its marks."""

    def __init__(self, style: CanvasStyle) -> None:
        """Start without marks."""
        super().__init__()
        self.style = style
        self.marks = Marks()
        self._painted = QRectF()
        self._selected: list[WireItem] = []  # wires as they were marked last
        self._chosen: set[WireItem] = set()  # the same
        self._near: list[WireItem] = []  # of these, the ones near the piece that is about to be painted
        self._selected_area = QRectF()
        self._outlines: Sequence[QRectF] = ()  # as they were marked last
        self._outlines_area = QRectF()
        self.setZValue(Z_OVERLAY)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setFlag(
            QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption
        )  # which area is to be painted

    def refresh(self) -> None:
        """Repaint where marks were and where they are; selected wires only where others are selected now."""
        if self.marks.selected_wires != self._selected:
            self._selected = self.marks.selected_wires
            self._chosen = set(self._selected)
            before, self._selected_area = self._selected_area, _area_of(self._selected)
            for rect in (before, self._selected_area):
                if not rect.isEmpty():
                    self.update(rect)
        now = self._extent()
        for rect in (self._painted, now):
            if not rect.isEmpty():
                self.update(rect)
        self._painted = now

    def _extent(self) -> QRectF:
        """Return the rectangle around all marks but the selected wires."""
        marks = self.marks
        points: list[Point] = [*marks.live, *marks.pins]
        for wire in (marks.hovered_wire, marks.target_wire):
            if wire is not None and wire.points:
                points += ((wire.left, wire.top), (wire.right, wire.bottom))
        if marks.focus_pin:
            points.append(marks.focus_pin)
        rect = QRectF()
        if points:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            rect = QRectF(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
            rect = rect.adjusted(-_REACH, -_REACH, _REACH, _REACH)
        outlined = self._outlined().translated(*marks.outlines_at) if marks.outlines else None
        for part in (marks.focus, marks.band, marks.row, outlined, *marks.copies):
            if part is not None:
                rect = rect.united(part.adjusted(-_REACH, -_REACH, _REACH, _REACH))
        return rect

    def _outlined(self) -> QRectF:
        """Return the rectangle around the outlines where they lie on the page."""
        outlines = self.marks.outlines
        if outlines is not self._outlines:
            self._outlines, area = outlines, QRectF()
            for rect in outlines:
                area |= rect
            self._outlines_area = area
        return self._outlines_area

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint the marks, the rubber band on top."""
        marks, theme = self.marks, self.style.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        scale = painter.worldTransform().m11() or 1.0
        if len(marks.selected_wires) > _MOST_WIRES:
            if self.part != "live":
                near = self._near if self.part == "still" else self._chosen_in(option.exposedRect)
                self._many_wires(painter, near, scale)
        elif self.part != "still":
            for wire in marks.selected_wires:
                self._wire(painter, wire.points, theme.wire_selected, 3.6, scale)
                self._paint_bends(painter, wire, scale)
        if self.part != "still":
            self._paint_marks(painter, scale)

    def _paint_marks(self, painter: QPainter, scale: float) -> None:
        """Paint what changes at each movement."""
        marks, theme = self.marks, self.style.theme
        if marks.hovered_wire is not None and marks.hovered_wire not in self._chosen:
            self._wire(painter, marks.hovered_wire.points, theme.wire_hover, 3.6, scale)
            self._paint_bends(painter, marks.hovered_wire, scale)
        if marks.target_wire is not None:
            self._wire(painter, marks.target_wire.points, theme.wire_accepted, 5.0, scale)
        for x, y in marks.pins:
            painter.setPen(QPen(QColor(theme.focus), 2.0))
            painter.setBrush(self.style.no_brush)
            painter.drawEllipse(QPointF(x, y), 8.0, 8.0)
        if marks.live:
            colour = {
                "accepted": theme.wire_accepted,
                "doubted": theme.warning,
                "refused": theme.wire_refused,
            }.get(marks.live_state, theme.wire_selected)
            self._wire(
                painter, marks.live, colour, 3.0, scale, marks.live_forward, dashed=not marks.live_state
            )
        if marks.focus is not None:
            painter.setPen(QPen(QColor(theme.focus), max(2.0, 2.0 / scale), Qt.PenStyle.DotLine))
            painter.setBrush(self.style.no_brush)
            painter.drawRoundedRect(marks.focus.adjusted(-6, -6, 6, 6), 14, 14)
        if marks.focus_pin is not None:
            paint_glow(painter, *marks.focus_pin, QColor(theme.focus))
        if marks.row is not None:
            painter.setPen(QPen(QColor(theme.focus), max(1.0, 1.0 / scale)))
            painter.setBrush(self.style.no_brush)
            painter.drawRoundedRect(marks.row, 3, 3)
        if marks.outlines:
            painter.translate(*marks.outlines_at)
            painter.setPen(QPen(QColor(theme.focus), 0.0))
            painter.setBrush(QColor(theme.selection_fill))
            painter.drawRects(marks.outlines)
            painter.translate(*(-part for part in marks.outlines_at))
        painter.setPen(QPen(QColor(theme.focus), 1.0 / scale, Qt.PenStyle.DashLine))
        painter.setBrush(QColor(theme.selection_fill))
        if marks.band is not None:
            painter.drawRect(marks.band)
        for rect in marks.copies:
            painter.drawRoundedRect(rect, 8, 8)

    def _paint_bends(self, painter: QPainter, wire: WireItem, scale: float) -> None:
        """Paint the bends of a wire as handles."""
        size = max(3.5, 3.5 / scale)
        painter.setPen(QPen(QColor(self.style.theme.wire_selected), size / 2.5))
        painter.setBrush(QColor(self.style.theme.canvas))
        for x, y in wire.bends:
            painter.drawRect(QRectF(x - size, y - size, 2 * size, 2 * size))

    def set_part(self, part: Part, area: QRectF | None = None) -> None:
        """Find the selected wires near a piece, where these are many."""
        super().set_part(part, area)
        is_many = len(self.marks.selected_wires) > _MOST_WIRES
        self._near = self._chosen_in(area) if area is not None and is_many else []

    def _chosen_in(self, area: QRectF) -> list[WireItem]:
        """Return the selected wires in an area of the page: a look at each of thousands for each piece takes long."""
        around = area.adjusted(-_REACH, -_REACH, _REACH, _REACH)
        found = self.scene().items(around, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
        return [item for item in found if isinstance(item, WireItem) and item in self._chosen]

    def _many_wires(self, painter: QPainter, wires: Sequence[WireItem], scale: float) -> None:
        """Paint selected wires in one stroke, without arrows; from far away as thin lines."""
        path = QPainterPath()
        for wire in wires:
            path.addPath(wire.path())
        far = scale < PINS_FROM
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not far)
        painter.setPen(QPen(QColor(self.style.theme.wire_selected), 0.0 if far else 3.6))
        painter.setBrush(self.style.no_brush)
        painter.drawPath(path)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _wire(
        self, painter: QPainter, points: Sequence[Point], colour: str, width: float, scale: float,
        forward: bool = True, dashed: bool = False,
    ) -> None:  # fmt: skip
        """Paint a whole wire, over the blocks at its ends too; one that is not led yet has no points."""
        if not points:
            return
        shade = QColor(colour)
        pen = QPen(shade, max(width, 1.5 / scale))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashed:
            pen.setDashPattern([3.0, 1.6])
        path = QPainterPath()
        start, end = points[0], points[-1]
        add_polyline(
            path, [*points[:-1], (end[0] - 6.0, end[1])] if forward and end[0] - 6 > points[-2][0] else points
        )
        painter.setPen(pen)
        painter.setBrush(self.style.no_brush)
        painter.drawPath(path)
        painter.setPen(self.style.no_pen)
        painter.setBrush(QBrush(shade))
        painter.drawPolygon(QPolygonF(ARROW).translated(QPointF(*(end if forward else start))))
        painter.drawEllipse(QPointF(*(start if forward else end)), 3.4, 3.4)


def _area_of(wires: Sequence[WireItem]) -> QRectF:
    """Return the rectangle around wires, as far as they are led (of very many: the whole page); empty for none."""
    if len(wires) > _MOST_WIRES:
        return QRectF(-HALF_SIZE, -HALF_SIZE, 2 * HALF_SIZE, 2 * HALF_SIZE)
    led = [wire for wire in wires if wire.points]
    if not led:
        return QRectF()
    left, top = min(wire.left for wire in led), min(wire.top for wire in led)
    right, bottom = max(wire.right for wire in led), max(wire.bottom for wire in led)
    return QRectF(left, top, right - left, bottom - top).adjusted(-_REACH, -_REACH, _REACH, _REACH)
