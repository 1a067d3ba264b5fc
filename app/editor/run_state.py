"""Lets a step go on from the last one's state: the Variables' values become the plan's start values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from app.document.edit import copy_block
from app.document.model import Page
from app.engine.plan_types import Constant
from blocks.dtypes import BY_LABEL

if TYPE_CHECKING:
    from app.engine.plan_types import Plan
    from app.engine.results import TensorValue


def snapshot(page: Page) -> Page:
    """Return a copy of a page that another thread may read while the user edits on."""
    return msgspec.structs.replace(
        page,
        blocks={name: copy_block(block) for name, block in page.blocks.items()},
        wires=list(page.wires),
        notes=dict(page.notes),
        monitors=dict(page.monitors),
    )


def continued(plan: Plan, variables: dict[str, TensorValue]) -> Plan:
    """Return the plan with the Variables starting from these values; a Variable of another dtype starts anew.

    Queues, readers and random numbers have no values to keep: they start anew at each run.
    """
    starts = []
    for variable in plan.variables:
        value = variables.get(variable.block)
        known = BY_LABEL.get(value.dtype) if value is not None else None
        if value is None or known is None or known.name != variable.dtype:
            starts.append(variable)
        else:
            start = {"start": "value", "value": _constant(known.name, value), "source": None}
            starts.append(msgspec.structs.replace(variable, **start))
    return msgspec.structs.replace(plan, variables=starts)


def _constant(dtype: str, value: TensorValue) -> Constant:
    """Pack an array as the plan wants it: as doubles, 64-bit integers, bytes, pairs of doubles."""
    import numpy as np

    array = value.array
    shape = tuple(int(s) for s in array.shape)
    if value.dtype == "string":
        return Constant(dtype=dtype, shape=shape, strings=tuple(array.reshape(-1).tolist()))
    kind = BY_LABEL[value.dtype].kind
    packed_as = {"float": "<f8", "complex": "<c16", "bool": "u1"}.get(kind, "<i8")
    if value.dtype == "uint64":
        packed_as = "<u8"
    return Constant(dtype=dtype, shape=shape, packed=np.ascontiguousarray(array, dtype=packed_as).tobytes())
