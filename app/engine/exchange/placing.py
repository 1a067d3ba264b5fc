"""Places for the blocks of a made page: in columns by what they need, as lines of a text where these are many."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from app.document.model.diagram import Block, Wire
from app.document.model.function_page import SESSION
from app.document.model.view import PageView
from blocks.catalog import Catalog
from blocks.op_facts.traits import BACK_EDGES
from blocks.symbol import Symbol

_LEFT, _TOP = 60.0, 60.0
_ACROSS, _BELOW, _LINES = (
    64.0,
    40.0,
    110.0,
)  # page units between columns, between blocks, between lines of columns
_HEAD, _ROW, _LEAST = 29.0, 17.2, 100.0  # of a block: its title, a row for each used pin, its width
_LETTER, _EDGES = 6.4, 60.0  # of the names of a use's pins, and what stands beside them
_CHIP, _CHIP_EDGES = (
    104.0,
    16.0,
)  # of a typed text in its pin's row: the most that a block grows for, and its edges
_RUN_PIN, _RUN_EDGES = 13.0, 24.0  # of the pins below a use, one for each output
_WIDTHS = {SESSION: 185.0, "Input_Initializer": 125.0}
_LONG = 1600.0  # page units: columns that are much wider go on in a line below
_SLACK = 0.3  # of a line that may stay free so that it ends where few wires go on
_LIGHT = 3  # blocks that stand with the only one that takes something from them
_SWEEPS = 4

Size = tuple[float, float]


def placed(blocks: dict[str, Block], wires: Sequence[Wire], catalog: Catalog) -> dict[str, Block]:
    """Return the blocks in columns from left to right, what needs little next to what takes it."""
    return _Placing(blocks, wires, catalog).placed()


def view_as_placed(view: PageView) -> PageView:
    """Return a page's view with what the places take it to show."""
    return replace(view, compact=True, wide=True)


class _Wired(NamedTuple):
    """The pins of a block that wires lead to and from."""

    inputs: dict[str, None]
    outputs: dict[str, None]


class _Placing:
    def __init__(self, blocks: dict[str, Block], wires: Sequence[Wire], catalog: Catalog) -> None:
        self._blocks, self._catalog = blocks, catalog
        self._before: dict[str, list[str]] = {name: [] for name in blocks}
        self._behind: dict[str, list[str]] = {name: [] for name in blocks}
        wired = {name: _Wired({}, {}) for name in blocks}
        for wire in wires:
            source, target = wire.source.block, wire.target.block
            if source in blocks and target in blocks:
                wired[target].inputs[wire.target.pin] = None
                wired[source].outputs[wire.source.pin] = None
                if blocks[source].symbol.removeprefix("raw.") not in BACK_EDGES:
                    self._before[target].append(source)
                    self._behind[source].append(target)
        self._size = {name: self._size_of(block, wired[name]) for name, block in blocks.items()}

    def placed(self) -> dict[str, Block]:
        """Return the blocks with their places."""
        column = _columns(self._before, self._behind)
        members: dict[int, list[str]] = {}
        for name in self._blocks:
            members.setdefault(column[name], []).append(name)
        columns = [members[number] for number in sorted(members)]
        places: dict[str, tuple[float, float]] = {}
        top = _TOP
        for line in self._lines(columns):
            middle = _middles(line, self._size, self._before, self._behind)
            highest = min(middle[n] - self._size[n][1] / 2 for names in line for n in names)
            lowest = max(middle[n] + self._size[n][1] / 2 for names in line for n in names)
            left = _LEFT
            for names in line:
                for name in names:
                    y = top + middle[name] - self._size[name][1] / 2 - highest
                    places[name] = (float(round(left)), float(round(y)))
                left += max(self._size[name][0] for name in names) + _ACROSS
            top += lowest - highest + _LINES
        return {name: replace(block, at=places[name]) for name, block in self._blocks.items()}

    def _size_of(self, block: Block, wired: _Wired) -> Size:
        if block.view.collapsed:
            return _LEAST, _HEAD
        symbol = self._catalog.get(block.symbol)
        if symbol is None:
            return _size_of_use(wired.inputs.keys() | block.pins.keys(), wired.outputs)
        folded = ("scope",) if "attrs" in block.pins else ("scope", "attrs")
        rows = sum(not pin.hidden and pin.name not in folded for pin in symbol.inputs)
        width = max(_WIDTHS.get(block.symbol, _LEAST), _width_for_texts(block, wired, symbol))
        return width, _HEAD + _ROW * max(rows, 1)

    def _lines(self, columns: list[list[str]]) -> list[list[list[str]]]:
        """Return the columns in lines that are not too long, cut where few wires go on."""
        widths = [max(self._size[name][0] for name in names) + _ACROSS for names in columns]
        place = {name: i for i, names in enumerate(columns) for name in names}
        going_on = [0] * (len(columns) + 1)
        for name, takers in self._behind.items():
            last = max((place[taker] for taker in takers), default=place[name])
            for i in range(place[name], last):
                going_on[i + 1] += 1
        count = max(1, round(sum(widths) / _LONG))
        longest = sum(widths) / count * (1 + _SLACK / 2)
        lines, start = [], 0
        while start < len(columns):
            end, width = start, 0.0
            ends: list[tuple[int, int]] = []
            while end < len(columns) and (end == start or width + widths[end] <= longest):
                width += widths[end]
                end += 1
                if width >= (1 - _SLACK) * longest:
                    ends.append((going_on[end], -end))
            if end < len(columns) and ends:
                end = -min(ends)[1]
            lines.append(columns[start:end])
            start = end
        return lines


