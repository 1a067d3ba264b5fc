"""Looks at what is typed where a value would end the process, and puts a check before inputs of a fixed rank.

A wrong value that is typed is a problem of the check that does not keep the page from running: the guard that looks at
computed values in the step (`app.engine.tf.input_guards`) leaves the block out, and the results of all others can be
had. An input whose rank counts goes through an EnsureShape, named ``BLOCK/ARGUMENT/rank_check``, as some ops end the
process as soon as they are built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, say
from app.engine.compiler.constants import values_of
from app.engine.compiler.plan import Constant, PlanNode
from blocks.op_facts.fatal_inputs import FATAL_RANKS, FATAL_VALUES
from blocks.requirement import Actual, Elementwise, NotZero, Requirement, accepts
from blocks.symbol import Op, OpArg

CODE = "bad-value"  # of problems that the block alone has: the rest of the page runs

RANK_CHECK = "rank_check"
# Where a division by 0 has a value.
_INFINITE = frozenset({"DT_FLOAT", "DT_DOUBLE", "DT_HALF", "DT_BFLOAT16", "DT_COMPLEX64", "DT_COMPLEX128"})
# From here on a number of the dtype is infinite.
_TOO_LARGE = {"DT_FLOAT": 2.0**128, "DT_HALF": 65520.0, "DT_BFLOAT16": 2.0**128}


class Guards(NamedTuple):
    """What is to stand before a node, and what is wrong with typed values."""

    nodes: list[PlanNode]
    problems: list[Problem]


def guarded_argument(node: PlanNode) -> str | None:
    """Return the argument of the block's op that a node guards; None for any other node."""
    if not node.name.startswith(f"{node.block}/"):
        return None
    argument, _, kind = node.name[len(node.block) + 1 :].partition("/")
    return argument if kind == RANK_CHECK else None


def guard(node: PlanNode, op: Op, pins: Mapping[str, str], nodes: Mapping[str, PlanNode]) -> Guards:
    """Guard a node's inputs; the node is changed so that it runs behind the checks of their ranks.

    ``pins`` has the pin of each argument, ``nodes`` what is lowered already.
    """
    found = Guards([], [])
    for arg, position in positions(op, node):
        if not arg.number_attr and not arg.type_list_attr:
            constant = _constant(node.inputs[position], nodes)
            found.problems.extend(_refused_text(node, op, arg, pins.get(arg.name, arg.name), constant))
            if constant is None:
                _guard_rank(node, op, arg, position, found)
    return found


def positions(op: Op, node: PlanNode) -> Iterator[tuple[OpArg, int]]:
    """Give the argument of each input of a node, and its position; control inputs come after all of them."""
    at = 0
    for arg in op.inputs:
        if arg.type_list_attr:
            count = len(node.attrs.get(arg.type_list_attr) or ())
        else:
            count = int(node.attrs.get(arg.number_attr) or 0) if arg.number_attr else 1
        yield from ((arg, position) for position in range(at, at + count))
        at += count


def _guard_rank(node: PlanNode, op: Op, arg: OpArg, position: int, found: Guards) -> None:
    """Lead an input of a fixed rank through a check. A text is looked at by `fatal_inputs`."""
    rank = FATAL_RANKS.get((op.name, arg.name))
    if rank is None:
        return
    name = f"{node.name}/{arg.name}/{RANK_CHECK}"
    dtype = arg.dtype or node.attrs.get(arg.type_attr or "")
    attrs = {"T": str(dtype), "shape": [-1] * rank}
    found.nodes.append(PlanNode(name, "EnsureShape", node.block, [node.inputs[position]], attrs))
    node.inputs[position] = f"{name}:0"


def _refused_text(
    node: PlanNode, op: Op, arg: OpArg, pin: str, constant: Constant | None
) -> Iterator[Problem]:
    """Give the problem of a typed value that is not as it must be."""
    needs = FATAL_VALUES.get((op.name, arg.name))
    if needs is None or constant is None or constant.array is not None:
        return
    if isinstance(needs.values, NotZero) and constant.dtype in _INFINITE:
        return
    actual = _refused(needs, constant)
    if actual is not None:
        yield refused_value(node.block, pin, pin, op.name, needs, actual)


def _constant(ref: str, nodes: Mapping[str, PlanNode]) -> Constant | None:
    source = nodes.get(ref.split(":", 1)[0])
    return source.value if source is not None else None


def _refused(needs: Requirement, constant: Constant) -> Actual | None:
    """Return the first value of a constant that is not as it must be, and where it stands."""
    assert isinstance(needs.values, Elementwise)
    limit = _TOO_LARGE.get(constant.dtype)
    for at, value in enumerate(values_of(constant)):
        if limit is not None and isinstance(value, float) and abs(value) >= limit:
            value = float("inf") if value > 0 else float("-inf")
        if not isinstance(value, (int, float)):
            return None
        if not accepts(needs.values, value):
            return Actual(value=str(value), index=_index(at, constant.shape))
    return None


def _index(at: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the index of an element by its place in row-major order."""
    index: list[int] = []
    for size in reversed(shape):
        at, place = divmod(at, size)
        index.insert(0, place)
    return tuple(index)


def refused_value(
    block: str, pin: str, shown: Sentence | str, op: str, needs: Requirement, actual: Actual
) -> Problem:
    """Return the problem of a value that would end the process; ``shown`` is how the sentence calls the input."""
    if actual.index:
        sentence = say(
            "value.refused-at", pin=shown, value=actual.value, index=actual.index, op=op, needs=needs
        )
    else:
        sentence = say("value.refused", pin=shown, value=actual.value, op=op, needs=needs)
    return error(CODE, sentence, block, pin, requirement=needs, actual=actual)
