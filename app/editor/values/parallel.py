"""Where the rows of a table lie on parallel axes: numbers by size, all else by the order in which it comes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

_MOST_NAMED = 12  # values of an axis of texts that are written beside it


class Axis(NamedTuple):
    """One axis. ``places`` of the rows run from 0 to 1 (None: no value); ``ticks`` are places and what they say."""

    name: str
    places: list[float | None]
    ticks: list[tuple[float, str]]


def axis_of(name: str, cells: Sequence[Any]) -> Axis:
    """Return the axis of a column."""
    numbers = [number_of(cell) for cell in cells]
    there = [cell for cell in cells if cell not in (None, "")]
    finite = [n for n in numbers if n is not None and math.isfinite(n)]
    if not finite or sum(n is not None for n in numbers) < len(there):
        return _of_texts(name, cells)
    low, high = min(finite), max(finite)
    places = [None if n is None or not math.isfinite(n) else share(n, low, high) for n in numbers]
    ends = [(0.0, f"{low:.5g}"), (1.0, f"{high:.5g}")] if high > low else [(0.5, f"{low:.5g}")]
    return Axis(name, places, ends)


def share(number: float, low: float, high: float) -> float:
    """Return where a number lies between two: 0 to 1; in the middle where they are one."""
    if high <= low:
        return 0.5
    return (number / 2 - low / 2) / (high / 2 - low / 2)  # halves: the difference may be infinite


def number_of(cell: Any) -> float | None:
    """Return the number of a cell, or of the text of a pin such as ``0.1f``; of a tensor the mean; else None."""
    if isinstance(cell, dict):
        cell = cell.get("mean")
    if isinstance(cell, bool) or cell is None:
        return None if cell is None else float(cell)
    if isinstance(cell, (int, float)):
        return float(cell)
    if not isinstance(cell, str) or "_" in cell:
        return None
    try:
        return float(cell.strip().removesuffix("f") if cell.strip() not in ("inf", "-inf") else cell)
    except ValueError:
        return None


def _of_texts(name: str, cells: Iterable[Any]) -> Axis:
    shown = [None if cell is None or cell == "" else str(cell) for cell in cells]
    order = {text: i for i, text in enumerate(dict.fromkeys(text for text in shown if text is not None))}
    last = len(order) - 1
    places = {text: i / last if last else 0.5 for text, i in order.items()}
    named = list(places)[:: max(1, -(-len(order) // _MOST_NAMED))]
    return Axis(
        name,
        [None if text is None else places[text] for text in shown],
        [(places[text], text[:24]) for text in named],
    )
