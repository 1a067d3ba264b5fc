"""Pages that stand as blocks, in the plan: put into their places, with names, texts and problems of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from app.document.model.diagram import Page
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.following import Planner
from app.engine.compiler.plan import Plan
from app.messages import hint_text, message_of
from blocks.requirement import Requirement
from tests.support.function_pages import named, planned, twice

CONST = ("Const", {"val": "{1.0f,2.0f}"})


def scaled() -> Page:
    """Return a page that gives x * factor, where factor has a default."""
    blocks = {"x": "Argument", "factor": ("Argument", {"default": "3"}), "mul": "Multiply", "y": "Result"}
    return named("scaled", blocks, "x.output -> mul.x\nfactor.output -> mul.y\nmul.z -> y.input")


def nodes(plan: Plan) -> dict[str, tuple[str, list[str]]]:
    return {n.name: (n.op, n.inputs) for n in plan.nodes}


def faults(plan: Plan) -> list[tuple[str, str, str | None, str | None]]:
    return [(p.severity, p.code, p.block, p.pin) for p in plan.problems]


def test_the_nodes_of_a_use_bear_its_address() -> None:
    plan = planned(named("main", {"c": CONST, "u": "page:twice"}, "c.output -> u.x"), twice())
    assert nodes(plan) == {"c": ("Const", []), "u/sum": ("Add", ["c:0", "c:0"])}
    assert {n.name: n.block for n in plan.nodes} == {"c": "c", "u/sum": "u/sum"}
    assert list(plan.outputs) == ["c.output", "u/x.output", "u/sum.z", "u.y"]


def test_uses_within_uses_stand_below_each_other() -> None:
    four = named("four", {"x": "Argument", "a": "page:twice", "b": "page:twice", "y": "Result"},
                 "x.output -> a.x\na.y -> b.x\nb.y -> y.input")  # fmt: skip
    plan = planned(named("main", {"c": CONST, "u": "page:four"}, "c.output -> u.x"), four, twice())
    assert nodes(plan) == {
        "c": ("Const", []),
        "u/a/sum": ("Add", ["c:0", "c:0"]),
        "u/b/sum": ("Add", ["u/a/sum:0", "u/a/sum:0"]),
    }


@pytest.mark.parametrize(("pins", "value"), [({}, 3.0), ({"factor": "0.5"}, 0.5), ({"factor": ""}, 3.0)])
def test_a_pin_that_is_not_wired_has_the_text_of_the_use_or_the_default(
    pins: dict[str, str], value: float
) -> None:
    plan = planned(named("main", {"c": CONST, "u": ("page:scaled", pins)}, "c.output -> u.x"), scaled())
    (factor,) = [n for n in plan.nodes if n.name == "u/factor"]
    assert factor.value is not None
    assert (factor.op, factor.value.dtype) == ("Const", "DT_FLOAT")  # as the other input of the product
    assert memoryview(factor.value.packed).cast("d")[0] == value


def test_a_text_gets_its_dtype_through_pages_within() -> None:
    outer = named("outer", {"k": "Argument", "v": ("Argument", {}), "u": "page:scaled", "y": "Result"},
                  "v.output -> u.x\nk.output -> u.factor\nu.y -> y.input")  # fmt: skip
    main = named("main", {"c": CONST, "o": ("page:outer", {"k": "2"})}, "c.output -> o.v")
    plan = planned(main, outer, scaled())
    assert nodes(plan)["o/k"] == ("Const", [])
    assert nodes(plan)["o/u/mul"] == ("Mul", ["c:0", "o/k:0"])
    assert plan.outputs["o/k.output"].dtypes == ("DT_FLOAT",)


def test_two_texts_of_one_product_agree_as_they_would_on_the_block_itself() -> None:
    plan = planned(named("main", {"u": ("page:scaled", {"x": "2", "factor": "0.5f"})}), scaled())
    assert plan.problems == ()
    assert {plan.outputs[f"u/{n}.output"].dtypes for n in ("x", "factor")} == {("DT_FLOAT",)}


def test_the_declared_dtype_counts_and_is_held_to() -> None:
    halved = named("halved", {"x": ("Argument", {"dtype": "DT_DOUBLE"}), "n": "Neg", "y": "Result"},
                   "x.output -> n.x\nn.y -> y.input")  # fmt: skip
    plan = planned(named("main", {"u": ("page:halved", {"x": "1"})}), halved)
    assert plan.outputs["u.y"].dtypes == ("DT_DOUBLE",)
    wrong = planned(named("main", {"c": CONST, "u": "page:halved"}, "c.output -> u.x"), halved)
    assert faults(wrong) == [("error", "dtype-conflict", "u", "x")]
    assert message_of(wrong.problems[0]) == "x takes float64, it is given float32"
    assert wrong.stops


def test_a_page_is_generic_in_what_its_arguments_leave_open() -> None:
    blocks: dict[str, Any] = {"i": ("Const", {"val": "1"}), "c": CONST, "a": "page:twice", "b": "page:twice"}
    plan = planned(named("main", blocks, "i.output -> a.x\nc.output -> b.x"), twice())
    assert (plan.outputs["a.y"].dtypes, plan.outputs["b.y"].dtypes) == (("DT_INT32",), ("DT_FLOAT",))


def test_two_ways_through_a_use_are_no_cycle() -> None:
    both = named("both", {"a": "Argument", "b": "Argument", "x": "Neg", "y": "Neg", "p": "Result", "q": "Result"},
                 "a.output -> x.x\nb.output -> y.x\nx.y -> p.input\ny.y -> q.input")  # fmt: skip
    main = named(
        "main", {"c": CONST, "u": "page:both", "s": "Sqrt"}, "c.output -> u.a\nu.p -> s.x\ns.y -> u.b"
    )
    plan = planned(main, both)
    assert plan.problems == ()
    assert nodes(plan)["u/y"] == ("Neg", ["s:0"])


def test_a_cycle_through_a_use_is_reported_along_its_blocks() -> None:
    main = named("main", {"u": "page:twice", "n": "Neg"}, "u.y -> n.x\nn.y -> u.x")
    (problem,) = planned(main, twice()).problems
    assert problem.code == "cycle"
    assert "u/sum" in message_of(problem)


def test_a_variable_goes_into_a_page_that_writes_it() -> None:
    step = named("step", {"v": "Argument", "by": "Argument", "add": "AssignAdd", "done": "Result"},
                 "v.output -> add.ref\nby.output -> add.value\nadd.output_ref -> done.input")  # fmt: skip
    main = named(
        "main", {"w": ("Variable", {"initvalues": "1.0f"}), "u": ("page:step", {"by": "2"})}, "w.ref -> u.v"
    )
    plan = planned(main, step)
    assert plan.problems == ()
    assert nodes(plan)["u/add"][0] == "AssignAdd"


def test_an_operation_and_a_list_leave_a_page() -> None:
    parts = named("parts", {"x": "Argument", "s": ("Split", {"axis": "0", "num_split": "2"}), "all": "Result"},
                  "x.output -> s.value\ns.output -> all.input")  # fmt: skip
    main = named("main", {"c": CONST, "u": "page:parts", "n": "Neg", "j": ("Concat", {"axis": "0"})},
                 "c.output -> u.x\nu.all[1] -> n.x\nu.all -> j.values")  # fmt: skip
    plan = planned(main, parts)
    assert plan.problems == ()
    assert nodes(plan)["n"] == ("Neg", ["u/s:1"])
    assert nodes(plan)["j"][1][:2] == ["u/s:0", "u/s:1"]


def test_a_text_that_does_not_read_is_at_fault_at_its_use_alone() -> None:
    by = ("Argument", {"dtype": "DT_INT32"})
    counted = named("counted", {"by": by, "m": ("Multiply", {"y": "2"}), "y": "Result"},
                    "by.output -> m.x\nm.z -> y.input")  # fmt: skip
    uses = {"u": ("page:counted", {"by": "2.5"}), "v": ("page:counted", {"by": "2"})}
    main = named("main", {**uses, "a": "Add"}, "u.y -> a.x\nv.y -> a.y")
    assert faults(planned(main, counted)) == [("error", "bad-literal", "u", "by")]


def test_a_fault_within_a_page_bears_the_address_and_stops_what_needs_it() -> None:
    bad = named("bad", {"x": "Argument", "m": ("Multiply", {"y": "{{1,2},{3}}"}), "y": "Result"},
                "x.output -> m.x\nm.z -> y.input")  # fmt: skip
    main = named("main", {"c": CONST, "u": "page:bad", "v": "page:bad", "s": "ClientSession"},
                 "c.output -> u.x\nc.output -> v.x\nu.y -> s.fetch_outputs")  # fmt: skip
    plan = planned(main, bad)
    assert faults(plan) == [("error", "bad-literal", "u/m", "y"), ("warning", "bad-literal", "v/m", "y")]
    assert plan.stops


def test_a_pin_of_a_use_that_is_left_empty_stops_the_run() -> None:
    main = named("main", {"u": "page:twice", "s": "ClientSession"}, "u.y -> s.fetch_outputs")
    plan = planned(main, twice())
    assert (faults(plan), plan.stops) == ([("error", "unwired-input", "u", "x")], True)


@pytest.mark.parametrize("symbol", ["page:twice", "Square"])
@pytest.mark.parametrize("session", [True, False])
def test_a_misspelt_output_of_a_use_is_one_error_as_on_any_block(symbol: str, session: bool) -> None:
    ends = {"s": "ClientSession"} if session else {}
    wires = "c.output -> u.x\nu.yy -> neg.x" + ("\nneg.y -> s.fetch_outputs" if session else "")
    plan = planned(named("main", {"c": CONST, "u": symbol, "neg": "Neg", **ends}, wires), twice())
    assert faults(plan) == [("error", "unknown-pin", "u", "yy")]
    assert plan.problems[0].requirement == Requirement(names=("y",))
    assert plan.problems[0].related == ("neg.x",)
    assert hint_text(plan.problems[0]) == "did you mean y?"


def test_a_misspelt_output_of_a_use_within_a_page_is_one_error_at_its_address() -> None:
    outer = named("outer", {"v": "Argument", "in": "page:twice", "r": "Result"},
                  "v.output -> in.x\nin.yy -> r.input")  # fmt: skip
    wires = "c.output -> o.v\no.r -> s.fetch_outputs"
    plan = planned(
        named("main", {"c": CONST, "o": "page:outer", "s": "ClientSession"}, wires), outer, twice()
    )
    assert faults(plan) == [("error", "unknown-pin", "o/in", "yy")]


def test_a_misspelt_output_within_a_called_page_bears_its_address_at_both_ends() -> None:
    body = named("body", {"v": "Argument", "in": "page:twice", "r": "Result"},
                 "v.output -> in.x\nin.yy -> r.input")  # fmt: skip
    pins = {"cond": "true", "input": "1.0f", "then_branch": "body", "else_branch": "twice"}
    plan = planned(named("main", {"i": ("If", pins)}), body, twice())
    assert faults(plan) == [("error", "unknown-pin", "i/in", "yy")]
    assert plan.problems[0].related == ("i/r.input", "page:body")


def test_the_results_are_those_of_the_page_and_of_its_own_uses() -> None:
    outer = named(
        "outer", {"x": "Argument", "in": "page:twice", "y": "Result"}, "x.output -> in.x\nin.y -> y.input"
    )
    main = named("main", {"c": CONST, "u": "page:outer", "s": "ClientSession"},
                 "c.output -> u.x\nu.y -> s.fetch_outputs")  # fmt: skip
    (session,) = planned(main, outer, twice()).sessions
    assert [f.key for f in session.fetches] == ["c.output", "u.y"]
    (session,) = planned(main, outer, twice(), fetch=["u/in.y", "u/in/sum.z", "u/x.output"]).sessions
    assert [f.key for f in session.fetches] == ["u/in.y", "u/in/sum.z", "u/x.output"]


def test_a_file_that_an_argument_names_is_looked_for(tmp_path: Path) -> None:
    reads = named("reads", {"file": "Argument", "r": "ReadFile", "y": "Result"},
                  "file.output -> r.filename\nr.contents -> y.input")  # fmt: skip
    data = tmp_path / "data"
    data.mkdir()
    (data / "there.txt").write_text("x")
    main = named(
        "main", {"a": ("page:reads", {"file": "gone.txt"}), "b": ("page:reads", {"file": '"there.txt"'})}
    )
    plan = planned(main, reads, folder=tmp_path, data=[data])
    assert [(p.code, p.block, p.pin) for p in plan.problems] == [("missing-file", "a", "file")]
    (led,) = [n for n in plan.nodes if n.name == "b/file"]
    assert led.value is not None
    assert led.value.strings == (b"data/there.txt",)


def test_a_page_by_itself_is_fed_with_its_defaults() -> None:
    blocks = {"x": ("Argument", {"default": "{1.0f,2.0f}", "shape": "[2]"}), "n": "Neg", "y": "Result"}
    plan = planned(named("f", blocks, "x.output -> n.x\nn.y -> y.input"))
    assert plan.problems == ()
    assert nodes(plan) == {"x": ("Placeholder", []), "n": ("Neg", ["x:0"])}
    (session,) = plan.sessions
    assert [ref for ref, _ in session.feeds] == ["x:0"]


@pytest.mark.parametrize("pins", [{}, {"dtype": "DT_FLOAT"}])
def test_a_page_by_itself_without_a_default_has_no_fault_but_is_not_run(pins: dict[str, str]) -> None:
    blocks = {"x": ("Argument", pins), "n": "Neg", "y": "Result"}
    plan = planned(named("f", blocks, "x.output -> n.x\nn.y -> y.input"))
    assert (plan.problems, plan.unfed, plan.stops) == ((), ("x",), False)


def test_a_page_is_planned_again_when_a_page_that_it_uses_changes() -> None:
    main = named("main", {"c": CONST, "u": "page:scaled"}, "c.output -> u.x")
    planner = Planner()
    for default in ("3", "4", "5"):
        inner = scaled()
        inner.blocks["factor"].pins = {"default": default}
        own = OwnBlocks.on([main], Path("."), [main, inner])
        assert planner.plan(main, Path("."), own=own) == planned(main, inner)


def test_a_use_that_is_switched_off_is_absent() -> None:
    main = named("main", {"c": CONST, "u": "page:twice", "n": "Neg"}, "c.output -> u.x\nc.output -> n.x")
    main.blocks["u"].off = True
    assert list(nodes(planned(main, twice()))) == ["c", "n"]


def test_each_use_draws_numbers_of_its_own_by_the_seed_of_the_page_that_is_run() -> None:
    blocks = {
        "r": ("RandomUniform", {"shape": "{2}"}),
        "f": ("RandomUniform", {"shape": "{2}", "attrs": "seed_ = 5;"}),
    }
    inner = named(
        "noise", {**blocks, "y": "Result", "z": "Result"}, "r.output -> y.input\nf.output -> z.input", seed=9
    )
    plan = planned(named("main", {"a": "page:noise", "b": "page:noise"}, seed=3), inner)
    seeds = {
        n.name: (n.attrs["seed"], n.attrs.get("seed2", 0)) for n in plan.nodes if n.op == "RandomUniform"
    }
    assert seeds["a/r"] == (3, crc32(b"a/r"))
    assert seeds["b/r"] == (3, crc32(b"b/r"))
    assert seeds["a/f"] == seeds["b/f"]


def test_each_use_has_resource_variables_of_its_own() -> None:
    blocks = {
        "h": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{}"}),
        "k": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{}", "attrs": "shared_name_ = k;"}),
        "y": "Result",
        "z": "Result",
    }
    inner = named("kept", blocks, "h.resource -> y.input\nk.resource -> z.input")
    plan = planned(named("main", {"a": "page:kept", "b": "page:kept", "own": blocks["h"]}), inner)
    names = {n.name: n.attrs.get("shared_name") for n in plan.nodes if n.op == "VarHandleOp"}
    assert names == {"a/h": "a/", "a/k": "k", "b/h": "b/", "b/k": "k", "own": None}
    assert faults(plan) == []


def test_resource_variables_without_a_name_in_one_use_are_one() -> None:
    handle = ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{}"})
    inner = named(
        "two",
        {"h": handle, "k": handle, "y": "Result", "z": "Result"},
        "h.resource -> y.input\nk.resource -> z.input",
    )
    plan = planned(named("main", {"a": "page:two", "b": "page:two"}), inner)
    assert faults(plan) == [("warning", "bad-attr-value", f"{use}/k", "attrs") for use in "ab"]
