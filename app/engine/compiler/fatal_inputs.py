"""Static checks of what would end the whole process: strides that are not positive, inputs of a wrong rank."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.compiler.errors import PinFault
from app.engine.compiler.plan import Constant
from blocks.op_facts.fatal_inputs import FATAL_RANKS, FATAL_UNLESS_POSITIVE
from blocks.op_facts.window_sizes import window_length
from blocks.symbol import Op, Pin, Symbol
from blocks.tensor_spec import shape_text

_RANK_NAMES = {0: ("not-scalar", "a scalar"), 1: ("not-vector", "a vector")}


def attr_faults(symbol: Symbol, op: Op, attrs: Mapping[str, Any]) -> list[PinFault]:
    """Return a fault for each stride, kernel size or rate that is not positive (division by zero in kernels)."""
    faults = []
    for name in FATAL_UNLESS_POSITIVE & attrs.keys():
        value = attrs[name]
        numbers = value if isinstance(value, (list, tuple)) else [value]
        bad = [n for n in numbers if isinstance(n, (int, float)) and n <= 0]
        if bad:
            pin = next((p.name for p in symbol.inputs if p.attr == name), "attrs")
            message = f"{name} holds {bad[0]}; {op.name} needs numbers above 0"
            faults.append(PinFault("bad-stride", pin, message, wanted="> 0", actual=str(bad[0])))
    return faults + _length_faults(symbol, op, attrs)


def _length_faults(symbol: Symbol, op: Op, attrs: Mapping[str, Any]) -> list[PinFault]:
    """Return a fault for each list of strides, sizes or rates that is not as long as the op's inputs have ranks."""
    faults = []
    for name, value in attrs.items():
        wanted = window_length(op.name, name)
        if wanted is None or not isinstance(value, (list, tuple)) or len(value) == wanted:
            continue
        pin = next((p.name for p in symbol.inputs if p.attr == name), "attrs")
        message = f"{name} has {len(value)} numbers; {op.name} needs {wanted}: one for each dimension, batch and depth"
        faults.append(PinFault("bad-count", pin, message, wanted=str(wanted), actual=str(len(value))))
    return faults


def constant_faults(
    op: Op, pins: Mapping[str, Pin], literals: Mapping[str, tuple[Constant, ...]]
) -> list[PinFault]:
    """Return a fault for each literal whose rank the op's kernel would not survive."""
    faults = []
    for arg, constants in literals.items():
        rank = FATAL_RANKS.get((op.name, arg))
        for constant in constants if rank is not None else ():
            if len(constant.shape) != rank:
                code, wanted = _RANK_NAMES[rank or 0]
                shape = shape_text(constant.shape)
                message = f"{pins[arg].name} has shape {shape}, {op.name} needs {wanted}"
                faults.append(PinFault(code, pins[arg].name, message, wanted=wanted, actual=shape))
    return faults
