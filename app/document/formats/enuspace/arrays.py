"""Typed arrays of a page: flat texts and packed ``.dat`` values, written as literals of our grammar."""

from __future__ import annotations

import array
import math
import re
import sys
from collections.abc import Sequence
from typing import NamedTuple

from app.document.literals.formatter import format_literal, quoted
from app.document.literals.parser import parse_literal
from app.document.literals.types import Literal, LiteralError
from app.document.literals.values import parse_shape, parse_string
from app.document.model.sentence import Explained, Sentence, say, why_of
from blocks.dtypes import DTYPES

Shape = tuple[int, ...]
Value = float | int | bool | bytes

# The page's words for element types: our dtype, the array module's code and the size in the .dat file.
DTYPE_OF = {
    "double": "DT_DOUBLE",
    "float": "DT_FLOAT",
    "int": "DT_INT32",
    "bool": "DT_BOOL",
    "string": "DT_STRING",
}
_PACKED = {"double": ("d", 8), "float": ("f", 4), "int": ("i", 4), "bool": ("b", 1)}
_BRACKETS = re.compile(r"\[\s*(\d+)\s*\]")
_MSVC = (("1.#INF", "inf"), ("1.#QNAN", "nan"), ("1.#IND", "nan"), ("1.#SNAN", "nan"), ("nan(ind)", "nan"))
MAX_VALUES = 1 << 20  # of one literal; beyond, the text would need more memory than a page may


class ArrayFault(Explained, ValueError):
    """A pin's value does not read; ``str()`` says why."""


class Array(NamedTuple):
    """A tensor of a page: DT_ name, shape, and values flat in row-major order (strings as UTF-8 bytes)."""

    dtype: str
    shape: Shape
    values: Sequence[Value]

    def cast(self, dtype: str) -> Array:
        """Return the values in another dtype; numbers are cut to integers as C does. Raises ArrayFault."""
        if dtype == self.dtype:
            return self
        kind = DTYPES[dtype].kind
        change = {"int": int, "uint": int, "float": float, "complex": complex, "bool": bool}.get(kind)
        if change is None or self.dtype == "DT_STRING":
            raise ArrayFault(say("array.no-cast", dtype=self.dtype, other=dtype))
        try:
            return Array(dtype, self.shape, tuple(change(v) for v in self.values))
        except (ValueError, OverflowError) as fault:  # nan or inf as an integer
            raise ArrayFault(why_of(fault)) from None


class Flat(NamedTuple):
    """An array as read from a text, and what had to be mended (None = nothing)."""

    array: Array
    repair: Sentence | None = None


def shape_of(text: str) -> Shape | None:
    """Read ``[2][3]``; None where the text is empty or holds no sizes (a scalar, or not said)."""
    sizes = _BRACKETS.findall(text)
    if sizes:
        return tuple(int(size) for size in sizes)
    try:
        read = parse_shape(text) if text.strip() else None
    except LiteralError:
        return None
    return read if read and -1 not in read else None


def read_packed(data: bytes, position: int, word: str, shape: Shape | None) -> Array:
    """Read an array of the ``.dat`` file: packed, little-endian, ``position`` bytes from its start.

    Raises ArrayFault where the file is too short or the type has no packed form.
    """
    if word not in _PACKED:
        raise ArrayFault(say("array.no-packed-form", type=word or "unknown"))
    code, size = _PACKED[word]
    count = math.prod(shape or ())
    end = position + count * size
    if not data:
        raise ArrayFault(say("array.no-dat", begin=position, end=end))
    if position < 0 or end > len(data):
        raise ArrayFault(say("array.beyond-file", size=len(data), begin=position, end=end))
    values = array.array(code)
    values.frombytes(data[position:end])
    if sys.byteorder == "big":
        values.byteswap()
    return Array(DTYPE_OF[word], shape or (), values)


