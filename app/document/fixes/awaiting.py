"""A TensorArray that is read before a block has written into it: which blocks those are, and the wires to wait by."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from app.document.fixes.scene import Scene
from app.document.model.diagram import Page, Wire
from app.document.model.fix import Fix, Reconnect
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from app.document.model.symbols import Symbols
from blocks.op_facts.tensor_arrays import READERS, WRITERS

_UNWRITTEN = ("needs.written-place", "needs.flow")


def with_writers(page: Page, catalog: Symbols, problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems of a run; reads of what nothing has written name the writers they do not wait for."""
    if not any(map(_is_of_unwritten, problems)):
        return list(problems)
    scene = Scene(page, catalog, {}, {})
    return [_with_writers(scene, problem) for problem in problems]


def _with_writers(scene: Scene, problem: Problem) -> Problem:
    reader = problem.block
    aside = _writers_aside(scene, reader) if reader is not None and _is_of_unwritten(problem) else []
    if reader is None or not aside:
        return problem
    hint = say("hint.wait-for-writer", reader=reader, writer=aside[0])
    if len(aside) > 1:
        hint = say("hint.wait-for-writers", reader=reader, writers=tuple(aside))
    related = (*problem.related, *(f"{writer}.flow_out" for writer in aside))
    return replace(problem, hint=hint, related=tuple(dict.fromkeys(related)))


def _is_of_unwritten(problem: Problem) -> bool:
    needs = problem.requirement
    return isinstance(needs, Sentence) and needs.key in _UNWRITTEN


def last_writer(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that leads the flow of the last block which writes besides to a block that reads.

    Where that stands beside the writers for which the read waits already, it comes behind these.
    """
    reader = problem.block
    if reader is None or not _is_of_unwritten(problem):
        return []
    flow = _wire(scene, reader, "flow_in")
    aside = _writers_aside(scene, reader)
    last = [one for one in aside if not any(other in scene.behind(one) for other in aside if other != one)]
    if flow is None or len(last) != 1:
        return []
    (writer,) = last
    wires = [(flow, f"{writer}.flow_out")]
    before = _wire(scene, writer, "flow_in")
    if writer not in scene.behind(flow.source.block):
        if before is None or len(aside) > 1 or flow.source.block not in scene.behind(before.source.block):
            return []
        wires.insert(0, (before, str(flow.source)))
    titles = tuple(say("fix.wire", source=source, target=str(wire.target)) for wire, source in wires)
    title = titles[0] if len(titles) == 1 else say("fix.several", commands=titles)
    changes = tuple(
        Reconnect(str(wire.source), str(wire.target), source, str(wire.target)) for wire, source in wires
    )
    return [Fix(title, changes, by_hand=True)]


def _writers_aside(scene: Scene, reader: str) -> list[str]:
    """Return the blocks that write into the TensorArray of a block that reads it and does not wait for them."""
    handle = _wire(scene, reader, "handle")
    if handle is None or not _is_of(scene, reader, READERS):
        return []
    there = [w.target.block for w in scene.page.wires if w.source == handle.source]
    return [
        one
        for one in dict.fromkeys(there)
        if _is_of(scene, one, WRITERS) and reader not in scene.behind(one) and one not in scene.behind(reader)
    ]


def _is_of(scene: Scene, block: str, beginnings: tuple[str, ...]) -> bool:
    op = scene.op(block)
    return op is not None and op.name.startswith(beginnings)


def _wire(scene: Scene, block: str, pin: str) -> Wire | None:
    wires = scene.wires_to(block, pin)
    return wires[0] if len(wires) == 1 else None
