"""Values of a graph on a page: as a text where that is short and says the same bits, else as an array beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from app.document.literals.formatter import braced, format_literal
from app.document.literals.types import Literal, LiteralError
from app.document.model.diagram import ArrayRef, PinText
from app.document.model.sentence import say
from app.engine.exchange.graph import Array, GraphFault, Tensor
from app.engine.values.results import TensorValue, numpy_dtype
from blocks.dtypes import DTYPES

IN_PIN = 16  # so many values stand in the pin itself
IN_TEXT = 100  # and so many in a text; more lie in a file
_UNTYPED = frozenset({"DT_INT32", "DT_FLOAT", "DT_DOUBLE", "DT_BOOL", "DT_STRING", "DT_COMPLEX128"})
_STORED = frozenset(
    {name for name, t in DTYPES.items() if t.kind in ("float", "int", "uint", "bool", "string", "complex")}
    - {"DT_BFLOAT16", "DT_FLOAT8_E5M2", "DT_FLOAT8_E4M3FN", "DT_INT4", "DT_UINT4"}
)


_FRACTION = np.uint32((1 << 23) - 1)  # the bits of a float32 that are zero in a power of two
_LEAST, _MOST = 1e-37, float(1 << 22)  # between these no text of nine digits lies in the middle of two floats
_WIDER = {
    "DT_BFLOAT16": "DT_FLOAT",
    "DT_FLOAT8_E5M2": "DT_FLOAT",
    "DT_FLOAT8_E4M3FN": "DT_FLOAT",
    "DT_INT4": "DT_INT8",
    "DT_UINT4": "DT_UINT8",
}  # dtypes that a file of arrays cannot hold, with those that hold all their values


def widened(tensor: Tensor, most: int = IN_TEXT) -> Tensor | None:
    """Return a tensor of a dtype that a file holds, and of the same values; None for one that has a form of its own."""
    wider = _WIDER.get(tensor.dtype)
    if wider is None or text_of(tensor, most) is not None:
        return None
    return Tensor(wider, tensor.array.astype(numpy_dtype(DTYPES[wider].label)))


class StoredArrays:
    """The arrays that are to lie beside the project, in one file ``npz``, by key."""

    def __init__(self, npz: str) -> None:
        """Begin with none."""
        self._npz = npz
        self.arrays: dict[str, TensorValue] = {}
        self._known: dict[int, tuple[Array, ArrayRef]] = {}  # by identity, with what has it

    def value(self, key: str, tensor: Tensor, most: int = IN_TEXT) -> PinText:
        """Return what a pin is to hold; an array is stored under the key, with a number where that is taken.

        The same array is stored once. Raises GraphFault for values that neither a text nor a file can hold.
        """
        if id(tensor.array) in self._known:
            return self._known[id(tensor.array)][1]
        text = text_of(tensor, most)
        if text is not None:
            return text
        if tensor.dtype not in _STORED:
            raise GraphFault(say("model.no-form", dtype=tensor.dtype))
        found, number = key, 2
        while found in self.arrays:
            found = f"{key}_{number}"
            number += 1
        self.arrays[found] = TensorValue(DTYPES[tensor.dtype].label, tensor.array)
        ref = ArrayRef(self._npz, found)
        self._known[id(tensor.array)] = tensor.array, ref
        return ref


def text_of(tensor: Tensor, most: int = IN_TEXT) -> str | None:
    """Return the text of a value, None where it is long or no text says it exactly."""
    array = tensor.array
    if array.size > most or tensor.dtype not in DTYPES or DTYPES[tensor.dtype].kind == "handle":
        return None
    if array.size == 1 and array.dtype != np.dtype(object):  # in a large model mostly the same few
        return _text_of_one(tensor.dtype, array.shape, array.dtype, array.tobytes())
    return _text(tensor.dtype, array)


@lru_cache(maxsize=4096)
def _text_of_one(dtype: str, shape: tuple[int, ...], kind: np.dtype[Any], value: bytes) -> str | None:
    return _text(dtype, np.frombuffer(value, kind).reshape(shape))


def _text(dtype: str, array: Array) -> str | None:
    try:
        texts = _texts_of_floats(array.reshape(-1)) if dtype == "DT_FLOAT" else None
        if texts is not None:
            return braced(texts, array.shape)
        values = _plain(dtype, array)
        return None if values is None else format_literal(Literal(dtype, array.shape, values))
    except (LiteralError, OverflowError):
        return None


def _texts_of_floats(flat: Array) -> list[str] | None:
    """Return the texts of floats of usual sizes, for which NumPy finds the fewest digits fast; None of others.

    Powers of two are left out: their neighbours on both sides are not as near, and NumPy's last digit is another one.
    """
    if not flat.size or flat.dtype != np.float32 or not (flat.view(np.uint32) & _FRACTION).all():
        return None
    sizes = np.abs(flat)
    if not (sizes.min() > _LEAST and sizes.max() < _MOST):
        return None
    return [f"{text}f" if "e" not in text else f"{float(text)!r}f" for text in map(str, flat)]


def reads_alone(tensor: Tensor) -> bool:
    """Return whether a text of the value has its dtype by itself."""
    return tensor.dtype in _UNTYPED and (tensor.array.size > 0 or tensor.dtype == "DT_INT32")


def _plain(dtype: str, array: Array) -> tuple[int | float | complex | bool | bytes, ...] | None:
    kind = DTYPES[dtype].kind
    if kind in ("qint", "quint"):
        return None
    flat = array.reshape(-1)
    if kind == "string":
        texts: list[bytes] = [bytes(text) for text in flat.tolist()]
        return None if any(byte < 32 or byte == 127 for text in texts for byte in text) else tuple(texts)
    if kind == "float":
        numbers = flat.astype(np.float64)
        return None if np.isnan(numbers).any() else tuple(numbers.tolist())
    if kind == "complex":
        return _complex_numbers([complex(v) for v in flat])
    return tuple(bool(v) if kind == "bool" else int(v) for v in flat.tolist())


def _complex_numbers(values: Sequence[complex]) -> tuple[complex, ...] | None:
    """Return the values, None where a text would lose bits: of what is no number, and of a minus zero."""
    for value in values:
        for part in (value.real, value.imag):
            if math.isnan(part) or (part == 0 and math.copysign(1, part) < 0):
                return None
    return tuple(values)


def zeros(dtype: str, shape: tuple[int, ...]) -> Tensor:
    """Return a tensor of zeros, of empty texts, of false; raises GraphFault for a dtype that has no values."""
    kind = DTYPES[dtype].kind if dtype in DTYPES else "handle"
    if kind == "handle":
        raise GraphFault(say("model.no-form", dtype=dtype))
    if kind == "string":
        texts = np.empty(math.prod(shape), object)
        texts[:] = b""
        return Tensor(dtype, texts.reshape(shape))
    return Tensor(dtype, np.zeros(shape, numpy_dtype(DTYPES[dtype].label)))
