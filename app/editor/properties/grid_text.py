"""A tensor's text as cells and back, for the grid editor. Cells keep the spelling of each number (no Qt)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.document.literals.parser import guess_dtype
from app.document.literals.scanner import scan_numbers, scan_strings


class Cells(NamedTuple):
    """A tensor as texts: row-major, one per element."""

    shape: tuple[int, ...]
    texts: list[str]
    strings: bool


def read_cells(text: str, dtype: str | None) -> Cells:
    """Split a literal into cells; a blank text is one empty row. Raises LiteralError."""
    strings = (dtype or guess_dtype(text)) == "DT_STRING"
    if not text.strip():
        return Cells((1,), [""], strings)
    scan = scan_strings(text) if strings else scan_numbers(text)
    return Cells(scan.shape, list(scan.scalars), strings)


def write_cells(shape: Sequence[int], texts: Sequence[str], strings: bool) -> str:
    """Return the literal: ``{{1.0f,2.0f},{3,4}}``; a scalar has no braces, an empty cell is 0."""
    words = [_quoted(t) if strings else (t.strip() or "0") for t in texts]
    if not shape:
        return words[0] if words else ("" if not strings else '""')
    for size in reversed(shape):  # from the innermost braces outwards
        words = _wrap(words, size, len(words))
    return words[0] if words else "{}"


def resized(cells: Cells, shape: tuple[int, ...], fill: str) -> Cells:
    """Return the cells in another shape of the same rank: elements keep their indices."""
    if shape == cells.shape:
        return cells
    total = 1
    for size in shape:
        total *= size
    texts = [fill] * total
    strides_old, strides_new = _strides(cells.shape), _strides(shape)
    for flat, text in enumerate(cells.texts):
        place, rest = 0, flat
        for axis, stride in enumerate(strides_old):
            at, rest = divmod(rest, stride)
            if at >= shape[axis]:
                break
            place += at * strides_new[axis]
        else:
            texts[place] = text
    return Cells(shape, texts, cells.strings)


def _wrap(words: list[str], size: int, count: int) -> list[str]:
    if size == 0:
        return ["{}"]
    return ["{" + ",".join(words[i : i + size]) + "}" for i in range(0, count, size)]


def _strides(shape: Sequence[int]) -> list[int]:
    strides = [1] * len(shape)
    for axis in range(len(shape) - 2, -1, -1):
        strides[axis] = strides[axis + 1] * max(1, shape[axis + 1])
    return strides


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
