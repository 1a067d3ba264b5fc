"""Explains why an output that a session fetches had no value: its branch was not taken, and which block chose so."""

from __future__ import annotations

from collections.abc import Mapping

from app.document.model.problems import Problem, warning
from app.document.model.sentence import say
from app.document.model.topology import walk
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.diagnostics.origins import Origins
from app.engine.values.results import NoValue, TensorValue, Value
from blocks.op_facts.traits import FRAMES, MERGES, SWITCHES
from blocks.requirement import Actual


def dead_branch_warnings(plan: Plan, results: Mapping[str, Value]) -> list[Problem]:
    """Return a warning for each output wired to a session's fetch_outputs that was dead in the last step."""
    if not any(isinstance(v, NoValue) and v.reason == "dead" for v in results.values()):
        return []
    origins = Origins(plan)
    nodes = {n.name: n for n in plan.nodes}
    found: dict[str, Problem] = {}
    for session in plan.sessions:
        for fetch in session.fetches if session.block else ():
            value = results.get(fetch.key)
            node = nodes.get(fetch.refs[0].split(":", 1)[0]) if fetch.refs else None
            is_dead = isinstance(value, NoValue) and value.reason == "dead"
            if is_dead and node is not None and node.name in session.targets and node.block not in found:
                found[node.block] = _warning(fetch.key, node, nodes, origins, results)
    return list(found.values())


def _warning(
    key: str, node: PlanNode, nodes: Mapping[str, PlanNode], origins: Origins, results: Mapping[str, Value]
) -> Problem:
    enter = _given_once(node, nodes)
    if enter is not None:
        return warning(
            "dead-branch",
            say("loop.given-once", pin=key, enter=enter.block),
            enter.block,
            "attrs",
            related=(key,),
            requirement=say("needs.constant-of-loop"),
            actual=Actual(value="false"),
        )
    block, _, pin = key.partition(".")
    switch = _switch_before(node, nodes)
    if switch is None:
        return warning("dead-branch", say("branch.dead", pin=key), block, pin)
    pred = switch.inputs[1] if len(switch.inputs) > 1 else ""
    switched = f"{switch.block}.pred"
    source = origins.name(pred) if pred else "pred"
    value = results.get(origins.pin(pred) or "")
    chose = say("branch.chosen", pin=switched, source=source)
    if isinstance(value, TensorValue) and value.array.size == 1:
        was = "true" if bool(value.array) else "false"
        chose = say("branch.chosen-as", pin=switched, value=was, source=source)
    return warning(
        "dead-branch",
        say("branch.dead-as", pin=key, why=chose),
        block,
        pin,
        related=(switched,),
        requirement=say("needs.a-value"),
        actual=say("actual.no-value"),
        hint=say("hint.merge-branches"),
    )


def _given_once(node: PlanNode, nodes: Mapping[str, PlanNode]) -> PlanNode | None:
    """Return the Enter that gives a value to the first round of a loop alone, where others take it, too.

    A value that changes from round to round goes through a Merge, which has the next one from a NextIteration.
    """

    def sources(name: str) -> list[str]:
        one = nodes[name]
        return [] if one.op in FRAMES else [s for s in map(node_of, one.inputs) if s in nodes]

    enters = {n for n in walk([node.name], sources) if nodes[n].op in FRAMES}
    once = {n for n in enters if not nodes[n].attrs.get("is_constant")}
    return next(
        (
            nodes[source]
            for user in nodes.values()
            if user.op not in MERGES
            for source in map(node_of, user.inputs)
            if source in once
        ),
        None,
    )


def _switch_before(node: PlanNode, nodes: Mapping[str, PlanNode]) -> PlanNode | None:
    """Return the nearest Switch upstream, not looking beyond a Merge."""

    def sources(name: str) -> list[str]:
        one = nodes[name]
        if one.op in MERGES and one is not node:
            return []
        return [source for source in map(node_of, one.inputs) if source in nodes]

    return next((nodes[n] for n in walk([node.name], sources) if nodes[n].op in SWITCHES), None)
