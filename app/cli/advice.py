"""Which fixes a run's problems have: those that ``check`` offers for the same ones."""

from __future__ import annotations

from msgspec.structs import replace

from app.cli.opening import Opened
from app.cli.page_run import PageRun
from app.cli.planning import analysed_page
from app.document.fixes.awaiting import with_writers
from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.engine.analysis.page_analysis import PageAnalysis
from app.engine.host.interface import EngineInterface
from blocks.catalog import load

# What TensorFlow says while a page is built: the inference of its types finds it as well.
_OF_BUILD = frozenset(
    {"bad-shape", "bad-dtype", "bad-count", "bad-attr-value", "bad-stride", "dtype-conflict"}
)


def with_fixes(done: PageRun, opened: Opened, engine: EngineInterface) -> list[Problem]:
    """Return the problems of a page's run, each with the fixes that cure it.

    Only what a check finds as well has any: what a step alone shows cannot be looked at again without a run.
    """
    problems = with_writers(done.planned.page, load(), done.problems)
    of_build = [p for p in done.result.problems if p.severity == "error" and p.code in _OF_BUILD]
    if not done.planned.stops and not of_build:
        return problems
    judge = None if done.planned.stops else engine  # what the plan shows needs no TensorFlow

    def analyse(page: Page) -> PageAnalysis:
        return analysed_page(page, opened, judge)

    checked = analyse(done.planned.page).with_proven_fixes(analyse).problems
    fixes = {_place(problem): problem.fixes for problem in checked if problem.fixes}
    return [replace(p, fixes=fixes.get(_place(p), p.fixes)) for p in problems]


def _place(problem: Problem) -> tuple[str, str | None, str | None, object]:
    return problem.code, problem.block, problem.pin, problem.sentence
