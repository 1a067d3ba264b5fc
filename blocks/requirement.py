"""What a pin accepts and what it has instead, as plain data: dtypes, shapes, values, counts, names, kinds.

Nothing here is a sentence: `app.messages` makes those. All of it is hashable and goes over the worker's pipe.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from blocks.tensor_spec import Shape

# Sizes as a requirement gives them: a number; None for any; a name, which stands for one size wherever it is used;
# "..." for any further sizes, "*" for one that may differ from its neighbour's, "#x" for the number of x's dimensions.
Size = int | str | None
Sizes = tuple[Size, ...]


class ShapeOf(msgspec.Struct, frozen=True, omit_defaults=True, tag="shape"):
    """A shape of these sizes. ``broadcast``: 1 may stand in the place of any of them."""

    sizes: Sizes
    broadcast: bool = False


class RankOf(msgspec.Struct, frozen=True, omit_defaults=True, tag="rank"):
    """A number of dimensions: one of ``ranks``, or from the only one on upwards or downwards.

    ``like`` is the shape of a tensor beside it that has this rank, ``example`` a text that has it.
    """

    ranks: tuple[int, ...]
    bound: Literal["exact", "least", "most"] = "exact"
    like: Shape | None = None
    example: str | None = None


class InRange(msgspec.Struct, frozen=True, omit_defaults=True, tag="range"):
    """Numbers from ``low`` to ``high`` (None: without end); ``open`` leaves the ends themselves out.

    With both ends given, ``open`` leaves out ``high`` alone, as Python's ranges do.
    """

    low: int | float | None = None
    high: int | float | None = None
    open: bool = False


class Finite(msgspec.Struct, frozen=True, tag="finite"):
    """Numbers that are neither NaN nor infinite."""


class NotZero(msgspec.Struct, frozen=True, tag="not-zero"):
    """Numbers other than 0."""


class EachOnce(msgspec.Struct, frozen=True, tag="each-once"):
    """Each of 0 to ``count`` - 1 once, in any order."""

    count: int


class AllDifferent(msgspec.Struct, frozen=True, tag="all-different"):
    """Numbers of which none is there twice."""


class SizesMaking(msgspec.Struct, frozen=True, tag="sizes-making"):
    """Sizes whose product is ``count``, the number of elements of a tensor of the shape ``like``."""

    count: int
    like: Shape


class IndicesBelow(msgspec.Struct, frozen=True, tag="indices-below"):
    """Indices into a tensor of this shape (None: not known), which is that of the pin ``of``."""

    shape: Shape | None
    of: str = ""


class SizesFrom(msgspec.Struct, frozen=True, omit_defaults=True, tag="sizes-from"):
    """Sizes of ``least`` or more, 0 or 1; with ``one_open`` one of them may be -1."""

    least: int
    one_open: bool = False


Shapes = ShapeOf | RankOf
Elementwise = InRange | Finite | NotZero  # what each number must be by itself
Values = InRange | Finite | NotZero | EachOnce | AllDifferent | SizesMaking | IndicesBelow | SizesFrom


class Requirement(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="requirement"):
    """What a pin accepts; each member that is given must hold.

    ``dtypes`` are NumPy's names, ``in_order`` makes them those of a list's elements one by one. ``count`` is the
    number of elements (or a number that counts something). ``names`` are the words to choose from. ``kind`` is a
    kind of pin (`blocks.symbol.PinKind`). ``form`` names what has no data: "text", "block", "id", ...
    """

    dtypes: tuple[str, ...] = ()
    in_order: bool = False
    shape: Shapes | None = None
    values: Values | None = None
    count: InRange | None = None
    names: tuple[str, ...] = ()
    kind: str | None = None
    form: str | None = None


class Actual(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag="actual"):
    """What is there instead; members that do not apply are absent.

    ``dtypes`` are those of a list's elements. ``value`` is written as a literal is (``{1,2}``), ``index`` is where
    in the tensor it stands. ``name`` is a name or text as it is typed. ``origins`` are the ``block.pin`` from which
    it comes. A shape of unknown rank is absent, too.
    """

    dtype: str | None = None
    dtypes: tuple[str, ...] | None = None
    shape: Shape | None = None
    value: str | None = None
    index: tuple[int, ...] | None = None
    count: int | None = None
    name: str | None = None
    kind: str | None = None
    origins: tuple[str, ...] = ()


def accepts(needs: Elementwise, value: Any) -> Any:
    """Return whether a number is as required; of a NumPy array, which of its elements are."""
    if isinstance(needs, Finite):
        return value - value == 0
    if isinstance(needs, NotZero):
        return value != 0
    accepted = value == value  # NaN is in no range
    if needs.low is not None:
        is_open = needs.open and needs.high is None
        accepted = accepted & (value > needs.low if is_open else value >= needs.low)
    if needs.high is not None:
        accepted = accepted & (value < needs.high if needs.open else value <= needs.high)
    return accepted


def exactly(count: int) -> Requirement:
    """Return the requirement of so many elements."""
    return Requirement(count=InRange(count, count))


def of_dtypes(*dtypes: str) -> Requirement:
    """Return the requirement of one of these dtypes (NumPy's names)."""
    return Requirement(dtypes=dtypes)
