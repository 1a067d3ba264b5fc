"""Divides what is on one page: by scope, by the words that names of layers begin with, and then by narrow cuts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from app.engine.exchange.chunks import Unit, pieces
from app.engine.exchange.circles import circles_of, needed_first, taken_apart
from app.engine.exchange.flat_page import FlatPage
from app.engine.exchange.part_names import within
from app.engine.exchange.parts import MOST_BLOCKS, Part, lines_of, mark_of
from app.engine.exchange.scopes import Scopes

_MOST_PINS = 40  # of a part; the blocks of one with more stand on the page around it
_TRIVIAL = 2  # so few blocks are not worth a page
_MAIN_SHARE = 0.7  # of a page's blocks: a part that has more says nothing that the page does not
_FEW = 24  # blocks of a page that need not be put together by the names of layers
_LEAST_ROOM = 12  # blocks that a page gets, however many pins it has
_DIGIT = re.compile(r"\d")

Key = tuple[str, ...]  # the path around a scope, and the words of its name that count


class _Group(NamedTuple):
    """Scopes that are one part, and the blocks in them."""

    scopes: dict[int, None]
    nodes: list[int]


class Places(NamedTuple):
    """Where the blocks of a flat page are: their scopes, and whether they stand on the page of it themselves."""

    flat: FlatPage
    scopes: Scopes
    scope: list[int]
    tied: list[bool]


class Level:
    """One page in the making."""

    def __init__(self, places: Places, part: Part) -> None:
        """Begin with the scopes right below that of the part."""
        self._places, self._part = places, part
        self._flat, self._scopes = places.flat, places.scopes
        self._opened = {part.scope}
        self._base = len(self._scopes.chains[part.scope]) - 1
        self._words: dict[int, int] = {}  # by scope, how many words of its name count; absent: all
        self._by_scope: dict[int, list[int]] = {}
        for node in part.nodes:
            self._by_scope.setdefault(places.scope[node], []).append(node)
        self._moving = sum(not places.flat.staying[node] for node in part.nodes)
        self._pins: dict[Key, int] = {}
        self._groups: dict[Key, _Group] = {}
        self._loose: list[int] = []

    def items(self, room: int) -> list[int | Part]:
        """Return what is seen on the page, no more than there is room for if that can be."""
        room = max(room, _LEAST_ROOM)
        self._by_scopes()
        count = self._count()
        if count > _FEW:
            self._by_words(numbered=count <= room)
        found = self._without_circles()
        return found if len(found) <= room else self._cut(found, room)

    # --- scopes
    def _by_scopes(self) -> None:
        while True:
            self._group()
            too_much = [g for key, g in self._groups.items() if self._is_too_much(key, g)]
            if not too_much:
                return
            self._opened.update(scope for group in too_much for scope in group.scopes)

    def _by_words(self, *, numbered: bool) -> None:
        """Put layers together whose names begin alike; ``numbered``: only where that is up to a number, as block_1."""
        for group in self._groups.values():
            self._words.update({scope: self._first_words(scope, numbered) for scope in group.scopes})
        while True:
            self._group()
            several = {key: group for key, group in self._groups.items() if len(group.scopes) > 1}
            too_much = [group for key, group in several.items() if self._is_too_much(key, group)]
            if not too_much:
                keys = list(self._groups)
                among = [keys[i] for circle in self._circles() for i in circle if i >= 0]
                too_much = [several[key] for key in among if key in several]
            if not too_much:
                return
            for group in too_much:
                for scope in group.scopes:
                    self._words[scope] += 1

    def _first_words(self, scope: int, numbered: bool) -> int:
        words = self._scopes.words(scope)[1:-1]
        first = self._part.tokens if self._scopes.chains[scope][-2] == self._part.scope else 0
        if not numbered:
            return first + 1
        return next((i + 1 for i in range(first, len(words)) if _DIGIT.search(words[i])), len(words))

    def _group(self) -> None:
        self._groups, self._loose = {}, []
        for scope, nodes in self._by_scope.items():
            found = self._key(scope)
            if found is None:
                self._loose += nodes
                continue
            key, child = found
            group = self._groups.setdefault(key, _Group({}, []))
            group.scopes[child] = None
            group.nodes.extend(nodes)

    def _key(self, scope: int) -> tuple[Key, int] | None:
        """Return the group that a scope's blocks belong to; None where they stand on the page itself."""
        chain, depth = self._scopes.chains[scope], self._base + 1
        while depth < len(chain) and chain[depth] in self._opened:
            depth += 1
        if depth >= len(chain):
            return None
        child = chain[depth]
        whole = self._scopes.words(child)
        count = self._words.get(child)
        return (whole if count is None or count >= len(whole) - 2 else whole[: count + 1]), child

    def _is_too_much(self, key: Key, group: _Group) -> bool:
        if len(group.nodes) <= _TRIVIAL:
            return False
        if len(group.nodes) >= _MAIN_SHARE * self._moving:
            return True
        pins = self._pins.get(key)
        if pins is None:
            pins = self._pins[key] = sum(map(len, lines_of(self._flat, group.nodes)))
        return pins > _MOST_PINS

    def _count(self) -> int:
        sizes = [len(group.nodes) for group in self._groups.values()]
        return len(self._loose) + sum(1 if size > _TRIVIAL else size for size in sizes)

    # --- circles
    def _numbered(self) -> dict[int, int]:
        """Return the number of each block's group; blocks by themselves have numbers below 0."""
        number = {node: -1 - node for node in self._loose}
        for i, group in enumerate(self._groups.values()):
            number.update(dict.fromkeys(group.nodes, i))
        return number

    def _circles(self) -> list[set[int]]:
        return circles_of(self._part.nodes, self._numbered(), self._flat.takers)

    def _without_circles(self) -> list[int | Part]:
        """Return blocks and parts, none of which needs itself by way of others."""
        tied = self._places.tied
        while True:
            circles, groups = self._circles(), list(self._groups.values())
            among = [groups[i] for circle in circles for i in circle if i >= 0]
            fixed = [group for group in among if any(map(tied.__getitem__, group.nodes))]
            if not fixed:
                break
            self._opened.update(scope for group in fixed for scope in group.scopes)
            self._words = {s: n for s, n in self._words.items() if s not in self._opened}
            self._group()
        split: dict[tuple[int, int], list[int]] = {}
        numbered = self._numbered() if circles else {}
        for circle in circles:
            nodes = sorted(
                (n for n in self._part.nodes if numbered[n] in circle), key=self._flat.rank.__getitem__
            )
            inside = {n: numbered[n] for n in nodes}
            for node, where in taken_apart(nodes, inside, self._flat.sources, self._flat.takers).items():
                split.setdefault(where, []).append(node)
        in_circles = {i for circle in circles for i in circle}
        found: list[int | Part] = [n for n in self._loose if -1 - n not in in_circles]
        for i, group in enumerate(groups):
            if i not in in_circles:
                found += self._as_items(group.scopes, group.nodes)
        for (i, _), nodes in split.items():
            found += nodes if i < 0 else self._as_items(groups[i].scopes, nodes)
        return found

    def _as_items(self, inside: Iterable[int], nodes: list[int]) -> list[int | Part]:
        if len(nodes) <= _TRIVIAL:
            return list(nodes)
        scopes = list(inside)
        paths = [self._scopes.paths[scope] for scope in scopes]
        nodes = sorted(nodes)
        if len(scopes) == 1:
            name = within(paths[0], self._part.path).rpartition("/")[2]
            return [Part(name, paths[0], nodes, scopes[0], last=self._last(nodes), ends=(name,))]
        around = paths[0].rpartition("/")[0]
        words = _shared([path.rpartition("/")[2].split("_") for path in paths])
        name = "_".join(words)
        path = f"{around}/{name}" if around else name
        scope = self._scopes.chains[scopes[0]][-2]
        name = within(path, self._part.path).rpartition("/")[2]
        return [Part(name, path, nodes, scope, len(words), last=self._last(nodes), ends=(name,))]

    def _last(self, nodes: Sequence[int]) -> int:
        return max(nodes, key=self._flat.reading.__getitem__)

    # --- cuts
    def _cut(self, items: list[int | Part], room: int) -> list[int | Part]:
        """Join items to pieces until there is room for them."""
        _, beyond = lines_of(self._flat, self._part.nodes)
        while len(items) > room:
            units = self._units(items)
            order = needed_first(sorted(range(len(units)), key=self._late(items)), [u.before for u in units])
            apart = {i for i, item in enumerate(items) if isinstance(item, int) and self._places.tied[item]}
            runs = [run for run in pieces(order, units, apart, beyond, MOST_BLOCKS) if len(run) > _TRIVIAL]
            if not runs or (len(runs) == 1 and len(runs[0]) == len(items)):
                return items
            joined = {i for run in runs for i in run}
            rest = [item for i, item in enumerate(items) if i not in joined]
            items = [*rest, *(self._piece([items[i] for i in run]) for run in runs)]
        return items

    def _late(self, items: Sequence[int | Part]) -> Callable[[int], int]:
        """Return what sorts items so that those behind which nothing comes are first."""
        return lambda i: -self._flat.reading[mark_of(items[i])]

    def _units(self, items: Sequence[int | Part]) -> list[Unit]:
        flat = self._flat
        owner = {n: i for i, item in enumerate(items) for n in _nodes_of(item)}
        units: list[Unit] = []
        for i, item in enumerate(items):
            takes, gives = lines_of(flat, _nodes_of(item))
            before = dict.fromkeys(owner[s] for n in _nodes_of(item) for s in flat.sources[n] if s in owner)
            before.pop(i, None)
            units.append(Unit(takes, gives, list(before)))
        return units

    def _piece(self, items: list[int | Part]) -> Part:
        """Return a part that no scope gave, called after the first and the last scope in it."""
        nodes = sorted(n for item in items for n in _nodes_of(item))
        reading = self._flat.reading
        scopes = sorted((i for i in items if isinstance(i, Part) and i.ends), key=lambda i: reading[i.last])
        ends: tuple[str, ...] = (scopes[0].ends[0], scopes[-1].ends[-1]) if scopes else ()
        name = " to ".join(dict.fromkeys(ends)) or self._common_scope(nodes) or "part"
        part, last = self._part, self._last(nodes)
        return Part(name, part.path, nodes, part.scope, items=items, is_named=False, last=last, ends=ends)

    def _common_scope(self, nodes: Sequence[int]) -> str:
        """Return the last word of the scope below the page's own that most of the blocks lie in, "" where none is."""
        scopes, scope = self._scopes, self._places.scope
        found = Counter(scope[node] for node in nodes)
        most, count = found.most_common(1)[0]
        if 2 * count <= len(nodes) or len(scopes.chains[most]) <= self._base + 1:
            return ""
        return scopes.paths[most].rpartition("/")[2]


def _nodes_of(item: int | Part) -> list[int]:
    return [item] if isinstance(item, int) else item.nodes


def _shared(names: list[list[str]]) -> list[str]:
    """Return the words that all names begin with."""
    shared = []
    for words in zip(*names, strict=False):
        if any(word != words[0] for word in words):
            break
        shared.append(words[0])
    return shared
