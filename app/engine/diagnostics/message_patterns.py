"""Reads wanted and actual out of TensorFlow's standard messages."""

from __future__ import annotations

import re
from typing import NamedTuple


class Reading(NamedTuple):
    """What a message says was wanted and is the case, as short texts; None where it does not say."""

    wanted: str | None = None
    actual: str | None = None


# Message -> (wanted, actual), written with the groups of the match. The first that matches counts.
_N = r"(-?\d+)"
_SHAPE = r"(\[[\d,? -]*\]|<unknown>)"
_TABLE: tuple[tuple[re.Pattern[str], str | None, str | None], ...] = tuple(
    (re.compile(pattern), wanted, actual)
    for pattern, wanted, actual in (
        # shape functions
        (rf"Shape must be rank {_N} but is rank {_N}", r"rank \1", r"rank \2"),
        (rf"Shape must be at least rank {_N} but is rank {_N}", r"rank \1 or more", r"rank \2"),
        (rf"Shape must be at most rank {_N} but is rank {_N}", r"rank \1 or less", r"rank \2"),
        (rf"Shapes must be equal rank, but are {_N} and {_N}", r"rank \1", r"rank \2"),
        (rf"Dimensions must be equal, but are {_N} and {_N}", r"\1 in place of \2", r"\2"),
        (
            rf"Dimension {_N} in both shapes must be equal, but are {_N} and {_N}\. Shapes are {_SHAPE} and {_SHAPE}",
            r"\2 in dimension \1",
            r"\3 in dimension \1",
        ),
        (rf"Dimension {_N} in both shapes must be equal", r"equal sizes in dimension \1", None),
        (rf"Dimension must be {_N} but is {_N}", r"size \1", r"size \2"),
        (
            rf"Cannot reshape a tensor with {_N} elements to shape \S+ \({_N} elements\)",
            r"\1 elements",
            r"\2 elements",
        ),
        (r"Cannot reshape a tensor of \S+ into .*? elements", None, None),
        (
            rf"Dimension size must be evenly divisible by {_N} but is {_N}",
            r"a size that \1 divides evenly",
            r"size \2",
        ),
        (rf"Dimension {_N} must be (?:non-negative|>= 0)", "0 or more", r"\1"),
        (rf"must be non-negative but is {_N}", "0 or more", r"\1"),
        (
            rf"Dimension size, given by scalar input(?: \d+)?,? must be non-negative but is {_N}",
            "0 or more",
            r"\1",
        ),
        (
            rf"Dimension size, given by scalar input {_N}, must be in range \[(-?\d+), (-?\d+)\)",
            r"\2 to below \3",
            None,
        ),
        (r"axis(?: must be| should be)? in (?:the )?range \[(-?\d+),\s*(-?\d+)\)", r"\1 to below \2", None),
        (
            rf"Invalid reduction dimension {_N} for input with {_N} dimensions",
            r"less than \2 and not below -\2",
            r"\1",
        ),
        (rf"Number of dimensions .*? must be {_N}", r"rank \1", None),
        (
            rf"Negative dimension size caused by subtracting {_N} from {_N}",
            r"at least \1 in place of \2",
            r"\2",
        ),
        (
            rf"Can not squeeze dim\[{_N}\], expected a dimension of 1, got {_N}",
            r"size 1 in dimension \1",
            r"\2",
        ),
        (r"Requires delta != 0", "not 0", "0"),
        (r"Requires start <= limit when delta > 0", "below 0, as limit is below start", None),
        (r"Requires start >= limit when delta < 0", "above 0, as limit is above start", None),
        (rf"requires the (?:\w+) attribute to contain {_N} values, but got: {_N}", r"\1 numbers", r"\2"),
        (rf"must have rank {_N}", r"rank \1", None),
        (rf"must be rank (\d(?: or \d)?),? but (?:got|is):? {_N}", r"rank \1", r"rank \2"),
        (rf"must be a matrix; but its rank is not 2: {_N}", "rank 2", r"rank \1"),
        (r"expects a 1D vector", "a vector", None),
        (r"Length of size_splits should be equal to num_split", "as many sizes as num_split says", None),
        (rf"Index rank \({_N}\) and shape rank \({_N}\) do not match", r"rank \1", r"rank \2"),
        # running kernels
        (
            rf"Input to reshape is a tensor with {_N} values, but the requested shape \D+ {_N}",
            r"\1 elements",
            r"\2 elements",
        ),
        (rf"Matrix size-incompatible: In\[0\]: {_SHAPE}, In\[1\]: {_SHAPE}", None, r"\1 and \2"),
        (rf"Incompatible shapes: {_SHAPE} vs\. {_SHAPE}", r"sizes that equal \1 or are 1", r"\2"),
        (rf"indices\S* = {_N} is not in \[(-?\d+), (-?\d+)\)", r"\2 to below \3", r"\1"),
        (
            rf"has length {_N} that is not a multiple of {_N}, the size of (\w+)",
            r"a multiple of \2 bytes, as \3 takes",
            r"\1 bytes",
        ),
        (rf"must have the same size and shape\.\s+Input 0: {_SHAPE} != input 1: {_SHAPE}", r"\1", r"\2"),
        (r"segment_ids should be the same size as dimension 0", "as many numbers as data has rows", None),
        (r"Expected sorted", "numbers in rising order", None),
        (rf"is not compatible with expected shape {_SHAPE}", r"\1", None),
        (
            r"(?:must be|should be|to be) (?:a |an )?(scalar|vector|matrix)\b(?:.*?shapes?:? (\[[\d,]*\]))?",
            r"a \1",
            r"\2",
        ),
        (r"must be non-?negative", "0 or more", None),
        (r"must be (?:a )?(?:1-D|1-dimensional)", "a vector", None),
        (r"must be (?:a )?(\d)-(?:D|dimensional)", r"rank \1", None),
    )
)


def reading_of(message: str) -> Reading:
    """Return what a message says of wanted and actual; both None where none of the standard ones is in it."""
    for pattern, wanted, actual in _TABLE:
        found = pattern.search(message)
        if found:
            return Reading(*(found.expand(text) or None if text else None for text in (wanted, actual)))
    return Reading()
