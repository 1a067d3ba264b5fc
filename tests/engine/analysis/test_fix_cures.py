"""Every kind of fix cures what it claims: the problem is gone, no error is new, and the page runs where it can."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.document.editing.document import Document
from app.document.fixes import apply_fix, fixed_page, offer, proven
from app.document.model.diagram import Page, Project, RunSettings
from app.document.model.fix import Fix
from app.document.model.problems import Problem
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.messages import fix_title, message_of
from blocks.catalog import load
from blocks.tensor_spec import TensorSpec
from tests.support.fix_cases import CASES, Case, const
from tests.support.pages import page


def look(engine: Engine, page: Page, folder: Path) -> tuple[list[Problem], dict[str, TensorSpec]]:
    """Return the problems of a page as ``check --types`` finds them, and its types."""
    plan = make_plan(page, folder, everything=True)
    found = engine.infer(plan, folder)
    return [*plan.problems, *(p for p in found.problems if p not in plan.problems)], found.types


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_fix_cures_its_problem(engine: Engine, case: Case, tmp_path: Path) -> None:
    problems, types = look(engine, case.page, tmp_path)
    (problem,) = [p for p in offer(case.page, load(), problems, types) if p.code == case.code and p.fixes]
    assert fix_title(problem.fixes[0]) == case.fix
    kept = proven(case.page, [problem], types, lambda tried: look(engine, tried, tmp_path)[0], seconds=60)
    assert kept[0].fixes[0] == problem.fixes[0]
    for fix in kept[0].fixes:
        after, _ = look(engine, fixed_page(case.page, fix), tmp_path)
        assert [message_of(p) for p in after if p.severity == "error"] == []


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_page_runs_after_the_first_fix(engine: Engine, case: Case, tmp_path: Path) -> None:
    problems, types = look(engine, case.page, tmp_path)
    (problem,) = [p for p in offer(case.page, load(), problems, types) if p.code == case.code and p.fixes]
    plan = make_plan(fixed_page(case.page, problem.fixes[0]), tmp_path)
    assert not plan.stops, [message_of(p) for p in plan.problems]
    result = engine.run(plan, str(tmp_path), RunRequest(steps=1))
    assert result.ok, [message_of(p) for p in result.problems]


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_fix_is_one_edit_that_can_be_taken_back(case: Case, tmp_path: Path) -> None:
    problems = make_plan(case.page, tmp_path, everything=True).problems
    for fix in [fix for p in offer(case.page, load(), problems, {}) for fix in p.fixes]:
        document = Document(Project(pages=[fixed_page(case.page, Fix("nothing", ()))]))
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
