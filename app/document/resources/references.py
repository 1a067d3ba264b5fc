"""Which texts of a page name files, and what for: a string is followed from its pin to where it is used."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal as OneOf

from app.document.literals.formatter import format_literal, format_literal_list, quoted
from app.document.literals.parser import parse_literal, parse_literal_list
from app.document.literals.types import Literal, LiteralError
from app.document.literals.values import parse_string
from app.document.model.diagram import Block, Page, PinRef
from app.document.model.function_page import ARGUMENT, ARGUMENT_DEFAULT, RESULT
from app.document.model.symbols import Symbols
from app.document.model.topology import WireIndex
from blocks.op_facts.dtype_pins import CONSTANTS
from blocks.op_facts.harmless_ops import is_no_name
from blocks.op_facts.passed_strings import DEQUEUES, ENQUEUES, PASSING
from blocks.op_facts.side_effects import EFFECTS, Effect, Place, place_at
from blocks.symbol import Pin, Symbol

Purpose = OneOf["read", "checkpoint", "write", "other"]

# A folder to be read or a pattern need not be there, nor is another one looked for.
_NAMES_FILES = frozenset({"path", "prefix", "checkpoint"})
_MOST_STEPS = 2000  # blocks that one string is followed through


@dataclass(frozen=True)
class FileText:
    """A pin's text that names files. ``names`` are its strings; ``with_names`` gives the text with others."""

    block: str
    pin: str  # as it is spelt in the block
    names: tuple[str, ...]
    purpose: Purpose
    with_names: Callable[[list[str]], str]
    users: tuple[PinRef, ...] = ()  # the pins where the string ends, if that is not this one


@dataclass
class FileTexts:
    """Finds the texts of one page. ``catalog`` gives the symbols, ``wires`` are the page's where they are known."""

    page: Page
    catalog: Symbols
    wires: WireIndex | None = None

    def all(self) -> Iterator[FileText]:
        """Yield what names files, in file order. Texts that do not read are left to the checks."""
        return self.of(self.page.blocks.values())

    def of(self, blocks: Iterable[Block]) -> Iterator[FileText]:
        """Yield what names files in some blocks of the page."""
        for block in blocks:
            if not block.pins or block.off:
                continue
            for name, text in block.pins.items():  # most texts are numbers
                if type(text) is not str:
                    continue
                if '"' in text or name in _NAMING or (block.symbol in _BARE and _may_name(block, name)):
                    yield from self._of_block(block)
                    break

    def _of_block(self, block: Block) -> Iterator[FileText]:
        symbol: Symbol | None = None
        for name, text in block.pins.items():
            if type(text) is not str or not text or not (_may_name(block, name) or '"' in text):
                continue
            symbol = symbol or self.catalog.get(block.symbol)
            pin = symbol.pin(name, "in") if symbol is not None else None
            if symbol is None or pin is None:
                continue
            found = self._of_pin(block, symbol, pin, name, text)
            if found is not None:
                yield found

    def _of_pin(self, block: Block, symbol: Symbol, pin: Pin, spelt: str, text: str) -> FileText | None:
        names, with_names = _strings(block, symbol, pin, text)
        if not names:
            return None
        at = PinRef(block.id, pin.name)
        own = purpose_of(symbol, pin)
        if own is not None:
            return FileText(block.id, spelt, names, own, with_names)
        if symbol.name in CONSTANTS or symbol.name == ARGUMENT:
            starts = [PinRef(block.id, "")]
        elif self._at(at)[1]:
            starts = [at]  # typed into an op that passes it on
        else:
            return None if self._is_no_name(at) else FileText(block.id, spelt, names, "other", with_names)
        if self._only_computes(starts[0]):
            return None
        users = self._users(starts)
        purposes = {purpose for purpose, _ in users}
        for purpose in ("write", "checkpoint", "read"):  # what is written anywhere is never looked for
            if purpose in purposes:
                ends = tuple(ref for known, ref in users if known == purpose)
                return FileText(block.id, spelt, names, purpose, with_names, ends)
        return FileText(block.id, spelt, names, "other", with_names)

    def _only_computes(self, start: PinRef) -> bool:
        """Return whether a block's outputs go to nothing but pins of which the text is no name, as a pattern's."""
        ends = [] if start.pin else [wire.target for wire in self._index().leaving.get(start.block, ())]
        return bool(ends) and all(self._is_no_name(end) for end in ends)

    def _is_no_name(self, end: PinRef) -> bool:
        block = self.page.blocks.get(end.block)
        symbol = self.catalog.get(block.symbol) if block is not None and not block.off else None
        pin = symbol.pin(end.pin, "in") if symbol is not None else None
        if symbol is None or symbol.op is None or pin is None:
            return False
        return purpose_of(symbol, pin) is None and is_no_name(symbol.op, pin.arg or pin.name)

    def _users(self, starts: list[PinRef]) -> list[tuple[Purpose, PinRef]]:
        """Follow a string along wires, through ops that pass it on and through queues, to ops that use it as a name.

        A start with an empty pin stands for the block's outputs, else for an input that the string is typed into.
        """
        found: list[tuple[Purpose, PinRef]] = []
        seen: set[PinRef] = set(starts)
        waiting = deque(starts)
        while waiting and len(seen) < _MOST_STEPS:
            here = waiting.popleft()
            ends = [here] if here.pin else [w.target for w in self._index().leaving.get(here.block, ())]
            for end in ends:
                purpose, next_block = self._at(end)
                if purpose is not None:
                    found.append((purpose, end))
                follow = PinRef(next_block, "") if next_block else None
                if follow is not None and follow not in seen:
                    seen.add(follow)
                    waiting.append(follow)
        return found

    def _at(self, end: PinRef) -> tuple[Purpose | None, str]:
        """Return what becomes of a string at an input pin: how it is used, and the block that passes it on."""
        block = self.page.blocks.get(end.block)
        symbol = self.catalog.get(block.symbol) if block is not None and not block.off else None
        if symbol is None:
            return None, ""
        if symbol.op in DEQUEUES or symbol.name in ("InputList", ARGUMENT, RESULT):
            return None, end.block
        pin = symbol.pin(end.pin, "in")
        if pin is None or symbol.op is None:
            return None, ""
        purpose = purpose_of(symbol, pin)
        if purpose is not None:
            return purpose, ""
        place = place_at(symbol, pin)
        if place is not None and place.kind == "queue":
            return "read", ""
        if symbol.op in ENQUEUES:
            return None, self._handle_of(end.block) if pin.arg == "components" else ""
        return None, end.block if pin.arg == PASSING.get(symbol.op, "") else ""

    def _handle_of(self, block: str) -> str:
        """Return the queue that a block puts into, "" where none is wired."""
        wires = self._index().entering.get(block, ())
        return next((w.source.block for w in reversed(wires) if w.target.pin == "handle"), "")

    def _index(self) -> WireIndex:
        if self.wires is None:
            self.wires = WireIndex(self.page.wires)
        return self.wires


