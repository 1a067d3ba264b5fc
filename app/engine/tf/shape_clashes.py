"""Finds pages of one block that give shapes which never agree, and what behind the block does not take one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from app.document.model.page_symbol import symbol_of_text
from app.document.model.problems import Problem, error, identity, info, warning
from app.document.model.sentence import say
from app.engine.compiler.elements import Given
from app.engine.compiler.function_bodies import Body
from app.engine.compiler.plan import Plan, PlanFunction, PlanNode
from blocks.dtypes import label
from blocks.op_facts.functions import HIDDEN, SCALARS, Calls
from blocks.requirement import Actual
from blocks.tensor_spec import Shape, TensorSpec

# Returns what is wrong with a plan.
Faults = Callable[[Plan], list[Problem]]


class Branch(NamedTuple):
    """One page of a block of which one of several pages runs, and what the block gives where it is this one."""

    node: str
    pin: str
    function: PlanFunction
    results: tuple[Given, ...]


class Clashes(NamedTuple):
    """Remarks on shapes that differ, which TensorFlow takes, and the branches that may not suit what is behind."""

    remarks: list[Problem]
    branches: list[Branch]


def never_equal(one: Shape | None, other: Shape | None) -> bool:
    """Return whether no tensor has both shapes."""
    if one is None or other is None:
        return False
    sizes = zip(one, other, strict=False)
    return len(one) != len(other) or any(None not in (a, b) and a != b for a, b in sizes)


def of_branches(node: PlanNode, every: Sequence[tuple[str, Body]]) -> Clashes:
    """Return what is remarkable of the shapes that the branches of a node give; each with the attr that names it."""
    branches = [Branch(node.name, attr, body.function, body.results) for attr, body in every]
    first, said = branches[0], node.attrs.get("output_shapes") or ()
    remarks = [
        remark
        for one in branches
        if (remark := _unlike_said(node, one, said) or _unlike_first(node, one, first)) is not None
    ]
    return Clashes(remarks, branches if remarks else [])


def of_loop(node: PlanNode, body: PlanFunction, given: Sequence[Given], gives: Sequence[Given]) -> Clashes:
    """Return what is remarkable of the shapes that the first round of a loop gives."""
    branch = Branch(node.name, "body", body, tuple(gives))
    said = (node.attrs.get("output_shapes") or ())[HIDDEN:]
    remark = _unlike_said(node, branch, said)
    for i, (before, after) in enumerate(zip(given, gives, strict=True)):
        if remark is None and never_equal(before.shape, after.shape):
            result, there, gets = _result(body, i), _spelt(after), _spelt(before)
            sentence = say("function.loop-shapes", page=body.page, result=result, gives=there, gets=gets)
            remark = _remark(node, branch, sentence)
    return Clashes([] if remark is None else [remark], [])


def gives_scalars(calls: Calls) -> bool:
    """Return whether a function of an op must give a scalar."""
    return any(word in SCALARS for one in calls.functions.values() for word in one.gives or ())


def of_scalars(node: PlanNode, calls: Calls, bodies: Mapping[str, Sequence[Body]]) -> Clashes:
    """Return the errors of functions that give a tensor where the op takes one number or truth value of it."""
    found = []
    for attr, takes in calls.functions.items():
        for body in bodies.get(attr, ()):
            for word, result in zip(takes.gives or (), body.results, strict=False):
                if word in SCALARS and never_equal(result.shape, ()):
                    found.append(_no_scalar(node, attr, body.function, result, word))
    return Clashes(found, [])


def _no_scalar(node: PlanNode, attr: str, function: PlanFunction, result: Given, dtype: str) -> Problem:
    needs = say("needs.page-of-one", dtype=dtype)
    actual = Actual(dtype=label(result.dtype) or result.dtype, shape=result.shape)
    sentence = say("input.requires-gets", input=attr, needs=needs, actual=actual)
    hint = say("hint.all-or-any") if dtype == "bool" else None
    related = (symbol_of_text(function.page),)
    return error(
        "bad-shape",
        sentence,
        node.block,
        attr,
        related=related,
        requirement=needs,
        actual=actual,
        hint=hint,
    )


def of_rows(node: PlanNode, parts: Sequence[Given]) -> Clashes:
    """Return the error of tensors that are cut into rows together and have not as many of them."""
    for place, part in enumerate(parts):
        first = parts[0].shape
        if first and part.shape and never_equal(part.shape[:1], first[:1]):
            needs = say("needs.number-in-dimension", size=first[0], dimension=0)
            actual = Actual(shape=part.shape)
            other = say("shape.other", input="components[0]", actual=Actual(shape=first), origin=None)
            beside = say("shape.beside", inputs=(other,))
            name = f"components[{place}]"
            sentence = say(
                "shape.refused", input=name, needs=needs, actual=actual, origin=None, beside=beside
            )
            return Clashes(
                [error("bad-shape", sentence, node.block, "components", requirement=needs, actual=actual)], []
            )
    return Clashes([], [])


def judged(clashes: Sequence[Clashes], plan: Plan, faults: Faults) -> list[Problem]:
    """Return what is to be said of clashes on a page: which block does not take what a branch gives, else the remark.

    ``faults`` gives what is wrong with a plan: it is asked about the page with the shapes of each branch.
    """
    found: dict[Any, Problem] = {identity(p): p for one in clashes for p in one.remarks}
    branches = [branch for one in clashes for branch in one.branches]
    nodes = {node.name: node for node in plan.nodes}
    known = {identity(p) for p in faults(plan)} if branches else set()
    for branch in branches:
        node = nodes.get(branch.node)
        if node is None:
            continue  # it stands within a function
        shapes = [one.shape for one in branch.results]
        taken = replace(node, attrs={**node.attrs, "output_shapes": shapes})
        with_it = [taken if one is node else one for one in plan.nodes]
        new = [p for p in faults(replace(plan, nodes=tuple(with_it))) if identity(p) not in known]
        if new:
            problem = _refused(node, branch, new[0])
            found[identity(problem)] = problem
    return list(found.values())


def _unlike_said(node: PlanNode, branch: Branch, said: Sequence[Any]) -> Problem | None:
    """Return a remark where a branch gives another shape than the block's attr says."""
    for i, (shape, one) in enumerate(zip(said, branch.results, strict=False)):
        plain = None if shape is None else tuple([None if n in (None, -1) else n for n in shape])
        if never_equal(plain, one.shape):
            page, result = branch.function.page, _result(branch.function, i)
            there, spelt = _spelt(one), _spelt(one._replace(shape=plain))
            sentence = say("function.said-shapes", page=page, result=result, gives=there, said=spelt)
            return _remark(node, branch, sentence)
    return None


