"""Turns TensorFlow's messages into problems: names the block and the pin, quotes the sentence, drops the rest."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from typing import Any

from msgspec.structs import replace
from tensorflow.core.framework import types_pb2
from tensorflow.python.framework import kernels

from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, quote, say
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import place_behind
from app.engine.compiler.shape_checks import checked_by
from app.engine.compiler.value_guards import guarded_argument
from app.engine.diagnostics.message_patterns import reading_of
from app.engine.diagnostics.origins import arguments, pin_of_attr
from app.engine.diagnostics.upstream import batch_of
from app.engine.inference.python_types import undeclared
from blocks.catalog import load
from blocks.dtypes import DTYPES, label
from blocks.op_facts.datasets import TAKING_DATA
from blocks.op_facts.output_sizes import SIZES_OUTPUT
from blocks.op_facts.successors import SUCCESSORS
from blocks.op_facts.traits import VARIABLES
from blocks.requirement import Actual, Requirement, of_dtypes
from blocks.symbol import OpArg

_MOST_LINES = 6  # of a message
_NODE = re.compile(r"\{\{(?:node|function_node|colocation_node) ([^}\s]+)\}\}")
_NAMED = re.compile(r"[Nn]ode '([^']+)'|NodeDef(?: expected| mentions)?.*?'([^']+)'")
_INPUT = re.compile(r"[Ii]nput (\d+)")
_ARGUMENT = re.compile(r"(?:argument|[Ii]nput|[Aa]ttr|parameter) '?\"?(\w+)'?\"?")
_REMOVED = re.compile(r"Op (\w+) is not available in GraphDef version \d+\. It has been removed")
_INSTEAD = re.compile(r"\b[Uu]se (\w+) instead")
_NO_KERNEL = re.compile(
    r"No OpKernel was registered to support Op '(\w+)'.*?with these attrs: \[([^\]]*)\]", re.S
)
_NOISE = (
    re.compile(r"\n\s*\[\[.*", re.S),
    re.compile(r"\n\nOriginal stack trace.*", re.S),
    re.compile(r"\s*\[Op:\w+\]"),
    re.compile(r" for '\{\{node [^}]*\}\} = [^']*'.*", re.S),
    re.compile(
        r"\{\{(?:function_node|node|colocation_node) [^}]*\}\}\s*(?:= \w+\[[^\]]*\])?(?:\([^)]*\))?:?\s*"
    ),
    re.compile(r"^Error in user-defined function passed to \S+ transformation with iterator: \S+: "),
    re.compile(r"^(?:Graph execution error:|Error from the Python code:)\s*"),
    re.compile(r"^Detected at node .*?^Node: '[^']*'\n", re.S | re.M),  # where our program made the node
    re.compile(r"; NodeDef: .*", re.S),
    re.compile(r"\[type\.googleapis[^\]]*\]"),
    re.compile(r"^\d+ root error\(s\) found\.\s*\(\d+\) [A-Z]+: ", re.M),
)


def one_line(message: str) -> str:
    """Return TensorFlow's message without node dumps and traces, as one line; "" where nothing is left."""
    for noise in _NOISE:
        message = noise.sub("", message)
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    text = " ".join(lines[:_MOST_LINES])
    return text if len(text) <= 500 else text[:497] + "..."


def own_words(message: str) -> Sentence:
    """Return TensorFlow's message in its own words, in one line."""
    missing = _NO_KERNEL.search(message)
    if missing:
        return say("op.no-kernel", op=missing[1], attrs=missing[2])
    line = one_line(message)
    return quote(line) if line else say("tensorflow.no-reason")


def block_of(plan: Plan, name: str) -> str | None:
    """Return the block of a node name (helper nodes are named ``BLOCK/suffix``)."""
    return place_behind(plan.symbols, name)


def named_node(plan: Plan, message: str) -> str | None:
    """Return the first node of the plan that a message names."""
    for found in [*_NODE.findall(message), *(a or b for a, b in _NAMED.findall(message))]:
        if block_of(plan, found):
            return str(found)
    return None


def weighed(used: Collection[str], problems: list[Problem]) -> list[Problem]:
    """Return the problems; an error of a block that no session runs is only a warning."""
    return [
        replace(p, severity="warning") if p.severity == "error" and p.block and p.block not in used else p
        for p in problems
    ]


