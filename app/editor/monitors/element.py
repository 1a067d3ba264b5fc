"""Finds what a monitor's pin names: a tensor, an element of a list, or one element of a tensor."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.messages import error_text
from blocks.tensor_spec import shape_text

if TYPE_CHECKING:
    import numpy as np

    from app.editor.results.store import ResultStore

_PIN = re.compile(r"([^\[\]]+)((?:\[\d+\])*)\Z")


@dataclass(frozen=True, eq=False)
class Found:
    """The array that a pin names (of shape [] for one element), or why there is none."""

    array: np.ndarray[Any, Any] | None = None
    dtype: str = ""  # TensorFlow's label
    why: str = ""

    def number(self) -> float | None:
        """Return the value as a number where it is a single real one."""
        array = self.array
        if array is None or array.size != 1 or array.dtype.kind not in "fiub":
            return None
        return float(array.reshape(()))


def split_pin(pin: str) -> tuple[str, tuple[int, ...]]:
    """Split ``block.pin[0][1]`` into ``block.pin`` and (0, 1); raises ValueError."""
    found = _PIN.match(pin)
    if not found:
        raise ValueError(f"{pin!r} is not block.pin or block.pin[0][1]")
    return found[1], tuple(int(i) for i in re.findall(r"\d+", found[2]))


def look_up(store: ResultStore, page: str, pin: str) -> Found:
    """Return what ``block.pin[0][1]`` names; of a list output the first index is the element."""
    from app.engine.values.results import ListValue, plain_array  # late: it needs NumPy

    try:
        key, indices = split_pin(pin)
    except ValueError as wrong:
        return Found(why=error_text(wrong))
    value = store.page(page).values.get(key)
    if isinstance(value, ListValue):
        if not indices:
            return Found(why=f"a list of {len(value.items)} tensors: name one, as {pin}[0]")
        key, indices = f"{key}[{indices[0]}]", indices[1:]
    tensors = store.tensors(page, key)
    if not tensors:
        return Found(why=f"there is no element {key}")
    _, tensor, why = tensors[0]
    if tensor is None:
        return Found(why=why)
    array = plain_array(tensor)
    if len(indices) > array.ndim or any(i >= n for i, n in zip(indices, array.shape, strict=False)):
        return Found(why=f"{pin}: the tensor has the shape {shape_text(array.shape)}")
    whole: tuple[Any, ...] = (*indices, ...)  # with the ellipsis one element stays an array, of shape []
    return Found(array[whole], tensor.dtype)
