"""An op that failed in a run, as those who explain it see it: message, inputs, and how values are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from app.document.model.sentence import Sentence, say
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.file_reader import FileReader
from app.engine.diagnostics.origins import Argument
from blocks.requirement import Actual, Requirement

Array = np.ndarray[Any, Any]
_MOST_VALUES = 12  # of a tensor that a sentence writes out
_LONGEST_TEXT = 60  # characters of one of them


class Given(NamedTuple):
    """One input of the failed op: its value at that moment (None: not held) and where it comes from."""

    argument: Argument
    value: Array | None
    source: str | None  # the output that it is wired to

    @property
    def name(self) -> Sentence | str:
        """What sentences call it."""
        name = str(self.argument)
        return say("input.from", input=name, source=self.source) if self.source else name

    @property
    def origins(self) -> tuple[str, ...]:
        """The outputs that it comes from."""
        return (self.source,) if self.source else ()

    @property
    def shape(self) -> tuple[int, ...] | None:
        """Its shape, where its value is held."""
        return None if self.value is None else tuple(self.value.shape)

    @property
    def actual(self) -> Actual | None:
        """Its value if that is short, else its shape; None where neither is held."""
        return None if self.value is None else value_or_shape(self.value, self.origins)


class Failure(NamedTuple):
    """An op that failed: TensorFlow's message, its inputs, and the files that inputs were read from."""

    node: PlanNode
    message: str
    given: list[Given]
    files: Mapping[int, str]
    stored: Callable[[str], list[str]]  # the names of the tensors in a checkpoint
    reader: FileReader | None = None  # the block before it that reads files
    has_writer_aside: bool = True  # one not before it writes into its TensorArray; so where that is not known
    components: int = (
        0  # of the elements that it takes out of a stage; 0: it takes none, or nothing fills that
    )

    def arg(self, *names: str) -> Given | None:
        """Return the first input of these argument names."""
        return next((g for name in names for g in self.given if g.argument.name == name), None)


class Explanation(NamedTuple):
    """What is to be said of a failure; ``chief`` is the input to blame (None: no input)."""

    chief: Given | None
    sentence: Sentence
    requirement: Requirement | Sentence | None = None
    actual: Actual | Sentence | None = None
    others: tuple[Given, ...] = ()
    hint: Sentence | None = None
    pin: str | None = None  # to blame where it is no input


Explainer = Callable[[Failure, re.Match[str]], "Explanation | None"]


class Place(NamedTuple):
    """A value at fault and where in its tensor it stands (None: not known)."""

    value: str
    at: tuple[int, ...] | None = None

    def actual(self, given: Given) -> Actual:
        """Return it as what is there in an input."""
        return Actual(value=self.value, index=self.at, origins=given.origins)


def value_or_shape(value: Array, origins: tuple[str, ...] = ()) -> Actual:
    """Return a short tensor's value, a long one's shape."""
    if value.size > _MOST_VALUES or value.ndim > 2 or (value.ndim == 2 and value.dtype.kind not in "iub"):
        return Actual(shape=tuple(value.shape), origins=origins)
    return Actual(value=nested_text(value), origins=origins)


def values_text(values: Iterable[Any], in_braces: bool) -> str:
    """Return values as a literal has them, long texts cut."""
    texts = [_value_text(v) for v in values]
    return f"{{{','.join(texts)}}}" if in_braces else texts[0]


def _value_text(value: Any) -> str:
    if isinstance(value, bytes):
        text = value.decode("utf-8", "backslashreplace")
        return f'"{text}"' if len(text) <= _LONGEST_TEXT else f'"{text[:_LONGEST_TEXT]}..."'
    if isinstance(value, float):
        return f"{value:g}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def nested_text(value: Array) -> str:
    """Return a tensor's values as a literal has them, one pair of braces for each dimension."""
    if value.ndim < 2:
        return values_text(value.reshape(-1).tolist(), value.ndim > 0)
    return f"{{{','.join(nested_text(row) for row in value)}}}"


def first(value: Array | None, bad: Callable[[Array], Any]) -> Place | None:
    """Return the first value for which ``bad`` holds, with its place."""
    if value is None:
        return None
    places = np.argwhere(bad(value))
    if not len(places):
        return None
    place = tuple(int(i) for i in places[0])
    return Place(str(value[place]), place)


def first_row(indices: Array, sizes: Iterable[int]) -> Place | None:
    """Return the first row of indices that does not point into a tensor of these sizes."""
    limits = np.array(list(sizes)[: indices.shape[-1]])
    rows = ((indices < 0) | (indices >= limits)).any(-1)
    places = np.argwhere(rows)
    if not len(places):
        return None
    place = tuple(int(i) for i in places[0])
    return Place(str(indices[place].tolist()), place)
