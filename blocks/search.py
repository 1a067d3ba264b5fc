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


class Searcher:
    """Ranks the symbols for given words. ``help_of`` is asked only where nothing better fits."""

    def __init__(self, entries: list[Entry], help_of: Callable[[str], str]) -> None:
        """Prepare the names; entries come in the palette's order, which decides between equals."""
        self._entries = [
            (entry.name, entry.name.lower(), {w.lower() for w in _CAMEL.findall(entry.name)}, entry.about)
            for entry in entries
        ]
        self._help_of = help_of
        self._helps: dict[str, str] = {}

    def find(self, words: str) -> list[str]:
        """Return the names that fit all words, best first; no words = all, in the palette's order."""
        wanted = words.lower().split()
        ranked = []
        for place, (name, lower, parts, about) in enumerate(self._entries):
            ranks = [self._rank(word, name, lower, parts, about) for word in wanted]
            fits = [rank for rank in ranks if rank is not None]
            if len(fits) < len(ranks):
                continue
            whole = 0 if lower == "".join(wanted) else 1
            length = (
                len(name) if max(fits, default=0) <= INSIDE else 0
            )  # of names that fit, the shorter first
            ranked.append((whole, sum(fits), length, place, name))
        return [entry[-1] for entry in sorted(ranked)] if wanted else [name for name, *_ in self._entries]

    def _rank(self, word: str, name: str, lower: str, parts: set[str], about: str) -> int | None:
        if lower == word:
            return EXACT
        if lower.startswith(word):
            return PREFIX
        if word in parts:
            return WORD
        if any(part.startswith(word) for part in parts):
            return WORD_PREFIX
        if word in lower:
            return INSIDE
        if word in about:
            return ABOUT
        return HELP if word in self._help(name) else None

    def _help(self, name: str) -> str:
        if name not in self._helps:
            self._helps[name] = self._help_of(name).lower()
        return self._helps[name]
