"""Makes the fault of a block inside a function: at its address, ``BLOCK/inner``, with the page that it stands on."""

from __future__ import annotations

import csv
import math
import re
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from app.document.model.page_symbol import symbol_of_text
from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.engine.compiler.constants import values_of
from app.engine.compiler.name_guards import is_name_check
from app.engine.compiler.plan import Plan, PlanFunction, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.diagnostics.complaint import Seen, Site
from app.engine.diagnostics.failed_op import Array, Failure, Given
from app.engine.diagnostics.origins import arguments
from app.engine.diagnostics.run_errors import explained
from app.engine.diagnostics.verdict import Verdict, complained, misshapen, verdict_problem
from app.engine.tf.error_messages import one_line, run_problem
from app.engine.tf.function_guards import inner_plan
from app.engine.tf.name_checks import refused_by
from app.engine.tf.run_context import RunContext
from app.engine.values.run_fault import RunFault
from blocks.op_facts.file_readers import FILE_READERS, LINE_READERS

_NODE = re.compile(r"\{\{node ([^}\s]+)\}\}")
_BAD_FIELD = re.compile(r"Field (\d+) in record \d+ is not a valid \w+: (.*)")
_MOST_VALUES = 1 << 16  # of a typed input that are looked at
_LARGEST = 1 << 28  # bytes of a file that is looked through for a bad line


def inner_fault(context: RunContext, message: str) -> RunFault | None:
    """Return the fault of the block in a function that a message names; None where it names none."""
    plan, folder = context.plan, context.folder
    found = _named(plan, message)
    if found is None:
        return None
    function, node = found
    prefix = f"{function.place}/"
    refused = refused_by(node.block) if is_name_check(node) else context.python.problem_of(node.name)
    if refused is not None:
        related = (*refused.related, symbol_of_text(function.page))
        return RunFault([replace(refused, block=node.block, related=related)])
    problem = _problem(function, node, message.replace(f"{{{{node {prefix}", "{{node "))
    place = _bad_line(plan, function, folder, message)
    if place is not None:
        problem = replace(
            problem, sentence=say("data.at-line", file=place[0], line=place[1], said=problem.sentence)
        )
    inner = node.block
    related = (*problem.related, symbol_of_text(function.page))
    return RunFault([replace(problem, block=inner, related=related, detail=message)])


def _named(plan: Plan, message: str) -> tuple[PlanFunction, PlanNode] | None:
    """Return the first node of a function that a message names."""
    names = _NODE.findall(message)
    for function in reversed(plan.functions):  # those that call others hold none of their nodes
        nodes = {node.name: node for node in function.nodes}
        for name in names:
            if name in nodes:
                return function, nodes[name]
    return None


def _problem(function: PlanFunction, node: PlanNode, message: str) -> Problem:
    """Return what is wrong as if the page stood by itself: what the block was given is not known."""
    plan = inner_plan(function)
    name = node.name.removeprefix(f"{function.place}/")
    plain = next(n for n in plan.nodes if n.name == name)
    problem = _explained(plan, plain, message)
    outer = node.block.removesuffix(plain.block)
    return replace(problem, related=tuple(f"{outer}{ref}" for ref in problem.related))


def _explained(plan: Plan, plain: PlanNode, message: str) -> Problem:
    """Return what is wrong with a node of a page that stands by itself."""
    problem = run_problem(plan, plain.name, message)
    if plain.name != plain.block:
        return problem
    given = _typed_inputs(plan, plain)
    site = Site(plain.op, plain.attrs, [Seen(one.argument, one.shape, one.value) for one in given])
    verdict = misshapen(site, usual=False) or complained(one_line(message), site)
    known = None if verdict is None else verdict_problem(plan, plain, verdict, {})
    known = known or explained(Failure(plain, message, given, {}, lambda path: [], None))
    if known is None:
        return problem if problem.pin is not None else _beside(plan, plain, problem, site)
    return replace(known, code=problem.code)


def _typed_inputs(plan: Plan, plain: PlanNode) -> list[Given]:
    """Return the inputs of a node, with the values of those that are typed; what others were is not known."""
    nodes = {node.name: node for node in plan.nodes}
    refs = [ref for ref in plain.inputs if not ref.startswith("^")]
    return [
        Given(argument, _typed_value(nodes.get(node_of(ref))), None)
        for argument, ref in zip(arguments(plan, plain), refs, strict=False)
    ]


def _typed_value(node: PlanNode | None) -> Array | None:
    """Return the value of a constant; None for what is none, or is in a file."""
    constant = node.value if node is not None else None
    if constant is None or constant.array is not None or math.prod(constant.shape) > _MOST_VALUES:
        return None
    return np.array(values_of(constant), object if constant.strings else None).reshape(constant.shape)


def _beside(plan: Plan, node: PlanNode, problem: Problem, site: Site) -> Problem:
    """Blame the second of two inputs of unlike shapes, beside the first, where nothing else says which it is."""
    one, other = site.seen("x"), site.seen("y")
    if one is None or other is None or problem.requirement is None or problem.actual is None:
        return problem
    verdict = Verdict(other, "y", problem.requirement, problem.actual, (one,))
    return verdict_problem(plan, node, verdict, {})


def _bad_line(plan: Plan, function: PlanFunction, folder: Path, message: str) -> tuple[str, int] | None:
    """Return the file and line of a CSV field that did not read, where a reader of lines stands before the function."""
    bad = _BAD_FIELD.search(one_line(message))
    if bad is None:
        return None
    nodes = {node.name: node for node in plan.nodes}
    todo, seen = [function.block.split("/", 1)[0]], set[str]()
    while todo:
        node = nodes.get(todo.pop())
        if node is None or node.name in seen:
            continue
        seen.add(node.name)
        if node.op in LINE_READERS and node.op in FILE_READERS:
            names = nodes.get(node_of(node.inputs[0])) if node.inputs else None
            texts = names.value.strings if names is not None and names.value is not None else ()
            return _line_of(
                folder, [t.decode("utf-8", "surrogateescape") for t in texts], int(bad[1]), bad[2]
            )
        todo += [node_of(ref) for ref in node.inputs]
    return None


def _line_of(folder: Path, files: list[str], field: int, word: str) -> tuple[str, int] | None:
    """Return the first file and line of which a field is the word."""
    for name in files:
        path = folder / name
        try:
            if path.stat().st_size > _LARGEST:
                return None
            with path.open(encoding="utf-8", errors="replace", newline="") as file:
                for number, line in enumerate(file, 1):
                    row = next(csv.reader([line]), [])
                    if field < len(row) and row[field].strip() == word.strip():
                        return name, number
        except OSError:
            return None
    return None
