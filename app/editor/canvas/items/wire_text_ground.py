"""What stands where texts along wires could: blocks, monitors, notes and other wires; found where it is looked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from math import inf
from time import perf_counter
from typing import NamedTuple, TypeVar

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from app.document.model.diagram import PinRef
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.note_item import NoteItem
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.routing.orthogonal import Point

_CELL = 128.0  # page units of a bucket
_REGION = 4  # buckets in a row that are filled at once
_CLEAR = 3.0  # page units between a text and a block
_OUTER = 130.0  # page units that typed texts of the classic look may reach out to the left
_EDGE = 0.001  # page units; what ends at a region's edge does not reach into the next
_LINE = 1.5  # page units beside a wire's middle that a text leaves free
_BY_BOUNDS = Qt.ItemSelectionMode.IntersectsItemBoundingRect
Cell = tuple[int, int]
_T = TypeVar("_T")
_Piece = tuple[float, float, float, float]  # left, top, right and bottom of a straight piece of a wire
_Area = tuple[float, float, float, float]  # left, top, right and bottom
_EVERYWHERE: _Area = (-inf, -inf, inf, inf)
_Strokes = dict[WireItem, list[_Piece]]  # of one bucket: a wire is taken out without going through the others
_Key = tuple[type[QGraphicsItem], str]  # of what stands on the page: a block, monitor or note, and its id
_BESIDE = 2 * _CELL  # page units around a block within which labels and results of others lie otherwise by it
_MOST_CHANGED = 300  # wires or blocks that an edit changes; after more of them all is looked at anew
_AT_ONCE = 6000  # buckets that are looked into for changed wires at once: long ones reach into hundreds


class NotLookedAt(Exception):
    """There is no time to look at a part of the page that is asked about."""


class Changed(NamedTuple):
    """What lies otherwise since it was looked at last."""

    wires: list[WireItem]  # that are new or run elsewhere
    gone: list[WireItem]
    come: list[QRectF]  # what blocks and monitors cover now
    freed: list[QRectF]  # and no longer
    strokes: dict[Cell, _Strokes]  # of the wires, by bucket

    def crossing(self, cell: Cell, rect: QRectF, own: PinRef, on_wire: bool) -> bool:
        """Return whether one of these wires runs through a text in a bucket, that is said of an output."""
        return any(
            not (on_wire and wire.key[0] == own) and any(_reaches(piece, rect) for piece in pieces)
            for wire, pieces in self.strokes[cell].items()
        )


class WireTextGround:
    """The places that are taken, by bucket. Buckets are filled when something is asked of them: pages are large."""

    def __init__(self, items: PageItems) -> None:
        """Look among these items."""
        self._items = items
        self._solid: dict[Cell, list[tuple[QRectF, _Key]]] = {}
        self._strokes: dict[Cell, _Strokes] = {}
        self._leaving: list[_Strokes] = []  # buckets that are to be freed
        self._regions: set[Cell] = set()  # that have been looked at
        self._standing: dict[_Key, list[QRectF]] = {}  # what is in the buckets of a block, monitor or note
        self._led: dict[WireItem, list[Point]] = {}  # the ways of all wires as the buckets have them
        self.until = (
            inf  # the moment (of ``perf_counter``) from which no more is looked at: see `NotLookedAt`
        )
        self._whole = False
        self.is_behind = False  # whether `follow` has more to do

    def forget(self) -> None:
        """Look anew: something has moved. The strokes are freed by `free`: of a large page that takes a while."""
        self._solid.clear()
        self._leaving.extend(self._strokes.values())
        self._strokes.clear()
        self._regions.clear()
        self._standing.clear()
        self._led.clear()
        self._whole = self.is_behind = False

    def free(self, until: float) -> bool:
        """Let go of buckets that were forgotten, up to a moment; return whether some are left."""
        while self._leaving and perf_counter() < until:
            self._leaving.pop()
        return bool(self._leaving)

    def fill(self) -> None:
        """Look at the whole page, for a picture: while Qt paints one, its scene finds none of the items."""
        if self._whole:
            return
        self.forget()
        self._whole = True
        items = self._items
        for shown in (items.blocks, items.monitors, items.notes):
            for item in shown.values():
                self._put(_key(item), list(_solids(item)))
        for wire in items.wires.values():
            self._led[wire] = wire.points
            self._draw(wire, self._strokes, _EVERYWHERE)

    def follow(self, ids: Collection[str]) -> Changed | None:
        """Take over how the wires run now, and where these blocks and monitors stand; None where that is too much.

        Where many long wires have changed, the next calls take over the others (see `is_behind`).
        """
        changed = Changed([], [], [], [], {})
        noted = self._items.take_changed_wires()
        if self.is_behind:
            noted, self.is_behind = None, False
        if not self._regions and not self._whole:
            return changed
        gone, moved = self._changed_wires(noted)
        if len(gone) + len(moved) + len(ids) > _MOST_CHANGED:
            return None
        self._follow_wires(gone, moved, changed)
        self.is_behind = len(changed.gone) + len(changed.wires) < len(gone) + len(moved)
        ends = {end.block for wire in (*changed.gone, *changed.wires) for end in wire.key}
        seen: set[_Key] = {
            (kind, item_id) for item_id in ends.union(ids) for kind in (BlockItem, MonitorItem)
        }
        for key in seen:
            self._renew(key, changed)
        for key in self._keys_around([*changed.come, *changed.freed]) - seen:
            self._renew(key, changed)
        return changed

    def _changed_wires(self, noted: list[WireItem] | None) -> tuple[list[WireItem], list[WireItem]]:
        """Return the wires that have gone, and those that are new or run elsewhere; of ``noted`` ones or all (None)."""
        led, wires = self._led, self._items.wires
        if noted is not None:
            there = [wire for wire in noted if wires.get(wire.key) is wire]
            gone = [wire for wire in noted if wire in led and wires.get(wire.key) is not wire]
            return gone, [wire for wire in there if led.get(wire) is not wire.points]
        moved = [wire for wire in wires.values() if led.get(wire) is not wire.points]
        if len(led) + sum(wire not in led for wire in moved) > len(wires):
            return [wire for wire in led if wires.get(wire.key) is not wire], moved
        return [], moved

    def _follow_wires(self, gone: list[WireItem], moved: list[WireItem], changed: Changed) -> None:
        """Take wires out of the buckets, or to others; end after `_AT_ONCE` buckets, and note what was done."""
        area, looked_into = self._known_area(), 0
        for wire in gone:
            if looked_into > _AT_ONCE:
                break
            looked_into += self._rub_out(wire, area)
            changed.gone.append(wire)
        for wire in moved:
            if looked_into > _AT_ONCE:
                break
            looked_into += self._rub_out(wire, area)
            self._led[wire] = wire.points
            looked_into += self._draw(wire, changed.strokes, area)
            changed.wires.append(wire)
        for cell, strokes in changed.strokes.items():
            self._strokes.setdefault(cell, {}).update(strokes)

    def _keys_around(self, places: list[QRectF]) -> set[_Key]:
        around = (place.adjusted(-_BESIDE, -_BESIDE, _BESIDE, _BESIDE) for place in places)
        cells = {cell for rect in around for cell in cells_of(rect)}
        return {key for cell in cells for _, key in self._solid.get(cell, ())}

    def _renew(self, key: _Key, changed: Changed) -> None:
        """Look anew at what one block, monitor or note covers."""
        kind, item_id = key
        items = self._items
        there: Mapping[str, QGraphicsItem] = (
            items.blocks if kind is BlockItem else items.monitors if kind is MonitorItem else items.notes
        )
        item = there.get(item_id)
        old, new = self._standing.get(key, []), list(_solids(item)) if item is not None else []
        if old == new:
            return
        for cell in {cell for rect in old for cell in cells_of(rect)} & self._solid.keys():
            self._solid[cell] = [entry for entry in self._solid[cell] if entry[1] != key]
        self._standing.pop(key, None)
        if new:
            self._put(key, new)
        changed.come.extend(rect for rect in new if rect not in old)
        changed.freed.extend(rect for rect in old if rect not in new)

    def _put(self, key: _Key, rects: list[QRectF]) -> None:
        """Put what an item covers into the buckets that are filled."""
        self._standing[key] = rects
        for rect in rects:
            for cell in cells_of(rect):
                if self._whole or region_of(cell) in self._regions:
                    self._solid.setdefault(cell, []).append((rect, key))

    def _draw(self, wire: WireItem, strokes: dict[Cell, _Strokes], area: _Area) -> int:
        """Put a wire's pieces in an area into those buckets that are to be filled; return how many it passes."""
        passed = 0
        for piece in pieces_of(wire, wire.points, area):
            for cell in _cells_in(piece, area):
                passed += 1
                if self._whole or region_of(cell) in self._regions:
                    strokes.setdefault(cell, {}).setdefault(wire, []).append(piece)
        return passed

    def _rub_out(self, wire: WireItem, area: _Area) -> int:
        """Take a wire's pieces out of the buckets, all of which lie in an area; return how many it passes."""
        strokes, passed = self._strokes, 0
        for piece in _pieces(self._led.pop(wire, []), area):
            for cell in _cells_in(piece, area):
                passed += 1
                there = strokes.get(cell)
                if there is not None:
                    there.pop(wire, None)
        return passed

    def _known_area(self) -> _Area:
        """Return what encloses all regions that have been looked at: most of a long wire leads elsewhere."""
        if self._whole or not self._regions:
            return _EVERYWHERE
        side = _REGION * _CELL
        columns, rows = {column for column, _ in self._regions}, {row for _, row in self._regions}
        left, top = min(columns) * side, min(rows) * side
        return left, top, (max(columns) + 1) * side - _EDGE, (max(rows) + 1) * side - _EDGE

    def wires_in(self, scene: QGraphicsScene, region: Cell) -> set[WireItem]:
        """Return the wires that run through a region."""
        self._filled(scene, (region[0] * _REGION, region[1] * _REGION), self._strokes, {})
        return self.known_in(region)

    def known_in(self, region: Cell) -> set[WireItem]:
        """Return the wires that run through a region, as far as they are known."""
        columns, rows = (range(side * _REGION, (side + 1) * _REGION) for side in region)
        return {wire for x in columns for y in rows for wire in self._strokes.get((x, y), ())}

    def wires_at(self, rect: QRectF) -> set[WireItem]:
        """Return the wires that run through a rectangle, of those that are known."""
        return {
            wire
            for cell in cells_of(rect)
            for wire, pieces in self._strokes.get(cell, {}).items()
            if any(_reaches(piece, rect) for piece in pieces)
        }

    def is_taken(self, scene: QGraphicsScene, rect: QRectF) -> bool:
        """Return whether a block with what it shows of the last run, a monitor or a text stands there."""
        return any(
            rect.intersects(other)
            for cell in cells_of(rect)
            for other, _ in self._filled(scene, cell, self._solid, [])
        )

    def is_crossed(self, scene: QGraphicsScene, rect: QRectF, besides: PinRef | None = None) -> bool:
        """Return whether a wire runs through, ``besides`` those of one output."""
        left, top, right, bottom = rect.getCoords()
        return any(
            x < right and left < to_x and y < bottom and top < to_y and wire.key[0] != besides
            for cell in cells_of(rect)
            for wire, pieces in self._filled(scene, cell, self._strokes, {}).items()
            for x, y, to_x, to_y in pieces
        )

    def _filled(self, scene: QGraphicsScene, cell: Cell, buckets: dict[Cell, _T], empty: _T) -> _T:
        region = region_of(cell)
        if not self._whole and region not in self._regions:
            if perf_counter() > self.until:
                raise NotLookedAt
            self._look(scene, region)
        return buckets.get(cell, empty)

    def _look(self, scene: QGraphicsScene, region: Cell) -> None:
        """Fill the buckets of a part of the page: hundreds of wires may pass, and each is looked at once for all."""
        if not self._regions:
            self._led = {wire: wire.points for wire in self._items.wires.values()}
        self._regions.add(region)
        side = _REGION * _CELL
        x, y = region[0] * side, region[1] * side
        area = (x, y, x + side - _EDGE, y + side - _EDGE)
        outer = _OUTER if self._items.style.classic else _CLEAR
        around = QRectF(x, y, side, side).adjusted(-_CLEAR, -_CLEAR, outer, _CLEAR)
        led = self._led
        for item in scene.items(around, _BY_BOUNDS):
            if isinstance(item, WireItem):
                for piece in pieces_of(item, led.get(item, ()), area):
                    for cell in _cells_in(piece, area):
                        self._strokes.setdefault(cell, {}).setdefault(item, []).append(piece)
            elif isinstance(item, (BlockItem, MonitorItem, NoteItem)):
                self._look_at(item, region)

    def _look_at(self, item: BlockItem | MonitorItem | NoteItem, region: Cell) -> None:
        """Put what an item covers of a region into its buckets."""
        key = _key(item)
        rects = self._standing.get(key)
        if rects is None:
            rects = list(_solids(item))
            if rects:
                self._standing[key] = rects
        for rect in rects:
            for cell in cells_of(rect):
                if region_of(cell) == region:
                    self._solid.setdefault(cell, []).append((rect, key))


