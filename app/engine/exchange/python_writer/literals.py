"""Constants as Python texts: as short as they can be without changing a bit. Large arrays go to a file beside."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.engine.compiler.constants import values_of
from app.engine.compiler.plan import Constant
from app.engine.exchange.python_writer.text import Expression, Group, Named, call, flat, listing
from app.engine.values.results import TensorValue, numpy_dtype, plain_array
from blocks.dtypes import BY_LABEL, DTYPES

Array = np.ndarray[Any, Any]

MOST_WRITTEN = 200  # values; more of them are stored
_UNIFORM = 8  # so many equal values are written as one
_SHORT = 24  # characters of a value that may stand within a call
# What TensorFlow makes of Python's own values, where nothing says otherwise.
NATURAL = {"bool": "bool", "int": "int32", "float": "float32", "complex": "complex128", "string": "string"}


class Arrays:
    """The large arrays of a program, by the names under which its file has them."""

    def __init__(self, most_written: int = MOST_WRITTEN) -> None:
        """Have none yet. Arrays of at most so many values are no large ones."""
        self.stored: dict[str, Array] = {}
        self.most_written = most_written
        self.uses_numpy = False  # some tensor is written as an array of NumPy

    def add(self, name: str, array: Array) -> str:
        """Store an array; return the expression that reads it."""
        self.stored[name] = array
        return f'ARRAYS["{name}"]'


def tensor_value(constant: Constant, array_at: Callable[[Constant], Array]) -> TensorValue:
    """Return a constant's values in its own dtype; ``array_at`` gives those that stand in a file."""
    label = DTYPES[constant.dtype].label
    if constant.array is not None:
        return TensorValue(label, array_at(constant))
    if label == "string":
        texts = np.empty(len(constant.strings), object)
        texts[:] = constant.strings
        return TensorValue(label, texts.reshape(constant.shape))
    wide = {"float": np.float64, "complex": np.complex128, "bool": np.bool_}.get(
        DTYPES[constant.dtype].kind, np.uint64 if constant.dtype == "DT_UINT64" else np.int64
    )
    with np.errstate(over="ignore"):
        flat_values = np.array(values_of(constant), wide).astype(numpy_dtype(label))
    return TensorValue(label, flat_values.reshape(constant.shape))


class Written(NamedTuple):
    """A value as Python's own, and the dtype that TensorFlow makes of it by itself ("" where it makes none)."""

    expression: Expression
    natural: str

    @property
    def is_short(self) -> bool:
        """Return whether it can stand within a call."""
        return len(flat(self.expression)) <= _SHORT


def plain(value: TensorValue, most: int = MOST_WRITTEN) -> Written | None:
    """Return a value as Python writes it; None where it has no such text, or one that is too long."""
    array = value.array
    if array.size > most and value.dtype != "string":
        return None
    kind = BY_LABEL[value.dtype].kind
    if kind == "handle":
        return None
    texts = _texts(value)
    if texts is None:
        return None
    simple = {"uint": "int"}.get(kind, kind)
    natural = NATURAL.get(simple, "") if array.size else ""
    if simple == "int" and array.size and not _fits(array, 31):
        natural = "int64" if _fits(array, 63) else ""
    return Written(_nested(texts, array.shape), natural)


def _fits(array: Array, bits: int) -> bool:
    """Return whether all numbers fit in so many bits and a sign."""
    return int(array.min()) >= -(2**bits) and int(array.max()) < 2**bits


def tensor(value: TensorValue, arrays: Arrays, name: str) -> Expression:
    """Return the expression of a tensor of this value. ``name`` is for an array that is stored."""
    dtype = f"tf.{value.dtype}"
    array = value.array
    uniform = _uniform(value)
    if uniform is not None:
        shape = listing(map(str, array.shape))
        if uniform.expression == "0.0" and value.dtype == "float32":
            return call("tf.zeros", shape)
        if uniform.natural == value.dtype:
            return call("tf.fill", shape, uniform.expression)
        if uniform.expression in ("0", "0.0"):
            return call("tf.zeros", shape, dtype)
    written = plain(value, arrays.most_written)
    if written is None:
        return _stored(value, arrays, name)
    if (
        value.dtype == "uint64" and not written.natural and array.size
    ):  # TensorFlow reads Python's own as int64
        arrays.uses_numpy = True
        return call("tf.constant", call("np.array", written.expression, "np.uint64"))
    more: list[Expression | Named] = []
    if written.natural != value.dtype:
        more.append(dtype)
    if not array.size:
        more.append(Named("shape=", listing(map(str, array.shape))))
    return call("tf.constant", written.expression, *more)


