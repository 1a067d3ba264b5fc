"""Every kind of fix cures what it claims: the problem is gone, no error is new, and the page runs where it can."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_cases import CASES, Case

from app.document.fixes import fixed_page, offer, proven
from app.document.model import Page
from app.document.pin_type import PinType
from app.document.problems import Problem
from app.engine.plan import make_plan
from app.engine.process import Engine
from blocks.catalog import load


def look(engine: Engine, page: Page, folder: Path) -> tuple[list[Problem], dict[str, PinType]]:
    """Return the problems of a page as ``check --types`` finds them, and its types."""
    plan = make_plan(page, folder, everything=True)
    found = engine.infer(plan, folder)
    return [*plan.problems, *(p for p in found.problems if p not in plan.problems)], found.types


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_every_fix_cures_its_problem(engine: Engine, case: Case, tmp_path: Path) -> None:
    problems, types = look(engine, case.page, tmp_path)
    (problem,) = [p for p in offer(case.page, load(), problems, types) if p.code == case.code and p.fixes]
    assert problem.fixes[0].title == case.fix
    kept = proven(case.page, [problem], types, lambda page: look(engine, page, tmp_path)[0], seconds=60)
    assert kept[0].fixes[0] == problem.fixes[0]
    for fix in kept[0].fixes:
        after, _ = look(engine, fixed_page(case.page, fix), tmp_path)
        assert [p.message for p in after if p.severity == "error"] == []


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_the_page_runs_after_the_first_fix(engine: Engine, case: Case, tmp_path: Path) -> None:
    problems, types = look(engine, case.page, tmp_path)
    (problem,) = [p for p in offer(case.page, load(), problems, types) if p.code == case.code and p.fixes]
    page = fixed_page(case.page, problem.fixes[0])
    plan = make_plan(page, tmp_path)
    assert not plan.stops, [p.message for p in plan.problems]
    result = engine.run(plan, str(tmp_path), steps=1)
    assert result.ok, [p.message for p in result.problems]
