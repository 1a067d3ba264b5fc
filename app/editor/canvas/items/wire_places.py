"""Which wires of a page may reach into a part of it: found by the cells of a grid, as a page may have very many.

It also notes which ways have changed, as to look at each wire of a large page after an edit would hold the window.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Generic, Protocol, TypeVar

_CELL = 1024.0  # page units
_MOST_CELLS = 60  # of one wire; one that reaches over more is looked at for each part of the page
_MOST_NOTED = 300  # wires; of more that have changed nobody asks which


class Led(Protocol):
    """A wire and the rectangle around its way; a wire that is not led yet has none."""

    left: float
    top: float
    right: float
    bottom: float


_W = TypeVar("_W", bound=Led)
_Cells = tuple[range, range]


class WirePlaces(Generic[_W]):
    """The wires by the cells that the rectangles around their ways reach into."""

    def __init__(self) -> None:
        """Begin without a wire."""
        self._cells: dict[tuple[int, int], dict[_W, None]] = {}
        self._long: dict[_W, None] = {}
        self._known: dict[_W, _Cells | None] = {}  # None: it is among the long ones
        self._changed: dict[_W, None] | None = {}  # see `take_changed`; None: very many

    def put(self, wire: _W) -> None:
        """Add a wire that has been led, or note where it leads now."""
        self._note(wire)
        cells = _cells_of(wire.left, wire.top, wire.right, wire.bottom)
        at: _Cells | None = cells if len(cells[0]) * len(cells[1]) <= _MOST_CELLS else None
        if wire in self._known:
            if self._known[wire] == at:
                return
            self._forget(wire)
        self._known[wire] = at
        if at is None:
            self._long[wire] = None
        for cell in _each(at):
            self._cells.setdefault(cell, {})[wire] = None

    def drop(self, wire: _W) -> None:
        """Forget a wire, where it is known."""
        self._note(wire)
        self._forget(wire)

    def note_gone(self, wires: Collection[_W]) -> None:
        """Note that these wires have gone from the page; they are dropped later."""
        if len(wires) > _MOST_NOTED:
            self._changed = None
        for wire in wires if self._changed is not None else ():
            self._note(wire)

    def take_changed(self) -> list[_W] | None:
        """Return the wires of which the ways have come, gone or changed since this was asked; None: very many."""
        changed, self._changed = self._changed, {}
        return None if changed is None else list(changed)

    def _note(self, wire: _W) -> None:
        if self._changed is not None:
            self._changed[wire] = None
            if len(self._changed) > _MOST_NOTED:  # to hold them all would hold what has gone
                self._changed = None

    def _forget(self, wire: _W) -> None:
        if wire in self._known:
            self._long.pop(wire, None)
            for cell in _each(self._known.pop(wire)):
                there = self._cells[cell]
                del there[wire]
                if not there:
                    del self._cells[cell]

    def clear(self) -> list[dict[_W, Any]]:
        """Forget all wires; return what holds them, as to let go of many takes a while."""
        forgotten: list[dict[_W, Any]] = [*self._cells.values(), self._long, self._known]
        self._cells, self._long, self._known, self._changed = {}, {}, {}, None
        return forgotten

    def reaching_into(self, left: float, top: float, right: float, bottom: float) -> list[_W]:
        """Return the wires around whose ways the rectangle reaches into an area."""
        at = _cells_of(left, top, right, bottom)
        if len(at[0]) * len(at[1]) > len(self._cells):
            there = [wires for (x, y), wires in self._cells.items() if x in at[0] and y in at[1]]
        else:
            there = [self._cells[cell] for cell in _each(at) if cell in self._cells]
        return list(
            dict.fromkeys([
                w for wires in (*there, self._long) for w in wires
                if w.left < right and w.right > left and w.top < bottom and w.bottom > top
            ])
        )  # fmt: skip


def _cells_of(left: float, top: float, right: float, bottom: float) -> _Cells:
    columns = range(int(left // _CELL), int(right // _CELL) + 1)
    return columns, range(int(top // _CELL), int(bottom // _CELL) + 1)


def _each(cells: _Cells | None) -> Iterator[tuple[int, int]]:
    if cells is not None:
        for column in cells[0]:
            for row in cells[1]:
                yield column, row
