"""Finds symbols by words: what people type into the palette and behind ``tensorblocks blocks``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

# How well a word fits a symbol; the smaller the better.
EXACT, PREFIX, WORD, SYNONYM, WORD_PREFIX, INSIDE, SYNONYM_PREFIX, ABOUT, HELP = range(9)

_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Entry(NamedTuple):
    """A symbol and what else is known of it at once: title, category and op, in lower case."""

    name: str
    about: str
    op: str = ""  # in lower case; typing it finds the symbol as its own name does
    available: bool = True  # those that no page can run come last
    synonyms: tuple[str, ...] = ()  # other names that people know it by, in lower case


class _Known(NamedTuple):
    entry: Entry
    lower: str
    starts: frozenset[int]  # where the words of the camel-case name begin
    ends: frozenset[int]
    synonyms: frozenset[str]  # words of the synonyms


class Searcher:
    """Ranks the symbols for given words. ``help_of`` is asked only where nothing better fits."""

    def __init__(self, entries: list[Entry], help_of: Callable[[str], str]) -> None:
        """Prepare the names; entries come in the palette's order, which decides between equals."""
        self._known = [_known(entry) for entry in entries]
        self._help_of = help_of
        self._helps: dict[str, str] = {}

    def find(self, words: str) -> list[str]:
        """Return the names that fit all words, best first; no words = all, in the palette's order."""
        asked = [_of_numpy(word) for word in words.lower().split()]
        if not asked:
            return [known.entry.name for known in self._known]
        whole, short = " ".join(asked), " ".join(map(_last_part, asked))
        found = []
        for place, known in enumerate(self._known):
            ranks = [rank for word in asked if (rank := self._rank(word, known)) is not None]
            if len(ranks) == len(asked):
                length = len(known.lower) if max(ranks) <= INSIDE else 0  # of names the shorter first
                name = _of_name(whole, short, known)
                key = (name, not known.entry.available, sum(ranks), length, place)
                found.append((key, known.entry.name))
        return [name for _, name in sorted(found)]

    def _rank(self, word: str, known: _Known) -> int | None:
        """Rank a word, or of one that a module stands before (``tf.nn.conv2d``) the last part, whichever is better."""
        short = _last_part(word)
        if short == word:
            return self._rank_of(word, known)
        ranks = [rank for each in (word, short) if (rank := self._rank_of(each, known)) is not None]
        return min(ranks, default=None)

    def _rank_of(self, word: str, known: _Known) -> int | None:
        if word in (known.lower, known.entry.op):
            return EXACT
        if word in known.lower:
            places = re.finditer(f"(?={re.escape(word)})", known.lower)  # overlapping ones too
            best = min(_rank_at(place.start(), place.start() + len(word), known) for place in places)
            return min(best, SYNONYM) if word in known.synonyms else best
        if word in known.synonyms:
            return SYNONYM
        if len(word) > 1 and any(each.startswith(word) for each in known.synonyms):
            return SYNONYM_PREFIX
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
        entry,
        entry.name.lower(),
        frozenset(start for start, _ in words),
        frozenset(end for _, end in words),
        frozenset(word for phrase in entry.synonyms for word in phrase.split()),
    )


def _of_name(whole: str, short: str, known: _Known) -> int:
    """Return whether all that was typed is a name of the symbol (0), one that people know it by (1), or neither (2)."""
    for text in (whole, short):
        if text.replace(" ", "") in (known.lower, known.entry.op):
            return 0
    return 1 if whole in known.entry.synonyms or short in known.entry.synonyms else 2


def _of_numpy(word: str) -> str:
    return f"np.{word.removeprefix('numpy.')}" if word.startswith("numpy.") else word


def _last_part(word: str) -> str:
    """Return what stands behind the last dot, where that is a name."""
    last = word.rpartition(".")[2]
    return last if last[:1].isalpha() else word


def _rank_at(start: int, end: int, known: _Known) -> int:
    """Rank a word that stands in the name from ``start`` to ``end``."""
    if start == 0:
        return PREFIX
    if start in known.starts:
        return WORD if end in known.ends else WORD_PREFIX
    return INSIDE
