"""Parts of a tensor: python-like slice texts as ``[3, :, ::2]``, and a cut of two axes as rows and columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

Item = int | slice
_WHOLE = re.compile(r"\s*([+-]?\d+)\s*\Z")
ALL = slice(None)


def parse_slice(text: str, shape: Sequence[int]) -> tuple[Item, ...]:
    """Return one index or slice for each axis of a shape; axes that the text leaves out are taken whole.

    ``[3, :, ::2]``, without brackets too; ``...`` stands for as many whole axes as are missing. Negative
    indices count from the end. Raises ValueError with words for the user.
    """
    inner = text.strip()
    if inner.startswith("[") and inner.endswith("]"):
        inner = inner[1:-1].replace("][", ",")  # the original's spelling [1][2] is as good as [1, 2]
    parts = [part.strip() for part in inner.split(",")] if inner.strip() else []
    rank = len(shape)
    if parts.count("...") > 1:
        raise ValueError("... can stand only once")
    if "..." in parts:
        at = parts.index("...")
        parts[at : at + 1] = [":"] * (rank - len(parts) + 1)
    if len(parts) > rank:
        raise ValueError(f"{len(parts)} indices, and the tensor has {_axes(rank)}")
    parts += [":"] * (rank - len(parts))
    return tuple(_item(part, axis, size) for axis, (part, size) in enumerate(zip(parts, shape, strict=True)))


def _item(part: str, axis: int, size: int) -> Item:
    if ":" not in part:
        index = _whole(part)
        if not -size <= index < size:
            raise ValueError(
                f"{index} is beyond axis {axis}, which has {size}" if size else f"axis {axis} is empty"
            )
        return index % size
    ends = part.split(":")
    if len(ends) > 3:
        raise ValueError(f"{part!r} is not start:stop:step")
    numbers = [None if not end.strip() else _whole(end) for end in ends]
    if len(numbers) == 3 and numbers[2] == 0:
        raise ValueError("a step of 0 goes nowhere")
    return slice(*numbers)


def _whole(text: str) -> int:
    found = _WHOLE.match(text)
    if found is None:
        raise ValueError(f"{text.strip()!r} is neither an index nor start:stop:step")
    return int(found[1])


def _axes(rank: int) -> str:
    return "1 axis" if rank == 1 else f"{rank} axes"


def slice_text(items: Sequence[Item]) -> str:
    """Return the spelling that `parse_slice` reads."""
    return "[" + ", ".join(_item_text(item) for item in items) + "]"


def _item_text(item: Item) -> str:
    if isinstance(item, int):
        return str(item)
    start, stop, step = ("" if n is None else str(n) for n in (item.start, item.stop, item.step))
    return f"{start}:{stop}" + (f":{step}" if step else "")


def part_of(array: np.ndarray[Any, Any], text: str) -> np.ndarray[Any, Any]:
    """Return the part that a slice text names, as a view; an empty text is the whole. Raises ValueError."""
    if not text.strip():
        return array
    whole: tuple[Any, ...] = (*parse_slice(text, array.shape), ...)
    return array[whole]


@dataclass(frozen=True)
class Cut:
    """Which part of a tensor a table shows: an index or slice for each axis, two of them as rows and columns.

    ``rows`` and ``columns`` are axes whose item is a slice, or None (one row, one column).
    """

    shape: tuple[int, ...]
    items: tuple[Item, ...]
    rows: int | None
    columns: int | None

    def view(self, array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the part [rows, columns] of an array of this shape, without a copy."""
        whole: tuple[Any, ...] = (*self.items, ...)
        part = array[whole]
        if self.rows is not None and self.columns is not None:
            return part.T if self.rows > self.columns else part
        if self.rows is not None:
            return part[:, None]
        return part[None, :] if self.columns is not None else part[None, None]

    def place(self, row: int, column: int) -> tuple[int, ...]:
        """Return the tensor's indices of a cell."""
        found = [item if isinstance(item, int) else 0 for item in self.items]
        for axis, at in ((self.rows, row), (self.columns, column)):
            if axis is not None:
                found[axis] = self._range(axis)[at]
        return tuple(found)

    def cell(self, place: Sequence[int]) -> tuple[int, int] | None:
        """Return row and column of an element, or None where the cut leaves it out."""
        at: dict[int | None, int] = {None: 0}
        for axis, index in enumerate(place):
            item = self.items[axis]
            if isinstance(item, int):
                if item != index:
                    return None
            elif index not in self._range(axis):
                return None
            else:
                at[axis] = self._range(axis).index(index)
        return at[self.rows], at[self.columns]

    def labels(self, axis: int | None) -> range:
        """Return the indices that an axis shows; of no axis a single 0."""
        return range(1) if axis is None else self._range(axis)

    def _range(self, axis: int) -> range:
        item = self.items[axis]
        assert isinstance(item, slice)
        return range(self.shape[axis])[item]

    def text(self) -> str:
        """Return the slice text of the cut."""
        return slice_text(self.items)

    def with_index(self, axis: int, index: int) -> Cut:
        """Return the cut at another index of an axis that is neither rows nor columns."""
        items = (*self.items[:axis], index, *self.items[axis + 1 :])
        return Cut(self.shape, items, self.rows, self.columns)

    def with_axes(self, rows: int | None, columns: int | None) -> Cut:
        """Return the cut with other axes as rows and columns; the ones let go are held at their first index."""
        items = [
            (item if isinstance(item, slice) else ALL) if axis in (rows, columns) else _held(item, size)
            for axis, (item, size) in enumerate(zip(self.items, self.shape, strict=True))
        ]
        return Cut(self.shape, tuple(items), rows, columns)

    def showing(self, place: Sequence[int]) -> Cut:
        """Return the cut that shows an element: held axes go to its indices, slices that skip it are opened."""
        items = [
            at if isinstance(item, int) else item if at in range(size)[item] else ALL
            for at, item, size in zip(place, self.items, self.shape, strict=True)
        ]
        return Cut(self.shape, tuple(items), self.rows, self.columns)


