"""Turns TensorFlow's messages into problems: names the block and the pin, keeps the sentence, drops the rest."""

from __future__ import annotations

import re

from app.document.problems import Problem, error
from app.engine.plan_types import Plan, PlanNode
from app.engine.wordings import reading_of
from blocks.catalog import load

_NODE = re.compile(r"\{\{(?:node|function_node|colocation_node) ([^}\s]+)\}\}")
_NAMED = re.compile(r"[Nn]ode '([^']+)'|NodeDef(?: expected| mentions)?.*?'([^']+)'")
_INPUT = re.compile(r"[Ii]nput (\d+)")
_ARGUMENT = re.compile(r"(?:argument|[Ii]nput|[Aa]ttr|parameter) '?\"?(\w+)'?\"?")
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
    re.compile(r"^(?:Graph execution error:|Error from the Python code:)\s*"),
    re.compile(r"; NodeDef: .*", re.S),
    re.compile(r"\[type\.googleapis[^\]]*\]"),
    re.compile(r"^\d+ root error\(s\) found\.\s*\(\d+\) [A-Z]+: ", re.M),
)


def sentence(message: str) -> str:
    """Return TensorFlow's message without node dumps and traces, as one line."""
    missing = _NO_KERNEL.search(message)
    if missing:
        return f"TensorFlow has no kernel of {missing[1]} on this device for {missing[2]}"
    for noise in _NOISE:
        message = noise.sub("", message)
    lines = [line.strip() for line in message.strip().splitlines() if line.strip()]
    text = " ".join(lines[:3]) or "TensorFlow gives no reason"
    return text if len(text) <= 500 else text[:497] + "..."


def block_of(plan: Plan, name: str) -> str | None:
    """Return the block of a node name (helper nodes are named ``BLOCK/suffix``)."""
    block = name.lstrip("^").split(":", 1)[0].split("/", 1)[0]
    return block if block in plan.symbols else None


def named_node(plan: Plan, message: str) -> str | None:
    """Return the first node of the plan that a message names."""
    for found in [*_NODE.findall(message), *(a or b for a, b in _NAMED.findall(message))]:
        if block_of(plan, found):
            return str(found)
    return None


def build_problem(plan: Plan, node: PlanNode | None, message: str) -> Problem:
    """Return the problem of a node that TensorFlow refuses to build."""
    name = node.name if node is not None else named_node(plan, message)
    block = block_of(plan, name) if name else None
    code = "bad-shape" if re.search(r"[Ss]hape|rank|[Dd]imension", message) else "build-failed"
    pin = _pin(plan, node, name, message)
    text = sentence(message)
    wanted, actual = reading_of(text)
    if pin and wanted:
        text = f"{pin} wants {wanted}{f', gets {actual}' if actual else ''}: {text}"
    return error(code, text, block, pin, wanted=wanted, actual=actual, detail=message)


def run_problem(plan: Plan, node_name: str | None, message: str) -> Problem:
    """Return the problem of a node that failed while it ran."""
    name = node_name if node_name and block_of(plan, node_name) else named_node(plan, message)
    node = next((n for n in plan.nodes if n.name == name), None)
    code = "run-failed"
    if "uninitialized value" in message:
        name = re.sub(r".*uninitialized value (\S+).*", r"\1", message, flags=re.S) if name is None else name
    elif "ResourceExhausted" in message or "OOM when allocating" in message:
        code = "out-of-memory"
    return error(
        code, sentence(message), block_of(plan, name) if name else None, _pin(plan, node, name, message)
    )


def _pin(plan: Plan, node: PlanNode | None, name: str | None, message: str) -> str | None:
    """Return the pin that a message blames: a constant's own pin, an input's number, or an argument's name."""
    if name and "/" in name and node is not None and node.op == "Const":
        return name.split("/")[1]
    if node is None:
        return None
    symbol = load().get(plan.symbols.get(node.block, ""))
    if symbol is None:
        return None
    args = {p.arg or p.attr: p.name for p in symbol.inputs if p.arg or p.attr}
    number = _INPUT.search(message)
    op = load().op(node.op)
    if number and op and int(number[1]) < len(op.inputs) and not any(a.number_attr for a in op.inputs):
        return args.get(op.inputs[int(number[1])].name)
    for word in _ARGUMENT.findall(message):
        if word in args:
            return args[word]
    words = re.findall(r"\w+", sentence(message))
    named = [w if w in args else f"{w}s" for w in words if len(w) > 2 and (w in args or f"{w}s" in args)]
    return args[named[0]] if named else None
