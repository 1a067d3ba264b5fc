"""The name scopes of a model's nodes as a tree, and the scope that each block of a flat page belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.exchange.circles import strong_parts
from app.engine.exchange.flat_page import FlatPage

ROOT = 0
_VALUES = frozenset({"Variable", "Const", "Const_ex"})  # they stand with what takes them


class Scopes:
    """A tree of scopes, each a number; the root holds all."""

    def __init__(self) -> None:
        """Begin with the root alone."""
        self.chains: list[tuple[int, ...]] = [(ROOT,)]  # the scope with all those around it, outermost first
        self.paths: list[str] = [""]
        self._known: dict[str, int] = {"": ROOT}
        self._words: dict[int, tuple[str, ...]] = {}

    def of(self, path: str) -> int:
        """Return the scope of a path such as ``model/dense``, made where it is new."""
        found = self._known.get(path)
        if found is not None:
            return found
        missing = []
        while path not in self._known:
            missing.append(path)
            path = path.rpartition("/")[0]
        scope = self._known[path]
        for inner in reversed(missing):
            self._known[inner] = len(self.paths)
            self.chains.append((*self.chains[scope], len(self.paths)))
            scope = self._known[inner]
            self.paths.append(inner)
        return scope

    def words(self, scope: int) -> tuple[str, ...]:
        """Return the path around a scope, the words of its name, and an empty text behind these."""
        found = self._words.get(scope)
        if found is None:
            around, _, name = self.paths[scope].rpartition("/")
            found = self._words[scope] = (around, *name.split("_"), "")
        return found

    def around(self, scopes: Iterable[int]) -> int:
        """Return the innermost scope that holds all of these; the root where there is none."""
        met = set(scopes)
        if len(met) < 2:
            return met.pop() if met else ROOT
        shared = 0
        chains = [self.chains[scope] for scope in met]
        for one in zip(*chains, strict=False):
            if any(scope != one[0] for scope in one):
                break
            shared = one[0]
        return shared

    def holds(self, outer: int, inner: int) -> bool:
        """Return whether a scope is another one or around it."""
        return outer in self.chains[inner]


def scopes_of(flat: FlatPage, names: list[str], scopes: Scopes) -> tuple[list[int], list[bool]]:
    """Return the scope of each block, and whether the block must stand on the page of that scope itself."""
    own = [scopes.of(name.rpartition("/")[0]) for name in names]
    tied = list(flat.staying)
    found = [ROOT if stays else scope for scope, stays in zip(own, tied, strict=True)]
    for block in sorted(range(len(found)), key=flat.rank.__getitem__, reverse=True):
        if tied[block] or (names[block] and flat.blocks[block].symbol not in _VALUES):
            continue
        takers = [found[taker] for taker in flat.takers[block] if not flat.staying[taker]]
        inside = own[block] != ROOT and any(scopes.holds(own[block], taker) for taker in takers)
        if takers:
            found[block] = own[block] if inside and len(set(takers)) > 1 else scopes.around(takers)
        elif not names[block]:
            found[block] = scopes.around(found[source] for source in flat.sources[block])
    for group in _tied_groups(flat):
        scope = scopes.around(ROOT if flat.staying[block] else found[block] for block in group)
        for block in group:
            found[block], tied[block] = scope, True
    for loop in _loops(flat):
        scope = scopes.around(found[block] for block in loop)
        for block in loop:
            if flat.is_of_loop(block):
                found[block], tied[block] = scope, True
    return found, tied


def _tied_groups(flat: FlatPage) -> list[list[int]]:
    """Return the blocks that stay together, as wires between them cannot lead out of a page."""
    leader = list(range(len(flat.blocks)))

    def lead(block: int) -> int:
        while leader[block] != block:
            leader[block] = leader[leader[block]]
            block = leader[block]
        return block

    pairs = flat.staying_together + flat.writers
    for source, target in pairs:
        leader[lead(source)] = lead(target)
    groups: dict[int, dict[int, None]] = {}
    for pair in pairs:
        for block in pair:
            groups.setdefault(lead(block), {})[block] = None
    return [list(group) for group in groups.values()]


def _loops(flat: FlatPage) -> list[list[int]]:
    """Return the loops, each with all blocks that are run in its rounds."""
    if not flat.closed:
        return []
    after = [list(takers) for takers in flat.takers]
    for target, sources in flat.closed.items():
        for source in sources:
            after[source].append(target)
    return [part for part in strong_parts(range(len(after)), after.__getitem__) if len(part) > 1]
