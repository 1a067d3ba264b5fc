"""What an output is that is a list of tensors, by the types of its elements (``block.pin[0]``, ...). No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from blocks.tensor_spec import TensorSpec


def list_dtype(types: Mapping[str, TensorSpec | str], output: str) -> str | None:
    """Return the dtype of all elements of an output that is a list; None where they differ, or are not known."""
    dtypes: set[str] = set()
    for number in count():
        known = types.get(f"{output}[{number}]")
        if known is None:
            return dtypes.pop() if len(dtypes) == 1 else None
        dtypes.add(known.dtype if isinstance(known, TensorSpec) else known)
    return None


def list_text(types: Mapping[str, TensorSpec | str], output: str) -> str:
    """Return what an output is that is a list: ``list of float32``, ``list`` of several dtypes; "" where unknown."""
    if f"{output}[0]" not in types:
        return ""
    dtype = list_dtype(types, output)
    return f"list of {dtype}" if dtype else "list"
