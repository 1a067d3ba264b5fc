"""The scalars of a literal: text to an exact Python value of a dtype, with its range and rounding."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Sequence
from typing import Any

from app.document.literals.types import LiteralError
from app.document.model.sentence import Sentence, say
from blocks.dtypes import DType

TRUE_WORDS = frozenset({"true", "TRUE", "True"})
FALSE_WORDS = frozenset({"false", "FALSE", "False"})
_NUMBER = re.compile(r"([+-]?)\s*(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?[fF]?\Z")
_SPECIAL = re.compile(r"([+-]?)\s*(inf|infinity|nan)[fF]?\Z", re.IGNORECASE)
_PART = r"(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf(?:inity)?|nan)"
_COMPLEX = re.compile(rf"(?:([+-]?)\s*({_PART})\s*(?=[+-]))?([+-]?)\s*({_PART})?\s*[jJ]\Z", re.IGNORECASE)
_PLAIN = re.compile(r"[0-9+\-.eEfF \t\r\n]*\Z")
_LONG = 25  # more digits than any integer dtype holds

# Floats that struct cannot round: bits of precision, smallest exponent (frexp's), largest value.
_SMALL_FLOATS = {
    "DT_BFLOAT16": (8, -125, 3.3895313892515355e38),
    "DT_FLOAT8_E5M2": (3, -13, 57344.0),
    "DT_FLOAT8_E4M3FN": (4, -5, 448.0),
}
_STRUCT_CODES = {"DT_FLOAT": "f", "DT_HALF": "e", "DT_COMPLEX64": "f"}
_LAYOUTS = {dtype: struct.Struct(f"<{code}") for dtype, code in _STRUCT_CODES.items()}


class ScalarFault(Exception):
    """The scalar of this flat index does not read as the dtype."""

    def __init__(self, index: int, reason: Sentence, hint: Sentence | None = None) -> None:
        super().__init__(str(reason))
        self.index = index
        self.reason = reason
        self.hint = hint


class _OutOfRange(LiteralError):
    """A number that reads, and that the dtype does not hold."""


def convert(scalars: Sequence[str], dtype: DType, *, unsure: bool = False) -> tuple[Any, ...]:
    """Return the values of trimmed scalar texts in a dtype other than STRING; raises ScalarFault.

    ``unsure``: neither the pin nor the text says that dtype.
    """
    quick = _convert_quickly(scalars, dtype)
    if quick is not None:
        return quick
    read = reader(dtype)
    values = []
    for index, scalar in enumerate(scalars):
        try:
            values.append(read(_unquoted(scalar)))
        except LiteralError as fault:
            is_guess = unsure and not isinstance(fault, _OutOfRange)
            hint = say("hint.number-or-text", more=_advice(scalar)) if is_guess else fault.hint
            raise ScalarFault(index, fault.reason, hint) from None
    return tuple(values)


def _unquoted(scalar: str) -> str:
    """Return what stands in quotes: pages of the original hold numbers as texts and convert them by dtype."""
    quoted = len(scalar) > 2 and scalar[0] == scalar[-1] == '"'
    return scalar[1:-1].strip() if quoted else scalar


def reader(dtype: DType) -> Callable[[str], Any]:
    """Return the function that reads one scalar of the dtype and raises LiteralError without a position."""
    if dtype.kind in ("int", "uint", "qint", "quint"):
        low, high = integer_range(dtype)
        return lambda text: _read_integer(text, low, high, dtype.name)
    if dtype.kind == "float":
        return lambda text: round_float(_read_float(text, dtype.name), dtype.name, text)
    if dtype.kind == "complex":
        return lambda text: _read_complex(text, dtype.name)
    return _read_bool


def integer_range(dtype: DType) -> tuple[int, int]:
    """Return the smallest and the largest value of an integer or quantized dtype."""
    if dtype.kind in ("uint", "quint"):
        return 0, (1 << dtype.bits) - 1
    return -(1 << (dtype.bits - 1)), (1 << (dtype.bits - 1)) - 1


def _convert_quickly(scalars: Sequence[str], dtype: DType) -> tuple[Any, ...] | None:
    """Read plain decimal numbers in bulk; None where the careful way must look."""
    # int() and float() also take underscores, words and foreign digits; those are left to the careful way.
    if not _PLAIN.match("".join(scalars)):
        return None
    try:
        if dtype.kind in ("int", "uint", "qint", "quint"):
            low, high = integer_range(dtype)
            whole = tuple(map(int, scalars))
            return whole if not whole or (min(whole) >= low and max(whole) <= high) else None
        if dtype.kind == "float":
            floats = [float(s[:-1]) if s[-1] in "fF" else float(s) for s in scalars]
            if math.inf in floats or -math.inf in floats:
                return None
            return tuple(_round_all(floats, dtype.name))
    except (ValueError, OverflowError):
        return None
    return None


def _round_all(values: list[float], dtype: str) -> Sequence[float]:
    code = _STRUCT_CODES.get(dtype)
    if code is not None:
        layout = f"<{len(values)}{code}"
        return struct.unpack(layout, struct.pack(layout, *values))
    if dtype in _SMALL_FLOATS:
        return [round_float(v, dtype) for v in values]
    return values


def round_float(value: float, dtype: str, text: str = "") -> float:
    """Return the nearest value of a float dtype, ties to even; raises LiteralError if it is too large."""
    if dtype == "DT_FLOAT8_E4M3FN" and math.isinf(value):
        raise _outside(text or repr(value), dtype, say("hint.no-infinity"))
    if not math.isfinite(value):
        return value
    layout = _LAYOUTS.get(dtype)
    if layout is not None:
        try:
            return float(layout.unpack(layout.pack(value))[0])
        except OverflowError:
            raise _outside(text or repr(value), dtype, say("hint.write-inf")) from None
    if dtype not in _SMALL_FLOATS:
        return value
    precision, smallest, largest = _SMALL_FLOATS[dtype]
    exponent = max(math.frexp(value)[1], smallest) - precision
    rounded = math.ldexp(float(round(math.ldexp(value, -exponent))), exponent)
    rounded = math.copysign(rounded, value)
    if abs(rounded) > largest:
        raise _outside(text or repr(value), dtype, say("hint.largest", value=largest))
    return rounded


def _read_integer(text: str, low: int, high: int, dtype: str) -> int:
    if text in TRUE_WORDS or text in FALSE_WORDS:
        return int(text in TRUE_WORDS)
    found = _NUMBER.match(text)
    if found is None:
        raise _unreadable(text, dtype, say("takes.whole-numbers"))
    value = _exact_integer(found)
    if value is None:
        raise LiteralError(
            say("literal.not-whole", text=_shown(text)), None, say("hint.whole-only", dtype=dtype)
        )
    if not low <= value <= high:
        raise _outside(text, dtype, say("hint.holds", low=low, high=high))
    return value


def _exact_integer(found: re.Match[str]) -> int | None:
    """Return a decimal number as an exact integer; None if it has a fraction; huge ones stay huge."""
    sign, whole, fraction, bare_fraction, exponent = found.groups()
    digits = ((whole or "") + (fraction or "") + (bare_fraction or "")).lstrip("0")
    significant = digits.rstrip("0")
    if not significant:
        return 0
    scale = len(digits) - len(significant) - len(fraction or bare_fraction or "") + _exponent(exponent)
    if scale < 0:
        return None
    value = 10**_LONG if len(significant) + scale > _LONG else int(significant) * 10**scale
    return -value if sign == "-" else value


def _exponent(text: str | None) -> int:
    """Return the exponent; a monstrous one is cut to a size that no mantissa makes up for."""
    digits = (text or "").lstrip("+-").lstrip("0")
    size = int(digits or "0") if len(digits) <= 12 else 10**12
    return -size if text and text[0] == "-" else size


def _read_float(text: str, dtype: str) -> float:
    if text in TRUE_WORDS or text in FALSE_WORDS:
        return float(text in TRUE_WORDS)
    special = _SPECIAL.match(text)
    if special is not None:
        return float(special[1] + special[2])
    if _NUMBER.match(text) is None:
        raise _unreadable(text, dtype, say("takes.numbers"))
    value = float(re.sub(r"\s", "", text).rstrip("fF"))
    if math.isinf(value):
        raise _outside(text, dtype, say("hint.write-inf"))
    return value


def _read_complex(text: str, dtype: str) -> complex:
    found = _COMPLEX.match(text)
    if found is None:
        return complex(round_float(_read_float(text, dtype), dtype, text), 0.0)
    real_sign, real, sign, size = found.groups()
    if real is not None and not sign:
        raise _unreadable(text, dtype, say("takes.complex"))
    parts = [float(real_sign + real) if real is not None else 0.0, float(sign + (size or "1"))]
    for part, words in zip(parts, (real, size), strict=True):
        if math.isinf(part) and "inf" not in (words or "").lower():
            raise _outside(text, dtype, say("hint.write-inf"))
    return complex(*(round_float(p, dtype, text) for p in parts))


def _read_bool(text: str) -> bool:
    if text in TRUE_WORDS:
        return True
    if text in FALSE_WORDS:
        return False
    found = _NUMBER.match(text)
    value = None if found is None else _exact_integer(found)
    if value not in (0, 1):
        raise _unreadable(text, "DT_BOOL", say("takes.bools"))
    return bool(value)


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def _outside(text: str, dtype: str, hint: Sentence) -> LiteralError:
    return _OutOfRange(say("literal.out-of-range", text=_shown(text), dtype=dtype), None, hint)


def _unreadable(text: str, dtype: str, takes: Sentence) -> LiteralError:
    hint = say("hint.takes", dtype=dtype, takes=takes, more=_advice(text))
    return LiteralError(say("literal.unreadable", text=_shown(text)), None, hint)


def _advice(text: str) -> Sentence | None:
    """Return what else to say of a text that is no number: how what it seems to mean is written."""
    if re.search(r"[0-9]\s*/\s*[0-9]", text):
        return say("hint.quotient")
    if re.search(r"[0-9]\s+[0-9+.-]", text):
        return say("hint.comma-between")
    return say("hint.braces-for-brackets") if "[" in text or "]" in text else None
