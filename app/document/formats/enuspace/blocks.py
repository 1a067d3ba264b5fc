"""From placed symbols to blocks: pin texts as they stand, typed arrays as literals or array files."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.document.formats.enuspace.arrays import (
    DTYPE_OF,
    Array,
    ArrayFault,
    Flat,
    literal_text,
    read_flat,
    read_packed,
)
from app.document.formats.enuspace.elements import PinValue, Use
from app.document.formats.enuspace.placement import rounded
from app.document.formats.report import Report, at_pin
from app.document.literals.parser import guess_dtype, parse_literal
from app.document.literals.types import LiteralError
from app.document.literals.values import parse_dtype
from app.document.model.diagram import ArrayRef, Block, PinText
from app.document.model.sentence import say
from blocks.catalog import Catalog
from blocks.op_facts.dtype_pins import CONSTANTS, OWN_TENSORS
from blocks.op_facts.traits import VECTORS_OF_NAMES
from blocks.symbol import Pin, Symbol

_SIZES = re.compile(r"(?:\[\s*-?\d+\s*\])+")  # a shape where a tensor of sizes belongs
_SIZE = re.compile(r"-?\d+")
_AS_TEXT = 100  # values; the original keeps longer arrays in its binary file, a converted project in an npz


@dataclass
class BlockMaker:
    """Makes the blocks of one page. What it reads on the way stays with it: arrays, saved results."""

    catalog: Catalog
    dat: bytes
    report: Report
    npz: str | None = None  # the file that larger arrays will be written to; None: they become texts
    typed: dict[tuple[str, str], Array] = field(default_factory=dict)  # by block and pin
    stored: dict[str, Array] = field(default_factory=dict)  # by key of the npz file
    saved: dict[tuple[str, str], PinValue] = field(default_factory=dict)  # results, by block and result pin

    def make(self, use: Use, block_id: str, wired: Collection[str]) -> Block:
        """Return the block of a placed symbol; ``wired`` are its input pins that wires end at."""
        symbol = self.catalog.get(use.symbol)
        pins: dict[str, PinText] = {}
        texts = {value.name: value.value.strip() for value in use.pins}
        for value in use.pins:
            if value.name.startswith("result_"):
                self.saved[block_id, value.name] = value
                continue
            pin = symbol.pin(value.name, "in") if symbol else None
            if self._is_no_input(symbol, value.name, pin):
                continue
            name = pin.name if pin else value.name
            if name in wired:
                self._report_wired(block_id, name, value)
                continue
            text = self._text(_Place(block_id, symbol, use.symbol, name, pin), value, texts)
            if text is None:
                continue
            if pin is None:
                self.report.add("kept", block_id, at_pin(name, say("enuspace.no-pin", symbol=use.symbol)))
            pins.setdefault(name, text)
        label = use.id if use.id not in ("", block_id) else None
        return Block(id=block_id, symbol=use.symbol, at=rounded(use.at), pins=pins, label=label)

    @staticmethod
    def _is_no_input(symbol: Symbol | None, name: str, pin: Pin | None) -> bool:
        """Return whether it is an output or the scope, whose texts say nothing."""
        if pin is not None:
            return pin.kind == "scope"
        return name == "scope" or (symbol is not None and symbol.pin(name) is not None)

    def _report_wired(self, block_id: str, name: str, value: PinValue) -> None:
        if value.position is not None or value.value.strip():
            text = say("enuspace.text-of-wired", text=value.value[:60])
            left_out = say("enuspace.array-of-wired") if value.position is not None else text
            self.report.add("kept", block_id, at_pin(name, left_out))

    def _text(self, place: _Place, value: PinValue, texts: Mapping[str, str]) -> PinText | None:
        """Return what the pin will hold; None: nothing."""
        dtype = _dtype_of(texts.get("dtype", ""))
        try:
            flat = self._array(place, value, dtype)
        except ArrayFault as fault:
            code = "missing-array" if value.position is not None else "bad-literal"
            self.report.fail(code, fault.sentence, place.block, place.name)
            return value.value or None
        if flat is not None:
            if flat.repair:
                self.report.add("repaired", place.block, at_pin(place.name, flat.repair))
            return self._array_text(place, flat.array)
        return self._plain_text(place, value.value)

    def _array(self, place: _Place, value: PinValue, dtype: str | None) -> Flat | None:
        """Read the pin's typed array; None where it holds a text. Raises ArrayFault."""
        word = DTYPE_OF.get(value.word)
        if value.position is not None:
            packed = read_packed(self.dat, value.position, value.word, value.shape)
            return Flat(packed.cast(dtype) if dtype is not None and place.is_typed else packed)
        if not place.is_typed:
            numeric = word not in (None, "DT_STRING") and value.shape is not None
            is_tensor = place.pin is not None and place.pin.kind == "tensor"
            return read_flat(value.value, str(word), value.shape) if numeric and is_tensor else None
        if place.symbol_name not in CONSTANTS and word in (None, "DT_STRING"):
            return None
        if not value.value.strip() and (dtype or word) != "DT_STRING":
            return None
        if word is None:
            return _untyped(value, dtype)
        if dtype is not None and (word == "DT_STRING" or dtype == "DT_STRING"):
            return read_flat(value.value, dtype, value.shape)
        flat = read_flat(value.value, word, value.shape)
        return flat if dtype is None else Flat(flat.array.cast(dtype), flat.repair)

    def _array_text(self, place: _Place, read: Array) -> PinText | None:
        """Return the array as a literal, or where it will lie."""
        self.typed[place.block, place.name] = read
        if self.npz is not None and len(read.values) > _AS_TEXT and read.dtype != "DT_STRING":
            key = f"{place.block}.{place.name}"
            self.stored[key] = read
            return ArrayRef(self.npz, key)
        try:
            return literal_text(read)
        except ArrayFault as fault:
            self.report.fail("bad-literal", fault.sentence, place.block, place.name)
            return None

    def _plain_text(self, place: _Place, text: str) -> str | None:
        """Return a text as typed; None where it is blank."""
        bare = text.strip()
        if not bare:
            return None
        pin = place.pin
        if (
            place.name in VECTORS_OF_NAMES
            and pin is not None
            and "{" not in bare
            and not set(bare) & set(",;")
        ):
            self.report.add("repaired", place.block, at_pin(place.name, say("enuspace.in-braces", text=bare)))
            return f"{{{bare}}}"
        if pin is None or pin.kind != "tensor" or pin.dtype == "DT_STRING":
            return text
        if bare.isidentifier() and bare in (pin.name, pin.example):
            self.report.add("kept", place.block, at_pin(place.name, say("enuspace.own-word", word=bare)))
            return None
        sizes = _SIZES.fullmatch(bare)
        if sizes:
            repaired = "{" + ",".join(_SIZE.findall(bare)) + "}"
            written = say("enuspace.written", old=bare, new=repaired)
            self.report.add("repaired", place.block, at_pin(place.name, written))
            return repaired
        return text


@dataclass(frozen=True)
class _Place:
    """The pin that is being read."""

    block: str
    symbol: Symbol | None
    symbol_name: str
    name: str
    pin: Pin | None

    @property
    def is_typed(self) -> bool:
        return (self.symbol_name, self.name) in OWN_TENSORS


def _untyped(value: PinValue, dtype: str | None) -> Flat | None:
    """Read a Const's value that does not say its type (version 2); None where the text is a literal already."""
    text = value.value.strip()
    if dtype == "DT_STRING":
        return read_flat(value.value, dtype, value.shape) if value.shape is None and '"' not in text else None
    try:
        literal = parse_literal(text, dtype)
    except LiteralError:
        if dtype is not None or "{" in text or '"' in text:
            raise ArrayFault(say("array.no-value", text=text[:60])) from None
        return read_flat(value.value, "DT_STRING", value.shape)  # a bare word or path
    if value.shape is None or literal.shape == value.shape:
        return None
    return read_flat(text, dtype or guess_dtype(text), value.shape)


def _dtype_of(text: str) -> str | None:
    try:
        return parse_dtype(text) if text else None
    except LiteralError:
        return None
