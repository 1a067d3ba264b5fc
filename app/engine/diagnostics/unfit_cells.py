"""Finds weights of a recurrent cell whose shape does not go with its inputs, before the kernel refuses them."""

from __future__ import annotations

from collections.abc import Sequence

from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.diagnostics.complaint import Seen
from app.engine.diagnostics.origins import Origins, arguments
from app.engine.diagnostics.verdict import Verdict, verdict_problem
from blocks.op_facts.cell_sizes import INPUTS, STATE, weight_sizes
from blocks.requirement import Actual, Requirement, ShapeOf
from blocks.tensor_spec import Shape


def unfit_weights(plan: Plan, node: PlanNode, shapes: Sequence[Shape | None]) -> Problem | None:
    """Return the problem of a cell's first weights of another shape; ``shapes`` are its inputs', in order."""
    known = arguments(plan, node)
    if len(known) != len(shapes):
        return None
    seen = {argument.name: Seen(argument, shape, None) for argument, shape in zip(known, shapes, strict=True)}
    for name, sizes in weight_sizes(node.op, {n: one.shape for n, one in seen.items()}).items():
        chief = seen[name]
        if chief.shape is None or _may_be(chief.shape, sizes):
            continue
        origins, refs = Origins(plan), [ref for ref in node.inputs if not ref.startswith("^")]
        sources = {argument: origins.pin(ref) for argument, ref in zip(known, refs, strict=True)}
        needs = Requirement(shape=ShapeOf(sizes))
        verdict = Verdict(chief, "", needs, Actual(shape=chief.shape), (seen[INPUTS], seen[STATE]))
        return verdict_problem(plan, node, verdict, sources, "bad-shape")
    return None


def _may_be(shape: Shape, sizes: tuple[int, ...]) -> bool:
    return len(shape) == len(sizes) and all(a in (None, b) for a, b in zip(shape, sizes, strict=True))