def build_problem(plan: Plan, node: PlanNode | None, message: str) -> Problem:
    """Return the problem of a node that TensorFlow refuses to build."""
    name = node.name if node is not None else named_node(plan, message)
    block = block_of(plan, name) if name else None
    removed = _REMOVED.search(message)
    if removed is not None:
        return _of_removed(removed[1], block, message)
    code = "bad-shape" if re.search(r"[Ss]hape|rank|[Dd]imension", message) else "build-failed"
    pin = _pin(plan, node, name, message)
    needs, actual = reading_of(one_line(message))
    sentence = own_words(message)
    if pin and needs is not None:
        sentence = with_requirement(pin, needs, actual, sentence)
    return error(code, sentence, block, pin, requirement=needs, actual=actual, detail=message)


def _of_removed(op: str, block: str | None, message: str) -> Problem:
    """Return the problem of a block whose op TensorFlow has removed, with the one that does the same."""
    named = _INSTEAD.search(message)  # its pins may be others, so that it is a hint and no fix
    successor = SUCCESSORS.get(op) or (named[1] if named and load().op(named[1]) else None)
    hint = say("hint.use-block", block=successor) if successor else None
    needs, actual = say("needs.present-op"), say("actual.removed-op", op=op)
    sentence = say("op.removed", op=op)
    return error(
        "build-failed", sentence, block, None, requirement=needs, actual=actual, hint=hint, detail=message
    )


# Requirements that hold words of TensorFlow's, or say that something is not as it must be.
_VAGUE = frozenset(
    {
        "quote", "needs.other-value", "needs.in-bounds", "needs.existing", "needs.known", "needs.not-than",
        "needs.multiple-of", "needs.equal-counts", "needs.equal-in-dimension", "needs.parsable",
    }
)  # fmt: skip


def pointed_out(problem: Problem, guess: Problem | None) -> Problem:
    """Return a problem in TensorFlow's words, with the pin, the requirement and what is there that they point to."""
    if guess is None or _NO_KERNEL.search(problem.detail or ""):
        return problem
    if guess.actual is not None and is_clear_requirement(guess.requirement):
        return replace(guess, code=problem.code, detail=problem.detail)
    own = problem.sentence if guess.pin == problem.pin else own_words(problem.detail or "")
    return replace(problem, sentence=own, pin=guess.pin, requirement=guess.requirement, actual=guess.actual)


def is_clear_requirement(needs: Requirement | Sentence | None) -> bool:
    """Return whether a requirement says all of what is to be there, so that TensorFlow's sentence adds nothing."""
    return isinstance(needs, Requirement) or (needs is not None and needs.key not in _VAGUE)


def with_requirement(
    name: Sentence | str,
    needs: Requirement | Sentence,
    actual: Actual | Sentence | None,
    said: Sentence,
) -> Sentence:
    """Return what an input requires and gets, and what TensorFlow says of it where that may say more."""
    if actual is not None and is_clear_requirement(needs):
        return say("input.requires-gets", input=name, needs=needs, actual=actual)
    if actual is None:
        return say("input.requires-as", input=name, needs=needs, said=said)
    return say("input.requires-gets-as", input=name, needs=needs, actual=actual, said=said)


def run_problem(plan: Plan, node_name: str | None, message: str) -> Problem:
    """Return the problem of a node that failed while it ran."""
    name = node_name if node_name and block_of(plan, node_name) else named_node(plan, message)
    declared = checked_by(plan, name) if name else None
    if declared is not None:
        shape = _SHAPE.search(message)
        sizes = tuple([int(size) for size in shape[1].split(",") if size]) if shape else None
        return replace(undeclared(declared, sizes), detail=message)
    node = next((n for n in plan.nodes if n.name == name), None)
    unset = _UNSET.search(message)
    if unset:
        return replace(_unset_problem(plan, unset[1], node), detail=message)
    missing = _NO_KERNEL.search(message)
    if missing and node is not None:
        return replace(_kernel_problem(plan, node, missing[2]), detail=message)
    block = block_of(plan, name) if name else None
    device = plan.device_of(block or "")
    if "Cannot assign a device" in message and device:
        sentence = say("setting.unusable-device", device=device, why=own_words(message))
        named = block if block in plan.devices else None
        return error("build-failed", sentence, named, actual=Actual(name=device), detail=message)
    if "ResourceExhausted" in message or "OOM when allocating" in message:
        return replace(_memory_problem(plan, node, block, message), detail=message)
    needs, actual = reading_of(one_line(message))
    pin = _pin(plan, node, name, message)
    return error(
        "run-failed", own_words(message), block, pin, requirement=needs, actual=actual, detail=message
    )


