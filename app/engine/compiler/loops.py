"""Finds the nodes of a page's loops, between Enter and Exit, and gives typed constants a place in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec.structs import replace

from app.engine.compiler.plan import Fetch, PlanNode
from app.engine.compiler.plan_walk import owner_of, sources_of, upstream_nodes
from app.engine.compiler.step_graph import StepGraph, behind
from blocks.catalog import load
from blocks.op_facts.functions import CALLS
from blocks.op_facts.traits import EXITS, FRAMES, acts

ONE_AT_A_TIME = {"parallel_iterations": 1}

_Path = tuple[str, ...]  # the names of frames, the outer one first


def settle_loops(graph: StepGraph) -> set[str]:
    """Return the nodes that run once per round of a loop; typed texts of their blocks become part of the loop.

    A node may only take inputs of one frame, so a Const that stands for a text runs behind another input.
    """
    levels = loop_levels(graph)
    inside = {name for name, level in levels.items() if level}
    for name in [n for n, level in levels.items() if level]:
        node = graph.nodes.get(name)
        if node is not None and node.op not in FRAMES:
            inside.update(_take_in(graph, name, inside))
    return inside


def loop_levels(graph: StepGraph) -> dict[str, int]:
    """Return in how many loops each node of the page stands; nothing where there are no loops."""
    return {name: len(path) for name, path in _paths(graph).items()}


def _paths(graph: StepGraph) -> dict[str, _Path]:
    """Return in which loops each node of the page stands; nothing where there are no loops."""
    paths: dict[str, _Path] = {}
    if FRAMES.isdisjoint(graph.ops):
        return paths
    for name in graph.sequence:  # sources first; back edges come later, to nothing new
        node = graph.nodes.get(name)
        path = max((paths.get(source, ()) for source in sources_of(graph, name)), key=len, default=())
        if node is not None and node.op in EXITS:
            path = path[:-1]
        elif node is not None and node.op in FRAMES:
            path = (*path, str(node.attrs["frame_name"]))
        paths[name] = path
    return paths


def order_rounds(graph: StepGraph) -> None:
    """Let the rounds of loops that draw or write come one after the other, unless the block's attrs say otherwise.

    TensorFlow lets rounds overlap as far as their data does not order them.
    """
    paths = _paths(graph)
    ordered = {
        path[:depth]
        for name, path in paths.items()
        if path and name in graph.nodes and _acts(graph.nodes[name])
        for depth in range(1, len(path) + 1)
    }
    _one_at_a_time(
        graph, [name for name, path in paths.items() if path in ordered and _is_enter(graph, name)]
    )


def _acts(node: PlanNode) -> bool:
    op = load().op(node.op)
    return op is None or acts(op) or node.op in CALLS  # a page that is called may hold anything


def _one_at_a_time(graph: StepGraph, enters: Collection[str]) -> None:
    for name in enters:
        node = graph.nodes[name]
        graph.nodes[name] = replace(node, attrs={**node.attrs, **ONE_AT_A_TIME, **node.attrs})


def entry_of(graph: StepGraph, levels: Mapping[str, int], name: str, other: str) -> str:
    """Return the node that is to wait for another one, so that the node ``name`` runs behind it.

    A node in a loop cannot wait for one outside of it: the Enter that the loop begins with waits.
    """
    level = _level(graph, levels, other)
    if levels.get(name, 0) <= level:
        return name
    between = upstream_nodes(graph, [name]) - upstream_nodes(graph, [other])
    enters = (n for n in graph.sequence if n in between and levels[n] == level + 1 and _is_enter(graph, n))
    return next(enters, name)


def _is_enter(graph: StepGraph, name: str) -> bool:
    return name in graph.nodes and graph.nodes[name].op in FRAMES


def _level(graph: StepGraph, levels: Mapping[str, int], name: str) -> int:
    """Return in how many loops a node stands that may be a helper, which stands where what it takes does."""
    level, todo = 0, [name]
    while todo:
        helper = todo.pop()
        if helper in levels:
            level = max(level, levels[helper])
        else:
            todo += sources_of(graph, helper)
    return level


def _take_in(graph: StepGraph, name: str, inside: set[str]) -> list[str]:
    """Let the Consts of a block's texts wait for another input of the block."""
    node = graph.nodes[name]
    other = next((s for s in sources_of(graph, name) if s in inside and s in graph.nodes), None)
    taken = []
    for source in sources_of(graph, name):
        constant = graph.nodes.get(source)
        if other and constant and constant.op == "Const" and constant.block == node.block:
            graph.nodes[source] = behind(constant, other)
            taken.append(source)
    return taken


def inside_loops(graph: StepGraph, targets: Iterable[str]) -> tuple[str, ...]:
    """Return the targets, in place of each Enter a node behind it: a frame without nodes ends the process."""
    found = []
    for name in targets:
        node = graph.nodes.get(name)
        if node is None or node.op not in FRAMES:
            found.append(name)
            continue
        inner = f"{name}/inside"
        found.append(inner)
        graph.nodes[inner] = PlanNode(name=inner, op="NoOp", block=node.block, inputs=[f"^{name}"])
    return tuple(found)


def last_round(graph: StepGraph, fetches: Sequence[Fetch], inside: set[str]) -> list[Fetch]:
    """Let the fetches of what stands in a loop keep the last round's value: TensorFlow itself returns any round's.

    One round at a time, unless the block's attrs say otherwise: so the last one kept is the last one run.
    """
    looped = {f.key for f in fetches if any(owner_of(graph, ref) in inside for ref in f.refs)}
    if looped:
        _one_at_a_time(graph, [name for name in graph.nodes if _is_enter(graph, name)])
    return [replace(f, dead=True) if f.key in looped else f for f in fetches]
