"""Finds the place of a new block: between its neighbours, on no other block."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.document.model.diagram import Block, Page
from blocks.catalog import load
from blocks.symbol import Pin, Symbol

# Page units, as the editor draws blocks (rounded up: what counts is that nothing is covered).
_ROW = 17.2
_LINE = 15
_AROUND = 48  # a block with one line of title and one row
_TITLE_LETTER = 9.5
_LETTER = 7
_MIN_WIDTH = 100
_SESSION = (185, 120)
_GAP = 30
_TRIES = 400


class _Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float

    def covers(self, other: _Box) -> bool:
        return (
            self.x < other.x + other.width + _GAP
            and other.x < self.x + self.width + _GAP
            and self.y < other.y + other.height + _GAP
            and other.y < self.y + self.height + _GAP
        )


def place_between(page: Page, symbol: str, neighbours: tuple[list[str], list[str]]) -> tuple[float, float]:
    """Return where a new block stands free, as near as can be to the middle of its neighbours.

    ``neighbours`` holds the ids of those wired before and behind it; with those before it only, it goes to
    their right. Page units; the top left corner.
    """
    boxes = {name: _box(block) for name, block in page.blocks.items()}
    width, height = size_of(symbol)
    before, behind = ([boxes[n] for n in dict.fromkeys(names) if n in boxes] for names in neighbours)
    x, y = _middle(before, behind, width, height)
    taken = list(boxes.values()) + [_Box(*n.at, *n.size) for n in page.monitors.values()]
    for dx, dy in _offsets():
        spot = _Box(x + dx, y + dy, width, height)
        if not any(box.covers(spot) for box in taken):
            return round(spot.x), round(spot.y)
    lowest = max((box.y + box.height for box in taken), default=0.0)
    return round(x), round(lowest + _GAP)


def _middle(before: list[_Box], behind: list[_Box], width: float, height: float) -> tuple[float, float]:
    if not before and not behind:
        return 0, 0
    boxes = [*before, *behind]
    centre = sum(b.y + b.height / 2 for b in boxes) / len(boxes) - height / 2
    right = max((b.x + b.width for b in before), default=0)
    left = min((b.x for b in behind), default=0)
    if not behind:
        return right + 2 * _GAP, centre
    if not before:
        return left - width - 2 * _GAP, centre
    return (right + left - width) / 2, centre


def _offsets() -> Iterator[tuple[float, float]]:
    """Yield steps away from a place, near ones first; up and down before left and right."""
    steps = [(20 * i, 20 * j) for i in range(-20, 21) for j in range(-40, 41)]
    steps.sort(key=lambda s: (4 * abs(s[0]) + abs(s[1]), s[1] < 0, s[0] < 0))
    yield from steps[:_TRIES]


def _box(block: Block) -> _Box:
    return _Box(*block.at, *size_of(block.symbol))


def size_of(name: str) -> tuple[float, float]:
    """Return about the size that a block is drawn in."""
    symbol = load().get(name)
    if symbol is None:
        return 120, 100
    if symbol.style == "session":
        return _SESSION
    outputs = [p for p in symbol.outputs if not p.hidden]
    rows = max(1, len(_drawn_inputs(symbol)), len(outputs))
    return _width(symbol, len(outputs) > 1), round(
        _AROUND + _LINE * (len(symbol.title) - 1) + _ROW * (rows - 1)
    )


def _drawn_inputs(symbol: Symbol) -> list[Pin]:
    return [p for p in symbol.inputs if not p.hidden]


def _width(symbol: Symbol, named_outputs: bool) -> float:
    title = max((len(line) for line in symbol.title), default=0)
    left = max((len(p.label or p.name) for p in _drawn_inputs(symbol)), default=0)
    right = max((len(p.label or p.name) for p in symbol.outputs), default=0) if named_outputs else 0
    results = sum(1 for p in symbol.pins if p.direction == "result")
    rows = 25 + _LETTER * min(left, 30) + (14 + _LETTER * min(right, 30)) * bool(right) + 12
    return max(_MIN_WIDTH, round(max(_TITLE_LETTER * title + 20, rows, 24 + 13 * results)))
