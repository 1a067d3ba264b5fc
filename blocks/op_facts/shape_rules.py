"""Says which shape or values an op requires of an input, given the shapes of the inputs that it must fit.

The texts of `input_shapes` are evaluated here and nowhere else: for the words of a fault, and for the types that
inference gives to inputs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from blocks.op_facts.index_arguments import AXES
from blocks.op_facts.input_shapes import BROADCAST, INPUT_SHAPES
from blocks.op_facts.output_sizes import SIZES_ABOVE_0
from blocks.requirement import (
    AllDifferent,
    EachOnce,
    IndicesBelow,
    InRange,
    RankOf,
    Requirement,
    ShapeOf,
    Size,
    SizesFrom,
    SizesMaking,
    Values,
)
from blocks.tensor_spec import Shape


class Given(NamedTuple):
    """What is known of one input: its argument, shape (None: unknown rank) and, of a constant, its flat values."""

    argument: str
    shape: Shape | None
    values: tuple[Any, ...] | None = None


def required_shape(
    op: str, attrs: Mapping[str, Any], chief: Given, others: Sequence[Given]
) -> Requirement | None:
    """Return which shape an op requires of ``chief`` beside ``others``, for the words of a fault.

    None where nothing is known, or where the shape that ``chief`` has is as the table says.
    """
    if op in BROADCAST:
        fitting = [o.shape for o in others if o.shape is not None]
        return Requirement(shape=ShapeOf(fitting[0], broadcast=True)) if fitting else None
    if op in ("Concat", "ConcatV2") and chief.argument == "values":
        return _beside_in_concat(others)
    if chief.argument == "updates" and "Scatter" in op:
        return _scattered(op, others)
    form = _form(op, chief.argument, attrs)
    if form is None:
        return None
    sizes = _filled(form, _Bound(op, attrs, others, usual=True))
    if _fits(form, sizes, chief.shape) or (sizes and isinstance(sizes[0], str) and sizes[0][0] == "*"):
        return None
    return Requirement(shape=RankOf((1,), example="{1,2}") if form.names == _VECTOR else ShapeOf(sizes))


def input_shape(op: str, attrs: Mapping[str, Any], argument: str, others: Iterable[Given]) -> Shape | None:
    """Return the one shape that the op takes at an argument beside ``others``; None where its rank is open.

    ``others`` hold the argument itself where a list's first tensors bind the later ones; they are looked at only
    where the text has names.
    """
    form = _form(op, argument, attrs)
    if form is None or form.is_usual:
        return None
    if form.names == _SCALAR:
        return ()
    if form.names == _VECTOR:
        return (None,)
    sizes = _filled(form, _Bound(op, attrs, others, usual=False))
    if any(isinstance(size, str) and _is_part(size) for size in sizes):
        return None
    return tuple(size if isinstance(size, int) else None for size in sizes)


def misfit(
    op: str, attrs: Mapping[str, Any], inputs: Sequence[Given], *, usual: bool
) -> tuple[int, Requirement] | None:
    """Return the place of the input whose shape does not go with the others, and which shape does; None where all fit.

    The others agree without it; of several such inputs it is the last, as an op's first inputs are its data.
    ``usual``: what is only usual counts, too.
    """
    unfit = [i for i in range(len(inputs)) if not _goes_with(op, attrs, i, inputs, usual)]
    for place in reversed(unfit):
        others = [one for i, one in enumerate(inputs) if i != place]
        if all(_goes_with(op, attrs, i, others, usual) for i in range(len(others))):
            needs = required_shape(op, attrs, inputs[place], others)
            if needs is not None:
                return place, needs
    return None


def _goes_with(op: str, attrs: Mapping[str, Any], place: int, inputs: Sequence[Given], usual: bool) -> bool:
    """Return whether an input has a shape that goes with those before and behind it, as far as is known."""
    one = inputs[place]
    form = _form(op, one.argument, attrs)
    if form is None or one.shape is None or (form.is_usual and not usual):
        return True
    if form.names == _SCALAR:
        return not one.shape
    if form.names == _VECTOR:
        return len(one.shape) == 1
    others = [other for i, other in enumerate(inputs) if i != place]
    return _is_as(_filled(form, _Bound(op, attrs, others, usual=usual)), one.shape)


def _is_as(sizes: tuple[Size, ...], shape: Shape) -> bool:
    """Return whether a shape is as sizes say; ``...`` and shared shapes that nothing gives may be any."""
    at = next((i for i, size in enumerate(sizes) if isinstance(size, str) and _is_part(size)), None)
    if at is not None:
        before, behind = sizes[:at], sizes[at + 1 :]
        if len(shape) < len(before) + len(behind):
            return False
        return _is_as(before, shape[: len(before)]) and _is_as(behind, shape[len(shape) - len(behind) :])
    bound: dict[str, int] = {}
    if len(sizes) != len(shape):
        return False
    for size, there in zip(sizes, shape, strict=True):
        fitting = bound.setdefault(size, there) if isinstance(size, str) and there is not None else size
        if isinstance(fitting, int) and there is not None and fitting != there:
            return False
    return True


def required_values(
    op: str, attrs: Mapping[str, Any], chief: Given, others: Sequence[Given]
) -> Requirement | None:
    """Return which values an op requires of ``chief`` beside ``others``, for the words of a fault; None: not known."""
    values = _required_values(op, chief, others)
    return None if values is None else Requirement(values=values)


def _required_values(op: str, chief: Given, others: Sequence[Given]) -> Values | None:
    by_name = {o.argument: o for o in others}
    counted, more = AXES.get((op, chief.argument), ("", 0))
    shape = by_name[counted].shape if counted in by_name else None
    if shape is not None:
        return _axes(max(len(shape) + more, 1), chief.values)  # a scalar has one axis here
    first = others[0].shape if others else None
    if op == "Reshape" and first is not None and None not in first:
        return SizesMaking(math.prod(n or 0 for n in first), first)
    if op == "Transpose" and chief.values:
        return EachOnce(len(chief.values))
    if op == "StridedSlice" and chief.argument == "begin" and "input" in by_name:
        return IndicesBelow(by_name["input"].shape, "input")
    if not others and chief.values is not None and any(_is_negative(v) for v in chief.values):
        if (op, chief.argument) in SIZES_ABOVE_0:
            return SizesFrom(1)
        return SizesFrom(0, one_open=True) if op == "Reshape" else InRange(low=0)
    return None


def _axes(rank: int, values: tuple[Any, ...] | None) -> Values:
    """Return what numbers of dimensions must be: in range, and where they are, each there once."""
    is_in_range = values is not None and all(-rank <= value < rank for value in values)
    return AllDifferent() if is_in_range else InRange(-rank, rank - 1)


def _is_negative(value: Any) -> bool:
    return isinstance(value, (int, float)) and value < 0


def required_rank(op: str, argument: str) -> int:
    """Return the number of dimensions that an op requires of an argument; raises KeyError where it is open."""
    shape = input_shape(op, {}, argument, ())
    if shape is None:
        raise KeyError(f"{op}.{argument}")
    return len(shape)


class _Word(NamedTuple):
    """One word of a form. ``is_usual``: the op takes others as well (``~``)."""

    name: str
    is_usual: bool


class _Form(NamedTuple):
    """The sizes of one form of a text. ``attr`` asks for it: by being true, or by having ``value``."""

    words: tuple[_Word, ...]
    names: tuple[str, ...]  # of the words
    is_usual: bool  # no part of it need be so
    attr: str
    value: str


_SCALAR, _VECTOR = ("scalar",), ("vector",)


def _form(op: str, argument: str, attrs: Mapping[str, Any]) -> _Form | None:
    """Return the form of an argument's text that the attrs ask for; None where there is no text."""
    forms = _forms(op, argument)
    for form in forms[1:]:
        given = attrs.get(form.attr)
        if (str(given) == form.value) if form.value else given:
            return form
    return forms[0] if forms else None


