"""Places for the blocks of a made page: in columns by what they need, each beside what it takes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from app.document.model.diagram import Block, Wire
from blocks.catalog import Catalog
from blocks.op_facts.traits import BACK_EDGES

_LEFT, _TOP = 60.0, 60.0
_COLUMN, _GAP = 190.0, 30.0  # page units from column to column, and between the blocks of one
_HEAD, _ROW = 44.0, 17.2  # of a block: its title, and a row for each pin
_SWEEPS = 4


def placed(blocks: dict[str, Block], wires: Sequence[Wire], catalog: Catalog) -> dict[str, Block]:
    """Return the blocks in columns from left to right, sources next to what takes them."""
    before: dict[str, list[str]] = {name: [] for name in blocks}
    behind: dict[str, list[str]] = {name: [] for name in blocks}
    pins = dict.fromkeys(blocks, 0)
    for wire in wires:
        source, target = wire.source.block, wire.target.block
        if source not in blocks or target not in blocks:
            continue
        pins[target] += 1
        if blocks[source].symbol.removeprefix("raw.") not in BACK_EDGES:
            before[target].append(source)
            behind[source].append(target)
    column = _columns(before, behind)
    members: dict[int, list[str]] = {}
    for name in blocks:
        members.setdefault(column[name], []).append(name)
    columns = [members[number] for number in sorted(members)]
    heights = {name: _height(block, pins[name], catalog) for name, block in blocks.items()}
    middle = _middles(columns, heights, before, behind)
    top = min((middle[n] - heights[n] / 2 for n in blocks), default=0.0)
    return {
        name: replace(
            block,
            at=(
                _LEFT + _COLUMN * column[name],
                float(round(_TOP + middle[name] - heights[name] / 2 - top)),
            ),
        )
        for name, block in blocks.items()
    }


def _height(block: Block, wired: int, catalog: Catalog) -> float:
    symbol = catalog.get(block.symbol)
    rows = wired if symbol is None else sum(not pin.hidden for pin in symbol.inputs)
    return _HEAD + _ROW * max(rows, 1)


def _columns(before: Mapping[str, list[str]], behind: Mapping[str, list[str]]) -> dict[str, int]:
    """Return the column of each block: behind all that it needs; what needs nothing right before its first taker."""
    left = {name: len(sources) for name, sources in before.items()}
    column = dict.fromkeys(before, 0)
    ready = [name for name, count in left.items() if not count]
    for name in ready:
        for taker in behind[name]:
            column[taker] = max(column[taker], column[name] + 1)
            left[taker] -= 1
            if not left[taker]:
                ready.append(taker)
    for name in reversed(ready):
        if not before[name] and behind[name]:
            column[name] = min(column[taker] for taker in behind[name]) - 1
    return column


def _middles(
    columns: Sequence[list[str]],
    heights: Mapping[str, float],
    before: Mapping[str, list[str]],
    behind: Mapping[str, list[str]],
) -> dict[str, float]:
    """Return the heights of the blocks' middles: as level with their neighbours as those of a column leave room."""
    middle: dict[str, float] = {}
    for names in columns:
        y = 0.0
        for name in names:
            middle[name] = y + heights[name] / 2
            y += heights[name] + _GAP
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        near, other = (before, behind) if forward else (behind, before)
        for names in columns if forward else reversed(columns):
            level = {
                name: _mean([middle[n] for n in near[name] or other[name]], middle[name]) for name in names
            }
            names.sort(key=level.__getitem__)
            _stack(names, level, heights, middle)
    return middle


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _stack(
    names: Sequence[str], level: Mapping[str, float], heights: Mapping[str, float], middle: dict[str, float]
) -> None:
    """Put the blocks of a column below each other, near their levels, the column as a whole in the mean of these."""
    free = float("-inf")
    off = 0.0
    for name in names:
        half = heights[name] / 2
        middle[name] = max(level[name], free + half)
        free = middle[name] + half + _GAP
        off += middle[name] - level[name]
    shift = off / len(names)
    for name in names:
        middle[name] -= shift
