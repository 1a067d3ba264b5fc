"""Colours of cells by their values: the heat scale of pictures, thinned so that texts stay readable."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QColor

if TYPE_CHECKING:
    import numpy as np

_STEPS = 64
_ODD = QColor("#ff00ff")


@lru_cache(maxsize=1)
def _scale() -> tuple[QColor, ...]:
    from app.editor.tensor_views.pixels import heat_colours

    return tuple(QColor(int(r), int(g), int(b)) for r, g, b in heat_colours(_STEPS))


def cell_colours(
    numbers: np.ndarray[Any, Any], low: float, high: float
) -> list[list[tuple[QColor, QColor] | None]]:
    """Return (ground, text) of cells by value from low to high; NaN and infinities are magenta."""
    import numpy as np

    from app.editor.values.distribution import parts_of

    scale = _scale()
    parts = parts_of(numbers, low, high)
    good = np.isfinite(numbers)
    steps = np.where(good, np.clip(np.nan_to_num(parts), 0, 1) * (_STEPS - 1), -1).astype(int)
    return [[_pair(scale[s] if s >= 0 else _ODD) for s in row] for row in steps.tolist()]


@lru_cache(maxsize=256)
def _pair_of(rgb: int) -> tuple[QColor, QColor]:
    ground = QColor.fromRgb(rgb)
    light = 0.299 * ground.red() + 0.587 * ground.green() + 0.114 * ground.blue() > 140
    return ground, QColor("#101010" if light else "#ffffff")


def _pair(ground: QColor) -> tuple[QColor, QColor]:
    return _pair_of(ground.rgb())
