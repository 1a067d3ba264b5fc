"""Finds symbols by words: what people type into the palette and behind ``tensorblocks blocks``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

# How well a word fits a symbol; the smaller the better.
EXACT, PREFIX, WORD, WORD_PREFIX, INSIDE, ABOUT, HELP = range(7)

_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Entry(NamedTuple):
    """A symbol and what else is known of it at once: title, category and op, in lower case."""

    name: str
    about: str
    op: str = ""  # in lower case; typing it finds the symbol as its own name does
    available: bool = True  # those that no page can run come last


class _Known(NamedTuple):
    entry: Entry
    lower: str
    starts: frozenset[int]  # where the words of the camel-case name begin
    ends: frozenset[int]


class Searcher:
    """Ranks the symbols for given words. ``help_of`` is asked only where nothing better fits."""

    def __init__(self, entries: list[Entry], help_of: Callable[[str], str]) -> None:
        """Prepare the names; entries come in the palette's order, which decides between equals."""
        self._known = [_known(entry) for entry in entries]
        self._help_of = help_of
        self._helps: dict[str, str] = {}

    def find(self, words: str) -> list[str]:
        """Return the names that fit all words, best first; no words = all, in the palette's order."""
        asked = words.lower().split()
        if not asked:
            return [known.entry.name for known in self._known]
        found = []
        for place, known in enumerate(self._known):
            ranks = [rank for word in asked if (rank := self._rank(word, known)) is not None]
            if len(ranks) == len(asked):
                other = "".join(asked) not in (known.lower, known.entry.op)
                length = len(known.lower) if max(ranks) <= INSIDE else 0  # of names the shorter first
                key = (other, not known.entry.available, sum(ranks), length, place)
                found.append((key, known.entry.name))
        return [name for _, name in sorted(found)]

    def _rank(self, word: str, known: _Known) -> int | None:
        if word in (known.lower, known.entry.op):
            return EXACT
        if word in known.lower:
            places = re.finditer(f"(?={re.escape(word)})", known.lower)  # overlapping ones too
            return min(_rank_at(place.start(), place.start() + len(word), known) for place in places)
        if word in known.entry.about:
            return ABOUT
        return HELP if word in self._help(known.entry.name) else None

    def _help(self, name: str) -> str:
        if name not in self._helps:
            self._helps[name] = self._help_of(name).lower()
        return self._helps[name]


def _known(entry: Entry) -> _Known:
    words = [found.span() for found in _CAMEL.finditer(entry.name)]
    return _Known(
        entry, entry.name.lower(), frozenset(start for start, _ in words), frozenset(end for _, end in words)
    )


def _rank_at(start: int, end: int, known: _Known) -> int:
    """Rank a word that stands in the name from ``start`` to ``end``."""
    if start == 0:
        return PREFIX
    if start in known.starts:
        return WORD if end in known.ends else WORD_PREFIX
    return INSIDE
