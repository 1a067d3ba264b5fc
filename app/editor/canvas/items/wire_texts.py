"""Writes dtype and shape along the wires: where there is room, over nothing else, only when near enough to read."""

from __future__ import annotations

import weakref
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise, product
from math import inf
from time import perf_counter
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget
from shiboken6 import isValid

from app.document.model.diagram import PinRef
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.items.wire_text_ground import NotLookedAt, WireTextGround, cells_of
from app.editor.canvas.nodegraph.item_bases import Z_WIRE, WholePageItem
from app.editor.canvas.routing.orthogonal import Point
from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.slices import LARGE, Slices
from blocks.tensor_spec import TensorSpec, shape_text

READABLE = 0.55  # zoom; from further away nothing is written
_OVER = 3.0  # page units between a wire and the text over it
_END = 14.0  # page units of a wire's piece that the text leaves free at each end
_MOST_OF_ONE = 24  # wires of one output that bear the text: they all say the same
_PIECES = 2  # of each direction that are tried, the longest first
_BUDGET = 0.004  # seconds of one paint that go into finding places; the others are found between the events
_SEEN_AT_ONCE = 24  # places found so that are painted together
_STALE = 0.45  # opacity of types of before the last edit
_ALIKE = (160.0, 100.0)  # page units across and down within which an output's type is said once
_Cell = tuple[int, int]


class _Placed(NamedTuple):
    """Where a wire's text stands; ``rect`` is None where there is no room."""

    points: list[Point]  # the very route that it was placed for
    words: tuple[str, ...]  # what is to be said, the longest form first
    text: QStaticText
    rect: QRectF | None
    on_wire: bool  # over a piece of a wire, which needs a ground


