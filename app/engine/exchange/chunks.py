"""Cuts a page that has too many blocks and no scopes where few wires are cut, into pieces that follow each other."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

_LONGEST = 44  # blocks of a piece, pins left out
_END = 1 << 60  # where what leaves the whole is taken


class Unit(NamedTuple):
    """A block, or blocks that have become one: the lines that it takes and gives, and the units before it."""

    takes: Collection[int]
    gives: Collection[int]  # those that others take
    before: Sequence[int]


def pieces(
    order: Sequence[int],
    units: Sequence[Unit],
    apart: Collection[int],
    beyond: Collection[int],
    most: int,
) -> list[list[int]]:
    """Return runs of the order, each with its pins no more than ``most``.

    Units ``apart`` belong to no run, and none reaches over one that needs something; ``beyond`` are the lines that are
    taken outside of the whole. Where there is a choice a run ends where it gives the fewest lines.
    """
    last: dict[int, int] = {}
    for place, one in enumerate(order):
        for line in units[one].takes:
            last[line] = _END if one in apart else place
    last.update(dict.fromkeys(beyond, _END))
    found: list[list[int]] = []
    start = 0
    while start < len(order):
        if order[start] in apart:
            start += 1
            continue
        end = _end_of_run(order, units, apart, last, start, most)
        found.append([one for one in order[start:end] if one not in apart])
        start = end
    return found


def _end_of_run(
    order: Sequence[int],
    units: Sequence[Unit],
    apart: Collection[int],
    last: Mapping[int, int],
    start: int,
    most: int,
) -> int:
    """Return where a run that begins at a place ends best."""
    made: set[int] = set()
    led_in: set[int] = set()
    leaving: dict[int, int] = {}  # by where a line is taken last, how many
    given, count = 0, 0
    fitting: list[tuple[int, int]] = []
    for place in range(start, len(order)):
        one = order[place]
        if one in apart:
            if units[one].before:
                break
            continue
        unit = units[one]
        count += 1
        led_in.update(line for line in unit.takes if line not in made)
        for line in unit.gives:
            made.add(line)
            taken = last.get(line, -1)
            if taken > place:
                given += 1
                leaving[taken] = leaving.get(taken, 0) + 1
        given -= leaving.pop(place, 0)
        if count > _LONGEST or count + len(led_in) > most:
            break
        if count + len(led_in) + given <= most:
            fitting.append((given, place + 1))
    if not fitting:
        return start + 1
    longest = fitting[-1][1]
    late = [(given, -end) for given, end in fitting if 2 * (end - start) >= longest - start]
    return -min(late)[1]
