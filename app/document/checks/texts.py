"""Checks the texts of a page's pins: each reads as its pin requires; required pins have one or a wire."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from app.document.checks.files import FileCheck
from app.document.checks.mixed_marks import mixed_marks
from app.document.checks.symbol_facts import Facts
from app.document.literals.attrs import read_attrs
from app.document.literals.parser import guess_dtype, parse_literal, parse_literal_list
from app.document.literals.repair import has_typeset_signs, repairs
from app.document.literals.types import Literal, LiteralError, actual_text
from app.document.literals.values import parse_dtype, parse_value
from app.document.model.diagram import ArrayRef, Block, PinText
from app.document.model.fix import Fix, WritePin, by_hand, write
from app.document.model.problems import Problem, error, placed, warning
from app.document.model.sentence import Sentence, say
from app.document.model.spelling import is_clear, nearest
from blocks.dtypes import DTYPES, label
from blocks.op_facts.input_shapes import BROADCAST, BROADCAST_OTHERWISE, INPUT_SHAPES
from blocks.op_facts.shape_rules import input_shape
from blocks.requirement import Actual, Requirement, ShapeOf
from blocks.symbol import Pin
from blocks.tensor_spec import Shape

_TENSORS = frozenset({"tensor", "client_tensor", "initializer", "tensor_value"})
_TEXTLESS = frozenset({"operation", "feed", "status"})
_TWO_NUMBERS = re.compile(r"\s*(?P<first>[-+]?\d+),(?P<rest>\d+(?:[eE][-+]?\d+)?(?P<type>[fF]?))\s*")
_SHORT = 200  # characters; verdicts on longer texts are not kept


class _Reading(NamedTuple):
    """What a text reads as, for one symbol's pin: problems without their block, and files that it names."""

    problems: tuple[Problem, ...]
    files: tuple[str, ...] = ()


class TextCheck:
    """Checks the pins of one block after the other; equal texts on equal pins are read once."""

    def __init__(self, wired: set[tuple[str, str]], blamed: set[tuple[str, str]], files: FileCheck) -> None:
        """Take the inputs where sound and faulty wires end, as (block, pin)."""
        self.wired, self.blamed, self.files = wired, blamed, files
        self._readings: dict[tuple[str, str, str, str | None], _Reading] = {}
        self._sound: set[tuple[str, str, object]] = set()  # (symbol, pin, text) that are right on any block

    def run(self, block: Block, facts: Facts) -> list[Problem]:
        """Return the problems of one block's texts and of its empty pins."""
        problems: list[Problem] = []
        wired, name = self.wired, block.id
        for pin_name, text in block.pins.items():
            if (name, pin_name) in wired or (block.symbol, pin_name, text) not in self._sound:
                problems += self._pin(block, facts, pin_name, text)
        if problems:
            unread = {p.pin for p in problems if p.code == "bad-literal" and p.severity == "error"}
            if unread:
                problems += [p for p in self._misshaped(block, facts) if p.pin not in unread]
        for pin_name, pin in facts.required:
            if (name, pin_name) in wired or (block.pins and _typed(block, pin)):
                continue
            if (name, pin_name) not in self.blamed:  # else the fault of the wire is the problem
                problems.append(_unwired(block, pin))
        return problems

    def _misshaped(self, block: Block, facts: Facts) -> list[Problem]:
        """Return the problems of texts whose shape the op never takes, whatever its other inputs are.

        TensorFlow says them, too, but not of a block of which another text cannot be read.
        """
        attrs_text, op = block.pins.get("attrs", ""), facts.symbol.op
        if op is None or not isinstance(attrs_text, str):
            return []
        attrs, found = read_attrs(attrs_text, facts.symbol)[0], []
        for name, text in block.pins.items():
            pin = facts.ins.get(name)
            if pin is None or pin.kind not in _TENSORS or pin.arg is None or not isinstance(text, str):
                continue
            value = None if (block.id, name) in self.wired else _literal(block, facts, pin, text)
            shape = input_shape(op, attrs, pin.arg, ()) if value is not None else None
            if value is not None and shape is not None and not _is_of_shape(value.shape, shape):
                found.append(_bad_shape(block, pin, text, value, shape))
        return found

    def _pin(self, block: Block, facts: Facts, name: str, text: PinText) -> list[Problem]:
        pin = facts.ins.get(name)
        if pin is None:
            return [_unknown_pin(block, facts, name)]
        if isinstance(text, ArrayRef):
            return self._array(block, pin, text)
        if not text or text.isspace():
            return []
        problems = self._text(block, facts, pin, text)
        on_any_block = name == pin.name and name not in facts.dtype_pins
        if not problems and on_any_block and len(text) <= _SHORT:
            self._sound.add((block.symbol, name, text))
        return problems

    def _array(self, block: Block, pin: Pin, ref: ArrayRef) -> list[Problem]:
        if (block.id, pin.name) in self.wired:
            return [_wired_and_typed(block, pin)]
        if pin.kind not in _TENSORS and pin.kind != "list(tensor)":
            sentence = say("pin.takes-no-array", pin=pin.name, kind=pin.kind)
            needs, hint = Requirement(kind=pin.kind), say("hint.type-its-value")
            return [error("bad-literal", sentence, block.id, pin.name, requirement=needs, hint=hint)]
        return self.files.array(block.id, pin.name, ref)

    def _text(self, block: Block, facts: Facts, pin: Pin, text: str) -> list[Problem]:
        if pin.kind == "scope":
            return []
        if (block.id, pin.name) in self.wired:
            return [_wired_and_typed(block, pin)]
        dtype = _dtype(block, facts, pin)
        key = (block.symbol, pin.name, text, dtype)
        reading = self._readings.get(key)
        if reading is None:
            reading = _read(facts, pin, text, dtype)
            if len(text) <= _SHORT:
                self._readings[key] = reading
        problems = [placed(p, block.id) for p in reading.problems]
        for file in reading.files:
            problems += self.files.file(block.id, pin.name, file)
        return problems