class WireTexts(WholePageItem):
    """One item for all wires, between wires and blocks. Hidden it costs nothing.

    Texts are laid out when they come into view and stay until their types or routes change, or blocks move.
    """

    def __init__(self, items: PageItems) -> None:
        """Write for these items' wires; hidden at first."""
        super().__init__()
        self._items = items
        self._types: Mapping[str, TensorSpec | str] = {}
        self.stale = False
        self.budget = _BUDGET
        self._texts: dict[str, QStaticText] = {}
        self._placed: dict[WireItem, _Placed] = {}
        self._before: dict[WireItem, _Placed] = {}  # where they stood, of those that are to be laid out anew
        self._cells: dict[_Cell, list[QRectF]] = {}  # the texts' places
        self._tries: Counter[PinRef] = Counter()  # wires of an output that a place was sought for
        self._of_output: defaultdict[PinRef, list[QRectF]] = defaultdict(
            list
        )  # the places, by what they say it of
        self._ground = WireTextGround(items)
        self._sought: dict[WireItem, None] = {}  # wires in view whose places a paint had no time for
        self._unseen = 0  # places that were found since the last paint
        self._later = Slices(_seeking(self))
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(Z_WIRE + 0.5)
        self.setVisible(False)

    def show_types(self, types: Mapping[str, TensorSpec | str]) -> None:
        """Write other types."""
        self._types = types
        for wire, placed in list(self._before.items()):
            if wire.gone or self._words(wire) != placed.words:
                del self._before[wire]
        for wire, placed in list(self._placed.items()):
            if self._words(wire) != placed.words:
                self._drop(wire)
        if self.isVisible():
            self.update()

    def forget(self) -> None:
        """Lay the texts out anew when they are painted next; until that is done they stay where they are."""
        self._before.update(self._placed)
        self._placed.clear()
        self._cells.clear()
        self._tries.clear()
        self._of_output.clear()
        self._sought.clear()
        self._ground.forget()
        if self.isVisible():
            self.update()

    def renew_style(self) -> None:
        """Follow another theme."""
        self._texts.clear()
        self.forget()

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Write the texts of the wires in view."""
        scene = self.scene()
        if painter.worldTransform().m11() < READABLE or scene is None:
            return
        style = self._items.style
        painter.setFont(style.wire_font)
        painter.setOpacity(_STALE if self.stale else 1.0)
        ground = QColor(style.theme.canvas)
        ground.setAlpha(215)
        budget = self.budget if widget is not None else inf
        for wire, placed, rect in self._shown(option.exposedRect, budget, is_picture=widget is None):
            if not rect.adjusted(-2, 0, 2, 0).intersects(option.exposedRect):  # far along a long wire
                continue
            if placed.on_wire:
                painter.fillRect(rect.adjusted(-2, 0, 2, 0), ground)
            pen = style.type_pens.get(wire.family) if wire.family else None
            painter.setPen(pen.color() if pen is not None else style.wire_text)
            painter.drawStaticText(rect.topLeft(), placed.text)
        painter.setOpacity(1.0)

    def shown(self, area: QRectF) -> Iterator[tuple[WireItem, QRectF, QStaticText]]:
        """Yield the wires near an area that have a text, with its place on the page."""
        for wire, placed, rect in self._shown(area, inf):
            yield wire, rect, placed.text

    def _shown(
        self, area: QRectF, budget: float, is_picture: bool = False
    ) -> Iterator[tuple[WireItem, _Placed, QRectF]]:
        """Yield the wires near an area that have a text, and its place.

        Places are sought for so many seconds; the others are found between the events, and painted then.
        """
        if is_picture:
            self._ground.fill()
        near = self._near(area, is_picture)
        self._sought.clear()  # those that are still in view are noted again
        until = perf_counter() + budget  # to find what is near takes a while by itself
        may_look = is_picture or budget == inf or len(self._items.wires) <= LARGE
        self._ground.until = until if may_look else -inf
        for item in near:
            if not isinstance(item, WireItem) or not item.points or item.wire.hidden:
                continue
            placed = self._placed.get(item)
            if placed is None or placed.points is not item.points:
                fresh = self._seek(item) if perf_counter() <= until else None
                if fresh is None:
                    self._sought[item] = None
                    self._later.start()
                    placed = self._before.get(item)
                    if placed is None or placed.points is not item.points:
                        continue
                else:
                    placed = fresh
            if placed.rect is not None:
                shift = item.pos()
                yield item, placed, placed.rect.translated(shift)

    def _seek(self, wire: WireItem) -> _Placed | None:
        """Find the place of a wire's text anew; None where there is no time to look at what lies around."""
        self._drop(wire)
        try:
            placed = self._place(wire, self.scene())
        except NotLookedAt:
            self._tries[wire.wire.source] -= 1
            return None
        self._before.pop(wire, None)
        self._placed[wire] = placed
        return placed

    def go_on(self, until: float) -> bool:
        """Find places up to a moment (of ``perf_counter``); return whether some are left."""
        sought = self._sought
        self._ground.until = until
        while sought and perf_counter() < until:
            wire = next(iter(sought))
            placed = self._placed.get(wire)
            is_known = placed is not None and placed.points is wire.points
            if wire.points and not wire.gone and not is_known and wire.scene() is not None:
                if self._seek(wire) is None:
                    break  # what was looked at is known at the next turn
                self._unseen += 1
            del sought[wire]
        if not sought or self._unseen >= _SEEN_AT_ONCE:
            self._unseen = 0
            self.update()
        return bool(sought)

    def _near(self, area: QRectF, is_picture: bool) -> Iterable[QGraphicsItem]:
        """Return the items near an area. Qt's scene finds none of those that it renders for a picture just now."""
        if is_picture:
            return [item for item in self._items.wires.values() if item.sceneBoundingRect().intersects(area)]
        return self.scene().items(area)

    def _place(self, wire: WireItem, scene: QGraphicsScene) -> _Placed:
        """Find a place for the longest text that has one; where other wires cross it is the last choice."""
        words = self._words(wire)
        nothing = _Placed(wire.points, words, QStaticText(), None, False)
        source = wire.wire.source
        self._tries[source] += 1
        if self._tries[source] > _MOST_OF_ONE:
            return nothing
        for over_wires, word in product((False, True), words):
            text = self._text(word)
            size = text.size()
            for rect, on_wire in _places(wire.points, size.width(), size.height()):
                if _covers(self._cells, rect) or self._ground.is_taken(scene, rect):
                    continue
                if not over_wires and self._ground.is_crossed(scene, rect, source if on_wire else None):
                    continue
                if any(_is_beside(rect, other) for other in self._of_output[source]):
                    return nothing
                for cell in cells_of(rect):
                    self._cells.setdefault(cell, []).append(rect)
                self._of_output[source].append(rect)
                return _Placed(wire.points, words, text, rect, on_wire or over_wires)
        return nothing

    def _drop(self, wire: WireItem) -> None:
        placed = self._placed.pop(wire, None)
        if placed is not None and placed.rect is not None:
            self._of_output[wire.wire.source].remove(placed.rect)
            for cell in cells_of(placed.rect):
                self._cells[cell].remove(placed.rect)

    def _words(self, wire: WireItem) -> tuple[str, ...]:
        source = wire.wire.source
        key = str(source)
        known = self._types.get(key)
        if known is None and source.index is None:
            known = self._types.get(f"{key}[0]")
            return (f"list of {_dtype(known)}", "list") if known is not None else ()
        if known is None:
            return ()
        if not isinstance(known, TensorSpec) or (known.shape is None and known.element is None):
            return (_dtype(known),)
        shape = shape_text(known.shape) if known.shape else ""
        return tuple(dict.fromkeys(word for word in (str(known), shape, known.dtype) if word))

    def _text(self, words: str) -> QStaticText:
        found = self._texts.get(words)
        if found is None:
            found = self._texts[words] = QStaticText(words)
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.prepare(font=self._items.style.wire_font)
        return found