@cache
def _forms(op: str, argument: str) -> tuple[_Form, ...]:
    """Read the text of an argument: the usual form first."""
    text = INPUT_SHAPES.get(op, {}).get(argument)
    return tuple(map(_read_form, text.split("|"))) if text is not None else ()


def _read_form(text: str) -> _Form:
    condition, colon, sizes = text.partition(":")
    attr, _, value = condition.strip().partition("=") if colon else ("", "", "")
    words = (sizes if colon else text).split()
    is_usual = words[0] == "~"
    found = tuple(_Word(w.lstrip("~"), is_usual or w[0] == "~") for w in words[is_usual:])
    return _Form(found, tuple(word.name for word in found), is_usual, attr, value)


def _is_part(name: str) -> bool:
    """Return whether a word stands for several sizes: for a whole shape, or for any further ones."""
    return name == "..." or name[0] == "*"


class _Bound:
    """What the shapes of an op's other inputs give to the words of its texts.

    ``usual``: what is only usual counts, too.
    """

    def __init__(self, op: str, attrs: Mapping[str, Any], others: Iterable[Given], *, usual: bool) -> None:
        self.usual = usual
        self._sizes: dict[str, int] = {}
        self._parts: dict[str, Shape] = {}
        less_sure = []
        for other in others:
            if other.shape is None:
                continue
            self._sizes.setdefault(f"#{other.argument}", len(other.shape))
            form = _form(op, other.argument, attrs)
            if form is None or form.names in (_SCALAR, _VECTOR):
                continue
            if form.is_usual:
                less_sure.append((form, other.shape))
            else:
                self._take(form, other.shape)
        for form, shape in less_sure if usual else ():
            self._take(form, shape)

    def sizes(self, word: _Word) -> tuple[Size, ...]:
        """Return the sizes that a word stands for, or the word itself where nothing is known."""
        if word.is_usual and not self.usual:
            return (word.name,)
        if _is_part(word.name):
            return self._parts.get(word.name, (word.name,))
        return (int(word.name) if word.name.isdigit() else self._sizes.get(word.name, word.name),)

    def _take(self, form: _Form, shape: Shape) -> None:
        """Note the sizes that a shape gives to the words, if their number fits."""
        words = form.words
        at = next((i for i, word in enumerate(words) if _is_part(word.name)), None)
        if at is None:
            if len(words) != len(shape):
                return
        else:
            end = len(shape) - (len(words) - at - 1)
            if end < at:
                return
            if self._counts(words[at]):
                self._parts.setdefault(words[at].name, shape[at:end])
            words, shape = words[:at] + words[at + 1 :], shape[:at] + shape[end:]
        for word, size in zip(words, shape, strict=True):
            if size is not None and self._counts(word):
                self._sizes.setdefault(word.name, size)

    def _counts(self, word: _Word) -> bool:
        return (self.usual or not word.is_usual) and not word.name.isdigit() and word.name[0] != "#"


