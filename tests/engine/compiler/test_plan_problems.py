"""What is wrong with a page is said once, and what keeps it from running is an error."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from app.engine.compiler.make_plan import make_plan
from tests.support.function_pages import named, planned
from tests.support.pages import page


def test_a_condition_at_a_block_that_is_not_there_is_reported_once() -> None:
    made = page({"c": ("Const", {"val": "1"})})
    made = replace(made, run=replace(made.run, until="zz.output > 1"))
    assert [p.code for p in make_plan(made, Path(".")).problems] == ["unknown-block"]


def test_a_condition_at_an_output_that_has_no_value_is_still_reported() -> None:
    made = page({"c": ("Const", {"val": "1"}), "n": "NoOp"})
    made = replace(made, run=replace(made.run, until="n.operation > 1"))
    assert [p.code for p in make_plan(made, Path(".")).problems] == ["bad-condition"]


def test_a_page_of_nothing_but_a_use_of_itself_has_this_one_error() -> None:
    first, second = named("d", {"u": "page:e"}), named("e", {"u": "page:d"})
    plan = planned(first, second)
    assert [(p.severity, p.code, p.block) for p in plan.problems] == [("error", "page-cycle", "u")]
    assert plan.stops


def test_a_fault_beside_what_runs_is_a_warning() -> None:
    blocks = {"c": ("Const", {"val": "1"}), "bad": ("Const", {"val": "{{1},{2,3}}"}), "s": "ClientSession"}
    made = make_plan(page(blocks, "c.output -> s.fetch_outputs"), Path("."))
    assert [(p.severity, p.block) for p in made.problems] == [("warning", "bad")]


def test_a_block_of_a_removed_op_stops_the_sessions_that_need_it_alone() -> None:
    """TensorFlow refuses BatchCholesky in new graphs, so that a run of the first page must fail."""
    blocks = {"c": ("Const", {"val": "{{{1f}}}"}), "old": "BatchCholesky", "s": "ClientSession"}
    stopped = make_plan(page(blocks, "c.output -> old.input\nold.output -> s.fetch_outputs"), Path("."))
    assert [(p.severity, p.code, p.block) for p in stopped.problems] == [("error", "unavailable", "old")]
    past = make_plan(page(blocks, "c.output -> old.input\nc.output -> s.fetch_outputs"), Path("."))
    assert [(p.severity, p.code, p.block) for p in past.problems] == [("warning", "unavailable", "old")]


def test_a_block_that_fails_only_where_it_runs_is_no_error_before() -> None:
    blocks = {"c": ("PyFunc", {"input": "{1f}", "token": '"f"', "Tout": "DT_FLOAT"}), "s": "ClientSession"}
    made = make_plan(page(blocks, "c.output -> s.fetch_outputs"), Path("."))
    assert [(p.severity, p.code) for p in made.problems] == [("warning", "unavailable")]


def test_a_block_without_a_cpu_kernel_is_no_error_as_another_device_may_have_one() -> None:
    blocks = {"c": ("XlaConcatND", {"inputs": "{1f}", "num_concats": "{1}"}), "s": "ClientSession"}
    made = make_plan(page(blocks, "c.output -> s.fetch_outputs"), Path("."))
    assert [(p.severity, p.code) for p in made.problems] == [("warning", "unavailable")]
