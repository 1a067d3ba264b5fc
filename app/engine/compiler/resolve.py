"""Resolves one block: from texts and the dtypes of its wires to op attrs, constants and output dtypes.

Pure and cached: blocks of the same symbol with equal texts and equal wires resolve once per process.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from app.document.literals.attrs import read_attrs
from app.document.literals.parser import parse_literal, parse_literal_list
from app.document.literals.types import LiteralError, actual_text
from app.document.literals.values import parse_value
from app.document.model.sentence import Sentence, say
from app.engine.compiler.attr_values import format_fault, shape_count_fault, too_few_classes, value_faults
from app.engine.compiler.constants import int_vector, pack
from app.engine.compiler.errors import PinFault
from app.engine.compiler.fatal_inputs import attr_faults, constant_faults
from app.engine.compiler.known_attrs import KnownAttrs, labels
from app.engine.compiler.plan import Constant
from blocks.catalog import load
from blocks.dtypes import label
from blocks.op_facts.fatal_inputs import FOLLOWING_TYPES, MOST_OUTPUTS
from blocks.op_facts.traits import VECTORS_OF_NAMES
from blocks.requirement import Actual, Requirement
from blocks.symbol import Op, OpArg, Pin, Symbol

# The order in which literals of different dtypes on one type attr agree: the widest wins.
_WIDTH = (
    "DT_BOOL",
    "DT_INT32",
    "DT_INT64",
    "DT_FLOAT",
    "DT_DOUBLE",
    "DT_COMPLEX64",
    "DT_COMPLEX128",
    "DT_STRING",
)


# What the wires bring to one pin: its name, DT_ names in order, and whether all are references.
Wired = tuple[str, tuple[str, ...], bool]


class OutPin(NamedTuple):
    """The tensors of one output pin: their index among the node's outputs, and their dtypes."""

    pin: str
    first: int
    dtypes: tuple[str, ...]
    is_ref: bool
    is_list: bool


class Resolved(msgspec.Struct, frozen=True, gc=False):
    """One block resolved. ``inputs`` lists op inputs in order: (pin, constant or None for the pin's wires)."""

    attrs: dict[str, Any]
    inputs: tuple[tuple[str, tuple[Constant, ...] | None], ...]
    outputs: tuple[OutPin, ...]
    faults: tuple[PinFault, ...]
    is_operation: bool  # a pin stands for the op itself
    complete: bool  # False: not enough is known to build it (a fault says why, or an input is missing)


Text = str | Constant
Key = tuple[tuple[str, Text], ...]


@lru_cache(maxsize=20_000)
def resolve(
    name: str, texts: Key, wired: tuple[Wired, ...], known: tuple[tuple[str, Any], ...] = ()
) -> Resolved:
    """Resolve a block of an ordinary op symbol; ``texts`` holds typed pins, ``wired`` pins with wires.

    ``known`` are attrs that follow from what the block takes, where no pin says otherwise.
    """
    catalog = load()
    symbol = catalog.get(name)
    assert symbol is not None
    assert symbol.op is not None
    op = catalog.op(symbol.op)
    assert op is not None
    return resolve_own(symbol, op, texts, wired, known)


def resolve_own(
    symbol: Symbol, op: Op, texts: Key, wired: Iterable[Wired], known: Iterable[tuple[str, Any]] = ()
) -> Resolved:
    """Resolve a block of a symbol that a project brings itself; nothing is remembered."""
    wires = {pin: (dtypes, refs) for pin, dtypes, refs in wired}
    return _Resolution(symbol, op, dict(texts), wires, known).result()


@lru_cache(maxsize=2_000)
def text_faults(name: str, texts: Key) -> tuple[PinFault, ...]:
    """Return what is wrong with the attrs and value pins of a block whatever its wires bring."""
    catalog = load()
    symbol = catalog.get(name)
    op = catalog.op(symbol.op) if symbol is not None and symbol.op else None
    if symbol is None or op is None:
        return ()
    return _Resolution(symbol, op, dict(texts), {}).own_faults()


