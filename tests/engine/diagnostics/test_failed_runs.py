"""What is said and what is shown when a block fails while the page runs or is built."""

from __future__ import annotations

from app.document.model.sentence import quote, say
from app.engine.compiler.make_plan import make_plan
from app.messages import actual_text, message_of, requirement_text
from tests.support.pages import page, plain, run
from tests.support.words import holds


def problems(result):
    return [(p.code, p.block, p.pin) for p in result.problems]


def test_failed_block_is_named_and_what_does_not_need_it_keeps_its_value(engine, tmp_path):
    made = page(
        {
            "a": ("Const", {"val": "{1.0f,2.0f}"}),
            "double": "Add",
            "read": ("ReadFile", {"filename": "missing.txt"}),
            "size": "Size",
            "s": "ClientSession",
        },
        """
        a.output -> double.x
        a.output -> double.y
        read.contents -> size.input
        double.z -> s.fetch_outputs
        size.output -> s.fetch_outputs
        """,
    )
    result = run(engine, made, tmp_path)
    assert not result.ok
    assert problems(result)[0][:2] == ("run-failed", "read")
    assert plain(result.results["double.z"]) == [2.0, 4.0]
    assert plain(result.results["size.output"]) == "failed"


def test_every_block_that_fails_for_a_reason_of_its_own_is_named(engine, tmp_path):
    made = page(
        {
            "one": ("ReadFile", {"filename": "one.txt"}),
            "two": ("ReadFile", {"filename": "two.txt"}),
            "joined": ("StringJoin", {}),
            "s": "ClientSession",
        },
        """
        one.contents -> joined.inputs
        two.contents -> joined.inputs
        joined.output -> s.fetch_outputs
        """,
    )
    assert {p.block for p in run(engine, made, tmp_path).problems} == {"one", "two"}


def test_shapes_that_do_not_fit_name_every_block_at_fault_and_none_behind_it(engine):
    made = page(
        {
            "bad": ("MatMul", {"a": "{{1.0,2.0}}", "b": "{{1.0,2.0}}"}),
            "behind": "Square",
            "worse": ("Reshape", {"tensor": "{1,2,3}", "shape": "{2,2}"}),
            "s": "ClientSession",
        },
        """
        bad.product -> behind.x
        behind.y -> s.fetch_outputs
        worse.output -> s.fetch_outputs
        """,
    )
    result = run(engine, made)
    assert {(p.code, p.block) for p in result.problems} == {("bad-shape", "bad"), ("bad-shape", "worse")}
    assert all("\n" not in message_of(p) and "{{node" not in message_of(p) for p in result.problems)


def test_later_step_that_fails_counts_the_steps_before_it(engine):
    made = page(
        {
            "v": ("Variable", {"initvalues": "0"}),
            "next": ("AssignAdd", {"value": "1"}),
            "small": ("Less", {"y": "3"}),
            "check": ("Assert", {"data": '"too large"'}),
            "s": "ClientSession",
        },
        """
        v.ref -> next.ref
        next.output_ref -> small.x
        small.z -> check.condition
        check.operation -> s.run_outputs
        """,
    )
    result = run(engine, made, steps=10)
    assert result.steps == 2
    assert result.problems[0].block == "check"
    assert holds(result.problems[0].sentence, quote("too large"))


def test_unknown_symbol_before_a_session_stops_the_page():
    made = page(
        {"what": "Nope", "y": ("Add", {"y": "1"}), "s": "ClientSession"},
        "what.out -> y.x\ny.z -> s.fetch_outputs",
    )
    plan = make_plan(made, ".")
    assert plan.stops
    assert [(p.severity, p.code, p.block) for p in plan.problems] == [("error", "unknown-symbol", "what")]


def test_page_whose_session_gets_nothing_says_so():
    plan = make_plan(page({"s": "ClientSession"}), ".")
    assert plan.stops
    assert [p.code for p in plan.problems] == ["nothing-to-run"]


def test_block_whose_kernel_refuses_its_attrs_is_named_like_any_other(engine):
    made = page(
        {
            "pool": ("Barrier", {"component_types": "{DT_FLOAT}"}),  # the kernel requires a shape for each
            "size": "BarrierReadySize",
            "s": "ClientSession",
        },
        "pool.handle -> size.handle\nsize.size -> s.fetch_outputs",
    )
    result = run(engine, made)
    assert problems(result) == [("run-failed", "pool", "attrs")]
    assert holds(result.problems[0].sentence, say("needs.all-shapes"))


def test_op_that_cannot_compute_with_a_dtype_says_which(engine):
    made = page(
        {"d": ("RealDiv", {"x": "{1,2}", "y": "{1,2}"}), "s": "ClientSession"}, "d.z -> s.fetch_outputs"
    )
    result = run(engine, made)
    assert problems(result)[0][:2] == ("run-failed", "d")
    problem = result.problems[0]
    assert (problem.pin, actual_text(problem)) == ("x", "int32")
    assert {"float32", "float64", "complex64"} <= set((requirement_text(problem) or "").split(", "))


def test_variable_that_does_not_fit_into_memory_is_named(engine):
    big = ("Variable", {"dtype": "DT_FLOAT", "shape": "{100000,100000,100}"})
    result = run(engine, page({"v": big, "s": "ClientSession"}, "v.ref -> s.fetch_outputs"))
    assert problems(result) == [("out-of-memory", "v", "shape")]
