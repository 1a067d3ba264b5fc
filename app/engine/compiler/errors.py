"""What goes wrong between a page and its results: faults of a pin, of an option, of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from app.document.model.fix import Fix
from app.document.model.problems import Problem

if TYPE_CHECKING:
    from app.engine.values.results import Value


class RunFault(Exception):
    """A page cannot be built, started or stepped.

    ``results`` holds what is valid all the same, ``inputs`` what the failed blocks were given, by ``block.pin``.
    """

    def __init__(
        self,
        problems: Sequence[Problem],
        results: dict[str, Value] | None = None,
        inputs: dict[str, Value] | None = None,
    ) -> None:
        """Keep the problems (at least one), the partial results and the failed blocks' inputs."""
        super().__init__("; ".join(str(p.sentence) for p in problems))
        self.problems = list(problems)
        self.results = results or {}
        self.inputs = inputs or {}


class FetchError(ValueError):
    """An option names a pin that the page does not have or that gives no value."""


class WatchError(FetchError):
    """The same of a pin that is to be read after every step."""


class PinFault(NamedTuple):
    """A problem of one pin before it knows its block (blocks that are alike share it)."""

    code: str
    pin: str | None
    sentence: Any
    wanted: Any = None
    actual: Any = None
    hint: Any = None
    fixes: tuple[Fix, ...] = ()
    related: tuple[str, ...] = ()  # further pins of the conflict: of the block itself, or ``block.pin``
