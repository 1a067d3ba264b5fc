"""What stands where texts along wires could: blocks, monitors, notes and other wires; found where it is looked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import inf
from time import perf_counter
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from app.document.model.diagram import PinRef
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.note_item import NoteItem
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.wire_item import WireItem

_CELL = 128.0  # page units of a bucket
_REGION = 4  # buckets in a row that are filled at once
_CLEAR = 3.0  # page units between a text and a block
_OUTER = 130.0  # page units that typed texts of the classic look may reach out to the left
_LINE = 1.5  # page units beside a wire's middle that a text leaves free
_BY_BOUNDS = Qt.ItemSelectionMode.IntersectsItemBoundingRect
_Cell = tuple[int, int]
_T = TypeVar("_T")
_Piece = tuple[float, float, float, float]  # left, top, right and bottom of a straight piece of a wire
_Stroke = tuple[
    _Piece, PinRef
]  # with the output that it comes from; plain numbers, since there are very many


class NotLookedAt(Exception):
    """There is no time to look at a part of the page that is asked about."""


class WireTextGround:
    """The places that are taken, by bucket. Buckets are filled when something is asked of them: pages are large."""

    def __init__(self, items: PageItems) -> None:
        """Look among these items."""
        self._items = items
        self._solid: dict[_Cell, list[QRectF]] = {}
        self._strokes: dict[_Cell, list[_Stroke]] = {}
        self._regions: set[_Cell] = set()  # that have been looked at
        self.until = (
            inf  # the moment (of ``perf_counter``) from which no more is looked at: see `NotLookedAt`
        )
        self._whole = False

    def forget(self) -> None:
        """Look anew: something has moved."""
        self._solid.clear()
        self._strokes.clear()
        self._regions.clear()
        self._whole = False

    def fill(self) -> None:
        """Look at the whole page, for a picture: while Qt paints one, its scene finds none of the items."""
        if self._whole:
            return
        self.forget()
        self._whole = True
        items = self._items
        for item in (*items.blocks.values(), *items.monitors.values(), *items.notes.values()):
            for rect in _solids(item):
                for cell in cells_of(rect):
                    self._solid.setdefault(cell, []).append(rect)
        for wire in items.wires.values():
            for piece in _pieces(wire):
                for cell in _cells_between(*piece):
                    self._strokes.setdefault(cell, []).append((piece, wire.wire.source))

    def is_taken(self, scene: QGraphicsScene, rect: QRectF) -> bool:
        """Return whether a block with what it shows of the last run, a monitor or a text stands there."""
        return any(
            rect.intersects(other)
            for cell in cells_of(rect)
            for other in self._filled(scene, cell, self._solid)
        )

    def is_crossed(self, scene: QGraphicsScene, rect: QRectF, besides: PinRef | None = None) -> bool:
        """Return whether a wire runs through, ``besides`` those of one output."""
        left, top, right, bottom = rect.getCoords()
        return any(
            x < right and left < to_x and y < bottom and top < to_y and source != besides
            for cell in cells_of(rect)
            for (x, y, to_x, to_y), source in self._filled(scene, cell, self._strokes)
        )

    def _filled(self, scene: QGraphicsScene, cell: _Cell, buckets: dict[_Cell, list[_T]]) -> list[_T]:
        region = cell[0] // _REGION, cell[1] // _REGION
        if not self._whole and region not in self._regions:
            if perf_counter() > self.until:
                raise NotLookedAt
            self._look(scene, region)
        return buckets.get(cell, [])

    def _look(self, scene: QGraphicsScene, region: _Cell) -> None:
        """Fill the buckets of a part of the page: hundreds of wires may pass, and each is looked at once for all."""
        self._regions.add(region)
        side = _REGION * _CELL
        x, y = region[0] * side, region[1] * side
        area = QRectF(x, y, side, side)
        right = _OUTER if self._items.style.classic else _CLEAR
        for item in scene.items(area.adjusted(-_CLEAR, -_CLEAR, right, _CLEAR), _BY_BOUNDS):
            if isinstance(item, WireItem):
                for piece in _pieces(item, area):
                    stroke = piece, item.wire.source
                    left, top, right, bottom = piece
                    inside = max(left, x), max(top, y), min(right, x + side), min(bottom, y + side)
                    for cell in _cells_between(*inside):
                        self._strokes.setdefault(cell, []).append(stroke)
            else:
                for rect in _solids(item):
                    if rect.intersects(area):
                        for cell in cells_of(rect & area):
                            self._solid.setdefault(cell, []).append(rect)


def cells_of(rect: QRectF) -> Iterator[_Cell]:
    """Give the buckets that a rectangle reaches into."""
    return _cells_between(*rect.getCoords())


def _cells_between(left: float, top: float, right: float, bottom: float) -> Iterator[_Cell]:
    rows = range(int(top // _CELL), int(bottom // _CELL) + 1)
    for column in range(int(left // _CELL), int(right // _CELL) + 1):
        for row in rows:
            yield column, row


def _solids(item: QGraphicsItem) -> Iterator[QRectF]:
    """Yield what an item covers, with room around it."""
    if not item.isVisible():
        return
    if isinstance(item, BlockItem):
        yield item.rect().adjusted(-_CLEAR, -_CLEAR, _CLEAR, _CLEAR)
        for part in (item.card_rect(), item.label_rect(), *item.outer_texts()):
            if not part.isEmpty():
                yield part.translated(item.x_page, item.y_page).adjusted(-_CLEAR, -_CLEAR, _CLEAR, _CLEAR)
    elif isinstance(item, MonitorItem) or (isinstance(item, NoteItem) and item.note.kind == "text"):
        yield item.rect().adjusted(-_CLEAR, -_CLEAR, _CLEAR, _CLEAR)


def _pieces(wire: WireItem, area: QRectF | None = None) -> Iterator[_Piece]:
    """Yield the straight pieces of a wire that is drawn, as thin rectangles: those that reach into an ``area``."""
    if not wire.isVisible() or wire.wire.hidden:
        return
    dx, dy = wire.x(), wire.y()
    left = top = -inf
    right = bottom = inf
    if area is not None:
        left, right = area.left() - dx - _LINE, area.right() - dx + _LINE
        top, bottom = area.top() - dy - _LINE, area.bottom() - dy + _LINE
    for (ax, ay), (bx, by) in pairwise(wire.points):
        if (ax <= left and bx <= left) or (ax >= right and bx >= right):  # most wires only pass around
            continue
        if (ay <= top and by <= top) or (ay >= bottom and by >= bottom):
            continue
        low_x, high_x = (ax, bx) if ax < bx else (bx, ax)
        low_y, high_y = (ay, by) if ay < by else (by, ay)
        yield low_x + dx - _LINE, low_y + dy - _LINE, high_x + dx + _LINE, high_y + dy + _LINE
