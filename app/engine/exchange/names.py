"""Names of blocks made of a file's names of nodes: short ids, and where a block belongs among the name scopes."""

from __future__ import annotations

import re

_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST = 40


class Ids:
    """The ids of one page."""

    def __init__(self) -> None:
        """Begin with none."""
        self._taken: set[str] = {"scope", "attrs"}
        self._next: dict[str, int] = {}

    def of(self, name: str) -> str:
        """Return an id for a node's name: its last two parts, with a number where that is taken."""
        around, _, last = name.rpartition("/")
        scope = around.rpartition("/")[2]
        if last and (scope or not around):
            return self.exact(f"{scope}_{last}" if scope else last)
        return self.exact("_".join([part for part in name.split("/") if part][-2:]))

    def exact(self, text: str) -> str:
        """Return an id as near to the text as ids can be."""
        fits = text.isascii() and text.isidentifier()
        plain = (text if fits else _UNFIT.sub("_", text))[-_LONGEST:].strip("_") or "block"
        plain = plain if plain[0].isalnum() else f"n{plain}"
        found, number = plain, self._next.get(plain, 2)
        while found in self._taken:
            found = f"{plain}_{number}"
            number += 1
        self._next[plain] = number
        self._taken.add(found)
        return found


def scope_of(name: str) -> str:
    """Return the name scope of a name, with the slash at its end; empty at the top."""
    return name.rpartition("/")[0] + "/" if "/" in name else ""
