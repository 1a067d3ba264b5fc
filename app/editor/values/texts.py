"""Texts of tensors: an element at full precision, a shape, the first values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np


def value_text(value: Any) -> str:
    """Return one element at full precision; bytes as text where they are UTF-8."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return repr(value)
    return str(value)


def index_text(index: tuple[int, ...]) -> str:
    """Return an element's index, or a shape as the original writes it: ``(1, 35, 3)`` -> ``[1][35][3]``."""
    return "".join(f"[{number}]" for number in index)


def first_values(array: np.ndarray, count: int = 8) -> str:
    """Return the first values in row-major order, with an ellipsis where there are more."""
    # flat[:n] copies n elements only; reshape(-1) of a strided array would copy all.
    texts = [value_text(v) for v in array.flat[:count]]
    return ", ".join(texts) + (", …" if array.size > count else "")
