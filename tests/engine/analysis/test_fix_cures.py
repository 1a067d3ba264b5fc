"""Every kind of fix cures what it claims: the problem is gone, no error is new, and the page runs where it can."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from app.document.editing.document import Document
from app.document.fixes import apply_fix, fixed_page, offer, proven
from app.document.model.diagram import Page, Project, RunSettings
from app.document.model.fix import Fix
from app.document.model.problems import Problem
from app.document.model.sentence import quote
from app.engine.analysis.page_analysis import Checked, PageAnalysis, analyse
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.messages import fix_title, message_of
from blocks.catalog import load
from tests.support.fix_cases import CASES, Case, const
from tests.support.pages import page


def look(engine: Engine, page: Page, folder: Path) -> PageAnalysis:
    """Return what ``check --types`` knows of a page."""
    plan = make_plan(page, folder, everything=True)
    return analyse(page, Checked.of(plan), engine.infer(plan, folder), plan=plan)


def fixable(analysis: PageAnalysis, case: Case) -> Problem:
    """Return the one problem of the case that has fixes."""
    (problem,) = [p for p in analysis.with_fixes().problems if p.code == case.code and p.fixes]
    return problem


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_fix_cures_its_problem(engine: Engine, case: Case, tmp_path: Path) -> None:
    def problems_of(tried: Page) -> Sequence[Problem]:
        return look(engine, tried, tmp_path).problems

    analysis = look(engine, case.page, tmp_path)
    problem = fixable(analysis, case)
    assert fix_title(problem.fixes[0]) == case.fix
    (cured,) = proven(case.page, [problem], analysis.built, problems_of, seconds=60)
    assert cured.fixes[0] == problem.fixes[0]
    for fix in cured.fixes:
        after = problems_of(fixed_page(case.page, fix))
        assert [message_of(p) for p in after if p.severity == "error"] == []


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_page_runs_after_the_first_fix(engine: Engine, case: Case, tmp_path: Path) -> None:
    problem = fixable(look(engine, case.page, tmp_path), case)
    plan = make_plan(fixed_page(case.page, problem.fixes[0]), tmp_path)
    assert not plan.stops, [message_of(p) for p in plan.problems]
    result = engine.run(plan, str(tmp_path), RunRequest(steps=1))
    assert result.ok, [message_of(p) for p in result.problems]


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_fix_is_one_edit_that_can_be_taken_back(case: Case, tmp_path: Path) -> None:
    problems = make_plan(case.page, tmp_path, everything=True).problems
    for fix in [fix for p in offer(case.page, load(), problems, {}) for fix in p.fixes]:
        document = Document(Project(pages=[fixed_page(case.page, Fix(quote("nothing"), ()))]))
        before = msgspec.json.encode(document.project)
        apply_fix(document, case.page.name, fix, fix_title(fix))
        assert document.history.names() == [fix_title(fix)]
        document.undo()
        assert msgspec.json.encode(document.project) == before


def test_a_condition_on_many_numbers_looks_at_the_first(engine: Engine, tmp_path: Path) -> None:
    """That the pin gives no single number shows in the run only."""
    made = page({"a": const("{{1f,2f}}")})
    made.run = RunSettings(steps=3, until="a.output > 0.5")
    plan = make_plan(made, tmp_path)
    types = engine.infer(plan, tmp_path).types
    failed = engine.run(plan, str(tmp_path), RunRequest(steps=3, until=plan.until))
    (problem,) = offer(made, load(), failed.problems, types)
    assert [fix_title(f) for f in problem.fixes] == ["Stop at a.output[0][0] > 0.5"]
    plan = make_plan(fixed_page(made, problem.fixes[0]), tmp_path)
    result = engine.run(plan, str(tmp_path), RunRequest(steps=3, until=plan.until))
    assert (result.ok, result.steps) == (True, 1)