def _size_of_use(inputs: Collection[str], outputs: Collection[str]) -> Size:
    """Return the size of a block that stands for a page: names on both sides, and below a pin for each output."""
    letters = max(map(len, inputs), default=0) + max(map(len, outputs), default=0)
    width = max(_LEAST, _EDGES + _LETTER * letters, _RUN_EDGES + _RUN_PIN * len(outputs))
    return width, _HEAD + _ROW * max(len(inputs), len(outputs), 1)


def _width_for_texts(block: Block, wired: _Wired, symbol: Symbol) -> float:
    """Return the width that the texts in a block's rows take at most."""
    widest = 0.0
    for name, text in block.pins.items():
        if name not in wired.inputs:
            letters = len(text) if isinstance(text, str) else len(text.key)
            widest = max(widest, _LETTER * len(name) + min(_LETTER * letters + _CHIP_EDGES, _CHIP))
    outputs = [len(pin.name) for pin in symbol.outputs]
    return widest + _EDGES + (_LETTER * max(outputs) if len(outputs) > 1 else 0.0) if widest else 0.0


def _columns(before: Mapping[str, list[str]], behind: Mapping[str, list[str]]) -> dict[str, int]:
    """Return the column of each block: behind all that it needs; what needs little right before its first taker.

    What takes from a block that others take from too stays with that one: the example of an input with the input.
    """
    left = {name: len(sources) for name, sources in before.items()}
    column = dict.fromkeys(before, 0)
    weight = dict.fromkeys(before, 1)
    ready = [name for name, count in left.items() if not count]
    for name in ready:
        for taker in behind[name]:
            column[taker] = max(column[taker], column[name] + 1)
            weight[taker] += weight[name] if weight[name] <= _LIGHT else _LIGHT
            left[taker] -= 1
            if not left[taker]:
                ready.append(taker)
    for name in reversed(ready):
        is_alone = weight[name] <= _LIGHT and all(len(behind[source]) == 1 for source in before[name])
        if behind[name] and is_alone:
            column[name] = min(column[taker] for taker in behind[name]) - 1
    return column


def _middles(
    columns: Sequence[list[str]],
    size: Mapping[str, Size],
    before: Mapping[str, list[str]],
    behind: Mapping[str, list[str]],
) -> dict[str, float]:
    """Return the heights of the blocks' middles: as level with their neighbours as those of a column leave room."""
    middle: dict[str, float] = {}
    for names in columns:
        y = 0.0
        for name in names:
            middle[name] = y + size[name][1] / 2
            y += size[name][1] + _BELOW
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        near, other = (before, behind) if forward else (behind, before)
        for names in columns if forward else reversed(columns):
            level = {}
            for name in names:
                beside = [middle[n] for n in near[name] if n in middle]
                beside = beside or [middle[n] for n in other[name] if n in middle]
                level[name] = sum(beside) / len(beside) if beside else middle[name]
            names.sort(key=level.__getitem__)
            _stack(names, level, size, middle)
    return middle


def _stack(
    names: Sequence[str], level: Mapping[str, float], size: Mapping[str, Size], middle: dict[str, float]
) -> None:
    """Put the blocks of a column below each other, near their levels, the column as a whole in the mean of these."""
    free = float("-inf")
    off = 0.0
    for name in names:
        half = size[name][1] / 2
        middle[name] = max(level[name], free + half)
        free = middle[name] + half + _BELOW
        off += middle[name] - level[name]
    for name in names:
        middle[name] -= off / len(names)
