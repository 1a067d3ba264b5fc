"""The scene item of one wire. Qt paints it; only its route is ours."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from itertools import pairwise
from math import dist, inf
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen

from app.document.model.diagram import PinRef, Wire
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.families import Family
from app.editor.canvas.items.painting import FADED
from app.editor.canvas.items.style import WIRE_WIDTH, CanvasStyle
from app.editor.canvas.items.wire_places import WirePlaces
from app.editor.canvas.nodegraph.item_bases import WireItemBase
from app.editor.canvas.routing.curves import curve
from app.editor.canvas.routing.obstacle_avoiding import Obstacles, avoiding_route
from app.editor.canvas.routing.orthogonal import Point, ends_only, route
from app.editor.layout.block_geometry import PinSpot

_EDGE = 8.0  # page units: half of the widest stroke, and its soft edge
_LONG = 1000.0  # page units; the rectangle around a wire that is wider and higher is mostly empty


class WireLook(NamedTuple):
    """What wires have in common that are painted as one."""

    pen: QPen  # shared by those of one style
    opacity: float
    radius: float  # of the corners

    def __hash__(self) -> int:
        return hash((id(self.pen), self.opacity, self.radius))


class WireItem(WireItemBase):
    """One wire between two block items. Highlighting is painted by the overlay, so the pen never changes."""

    def __init__(
        self,
        wire: Wire,
        source: BlockItem,
        source_pin: PinSpot,
        target: BlockItem,
        target_pin: PinSpot,
        style: CanvasStyle,
        places: WirePlaces[WireItem],
    ) -> None:
        """Make the wire; `reroute` gives it its way, which is noted in ``places``."""
        super().__init__()
        self.wire = wire
        self.key = (wire.source, wire.target)  # the pins at its ends, which stay
        self.source, self.source_pin = source, source_pin
        self.target, self.target_pin = target, target_pin
        self._places = places
        self.points: list[Point] = []  # none until it is led
        self._radius = 0.0  # of the corners
        self._at = (0.0, 0.0)  # how far it was shifted since it was led
        self.drawn: Sequence[Sequence[Point]] = ()  # all of its way, or its two ends, where they are drawn
        self.look = WireLook(style.no_pen, 1.0, 0.0)
        self.is_patterned = False  # dashed or dotted
        self._curved = False
        self.left = self.top = inf  # of the points
        self.right = self.bottom = -inf
        self._drawn_hidden = wire.hidden
        self._inside = False  # of a folded frame
        self.lane = lane_of(wire.source)
        self.family: Family | None = None  # of the dtype, while wires are coloured by it
        self._by_dtype = False
        self.tint = ""  # its colour where it ends at a pin: see `CanvasStyle.tint_pen`
        self.set_style(style)
        self.fade()

    @property
    def gone(self) -> bool:
        """Whether it has gone from the page with a block, and is about to leave the scene."""
        return self.source.gone or self.target.gone

    @property
    def ends_at_fold(self) -> bool:
        """Whether one of its blocks is hidden by a folded frame; its own bends would lead to where the block lies."""
        return self.source.fold is not None or self.target.fold is not None

    @property
    def bends(self) -> tuple[Point, ...]:
        """The stored corners that it passes now."""
        return () if self.ends_at_fold else self.wire.route

    @property
    def is_curved(self) -> bool:
        """Whether it swings from pin to pin, around nothing."""
        return self._curved and not (self.bends or self.wire.hidden)

    def corners(self) -> list[Point]:
        """Return the way that it would have at right angles, with its stored corners."""
        source, target = self.source.end(self.source_pin), self.target.end(self.target_pin)
        return route(source, target, self.bends) if self.is_curved else self.points

    def repaint(self) -> None:
        """Have painted anew where the wire lies; Qt does that by itself of an item that it paints."""
        scene = self.scene() if self.is_stroked and self.points else None
        if scene is None:
            return
        if self.right - self.left < _LONG or self.bottom - self.top < _LONG or self.wire.hidden:
            scene.update(self.sceneBoundingRect().adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE))
            return
        dx, dy = self._at
        for (ax, ay), (bx, by) in pairwise(self.points):  # most of the rectangle around it is not its own
            left, top = (ax if ax < bx else bx) + dx - _EDGE, (ay if ay < by else by) + dy - _EDGE
            scene.update(QRectF(left, top, abs(ax - bx) + 2 * _EDGE, abs(ay - by) + 2 * _EDGE))

    def fade(self) -> None:
        """Fade with a block that is switched off."""
        opacity = FADED if self.source.off or self.target.off else 1.0
        if opacity != self.look.opacity:
            self.look = self.look._replace(opacity=opacity)
            self.setOpacity(opacity)
            self.repaint()

    def set_family(self, family: Family | None, by_dtype: bool, style: CanvasStyle) -> bool:
        """Colour the wire by a dtype family (None: it is not known), or not by dtype; returns whether that is new."""
        if (family, by_dtype) == (self.family, self._by_dtype):
            return False
        self.family, self._by_dtype = family, by_dtype
        self.set_style(style)
        return True

    def set_style(self, style: CanvasStyle) -> None:
        """Take the pen of the dtype family, else the wire's own (as an imported page has), else the theme's."""
        self._curved = style.theme.wire_curved  # `PageItems` leads it anew where that changes
        if style.theme.wire_radius != self._radius:
            self._radius = style.theme.wire_radius
            if self.points:
                self._draw(self.points)
        colour, width = own_look(self.wire)
        self.tint = self.family or colour or ("unknown" if self._by_dtype and width == WIRE_WIDTH else "")
        if self.family or (not colour and width == WIRE_WIDTH):
            pen = style.tint_pen(self.tint)
        else:
            pen = style.wire_pen(colour or style.theme.wire, width)
        if is_dashed(self.wire):
            pen = QPen(pen)
            pen.setStyle(Qt.PenStyle.DotLine)
        if pen is not self.look.pen:
            self.repaint()
            self.look = self.look._replace(pen=pen)
            self.is_patterned = pen.style() != Qt.PenStyle.SolidLine
            self.setPen(pen)
            self.repaint()

    def reroute(self, obstacles: Obstacles | None = None, ignored: Collection[str] = ()) -> None:
        """Follow the blocks and the stored corners; without any, lead the wire around ``obstacles``."""
        if self._inside:
            return
        source, target = self.source.end(self.source_pin), self.target.end(self.target_pin)
        if self.is_curved:
            points = curve(source, target)
        elif obstacles is None or self.bends or self.wire.hidden:
            points = route(source, target, self.bends)
        else:
            ends = (self.source.obstacle, self.target.obstacle)
            points = avoiding_route(source, target, obstacles, ends, ignored, self.lane)
        self.shift(0.0, 0.0)
        if points == self.points and self.wire.hidden == self._drawn_hidden:
            return
        self._draw(points)

    def _draw(self, points: list[Point]) -> None:
        """Draw the wire along these points."""
        self.repaint()
        self.points, self._drawn_hidden = points, self.wire.hidden
        xs, ys = [x for x, _ in points], [y for _, y in points]
        self.left, self.right, self.top, self.bottom = min(xs), max(xs), min(ys), max(ys)
        self._places.put(self)
        radius = 0.0 if self.is_curved else self._radius
        if radius != self.look.radius:
            self.look = self.look._replace(radius=radius)
        path = QPainterPath()
        self.drawn = ends_only(points) if self.wire.hidden else (points,)
        for line in self.drawn:
            add_polyline(path, line, radius)
        self.setPath(path)
        self.repaint()

    def set_inside(self, inside: bool) -> bool:
        """Hide the wire with both its blocks, or show it, which leads it anew; returns whether that is new."""
        if inside == self._inside:
            return False
        self._inside = inside
        self.repaint()
        self.setVisible(not inside)
        self.points, self.drawn = [], ()
        self.left = self.top = inf
        self.right = self.bottom = -inf
        self._places.drop(self)
        return True

    def follow_ends(self) -> bool:
        """Move along with both its blocks, where these have moved alike since it was led; returns whether it moved."""
        if not self.points or self.bends:
            return False
        (sx, sy), (ex, ey) = self.source.pin_centre(self.source_pin), self.target.pin_centre(self.target_pin)
        dx, dy = sx - self.points[0][0], sy - self.points[0][1]
        if not (dx or dy) or (ex - self.points[-1][0], ey - self.points[-1][1]) != (dx, dy):
            return False
        self._draw([(x + dx, y + dy) for x, y in self.points])
        return True

    def shift(self, dx: float, dy: float) -> None:
        """Move the drawn wire along with both its blocks, without routing it again."""
        if (dx, dy) != self._at:
            self.repaint()
            by_x, by_y = dx - self._at[0], dy - self._at[1]
            self.drawn = [[(x + by_x, y + by_y) for x, y in line] for line in self.drawn]
            self._at = (dx, dy)
            self.setPos(dx, dy)
            self.repaint()


def own_look(wire: Wire) -> tuple[str, float]:
    """Return a wire's own colour ("" = none) and width, as ``extra["style"]`` holds them."""
    given = wire.extra.get("style") if wire.extra else None
    if not isinstance(given, dict):
        return "", WIRE_WIDTH
    colour, width = given.get("color"), given.get("width")
    valid = isinstance(colour, str) and colour.startswith("#") and QColor.isValidColorName(colour)
    wide = isinstance(width, (int, float)) and not isinstance(width, bool) and 0.5 <= width <= 12
    return (str(colour) if valid else ""), (float(width) if wide else WIRE_WIDTH)  # type: ignore[arg-type]


def is_dashed(wire: Wire) -> bool:
    """Return whether a wire is drawn with dashes, as ``extra["style"]`` says."""
    given = wire.extra.get("style") if wire.extra else None
    return isinstance(given, dict) and given.get("dash") is True


def lane_of(source: PinRef) -> int:
    """Return which of four ways beside a block wires take: one for all wires of a pin, the same at each start."""
    return zlib.crc32(str(source).encode()) % 4


def add_polyline(path: QPainterPath, points: Sequence[Point], radius: float = 0.0) -> None:
    """Append a polyline to a path; with a ``radius`` its corners are round, where there is room for it."""
    path.moveTo(*points[0])
    for before, corner, behind in zip(points, points[1:], points[2:], strict=False):
        reach = min(radius, dist(before, corner) / 2, dist(corner, behind) / 2)
        if reach > 0:
            path.lineTo(*_towards(corner, before, reach))
            path.quadTo(*corner, *_towards(corner, behind, reach))
        else:
            path.lineTo(*corner)
    if len(points) > 1:
        path.lineTo(*points[-1])


def _towards(start: Point, end: Point, reach: float) -> Point:
    part = reach / dist(start, end)
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
