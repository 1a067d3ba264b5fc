"""What the inspector says of a value beside the value itself, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.editor.values.formats import bytes_text, number_text
from blocks.tensor_spec import shape_text

if TYPE_CHECKING:
    from app.editor.values.statistics import Lengths, Statistics
    from app.engine.values.results import TensorValue


def kind_text(value: TensorValue) -> str:
    """Return dtype, shape, number of elements and memory: ``float32 [2, 3]   6 elements   24 B``."""
    from app.editor.values.statistics import memory_of

    array = value.array
    count = f"{array.size:,} element" + ("" if array.size == 1 else "s")
    return f"{value.dtype} {shape_text(array.shape)}   {count}   {bytes_text(memory_of(array))}"


def spread_text(found: Statistics) -> str:
    """Return mean and standard deviation."""
    if found.mean is None:
        return "no finite value" if found.count else "no elements"
    return f"mean {number_text(found.mean)}   std {number_text(found.std)}"


def odd_text(found: Statistics) -> str:
    """Return the counts of NaN and of infinities, "" where there are none."""
    parts = [
        f"{count:,} {name}"
        for count, name in (
            (found.nan, "NaN"),
            (found.positive_infinite, "+inf"),
            (found.negative_infinite, "-inf"),
        )
        if count
    ]
    return "   ".join(parts)


def lengths_text(found: Lengths) -> str:
    """Return what is known of strings."""
    text = f"{found.shortest} to {found.longest} bytes each   {bytes_text(found.total)} in all"
    return text + (f"   {found.empty:,} empty" if found.empty else "")
