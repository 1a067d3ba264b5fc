"""How numbers are written in tables: as they are, with fixed digits, scientific, hexadecimal; and byte counts."""

from __future__ import annotations

import cmath
from dataclasses import dataclass
from typing import Any, Literal

from app.editor.values.texts import value_text

Style = Literal["auto", "fixed", "scientific", "hex"]
STYLES: dict[Style, str] = {
    "auto": "All digits",
    "fixed": "Fixed digits",
    "scientific": "Scientific",
    "hex": "Hexadecimal",
}
MOST_DIGITS = 17


@dataclass(frozen=True)
class NumberFormat:
    """A style, and the digits after the point for the styles that have some."""

    style: Style = "auto"
    digits: int = 4

    def text(self, value: Any) -> str:
        """Return one element as text; what the style does not fit (strings, truth values) is as it is."""
        if self.style == "auto" or isinstance(value, bytes):
            return value_text(value)
        kind = getattr(getattr(value, "dtype", None), "kind", "")
        if self.style == "hex":
            return _hex(value) if kind in "iu" else value_text(value)
        if kind == "b":
            return value_text(value)
        letter = "f" if self.style == "fixed" else "e"
        if kind == "c":
            return _complex(complex(value), f".{self.digits}{letter}")
        try:
            return format(int(value) if kind in "iu" and letter == "f" else float(value), _spec(kind, self))
        except (TypeError, ValueError, OverflowError):
            return value_text(value)


def _spec(kind: str, form: NumberFormat) -> str:
    if form.style == "scientific":
        return f".{form.digits}e"
    return "d" if kind in "iu" else f".{form.digits}f"


def _hex(value: Any) -> str:
    """Return the bits of an integer, negative ones as two's complement."""
    bits = value.dtype.itemsize * 8
    return f"0x{int(value) % (1 << bits):0{bits // 4}x}"


def _complex(value: complex, spec: str) -> str:
    if cmath.isnan(value):
        return value_text(value)
    return f"{value.real:{spec}}{value.imag:+{spec}}j"


def weight_text(parameters: int, size: int) -> str:
    """Return a number of parameters with the memory that they take; "" where there are none."""
    word = "parameter" if parameters == 1 else "parameters"
    return f"{parameters:,} {word}, {bytes_text(size)}" if parameters else ""


def bytes_text(count: int) -> str:
    """Return a number of bytes in a unit that fits: ``14.4 KiB``."""
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{count} B" if unit == "B" else f"{size:.3g} {unit}"
        size /= 1024
    return ""


def number_text(value: float | int | None) -> str:
    """Return a number of a summary: integers whole, others with six digits; nothing for None."""
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else f"{value:.6g}"
