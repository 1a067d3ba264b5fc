"""Compares what wires bring to Python blocks with what their functions declare."""

from __future__ import annotations

from collections.abc import Mapping

from app.document.checks.wire_types import shapes_agree
from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.compiler.plan import Plan
from blocks.requirement import Actual, Requirement, ShapeOf
from blocks.tensor_spec import TensorSpec


def undeclared_inputs(plan: Plan, types: Mapping[str, TensorSpec]) -> list[Problem]:
    """Return the problems of the inputs whose static shape is none that is declared; ``types`` are by ``block.pin``."""
    if not plan.python_calls:
        return []
    keys = {ref: key for key, fetch in plan.outputs.items() if not fetch.is_list for ref in fetch.refs}
    nodes = {node.name: node for node in plan.nodes}
    problems = []
    for call in plan.python_calls:
        for parameter, ref in zip(call.parameters, nodes[call.block].inputs, strict=False):
            source = keys.get(ref, "")
            known, declared = types.get(source), parameter.spec.shape
            if known is None or declared is None or shapes_agree(known.shape, declared):
                continue
            sentence = say(
                "python.input-shape", pin=parameter.name, spec=str(parameter.spec), shape=known.shape
            )
            needs = Requirement(shape=ShapeOf(declared))
            there = Actual(shape=known.shape, origins=(source,))
            problems.append(
                error(
                    "bad-shape", sentence, call.block, parameter.name,
                    related=(source,), requirement=needs, actual=there,
                )
            )  # fmt: skip
    return problems
