"""Writes dtype and shape along the wires: where there is room, beside no block, only when near enough to read."""

from __future__ import annotations

import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from math import inf
from time import perf_counter
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.document.model.diagram import PinRef
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.nodegraph.item_bases import Z_WIRE, WholePageItem
from app.editor.canvas.routing.orthogonal import Point
from app.editor.widgets.guarded_paint import guarded
from blocks.tensor_spec import TensorSpec

READABLE = 0.55  # zoom; from further away nothing is written
_OVER = 3.0  # page units between a wire and the text over it
_END = 8.0  # page units of a wire's piece that the text leaves free at each end
_CELL = 96.0  # page units of a bucket of blocks or placed texts
_MOST_OF_ONE = 24  # wires of one output that bear the text: they all say the same
_PIECES = 2  # of each direction that are tried, the longest first
_BUDGET = 0.004  # seconds of one paint that go into finding places; the others are found in the next paints
_STALE = 0.45  # opacity of types of before the last edit
_CLEAR = 3.0  # page units between a text and a block
_Cell = tuple[int, int]


class _Placed(NamedTuple):
    """Where a wire's text stands; ``rect`` is None where there is no room."""

    points: list[Point]  # the very route that it was placed for
    words: tuple[str, ...]  # what is to be said, the longest form first
    text: QStaticText | None
    rect: QRectF | None
    on_wire: bool  # over an upright piece, which needs a ground


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
        self._texts: dict[str, QStaticText] = {}
        self._placed: dict[WireItem, _Placed] = {}
        self._cells: dict[_Cell, list[QRectF]] = {}  # the texts' places
        self._tries: Counter[PinRef] = Counter()  # wires of an output that a place was sought for
        self._blocks: dict[_Cell, list[QRectF]] | None = None  # what they must not cover
        self._again = QTimer()
        self._again.setSingleShot(True)
        self._again.timeout.connect(_updating(self))
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setZValue(Z_WIRE + 0.5)
        self.setVisible(False)

    def show_types(self, types: Mapping[str, TensorSpec | str]) -> None:
        """Write other types."""
        self._types = types
        for wire, placed in list(self._placed.items()):
            if self._words(wire) != placed.words:
                self._drop(wire)
        if self.isVisible():
            self.update()

    def forget(self) -> None:
        """Lay the texts out anew when they are painted next."""
        self._placed.clear()
        self._cells.clear()
        self._tries.clear()
        self._blocks = None
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
        until = perf_counter() + _BUDGET if widget is not None else inf
        for wire, rect, text in self.shown(option.exposedRect, until, is_picture=widget is None):
            if self._placed[wire].on_wire:
                painter.fillRect(rect.adjusted(-2, 0, 2, 0), ground)
            pen = style.type_pens.get(wire.family) if wire.family else None
            painter.setPen(pen.color() if pen is not None else style.wire_text)
            painter.drawStaticText(rect.topLeft(), text)
        painter.setOpacity(1.0)

    def shown(
        self, area: QRectF, until: float = inf, is_picture: bool = False
    ) -> Iterator[tuple[WireItem, QRectF, QStaticText]]:
        """Yield the wires near an area that have a text, with its place on the page.

        Places are sought up to a moment (of ``perf_counter``); where that is not enough, a paint follows.
        """
        for item in self._near(area, is_picture):
            if not isinstance(item, WireItem) or not item.points or item.wire.hidden:
                continue
            placed = self._placed.get(item)
            if placed is None or placed.points is not item.points:
                if perf_counter() > until:
                    self._again.start(0)
                    continue
                self._drop(item)
                placed = self._placed[item] = self._place(item)
            if placed.rect is not None and placed.text is not None:
                shift = item.pos()
                yield item, placed.rect.translated(shift) if not shift.isNull() else placed.rect, placed.text

    def _near(self, area: QRectF, is_picture: bool) -> Iterable[QGraphicsItem]:
        """Return the items near an area. Qt's scene finds none of those that it renders for a picture just now."""
        if is_picture:
            return [item for item in self._items.wires.values() if item.sceneBoundingRect().intersects(area)]
        return self.scene().items(area)

    def _place(self, wire: WireItem) -> _Placed:
        """Find a place for the type, else for the dtype alone; a place at a block's edge is the last choice."""
        words = self._words(wire)
        source = wire.wire.source
        self._tries[source] += 1
        if self._tries[source] > _MOST_OF_ONE:
            return _Placed(wire.points, words, None, None, False)
        for word in words:
            text = self._text(word)
            size = text.size()
            for rect, on_wire in _places(wire.points, size.width(), size.height()):
                if not _covers(self._cells, rect) and not _covers(self._ground(), rect):
                    _put(self._cells, rect)
                    return _Placed(wire.points, words, text, rect, on_wire)
        return _Placed(wire.points, words, None, None, False)

    def _drop(self, wire: WireItem) -> None:
        placed = self._placed.pop(wire, None)
        if placed is not None and placed.rect is not None:
            for cell in _near(placed.rect):
                self._cells[cell].remove(placed.rect)

    def _ground(self) -> dict[_Cell, list[QRectF]]:
        """Return the places of blocks, with what they show of the last run, of monitors and of texts, by bucket."""
        if self._blocks is None:
            self._blocks = {}
            for rect in self._standing():
                _put(self._blocks, rect.adjusted(-_CLEAR, -_CLEAR, _CLEAR, _CLEAR))
        return self._blocks

    def _standing(self) -> Iterator[QRectF]:
        items = self._items
        for block in items.blocks.values():
            if block.isVisible():
                yield block.rect()
                if not (card := block.card_rect()).isEmpty():
                    yield card.translated(block.x_page, block.y_page)
        texts = (note for note in items.notes.values() if note.note.kind == "text")
        yield from (box.rect() for box in (*items.monitors.values(), *texts) if box.isVisible())

    def _words(self, wire: WireItem) -> tuple[str, ...]:
        source = wire.wire.source
        key = str(source)
        known = self._types.get(key)
        if known is None and source.index is None:
            known = self._types.get(f"{key}[0]")
            return (f"list of {_dtype(known)}", "list") if known is not None else ()
        if known is None:
            return ()
        whole, short = str(known), _dtype(known)
        return (whole, short) if whole != short else (whole,)

    def _text(self, words: str) -> QStaticText:
        found = self._texts.get(words)
        if found is None:
            found = self._texts[words] = QStaticText(words)
            found.setTextFormat(Qt.TextFormat.PlainText)
            found.prepare(font=self._items.style.wire_font)
        return found


_CURVE = 20  # points; a way at right angles has fewer


def _near(rect: QRectF) -> Iterator[_Cell]:
    """Yield the buckets that a rectangle reaches into."""
    for column in range(int(rect.left() // _CELL), int(rect.right() // _CELL) + 1):
        for row in range(int(rect.top() // _CELL), int(rect.bottom() // _CELL) + 1):
            yield column, row


def _covers(cells: Mapping[_Cell, list[QRectF]], rect: QRectF) -> bool:
    return any(rect.intersects(other) for cell in _near(rect) for other in cells.get(cell, ()))


def _put(cells: dict[_Cell, list[QRectF]], rect: QRectF) -> None:
    for cell in _near(rect):
        cells.setdefault(cell, []).append(rect)


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


def _updating(item: QGraphicsItem) -> Callable[[], None]:
    """Return what paints an item again. It does not hold the item: a timer that did would hold its page for ever."""
    known = weakref.ref(item)

    def update() -> None:
        found = known()
        if found is not None:
            found.update()

    return update
