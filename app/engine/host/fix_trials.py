"""Has the fixes of a problem tried in the worker, so that only those are offered that cure it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.resources.python_blocks import PythonBlocks
from app.engine.host.interface import EngineInterface
from app.engine.ipc.handlers import TRY_FIXES
from app.engine.ipc.requests import TrialRequest, planned_part


def with_cures(
    engine: EngineInterface,
    page: Page,
    folder: str | os.PathLike[str],
    problem: Problem,
    before: Sequence[Problem],
    types: Iterable[str],
    *,
    timeout: float = 5.0,
) -> Problem:
    """Return the problem with those of its fixes only that cure it; from any thread.

    The worker plans and infers the page once for each fix. Where it gives no answer, the fixes stay as they are.
    """
    if not problem.fixes:
        return problem
    python = PythonBlocks.on([page], Path(folder))
    request = TrialRequest(planned_part(page), os.fspath(folder), problem, list(before), list(types), python)
    answer = engine.ask(TRY_FIXES, request, timeout=timeout)
    if isinstance(answer, Problem):
        return problem
    proven = tuple(fix for fix, good in zip(problem.fixes, answer.works, strict=True) if good)
    return replace(problem, fixes=proven)
