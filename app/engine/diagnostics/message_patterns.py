"""Reads what is required and what is there out of TensorFlow's standard messages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from app.document.model.sentence import Sentence, say
from blocks.requirement import Actual, InRange, NotZero, RankOf, Requirement, ShapeOf
from blocks.tensor_spec import Shape


class Reading(NamedTuple):
    """What a message says is required and is the case; None where it does not say."""

    requirement: Requirement | Sentence | None = None
    actual: Actual | Sentence | None = None


_Match = re.Match[str]
_Needs = Callable[[_Match], "Requirement | Sentence | None"]
_There = Callable[[_Match], "Actual | Sentence | None"]


def said_shape(text: str | None) -> Shape | None:
    """Return the shape that TensorFlow writes as ``[2,?]`` or ``[2 3]``; None for what is none."""
    if text is None or not (text.startswith("[") and text.endswith("]")):
        return None
    return tuple(None if n == "?" else int(n) for n in re.split(r"[,\s]+", text[1:-1]) if n)


def _rank(group: int) -> _Needs:
    return lambda m: _of_rank(int(m[group]))


def _of_rank(rank: int) -> Requirement:
    return Requirement(shape=ShapeOf((None,) * rank))


def _ranks(m: _Match) -> Requirement:
    ranks = tuple(int(n) for n in m[1].split(" or "))
    return _of_rank(ranks[0]) if len(ranks) == 1 else Requirement(shape=RankOf(ranks))


def _is_rank(group: int) -> _There:
    return lambda m: say("actual.rank", rank=int(m[group]))


def _shape(group: int) -> _Needs:
    def needs(m: _Match) -> Requirement | None:
        shape = said_shape(m[group])
        return None if shape is None else Requirement(shape=ShapeOf(shape))

    return needs


def _is_shape(group: int) -> _There:
    def there(m: _Match) -> Actual | None:
        shape = said_shape(m[group])
        return None if shape is None else Actual(shape=shape)

    return there


def _length(group: int) -> _Needs:
    return lambda m: Requirement(shape=ShapeOf((int(m[group]),)))


def _is_length(group: int) -> _There:
    return lambda m: Actual(shape=(int(m[group]),))


def _least(m: _Match) -> Requirement:
    """Return the requirement of whole numbers from the one that is said."""
    return Requirement(values=InRange(1 if m[1] == "one" else int(m[1])))


def _below_second(m: _Match) -> Requirement:
    return Requirement(values=InRange(0, int(m[2]) - 1))


def _between(low: int, high: int) -> _Needs:
    return lambda m: Requirement(values=InRange(int(m[low]), int(m[high])))


def _rank_least(m: _Match) -> Requirement:
    return Requirement(shape=RankOf((int(m[1]),), "least"))


def _rank_above(m: _Match) -> Requirement:
    return Requirement(shape=RankOf((int(m[1]) + 1,), "least"))


def _above_0(m: _Match) -> Requirement:
    return Requirement(values=InRange(0, open=True))


def _below(low: int, high: int) -> _Needs:
    return lambda m: Requirement(values=InRange(int(m[low]), int(m[high]) - 1))


def _up_to(high: int) -> _Needs:
    return lambda m: Requirement(values=InRange(0, int(m[high])))


def _is(group: int) -> _There:
    return lambda m: Actual(value=m[group])


def _not_negative(m: _Match) -> Requirement:
    return Requirement(values=InRange(0))


def _named_rank(m: _Match) -> Requirement:
    return Requirement(shape=RankOf(({"scalar": 0, "vector": 1, "matrix": 2}[m[1]],)))


def _vector(m: _Match) -> Requirement:
    return Requirement(shape=RankOf((1,)))


# Message -> what it requires and what is there, by the groups of the match. The first that matches counts.
_N = r"(-?\d+)"
_SHAPE = r"(\[[\d,? -]*\]|<unknown>)"
_INTERVAL = rf"\b(?:[Ii]n|outside|range)(?: of)?(?: the)?(?: valid)?(?: range)?:? \[{_N}, ?{_N}\)"
_TABLE: tuple[tuple[re.Pattern[str], _Needs | None, _There | None], ...] = tuple(
    (re.compile(pattern), needs, there)
    for pattern, needs, there in (
        # shape functions
        (rf"Shape must be rank {_N} but is rank {_N}", _rank(1), _is_rank(2)),
        (
            rf"Shape must be at least rank {_N} but is rank {_N}",
            lambda m: Requirement(shape=RankOf((int(m[1]),), "least")),
            _is_rank(2),
        ),
        (
            rf"Shape must be at most rank {_N} but is rank {_N}",
            lambda m: Requirement(shape=RankOf((int(m[1]),), "most")),
            _is_rank(2),
        ),
        (rf"Shapes must be equal rank, but are {_N} and {_N}", _rank(1), _is_rank(2)),
        (
            rf"Dimensions must be equal, but are {_N} and {_N}",
            lambda m: say("needs.in-place-of", size=int(m[1]), old=int(m[2])),
            _is(2),
        ),
        (
            rf"Dimension {_N} in both shapes must be equal, but are {_N} and {_N}\. Shapes are {_SHAPE} and {_SHAPE}",
            lambda m: say("needs.number-in-dimension", size=int(m[2]), dimension=int(m[1])),
            lambda m: say("needs.number-in-dimension", size=int(m[3]), dimension=int(m[1])),
        ),
        (
            rf"Dimension {_N} in both shapes must be equal",
            lambda m: say("needs.equal-in-dimension", dimension=int(m[1])),
            None,
        ),
        (
            rf"Dimension must be {_N} but is {_N}",
            lambda m: say("needs.size", size=int(m[1])),
            lambda m: say("needs.size", size=int(m[2])),
        ),
        (
            rf"Cannot reshape a tensor with {_N} elements to shape \S+ \({_N} elements\)",
            lambda m: say("needs.elements", count=int(m[1])),
            lambda m: say("needs.elements", count=int(m[2])),
        ),
        (r"Cannot reshape a tensor of \S+ into .*? elements", None, None),
        (
            rf"Dimension size must be evenly divisible by {_N} but is {_N}",
            lambda m: say("needs.divisible-size", divisor=int(m[1])),
            lambda m: say("needs.size", size=int(m[2])),
        ),
        (rf"Dimension {_N} must be (?:non-negative|>= 0)", _not_negative, _is(1)),
        (rf"must be non-negative but is {_N}", _not_negative, _is(1)),
        (
            rf"Dimension size, given by scalar input(?: \d+)?,? must be non-negative but is {_N}",
            _not_negative,
            _is(1),
        ),
        (
            rf"Dimension size, given by scalar input {_N}, must be in range \[(-?\d+), (-?\d+)\)",
            _below(2, 3),
            None,
        ),
        (
            r"\bin \(0, 2\^(\d+)\)",
            lambda m: Requirement(values=InRange(1, 2 ** int(m[1]) - 1)),
            None,
        ),
        (rf"{_INTERVAL},? but (?:got|is|was):? {_N}", _below(1, 2), _is(3)),
        (_INTERVAL, _below(1, 2), None),
        (
            rf"\b(?:in|between|range) \[{_N}, ?{_N}\],? (?:but )?(?:got|is|was|found):? {_N}",
            _between(1, 2),
            _is(3),
        ),
        (rf"\b(?:in|between|range) \[{_N}, ?{_N}\]", _between(1, 2), None),
        (rf"was {_SHAPE} instead of {_SHAPE}", _shape(2), _is_shape(1)),
        (rf"should be > {_N}, but (?:saw|got) rank:? {_N}", _rank_above, _is_rank(2)),
        (
            rf"Invalid reduction dimension {_N} for input with {_N} dimensions",
            lambda m: say("needs.dimension-of", rank=int(m[2])),
            _is(1),
        ),
        (rf"Number of dimensions .*? must be {_N}", _rank(1), None),
        (
            rf"Negative dimension size caused by subtracting {_N} from {_N}",
            lambda m: say("needs.at-least-in-place-of", size=int(m[1]), old=int(m[2])),
            _is(2),
        ),
        (
            rf"Can not squeeze dim\[{_N}\], expected a dimension of 1, got {_N}",
            lambda m: say("needs.size-in-dimension", size=1, dimension=int(m[1])),
            _is(2),
        ),
        (rf"input must have last dimension >= k = {_N} but is {_N}", _up_to(2), _is(1)),
        (rf"Requires \w+ > 0: {_N}", lambda m: Requirement(values=InRange(1)), _is(1)),
        (rf"Expected \w+ shape to be {_SHAPE}, but got {_SHAPE}", _shape(1), _is_shape(2)),
        (rf"to be a vector of length {_N} but got length {_N}", _length(1), _is_length(2)),
        (r"Requires delta != 0", lambda m: say("needs.not-zero"), lambda m: Actual(value="0")),
        (r"Requires start <= limit when delta > 0", lambda m: say("needs.below-zero"), None),
        (r"Requires start >= limit when delta < 0", lambda m: say("needs.above-zero"), None),
        (
            rf"requires the (?:\w+) attribute to contain {_N} values, but got: {_N}",
            lambda m: say("needs.count-of-numbers", count=int(m[1])),
            _is(2),
        ),
        (rf"must have rank {_N}", _rank(1), None),
        (rf"must be rank (\d(?: or \d)?),? but (?:got|is):? {_N}", _ranks, _is_rank(2)),
        (rf"must be a matrix; but its rank is not 2: {_N}", lambda m: _of_rank(2), _is_rank(1)),
        (r"expects a 1D vector", _vector, None),
        (r"Length of size_splits should be equal to num_split", lambda m: say("needs.as-many-sizes"), None),
        (rf"Index rank \({_N}\) and shape rank \({_N}\) do not match", _rank(1), _is_rank(2)),
        # running kernels
        (
            rf"Input to reshape is a tensor with {_N} values, but the requested shape \D+ {_N}",
            lambda m: say("needs.elements", count=int(m[1])),
            lambda m: say("needs.elements", count=int(m[2])),
        ),
        (
            rf"Matrix size-incompatible: In\[0\]: {_SHAPE}, In\[1\]: {_SHAPE}",
            None,
            lambda m: say("actual.two-shapes", one=m[1], other=m[2]),
        ),
        (
            rf"Incompatible shapes: {_SHAPE} vs\. {_SHAPE}",
            lambda m: say("needs.sizes-equal-or-1", shape=m[1]),
            _is_shape(2),
        ),
        (rf"indices\S* = {_N} is not in \[(-?\d+), (-?\d+)\)", _below(2, 3), _is(1)),
        (
            rf"has length {_N} that is not a multiple of {_N}, the size of (\w+)",
            lambda m: say("needs.multiple-of-bytes", size=int(m[2]), dtype=m[3]),
            lambda m: say("actual.so-many-bytes", count=int(m[1])),
        ),
        (
            rf"must have the same size and shape\.\s+Input 0: {_SHAPE} != input 1: {_SHAPE}",
            _shape(1),
            _is_shape(2),
        ),
        (r"segment_ids should be the same size as dimension 0", lambda m: say("needs.as-many-as-rows"), None),
        (r"Expected sorted", lambda m: say("needs.rising-order"), None),
        (rf"is not compatible with expected shape {_SHAPE}", _shape(1), None),
        (
            r"(?:must be|should be|to be) (?:a |an )?(scalar|vector|matrix)\b(?:.*?shapes?:? (\[[\d,]*\]))?",
            _named_rank,
            _is_shape(2),
        ),
        (
            r"[Cc]ould not parse .*? as (?:a |an )?(?:valid )?(\S[^.,:;]*)",
            lambda m: say("needs.parsable", what=m[1].strip()),
            None,
        ),
        (
            r"(?:[Nn]o \w+ found|[Uu]nable to find|[Cc]ould not find|[Nn]o such|[Nn]ot found)|does not exist",
            lambda m: say("needs.existing"),
            None,
        ),
        (
            rf"at least a (vector|matrix)(?:.*?shapes?:? {_SHAPE})?",
            lambda m: Requirement(shape=RankOf(({"vector": 1, "matrix": 2}[m[1]],), "least")),
            _is_shape(2),
        ),
        (rf"have the same shape:? ?{_SHAPE} {_SHAPE}", _shape(1), _is_shape(2)),
        (rf"{_SHAPE} vs\.? {_SHAPE}", _shape(1), _is_shape(2)),
        (rf"out of (?:range|bounds?):? {_N} vs\.? {_N}", _below_second, _is(1)),
        (
            rf"does not match (\w+)\b.*?:? {_N} vs\.? {_N}",
            lambda m: say("needs.equal-counts", one=int(m[2]), other=int(m[3])),
            None,
        ),
        (
            r"is (greater|less|larger|smaller) than (\w[\w ]*)",
            lambda m: say("needs.not-than", how=m[1], what=m[2].strip()),
            None,
        ),
        (
            r"is not a multiple of ([\w ]+(?: \(\d+\))?)",
            lambda m: say("needs.multiple-of", what=m[1].strip()),
            None,
        ),
        (r"[Oo]nly (.+?)(?: \(.*?\))? (?:is|are) supported", lambda m: say("quote", words=m[1]), None),
        (
            r"(?:[Uu]nsupported|[Uu]nknown|[Uu]nrecognized|[Ii]nvalid) (\w[\w ]*?):? ?[:=] (?=[A-Za-z][\w./-]*$)",
            lambda m: say("needs.known", what=m[1]),
            None,
        ),
        (r"out of bounds?|out of range", lambda m: say("needs.in-bounds"), None),
        (rf"must be rank {_N} but is rank {_N}", _rank(1), _is_rank(2)),
        (rf"rank of at least {_N} but got", _rank_least, None),
        (
            rf"length of at least {_N} but got: {_N}",
            lambda m: say("needs.at-least-elements", count=int(m[1])),
            _is(2),
        ),
        (r"must be (?:at least|in) \[0\.0, 1\.0\]", lambda m: Requirement(values=InRange(0, 1)), None),
        (r"must be non-?negative", _not_negative, None),
        (rf"is (?:invalid|out of bounds|out of range|too large): {_N} >= {_N}", _below_second, _is(1)),
        (r"(?:must|should) be (?:a )?non-?zero", lambda m: Requirement(values=NotZero()), None),
        (
            rf"must be between {_N} and {_N}",
            lambda m: Requirement(values=InRange(int(m[1]), int(m[2]))),
            None,
        ),
        (r"(?:must|should) be (?:>=|at least) (\d+|one)\b", _least, None),
        (r"(?:must|should) be (?:> ?0|positive|greater than (?:0|zero))", _above_0, None),
        (r"must be (?:a )?(?:1-D|1-dimensional)", _vector, None),
        (r"must be (?:a )?(\d)-(?:D|dimensional)", _rank(1), None),
    )
)


def reading_of(message: str) -> Reading:
    """Return what a message requires and says is there; both None where none of the standard ones is in it."""
    for pattern, needs, there in _TABLE:
        found = pattern.search(message)
        if found:
            return Reading(needs(found) if needs else None, there(found) if there else None)
    return Reading()
