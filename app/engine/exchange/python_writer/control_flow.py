"""Loops, branches and calls of function pages, in the words of Python."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.compiler.plan import PlanFunction, PlanNode
from app.engine.exchange.python_writer.scope import Scope, Special
from app.engine.exchange.python_writer.text import Expression, Item, Named, call, flat, listing
from blocks.op_facts.functions import HIDDEN

LOOPS = frozenset({"While", "StatelessWhile"})
BRANCHES = frozenset({"If", "StatelessIf"})
CASES = frozenset({"Case", "StatelessCase"})
CALLS = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
_PARALLEL = 10  # rounds, unless a loop says otherwise


def statement_of(scope: Scope, node: PlanNode) -> Special | None:
    """Return how a node that calls function pages is written; None for another one, or for one that is a raw op."""
    if not is_written(node):
        return None
    functions = scope.module.functions
    data = [ref for ref in node.inputs if not ref.startswith("^")]
    tensors = [scope.tensor(ref) for ref in data]
    if node.op in LOOPS:
        return _loop(node, functions[node.attrs["cond"]], functions[node.attrs["body"]], tensors[HIDDEN:])
    if node.op in CALLS:
        return Special(call(functions[node.attrs["f"]], *tensors), _outputs(node))
    if node.op in BRANCHES:
        names = [functions[node.attrs[attr]] for attr in ("then_branch", "else_branch")]
        return Special(call("tf.cond", tensors[0], *_calls(names, tensors[1:])), _outputs(node))
    names = [functions[name] for name in node.attrs["branches"]]
    branches = listing(_calls(names, tensors[1:]))
    return Special(call("tf.switch_case", tensors[0], branches), _outputs(node))


def is_written(node: PlanNode) -> bool:
    """Return whether a node is written in the words of Python, rather than as a raw op."""
    if node.op in BRANCHES:
        return node.attrs.get("Tcond") == "DT_BOOL"
    return node.op in LOOPS | CASES | CALLS


def _loop(node: PlanNode, cond: str, body: str, tensors: Sequence[Expression]) -> Special:
    count = len(tensors)
    arguments: list[Item] = [cond, body, listing(tensors)]
    # Where the page does not say that a shape stays as it is, it may change from round to round.
    shapes = node.attrs.get("output_shapes") or []
    if any(shape is None for shape in shapes[HIDDEN:]):
        arguments.append(Named("shape_invariants=", f"[tf.TensorShape(None)] * {count}"))
    parallel = node.attrs.get("parallel_iterations", _PARALLEL)
    if parallel != _PARALLEL:
        arguments.append(Named("parallel_iterations=", str(parallel)))
    hidden = ("",) * HIDDEN  # nothing takes the counters
    return Special(call("tf.while_loop", *arguments), (*hidden, *(f"[{i}]" for i in range(count))))


def _calls(names: Sequence[str], tensors: Sequence[Expression]) -> list[Expression]:
    """Return each function with its arguments bound, so that it can be called without any."""
    if not tensors:
        return list(names)
    given = ", ".join(map(flat, tensors))
    return [f"lambda: {name}({given})" for name in names]


def _outputs(node: PlanNode) -> tuple[str, ...]:
    count = len(node.attrs.get("Tout") or ())
    return ("",) if count == 1 else tuple(f"[{i}]" for i in range(count))


def results_of(function: PlanFunction, in_loop: bool) -> Sequence[str]:
    """Return the tensors that a function gives, a loop's counters left out."""
    refs = [pin.ref for pin in function.results]
    is_body = in_loop and function.place.endswith(".body")
    return refs[HIDDEN:] if is_body else refs