def _unset_problem(plan: Plan, name: str, user: PlanNode | None) -> Problem:
    """A Variable is read before anything gave it a value: name it, and the pins that it is wired to."""
    block = block_of(plan, name) or name
    refs = {f"{name}:0", f"{name}/read:0"}
    users = [
        f"{n.block}.{argument.pin}"
        for n in plan.nodes
        if n.block != block and n.name == n.block
        for argument, ref in zip(arguments(plan, n), n.inputs, strict=False)
        if ref in refs
    ]
    blamed = [u for u in users if user is None or user.block in (block, u.split(".", 1)[0])] or users
    named = tuple(blamed[:3])
    sentence = say("variable.unset", block=block)
    if named:
        sentence = say("variable.unset-read", block=block, pins=named, count=len(blamed))
    return error(
        "run-failed",
        sentence,
        block,
        "initvalues",
        related=named,
        requirement=say("needs.start-value"),
        actual=say("actual.no-value"),
    )


def _kernel_problem(plan: Plan, node: PlanNode, attrs: str) -> Problem:
    """TensorFlow has no kernel for the dtype: name the input that brings it, and the dtypes that have one."""
    for attr, dtype in re.findall(r"(\w+)=(DT_\w+)", attrs):
        inputs = [
            a for a in zip(arguments(plan, node), op_args(node), strict=False) if a[1].type_attr == attr
        ]
        taken = kernel_dtypes(node.op, attr)
        if inputs and taken and dtype not in taken:
            needs = of_dtypes(*(str(label(d)) for d in taken))
            pin, actual = inputs[0][0].pin, label(dtype)
            return error(
                "run-failed",
                say("dtype.no-kernel", op=node.op, dtype=actual, pin=pin, needs=needs),
                node.block,
                pin,
                related=tuple(f"{node.block}.{a.pin}" for a, _ in inputs[1:]),
                requirement=needs,
                actual=Actual(dtype=actual),
                hint=say("hint.cast-between"),
            )
    return _refused_type(plan, node, attrs) or _refused_beside(plan, node) or _no_kernel(node, attrs)


def _refused_type(plan: Plan, node: PlanNode, attrs: str) -> Problem | None:
    """Return the problem of a dtype that is typed at a pin of its own and has no kernel; None where there is none."""
    for attr, dtype in re.findall(r"(\w+)=(DT_\w+)", attrs):
        taken, pin = kernel_dtypes(node.op, attr), pin_of_attr(plan, node, attr)
        if pin is not None and taken and dtype not in taken:
            needs, there = of_dtypes(*(str(label(d)) for d in taken)), Actual(dtype=label(dtype))
            sentence = say("input.requires-gets", input=pin, needs=needs, actual=there)
            return error("run-failed", sentence, node.block, pin, requirement=needs, actual=there)
    return None


def _refused_beside(plan: Plan, node: PlanNode) -> Problem | None:
    """Return the problem of a dtype that has no kernel beside the other dtypes of the op; None where that is not it."""
    registered = kernels.get_registered_kernels_for_op(node.op).kernel
    combos = [
        {c.name: _accepted_by(c.allowed_values.list) for c in one.constraint}
        for one in registered
        if one.device_type == "CPU"
    ]
    unfit = [[a for a, taken in one.items() if node.attrs.get(a) not in taken] for one in combos]
    attr = next((attrs[-1] for attrs in unfit if len(attrs) == 1), None)
    if attr is None or not combos[0].get(attr):
        return None
    taken = sorted(
        {d for one, attrs in zip(combos, unfit, strict=True) if attrs == [attr] for d in one[attr]}
    )
    pin, value = pin_of_attr(plan, node, attr) or _pin_of_dtype(plan, node, attr), node.attrs.get(attr)
    name = pin or attr
    needs, there = of_dtypes(*(str(label(d)) for d in taken)), Actual(dtype=label(value))
    if value not in DTYPES:  # a word
        needs, there = Requirement(names=tuple(taken)), Actual(name=str(value))
        pin, name = pin or "attrs", pin or f"{attr}_"
    others = tuple(f"{a} {label(node.attrs[a])}" for a in combos[0] if a != attr and node.attrs.get(a))
    sentence = say("dtype.no-kernel-beside", op=node.op, name=name, needs=needs, actual=there, others=others)
    return error("run-failed", sentence, node.block, pin, requirement=needs, actual=there)


def _accepted_by(values: Any) -> list[str]:
    """Return the dtypes, or the words, that a kernel takes for an attr."""
    return [types_pb2.DataType.Name(t) for t in values.type] or [word.decode() for word in values.s]


def _pin_of_dtype(plan: Plan, node: PlanNode, attr: str) -> str | None:
    """Return the pin of the input whose dtype an attr is."""
    known = zip(arguments(plan, node), op_args(node), strict=False)
    return next((a.pin for a, arg in known if arg.type_attr == attr), None)


