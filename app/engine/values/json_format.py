"""Results as exact JSON (``run --json``) and as text for a person (``run``)."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np

from app.engine.values.results import ListValue, NoValue, PageResult, TensorValue, Value, plain_array
from blocks.tensor_spec import shape_text

_Array = np.ndarray[Any, Any]


def page_json(result: PageResult, problems: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return a page's member of ``run --json``: ok, steps, seconds, results, problems.

    ``problems`` are the JSON forms of the result's. After a block failed also ``inputs``: what it was given, and
    where blocks have printed something also ``printed``.
    """
    inputs = {key: value_json(value) for key, value in result.inputs.items()}
    return {
        "ok": result.ok,
        "steps": result.steps,
        "seconds": result.seconds,
        "results": {key: value_json(value) for key, value in result.results.items()},
        "problems": list(problems),
        **({"inputs": inputs} if inputs else {}),
        **({"printed": result.printed} if result.printed else {}),
    }


def value_json(value: Value) -> dict[str, Any]:
    """Return one result as a JSON object; every number in it reads back to the same element."""
    if isinstance(value, ListValue):
        return {"list": [value_json(item) for item in value.items]}
    if isinstance(value, NoValue):
        return {"dtype": value.dtype, "shape": None, "values": None, "reason": value.reason}
    return {"dtype": value.dtype, "shape": list(value.shape), "values": _elements(value)}


def json_text(tree: Any) -> str:
    """Return the JSON text, on one line, of a tree of plain values (as ``page_json`` makes them)."""
    return msgspec.json.encode(tree).decode()


def value_text(key: str, value: Value) -> str:
    """Return ``key  dtype shape`` and, on the next lines, the values as NumPy prints them."""
    if isinstance(value, ListValue):
        if not value.items:
            return f"{key}  an empty list"
        return "\n".join(value_text(f"{key}[{i}]", item) for i, item in enumerate(value.items))
    if isinstance(value, NoValue):
        return f"{key}  {value.dtype}  no value: {_REASONS[value.reason]}"
    return f"{key}  {value.dtype} {shape_text(value.shape)}\n{_printed(value)}"


_REASONS = {
    "dead": "it is in a branch that was not taken",
    "handle": "it is a handle to a resource",
    "uninitialized": "nothing has assigned the Variable yet",
    "failed": "the run failed before",
}


def _printed(value: TensorValue) -> str:
    array = plain_array(value)
    if value.dtype == "string":
        texts = np.empty(array.shape, dtype=object)
        texts.reshape(-1)[:] = [_text_or_bytes(item) for item in array.reshape(-1).tolist()]
        return np.array2string(texts) if array.shape else str(texts[()])
    return str(array)


class _Shortened(bytes):
    """Bytes that are no text (a picture, a record), as a person looks at them: the beginning and the count."""

    def __repr__(self) -> str:
        """Return the first bytes and how many there are."""
        return f"{bytes(self[:_BYTES_SHOWN])!r}... ({len(self)} bytes)"

    __str__ = __repr__


_BYTES_SHOWN = 24


class _ShortenedText(str):
    """The beginning of a text that is too long to look at, with its length."""

    size: int

    def __repr__(self) -> str:
        """Return the beginning and how many bytes the text has."""
        return f"{str.__repr__(self)}... ({self.size:,} bytes)"

    def __str__(self) -> str:
        """Return the same without quotes."""
        return f"{str.__str__(self)}... ({self.size:,} bytes)"


_TEXT_SHOWN = 10_000  # bytes


def _text_or_bytes(item: bytes) -> str | bytes:
    if len(item) > _TEXT_SHOWN:
        text = item[:_TEXT_SHOWN].decode(errors="ignore")
        if len(text.encode()) > _TEXT_SHOWN - 4:  # but for a character that was cut
            shortened = _ShortenedText(text)
            shortened.size = len(item)
            return shortened
    try:
        return item.decode()
    except UnicodeDecodeError:
        return item if len(item) <= 2 * _BYTES_SHOWN else _Shortened(item)


def _elements(value: TensorValue) -> list[Any]:
    """Return the elements, flat and row-major, as JSON values."""
    flat = value.array.reshape(-1)
    if value.dtype == "string":
        return [_string(item) for item in flat.tolist()]
    if value.dtype in ("int4", "uint4"):
        return plain_array(value).reshape(-1).tolist()
    if flat.dtype.kind in "biu":
        return flat.tolist()
    if flat.dtype.kind == "c":
        parts = flat.view(flat.real.dtype)
        numbers = _floats(parts)
        return [numbers[i : i + 2] for i in range(0, len(numbers), 2)]
    return _floats(flat)


def _string(item: bytes) -> str | dict[str, str]:
    try:
        return item.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(item).decode()}


def _floats(array: _Array) -> list[Any]:
    """Return floats as numbers with the fewest digits that read back to the same element."""
    if array.dtype not in (np.float16, np.float32, np.float64):
        array = array.astype(np.float32)  # bfloat16 and float8: exact
    finite = np.isfinite(array)
    numbers: list[Any] = _shortest(array, finite).tolist()
    for i in np.flatnonzero(~finite).tolist():
        numbers[i] = "nan" if math.isnan(numbers[i]) else "inf" if numbers[i] > 0 else "-inf"
    return numbers


def _shortest(array: _Array, finite: _Array) -> _Array:
    """Return float64 numbers whose text is the narrow element's shortest: 0.1, not 0.10000000149011612."""
    wide = array.astype(np.float64)
    whole = (wide == np.rint(wide)) & (np.abs(wide) < _ALL_DIGITS)  # 65504, not the 65500 of a float16's text
    if array.dtype == np.float64 or bool(np.all(whole[finite])):
        return wide
    near = np.array([float(str(element)) for element in array], dtype=np.float64)
    with np.errstate(over="ignore"):
        same = near.astype(array.dtype) == array  # rounding twice could miss by a hair
    return np.where(same & ~whole, near, wide)


_ALL_DIGITS = 1000000.0  # below, the text of a whole number is the same in float32 and float64