def _read(facts: Facts, pin: Pin, text: str, dtype: str | None) -> _Reading:
    if pin.kind == "attrs":
        values, problems = read_attrs(text, facts.symbol)
        return _Reading(tuple(problems), FileCheck.named_in_attrs(facts.symbol, values))
    if pin.kind in _TEXTLESS:
        sentence, hint = say("pin.takes-no-text", pin=pin.name), say("hint.wire-instead")
        return _Reading((error("bad-literal", sentence, None, pin.name, hint=hint),))
    try:
        value = _value(facts, pin, text, dtype)
    except LiteralError as fault:
        return _Reading((_bad_literal(facts, pin, text, dtype, fault),))
    if not isinstance(value, Literal):
        return _Reading(())
    doubts = _decimal_comma(facts, pin, text, value) or mixed_marks(pin.name, text, value)
    return _Reading(doubts, FileCheck.named_in(facts.symbol, pin, value))


def _decimal_comma(facts: Facts, pin: Pin, text: str, value: Literal) -> tuple[Problem, ...]:
    """Return what is said where two numbers look like one with a decimal comma: an error where a scalar is taken.

    That is where the second one alone says its type (``0,5f``), and for all others at pins that take a scalar, or a
    tensor of any size that goes with the other inputs.
    """
    found = _TWO_NUMBERS.fullmatch(text)
    if (
        found is None
        or DTYPES[value.dtype].kind == "string"
        or (pin.dtype and DTYPES[pin.dtype].kind != "float")
    ):
        return ()
    op, argument = facts.symbol.op or "", pin.arg or ""
    is_scalar = INPUT_SHAPES.get(op, {}).get(argument) == "scalar"
    if not (op in BROADCAST or op in BROADCAST_OTHERWISE or is_scalar or found["type"]):
        return ()
    one, two = f"{found['first']}.{found['rest']}", f"{{{text.strip()}}}"
    sentence = say("pin.decimal-comma", text=text.strip(), shape=value.shape)
    hint = say("hint.write", text=one) if is_scalar else say("hint.decimal-point", one=one, two=two)
    fixes = tuple(write(pin.name, new) for new in ([one] if is_scalar else [one, two]))
    actual = Actual(value=two)
    if is_scalar:
        needs = Requirement(shape=ShapeOf(()))
        problem = error(
            "bad-literal",
            sentence,
            None,
            pin.name,
            requirement=needs,
            actual=actual,
            hint=hint,
            fixes=fixes,
        )
        return (problem,)
    return (warning("bad-literal", sentence, None, pin.name, actual=actual, hint=hint, fixes=fixes),)


