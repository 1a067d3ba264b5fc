"""How many tensors the inputs and outputs of a node are, by what the catalog knows of its op."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blocks.symbol import Op, OpArg


def count_of(arg: OpArg, attrs: Mapping[str, Any]) -> int:
    """Return how many tensors an argument stands for on a node with these attrs."""
    if arg.number_attr:
        return int(attrs.get(arg.number_attr, 0))
    if arg.type_list_attr:
        return len(attrs.get(arg.type_list_attr, ()))
    return 1


def is_list(arg: OpArg) -> bool:
    """Return whether an argument stands for a list."""
    return bool(arg.number_attr or arg.type_list_attr)


def first_of(op: Op, attrs: Mapping[str, Any], name: str) -> int | None:
    """Return the number of the first tensor of an output, None where the op has no output of that name."""
    number = 0
    for arg in op.outputs:
        if arg.name == name:
            return number
        number += count_of(arg, attrs)
    return None


def dtype_of(op: Op, attrs: Mapping[str, Any], index: int) -> str | None:
    """Return the dtype of an output by its number, None where it is not known."""
    number = 0
    for arg in op.outputs:
        count = count_of(arg, attrs)
        if number <= index < number + count:
            if arg.type_list_attr:
                return str(attrs[arg.type_list_attr][index - number])
            return arg.dtype or attrs.get(arg.type_attr or "")
        number += count
    return None


def argument_places(op: Op, attrs: Mapping[str, Any], attr: str = "") -> range:
    """Return which inputs of a node are the last arguments of its function, the one of an attr."""
    lists: dict[str, range] = {}
    place = 0
    for arg in op.inputs:
        count = count_of(arg, attrs)
        if arg.type_list_attr:
            lists[arg.name] = range(place, place + count)
        place += count
    names = [f"{attr}_other_arguments", f"{attr.removesuffix('_func')}_func_other_args", "other_arguments"]
    chosen = next((name for name in names if name in lists), next(reversed(lists), None))
    return lists[chosen] if chosen is not None else range(0)
