"""The catalog: looks up symbols and ops in the shipped snapshot, in milliseconds and without TensorFlow."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from blocks import search
from blocks.assets import asset
from blocks.op_facts.side_effects import Effect
from blocks.symbol import Op, Symbol
from blocks.synonyms import SYNONYMS

T = TypeVar("T")


class IndexEntry(msgspec.Struct, array_like=True):
    """What the palette and the search need of a symbol without reading it whole."""

    name: str
    title: str  # on one line
    op: str | None
    available: bool


class OwnSymbol(NamedTuple):
    """A symbol that a project brings itself, with the op behind it (None: it has none), its help, what it may touch."""

    symbol: Symbol
    op: Op | None
    help: str = ""
    effect: Effect = Effect.NONE


class _Index(msgspec.Struct):
    tensorflow: str
    categories: dict[str, list[IndexEntry]]


class _Ops(msgspec.Struct):
    ops: dict[str, msgspec.Raw]


class _Symbols(msgspec.Struct):
    symbols: dict[str, msgspec.Raw]


class _Help(msgspec.Struct):
    help: dict[str, str]


# Made before any thread asks: one that decodes a type while another prepares it can end the process.
_SYMBOL, _OP = msgspec.json.Decoder(Symbol), msgspec.json.Decoder(Op)
_INDEX, _OPS = msgspec.json.Decoder(_Index), msgspec.json.Decoder(_Ops)
_SYMBOLS, _HELP = msgspec.json.Decoder(_Symbols), msgspec.json.Decoder(_Help)


class Catalog:
    """The snapshot in one folder. What is asked for is read and decoded then, and kept."""

    def __init__(self, folder: Path) -> None:
        """Read the index; raises OSError or ``msgspec.DecodeError`` where it is missing or damaged."""
        self._folder = folder
        self._index = self._read("index.json", _INDEX)
        self._category = {
            entry.name: category for category, entries in self._index.categories.items() for entry in entries
        }
        self._by_op: dict[str, str] = {}
        for entries in self._index.categories.values():
            for entry in entries:
                if entry.op:
                    self._by_op.setdefault(entry.op, entry.name)
        self._symbols: dict[str, Symbol] = {}
        self._raw: dict[str, dict[str, msgspec.Raw]] = {}
        self._helps: dict[str, dict[str, str]] = {}
        self._raw_ops: dict[str, msgspec.Raw] | None = None
        self._ops: dict[str, Op] = {}
        self._searcher: search.Searcher | None = None
        self._own: Mapping[str, OwnSymbol] = {}

    def with_own(self, own: Mapping[str, OwnSymbol]) -> Catalog:
        """Return a catalog that has a project's own symbols besides; what is read of the snapshot both share."""
        made = copy.copy(self)
        made.set_own(own)
        return made

    def set_own(self, own: Mapping[str, OwnSymbol]) -> None:
        """Have these symbols in place of the project's own so far."""
        self._own = dict(own)
        self._searcher = None

    @property
    def own(self) -> Mapping[str, OwnSymbol]:
        """The symbols that the project brings itself, by name."""
        return self._own

    @property
    def tensorflow(self) -> str:
        """The version of TensorFlow that the snapshot was made from, as ``2.21.0``."""
        return self._index.tensorflow

    def names(self) -> list[str]:
        """Return all symbols' names in the palette's order."""
        return [*self._own, *self._category]

    def categories(self) -> list[tuple[str, list[str]]]:
        """Return the categories with their symbols' names, in the palette's order; the project's own come first."""
        own: dict[str, list[str]] = {}
        for name, entry in self._own.items():
            own.setdefault(entry.symbol.category, []).append(name)
        shipped = ((c, [entry.name for entry in entries]) for c, entries in self._index.categories.items())
        return [*own.items(), *shipped]

    def resolve(self, name: str) -> str | None:
        """Return the symbol's name for its own or its op's name (``ConcatV2`` -> ``Concat``); or None."""
        if name in self._own or name in self._category:
            return name
        return self._by_op.get(name.removeprefix("raw."))

    def get(self, name: str) -> Symbol | None:
        """Return the symbol of that name (or of the op of that name), or None."""
        if name in self._symbols:
            return self._symbols[name]
        if name in self._own:
            return self._own[name].symbol
        found = self.resolve(name)
        if found is None:
            return None
        if found not in self._symbols:
            raw = self._raw_symbols(self._category[found])[found]
            self._symbols[found] = _SYMBOL.decode(raw)
        self._symbols[name] = self._symbols[found]
        return self._symbols[name]

    def op(self, name: str) -> Op | None:
        """Return the signature of a TensorFlow op, or None where TensorFlow has no public op of this name."""
        if name in self._ops:
            return self._ops[name]
        if name in self._own:
            return self._own[name].op
        if self._raw_ops is None:
            self._raw_ops = self._read("ops.json", _OPS).ops
        if name not in self._raw_ops:
            return None
        self._ops[name] = _OP.decode(self._raw_ops[name])
        return self._ops[name]

    def help(self, name: str) -> str:
        """Return the help text of a symbol ("" = none, or no such symbol)."""
        if name in self._own:
            return self._own[name].help
        found = self.resolve(name)
        return self._help_of(self._category[found]).get(found, "") if found else ""

    def search(self, words: str) -> list[str]:
        """Return the names of the symbols that fit all words, best first; no words = all symbols."""
        if self._searcher is None:
            entries = [_own_entry(entry) for entry in self._own.values()]
            entries += [
                _search_entry(e, category)
                for category, members in self._index.categories.items()
                for e in members
            ]
            self._searcher = search.Searcher(entries, self.help)
        return self._searcher.find(words)

    def _raw_symbols(self, category: str) -> dict[str, msgspec.Raw]:
        if category not in self._raw:
            self._raw[category] = self._read(f"symbols/{category}.json", _SYMBOLS).symbols
        return self._raw[category]

    def _help_of(self, category: str) -> dict[str, str]:
        if category not in self._helps:
            self._helps[category] = self._read(f"help/{category}.json", _HELP).help
        return self._helps[category]

    def _read(self, name: str, decoder: msgspec.json.Decoder[T]) -> T:
        return decoder.decode((self._folder / name).read_bytes())


def _search_entry(entry: IndexEntry, category: str) -> search.Entry:
    op = (entry.op or "").lower()
    about = f"{entry.title} {category} {op}".lower()
    return search.Entry(entry.name, about, op, entry.available, SYNONYMS.get(entry.name, ()))


def _own_entry(own: OwnSymbol) -> search.Entry:
    symbol = own.symbol
    return search.Entry(symbol.name, " ".join(symbol.title).lower(), symbol.title[0].lower())


@cache
def load() -> Catalog:
    """Return the shipped catalog; one for the whole process."""
    return Catalog(asset("catalog"))
