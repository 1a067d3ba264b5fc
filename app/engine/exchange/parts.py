"""Blocks of a flat page that become a page of their own, and what of them is seen on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.engine.exchange.flat_page import FlatPage
from app.engine.exchange.scopes import ROOT

MOST_BLOCKS = 59  # of a page, with its Arguments and Results
MOST_VALUES = 30  # initial values and constants that a page gets from its uses


@dataclass(eq=False)
class Part:
    """Blocks that become a page of their own. ``items`` are the blocks and parts that are seen on it."""

    name: str
    path: str  # with which the names of its blocks begin
    nodes: list[int]
    scope: int = ROOT
    tokens: int = 0  # words that the names of its layers share
    items: list[int | Part] = field(default_factory=list)
    is_named: bool = True  # else a piece that no scope gave
    last: int = 0  # its block that is read last
    ends: tuple[str, ...] = ()  # names of the first and the last scope in it, where there are some

    def all_parts(self) -> Iterator[Part]:
        """Give this part and those within, outer ones first."""
        todo = [self]
        for part in todo:
            yield part
            todo += [item for item in part.items if isinstance(item, Part)]


def mark_of(item: int | Part) -> int:
    """Return the block itself, or the one of a part that is read last."""
    return item if isinstance(item, int) else item.last


def lines_of(flat: FlatPage, nodes: Sequence[int]) -> tuple[set[int], set[int]]:
    """Return the lines that lead into some blocks and those that lead out of them."""
    inside = set(nodes)
    source, entering, leaving = flat.line_source, flat.entering, flat.leaving
    into = {line for node in nodes for _, line in entering[node] if source[line] not in inside}
    out_of = {line for node in nodes for line, taker in leaving[node] if taker not in inside}
    return into, out_of
