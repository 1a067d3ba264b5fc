"""What of a plan has no resource form, and what stays as it is."""

from __future__ import annotations

from pathlib import Path

from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.resource_form import resource_form
from app.messages import message_of
from tests.support.pages import page


def test_a_plan_without_variables_is_its_own_form() -> None:
    plan = make_plan(page({"c": ("Const", {"val": "1"}), "n": "Negate"}, "c.output -> n.x"), Path())
    assert resource_form(plan).plan is plan


def test_a_choice_among_references_has_no_form_and_is_named() -> None:
    blocks = {
        "a": ("Variable", {"initvalues": "1.0f"}), "b": ("Variable", {"initvalues": "2.0f"}),
        "one": ("RefSelect", {"index": "1"}), "set": ("Assign", {"value": "3.0f"}), "s": "ClientSession",
    }  # fmt: skip
    wires = "a.ref -> one.inputs\nb.ref -> one.inputs\none.output -> set.ref\nset.output_ref -> s.run_outputs"
    problems = resource_form(make_plan(page(blocks, wires), Path())).problems
    assert [(p.block, p.code) for p in problems] == [("one", "no-export")]
    assert "RefSelect" in message_of(problems[0])


def test_a_dtype_without_a_kernel_is_named() -> None:
    blocks = {
        "v": ("Variable", {"dtype": "DT_QUINT16", "shape": "{2}", "initvalues": ""}),
        "new": ("Const_ex", {"val": "{1,2}", "dtype": "DT_QUINT16"}), "set": "Assign", "s": "ClientSession",
    }  # fmt: skip
    wires = "v.ref -> set.ref\nnew.output -> set.value\nset.output_ref -> s.run_outputs"
    problems = resource_form(make_plan(page(blocks, wires), Path())).problems
    assert [(p.block, p.code) for p in problems] == [("set", "no-export")]
    assert "quint16" in message_of(problems[0])


def test_a_writer_names_what_reads_it() -> None:
    blocks = {
        "v": ("Variable", {"initvalues": "1"}),
        "add": ("AssignAdd", {"value": "1"}),
        "s": "ClientSession",
    }
    wires = "v.ref -> add.ref\nadd.output_ref -> s.fetch_outputs\nv.ref -> s.fetch_outputs"
    nodes = {node.name: node for node in resource_form(make_plan(page(blocks, wires), Path())).plan.nodes}
    assert nodes["v"].op == "VarHandleOp"
    assert (nodes["add/write"].op, nodes["add/write"].inputs[0]) == ("AssignAddVariableOp", "v:0")
    assert (nodes["add"].op, nodes["add"].inputs) == ("ReadVariableOp", ["v:0", "^add/write"])
    assert "v/value" not in nodes  # nobody reads it but behind its write
