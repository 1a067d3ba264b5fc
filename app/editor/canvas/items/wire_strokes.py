"""Paints the wires of a view together: a way that many of them share, as on a large page, is painted once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from time import perf_counter

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget
from shiboken6 import isValid

from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.painting import PINS_FROM
from app.editor.canvas.items.stages import GraphStage
from app.editor.canvas.items.wire_item import WireItem, WireLook, add_polyline
from app.editor.canvas.nodegraph.item_bases import Z_WIRE, WholePageItem
from app.editor.canvas.routing.orthogonal import Point
from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.slices import Slices

_AROUND = 8.0  # page units around an area: half of the widest wire, and its edge
_BY_BOUNDS = Qt.ItemSelectionMode.IntersectsItemBoundingRect
_Area = tuple[float, float, float, float]  # left, top, right and bottom
Run = tuple[Point, ...]  # pieces of a wire, one after the other
Runs = dict[WireLook, dict[Run, None]]  # what is painted alike, in order


class WireStrokes(WholePageItem):
    """One item that paints all wires of a scene, where it is looked at from near; the wires themselves then do not.

    Thousands of wires have the same few ways: painted one by one, most of them would be painted over others. From
    afar each paints itself: the more share a way, the denser it looks.
    """

    def __init__(self, items: PageItems, stage: GraphStage, parent: QObject) -> None:
        """Paint these items' wires, which come into the scene by this stage. What can wait ends with ``parent``."""
        super().__init__()
        self._items, self._stage = items, stage
        self._runs: Runs = {}  # in the area that is about to be painted
        self._is_prepared = False
        self._others: list[
            WireItem
        ] = []  # that may be painted as it was before the view came near, or went away
        self._later = Slices(self._switch, parent)
        self.setZValue(Z_WIRE)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def prepare(self, area: QRectF, scale: float) -> None:
        """Find what is to be painted in an area of the page, at so many device pixels per page unit.

        This is done before: while Qt paints, its scene finds none of the items.
        """
        near = scale >= PINS_FROM
        if near != self._stage.strokes_wires:
            self._stage.strokes_wires = near
            self._others = list(self._items.wires.values())
            self._later.start()
        scene = self.scene()
        if scene is not None and (near or self._others):
            around = area.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
            there = scene.items(around, _BY_BOUNDS, Qt.SortOrder.AscendingOrder)
            wires = [item for item in there if isinstance(item, WireItem)]
            for wire in wires if near and self._others else ():
                wire.set_stroked(True)
            self._runs = runs_of((wire for wire in wires if wire.is_stroked), around)
        self._is_prepared = True

    def _switch(self, until: float) -> bool:
        """Let wires paint themselves or not, up to a moment; meanwhile each is painted in one of the two ways."""
        others, stage = self._others, self._stage
        while others and perf_counter() < until:
            wire = others.pop()
            if isValid(wire):
                wire.set_stroked(stage.strokes_wires)
        if not others and not stage.strokes_wires:
            self.update()  # what was painted meanwhile is less dense where wires share a way
        return bool(others)

    def forget(self) -> None:
        """Let go of all wires: the page closes."""
        self._later.stop()
        self._others.clear()

    def release(self) -> None:
        """Forget what was found: it has been painted."""
        self._is_prepared, self._runs = False, {}

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint what was found; in a picture of the scene, which no widget shows, all wires."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for look, runs in self._runs.items():
            painter.setOpacity(look.opacity)
            painter.setPen(look.pen)
            painter.drawPath(path_along(runs, look.radius))
        if widget is None and not self._is_prepared:
            self._paint_each(painter)
        painter.setOpacity(1.0)

    def _paint_each(self, painter: QPainter) -> None:
        for wire in self._items.wires.values():
            if wire.is_stroked and wire.isVisible():
                painter.setOpacity(wire.opacity())
                painter.setPen(wire.pen())
                painter.drawPath(wire.path().translated(wire.pos()))


def path_along(runs: Iterable[Run], radius: float) -> QPainterPath:
    """Return runs as one path."""
    path = QPainterPath()
    for run in runs:
        add_polyline(path, run, radius)
    return path


def runs_of(wires: Iterable[WireItem], area: QRectF) -> Runs:
    """Return the runs of wires in an area, each once."""
    found: Runs = {}
    left, top, right, bottom = area.getCoords()
    for wire in wires:
        if not _reaches(wire.drawn, left, top, right, bottom):
            continue
        look = wire.look
        runs = found.setdefault(look, {})
        margin = 2 * look.radius  # where a piece ends must not change the corner before it
        around = (left - margin, top - margin, right + margin, bottom + margin)
        for line in wire.drawn:
            if wire.is_patterned:  # dashes begin where the wire does
                runs[tuple(line)] = None
            else:
                runs.update(dict.fromkeys(_runs_in(line, around)))
    return found


def _runs_in(line: Sequence[Point], area: _Area) -> Iterator[Run]:
    """Yield the pieces of a polyline that reach into an area, joined where they follow.

    Level and upright pieces end at the area's edge, so that wires which differ elsewhere are alike here.
    """
    left, top, right, bottom = area
    run: list[Point] = []
    ax, ay = line[0]
    for bx, by in line[1:]:
        if (
            (ax >= left or bx >= left) and (ax <= right or bx <= right)
            and (ay >= top or by >= top) and (ay <= bottom or by <= bottom)
        ):  # fmt: skip
            if not run:
                run.append(_ended((ax, ay), (bx, by), area))
            run.append(_ended((bx, by), (ax, ay), area))
        elif run:
            yield tuple(run)
            run = []
        ax, ay = bx, by
    if run:
        yield tuple(run)


def _ended(end: Point, start: Point, area: _Area) -> Point:
    """Return the end of a piece, or where the piece leaves the area if it is level or upright."""
    x, y = end
    left, top, right, bottom = area
    if y == start[1]:
        return (left if x < left else right if x > right else x), y
    if x == start[0]:
        return x, (top if y < top else bottom if y > bottom else y)
    return end


def _reaches(lines: Iterable[Sequence[Point]], left: float, top: float, right: float, bottom: float) -> bool:
    """Return whether polylines reach into an area: most of the rectangle around a long wire is empty."""
    for line in lines:
        ax, ay = line[0]
        for bx, by in line:
            if (
                (ax >= left or bx >= left) and (ax <= right or bx <= right)
                and (ay >= top or by >= top) and (ay <= bottom or by <= bottom)
            ):  # fmt: skip
                return True
            ax, ay = bx, by
    return False