def _literal(block: Block, facts: Facts, pin: Pin, text: str) -> Literal | None:
    """Return what the text of a tensor pin reads as; None where it is empty or does not read."""
    try:
        value = _value(facts, pin, text, _dtype(block, facts, pin)) if text.strip() else None
    except LiteralError:
        return None
    return value if isinstance(value, Literal) else None


def _is_of_shape(shape: Shape, needed: Shape) -> bool:
    """Return whether a shape has the sizes that are needed, as far as these are known."""
    pairs = zip(shape, needed, strict=False)
    return len(shape) == len(needed) and all(need in (None, size) for size, need in pairs)


def _bad_shape(block: Block, pin: Pin, text: str, value: Literal, shape: Shape) -> Problem:
    needs = Requirement(shape=ShapeOf(shape))
    actual = Actual(value=text.strip() if len(text) <= _SHORT else None, shape=value.shape)
    name = pin.arg or pin.name
    sentence = say("shape.refused", input=name, needs=needs, actual=actual, origin=None, beside=None)
    return error("bad-shape", sentence, block.id, pin.name, requirement=needs, actual=actual)


def _value(facts: Facts, pin: Pin, text: str, dtype: str | None) -> object:
    """Parse the text; where another pin may make it a string, it is only wrong if it is no string either."""
    if pin.kind in _TENSORS:
        try:
            return parse_literal(text, dtype)
        except LiteralError:
            if dtype is not None or pin.name not in facts.open_dtypes:
                raise
            if not _reads_as_strings(text, False):
                raise
            return None
    if pin.kind == "list(tensor)":
        try:
            return parse_literal_list(text, dtype, one_dtype=False)
        except LiteralError:
            if dtype is not None or not _reads_as_strings(text, True):
                raise
            return None
    return parse_value(pin.kind, text)


def _reads_as_strings(text: str, as_list: bool) -> bool:
    try:
        if as_list:
            parse_literal_list(text, "DT_STRING")
        else:
            parse_literal(text, "DT_STRING")
    except LiteralError:
        return False
    return True


def _dtype(block: Block, facts: Facts, pin: Pin) -> str | None:
    """Return the dtype of the literal: the pin's own, or what the block's type pin says; None by the text."""
    if pin.dtype is not None:
        return pin.dtype
    type_pin = facts.dtype_pins.get(pin.name)
    if type_pin is None:
        return None
    text = block.pins.get(type_pin)
    if text is None or not isinstance(text, str) or not text.strip():
        text = facts.ins[type_pin].default if type_pin in facts.ins else None
    try:
        return parse_dtype(text) if text else None
    except LiteralError:
        return None  # reported at the type pin


def _typed(block: Block, pin: Pin) -> bool:
    text = block.pins.get(pin.name)
    if text and (not isinstance(text, str) or not text.isspace()):
        return True
    return any(_says_something(block.pins.get(alias)) for alias in pin.aliases)


def _says_something(text: PinText | None) -> bool:
    return bool(text) and not (isinstance(text, str) and text.isspace())


def _bad_literal(facts: Facts, pin: Pin, text: str, dtype: str | None, fault: LiteralError) -> Problem:
    kind = "tensor" if pin.kind in _TENSORS else pin.kind
    numbers = facts.number_dtypes.get(pin.name, ()) if dtype is None else ()
    texts = repairs(text, lambda t: _value(facts, pin, t, dtype), kind, dtype)
    if numbers:
        texts = tuple(t for t in texts if guess_dtype(t) != "DT_STRING")
    spelt = [write(pin.name, t) for t in texts]
    if pin.kind in ("type", "list(type)") and re.sub(r"\D", "", texts[0] if texts else "") != re.sub(
        r"\D", "", text
    ):
        spelt = [by_hand(fix) for fix in spelt]  # of another width
    fixes = spelt + _other_dtypes(facts, pin, text)
    return error(
        "bad-literal",
        say("pin.unreadable-text", pin=pin.name, why=fault.sentence),
        None,
        pin.name,
        requirement=_numbers(numbers) if numbers else _type_of(pin, dtype),
        actual=actual_text(text),
        hint=_hint_of(text, texts, numbers, fault),
        fixes=tuple(fixes),
    )


def _hint_of(text: str, meant: Sequence[str], numbers: Sequence[str], fault: LiteralError) -> Sentence | None:
    """Return what helps with a text that does not read; ``meant`` are texts that it probably was to be."""
    if meant and set("()") & set(text) and "{" in meant[0]:
        return say("hint.braces", text=meant[0])
    if meant and has_typeset_signs(text):
        return say("hint.plain-signs", text=meant[0])
    return _hint_for(numbers) if numbers and _is_of_quotes(fault.hint) else fault.hint