def _reaches(piece: _Piece, rect: QRectF) -> bool:
    return (
        piece[0] < rect.right()
        and rect.left() < piece[2]
        and piece[1] < rect.bottom()
        and rect.top() < piece[3]
    )


def region_of(cell: Cell) -> Cell:
    """Return the region that a bucket lies in."""
    return cell[0] // _REGION, cell[1] // _REGION


def regions_of(area: QRectF) -> set[Cell]:
    """Return the regions that an area of the page reaches into."""
    left, top, right, bottom = (int(side // (_REGION * _CELL)) for side in area.getCoords())
    return {(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)}


def _key(item: BlockItem | MonitorItem | NoteItem) -> _Key:
    if isinstance(item, BlockItem):
        return BlockItem, item.block_id
    return (MonitorItem, item.monitor.id) if isinstance(item, MonitorItem) else (NoteItem, item.note.id)


def cells_of(rect: QRectF) -> Iterator[Cell]:
    """Give the buckets that a rectangle reaches into."""
    return _cells_between(*rect.getCoords())


def _cells_between(left: float, top: float, right: float, bottom: float) -> Iterator[Cell]:
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


def _cells_in(piece: _Piece, area: _Area) -> Iterator[Cell]:
    """Give the buckets of an area that a piece reaches into."""
    left, top, right, bottom = piece
    return _cells_between(max(left, area[0]), max(top, area[1]), min(right, area[2]), min(bottom, area[3]))


def pieces_of(wire: WireItem, points: Sequence[Point], area: _Area = _EVERYWHERE) -> list[_Piece]:
    """Return the straight pieces of a wire that is drawn along points: those that reach into an ``area``."""
    found = _pieces(points, area)
    return found if found and wire.isVisible() and not wire.wire.hidden else []


def _pieces(points: Sequence[Point], area: _Area) -> list[_Piece]:
    """Return straight pieces as thin rectangles."""
    found: list[_Piece] = []
    left, top, right, bottom = area[0] - _LINE, area[1] - _LINE, area[2] + _LINE, area[3] + _LINE
    for (ax, ay), (bx, by) in pairwise(points):
        if (ax <= left and bx <= left) or (ax >= right and bx >= right):  # most wires only pass around
            continue
        if (ay <= top and by <= top) or (ay >= bottom and by >= bottom):
            continue
        low_x, high_x = (ax, bx) if ax < bx else (bx, ax)
        low_y, high_y = (ay, by) if ay < by else (by, ay)
        found.append((low_x - _LINE, low_y - _LINE, high_x + _LINE, high_y + _LINE))
    return found
