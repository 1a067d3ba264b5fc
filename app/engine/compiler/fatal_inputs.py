"""Static checks of what would end the whole process: strides that are not positive, inputs of a wrong rank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.document.model.sentence import say
from app.engine.compiler.errors import PinFault
from app.engine.compiler.plan import Constant
from blocks.op_facts.fatal_inputs import (
    FATAL_ATTRS,
    FATAL_RANKS,
    FATAL_UNLESS_POSITIVE,
    LARGEST_STRIDE,
    READ_AS_INT32,
    READ_AS_TYPE,
)
from blocks.op_facts.window_sizes import window_length
from blocks.requirement import (
    Actual,
    Elementwise,
    InRange,
    RankOf,
    Requirement,
    ShapeOf,
    accepts,
    exactly,
    of_dtypes,
)
from blocks.symbol import Op, Pin, Symbol

_RANK_CODES = {0: "not-scalar", 1: "not-vector"}

_WHOLE = Requirement(values=InRange(-(2**31), 2**31 - 1))  # what an attr takes that a kernel reads as int32


def attr_faults(symbol: Symbol, op: Op, attrs: Mapping[str, Any]) -> list[PinFault]:
    """Return a fault for each stride, kernel size or rate that is not positive, or too large for the kernels.

    They divide by the numbers, and read them as int32.
    """
    faults = []
    for name in sorted(FATAL_UNLESS_POSITIVE & attrs.keys()):
        value = attrs[name]
        numbers = value if isinstance(value, (list, tuple)) else [value]
        bad = [n for n in numbers if isinstance(n, (int, float)) and not 0 < n <= LARGEST_STRIDE]
        if bad:
            pin = next((p.name for p in symbol.inputs if p.attr == name), "attrs")
            if bad[0] > LARGEST_STRIDE:
                needs = Requirement(values=InRange(1, LARGEST_STRIDE))
                sentence = say("attr.not-in-range", attr=name, value=bad[0], op=op.name, needs=needs)
            else:
                needs = Requirement(count=InRange(0, open=True))
                sentence = say("attr.not-positive", attr=name, value=bad[0], op=op.name)
            faults.append(PinFault("bad-stride", pin, sentence, needs, Actual(value=str(bad[0]))))
    return (
        faults
        + _stack_faults(op, attrs)
        + _range_faults(symbol, op, attrs)
        + _length_faults(symbol, op, attrs)
        + _type_faults(op, attrs)
    )


def _type_faults(op: Op, attrs: Mapping[str, Any]) -> list[PinFault]:
    """Return a fault where inputs have another dtype than the attr by which the kernel reads them."""
    listed, named = READ_AS_TYPE.get(op.name, ("", ""))
    said = attrs.get(named)
    other = next((t for t in attrs.get(listed) or () if t != said), None)
    if said is None or other is None:
        return []
    needs, actual = of_dtypes(other), Actual(dtype=said)
    sentence = say("input.requires-gets", input=named, needs=needs, actual=actual)
    return [PinFault("bad-attr-value", named, sentence, needs, actual)]


def _stack_faults(op: Op, attrs: Mapping[str, Any]) -> list[PinFault]:
    """Return a fault where ParallelConcat is to make more or fewer rows than it is given: it reads foreign memory."""
    shape, count = attrs.get("shape"), attrs.get("N")
    if op.name != "ParallelConcat" or not shape or count is None or shape[0] in (count, None, -1):
        return []
    needs, actual = Requirement(shape=ShapeOf((count, *shape[1:]))), Actual(shape=tuple(shape))
    sentence = say("input.requires-gets", input="shape", needs=needs, actual=actual)
    return [PinFault("bad-shape", "shape", sentence, needs, actual)]


def _range_faults(symbol: Symbol, op: Op, attrs: Mapping[str, Any]) -> list[PinFault]:
    """Return a fault for each attr whose number the op's kernel would not survive."""
    faults = []
    for name, given in attrs.items():
        needs = FATAL_ATTRS.get((op.name, name)) or (_WHOLE if name in READ_AS_INT32 else None)
        if needs is None or not isinstance(needs.values, Elementwise):
            continue
        numbers = given if isinstance(given, (list, tuple)) else [given]
        value = next(
            (n for n in numbers if isinstance(n, (int, float)) and not accepts(needs.values, n)), None
        )
        if value is None:
            continue
        pin = next((p.name for p in symbol.inputs if p.attr == name), "attrs")
        sentence = say("attr.not-in-range", attr=name, value=value, op=op.name, needs=needs)
        faults.append(PinFault("bad-attr-value", pin, sentence, needs, Actual(value=str(value))))
    return faults


def _length_faults(symbol: Symbol, op: Op, attrs: Mapping[str, Any]) -> list[PinFault]:
    """Return a fault for each list of strides, sizes or rates that is not as long as the op's inputs have ranks."""
    faults = []
    for name, value in attrs.items():
        length = window_length(op.name, name)
        if length is None or not isinstance(value, (list, tuple)) or len(value) == length:
            continue
        pin = next((p.name for p in symbol.inputs if p.attr == name), "attrs")
        sentence = say("attr.wrong-length", attr=name, count=len(value), op=op.name, length=length)
        faults.append(PinFault("bad-count", pin, sentence, exactly(length), Actual(count=len(value))))
    return faults


def constant_faults(
    op: Op, pins: Mapping[str, Pin], literals: Mapping[str, tuple[Constant, ...]]
) -> list[PinFault]:
    """Return a fault for each literal whose rank the op's kernel would not survive."""
    faults = []
    for arg, constants in literals.items():
        rank = FATAL_RANKS.get((op.name, arg), -1)
        for constant in constants if rank >= 0 else ():
            if len(constant.shape) != rank:
                pin, shape = pins[arg].name, constant.shape
                needs = Requirement(shape=RankOf((rank,)))
                sentence = say("pin.wrong-rank", pin=pin, shape=shape, op=op.name, needs=needs)
                faults.append(
                    PinFault(_RANK_CODES.get(rank, "bad-shape"), pin, sentence, needs, Actual(shape=shape))
                )
    return faults
