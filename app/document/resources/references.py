"""Which texts of a page name files, and what for: a string is followed from its pin to where it is used."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal as OneOf

from app.document.literals.formatter import format_literal, format_literal_list, quoted
from app.document.literals.parser import parse_literal, parse_literal_list
from app.document.literals.types import Literal, LiteralError
from app.document.literals.values import parse_string
from app.document.model.diagram import Block, Page, PinRef
from app.document.model.symbols import Symbols
from app.document.resources.side_effects import WRITERS
from blocks.symbol import Pin, Symbol

Purpose = OneOf["read", "checkpoint", "write", "other"]

# Input pins of ops that read the files which they name; the pin's name alone says so, but of ops that write.
_READ = frozenset({"filename", "filenames", "new_vocab_file", "old_vocab_file", "chunk_file"})
_CHECKPOINT = frozenset({"ckpt_path", "file_pattern"})  # named without its ending
_WRITTEN = frozenset({pin for pin, _ in WRITERS.values()} | {"prefix", "checkpoint_prefixes"}) - {"", "attrs"}
_CHECKPOINT_OPS = frozenset(
    {"Restore", "RestoreSlice", "RestoreV2", "LoadAndRemapMatrix", "MergeV2Checkpoints"}
)
_QUEUE_READERS = frozenset({"ReaderReadV2", "ReaderReadUpToV2", "ReaderRead", "ReaderReadUpTo"})
_CONSTS = frozenset({"Const", "Const_ex"})
# Ops that pass strings on as they are, and the pins that they come in by ("" = any).
_PASSING = {
    "Identity": "", "Pack": "", "ConcatV2": "", "Reshape": "tensor", "ExpandDims": "input", "Squeeze": "",
    "Unpack": "", "Switch": "data", "Merge": "inputs", "RefSwitch": "data", "RandomShuffle": "value",
    "Slice": "input", "StridedSlice": "input", "GatherV2": "params", "ReverseV2": "tensor", "Tile": "input",
    "StopGradient": "", "PlaceholderWithDefault": "input", "ShardedFilename": "basename", "Fill": "value",
    "IdentityN": "", "Snapshot": "", "StringStrip": "", "EnsureShape": "", "Where": "",
}  # fmt: skip
_DEQUEUES = ("QueueDequeue", "QueueDequeueMany", "QueueDequeueUpTo", "Unstage", "MapUnstage")
_ENQUEUES = ("QueueEnqueue", "QueueEnqueueMany")
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
    """Finds the texts of one page. ``catalog`` gives the symbols."""

    page: Page
    catalog: Symbols
    _after: dict[str, list[PinRef]] | None = field(default=None, init=False)
    _handles: dict[str, str] = field(default_factory=dict, init=False)  # enqueuing block -> its queue

    def all(self) -> Iterator[FileText]:
        """Yield what names files, in file order. Texts that do not read are left to the checks."""
        for block in self.page.blocks.values():
            if block.pins and not block.off:
                yield from self._of_block(block)

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
        own = purpose_of(symbol, pin.name)
        if own is not None:
            return FileText(block.id, spelt, names, own, with_names)
        if symbol.name in _CONSTS:
            starts = [PinRef(block.id, "")]
        elif self._at(at)[1]:
            starts = [at]  # typed into an op that passes it on
        else:
            return FileText(block.id, spelt, names, "other", with_names)
        users = self._users(starts)
        purposes = {purpose for purpose, _ in users}
        for purpose in ("write", "checkpoint", "read"):  # what is written anywhere is never looked for
            if purpose in purposes:
                ends = tuple(ref for known, ref in users if known == purpose)
                return FileText(block.id, spelt, names, purpose, with_names, ends)
        return FileText(block.id, spelt, names, "other", with_names)

    def _users(self, starts: list[PinRef]) -> list[tuple[Purpose, PinRef]]:
        """Follow a string along wires, through ops that pass it on and through queues, to ops that use it as a name.

        A start with an empty pin stands for the block's outputs, else for an input that the string is typed into.
        """
        found: list[tuple[Purpose, PinRef]] = []
        seen: set[PinRef] = set(starts)
        waiting = deque(starts)
        while waiting and len(seen) < _MOST_STEPS:
            here = waiting.popleft()
            ends = [here] if here.pin else self._wires().get(here.block, [])
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
        pin = symbol.pin(end.pin, "in")
        name, op = (pin.name if pin else end.pin), symbol.op or ""
        purpose = purpose_of(symbol, name)
        if purpose is not None:
            return purpose, ""
        if op in _QUEUE_READERS:
            return ("read", "") if name == "queue_handle" else (None, "")
        if op.removesuffix("V2") in _ENQUEUES:
            self._wires()
            return (None, self._handles.get(end.block, "")) if name == "components" else (None, "")
        if op.removesuffix("V2") in _DEQUEUES or symbol.name == "InputList":
            return None, end.block
        way = _PASSING.get(op)
        return None, end.block if way is not None and way in ("", name) else ""

    def _wires(self) -> dict[str, list[PinRef]]:
        """Return the ends of all wires by the block that they start from."""
        if self._after is None:
            self._after = defaultdict(list)
            for wire in self.page.wires:
                self._after[wire.source.block].append(wire.target)
                if wire.target.pin == "handle":
                    self._handles[wire.target.block] = wire.source.block
        return self._after


def purpose_of(symbol: Symbol, pin: str) -> Purpose | None:
    """Return what an op does with the file that an input pin names; None for pins that name none."""
    writes = WRITERS.get(symbol.name.removeprefix("raw.")) or WRITERS.get(symbol.op or "")
    if writes is not None and writes[0] == pin and pin != "attrs":
        return "write"
    op = symbol.op or ""
    if (op, pin) == ("MergeV2Checkpoints", "checkpoint_prefixes"):
        return "write"  # it deletes them
    if (pin in _CHECKPOINT and op in _CHECKPOINT_OPS) or (op == "RestoreV2" and pin == "prefix"):
        return "checkpoint"
    if pin in _READ and writes is None and op != "ShardedFilename":
        return "read"
    return None


def _may_name(block: Block, pin: str) -> bool:
    """Return whether the texts of a pin are strings without quotes, too."""
    if pin in _READ or pin in _CHECKPOINT or pin in _WRITTEN:
        return True
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
        return _of_literals([parse_literal(text, dtype)], text, one=True)
    except LiteralError:
        return nothing


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
