"""An op that failed in a run, as those who put it into words see it: message, inputs, and how values are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from app.document.model.sentence import Sentence
from app.engine.compiler.plan import PlanNode
from app.engine.diagnostics.origins import Argument
from blocks.tensor_spec import shape_phrase

Array = np.ndarray[Any, Any]


class Given(NamedTuple):
    """One input of the failed op: its value at that moment (None: not kept) and where it comes from."""

    argument: Argument
    value: Array | None
    origin: str
    source: str | None  # the output that it is wired to

    def __str__(self) -> str:
        """Return how messages call it."""
        return f"{self.argument}" + (f" from {self.source}" if self.source else "")


class Failure(NamedTuple):
    """An op that failed: TensorFlow's message, its inputs, and the files that inputs were read from."""

    node: PlanNode
    message: str
    given: list[Given]
    files: Mapping[int, str]
    stored: Callable[[str], list[str]]  # the names of the tensors in a checkpoint
    line_reader: str | None = None  # the block before it that cuts a file into lines, as messages call it

    def arg(self, *names: str) -> Given | None:
        """Return the first input of these argument names."""
        return next((g for name in names for g in self.given if g.argument.name == name), None)


class Told(NamedTuple):
    """What to say of a failure; ``chief`` is the input to blame (None: no input)."""

    chief: Given | None
    message: str | Sentence
    wanted: str | Sentence | None = None
    actual: str | None = None
    others: tuple[Given, ...] = ()
    hint: str | Sentence | None = None


Teller = Callable[[Failure, re.Match[str]], "Told | None"]


def values_text(value: Array) -> str:
    """Return a short tensor's values in braces, a long one's shape."""
    if value.size > 12 or value.ndim > 1:
        return shape_phrase(value.shape)
    texts = [v.decode("utf-8", "replace") if isinstance(v, bytes) else f"{v:g}" if isinstance(v, float) else str(v)
             for v in value.reshape(-1).tolist()]  # fmt: skip
    return f"{{{','.join(texts)}}}" if value.ndim else texts[0]


def first(value: Array | None, bad: Callable[[Array], Any]) -> tuple[str, str] | None:
    """Return the first value for which ``bad`` holds and its place (``position 2``, ``[1, 2]``; "" in a scalar)."""
    if value is None:
        return None
    places = np.argwhere(bad(value))
    if not len(places):
        return None
    place = tuple(int(i) for i in places[0])
    return str(value[place]), place_text(place)


def first_row(indices: Array, sizes: Iterable[int]) -> tuple[str, str] | None:
    """Return the first row of indices that does not point into a tensor of these sizes."""
    limits = np.array(list(sizes)[: indices.shape[-1]])
    rows = ((indices < 0) | (indices >= limits)).any(-1)
    places = np.argwhere(rows)
    if not len(places):
        return None
    place = tuple(int(i) for i in places[0])
    return str(indices[place].tolist()), place_text(place)


def place_text(place: tuple[int, ...]) -> str:
    """Return how messages write a place: ``position 2`` in a vector, ``[1, 2]`` elsewhere, "" in a scalar."""
    return "" if not place else f"position {place[0]}" if len(place) == 1 else str(list(place))
