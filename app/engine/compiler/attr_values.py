"""Judges the values of a block's attrs by what its op allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.document.model.sentence import Sentence, say
from app.engine.compiler.errors import PinFault
from app.engine.compiler.known_attrs import labels
from blocks.dtypes import label
from blocks.op_facts.attr_values import ATTR_VALUES, ATTRS_OF_DTYPES, EXCLUSIVE, RISING
from blocks.op_facts.datasets import ELEMENT_SHAPES, ELEMENT_TYPES
from blocks.op_facts.fatal_inputs import MOST_OUTPUTS
from blocks.op_facts.siblings import DRAWING_WHOLE_NUMBERS, TAKING_CLASS_NUMBERS
from blocks.requirement import Actual, InRange, Requirement, exactly
from blocks.symbol import Op, OpAttr


def value_faults(op: Op, attr: OpAttr, value: Any, pin: str | None, is_count: bool) -> Iterator[PinFault]:
    """Yield the faults of an attr's value; ``pin`` is the one that says it.

    ``is_count``: so many outputs does the block have.
    """
    if attr.allowed and attr.type == "type" and value not in attr.allowed:
        needs = Requirement(dtypes=labels(attr.allowed))
        sentence = say("dtype.refused-for", op=op.name, dtype=label(value), where=pin or attr.name)
        hint = _instead(op, pin, str(value)) or say("hint.it-takes", needs=needs)
        yield PinFault("bad-dtype", pin, sentence, needs, Actual(dtype=label(value)), hint)
    elif attr.allowed and attr.type == "list(type)":
        for one in [v for v in value or () if v not in attr.allowed][:1]:
            sentence = say("dtype.refused-for", op=op.name, dtype=label(one), where=pin or attr.name)
            needs = Requirement(dtypes=labels(attr.allowed))
            likely = _in_other_bits(attr, one)
            yield PinFault("bad-dtype", pin, sentence, needs, Actual(dtype=label(one)), likely)
    elif (wrong := _wrong_word(op, attr, value)) is not None:
        names = _words(op, attr)
        sentence = say("attr.not-one-of", attr=attr.name, value=wrong, names=names)
        yield PinFault("bad-attr-value", pin, sentence, Requirement(names=names), Actual(name=wrong))
    elif attr.minimum is not None and isinstance(value, int) and value < attr.minimum:
        sentence = say("attr.too-small", attr=attr.name, value=value, least=attr.minimum)
        needs = Requirement(count=InRange(attr.minimum))
        yield PinFault("bad-count" if pin else "bad-attr-value", pin, sentence, needs, Actual(count=value))
    elif pin is not None and isinstance(value, int) and (known := _range(op, attr)) and value not in known:
        needs, there = Requirement(values=InRange(known[0], known[-1])), Actual(value=str(value))
        sentence = say("input.requires-gets", input=pin, needs=needs, actual=there)
        yield PinFault("bad-attr-value", pin, sentence, needs, there)
    elif (op.name, attr.name) in RISING and list(value or ()) != sorted(value or ()):
        typed = ",".join(f"{n:g}" for n in value)
        order, there = say("needs.rising-order"), Actual(value=f"{{{typed}}}")
        sentence = say("input.requires-gets", input=pin or f"{attr.name}_", needs=order, actual=there)
        yield PinFault("bad-attr-value", pin, sentence, order, there)
    if (
        is_count and isinstance(value, int) and value > MOST_OUTPUTS
    ):  # a slip of the finger would fill the memory
        sentence = say("attr.too-many-outputs", attr=attr.name, value=value, most=MOST_OUTPUTS)
        needs = Requirement(count=InRange(None, MOST_OUTPUTS))
        yield PinFault("bad-count", pin, sentence, needs, Actual(count=value))


def _in_other_bits(attr: OpAttr, dtype: str) -> Sentence | None:
    """Return the hint to the dtype that a list takes for the same kind of numbers."""
    if dtype == "DT_INT32" and "DT_INT64" in (attr.allowed or ()):
        return say("hint.cast-whole-numbers")
    if dtype == "DT_DOUBLE" and "DT_FLOAT" in (attr.allowed or ()):
        return say("hint.write-f")
    return None


def _instead(op: Op, pin: str | None, dtype: str) -> Sentence | None:
    """Return the hint to the op that takes the whole numbers which this one refuses."""
    if "INT" not in dtype:
        return None
    whole, classes = DRAWING_WHOLE_NUMBERS.get(op.name), TAKING_CLASS_NUMBERS.get(op.name)
    if whole:
        return say("hint.whole-numbers", block=whole)
    return say("hint.class-numbers", block=classes) if classes and pin == "labels" else None


def shape_count_fault(op: Op, attrs: Mapping[str, Any], pins: Mapping[str, str]) -> PinFault | None:
    """Return the fault of a list of shapes that is not as long as the list of dtypes beside it; None for none.

    ``pins`` are those that say the attrs. An op that takes no shapes as unknown ones may have none.
    """
    for name in sorted(ELEMENT_SHAPES & attrs.keys() & pins.keys()):
        attr, shapes = op.attr(name), attrs[name]
        types = next((attrs[other] for other in sorted(ELEMENT_TYPES) if attrs.get(other)), None)
        if attr is None or not types or shapes is None or len(shapes) == len(types):
            continue
        if shapes or not attr.has_default:
            needs, there = exactly(len(types)), Actual(count=len(shapes))
            sentence = say("input.requires-gets", input=pins[name], needs=needs, actual=there)
            return PinFault("bad-count", pins[name], sentence, needs, there, say("hint.single-shapes"))
    return None


def too_few_classes(attrs: Mapping[str, Any], pins: Mapping[str, str]) -> PinFault | None:
    """Return the fault of a sampler that is to draw more different classes than there are; None for none."""
    count, classes = attrs.get("num_sampled"), attrs.get("range_max")
    if not attrs.get("unique") or not isinstance(count, int) or not isinstance(classes, int):
        return None
    if count <= classes or classes < 1:
        return None
    needs, actual = Requirement(values=InRange(1, classes)), Actual(value=str(count))
    sentence = say("sampler.too-few", needs=needs, actual=actual, classes=classes)
    return PinFault("bad-attr-value", pins.get("num_sampled"), sentence, needs, actual)


def format_fault(op: Op, attrs: Mapping[str, Any], pins: Mapping[str, str]) -> PinFault | None:
    """Return the fault of an attr that is not for the dtype of the op's input, or not beside another; None for none.

    ``pins`` has the pin of each of the op's inputs.
    """
    for attr in op.attrs:
        taken, value = ATTRS_OF_DTYPES.get((op.name, attr.name)), attrs.get(attr.name)
        if taken is None or value in (None, attr.default):
            continue
        for arg in op.inputs:
            dtype = attrs.get(arg.type_attr or "")
            if dtype is not None and dtype not in taken:
                return _not_of_dtype(attr, value, pins.get(arg.name, arg.name), str(dtype), taken)
    one, other = EXCLUSIVE.get(op.name, ("", ""))
    if not (attrs.get(one) and attrs.get(other)):
        return None
    one, other, actual = f"{one}_", f"{other}_", say("actual.both")
    sentence, needs = say("attr.clash", one=one, other=other), say("needs.one-of-two", one=one, other=other)
    return PinFault("bad-attr-value", "attrs", sentence, needs, actual)


def _not_of_dtype(attr: OpAttr, value: Any, pin: str, dtype: str, taken: Sequence[str]) -> PinFault:
    name, there = f"{attr.name}_", _typed(value)
    of = Requirement(dtypes=labels(taken))
    sentence = say("attr.not-of-dtype", attr=name, value=there, input=pin, dtype=label(dtype), needs=of)
    needs = say("needs.value-or-dtype", value=_typed(attr.default), needs=of, input=pin)
    actual = say("actual.for-dtype", value=there, dtype=label(dtype))
    hint = say("hint.without-attr", attr=name, input=pin)
    return PinFault("bad-attr-value", "attrs", sentence, needs, actual, hint, related=(pin,))


def _typed(value: Any) -> str:
    """Return how a value is typed."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _range(op: Op, attr: OpAttr) -> range | None:
    """Return the range of numbers that the kernel takes, where it takes one."""
    known = ATTR_VALUES.get((op.name, attr.name))
    return known if isinstance(known, range) else None


def _wrong_word(op: Op, attr: OpAttr, value: Any) -> str | None:
    """Return the first word of an attr that it does not take; None where it takes all."""
    if attr.type not in ("string", "list(string)") or not (names := _words(op, attr)):
        return None
    words = [value] if attr.type == "string" else value or ()
    return next((str(word) for word in words if word not in names), None)


def _words(op: Op, attr: OpAttr) -> tuple[str, ...]:
    """Return the words that an attr takes, by the registry or by its kernel; none where all are taken."""
    known = attr.allowed or ATTR_VALUES.get((op.name, attr.name), ())
    return tuple(word for word in known if isinstance(word, str))
