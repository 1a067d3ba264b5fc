"""The exception of a run: what is wrong with the page, and what is valid all the same."""

from __future__ import annotations

from collections.abc import Sequence

from app.document.model.problems import Problem, error
from app.document.model.sentence import say
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
        """Bear the problems (at least one), the partial results and the failed blocks' inputs."""
        super().__init__("; ".join(str(p.sentence) for p in problems))
        self.problems = list(problems)
        self.results = results or {}
        self.inputs = inputs or {}


class EndOfData(RunFault):
    """A step finds no element of a dataset: in the first step a fault, in a later one the end of the run."""

    def __init__(self, block: str, why: Problem | None = None) -> None:
        """Name the block that finds none; ``why`` is the reason, where one is known."""
        empty = error("no-data", say("data.empty", block=block), block, hint=say("hint.no-data"))
        super().__init__([empty if why is None else why])
        self.block = block


class ClusterLost(RunFault):
    """A task of the cluster is gone, or does not answer: the session is of no use any more, not even to be closed."""

    def __init__(self, problem: Problem, *, late: bool) -> None:
        """Bear the problem; ``late`` says that a call took too long."""
        super().__init__([problem])
        self.late = late
