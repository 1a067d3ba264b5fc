"""Turns a tensor into pictures: which axes are rows, columns and colours, and how values become colours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from app.editor.values.distribution import parts_of

Array = np.ndarray[Any, Any]

MOST_PICTURES = 64
_MOST_SIDE = 1024  # pixels; larger pictures are drawn with every second, third... row and column
_MOST_PIXELS = 4 << 20  # of all pictures; fewer of them are drawn where they are large
_WHOLE = 8_000_000  # elements; the range of larger tensors is that of the part that is drawn
# The colours of matplotlib's "viridis" (public domain), in nine equal parts.
_HEAT = np.array(
    [(68, 1, 84), (72, 40, 120), (62, 73, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137),
     (53, 183, 121), (110, 206, 88), (181, 222, 43), (253, 231, 37)], np.float64,
)  # fmt: skip
_ODD = (255, 0, 255, 255)  # NaN and infinity
STYLES = ("auto", "heat", "grey")


@dataclass(frozen=True)
class Style:
    """How a tensor is drawn. ``colours`` is one of ``STYLES``; ``low`` and ``high`` replace the values' own range.

    With "heat" each channel is a picture of its own. ``transposed`` swaps the axes of rows and columns. ``filters``
    takes a rank 4 as [h, w, in, out], as convolutions do: a picture for each of both, or a coloured one for each out.
    """

    colours: str = "auto"
    low: float | None = None
    high: float | None = None
    transposed: bool = False
    filters: bool = False
    scale: tuple[tuple[int, int, int], ...] = ()  # colours from low to high in place of the usual ones


@dataclass(frozen=True, eq=False)
class Pictures:
    """The pictures of one tensor, as uint8 [n, h, w, 4] (red, green, blue, alpha)."""

    rgba: Array
    batch: Array  # what they are drawn from: the tensor as [pictures, rows, columns, channels]
    total: int  # how many the tensor has; more than n where some are left out
    stride: int = 1  # 2 where every second row and column is drawn
    low: float = 0.0  # least and greatest finite value, or the ends that the style gives
    high: float = 0.0
    is_heat: bool = False  # drawn in a colour scale from low to high
    scaling: str = ""  # "0 to 1", "0 to 255", "low to high"
    odd: int = 0  # how many values are NaN or infinite


def pictures_of(array: Array, style: Style | None = None) -> Pictures:
    """Return a tensor's pictures; raises ValueError, with the reason, where it has none.

    Rank 2 is [h, w]; rank 3 is [h, w, c] where c is 1, 3 or 4, else [n, h, w]; rank 4 is [n, h, w, c], and
    each channel is a picture of its own where c is another number. Rank 1 is drawn as one row.
    """
    style = style or Style()
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{_name(array)} values make no picture")
    if array.size == 0:
        raise ValueError("the tensor has no elements")
    if style.filters and array.ndim == 4:
        array = array.transpose(3, 0, 1, 2)
    batch = _as_batch(array, separate=style.colours == "heat")
    if style.transposed:
        batch = batch.swapaxes(1, 2)
    stride = max(1, -(-max(batch.shape[1:3]) // _MOST_SIDE))
    most = max(1, min(MOST_PICTURES, _MOST_PIXELS * stride * stride // (batch.shape[1] * batch.shape[2])))
    shown = batch[:most, ::stride, ::stride]
    low, high, odd = _extremes(array if array.size <= _WHOLE else shown)
    low = low if style.low is None else style.low
    high = high if style.high is None else style.high
    is_plain = array.dtype == np.uint8 or array.dtype.kind == "b"
    is_heat = shown.shape[-1] == 1 and (style.colours == "heat" or (style.colours == "auto" and not is_plain))
    if is_heat:
        rgba, scaling = _heat(shown[..., 0], low, high, _table(style)), "low to high"
    else:
        rgba, scaling = _colours(shown, _range(array.dtype, low, high, style))
    return Pictures(rgba, batch, len(batch), stride, low, high, is_heat, scaling, odd)


def heat_colours(count: int, style: Style | None = None) -> Array:
    """Return the colour scale from its low to its high end, as uint8 [count, 3]."""
    return _scale(np.linspace(0.0, 1.0, count), _table(style or Style()))


def _table(style: Style) -> Array:
    return np.array(style.scale, np.float64) if len(style.scale) > 1 else _HEAT


def pixel_text(batch: Array, picture: int, row: int, column: int) -> str:
    """Return the values of one pixel of ``Pictures.batch``, by picture, row and column, as text."""
    values = ", ".join(str(v) for v in batch[picture, row, column])
    place = f"row {row}, column {column}: {values}"
    return f"picture {picture}, {place}" if len(batch) > 1 else place


def _as_batch(array: Array, separate: bool = False) -> Array:
    """Return the tensor as [n, h, w, c] with c of 1, 3 or 4; ``separate`` makes each channel a picture."""
    if array.ndim == 1:
        return array[None, None, :, None]
    if array.ndim == 2:
        return array[None, :, :, None]
    if array.ndim == 3:
        has_colours = array.shape[2] in (1, 3, 4) and not (separate and array.shape[2] > 1)
        if has_colours:
            return array[None]
        return array.transpose(2, 0, 1)[..., None] if array.shape[2] in (3, 4) else array[..., None]
    if array.ndim == 4:
        if array.shape[3] == 1 or (array.shape[3] in (3, 4) and not separate):
            return array
        channels = np.moveaxis(array, 3, 1)  # a layer's features: one picture a channel
        return channels.reshape(-1, *channels.shape[2:])[..., None]
    what = "a single value" if array.ndim == 0 else f"a tensor of rank {array.ndim}"
    raise ValueError(f"{what} makes no picture: it takes [h, w], [h, w, c] or [n, h, w, c]")


def _extremes(array: Array) -> tuple[float, float, int]:
    """Return the least and greatest finite value, and how many are not finite."""
    if array.dtype.kind != "f":
        return float(array.min()), float(array.max()), 0
    finite = np.isfinite(array)
    odd = int(array.size - np.count_nonzero(finite))
    values = array[finite] if odd else array
    return (float(values.min()), float(values.max()), odd) if values.size else (0.0, 0.0, odd)


def _heat(values: Array, low: float, high: float, table: Array) -> Array:
    numbers = values.astype(np.float64)
    good = np.isfinite(numbers)
    parts = parts_of(np.where(good, numbers, low), low, high)
    rgba = np.full((*values.shape, 4), 255, np.uint8)
    rgba[..., :3] = _scale(parts, table)
    rgba[~good] = _ODD
    return rgba


def _scale(parts: Array, table: Array) -> Array:
    at = np.clip(parts, 0.0, 1.0) * (len(table) - 1)
    below = np.minimum(at.astype(np.int64), len(table) - 2)
    rest = (at - below)[..., None]
    return np.rint(table[below] * (1 - rest) + table[below + 1] * rest).astype(np.uint8)


def _colours(values: Array, black_white: tuple[float, float, str]) -> tuple[Array, str]:
    """Return grey or coloured pictures from what is black to what is white."""
    numbers = values.astype(np.float64)
    good = np.isfinite(numbers).all(axis=-1)
    zero, one, scaling = black_white
    one = one if one > zero else zero + 1.0
    parts = parts_of(np.where(np.isfinite(numbers), numbers, zero), zero, one)
    data = np.rint(np.clip(parts, 0.0, 1.0) * 255).astype(np.uint8)
    rgba = np.full((*values.shape[:3], 4), 255, np.uint8)
    rgba[..., : data.shape[-1] if data.shape[-1] > 1 else 3] = data
    rgba[~good] = _ODD
    return rgba, scaling


def _range(dtype: np.dtype[Any], low: float, high: float, style: Style) -> tuple[float, float, str]:
    """Return which values are black and white."""
    if style.low is not None or style.high is not None:
        return low, high, "low to high"
    if dtype == np.uint8:
        return 0.0, 255.0, "0 to 255"
    if dtype.kind == "b" or (low >= 0 and high <= 1):
        return 0.0, 1.0, "0 to 1"
    if low >= 0 and high <= 255:
        return 0.0, 255.0, "0 to 255"
    return low, high, "low to high"


def _name(array: Array) -> str:
    return {"c": "complex", "O": "string"}.get(array.dtype.kind, array.dtype.name)
