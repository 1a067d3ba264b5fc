"""One message of TensorFlow's kernels as data: which argument or attr is at fault, what it takes, what it got."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from app.document.model.sentence import Sentence
from app.engine.diagnostics.failed_op import Array
from app.engine.diagnostics.origins import Argument
from blocks.requirement import Actual, Requirement
from blocks.tensor_spec import Shape


class Seen(NamedTuple):
    """What is known of one input of a refused op: its shape (None: not known) and its value (None: not held)."""

    argument: Argument
    shape: Shape | None
    value: Array | None


class Site(NamedTuple):
    """The op that TensorFlow complains of."""

    op: str
    attrs: Mapping[str, Any]
    inputs: Sequence[Seen]

    def seen(self, name: str) -> Seen | None:
        """Return the first input of an argument name, or that of one place of a list: ``values[2]``."""
        placed = ((i, f"{i.argument.name}[{i.argument.place}]") for i in self.inputs)
        return next((i for i, place in placed if name in (i.argument.name, place)), None)

    def shape(self, name: str) -> Shape | None:
        """Return an input's shape; None where it is not known."""
        seen = self.seen(name)
        return seen.shape if seen is not None else None

    def value(self, name: str) -> Array | None:
        """Return an input's value; None where it is not held."""
        seen = self.seen(name)
        return seen.value if seen is not None else None

    def count(self, name: str) -> int:
        """Return how many tensors a list argument has."""
        return sum(i.argument.name == name for i in self.inputs)


Match = re.Match[str]
Needs = Callable[[Match, Site], "Requirement | Sentence | None"]
Got = Callable[[Match, Site], "Actual | Sentence | None"]
Names = Callable[[Match, Site], str]
Hint = Callable[[Match, Site], "Sentence | None"]


class Complaint(NamedTuple):
    """A message. ``names`` are arguments or attrs: the first that the op has is to blame, the others are related.

    ``got`` is what the message itself says is there; without it, the value or shape of what is to blame counts.
    ``ops`` are the ops that it is looked for at, all where empty.
    """

    pattern: re.Pattern[str]
    names: Names
    needs: Needs
    got: Got | None
    ops: frozenset[str]
    hint: Hint | None = None


def complaint(
    pattern: str,
    names: str | Names,
    needs: Requirement | Sentence | Needs,
    got: Got | None = None,
    ops: str = "",
    hint: Sentence | Hint | None = None,
) -> Complaint:
    """Return a row of the table; ``names`` and ``ops`` have spaces between."""
    to_blame = names if callable(names) else _always(names)
    return Complaint(
        re.compile(pattern, re.S),
        to_blame,
        needs if callable(needs) else _always(needs),
        got,
        frozenset(ops.split()),
        hint if hint is None or callable(hint) else _always(hint),
    )


def _always(given: Any) -> Callable[[Match, Site], Any]:
    return lambda m, site: given


def find_complaint(table: Sequence[Complaint], message: str, site: Site) -> tuple[Complaint, Match] | None:
    """Return the first row that fits a message at an op, and its match."""
    for row in table:
        if row.ops and site.op not in row.ops:
            continue
        found = row.pattern.search(message)
        if found:
            return row, found
    return None
