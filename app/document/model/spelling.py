"""What a misspelt name may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

_MOST_SEARCHES = 300  # of one look at a page: each takes a millisecond or more
_MARGIN = 0.04  # of likeness, by which the likest name stands out


def nearest(word: str, among: Iterable[str], count: int = 1, likeness: float = 0.6) -> tuple[str, ...]:
    """Return up to ``count`` names that are like a word, the likest first; capitals do not count.

    Only one that is the same but for capitals and underscores is all that can be meant.
    ``likeness``, from 0 to 1, is what a name must have at least.
    """
    return _nearest(word, tuple(among), count, likeness)


@lru_cache(maxsize=64)  # the check, the plan and the fixes of a page all ask for the same word
def _nearest(word: str, among: tuple[str, ...], count: int, likeness: float) -> tuple[str, ...]:
    from difflib import get_close_matches  # here, because only a fault needs it

    same = tuple(name for name in among if _letters(name) == _letters(word))
    if len(same) == 1:
        return same
    by_lower = {name.lower(): name for name in among}
    return tuple(by_lower[found] for found in get_close_matches(word.lower(), by_lower, count, likeness))


class Speller:
    """Looks for what misspelt names may have meant; of a page that has very many, for the first ones."""

    def __init__(self, most: int = _MOST_SEARCHES) -> None:
        """Begin with none searched for."""
        self._left = most

    def nearest(self, word: str, among: Iterable[str], count: int = 1) -> tuple[str, ...]:
        """Return up to ``count`` names that are like a word, the likest first."""
        self._left -= 1
        return nearest(word, among, count) if self._left >= 0 else ()


def stands_out(word: str, near: Sequence[str]) -> bool:
    """Return whether the first of the nearest names is clearly liker to the word than the others.

    Where its digits are not the word's it may be any other: ``w2`` is no misspelt ``w1``, nor Conv3D a Conv2D.
    """
    from difflib import SequenceMatcher

    if not near or _digits(near[0]) != _digits(word):
        return False

    # In this order of the two texts, as get_close_matches compares them.
    likeness = [SequenceMatcher(None, name.lower(), word.lower()).ratio() for name in near]
    return all(likeness[0] > other + _MARGIN for other in likeness[1:])


def is_clear(word: str, among: Iterable[str]) -> bool:
    """Return whether the nearest name is the one that is meant, so that nobody need be asked."""
    return stands_out(word, nearest(word, among, 2))


def _letters(text: str) -> str:
    return text.replace("_", "").lower()


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))
