"""The dtype and static shape of a pin, as inference finds them, and the one spelling of a shape's text."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

Shape = tuple[int | None, ...]


class TensorSpec(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One pin. ``shape`` is None where the rank is unknown; None in it is an unknown size.

    ``element``: of a dataset or iterator, the tensors of each of its elements (None: not known, or it is neither).
    No cycle can go through one, so the collector need not look at the thousands that every inference brings.
    """

    dtype: str  # NumPy's name, as float32
    shape: Shape | None
    element: tuple[TensorSpec, ...] | None = None

    def __str__(self) -> str:
        """Return the text form, as ``float32 [?, 35, 35, 3]`` or ``dataset of (float32 [28, 28], int64 [])``.

        Datasets and iterators are nested a few times at most.
        """
        if self.element is None:
            return f"{self.dtype} {shape_text(self.shape)}"
        kind = "iterator" if self.dtype == "resource" else "dataset"
        return f"{kind} of ({', '.join(map(str, self.element))})"


def shape_text(shape: Iterable[int | None] | None) -> str:
    """Return a shape as ``[?, 4]``, ``[]`` for a scalar, ``?`` for an unknown rank; None and -1 are unknown sizes."""
    if shape is None:
        return "?"
    return f"[{', '.join(map(size_text, shape))}]"


def size_text(size: int | None) -> str:
    """Return one size of a shape, ``?`` where it is unknown (None or -1)."""
    return "?" if size is None or size < 0 else str(size)
