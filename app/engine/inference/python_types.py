"""Compares what Python blocks and pages that stand as blocks get with what they declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.document.checks.wire_types import shapes_agree
from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.engine.compiler.plan import DeclaredShape, Plan
from blocks.requirement import Actual, Requirement, ShapeOf
from blocks.tensor_spec import Shape, TensorSpec


def undeclared_inputs(plan: Plan, types: Mapping[str, TensorSpec]) -> list[Problem]:
    """Return the problems of the inputs whose static shape is none that is declared; ``types`` are by ``block.pin``."""
    problems = undeclared_arguments(plan.declared, types)
    if not plan.python_calls:
        return problems
    keys = {ref: key for key, fetch in plan.outputs.items() if not fetch.is_list for ref in fetch.refs}
    nodes = {node.name: node for node in plan.nodes}
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


def undeclared_arguments(those: Iterable[DeclaredShape], types: Mapping[str, TensorSpec]) -> list[Problem]:
    """Return the problems of the pins of uses that get another shape than the page's Argument declares."""
    problems = []
    for declared in those:
        known = types.get(declared.key)
        shape = tuple(None if size < 0 else size for size in declared.shape)
        if known is None or shapes_agree(known.shape, shape):
            continue
        problems.append(undeclared(declared, known.shape))
    return problems


def undeclared(declared: DeclaredShape, gives: Shape | None) -> Problem:
    """Return the problem of the pin of a use that gets another shape than the page's Argument declares."""
    shape = tuple(None if size < 0 else size for size in declared.shape)
    sentence = say("argument.shape", pin=declared.pin, takes=shape, gives=gives)
    needs, there = Requirement(shape=ShapeOf(shape)), Actual(shape=gives)
    return error("bad-shape", sentence, declared.use, declared.pin, requirement=needs, actual=there)


def is_open(declared: DeclaredShape, shape: Shape | None) -> bool:
    """Return whether a shape that is known so far leaves open if it is as declared."""
    if shape is None:
        return True
    sizes = zip(declared.shape, shape, strict=False)
    return any(size is None and takes >= 0 for takes, size in sizes)