def _numbers(dtypes: Sequence[str]) -> Sentence:
    """Return what says which numbers a pin of one of these dtypes takes."""
    kinds = {DTYPES[dtype].kind for dtype in dtypes}
    if kinds.isdisjoint(("float", "complex")):
        return say("takes.whole-numbers")
    return say("takes.numbers") if "float" in kinds else say("takes.complex")


def _hint_for(dtypes: Sequence[str]) -> Sentence:
    is_whole = all(DTYPES[dtype].kind in ("int", "uint") for dtype in dtypes)
    return say("hint.whole-number") if is_whole else say("hint.number")


def _is_of_quotes(hint: Sentence | None) -> bool:
    return hint is not None and hint.key in ("hint.quote-word", "hint.quote-text")


def _other_dtypes(facts: Facts, pin: Pin, text: str) -> list[Fix]:
    """Return the fixes that let the block's type pin say a dtype as which the text does read."""
    type_pin = facts.dtype_pins.get(pin.name)
    if type_pin is None:
        return []
    guess = guess_dtype(text)
    fixes = []
    for dtype in {"DT_DOUBLE": ("DT_FLOAT", "DT_DOUBLE"), "DT_INT32": ("DT_INT32", "DT_INT64")}.get(
        guess, (guess,)
    ):
        try:
            parse_literal(text, dtype)
        except LiteralError:
            continue
        fixes.append(write(type_pin, dtype, say("fix.make", name=type_pin, dtype=dtype)))
    return fixes[:1]


def _unknown_pin(block: Block, facts: Facts, name: str) -> Problem:
    names = tuple(p.name for p in facts.symbol.inputs if p.kind != "scope")
    near = nearest(name, names)
    symbol = facts.symbol.name
    nowhere = say("pin.text-nowhere", pin=name, symbol=symbol)
    return error(
        "unknown-pin",
        say("pin.text-at-output", pin=name, symbol=symbol) if name in facts.outs else nowhere,
        block.id,
        name,
        requirement=Requirement(names=names),
        actual=Actual(name=name),
        hint=say("hint.did-you-mean", names=near) if near else say("hint.remove-the-text"),
        fixes=_spelt_right(block, name, near, is_clear(name, names)),
    )


def _spelt_right(block: Block, name: str, near: tuple[str, ...], clear: bool) -> tuple[Fix, ...]:
    """Return the fixes that file a text under the name of a pin that is like the one given and has none."""
    text = block.pins[name]
    return tuple(
        Fix(
            say("fix.write-for", name=pin, old=name),
            (WritePin(block.id, name, None), WritePin(block.id, pin, text)),
            by_hand=not clear,
        )
        for pin in near
        if not _says_something(block.pins.get(pin))
    )


def _wired_and_typed(block: Block, pin: Pin) -> Problem:
    names = (pin.name, *pin.aliases)
    changes = tuple(WritePin(block.id, n, None) for n in names if n in block.pins)
    fix = Fix(say("fix.remove-text"), changes)
    hint = say("hint.text-or-wire")
    sentence = say("pin.wired-and-typed", pin=pin.name)
    return warning("wired-and-typed", sentence, block.id, pin.name, hint=hint, fixes=(fix,))


def _unwired(block: Block, pin: Pin) -> Problem:
    example = pin.example if not pin.wire and pin.example != pin.name else None
    if not pin.wire:
        sentence = say("pin.empty", pin=pin.name)
        hint = say("hint.type-such-as", example=example) if example else say("hint.type-a-value")
    elif pin.kind in _TENSORS or pin.kind == "list(tensor)":
        sentence, hint = say("pin.neither", pin=pin.name), say("hint.wire-or-type")
    else:
        sentence, hint = say("pin.unwired", pin=pin.name), say("hint.wire-an-output")
    return error(
        "unwired-input",
        sentence,
        block.id,
        pin.name,
        requirement=_type_of(pin, pin.dtype),
        actual=say("actual.nothing"),
        hint=hint,
    )


def _type_of(pin: Pin, dtype: str | None) -> Requirement:
    """Return what a pin's text must be: a value of this dtype, or of the pin's kind."""
    known = label(dtype)
    return Requirement(dtypes=(known,)) if known else Requirement(kind=pin.kind)
