"""Finds faults that show only across blocks: what a queue holds, what a session feeds, loops without a beginning."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from app.document.literals.attrs import set_attr
from app.document.model.diagram import Page
from app.document.model.fix import Fix, WritePin
from app.document.model.problems import Problem, error, warning
from app.document.model.sentence import Sentence, say
from app.engine.compiler.frame_names import frame_faults
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.own_variables import shared_by
from app.engine.compiler.plan import PlanNode
from app.engine.compiler.plan_walk import node_of, owner_of, sources_of, upstream_nodes
from app.engine.compiler.queue_room import TAKING_MANY, room_faults
from app.engine.compiler.sessions import Draft, upstream_blocks, used_by
from app.engine.compiler.stage_checks import PLACED, stage_faults
from app.engine.compiler.step_graph import StepGraph
from app.engine.compiler.value_guards import positions
from blocks.catalog import load
from blocks.dtypes import label
from blocks.op_facts.traits import EXITS, FRAMES, PLACEHOLDERS, PLAIN_QUEUES
from blocks.requirement import Actual, RankOf, Requirement, of_dtypes

_APPLYING = ("ResourceApply", "ResourceSparseApply", "ResourceScatterNd")  # others check the dtype themselves
_ACCUMULATING = "AccumulatorApplyGradient"
_NUMBER = r"(?:\d+|\*)"
_DEVICE_PART = re.compile(
    rf"/(?:(?P<machine>job|replica|task):(?P<name>\*|(?<=job:)[A-Za-z]\w*|(?<!job:)\d+)"
    rf"|device:(?:\*|[A-Za-z]\w*)(?::{_NUMBER})?|(?:cpu|CPU|gpu|GPU):{_NUMBER})"
)
_LOCAL = {"job": ("*", "localhost"), "replica": ("*", "0"), "task": ("*", "0")}


def faults_across(page: Page, low: Lowering, graph: StepGraph, drafts: Sequence[Draft]) -> list[Problem]:
    """Return the errors of the blocks that sessions run; to be asked before the order of a step is decided."""
    used, ops = used_by(drafts), graph.ops
    devices = [*_device_faults(page, page.scope.device), *_block_devices(page, low.placed)]
    found = [*devices, *_session_devices(low)]
    if any(op.startswith("Queue") for op in ops):
        found += _queue_faults(graph, used)
    if not TAKING_MANY.isdisjoint(ops):
        found += room_faults(graph, drafts)
    if any(op.endswith(_ACCUMULATING) for op in ops):
        found += _gradient_faults(graph, used)
    if any(op.startswith(_APPLYING) for op in ops):
        found += _variable_faults(graph, used)
    if "VarHandleOp" in ops:
        found += _nameless_variables(low, graph, used)
    if not PLACED.isdisjoint(ops):
        found += stage_faults(graph, used)
    if not EXITS.isdisjoint(ops):
        found += _loop_faults(graph, used)
    if not FRAMES.isdisjoint(ops):
        found += frame_faults(low, graph, used)
    if not PLACEHOLDERS.isdisjoint(ops):
        found += _unfed(graph, drafts, _meant_to_be_fed(low) | low.arguments.keys())
    return found


def is_looked_at(op: str) -> bool:
    """Return whether faults across blocks are looked for at nodes of this op."""
    if op.startswith(("Queue", *_APPLYING)) or op.endswith(_ACCUMULATING):
        return True
    return op in EXITS or op in FRAMES or op in PLACEHOLDERS or op in PLACED or op == "VarHandleOp"


def feeding_blocks(low: Lowering) -> set[str]:
    """Return the blocks that say what sessions feed: FeedType and its initialiser."""
    found: set[str] = set()
    for session in low.sessions:
        wires = low.wires.at(session, "inputs")
        found |= upstream_blocks(low, (w.source.block for w in wires))
    return found


def _block_devices(page: Page, placed: Collection[str]) -> list[Problem]:
    """Return what is wrong with the devices of blocks, at the use where it is set for all within.

    ``placed`` are the blocks that have a device.
    """
    if not placed:
        return []
    found = {b.id: b.device for b in page.blocks.values() if b.device and not b.off}
    set_here = {b: d for b, d in found.items() if found.get(b.rpartition("/")[0]) != d}
    return [problem for block, device in set_here.items() for problem in _device_faults(page, device, block)]


def _device_faults(page: Page, device: str, block: str | None = None) -> list[Problem]:
    """Return what is wrong with a device's name, the page's or a block's; whether it is there, only a run can know.

    Other machines and tasks are those of a cluster, which the page's run names.
    """
    parts = list(_DEVICE_PART.finditer(device))
    kinds = [part["machine"] for part in parts]
    sentence = say("setting.device", device=device)
    if block is not None:
        sentence = say("block.no-device", device=device)
    if "".join(part[0] for part in parts) == device and len(set(kinds)) == len(kinds):
        is_local = all(part["name"] in _LOCAL[kind] for part, kind in zip(parts, kinds, strict=True) if kind)
        if is_local or page.run.cluster:
            return []
        sentence = remote_device(device, block)
    needs = Requirement(form="device")
    hint = say("hint.type-or-nothing", needs=needs)
    there = Actual(name=device)
    return [error("bad-attr-value", sentence, block, requirement=needs, actual=there, hint=hint)]


def remote_device(device: str, block: str | None) -> Sentence:
    """Return the sentence of a device that only a cluster can have, the page's or a block's."""
    if block is None:
        return say("setting.remote-device", device=device)
    return say("block.remote-device", device=device)


def _session_devices(low: Lowering) -> Iterable[Problem]:
    """Report devices of sessions that are no name of a device."""
    for block in map(low.page.blocks.__getitem__, low.sessions):
        text = block.pins.get("device")
        if not isinstance(text, str) or not text.strip():
            continue
        name = text.strip().strip('"')
        if name and "".join(part[0] for part in _DEVICE_PART.finditer(name)) != name:
            needs, actual = Requirement(form="device"), Actual(name=name)
            sentence = say("input.requires-gets", input="device", needs=needs, actual=actual)
            hint = say("hint.type-or-nothing", needs=needs)
            yield error(
                "bad-literal", sentence, block.id, "device", requirement=needs, actual=actual, hint=hint
            )


def _queue_faults(graph: StepGraph, used: Collection[str]) -> Iterable[Problem]:
    """Compare what is put into and taken from queues with what they hold."""
    for node in graph.nodes.values():
        is_in, is_out = node.op.startswith("QueueEnqueue"), node.op.startswith("QueueDequeue")
        if node.block not in used or not node.inputs or not (is_in or is_out):
            continue
        queue = graph.nodes.get(node.inputs[0].split(":", 1)[0])
        if queue is None or queue.op not in PLAIN_QUEUES:
            continue
        if node.op.startswith("QueueEnqueueMany"):
            yield from _scalar_components(graph, node)
        holds = list(queue.attrs.get("component_types") or ())
        takes = list(node.attrs.get("Tcomponents" if is_in else "component_types") or ())
        if holds == takes:
            continue
        pin = "components" if is_in else "component_types"
        held, there = (tuple(str(label(d)) for d in dtypes) for dtypes in (holds, takes))
        needs, actual = Requirement(dtypes=held, in_order=True), Actual(dtypes=there)
        name = queue.block
        brings = say("queue.brings", pin=pin, dtypes=actual, queue=name, holds=needs)
        yield error(
            "dtype-conflict" if len(holds) == len(takes) else "bad-count",
            brings if is_in else say("queue.says", pin=pin, dtypes=actual, queue=name, holds=needs),
            node.block,
            pin,
            related=(f"{name}.component_types",),
            requirement=needs,
            actual=actual,
        )


def _scalar_components(graph: StepGraph, node: PlanNode) -> Iterable[Problem]:
    """Report typed scalars where a queue takes many elements at once: its kernel reads foreign memory."""
    for ref in node.inputs[1:]:
        source = graph.nodes.get(ref.split(":", 1)[0])
        if source is not None and source.value is not None and source.value.shape == ():
            needs, actual = Requirement(shape=RankOf((1,), "least")), Actual(shape=())
            sentence = say("input.requires-gets", input="components", needs=needs, actual=actual)
            yield error("bad-shape", sentence, node.block, "components", requirement=needs, actual=actual)


def _gradient_faults(graph: StepGraph, used: Collection[str]) -> Iterable[Problem]:
    """Compare the dtypes of gradients with those of their accumulators, whose kernels end the process."""
    for node in graph.nodes.values():
        if node.block not in used or not node.op.endswith(_ACCUMULATING) or not node.inputs:
            continue
        store = graph.nodes.get(node.inputs[0].split(":", 1)[0])
        holds, brings = (None if store is None else store.attrs.get("dtype")), node.attrs.get("dtype")
        if store is None or holds is None or holds == brings:
            continue
        pin = "gradient_values" if node.op.startswith("Sparse") else "gradient"
        needs, actual = of_dtypes(str(label(holds))), Actual(dtype=label(brings))
        why = say("dtype.both", other=store.block, dtype=label(holds))
        yield error(
            "dtype-conflict",
            say("dtype.conflict", pin=pin, actual=actual, needs=needs, why=why),
            node.block,
            pin,
            related=(f"{store.block}.dtype",),
            requirement=needs,
            actual=actual,
            hint=say("hint.cast-between"),
        )


def _variable_faults(graph: StepGraph, used: Collection[str]) -> Iterable[Problem]:
    """Compare the dtypes of resource variables with those of the ops that write them, whose kernels end the process."""
    for node in graph.nodes.values():
        op = load().op(node.op) if node.block in used and node.op.startswith(_APPLYING) else None
        dtype = node.attrs.get("T")
        for arg, position in positions(op, node) if op is not None and dtype is not None else ():
            variable = graph.nodes.get(node_of(node.inputs[position]))
            if arg.dtype != "DT_RESOURCE" or variable is None or variable.op != "VarHandleOp":
                continue
            if variable.attrs.get("dtype") != dtype:
                yield _variable_fault(node, arg.name, str(dtype), variable)


def _nameless_variables(low: Lowering, graph: StepGraph, used: Collection[str]) -> Iterable[Problem]:
    """Warn of resource variables without a name: TensorFlow makes one variable of all of them in a container.

    Those of a use have its name (see `own_variables`), and are one among themselves.
    """
    firsts: dict[tuple[str, str], str] = {}
    for node in graph.nodes.values():
        shared = shared_by(low, node) if node.op == "VarHandleOp" and node.block in used else None
        if shared is None:
            continue
        first = firsts.setdefault((str(node.attrs.get("container") or ""), shared), node.block)
        if first == node.block:
            continue
        text = low.page.blocks[node.block].pins.get("attrs")
        changed = set_attr(text if isinstance(text, str) else "", "shared_name_", node.block)
        title = say("fix.write-attr", name="shared_name_", value=node.block)
        is_drawn = node.block not in low.within
        yield warning(
            "bad-attr-value",
            say("variable.nameless", block=node.block, other=first),
            node.block,
            "attrs",
            related=(f"{first}.attrs",),
            requirement=say("needs.own-name"),
            actual=say("actual.nothing"),
            fixes=(Fix(title, (WritePin(node.block, "attrs", changed),), by_hand=True),) if is_drawn else (),
        )


def _variable_fault(node: PlanNode, argument: str, dtype: str, variable: PlanNode) -> Problem:
    symbol = load().get(node.op)
    pin = next((p.name for p in symbol.inputs if p.arg == argument), argument) if symbol else argument
    source = f"{variable.block}.resource"
    needs = of_dtypes(str(label(dtype)))
    actual = Actual(dtype=label(variable.attrs.get("dtype")), origins=(source,))
    why = say("dtype.of-op", op=node.op, dtype=label(dtype))
    return error(
        "dtype-conflict",
        say("dtype.conflict", pin=pin, actual=actual, needs=needs, why=why),
        node.block,
        pin,
        related=(source,),
        requirement=needs,
        actual=actual,
    )


def _loop_faults(graph: StepGraph, used: Collection[str]) -> Iterable[Problem]:
    """Find exits of loops that nothing begins."""
    exits = [n for n in graph.nodes.values() if n.op in EXITS and n.block in used]
    if not exits:
        return
    inside: set[str] = set()
    for name in graph.sequence:
        node = graph.nodes.get(name)
        if node is not None and (node.op in FRAMES or any(s in inside for s in sources_of(graph, name))):
            inside.add(name)
    for node in exits:
        if not any(s in inside for s in sources_of(graph, node.name)):
            begin = node.op.replace("Exit", "Enter")
            yield error(
                "build-failed",
                say("loop.not-begun", begin=begin, block=node.block),
                node.block,
                "data",
                requirement=say("needs.value-of-loop", begin=begin),
                actual=say("actual.outside-loops"),
            )


def _meant_to_be_fed(low: Lowering) -> set[str]:
    """Return the blocks that FeedType blocks of sessions name; where one is not fed, the FeedType is at fault."""
    feeding = feeding_blocks(low)
    return {
        w.source.block
        for block in feeding
        if low.symbols[block].name == "FeedType"
        for w in low.wires.at(block, "input")
    }


def _unfed(graph: StepGraph, drafts: Sequence[Draft], meant: Collection[str]) -> Iterable[Problem]:
    """Find placeholders that a session needs and does not feed."""
    reported = set(meant)
    for draft in drafts:
        fed = frozenset(owner_of(graph, ref) for ref, _ in draft.feeds)
        for name in upstream_nodes(graph, (owner_of(graph, t) for t in draft.targets), fed):
            node = graph.nodes.get(name)
            if node is None or node.op not in PLACEHOLDERS or name in fed or name in reported:
                continue
            reported.add(name)
            sentence = say("feed.missing", block=node.block)
            if draft.block:
                sentence = say("feed.missing-by", block=node.block, session=draft.block)
            yield error(
                "feed",
                sentence,
                node.block,
                requirement=say("needs.fed-value"),
                actual=say("actual.no-value"),
                hint=say("hint.feed-it"),
            )
