"""Judges the values of a block's attrs by what its op allows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.document.model.sentence import say
from app.engine.compiler.errors import PinFault
from app.engine.compiler.known_attrs import labels
from blocks.dtypes import label
from blocks.op_facts.attr_values import ATTR_VALUES
from blocks.op_facts.fatal_inputs import MOST_OUTPUTS
from blocks.requirement import Actual, InRange, Requirement
from blocks.symbol import Op, OpAttr


def value_faults(op: Op, attr: OpAttr, value: Any, pin: str | None, is_count: bool) -> Iterator[PinFault]:
    """Yield the faults of an attr's value; ``pin`` is the one that says it.

    ``is_count``: so many outputs does the block have.
    """
    if attr.allowed and attr.type == "type" and value not in attr.allowed:
        needs = Requirement(dtypes=labels(attr.allowed))
        sentence = say("dtype.refused-for", op=op.name, dtype=label(value), where=pin or attr.name)
        hint = say("hint.it-takes", needs=needs)
        yield PinFault("bad-dtype", pin, sentence, needs, Actual(dtype=label(value)), hint)
    elif attr.allowed and attr.type == "list(type)":
        for one in [v for v in value or () if v not in attr.allowed][:1]:
            sentence = say("dtype.refused", op=op.name, dtype=label(one))
            needs = Requirement(dtypes=labels(attr.allowed))
            yield PinFault("bad-dtype", pin, sentence, needs, Actual(dtype=label(one)))
    elif attr.type == "string" and (names := _words(op, attr)) and value not in names:
        sentence = say("attr.not-one-of", attr=attr.name, value=str(value), names=names)
        yield PinFault("bad-attr-value", pin, sentence, Requirement(names=names), Actual(name=str(value)))
    elif attr.minimum is not None and isinstance(value, int) and value < attr.minimum:
        sentence = say("attr.too-small", attr=attr.name, value=value, least=attr.minimum)
        needs = Requirement(count=InRange(attr.minimum))
        yield PinFault("bad-count" if pin else "bad-attr-value", pin, sentence, needs, Actual(count=value))
    elif pin is not None and isinstance(value, int) and (known := _range(op, attr)) and value not in known:
        needs, there = Requirement(values=InRange(known[0], known[-1])), Actual(value=str(value))
        sentence = say("input.requires-gets", input=pin, needs=needs, actual=there)
        yield PinFault("bad-attr-value", pin, sentence, needs, there)
    if (
        is_count and isinstance(value, int) and value > MOST_OUTPUTS
    ):  # a slip of the finger would fill the memory
        sentence = say("attr.too-many-outputs", attr=attr.name, value=value, most=MOST_OUTPUTS)
        needs = Requirement(count=InRange(None, MOST_OUTPUTS))
        yield PinFault("bad-count", pin, sentence, needs, Actual(count=value))


def _range(op: Op, attr: OpAttr) -> range | None:
    """Return the range of numbers that the kernel takes, where it takes one."""
    known = ATTR_VALUES.get((op.name, attr.name))
    return known if isinstance(known, range) else None


def _words(op: Op, attr: OpAttr) -> tuple[str, ...]:
    """Return the words that an attr takes, by the registry or by its kernel; none where all are taken."""
    known = attr.allowed or ATTR_VALUES.get((op.name, attr.name), ())
    return tuple(word for word in known if isinstance(word, str))
