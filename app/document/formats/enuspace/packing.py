"""The element types of packed arrays on pages that do not say them, as the tiling of the ``.dat`` file shows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from app.document.formats.enuspace.elements import PinValue, Use

_WORD_OF = {"DT_DOUBLE": "double", "DT_FLOAT": "float", "DT_INT32": "int", "DT_BOOL": "bool"}
_SIZE_OF = {"double": 8, "float": 4, "int": 4, "bool": 1}
_BY_SIZE = {8: "double", 4: "float", 1: "bool"}  # an int is as large as a float; only a dtype pin says which


def settle_types(uses: Iterable[Use], file_size: int) -> None:
    """Fill in the types of packed arrays that have none: from the block's dtype pin, else from the gap to the next."""
    listed = list(uses)
    starts = sorted({v.position for use in listed for v in use.pins if v.position is not None} | {file_size})
    following = dict(pairwise(starts))
    for use in listed:
        if all(v.word or v.position is None for v in use.pins):
            continue
        dtype = next((v.value.strip() for v in use.pins if v.name == "dtype"), "")
        use.pins = [_typed(v, dtype, following) for v in use.pins]


def _typed(value: PinValue, dtype: str, following: dict[int, int]) -> PinValue:
    if value.word or value.position is None:
        return value
    size = following.get(value.position, value.position) - value.position
    count = math.prod(value.shape or ())
    word = _WORD_OF.get(dtype) or (_BY_SIZE.get(size // count) if count and size % count == 0 else None)
    return replace(value, word=word or "")


def packed_end(value: PinValue) -> int:
    """Return where a pin's packed array ends in the ``.dat`` file; 0 for a pin that has none."""
    if value.position is None:
        return 0
    return value.position + math.prod(value.shape or ()) * _SIZE_OF.get(value.word, 8)
