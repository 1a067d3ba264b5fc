"""What a run of one page is made of, for every command that runs: the engine, and how the page ended."""

from __future__ import annotations

from dataclasses import dataclass

from app.cli.exits import DONE, FAILED, INTERRUPTED, TIMED_OUT
from app.cli.planning import Planned
from app.document.model.problems import Problem, joined
from app.engine.host.engine import Engine
from app.engine.values.results import NoValue, PageResult, Value


@dataclass(frozen=True)
class PageRun:
    """One planned page, what came of it and the exit status that it alone would give."""

    planned: Planned
    result: PageResult
    status: int

    @property
    def name(self) -> str:
        """Return the page's name."""
        return self.planned.page.name

    @property
    def has_values(self) -> bool:
        """Return whether an interrupted run has left the results of a whole step."""
        return self.result.interrupted and any(not _is_failed(v) for v in self.result.results.values())

    @property
    def problems(self) -> list[Problem]:
        """Return what was known before the run and what the run brought, each once."""
        return joined(self.planned.analysis.problems, self.result.problems)


def open_engine() -> Engine:
    """Return an engine that has begun to start: TensorFlow is imported while the file is read."""
    engine = Engine()
    engine.start()
    return engine


def _is_failed(value: Value) -> bool:
    return isinstance(value, NoValue) and value.reason == "failed"


def status_of(result: PageResult) -> int:
    """Return the exit status that a run alone would give."""
    if result.interrupted:
        return INTERRUPTED
    if result.timed_out:
        return TIMED_OUT
    return DONE if result.ok else FAILED