def _uniform(value: TensorValue) -> Written | None:
    """Return the one value of which an array consists, where it is an array of some size."""
    array = value.array
    if (
        array.size < _UNIFORM
        or value.dtype == "string"
        or (value.dtype in BY_LABEL and _is_exact_only(value))
    ):
        return None
    first = array.reshape(-1)[:1]
    if array.tobytes() != first.tobytes() * array.size:
        return None
    return plain(TensorValue(value.dtype, first.reshape(())))


def _is_exact_only(value: TensorValue) -> bool:
    """Return whether TensorFlow's makers of arrays do not take this dtype."""
    return BY_LABEL[value.dtype].kind in ("qint", "quint") or value.dtype in ("int4", "uint4")


def _stored(value: TensorValue, arrays: Arrays, name: str) -> Expression:
    """Return what reads an array from the file beside the program; what NumPy has no dtype for is widened there."""
    wide = plain_array(value)
    stored = call("tf.constant", arrays.add(name, wide))
    if wide.dtype.name == value.dtype:
        return stored
    if BY_LABEL[value.dtype].kind in ("qint", "quint"):
        return call("tf.bitcast", stored, f"tf.{value.dtype}")
    return call("tf.cast", stored, f"tf.{value.dtype}")


# --- the texts of elements


def _texts(value: TensorValue) -> list[str] | None:
    """Return the text of each element, row by row; None where an element has no text that gives its bits."""
    kind = BY_LABEL[value.dtype].kind
    elements = value.array.reshape(-1)
    if kind == "string":
        return [quoted(item) for item in elements.tolist()]
    if kind == "bool":
        return [str(bool(item)) for item in elements]
    if kind == "float":
        return _every(_float_text(item, value.dtype) for item in elements)
    if kind == "complex":
        return _every(_complex_text(item) for item in elements)
    return [str(int(item)) for item in elements]


def _every(texts: Any) -> list[str] | None:
    found = list(texts)
    return None if None in found else found


def _float_text(item: Any, dtype: str) -> str | None:
    """Return the shortest number that reads to the same element; None for a NaN with bits of its own."""
    wide = float(item)
    if not math.isfinite(wide):
        text = f'float("{wide}")'
        same = np.array(wide if math.isinf(wide) else math.nan).astype(item.dtype)
        return text if same.tobytes() == item.tobytes() else None
    if dtype in ("float32", "float16"):
        short = float(str(item))
        with np.errstate(over="ignore"):
            if np.array(short).astype(item.dtype).tobytes() == item.tobytes():
                return number_text(short)
    return number_text(wide)


def number_text(value: float) -> str:
    """Return a number as formatters leave it: ``1e38``, not ``1e+38``."""
    return repr(value).replace("e+", "e") if math.isfinite(value) else f'float("{value}")'


def _complex_text(item: Any) -> str | None:
    real, imaginary = (
        _float_text(item.real, item.real.dtype.name),
        _float_text(item.imag, item.imag.dtype.name),
    )
    if real is None or imaginary is None:
        return None
    plain_parts = all(math.isfinite(part) and math.copysign(1, part) > 0 for part in (item.real, item.imag))
    return f"{real} + {imaginary}j" if plain_parts else f"complex({real}, {imaginary})"


def quoted(item: bytes | str) -> str:
    """Return a text of TensorFlow in quotes, as bytes where it is not UTF-8."""
    try:
        text = item.decode() if isinstance(item, bytes) else item
    except UnicodeDecodeError:
        return "b" + _double(repr(item)[1:])
    return _double(repr(text))


def _double(text: str) -> str:
    """Return the text of a string with double quotes around it, unless that takes more escapes."""
    if text[0] == '"':
        return text
    inside = text[1:-1]
    if '"' in inside:
        return text
    return '"' + inside.replace("\\'", "'") + '"'


def _nested(texts: Sequence[str], shape: tuple[int, ...]) -> Expression:
    """Return elements in lists within lists; long rows fill their lines."""
    if not shape:
        return texts[0]
    if not texts:
        return "[]"
    rows: list[Expression] = list(texts)
    for depth, size in enumerate(reversed(shape)):
        packed = depth == 0 and size > 8
        rows = [_row(rows[i : i + size], packed) for i in range(0, len(rows), size)]
    return rows[0]


def _row(items: Sequence[Expression], may_fill: bool) -> Group:
    row = listing(items)
    return row._replace(packed=True) if may_fill and len(flat(row)) > 60 else row
