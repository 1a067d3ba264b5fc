"""Finds misspelt names of frames: a block gets values of two loops, whose names are nearly the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from app.document.model.fix import Fix, WritePin
from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.document.model.spelling import is_clear
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import sources_of
from app.engine.compiler.step_graph import StepGraph
from blocks.op_facts.traits import EXITS, FRAMES
from blocks.requirement import Actual, Requirement

_PIN = "frame_name"
_Path = tuple[str, ...]  # the names of the frames that a node stands in, the outer one first


def frame_faults(low: Lowering, graph: StepGraph, used: Collection[str]) -> Iterable[Problem]:
    """Report the Enters of an odd name: fewer bear it than the near one, or it comes later in the file."""
    enters = {n: node for n, node in graph.nodes.items() if node.op in FRAMES and node.block in used}
    bearers = Counter(_frame(node) for node in enters.values())
    if len(bearers) < 2:
        return
    rank = {block: place for place, block in enumerate(graph.file_order)}
    first: dict[str, int] = {}
    for node in enters.values():
        frame, place = _frame(node), rank.get(node.block, len(rank))
        first[frame] = min(first.get(frame, place), place)
    odd: dict[str, str] = {}  # name -> the near one
    for pair in _meeting(graph, used):
        right, wrong = sorted(pair, key=lambda name: (-bearers[name], first.get(name, len(rank))))
        if is_clear(wrong, [right]):
            odd.setdefault(wrong, right)
    for node in enters.values():
        if _frame(node) in odd:
            yield _misspelt(low, node, odd[_frame(node)])


def _meeting(graph: StepGraph, used: Collection[str]) -> list[tuple[str, str]]:
    """Return the pairs of frames that blocks get values of, as deep in loops as each other, beside the outer ones."""
    paths: dict[str, _Path] = {}
    found: dict[tuple[str, str], None] = {}
    for name in graph.sequence:  # sources first; what comes by back edges is in a frame already
        node = graph.nodes.get(name)
        given = [paths[source] for source in sources_of(graph, name) if paths.get(source)]
        path = max(given, key=len, default=())
        if node is not None and node.block in used:
            for other in given:
                if len(other) == len(path) and other[:-1] == path[:-1] and other != path:
                    found[(path[-1], other[-1])] = None
        if node is not None and node.op in EXITS:
            path = path[:-1]
        elif node is not None and node.op in FRAMES:
            path = (*path, _frame(node))
        paths[name] = path
    return list(found)


def _frame(node: PlanNode) -> str:
    return str(node.attrs[_PIN])


def _misspelt(low: Lowering, node: PlanNode, near: str) -> Problem:
    block, wrong = node.block, _frame(node)
    # What stands within a use is cured on its page, and what comes by a wire where it is typed.
    is_typed = block not in low.within and _PIN in low.page.blocks[block].pins
    title = say("fix.write-in", text=near, where=f"{block}.{_PIN}")
    return error(
        "bad-attr-value",
        say("loop.misspelt-frame", frame=wrong, near=near),
        block,
        _PIN,
        requirement=Requirement(names=(near,)),
        actual=Actual(name=wrong),
        hint=say("hint.did-you-mean", names=(near,)),
        fixes=(Fix(title, (WritePin(block, _PIN, near),)),) if is_typed else (),
    )