def _held(item: Item, size: int) -> int:
    if isinstance(item, int):
        return item
    shown = range(size)[item]
    return shown[0] if shown else 0


def first_cut(shape: Sequence[int]) -> Cut:
    """Return the cut that a tensor is first shown with: the last two axes, at index 0 of the others.

    A vector stands in one column. A tensor with an empty axis in front is cut through that axis.
    """
    shape = tuple(shape)
    free = [axis for axis, size in enumerate(shape) if size == 0][:2]  # cannot be held at any index
    for axis in (len(shape) - 1, len(shape) - 2):
        if axis >= 0 and len(free) < 2 and axis not in free:
            free.append(axis)
    free.sort()
    items = tuple(ALL if axis in free else 0 for axis in range(len(shape)))
    return Cut(shape, items, free[0] if free else None, free[1] if len(free) > 1 else None)


def cut_of(text: str, shape: Sequence[int], before: Cut | None = None) -> Cut:
    """Return the cut of a slice text; at most two axes may be left free. Raises ValueError.

    Rows and columns stay swapped as they were ``before`` where the same two axes are free.
    """
    items = parse_slice(text, shape)
    free = [axis for axis, item in enumerate(items) if isinstance(item, slice)]
    if len(free) > 2:
        some = ", ".join(str(axis) for axis in free)
        raise ValueError(f"axes {some} are left free: give an index for all but two")
    rows = free[0] if free else None
    columns = free[1] if len(free) > 1 else None
    if (
        before is not None
        and None not in (rows, columns)
        and (before.columns, before.rows) == (rows, columns)
    ):
        rows, columns = columns, rows
    return Cut(tuple(shape), items, rows, columns)
