"""Has the fixes of a problem tried in the worker, so that only those are offered that cure it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.resources.archives import StoredArchives, archives_of
from app.document.resources.companion_files import Companions
from app.document.resources.function_pages import NO_PAGES, FunctionPages
from app.document.resources.inlining import inlined
from app.document.resources.own_blocks import OwnBlocks
from app.engine.host.interface import EngineInterface
from app.engine.inference.array_values import arrays_for_types
from app.engine.ipc.handlers import TRY_FIXES
from app.engine.ipc.requests import TrialRequest, planned_blocks, planned_part
from app.engine.ipc.walls import Walls


def with_cures(
    engine: EngineInterface,
    page: Page,
    companions: Companions,
    problem: Problem,
    before: Sequence[Problem],
    types: Iterable[str],
    *,
    timeout: float = 5.0,
    functions: FunctionPages = NO_PAGES,
) -> Problem:
    """Return the problem with those of its fixes only that cure it; from any thread.

    ``companions`` are the files beside the page's project. The worker plans and infers the page once for each fix.
    Where it gives no answer, the fixes stay as they are.
    """
    if not problem.fixes:
        return problem
    folder = companions.folder
    own = planned_blocks(OwnBlocks.known([page], Path(folder), functions))
    archives = archives_of(inlined(page, functions).page, StoredArchives(companions))
    request = TrialRequest(
        page=planned_part(page),
        folder=folder,
        problem=problem,
        before=list(before),
        types=list(types),
        own=own,
        archives=archives,
    )
    walls = Walls(lists=(os.path.realpath(folder),))
    answer = engine.ask(TRY_FIXES, request, timeout=timeout, walls=walls, arrays=arrays_for_types(archives))
    if isinstance(answer, Problem):
        return problem
    proven = tuple(fix for fix, good in zip(problem.fixes, answer.works, strict=True) if good)
    return replace(problem, fixes=proven)
