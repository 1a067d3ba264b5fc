"""The fix of a TensorArray that is read before a block has written into it: the read waits for that block's flow."""

from __future__ import annotations

from app.document.fixes.scene import Scene
from app.document.model.diagram import Wire
from app.document.model.fix import Fix, Reconnect
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from blocks.op_facts.tensor_arrays import READERS, WRITERS

_UNWRITTEN = ("needs.written-place", "needs.flow")


def last_writer(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that leads the flow of the last block which writes besides to a block that reads.

    Where that stands beside the writers for which the read waits already, it comes behind these.
    """
    reader, needs = problem.block, problem.requirement
    if reader is None or not isinstance(needs, Sentence) or needs.key not in _UNWRITTEN:
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
