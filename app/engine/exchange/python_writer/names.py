"""Names of Python for the nodes of a plan: made of the blocks' ids, unique, and none that Python or TensorFlow has."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable

_TAKEN = frozenset({*dir(builtins), *keyword.kwlist, *keyword.softkwlist, "tf", "np", "os", "Path"})
_UNFIT = re.compile(r"[^A-Za-z0-9_]+")
_MEANINGLESS = re.compile(r"\bID_[0-9][0-9A-Za-z]{3,}(?![0-9A-Za-z])")  # ids that enuSpace makes of the time
_WORD_ENDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Words:
    """Words in place of the ids that say nothing, made of the blocks' symbols and numbered as they come: ``add_2``."""

    def __init__(self, symbols: Iterable[tuple[str, str]] = ()) -> None:
        """Know the symbol of each block."""
        self._symbols = {block: symbol for block, symbol in symbols if _MEANINGLESS.fullmatch(block)}
        self._given: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def within(self, thing: str) -> str:
        """Return a thing with words in place of such ids."""
        return _MEANINGLESS.sub(lambda found: self._of(found[0]), thing) if self._symbols else thing

    def _of(self, block: str) -> str:
        if block not in self._symbols:
            return block
        if block not in self._given:
            word = self._symbols[block].rpartition(":")[2].removesuffix("_ex")
            word = _WORD_ENDS.sub("_", word).lower()
            count = self._counts[word] = self._counts.get(word, 0) + 1
            self._given[block] = word if count == 1 else f"{word}_{count}"
        return self._given[block]


class Names:
    """Gives each node, page or argument a name of its own; the same one whenever it is asked for."""

    def __init__(self, taken: frozenset[str] = frozenset(), words: Words | None = None) -> None:
        """Give none of these names."""
        self._used = {*_TAKEN, *taken}
        self._known: dict[str, str] = {}
        self.words = words or Words()

    def within(self) -> Names:
        """Return the names of a function that stands among these."""
        return Names(frozenset(self._used), self.words)

    def of(self, thing: str, upper: bool = False, like: str = "") -> str:
        """Return the name of a thing (like this one), in capitals where it is a constant of the module.

        Nodes are things of their names; others have a blank in theirs, so that none is taken for a node.
        """
        known = self._known.get(thing)
        if known is None:
            text = identifier(self.words.within(like or thing))
            known = self._known[thing] = self.free(text.upper() if upper else text)
        return known

    def free(self, near: str) -> str:
        """Return a name that nothing has yet, as like this one as can be, and take it."""
        name = near
        if name in _TAKEN:
            name = f"{near}_"
        number = 2
        while name in self._used:
            name = f"{near}_{number}"
            number += 1
        self._used.add(name)
        return name


def identifier(text: str) -> str:
    """Return a text as a name of Python: ``hidden/weights`` as ``hidden_weights``, ``1st`` as ``block_1st``."""
    name = _UNFIT.sub("_", text).strip("_") or "block"
    return f"block_{name}" if name[0].isdigit() else name
