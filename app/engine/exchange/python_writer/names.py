"""Names of Python for the nodes of a plan: made of the blocks' ids, unique, and none that Python or TensorFlow has."""

from __future__ import annotations

import builtins
import keyword
import re

_TAKEN = frozenset({*dir(builtins), *keyword.kwlist, *keyword.softkwlist, "tf", "np", "os", "Path"})
_UNFIT = re.compile(r"[^A-Za-z0-9_]+")


class Names:
    """Gives each node, page or argument a name of its own; the same one whenever it is asked for."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        """Give none of these names."""
        self._used = {*_TAKEN, *taken}
        self._known: dict[str, str] = {}

    def of(self, thing: str, upper: bool = False, like: str = "") -> str:
        """Return the name of a thing (like this one), in capitals where it is a constant of the module.

        Nodes are things of their names; others have a blank in theirs, so that none is taken for a node.
        """
        known = self._known.get(thing)
        if known is None:
            text = identifier(like or thing)
            known = self._known[thing] = self.free(text.upper() if upper else text)
        return known

    def taken(self) -> frozenset[str]:
        """Return the names that are given so far."""
        return frozenset(self._used)

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