def _no_kernel(node: PlanNode, attrs: str) -> Problem:
    devices = {k.device_type for k in kernels.get_registered_kernels_for_op(node.op).kernel}
    needs = say("needs.kernel", op=node.op) if "CPU" in devices else say("needs.other-device", op=node.op)
    return error("run-failed", say("op.no-kernel", op=node.op, attrs=attrs), node.block, requirement=needs)


def op_args(node: PlanNode) -> list[OpArg]:
    """Return the OpDef argument of each input."""
    op = load().op(node.op)
    found: list[OpArg] = []
    for arg in op.inputs if op is not None else ():
        value = node.attrs.get(arg.type_list_attr or arg.number_attr or "")
        count = len(value or ()) if arg.type_list_attr else int(value or 0) if arg.number_attr else 1
        found += [arg] * count
    return found


def kernel_dtypes(op: str, attr: str) -> list[str]:
    """Return the DT_ names of an attr for which the op has a kernel on the CPU."""
    found = {
        types_pb2.DataType.Name(number)
        for kernel in kernels.get_registered_kernels_for_op(op).kernel
        if kernel.device_type == "CPU"
        for constraint in kernel.constraint
        if constraint.name == attr
        for number in constraint.allowed_values.list.type
    }
    return [name for name in DTYPES if name in found]


_SHAPE = re.compile(r"\[([\d,]*)\] is not compatible")
_UNSET = re.compile(r"uninitialized value ([^\s\[]+)")
_TENSOR = re.compile(r"shape\[([\d,]*)\] and type (\w+)")
_WIDTHS = {"float": ("float32", 4), "double": ("float64", 8), "half": ("float16", 2), "bool": ("bool", 1)}


def _memory_problem(plan: Plan, node: PlanNode | None, block: str | None, message: str) -> Problem:
    """A tensor does not fit into memory: its shape and size, and the input that asks for it."""
    found = _TENSOR.search(message)
    if not found or node is None:
        return error("out-of-memory", own_words(message), block)
    sizes = [int(n) for n in found[1].split(",") if n]
    digits = re.search(r"(\d+)$", found[2])
    dtype, width = _WIDTHS.get(found[2], (found[2], int(digits[1]) // 8 if digits else 1))
    return too_large_problem(plan, node, dtype, sizes, math.prod(sizes) * width)


def too_large_problem(plan: Plan, node: PlanNode, dtype: str, sizes: Sequence[int], size: int) -> Problem:
    """Return the problem of a tensor of ``size`` bytes, more than there are; it blames the input that asks for them."""
    gigabytes = f"{size / 1e9:.0f}" if size >= 10e9 else f"{size / 1e9:.2g}"
    argument = SIZES_OUTPUT.get(node.op)
    if node.op in TAKING_DATA and sizes:
        node, argument = batch_of(plan, node, sizes[0]) or (node, argument)
    pin = next((a.pin for a in arguments(plan, node) if a.name == argument), None)
    shape = tuple(sizes)
    return error(
        "out-of-memory",
        say("memory.tensor", dtype=dtype, shape=shape, size=gigabytes),
        node.block,
        "shape" if node.op in VARIABLES else pin,
        requirement=say("needs.fitting-tensor"),
        actual=say("actual.gigabytes", size=gigabytes, dtype=dtype, shape=shape),
    )


def _pin(plan: Plan, node: PlanNode | None, name: str | None, message: str) -> str | None:
    """Return the pin that a message blames: a constant's own pin, an input's number, or an argument's name."""
    if name and node is not None and node.op == "Const" and name.startswith(f"{node.block}/"):
        return name.removeprefix(f"{node.block}/").partition("/")[0]
    if node is None:
        return None
    symbol = load().get(plan.symbols.get(node.block, ""))
    if symbol is None:
        return None
    args = {p.arg or p.attr: p.name for p in symbol.inputs if p.arg or p.attr}
    guarded = guarded_argument(node)
    if guarded is not None:
        return args.get(guarded)
    number = _INPUT.search(message)
    op = load().op(node.op)
    if number and op and int(number[1]) < len(op.inputs) and not any(a.number_attr for a in op.inputs):
        return args.get(op.inputs[int(number[1])].name)
    for word in _ARGUMENT.findall(message):
        if word in args:
            return args[word]
    words = re.findall(r"\w+", one_line(message))
    named = [w if w in args else f"{w}s" for w in words if len(w) > 2 and (w in args or f"{w}s" in args)]
    if named:
        return args[named[0]]
    own = {a.name for a in op.attrs} if op is not None else set()
    if any(word in own and len(word) > 2 for word in words):
        return "attrs"  # what has a pin of its own stands among the arguments
    inputs = [p.name for p in symbol.inputs if p.arg]
    return inputs[0] if len(inputs) == 1 else None  # nothing else can be to blame
