"""Where texts along wires stand, by bucket: what is painted and what is covered is found without going through all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QStaticText

from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.items.wire_text_ground import Cell, cells_of
from app.editor.canvas.routing.orthogonal import Point


class Placed(NamedTuple):
    """Where a wire's text stands; ``rect`` is None where there is no room."""

    points: list[Point]  # the very route that it was placed for
    words: tuple[str, ...]  # what is to be said, the longest form first
    text: QStaticText
    rect: QRectF | None
    on_wire: bool  # over a piece of a wire, which needs a ground


class TextPlaces:
    """The places of texts by wire, also of those that have none."""

    def __init__(self) -> None:
        """Begin empty."""
        self._of: dict[WireItem, Placed] = {}
        self._cells: dict[Cell, dict[WireItem, Placed]] = {}

    def __len__(self) -> int:
        """Return of how many wires it is known where their text stands, or that there is no room."""
        return len(self._of)

    def __contains__(self, wire: WireItem) -> bool:
        """Return whether that is known of a wire."""
        return wire in self._of

    def __iter__(self) -> Iterator[tuple[WireItem, Placed]]:
        """Go through all, also as they change."""
        return iter(list(self._of.items()))

    def get(self, wire: WireItem) -> Placed | None:
        """Return where a wire's text stands, if that is known."""
        return self._of.get(wire)

    def put(self, wire: WireItem, placed: Placed) -> None:
        """Note where a wire's text stands."""
        self.pop(wire)
        self._of[wire] = placed
        if placed.rect is not None:
            for cell in cells_of(placed.rect):
                self._cells.setdefault(cell, {})[wire] = placed

    def pop(self, wire: WireItem) -> Placed | None:
        """Forget a wire; return where its text stood."""
        placed = self._of.pop(wire, None)
        if placed is not None and placed.rect is not None:
            for cell in cells_of(placed.rect):
                del self._cells[cell][wire]
        return placed

    def clear(self) -> None:
        """Forget all."""
        self._of.clear()
        self._cells.clear()

    def at(self, cell: Cell) -> Mapping[WireItem, Placed]:
        """Return the texts in a bucket."""
        return self._cells.get(cell, {})

    def near(self, area: QRectF) -> dict[WireItem, Placed]:
        """Return the texts in the buckets of an area."""
        found: dict[WireItem, Placed] = {}
        if self._cells:
            for cell in cells_of(area):
                texts = self._cells.get(cell)
                if texts:
                    found.update(texts)
        return found

    def over(self, rect: QRectF) -> Iterator[tuple[WireItem, Placed]]:
        """Yield the texts that reach into a rectangle."""
        for wire, placed in self.near(rect).items():
            if placed.rect is not None and placed.rect.intersects(rect):
                yield wire, placed

    def covers(self, rect: QRectF) -> bool:
        """Return whether a text reaches into a rectangle."""
        return next(self.over(rect), None) is not None