def _unlike_first(node: PlanNode, branch: Branch, first: Branch) -> Problem | None:
    """Return a remark where a branch gives another shape than the first one."""
    for i, (one, other) in enumerate(zip(first.results, branch.results, strict=True)):
        if never_equal(one.shape, other.shape):
            page, result = branch.function.page, _result(branch.function, i)
            gives, others = _spelt(other), _spelt(one)
            sentence = say(
                "function.branch-shapes",
                page=page,
                result=result,
                gives=gives,
                other=first.function.page,
                others=others,
            )
            return _remark(node, branch, sentence)
    return None


def _refused(node: PlanNode, branch: Branch, problem: Problem) -> Problem:
    """Return the warning that a block behind does not take what a branch gives."""
    place = f"{problem.block}.{problem.pin}" if problem.pin else str(problem.block)
    gives = tuple([_spelt(one) for one in branch.results])
    page = branch.function.page
    sentence = say("function.branch-refused", page=page, gives=gives, place=place, why=problem.sentence)
    related = (symbol_of_text(page), place)
    needs, actual = problem.requirement, problem.actual
    return warning(
        "bad-shape", sentence, node.block, branch.pin, related=related, requirement=needs, actual=actual
    )


def _remark(node: PlanNode, branch: Branch, sentence: Any) -> Problem:
    related = (symbol_of_text(branch.function.page),)
    return info("bad-shape", sentence, node.block, branch.pin, related=related)


def _result(function: PlanFunction, index: int) -> str:
    """Return the id of the Result block that gives a function's result; its number where one gives several."""
    own = [name for name, symbol in function.symbols.items() if symbol == "Result" and "/" not in name]
    return own[index] if len(own) > index else str(index)


def _spelt(one: Given) -> str:
    return str(TensorSpec(label(one.dtype) or one.dtype, one.shape))
