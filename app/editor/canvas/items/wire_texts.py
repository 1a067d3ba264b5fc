"""Writes dtype and shape along the wires: where there is room, over nothing else, only when near enough to read."""

from __future__ import annotations

import weakref
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import pairwise, product
from math import inf
from time import perf_counter

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene, QStyleOptionGraphicsItem, QWidget
from shiboken6 import isValid

from app.document.model.diagram import PinRef
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.items.wire_text_ground import Cell, NotLookedAt, WireTextGround, regions_of
from app.editor.canvas.items.wire_text_places import Placed, TextPlaces
from app.editor.canvas.nodegraph.item_bases import Z_WIRE, WholePageItem
from app.editor.canvas.routing.orthogonal import Point
from app.editor.values.list_types import list_text
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
_BESIDE = 20.0  # page units around what has gone, where wires may find room
_MOST_FREED = 24  # wires that look for room where something has gone


class WireTexts(WholePageItem):
    """One item for all wires, between wires and blocks. Hidden it costs nothing.

    Texts are laid out when they come into view and stay until their types or routes change, or something comes to
    lie over them.
    """

    def __init__(self, items: PageItems) -> None:
        """Write for these items' wires; hidden at first."""
        super().__init__()
        self._items = items
        self._types: Mapping[str, TensorSpec | str] = {}
        self.stale = False
        self.budget = _BUDGET
        self._texts: dict[str, QStaticText] = {}
        self._placed = TextPlaces()
        self._before = TextPlaces()  # where they stood, of those that are to be laid out anew
        self._tried: defaultdict[PinRef, set[WireItem]] = defaultdict(
            set
        )  # those that a place was sought for
        self._of_output: defaultdict[PinRef, list[QRectF]] = defaultdict(list)  # the places
        self._ground = WireTextGround(items)
        self._known: set[Cell] = set()  # regions whose wires have been noted
        self._unknown: dict[Cell, None] = {}  # regions in view whose wires are to be noted
        self._sought: dict[WireItem, None] = {}  # wires whose places are to be found
        self._in_view: set[Cell] = set()  # regions
        self._fresh: list[QRectF] = []  # places that were found since the last paint
        self._dragged: dict[WireItem, None] = {}  # wires that run elsewhere until they are dropped
        self._is_readable = True  # as the view was painted last
        self._until = -inf  # the moment (of ``perf_counter``) until which a paint finds places
        self._later = Slices(_seeking(self))
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(Z_WIRE + 0.5)
        self.setVisible(False)

    def show_types(self, types: Mapping[str, TensorSpec | str]) -> None:
        """Write other types."""
        self._types = types
        for wire, placed in self._before:
            if wire.gone or self._words(wire) != placed.words:
                self._before.pop(wire)
        changed = [wire for wire, placed in self._placed if self._words(wire) != placed.words]
        for wire in changed:
            self._drop(wire)
        if changed:
            self._note_anew()
            self.refresh()

    def forget(self) -> None:
        """Lay the texts out anew when they are painted next; until that is done they stay where they are."""
        for wire, placed in self._placed:
            self._before.put(wire, placed)
        self._placed.clear()
        self._tried.clear()
        self._of_output.clear()
        self._dragged.clear()
        self._note_anew()
        self._ground.forget()
        self._later.start()
        if self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        """Paint again what is in view; from afar nothing is written, and a change of the zoom paints all anew."""
        if self._is_readable:
            self.update()

    def _note_anew(self) -> None:
        """Note in the next paint which wires in view have no place."""
        self._sought.clear()
        self._known.clear()
        self._unknown.clear()
        self._in_view = set()

    def follow(self, ids: Collection[str]) -> None:
        """Follow an edit of these blocks: lay out anew only what runs elsewhere or is covered now."""
        changed = self._ground.follow(ids) if self.isVisible() else None
        if changed is None:
            self.forget()
            return
        self._dragged.clear()
        for wire in changed.gone:
            self._before.pop(wire)
            self._sought.pop(wire, None)
        anew = dict.fromkeys(changed.wires)
        freed = self._without(changed.gone, anew)
        for rect in changed.come:
            anew.update((wire, None) for wire, _ in self._placed.over(rect))
        for cell in changed.strokes:
            for wire, placed in self._placed.at(cell).items():
                own = wire.wire.source
                if placed.rect is not None and changed.crossing(cell, placed.rect, own, placed.on_wire):
                    anew[wire] = None
        for rect in changed.freed:
            around = self._ground.wires_at(rect.adjusted(-_BESIDE, -_BESIDE, _BESIDE, _BESIDE))
            freed += [wire for wire in around if self._has_no_room(wire)][:_MOST_FREED]
        self._seek_anew([*anew, *freed])
        self._show_fresh()
        if self._ground.is_behind:
            self._later.start()

    def _catch_up(self, until: float = inf) -> None:
        """Follow what an edit has left, up to a moment."""
        while self._ground.is_behind and perf_counter() < until:
            self.follow(())

    def _without(self, gone: Iterable[WireItem], changed: Iterable[WireItem]) -> list[WireItem]:
        """Take away the texts of wires; return others of the same outputs that may say it in their place."""
        sources = set()
        for wire in (*gone, *changed):
            placed = self._drop(wire)
            if placed is not None and placed.rect is not None:
                sources.add(wire.wire.source)
        found = []
        for source in sources:
            at_block = self._items.wires_at.get(source.block, ())
            found += [w for w in at_block if w.wire.source == source and self._has_no_room(w)][:_MOST_FREED]
        return found

    def _has_no_room(self, wire: WireItem) -> bool:
        placed = self._placed.get(wire)
        return placed is not None and placed.rect is None

    def _seek_anew(self, wires: Collection[WireItem]) -> None:
        """Let the places of wires be found again."""
        for wire in wires:
            self._drop(wire)
            self._sought[wire] = None
        if self._sought and self.isVisible():
            self._later.start()

    def _show_fresh(self) -> None:
        """Paint where texts have come or gone."""
        for rect in self._fresh:
            self.update(rect.adjusted(-3, -1, 3, 1))
        self._fresh.clear()

    def renew_style(self) -> None:
        """Follow another theme."""
        self._texts.clear()
        self.forget()

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Write the texts of the wires in view."""
        scene, is_readable = self.scene(), painter.worldTransform().m11() >= READABLE
        self._is_readable = is_readable or (widget is None and self._is_readable)
        if not is_readable or scene is None:
            return
        style = self._items.style
        painter.setFont(style.wire_font)
        painter.setOpacity(_STALE if self.stale else 1.0)
        ground = QColor(style.theme.canvas)
        ground.setAlpha(215)
        exposed = option.exposedRect
        if widget is None:
            found = self._for_picture(exposed)
        else:
            view = painter.worldTransform().inverted()[0].mapRect(QRectF(widget.rect()))
            self._find(view, exposed)
            found = self._known_in(view)
        tint: object = None
        for wire, placed, rect in sorted(found, key=lambda each: each[0].tint):
            if not rect.adjusted(-2, 0, 2, 0).intersects(exposed):  # far along a long wire
                continue
            if placed.on_wire:
                painter.fillRect(rect.adjusted(-2, 0, 2, 0), ground)
            family = wire.family or ""
            if family != tint:
                tint, pen = family, style.type_pens.get(family) if wire.family else None
                painter.setPen(pen.color() if pen is not None else style.wire_text)
            painter.drawStaticText(rect.topLeft(), placed.text)
        painter.setOpacity(1.0)

    def shown(self, area: QRectF) -> Iterator[tuple[WireItem, QRectF, QStaticText]]:
        """Yield the wires whose text stands in an area, with its place on the page; all places are found for that."""
        self._until = inf
        self._catch_up()
        self._look_in(area)
        while self._unknown or self._sought:
            self._search(inf)
        for wire, placed, rect in self._known_in(area):
            yield wire, rect, placed.text

    def _find(self, view: QRectF, exposed: QRectF) -> None:
        """See to the places of the wires in view: a few now, the others between the events.

        On a large page nothing is looked at now: to find what is near takes a while by itself.
        """
        self._until = perf_counter() + self.budget
        self._look_in(view)
        if len(self._items.wires) <= LARGE and self._is_at_rest():
            self._search(self._until)
            self._fresh = [rect for rect in self._fresh if not exposed.contains(rect)]
        else:
            self._ground.until = -inf
        if self._unknown or self._sought or self._fresh:
            self._later.start()

    def _is_at_rest(self) -> bool:
        """Return whether all wires lie as they are to; else it would be looked at them in vain."""
        return self._items.routes.is_settled and not self._items.late.is_busy

    def _look_in(self, area: QRectF) -> None:
        """Note which regions are in view; what is sought elsewhere waits until it comes into view again."""
        regions = regions_of(area)
        if regions == self._in_view:
            return
        self._in_view = regions
        left = self._known - regions
        if left and self._sought:
            self._known -= left
            seen = set().union(*(self._ground.known_in(region) for region in self._known))
            self._sought = {wire: None for wire in self._sought if wire in seen}
        self._unknown = dict.fromkeys(sorted(regions - self._known))

    def _known_in(self, area: QRectF) -> Iterator[tuple[WireItem, Placed, QRectF]]:
        """Yield the texts in an area whose places are known, those of before the last change where they still fit."""
        wires, at = self._items.wires, self._placed.near(area)
        for wire, placed in (*at.items(), *self._before.near(area).items()):
            if placed.rect is None or wires.get(wire.key) is not wire:
                continue
            is_now = at.get(wire) is placed
            if not is_now and wire in self._placed:
                continue
            if placed.points is wire.points:
                yield wire, placed, placed.rect.translated(wire.pos())
            elif is_now and wire.points:
                self._dragged[wire] = None
        for wire in list(self._dragged):
            known = self._placed.get(wire)
            if wire.points and (known is None or known.points is not wire.points):
                known = self._seek(wire) if perf_counter() < self._until else None
                if known is None:
                    self._sought[wire] = None
                    self._later.start()
            if known is not None and known.rect is not None and at.get(wire) is not known:
                yield wire, known, known.rect.translated(wire.pos())

    def _for_picture(self, area: QRectF) -> Iterator[tuple[WireItem, Placed, QRectF]]:
        """Yield the wires of a picture that have a text, and its place; all are found now.

        Qt's scene finds none of the items that it renders just now.
        """
        self._catch_up()
        self._ground.fill()
        self._ground.until = inf
        for wire in list(self._items.wires.values()):
            if not wire.points or wire.wire.hidden or not wire.sceneBoundingRect().intersects(area):
                continue
            placed = self._placed.get(wire)
            if placed is None or placed.points is not wire.points:
                placed = self._seek(wire)
            if placed is not None and placed.rect is not None:
                yield wire, placed, placed.rect.translated(wire.pos())

    def _seek(self, wire: WireItem) -> Placed | None:
        """Find the place of a wire's text anew; None where there is no time to look at what lies around."""
        self._drop(wire)
        try:
            placed = self._place(wire, self.scene())
        except NotLookedAt:
            self._tried[wire.wire.source].discard(wire)
            return None
        self._before.pop(wire)
        self._placed.put(wire, placed)
        return placed

    def go_on(self, until: float) -> bool:
        """Find places up to a moment (of ``perf_counter``); return whether some are left."""
        if self._ground.free(until):
            return True
        if not self.isVisible():
            return False
        if not self._is_at_rest():
            return True
        self._catch_up(until)
        if self._ground.is_behind:
            return True
        self._search(until)
        is_over = not (self._sought or self._unknown)
        if is_over or len(self._fresh) >= _SEEN_AT_ONCE:
            self._show_fresh()
        return not is_over

    def _search(self, until: float) -> None:
        """Note the wires of the regions in view and find their places, up to a moment."""
        self._ground.until = until
        try:
            while (self._unknown or self._sought) and perf_counter() < until:
                if self._unknown:
                    self._note_wires()
                else:
                    self._seek_next()
        except NotLookedAt:
            return  # what was looked at is known at the next turn

    def _note_wires(self) -> None:
        """Note the wires whose places are to be found: of a large page those of one region, else of all in view."""
        scene, wires = self.scene(), self._items.wires
        if len(wires) > LARGE:
            region = next(iter(self._unknown))
            found = self._ground.wires_in(scene, region)
            del self._unknown[region]
            self._known.add(region)
            self._sought.update((wire, None) for wire in found if wire not in self._placed)
            return
        found = set().union(*(self._ground.wires_in(scene, region) for region in self._unknown))
        self._known.update(self._unknown)
        self._unknown.clear()
        self._sought.update(
            (wire, None) for wire in reversed(wires.values()) if wire in found and wire not in self._placed
        )

    def _seek_next(self) -> None:
        wire = next(iter(self._sought))
        if wire.points and self._items.wires.get(wire.key) is wire and wire not in self._placed:
            placed = self._seek(wire)
            if placed is None:
                raise NotLookedAt
            if placed.rect is not None:
                self._fresh.append(placed.rect)
        del self._sought[wire]

    def _place(self, wire: WireItem, scene: QGraphicsScene) -> Placed:
        """Find a place for the longest text that has one; where other wires cross it is the last choice."""
        words = self._words(wire)
        nothing = Placed(wire.points, words, QStaticText(), None, False)
        source = wire.wire.source
        if not words or len(self._tried[source]) >= _MOST_OF_ONE:
            return nothing
        self._tried[source].add(wire)
        for over_wires, word in product((False, True), words):
            text = self._text(word)
            size = text.size()
            for rect, on_wire in _places(wire.points, size.width(), size.height()):
                if self._placed.covers(rect) or self._ground.is_taken(scene, rect):
                    continue
                if not over_wires and self._ground.is_crossed(scene, rect, source if on_wire else None):
                    continue
                if any(_is_beside(rect, other) for other in self._of_output[source]):
                    return nothing
                self._of_output[source].append(rect)
                return Placed(wire.points, words, text, rect, on_wire or over_wires)
        return nothing

    def _drop(self, wire: WireItem) -> Placed | None:
        placed = self._placed.pop(wire)
        self._tried[wire.wire.source].discard(wire)
        if placed is not None and placed.rect is not None:
            self._of_output[wire.wire.source].remove(placed.rect)
            self._fresh.append(placed.rect)
        return placed

    def _words(self, wire: WireItem) -> tuple[str, ...]:
        source = wire.wire.source
        key = str(source)
        known = self._types.get(key)
        if known is None and source.index is None:
            text = list_text(self._types, key)
            return tuple(dict.fromkeys((text, "list"))) if text else ()
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