def read_flat(text: str, dtype: str, shape: Shape | None, *, by_braces: bool = False) -> Flat:
    """Read the flat text of a typed array: ``1.000000;2.000000``, with ``;`` or ``,`` between numbers.

    ``shape`` is the pin's own (None: not said). Then one value is a scalar, unless ``by_braces``, and several
    have the shape of their braces. Strings are split at ``;`` only. Raises ArrayFault.
    """
    values, braced = (_strings(text, shape), None) if dtype == "DT_STRING" else _numbers(text, dtype)
    if shape is None:
        if len(values) == 1 and not (by_braces and braced):
            return Flat(Array(dtype, (), values))
        unsaid = None if by_braces and braced is not None else say("array.unsaid-shape", count=len(values))
        return Flat(Array(dtype, (len(values),) if braced is None else braced, values), unsaid)
    count = math.prod(shape)
    if len(values) == count:
        return Flat(Array(dtype, shape, values))
    if count > MAX_VALUES:
        raise ArrayFault(say("array.values-for-shape", count=len(values), shape=shape))
    zero: Value = b"" if dtype == "DT_STRING" else 0
    fitted = (*values[:count], *[zero] * (count - len(values)))
    cut = say("array.cut", count=len(values), shape=shape)
    padded = say("array.padded", count=len(values), shape=shape)
    return Flat(Array(dtype, shape, fitted), cut if len(values) > count else padded)


def _numbers(text: str, dtype: str) -> tuple[tuple[Value, ...], Shape | None]:
    """Return the values, and the shape that braces give them (None: no braces)."""
    for old, new in _MSVC:
        text = text.replace(old, new)
    try:
        if "{" in text:
            nested = parse_literal(text, dtype)
            return nested.values, nested.shape  # type: ignore[return-value]
        flat = text.strip().rstrip(";,")
        if not flat:
            return (), None
        return parse_literal(flat, dtype).values, None  # type: ignore[return-value]
    except LiteralError as fault:
        raise ArrayFault(fault.sentence) from None


def _strings(text: str, shape: Shape | None) -> tuple[Value, ...]:
    if not shape:
        return (_string(text),)
    parts = text.split(";")
    if len(parts) == math.prod(shape) + 1 and not parts[-1]:
        parts.pop()  # a separator after the last one
    return tuple(_string(part) for part in parts)


def _string(text: str) -> bytes:
    """One string; the original doubles backslashes and keeps quotes, which are no part of the value here."""
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            text = parse_string(text)
        except LiteralError:
            text = text[1:-1]
    else:
        text = text.replace("\\\\", "\\")
    return text.encode("utf-8", "surrogateescape")


def literal_text(value: Array) -> str:
    """Return the array as a literal that reads as the same tensor, also where the dtype is guessed."""
    kind = DTYPES[value.dtype].kind
    if len(value.values) > MAX_VALUES:
        raise ArrayFault(say("array.too-long", count=len(value.values)))
    if 0 in value.shape and value.shape != (0,):
        raise ArrayFault(say("array.shape-without-text", shape=value.shape))
    if kind == "string":
        texts = [quoted(bytes(v).decode("utf-8", "surrogateescape")) for v in value.values]  # type: ignore[arg-type]
        return _nested(texts, value.shape)
    if kind == "float" and len(value.values) > 100:
        # Nine digits set all single values apart, 17 all double ones; trying for fewer takes too long here.
        suffix, digits = ("f", 9) if value.dtype == "DT_FLOAT" else ("", 17)
        return _nested([_number(v, digits) + suffix for v in value.values], value.shape)
    try:
        return format_literal(Literal(value.dtype, value.shape, tuple(value.values)))
    except LiteralError as fault:
        raise ArrayFault(fault.sentence) from None


def _number(value: Value, digits: int) -> str:
    text = f"{float(value):.{digits}g}"
    return text if "." in text or "e" in text or "n" in text else text + ".0"


def _nested(texts: list[str], shape: Shape) -> str:
    """Put braces around the texts from the innermost dimension outwards."""
    if shape == (0,):
        return "{}"
    for size in reversed(shape):
        texts = ["{" + ",".join(texts[i : i + size]) + "}" for i in range(0, len(texts), size)]
    return texts[0]
