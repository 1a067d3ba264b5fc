"""What a misspelt name may have meant."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, among: Iterable[str], count: int = 1, likeness: float = 0.6) -> tuple[str, ...]:
    """Return up to ``count`` names that are like a word, the likest first; capitals do not count.

    ``likeness``, from 0 to 1, is what a name must have at least.
    """
    from difflib import get_close_matches  # here, because only a fault needs it

    by_lower = {name.lower(): name for name in among}
    return tuple(by_lower[found] for found in get_close_matches(word.lower(), by_lower, count, likeness))