def _filled(form: _Form, bound: _Bound) -> tuple[Size, ...]:
    """Return the sizes of a form, known ones in their places."""
    if form.names == _SCALAR:
        return ()
    if form.names == _VECTOR:
        return (None,)
    return tuple(size for word in form.words for size in bound.sizes(word))


def _fits(form: _Form, sizes: tuple[Size, ...], shape: Shape | None) -> bool:
    """Return whether the shape is as the words say: then it is not what they would explain."""
    if shape is None:
        return False
    if form.names == _SCALAR or any(_is_part(name) for name in form.names):
        return False
    return len(sizes) == len(shape) and all(
        a == b or b is None or not isinstance(a, int) for a, b in zip(sizes, shape, strict=True)
    )


def _scattered(op: str, others: Sequence[Given]) -> Requirement | None:
    """Return the shape of what is written at indices: that of the indices, and of what each of them points at."""
    shapes = {o.argument: o.shape for o in others}
    indices, whole = shapes.get("indices"), shapes.get("ref") or shapes.get("tensor") or shapes.get("input")
    sizes = next((o.values for o in others if o.argument == "shape"), None)
    whole = tuple(sizes) if whole is None and sizes is not None else whole
    if indices is None or whole is None:
        return None
    if op.startswith(("Scatter", "ResourceScatter")) and "Nd" not in op:
        return Requirement(shape=ShapeOf((*indices, *whole[1:])))
    if not indices or indices[-1] is None or indices[-1] > len(whole):
        return None
    return Requirement(shape=ShapeOf((*indices[:-1], *whole[indices[-1] :])))


def _beside_in_concat(others: Sequence[Given]) -> Requirement | None:
    """Return the shape of a tensor to be joined to another: all sizes equal, but that along the axis."""
    beside = next((o.shape for o in others if o.argument == "values" and o.shape is not None), None)
    if beside is None:
        return None
    axis = next((o.values for o in others if o.argument in ("axis", "concat_dim")), None)
    if not axis or not isinstance(axis[0], int) or not -len(beside) <= axis[0] < len(beside):
        return Requirement(shape=RankOf((len(beside),), like=beside))
    sizes: list[Size] = list(beside)
    sizes[axis[0]] = "*"
    return Requirement(shape=ShapeOf(tuple(sizes)))
