"""Literals back to text: what ``parse_literal`` reads as the same tensor."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from app.document.literals.scalars import round_float
from app.document.literals.types import Literal, LiteralError
from app.document.model.sentence import say
from blocks.dtypes import DTYPES

# The fewest decimal digits that may distinguish two neighbouring values; more are tried until they do.
_FIRST_DIGITS = {"DT_FLOAT": 6, "DT_COMPLEX64": 6, "DT_HALF": 3, "DT_BFLOAT16": 2}
_FORMS = [f"%.{digits}g" for digits in range(1, 18)]


def format_literal(literal: Literal) -> str:
    """Return the text of a tensor; read with its dtype, or a guessed dtype, it gives the same tensor.

    Floats have the fewest digits that give the value back, FLOAT the suffix ``f``. Raises LiteralError for
    what no text can say: bytes that are not UTF-8, and a shape such as [0, 3].
    """
    write = _writer(literal.dtype)
    return braced([write(v) for v in literal.values], literal.shape)


def format_literal_list(literals: list[Literal]) -> str:
    """Return the text of a list pin: the tensors with commas between."""
    return ",".join(format_literal(one) for one in literals)


def quoted(text: str) -> str:
    """Return a string in quotes, with its quotes and backslashes escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _writer(dtype: str) -> Callable[[Any], str]:
    kind = DTYPES[dtype].kind
    if kind == "string":
        return _string
    if kind == "bool":
        return lambda v: "true" if v else "false"
    if kind == "float":
        suffix = "f" if dtype == "DT_FLOAT" else ""
        return lambda v: shortest(v, dtype) + suffix
    if kind == "complex":
        return lambda v: _complex(v, dtype)
    return lambda v: str(int(v))


def shortest(value: float, dtype: str) -> str:
    """Return the decimal text with the fewest digits that reads as this value of the dtype."""
    if not math.isfinite(value) or dtype in ("DT_DOUBLE", "DT_COMPLEX128"):
        return repr(float(value))
    tiny = abs(value) < 1e-37
    number = value
    for form in _FORMS[0 if tiny else _FIRST_DIGITS.get(dtype, 1) - 1 :]:
        number = float(form % value)
        try:
            if round_float(number, dtype) == value:
                break
        except LiteralError:  # the digits so far round up beyond the largest value
            continue
    return repr(number)


def _complex(value: complex, dtype: str) -> str:
    real, imaginary = shortest(value.real, dtype), shortest(value.imag, dtype)
    sign = "" if imaginary.startswith("-") else "+"
    return f"{real}{sign}{imaginary}j"


def _string(value: bytes) -> str:
    try:
        return quoted(value.decode("utf-8"))
    except UnicodeDecodeError:
        raise LiteralError(say("literal.bytes-not-utf-8"), None, say("hint.arrays-in-npz")) from None


def braced(texts: list[str], shape: tuple[int, ...]) -> str:
    """Put braces around the texts of values from the innermost dimension outwards.

    Raises LiteralError for a shape such as [0, 3].
    """
    if 0 in shape[:-1]:
        raise LiteralError(say("literal.shape-without-text", shape=shape), None, say("hint.array-in-npz"))
    count = len(texts)
    for size in reversed(shape):
        rows = count // size if size else math.prod(shape[:-1])
        texts = ["{" + ",".join(texts[r * size : (r + 1) * size]) + "}" for r in range(rows)]
        count = rows
    return texts[0]
