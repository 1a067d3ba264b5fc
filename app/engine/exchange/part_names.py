"""Names for what folding makes: ids and pins from the names of the model's nodes, pages from those of the scopes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")
_NUMBER = re.compile(r"[_\-. ]?\d+\Z")
_LEAST_LAYERS, _MOST_LAYERS = 3, 0.9  # that bear one number: so many at least, and of all this share
_MOST = 40  # characters of an id


class Ids:
    """Gives ids that are free on a page."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        """Begin with those that are taken."""
        self._taken = set(taken)
        self._counts: dict[str, int] = {}

    def give(self, name: str) -> str:
        """Return the name as an id, with a number where it is taken."""
        stem = safe(name)
        given, count = stem, self._counts.get(stem, 1)
        while given in self._taken:
            count += 1
            given = f"{stem}_{count}"
        self._counts[stem] = count
        self._taken.add(given)
        return given


def safe(name: str) -> str:
    """Return a name as an id may be."""
    found = _UNSAFE.sub("_", name).strip("_-")
    return found[-_MOST:].lstrip("_-") or "block"


def within(name: str, path: str) -> str:
    """Return what is left of a node's name inside a scope, which may bear more words in front than the name has."""
    if path and name.startswith(path):
        return name[len(path) :].lstrip("/_") or name.rpartition("/")[2]
    parts = path.split("/") if path else []
    for first in range(1, len(parts)):
        end = "/".join(parts[first:])
        if name.startswith(end):
            return name[len(end) :].lstrip("/_") or name.rpartition("/")[2]
    return name


def short(name: str, symbol: str) -> str:
    """Return a node's name without its last part where that says no more than what kind of block it is."""
    scope, _, last = name.rpartition("/")
    return scope if scope and _plain(last) == _plain(symbol.removeprefix("raw.")) else name


def without_number(name: str) -> str:
    """Return a name without the number at its end."""
    return _NUMBER.sub("", name) or name


def last_of(name: str, symbol: str) -> str:
    """Return the last part of a node's name that says something."""
    return short(name, symbol).rpartition("/")[2]


def _plain(word: str) -> str:
    return _NUMBER.sub("", word).lower()


def tidied(names: Sequence[str], counted: Iterable[str]) -> list[str]:
    """Return names of nodes without the number that nearly all layers of those ``counted`` bear.

    So it is where a model was written out once more.
    """
    layers = dict.fromkeys(scope for name in counted for scope in name.split("/")[:-1])
    numbers = Counter(found.group() for layer in layers if (found := _NUMBER.search(layer)))
    number, count = numbers.most_common(1)[0] if numbers else ("", 0)
    if count < _LEAST_LAYERS or count < _MOST_LAYERS * len(layers):
        return list(names)
    bare = {layer: layer.removesuffix(number) for layer in layers}
    if len(set(bare.values())) < len(bare):
        return list(names)
    tidy = []
    for name in names:
        *scopes, last = name.split("/")
        tidy.append("/".join([*(bare.get(scope, scope) for scope in scopes), last]))
    return tidy


def common_name(names: Collection[str]) -> str:
    """Return one name for parts that share a page: theirs without numbers, or the words that all or most have."""
    stems = Counter(_NUMBER.sub("", name) or name for name in names)
    if len(stems) == 1:
        return next(iter(stems))
    words = [re.split(r"[_\d]+", name) for name in names]
    others = [{word.lower() for word in other} for other in words]
    shared = [word for word in words[0] if len(word) > 1 and all(word.lower() in other for other in others)]
    if shared:
        return "_".join(dict.fromkeys(shared))
    usual = [word for word, count in _counted(words).items() if len(word) > 1 and count > len(names) / 2]
    if usual:
        return "_".join(usual)
    return ", ".join(sorted(stems)) if len(stems) <= 3 else stems.most_common(1)[0][0]


def _counted(names: Iterable[Iterable[str]]) -> Counter[str]:
    """Count in how many names each word stands, as it is written first, the first word first."""
    written: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for words in names:
        counts.update(list(dict.fromkeys(written.setdefault(word.lower(), word) for word in words)))
    return counts
