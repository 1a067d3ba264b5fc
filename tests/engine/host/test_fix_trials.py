"""Fixes are tried in the worker: only those that cure are left."""

from __future__ import annotations

from pathlib import Path

from app.document.fixes import offer
from app.document.model.fix import Fix, WritePin
from app.document.model.sentence import quote
from app.document.resources.companion_files import Companions
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.fix_trials import with_cures
from app.messages import fix_title
from blocks.catalog import load
from tests.support.fix_cases import const
from tests.support.pages import page


def test_a_new_axis_is_offered_only_where_the_other_matrix_fits(engine: Engine, tmp_path: Path) -> None:
    """[3] times [1, 3] fits as [3, 1], not as [1, 3]: of the two ways to make a matrix of it one is left."""
    made = page(
        {"a": const("{1.0f,2,3}"), "n": "Negate", "m": ("MatMul", {"b": "{{1.0f,2,3}}"})},
        "a.output -> n.x\nn.y -> m.a",
    )
    plan = make_plan(made, tmp_path, everything=True)
    found = engine.infer(plan, tmp_path)
    (problem,) = offer(made, load(), found.problems, found.types)
    assert [fix_title(f) for f in problem.fixes] == [
        "Insert ExpandDims (axis 0)",
        "Insert ExpandDims (axis 1)",
    ]
    left = with_cures(engine, made, Companions.of(tmp_path), problem, found.problems, found.types)
    assert [fix_title(f) for f in left.fixes] == ["Insert ExpandDims (axis 1)"]


def test_a_fix_that_brings_another_error_is_not_left(engine: Engine, tmp_path: Path) -> None:
    """An emptied pin has no wrong text, but lacks one."""
    made = page({"a": const("{{1,2},{3}}")})
    problems = make_plan(made, tmp_path, everything=True).problems
    hiding = Fix(quote("Empty it"), (WritePin("a", "val", None),))
    (problem,) = [
        type(p)(**{f: getattr(p, f) for f in p.__struct_fields__} | {"fixes": (hiding,)}) for p in problems
    ]
    assert with_cures(engine, made, Companions.of(tmp_path), problem, problems, []).fixes == ()


def test_a_fix_that_does_not_fit_the_page_any_more_is_not_left(engine: Engine, tmp_path: Path) -> None:
    """As after an edit that came between."""
    made = page({"a": const("{1,2")})
    (problem,) = make_plan(made, tmp_path, everything=True).problems
    assert [fix_title(f) for f in problem.fixes] == ["Write {1,2}"]
    other = page({"b": const("{1,2}")})
    assert with_cures(engine, other, Companions.of(tmp_path), problem, [problem], []).fixes == ()