class _Resolution:
    """The work of one resolve call; kept apart so that each step is a short method."""

    def __init__(
        self,
        symbol: Symbol,
        op: Op,
        texts: dict[str, Text],
        wired: dict[str, tuple[tuple[str, ...], bool]],
        known: Iterable[tuple[str, Any]] = (),
    ) -> None:
        self.symbol, self.op, self.texts, self.wired = symbol, op, texts, wired
        self.attrs = KnownAttrs(op, {**symbol.fixed_attrs, **dict(known)}, self.fault)
        self.faults: list[PinFault] = []
        self.complete = True
        self.pins = {p.arg: p for p in symbol.inputs if p.arg}
        self.literals: dict[str, tuple[Constant, ...]] = {}

    def result(self) -> Resolved:
        """Read texts and wires, in the order in which dtypes are known, and return what the block becomes."""
        self._read_attrs_text()
        self._read_value_pins()
        self._read_wires()
        self._read_literals()
        self._finish_attrs()
        self.faults += attr_faults(self.symbol, self.op, self.attrs.values)
        self.faults += constant_faults(self.op, self.pins, self.literals)
        inputs = tuple(
            (self.pins[a.name].name, self.literals.get(a.name)) for a in self.op.inputs if a.name in self.pins
        )
        outputs = self._outputs() if self.complete else ()
        is_operation = any(p.kind == "operation" for p in self.symbol.outputs)
        complete = self.complete and not self.faults
        return Resolved(self.attrs.values, inputs, outputs, tuple(self.faults), is_operation, complete)

    def own_faults(self) -> tuple[PinFault, ...]:
        """Return what is wrong with the attrs and value pins alone."""
        self._read_attrs_text()
        self._read_value_pins()
        self.complete = False  # nothing is said of what is missing
        self._finish_attrs()
        return (*self.faults, *attr_faults(self.symbol, self.op, self.attrs.values))

    def fault(self, code: str, pin: str | None, sentence: Sentence, **more: Any) -> None:
        self.faults.append(PinFault(code, pin, sentence, **more))
        self.complete = False

    # --- attrs -----------------------------------------------------------------------------------------------

    def _read_attrs_text(self) -> None:
        for pin in self.symbol.inputs:
            text = self.texts.get(pin.name)
            if pin.kind == "attrs" and isinstance(text, str):
                values, problems = read_attrs(text, self.symbol)
                self.attrs.values.update({k: v for k, v in values.items() if self.op.attr(k)})
                for p in problems:
                    if p.severity == "error":
                        self.fault(
                            p.code,
                            pin.name,
                            p.sentence,
                            requirement=p.requirement,
                            actual=p.actual,
                            hint=p.hint,
                        )

    def _read_value_pins(self) -> None:
        for pin in self.symbol.inputs:
            if not pin.attr or pin.kind in ("attrs", "func", "list(func)"):
                continue  # a page's name counts for the function that is made of it
            text = self.texts.get(pin.name)
            if text is None or text == "":
                text = pin.default
            if text is None or not isinstance(text, str):
                continue
            try:
                value = parse_value(pin.kind, text)
            except LiteralError as problem:
                self.fault(
                    "bad-literal", pin.name, problem.sentence, actual=actual_text(text), hint=problem.hint
                )
                continue
            self.attrs.note(pin.attr, value, pin.name)

    # --- wires -----------------------------------------------------------------------------------------------

    def _read_wires(self) -> None:
        for arg in self.op.inputs:
            pin = self.pins.get(arg.name)
            if pin is None or pin.name not in self.wired:
                continue
            dtypes, refs = self.wired[pin.name]
            if arg.is_ref and not refs:
                self.fault(
                    "dtype-conflict", pin.name,
                    say("pin.reference-not-value", pin=pin.name),
                    requirement=Requirement(form="reference"),
                    actual=Actual(dtype=label(dtypes[0]) if dtypes else None, name="value"),
                )  # fmt: skip
            self.attrs.take(arg, pin, dtypes)

    # --- literals --------------------------------------------------------------------------------------------

    def _read_literals(self) -> None:
        open_args: dict[str, list[OpArg]] = {}
        for arg in self.op.inputs:
            pin = self.pins.get(arg.name)
            if pin is None or pin.name in self.wired:
                continue
            text = self.texts.get(pin.name)
            if text is None or text == "":
                self._missing(arg, pin)
            elif arg.type_attr and arg.type_attr not in self.attrs.values and not isinstance(text, Constant):
                open_args.setdefault(arg.type_attr, []).append(arg)
            else:
                self._read_literal(arg, pin, text)
        for attr, args in open_args.items():
            self._guess_type(attr, args)
            for arg in args:
                self._read_literal(arg, self.pins[arg.name], self.texts[self.pins[arg.name].name])

    def _missing(self, arg: OpArg, pin: Pin) -> None:
        if pin.default is not None and not arg.number_attr and not arg.type_list_attr:
            self._read_literal(arg, pin, pin.default)
        elif arg.number_attr or arg.type_list_attr:
            listed = self.op.attr(arg.number_attr or arg.type_list_attr or "")
            if listed is not None and (listed.minimum or 0) > 0:
                self.complete = False  # the structure check names it
                return
            if arg.number_attr:
                self.attrs.set_count(arg.number_attr, pin, 0)
            else:
                self.attrs.set_list(arg, pin, [])
            self.literals[arg.name] = ()
        else:
            self.complete = False  # the structure check names it

    def _guess_type(self, attr: str, args: list[OpArg]) -> None:
        """Fix a type attr by the widest of the texts; the op's default where the text's dtype is not allowed."""
        guesses = []
        for arg in args:
            pin = self.pins[arg.name]
            try:
                guesses += [pin.dtype] if pin.dtype else [v.dtype for v in self._parse(arg, pin, None)]
            except LiteralError:
                continue  # read again, and reported, by _read_literal
        guess = max(guesses, key=lambda d: _WIDTH.index(d) if d in _WIDTH else -1, default=None)
        known = self.op.attr(attr)
        if known is None or guess is None:
            return
        if known.allowed and guess not in known.allowed and known.has_default:
            guess = known.default
        self.attrs.note(attr, guess, self.pins[args[0].name].name)

    def _parse(self, arg: OpArg, pin: Pin, dtype: str | None) -> list[Any]:
        text = self.texts.get(pin.name, pin.default)
        assert isinstance(text, str)
        if pin.kind == "shape":
            shape = parse_value("shape", text)
            if shape is None:
                raise LiteralError(say("literal.sizes-missing"))
            return [int_vector(tuple(shape))]
        if pin.kind not in ("tensor", "list(tensor)"):
            dtype = dtype or arg.dtype
        if arg.number_attr or arg.type_list_attr:
            known = self.attrs.values.get(arg.type_list_attr or "")
            same = arg.number_attr is not None  # else each part has a dtype of its own
            return list(parse_literal_list(text, list(known) if known else dtype, one_dtype=same))
        return [parse_literal(text, dtype)]

    def _read_literal(self, arg: OpArg, pin: Pin, text: Text) -> None:
        dtype = arg.dtype or (self.attrs.values.get(arg.type_attr) if arg.type_attr else None) or pin.dtype
        if isinstance(text, Constant):
            constants: tuple[Constant, ...] = (text,)
        else:
            try:
                constants = tuple(pack(v) for v in self._parse(arg, pin, dtype))
            except LiteralError as problem:
                known = self.op.attr(arg.type_attr) if arg.type_attr else None
                if dtype and known is not None and known.allowed and dtype not in known.allowed:
                    self.complete = False  # the pin that brings the dtype is named
                    return
                needs = Requirement(dtypes=labels([dtype])) if dtype else None
                self.fault(
                    "bad-literal", pin.name, problem.sentence,
                    requirement=needs, actual=actual_text(text), hint=problem.hint,
                )  # fmt: skip
                return
        if arg.name in VECTORS_OF_NAMES:
            constants = tuple(replace(c, shape=(1,)) if c.shape == () else c for c in constants)
        if arg.is_ref:
            self.fault(
                "unwired-input", pin.name, say("pin.reference-not-text", pin=pin.name),
                requirement=Requirement(form="wire-from-variable"),
            )  # fmt: skip
            return
        self.literals[arg.name] = constants
        self.attrs.take(arg, pin, [c.dtype for c in constants])

    # --- the rest --------------------------------------------------------------------------------------------

    def _finish_attrs(self) -> None:
        counts = {a.number_attr for a in self.op.outputs}
        for attr in self.op.attrs:
            leader, values = FOLLOWING_TYPES.get((self.op.name, attr.name), ("", {}))
            if attr.name not in self.attrs.values and self.attrs.values.get(leader) in values:
                self.attrs.values[attr.name] = values[self.attrs.values[leader]]
            value = self.attrs.values.get(attr.name)
            if value is None and attr.name not in self.attrs.values:
                if not attr.has_default:
                    self._explain_missing(attr.name)
                continue
            pin = self.attrs.said_by.get(attr.name)
            for fault in value_faults(self.op, attr, value, pin, is_count=attr.name in counts):
                self.faults.append(fault if fault.pin else fault._replace(pin=self._attrs_pin()))
                self.complete = False

        values, pins = self.attrs.values, self.attrs.said_by
        for together in (
            shape_count_fault(self.op, values, pins),
            too_few_classes(values, pins),
            format_fault(self.op, values, {arg: pin.name for arg, pin in self.pins.items()}),
        ):
            if together is not None:
                self.faults.append(together)
                self.complete = False

    def _attrs_pin(self) -> str | None:
        return next((p.name for p in self.symbol.inputs if p.kind == "attrs"), None)

    def _explain_missing(self, attr: str) -> None:
        if not self.complete:
            return  # follows from the fault already found
        args = [a for a in self.op.inputs if attr in (a.type_attr, a.number_attr, a.type_list_attr)]
        pin = next((p.name for p in self.symbol.inputs if p.attr == attr), None)
        if pin is None and args:
            pin = self.pins[args[0].name].name if args[0].name in self.pins else None
        code = "unknown-dtype" if args else "missing-attr"
        self.fault(
            code,
            pin,
            say("attr.missing", op=self.op.name, attr=attr),
            hint=say("hint.type-pin", pin=pin or f"{attr}_"),
        )

    def _outputs(self) -> tuple[OutPin, ...]:
        pins = {p.arg: p for p in self.symbol.outputs if p.arg}
        found, first = [], 0
        for arg in self.op.outputs:
            dtypes = self._output_dtypes(arg)
            pin = pins.get(arg.name)
            if pin is not None:
                is_list = bool(arg.number_attr or arg.type_list_attr)
                found.append(OutPin(pin.name, first, dtypes, arg.is_ref, is_list))
            first += len(dtypes)
        return tuple(found)

    def _output_dtypes(self, arg: OpArg) -> tuple[str, ...]:
        def attr(name: str) -> Any:
            known = self.op.attr(name)
            return self.attrs.values.get(name, known.default if known else None)

        if arg.type_list_attr:
            return tuple(attr(arg.type_list_attr) or ())
        dtype = arg.dtype or attr(arg.type_attr or "")
        count = min(attr(arg.number_attr) or 0, MOST_OUTPUTS) if arg.number_attr else 1
        return (dtype,) * count