def may_name_files(block: Block) -> bool:
    """Return whether a text of a block, attrs aside, may be a string: it may name a file, here or where it is used."""
    return any(
        type(text) is str and text != "" and name != "attrs" and ('"' in text or _may_name(block, name))
        for name, text in block.pins.items()
    )


def purpose_of(symbol: Symbol, pin: Pin) -> Purpose | None:
    """Return what an op does with the file that an input pin names; None for pins that name none."""
    place = place_at(symbol, pin)
    return None if place is None else _purpose(place)


def _purpose(place: Place) -> Purpose | None:
    if place.kind == "folder" and Effect.WRITES_FILES in place.effect:
        return "write"
    if place.kind not in _NAMES_FILES:
        return None
    if Effect.WRITES_FILES in place.effect:
        return "write"
    return "checkpoint" if place.kind == "checkpoint" else "read"


_BARE = frozenset(
    {ARGUMENT, "Const_ex"}
)  # of these a pin may be a string without quotes by what stands there
_NAMING = frozenset(p.argument for e in EFFECTS.values() for p in e.places if _purpose(p) is not None)


def _may_name(block: Block, pin: str) -> bool:
    """Return whether the texts of a pin, by its name, are strings without quotes, too."""
    if pin in _NAMING:
        return True
    if block.symbol == ARGUMENT and pin == ARGUMENT_DEFAULT:
        text = block.pins.get(pin)
        return isinstance(text, str) and _is_bare(text)
    return block.symbol == "Const_ex" and pin == "val" and "STRING" in str(block.pins.get("dtype"))


def _strings(
    block: Block, symbol: Symbol, pin: Pin, text: str
) -> tuple[tuple[str, ...], Callable[[list[str]], str]]:
    """Return the strings of a text, and what writes the text with others in their place; none where it has none."""
    nothing: tuple[tuple[str, ...], Callable[[list[str]], str]] = ((), lambda names: text)
    try:
        if pin.kind == "string":
            return ((parse_string(text),), lambda names: quoted(names[0])) if "file" in pin.name else nothing
        if pin.kind == "list(tensor)":
            return _of_literals(parse_literal_list(text, pin.dtype), text)
        if pin.kind not in ("tensor", "client_tensor", "tensor_value"):
            return nothing
        dtype = "DT_STRING" if block.symbol == "Const_ex" and '"' not in text else pin.dtype
        if block.symbol == ARGUMENT and '"' not in text:
            dtype = "DT_STRING" if _is_bare(text) else None
        return _of_literals([parse_literal(text, dtype)], text, one=True)
    except LiteralError:
        return nothing


@lru_cache(maxsize=1024)
def _is_bare(text: str) -> bool:
    """Return whether a text reads only as a string without quotes."""
    try:
        parse_literal(text, None)
    except LiteralError:
        return True
    return False


def _of_literals(
    literals: list[Literal], text: str, one: bool = False
) -> tuple[tuple[str, ...], Callable[[list[str]], str]]:
    if not literals or any(literal.dtype != "DT_STRING" for literal in literals):
        return (), lambda names: text
    flat = [bytes(v) for literal in literals for v in literal.values]  # type: ignore[arg-type]
    names = tuple(v.decode("utf-8", "surrogateescape") for v in flat)

    def with_names(new: list[str]) -> str:
        if tuple(new) == names:
            return text
        rest = iter(name.encode("utf-8", "surrogateescape") for name in new)
        made = [Literal(k.dtype, k.shape, tuple(next(rest) for _ in k.values)) for k in literals]
        return format_literal(made[0]) if one else format_literal_list(made)

    return names, with_names