_CURVE = 20  # points; a way at right angles has fewer


def _covers(cells: Mapping[_Cell, list[QRectF]], rect: QRectF) -> bool:
    return any(rect.intersects(other) for cell in cells_of(rect) for other in cells.get(cell, ()))


def _is_beside(one: QRectF, other: QRectF) -> bool:
    apart = one.center() - other.center()
    return abs(apart.x()) < _ALIKE[0] and abs(apart.y()) < _ALIKE[1]


def _dtype(known: TensorSpec | str) -> str:
    return known.dtype if isinstance(known, TensorSpec) else known


def _places(points: list[Point], width: float, height: float) -> Iterator[tuple[QRectF, bool]]:
    """Yield rectangles for a text: over level pieces that are long enough, then across upright ones.

    The flag says that the wire runs through the text.
    """
    pieces = list(pairwise(points))
    level = [(a, b) for a, b in pieces if a[1] == b[1] and abs(b[0] - a[0]) >= width + _END]
    for (ax, ay), (bx, _) in sorted(level, key=lambda p: -abs(p[1][0] - p[0][0]))[:_PIECES]:
        left, right = min(ax, bx), max(ax, bx)
        room = right - left - width - _END
        for part in (0.5, 0.0, 1.0):
            corner = QPointF(left + _END / 2 + room * part, ay - height - _OVER + 1)
            yield QRectF(corner.x(), corner.y(), width, height), False
    if len(points) > _CURVE:
        x, y = points[len(points) // 2]
        yield QRectF(x - width / 2, y - height / 2, width, height), True
        return
    upright = [(a, b) for a, b in pieces if a[0] == b[0] and abs(b[1] - a[1]) >= height + _END]
    for (x, ay), (_, by) in sorted(upright, key=lambda p: -abs(p[1][1] - p[0][1]))[:_PIECES]:
        top, room = min(ay, by) + _END / 2, abs(by - ay) - height - _END
        for part in (0.5, 0.15, 0.85):
            yield QRectF(x - width / 2, top + room * part, width, height), True


def _seeking(texts: WireTexts) -> Callable[[float], bool]:
    """Return what goes on finding places; it does not hold the texts, or their page would never go."""
    known = weakref.ref(texts)

    def go_on(until: float) -> bool:
        found = known()
        return found is not None and isValid(found) and found.scene() is not None and found.go_on(until)

    return go_on
