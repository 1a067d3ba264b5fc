"""The picture of a crowded view: painted in pieces between the events, and copied whenever the view is painted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from time import perf_counter

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPixmap, QRegion, QTransform
from PySide6.QtWidgets import QGraphicsView

from app.editor.widgets.slices import Once, Slices, note_paint

SIZE = 128  # pixels of a tile's side
_SLICE = 0.008  # seconds of painting between two events
_MOST_RECTS = 200  # of a change; of more, all tiles are painted again
_BUSY_MS = 500  # from one picture to the next while very much changes
_AGAIN_MS = 60  # after a change; until then a tile shows what was there before
_REST = 2.0  # times the time that went into painting what has changed, before more of it is painted
_BUSY_REST = 8.0  # the same while very much changes: all of the picture would be painted again and again

Tile = tuple[int, int]  # column and row, counted from the page's origin


class Tiles(QObject):
    """Pieces of a view at one scale. What is not painted yet shows the picture of the scale before.

    ``paint_piece`` paints a rectangle of the view into a painter whose origin is the rectangle's corner.
    """

    def __init__(self, view: QGraphicsView, paint_piece: Callable[[QPainter, QRect], None]) -> None:
        """Begin without a picture."""
        super().__init__(view)
        self._view, self._paint_piece = view, paint_piece
        self._follows = False
        self._scale = 0.0
        self._tiles: dict[Tile, QPixmap] = {}
        self._stale: dict[Tile, None] = {}  # to be painted again, in this order
        self._shown: list[Tile] = []  # at the last paint
        self._before: tuple[QPixmap, QRectF] | None = None  # at another scale: picture and part of the page
        self._missing = Slices(self._fill, self)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._due = Once(self._drop_stale, self)  # in a turn of its own
        self._again.timeout.connect(self._due.start)

    def follow(self, on: bool) -> None:
        """Follow each change of the scene, or (while very much changes) paint everything anew now and then."""
        if on == self._follows:
            return
        self._follows = on
        if on:
            self._view.scene().changed.connect(self._on_changed)
            self.renew()
        else:
            self._view.scene().changed.disconnect(self._on_changed)

    def renew(self) -> None:
        """Paint everything anew, and show what was there before until then."""
        self._stale.update(dict.fromkeys(self._tiles))
        self._again.start(0)

    def forget(self) -> None:
        """Paint everything anew."""
        for each in (self._missing, self._again, self._due):
            each.stop()
        self._tiles.clear()
        self._stale.clear()
        self._before = None

    @property
    def is_complete(self) -> bool:
        """Return whether the picture of what is in view is there and up to date."""
        return not self._stale and all(tile in self._tiles for tile in self._in(self._view.viewport().rect()))

    def paint(self, painter: QPainter, region: QRegion) -> None:
        """Copy what there is of the view's picture; the rest follows."""
        transform = self._view.viewportTransform()
        if transform.m11() != self._scale:
            self._take_scale(transform)
        self._shown = list(self._in(self._view.viewport().rect()))
        tiles = list(self._in(region.boundingRect()))
        if not self._follows and not self._again.isActive():
            self._again.start(_BUSY_MS)
        if any(tile not in self._tiles for tile in tiles):
            if self._before is not None:
                picture, part = self._before
                painter.drawPixmap(transform.mapRect(part), picture, QRectF(picture.rect()))
            self._missing.start()
        origin = self._origin()
        for column, row in tiles:
            tile = self._tiles.get((column, row))
            if tile is not None:
                painter.drawPixmap(origin + QPoint(column * SIZE, row * SIZE), tile)

    def _origin(self) -> QPoint:
        """Return where the page's origin lies in the view, on a whole pixel."""
        transform = self._view.viewportTransform()
        return QPoint(round(transform.dx()), round(transform.dy()))

    def _in(self, rect: QRect) -> Iterable[Tile]:
        """Yield the tiles that a rectangle of the view touches."""
        origin = self._origin()
        columns = range((rect.left() - origin.x()) // SIZE, (rect.right() - origin.x()) // SIZE + 1)
        for row in range((rect.top() - origin.y()) // SIZE, (rect.bottom() - origin.y()) // SIZE + 1):
            for column in columns:
                yield column, row

    def _place(self, tile: Tile) -> QRect:
        """Return a tile's rectangle in the view."""
        origin = self._origin()
        return QRect(origin.x() + tile[0] * SIZE, origin.y() + tile[1] * SIZE, SIZE, SIZE)

    def _take_scale(self, transform: QTransform) -> None:
        """Begin anew at another scale; the picture so far is shown until the new one is there."""
        before = self._composed() if self._tiles else self._before
        self.forget()
        self._before = before
        self._scale = transform.m11()

    def _composed(self) -> tuple[QPixmap, QRectF]:
        """Return the picture that was shown last as one, and which part of the page it shows."""
        columns, rows = [c for c, _ in self._shown], [r for _, r in self._shown]
        left, top = min(columns), min(rows)
        size = QPoint(max(columns) - left + 1, max(rows) - top + 1) * SIZE
        scale = self._scale
        picture = QPixmap(size.x(), size.y())
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.translate(-left * SIZE, -top * SIZE)
        if self._before is not None:
            older, part = self._before
            painter.drawPixmap(QTransform.fromScale(scale, scale).mapRect(part), older, QRectF(older.rect()))
        for column, row in self._shown:
            tile = self._tiles.get((column, row))
            if tile is not None:
                painter.drawPixmap(column * SIZE, row * SIZE, SIZE, SIZE, tile)
        painter.end()
        part = QRectF(left * SIZE, top * SIZE, size.x(), size.y())
        return picture, QTransform.fromScale(1 / scale, 1 / scale).mapRect(part)

    def _fill(self, until: float) -> bool:
        """Paint missing tiles that are in view, up to a moment; return whether some are left."""
        view = self._view.viewport()
        missing = [tile for tile in self._in(view.rect()) if tile not in self._tiles]
        began, last = perf_counter(), 0.0
        while missing and (not last or perf_counter() + last < began + _SLICE) and perf_counter() < until:
            last = self._paint(missing.pop(0))
        if not missing:
            self._before = None
            self._drop_far()
        return bool(missing)

    def _paint(self, tile: Tile) -> float:
        """Paint a piece and copy it into the view; return how many seconds that took."""
        began = perf_counter()
        place, view = self._place(tile), self._view.viewport()
        ratio = view.devicePixelRatioF()
        side = math.ceil(SIZE * ratio)
        picture = QPixmap(side, side)
        picture.setDevicePixelRatio(ratio)
        painter = QPainter(picture)
        self._paint_piece(painter, place)
        painter.end()
        self._stale.pop(tile, None)
        self._tiles[tile] = picture
        view.update(place)
        return perf_counter() - began

    def _drop_far(self) -> None:
        """Forget tiles that lie far outside the view."""
        rect = self._view.viewport().rect()
        near = rect.adjusted(-rect.width(), -rect.height(), rect.width(), rect.height())
        for tile in [tile for tile in self._tiles if not near.intersects(self._place(tile))]:
            del self._tiles[tile]

    def _on_changed(self, rects: list[QRectF]) -> None:
        """Note the tiles in which the page looks different now."""
        if len(rects) > _MOST_RECTS:
            self._stale.update(dict.fromkeys(self._tiles))
        else:
            transform = self._view.viewportTransform()
            around = self._view.viewport().rect()
            around.adjust(-around.width(), -around.height(), around.width(), around.height())
            for rect in rects:
                place = transform.mapRect(rect).toAlignedRect().adjusted(-2, -2, 2, 2) & around
                self._stale.update((tile, None) for tile in self._in(place) if tile in self._tiles)
        if self._stale and not self._again.isActive():
            self._again.start(_AGAIN_MS)

    def _drop_stale(self) -> None:
        """Paint anew what has changed, a few tiles at a time; the others show what was there before."""
        view, began, last = self._view.viewport(), perf_counter(), 0.0
        seen = set(self._in(view.rect()))
        if not self._follows and not self._stale:
            self._stale.update(dict.fromkeys(self._tiles))
        for tile in list(self._stale):
            if tile not in seen:
                self._stale.pop(tile, None)
                self._tiles.pop(tile, None)
            elif last and perf_counter() + last > began + _SLICE:
                break
            else:
                last = self._paint(tile)
        note_paint(perf_counter() - began)
        if self._stale:  # what goes on changing leaves time for what changes it
            rest = _REST if self._follows else _BUSY_REST
            self._again.start(int(1000 * rest * (perf_counter() - began)))
