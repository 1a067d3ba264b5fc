"""Has the fixes of a problem tried in the worker, so that only those are offered that cure it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.model.problems import Problem

if TYPE_CHECKING:
    from app.engine.host.engine import Engine

_HANDLER = "app.engine.tf.fix_trials:run_trials"


class TrialOrder(msgspec.Struct):
    """A request: try the fixes of ``problem``. ``before`` are all problems that the page has as it is."""

    page: Page
    folder: str
    problem: Problem
    before: list[Problem]
    types: list[str]  # "block.pin" of the outputs whose types are known


class Verdicts(msgspec.Struct):
    """The answer: for each fix whether it cures the problem and brings no new error."""

    works: list[bool]


def with_cures(
    engine: Engine,
    page: Page,
    folder: str | os.PathLike[str],
    problem: Problem,
    before: Sequence[Problem],
    types: Iterable[str],
    *,
    timeout: float = 5.0,
) -> Problem:
    """Return the problem with those of its fixes only that cure it; from any thread.

    The worker plans and infers the page once for each fix. Where it cannot tell, the fixes stay as they are.
    """
    if not problem.fixes:
        return problem
    order = TrialOrder(page, os.fspath(folder), problem, list(before), list(types))
    answer = engine.ask(_HANDLER, order, Verdicts, timeout=timeout)
    if isinstance(answer, Problem):
        return problem
    kept = tuple(fix for fix, good in zip(problem.fixes, answer.works, strict=True) if good)
    return replace(problem, fixes=kept)
