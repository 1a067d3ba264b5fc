"""Guards inputs whose rank or value would end the process: nodes beside an op that fail in its place.

They are named ``BLOCK/ARGUMENT/rank_check`` and ``BLOCK/ARGUMENT/check``. Where the rank counts, the input goes through
an EnsureShape. Where values count, the op waits for a CheckNumerics or an Assert beside it, so that its input and its
gradient stay as they are. What is typed is looked at here as well: a wrong value is a problem of the check that does
not keep the page from running, as the guard stops the block, and the results of all others can be had.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, say
from app.engine.compiler.constants import values_of
from app.engine.compiler.plan import Constant, PlanNode
from blocks.op_facts.fatal_inputs import FATAL_RANKS, FATAL_VALUES
from blocks.requirement import Actual, Elementwise, Finite, InRange, NotZero, Requirement, Values, accepts
from blocks.symbol import Op, OpArg

GUARDED = frozenset(op for op, _ in (*FATAL_RANKS, *FATAL_VALUES))
CODE = "bad-value"  # of problems that the block alone has: the rest of the page runs

_CHECK = "check"
_RANK_CHECK = "rank_check"
# From here on a number of the dtype is infinite.
_TOO_LARGE = {"DT_FLOAT": 2.0**128, "DT_HALF": 65520.0, "DT_BFLOAT16": 2.0**128}


class Guards(NamedTuple):
    """What is to stand beside a node: further nodes, sources first, and what is wrong with typed values."""

    nodes: list[PlanNode]
    problems: list[Problem]


def guarded_argument(node: PlanNode) -> str | None:
    """Return the argument of the block's op that a node guards; None for any other node."""
    if not node.name.startswith(f"{node.block}/"):
        return None
    argument, _, kind = node.name[len(node.block) + 1 :].partition("/")
    return argument if kind in (_CHECK, _RANK_CHECK) else None


def guard(node: PlanNode, op: Op, pins: Mapping[str, str], nodes: Mapping[str, PlanNode]) -> Guards:
    """Guard a node's inputs; the node is changed so that it runs behind the guards.

    ``pins`` has the pin of each argument, ``nodes`` what is lowered already.
    """
    found = Guards([], [])
    for arg, position in positions(op, node):
        if not arg.number_attr and not arg.type_list_attr:
            _guard_rank(node, op, arg, position, nodes, found)
            _guard_values(node, op, arg, position, pins, nodes, found)
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


def _guard_rank(
    node: PlanNode, op: Op, arg: OpArg, position: int, nodes: Mapping[str, PlanNode], found: Guards
) -> None:
    """Lead an input of a fixed rank through a check, unless its text has been checked."""
    rank = FATAL_RANKS.get((op.name, arg.name))
    if rank is None or _constant(node.inputs[position], nodes) is not None:
        return
    name = f"{node.name}/{arg.name}/{_RANK_CHECK}"
    attrs = {"T": _dtype(node, arg), "shape": [-1] * rank}
    found.nodes.append(PlanNode(name, "EnsureShape", node.block, [node.inputs[position]], attrs))
    node.inputs[position] = f"{name}:0"


def _guard_values(
    node: PlanNode,
    op: Op,
    arg: OpArg,
    position: int,
    pins: Mapping[str, str],
    nodes: Mapping[str, PlanNode],
    found: Guards,
) -> None:
    """Let the node wait for a check of an input's values, unless they are known to be as they must be."""
    needs, dtype = FATAL_VALUES.get((op.name, arg.name)), _dtype(node, arg)
    if needs is None or (isinstance(needs.values, NotZero) and dtype in _INFINITE):
        return
    constant = _constant(node.inputs[position], nodes)
    if constant is not None and constant.array is None:
        actual = _refused(needs, constant)
        if actual is None:
            return
        pin = pins.get(arg.name, arg.name)
        found.problems.append(refused_value(node.block, pin, pin, op.name, needs, actual))
    name = f"{node.name}/{arg.name}/{_CHECK}"
    found.nodes.extend(_check(name, node.block, node.inputs[position], dtype, needs))
    node.inputs.append(f"^{name}")


def _constant(ref: str, nodes: Mapping[str, PlanNode]) -> Constant | None:
    source = nodes.get(ref.split(":", 1)[0])
    return source.value if source is not None else None


def _dtype(node: PlanNode, arg: OpArg) -> str:
    return str(arg.dtype or node.attrs.get(arg.type_attr or ""))


def _check(name: str, block: str, ref: str, dtype: str, needs: Requirement) -> list[PlanNode]:
    """Return nodes of which the last one, ``name``, fails where a value is not as it must be."""
    if isinstance(needs.values, Finite):
        return [PlanNode(name, "CheckNumerics", block, [ref], {"T": dtype, "message": ""})]
    nodes: list[PlanNode] = []

    def add(suffix: str, op: str, inputs: list[str], attrs: dict[str, object]) -> str:
        nodes.append(PlanNode(f"{name}/{suffix}", op, block, inputs, attrs))
        return f"{name}/{suffix}:0"

    def constant(suffix: str, of: str, value: float, shape: tuple[int, ...] = ()) -> str:
        tensor = add(suffix, "Const", [], {"dtype": of})
        packed = struct.pack("<d", value) if of in _FLOATS else struct.pack("<q", int(value))
        nodes[-1].value = Constant(dtype=of, shape=shape, packed=packed)
        return tensor

    vector = constant("vector", "DT_INT32", -1, (1,))
    flat = add("flat", "Reshape", [ref, vector], {"T": dtype, "Tshape": "DT_INT32"})
    first = constant("first", "DT_INT32", 0)
    condition = ""
    for side, op, bound in _comparisons(needs.values):
        limit = constant(side, dtype, bound)
        fits = add(f"{side}_fits", op, [flat, limit], {"T": dtype})
        fit = add(f"{side}_all", "All", [fits, first], {"Tidx": "DT_INT32", "keep_dims": False})
        condition = add("both", "LogicalAnd", [condition, fit], {}) if condition else fit
    data = constant("data", "DT_INT32", 0)
    nodes.append(PlanNode(name, "Assert", block, [condition, data], {"T": ["DT_INT32"], "summarize": 0}))
    return nodes


def _comparisons(needs: Values | None) -> list[tuple[str, str, float]]:
    """Return what each element is compared with: a name, the op, the number."""
    if isinstance(needs, NotZero):
        return [("zero", "NotEqual", 0)]
    assert isinstance(needs, InRange)
    low = "Greater" if needs.open and needs.high is None else "GreaterEqual"
    high = "Less" if needs.open else "LessEqual"
    both = (("low", low, needs.low), ("high", high, needs.high))
    return [(side, op, bound) for side, op, bound in both if bound is not None]


_FLOATS = frozenset({"DT_FLOAT", "DT_DOUBLE", "DT_HALF", "DT_BFLOAT16"})
_INFINITE = _FLOATS | {"DT_COMPLEX64", "DT_COMPLEX128"}  # where a division by 0 has a value


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
