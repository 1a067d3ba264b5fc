"""Parts of a page that are built alike: equal up to constants and initial values, whatever their blocks are called.

A part is written down from its outputs on, each block behind those that it needs, in the order of its pins: parts that
read the same are of one *kind*, and share a page where what differs can be given at each use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from app.document.literals.parser import guess_dtype
from app.document.literals.types import LiteralError
from app.document.literals.values import parse_value
from app.document.model.diagram import ArrayRef, Block, PinText
from app.engine.exchange.circles import needed_first
from app.engine.exchange.flat_page import FlatPage
from app.engine.exchange.parts import MOST_BLOCKS, MOST_VALUES, Part, mark_of
from blocks.catalog import Catalog

_START, _SHAPE, _VALUE = "initvalues", "shape", "val"
_NUMBER = re.compile(r"[-+0-9.eEf]+\Z")
_NUMBERS = re.compile(r"[-+0-9.eEf, ]+\Z")
_LARGE = re.compile(r"\d{10}")
_PIN = itemgetter(0)

_Entry = tuple[str | int, int, int | None]  # what a unit takes: pin, line, the unit in the part that gives it


class Value(NamedTuple):
    """A constant or initial value in a part: the unit that holds it, the pin (of a part the number), the text.

    ``taker`` is the kind of block and its pin, None where a text has its dtype from other pins of the block.
    """

    unit: int
    pin: str | int
    text: PinText
    taker: tuple[str, str] | None


@dataclass(eq=False)
class Built:
    """A part as it is built: its units in the order of its kind, the lines that lead in and out, its values."""

    part: Part
    kind: Kind
    units: list[int | Part]
    into: list[int]
    out_of: list[int]
    values: list[Value] = field(default_factory=list)


@dataclass(eq=False)
class Kind:
    """Parts that are built alike.

    ``differing`` are the numbers of the values that are not the same in all; ``following`` says by number which of
    these another value always is the same as.
    """

    members: list[Built] = field(default_factory=list)
    is_shared: bool = False
    differing: list[int] = field(default_factory=list)
    following: dict[int, int] = field(default_factory=dict)

    @property
    def first(self) -> Built:
        """The part that the page is made from."""
        return self.members[0]


class Kinds:
    """Sorts the parts of a page by how they are built."""

    def __init__(self, flat: FlatPage, blocks: Sequence[Block], root: Part) -> None:
        """Sort the parts within ``root``, inner ones first; ``blocks`` are those of the page as they come to be."""
        self._flat, self._blocks = flat, blocks
        self._texts = _Texts(flat.catalog)
        self._known: dict[int, tuple[object, list[tuple[str | int, PinText]]]] = {}
        self._kinds: dict[object, Kind] = {}
        self._symbols: dict[object, int] = {}
        self._takers: dict[tuple[str, str], tuple[str, str] | None] = {}
        self.built: dict[Part, Built] = {}
        for part in reversed(list(root.all_parts())):
            if part is not root:
                self._build(part)
        for kind in self._kinds.values():
            self._share(kind)

    def __iter__(self) -> Iterator[Kind]:
        """Give the kinds, inner ones first."""
        return iter(self._kinds.values())

    def values_of(self, unit: int | Part) -> list[tuple[str | int, PinText]]:
        """Return the values of a block by pin, or those of a part that its page gets from its uses, by number."""
        if isinstance(unit, int):
            return self._read(unit)[1]
        built = self.built[unit]
        return [(number, built.values[number].text) for number in built.kind.differing]

    # --- writing down
    def _build(self, part: Part) -> None:
        owner: dict[int, int] = {}
        for i, item in enumerate(part.items):
            if isinstance(item, int):
                owner[item] = i
            else:
                owner.update(dict.fromkeys(item.nodes, i))
        entries = [self._entries(item, owner) for item in part.items]
        order = self._in_order(part, entries)
        place = {unit: i for i, unit in enumerate(order)}
        into: dict[int, int] = {}
        written: list[object] = []
        for unit in order:
            row: list[object] = [self._symbol(part.items[unit])]
            for pin, line, source in entries[unit]:
                if source is None:
                    row += (pin, -1 - into.setdefault(line, len(into)))
                else:
                    row += (pin, place[source], self._output(part.items[source], line))
            written.append(tuple(row))
        out_of = self._out_of(part, owner, place)
        for line in out_of:
            unit = owner[self._flat.line_source[line]]
            written.append((place[unit], self._output(part.items[unit], line)))
        kind = self._kinds.setdefault(tuple(written), Kind())
        built = Built(part, kind, [part.items[unit] for unit in order], list(into), out_of)
        kind.members.append(built)
        self.built[part] = built

    def _entries(self, item: int | Part, owner: dict[int, int]) -> list[_Entry]:
        """Return what a unit takes, in the order of the pins (of a part their numbers)."""
        source = self._flat.line_source
        if not isinstance(item, int):
            return [(i, line, owner.get(source[line])) for i, line in enumerate(self.built[item].into)]
        found = self._flat.entering[item]
        if len(found) > 1:
            found = sorted(found, key=_PIN)
        return [(pin, line, owner.get(source[line])) for pin, line in found]

    def _output(self, item: int | Part, line: int) -> object:
        if isinstance(item, int):
            return self._flat.lines[line][1:]
        return self.built[item].out_of.index(line)

    def _symbol(self, item: int | Part) -> int:
        """Return a number for what a unit is, without its values."""
        key = self._read(item)[0] if isinstance(item, int) else id(self.built[item].kind)
        return self._symbols.setdefault(key, len(self._symbols))

    def _read(self, node: int) -> tuple[object, list[tuple[str | int, PinText]]]:
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._texts.of(self._blocks[node])
        return found

    def _in_order(self, part: Part, entries: list[list[_Entry]]) -> list[int]:
        """Return the units, each behind what it needs; those that nothing here takes are begun with."""
        before: list[list[int]] = []
        taken: set[int] = set()
        closed = self._flat.closed
        for unit, found in enumerate(entries):
            sources = [source for _, _, source in found if source is not None and source != unit]
            item = part.items[unit]
            if closed and isinstance(item, int) and closed.get(item):
                sources = [s for s in sources if part.items[s] not in closed[item]]
            before.append(sources)
            taken.update(sources)
        ends = [unit for unit in range(len(entries)) if unit not in taken]
        ends.sort(key=lambda unit: self._symbol(part.items[unit]))
        return needed_first(ends, before)

    def _out_of(self, part: Part, owner: dict[int, int], place: dict[int, int]) -> list[int]:
        flat = self._flat
        found = {line for node in part.nodes for line, taker in flat.leaving[node] if taker not in owner}

        def rank(line: int) -> tuple[int, str, int]:
            source, pin, index = flat.lines[line]
            unit = owner[source]
            item = part.items[unit]
            if isinstance(item, Part):
                return place[unit], "", self.built[item].out_of.index(line)
            return place[unit], pin, -1 if index is None else index

        return sorted(found, key=rank)

    # --- sharing
    def _share(self, kind: Kind) -> None:
        """Say which values of a kind differ, and whether its members share a page."""
        reading = self._flat.reading
        kind.members.sort(key=lambda built: reading[mark_of(built.part)])
        for built in kind.members:
            built.values = [
                Value(i, pin, text, self._taker(unit, pin))
                for i, unit in enumerate(built.units)
                for pin, text in self.values_of(unit)
            ]
        first = kind.first
        within = [unit for unit in first.units if isinstance(unit, Part)]
        if len(kind.members) < 2 or not all(self.built[unit].kind.is_shared for unit in within):
            return
        rows = list(zip(*([value.text for value in built.values] for built in kind.members), strict=True))
        differing = [i for i, row in enumerate(rows) if any(text != row[0] for text in row)]
        places = [(reading[mark_of(first.units[value.unit])], value.pin) for value in first.values]
        differing.sort(key=lambda i: (places[i][0], str(places[i][1]), i))
        leading: dict[object, int] = {}
        following: dict[int, int] = {}
        for i in differing:
            taker = first.values[i].taker
            led = i if taker is None else leading.setdefault((taker, rows[i]), i)
            if led != i:
                following[i] = led
        differing = [i for i in differing if i not in following]
        blocks = len(first.units) + len(first.into) + len(first.out_of) + len(differing)
        if blocks <= MOST_BLOCKS and len(differing) <= MOST_VALUES:
            kind.is_shared, kind.differing, kind.following = True, differing, following

    def _taker(self, unit: int | Part, pin: str | int) -> tuple[str, str] | None:
        """Return what takes a value where the same text means the same to all that are built so."""
        if isinstance(unit, Part):
            return self.built[unit].values[int(pin)].taker
        name = self._blocks[unit].symbol
        key = (name, str(pin))
        if key not in self._takers:
            symbol = self._flat.symbol(unit)
            op = self._flat.catalog.op(symbol.op) if symbol is not None and symbol.op else None
            known = symbol.pin(str(pin), "in") if symbol is not None else None
            arg = (
                next((a for a in op.inputs if known is not None and a.name == known.arg), None)
                if op
                else None
            )
            alone = (
                op is not None
                and arg is not None
                and sum(a.type_attr == arg.type_attr for a in op.inputs) == 1
            )
            self._takers[key] = key if alone or (arg is not None and arg.dtype is not None) else None
        return self._takers[key]


class _Texts:
    """Splits the texts of a block into those that say how it is built and the values in it."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._pins: dict[str, frozenset[str] | None] = {}  # by symbol those that take one tensor; None: all

    def of(self, block: Block) -> tuple[object, list[tuple[str | int, PinText]]]:
        """Return what a block is, as something to compare, and its values."""
        if not block.pins:
            return (block.symbol, block.device) if block.device else block.symbol, []
        if block.symbol not in self._pins:
            self._pins[block.symbol] = self._tensors(block.symbol)
        tensors = self._pins[block.symbol]
        fixed: list[object] = [block.symbol, block.device]
        values: list[tuple[str | int, PinText]] = []
        for pin, text in block.pins.items():
            if text != "" and (tensors is None or pin in tensors):
                values.append((pin, text))
            elif not (pin == _SHAPE and shape_follows(block)):
                fixed.append((pin, text))
        values.sort(key=lambda value: str(value[0]))
        fixed += [pin if pin != _VALUE else (pin, _dtype(text)) for pin, text in values]
        fixed[2:] = sorted(fixed[2:], key=str)
        return tuple(fixed), values

    def _tensors(self, name: str) -> frozenset[str] | None:
        symbol = self._catalog.get(name)
        if symbol is None:
            return None
        return frozenset(p.name for p in symbol.inputs if p.kind == "tensor")


def shape_follows(block: Block) -> bool:
    """Return whether a Variable's shape is that of the value that it begins with, so that it need not say it."""
    start, shape = block.pins.get(_START), block.pins.get(_SHAPE)
    if block.symbol != "Variable" or not start or not isinstance(shape, str):
        return False
    try:
        sizes = parse_value("shape", shape)
    except LiteralError:
        return False
    if sizes is None or -1 in sizes:
        return False
    return isinstance(start, ArrayRef) or tuple(sizes) == _plain_shape(start)


def _plain_shape(text: str) -> tuple[int, ...] | None:
    """Return the shape of a text that is one number or one list of numbers; None of any other."""
    if not text.startswith("{"):
        return () if _NUMBER.match(text) else None
    inner = text[1:-1]
    return (text.count(",") + 1,) if inner and text.endswith("}") and _NUMBERS.match(inner) else None


def _dtype(text: PinText) -> str | None:
    """Return what of a text fixes the dtype; all of it where that depends on how large the numbers are."""
    if not isinstance(text, str):
        return None
    dtype = guess_dtype(text)
    return text if dtype == "DT_INT32" and _LARGE.search(text) else dtype
