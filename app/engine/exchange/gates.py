"""Constants of the branches and loops of TensorFlow 1: what waits for one without a value of it takes a value instead.

In a file a constant of a branch waits for the branch, and is as dead as the branch where that is not taken; one of a
loop waits for the loop, and is there in each round. A page has no wires of that kind. Where no other input of a node
does the same, the constant goes through a Switch here, or enters the loop.
"""

from __future__ import annotations

from typing import Any

from app.engine.exchange.calls import FlatGraph, FlatNode, Ref
from app.engine.exchange.graph import Tensor
from app.engine.exchange.op_outputs import is_list
from app.engine.exchange.stored_arrays import IN_PIN
from blocks.catalog import Catalog

_MERGES = frozenset({"Merge", "RefMerge"})


def lead_constants_in(flat: FlatGraph, catalog: Catalog) -> None:
    """Let constants take part in the branches and loops that they wait for."""
    if not any(node.controls for node in flat.nodes.values()):
        return
    for node in list(flat.nodes.values()):
        sources = [flat.nodes[ref.node] for ref in node.inputs]
        alone = not any(source.inputs for source in sources)  # nothing else is of the branch or loop
        for place, source in enumerate(sources):
            if source.inputs or not source.controls:
                continue
            made = None
            if node.op in _MERGES or (alone and place == 0):
                made = _through_switch(flat, node.inputs[place])
            if made is None and ((alone and place == 0) or not _may_be_text(source, node, catalog)):
                made = _into_loop(flat, node.inputs[place])
            if made is not None:
                node.inputs[place] = made


def _may_be_text(source: FlatNode, node: FlatNode, catalog: Catalog) -> bool:
    """Return whether a constant can stand in the node's pin, where it is of the loop as the node is."""
    value, op = source.attrs.get("value"), catalog.op(node.op)
    if not isinstance(value, Tensor) or op is None or any(is_list(arg) for arg in op.inputs):
        return False
    return value.array.size <= IN_PIN


def _through_switch(flat: FlatGraph, ref: Ref) -> Ref | None:
    """Return a tensor as it leaves a Switch by the condition that its node waits for."""
    for name in flat.nodes[ref.node].controls:
        switch, output = _switch_at(flat, name)
        if switch is not None and flat.nodes[switch.inputs[1].node].op != "LoopCond":
            condition = switch.inputs[1]
            made = _made(flat, "Switch", [ref, condition], {}, f"{condition.node}:{condition.number}")
            return Ref(made, output)
    return None


def _into_loop(flat: FlatGraph, ref: Ref) -> Ref | None:
    """Return a tensor as it enters the loop that its node waits for; None where that is within another loop."""
    for name in flat.nodes[ref.node].controls:
        switch, _ = _switch_at(flat, name)
        merge = flat.nodes[switch.inputs[0].node] if switch is not None else flat.nodes[name]
        enter = flat.nodes[merge.inputs[0].node] if merge.op in _MERGES and merge.inputs else None
        if enter is not None and enter.op == "Enter":
            attrs = {"frame_name": enter.attrs.get("frame_name"), "is_constant": True}
            attrs["parallel_iterations"] = enter.attrs.get("parallel_iterations", 10)
            return Ref(_made(flat, "Enter", [ref], attrs, enter.name), 0)
    return None


def _switch_at(flat: FlatGraph, name: str) -> tuple[FlatNode | None, int]:
    """Return the Switch of which a node gives on an output, and which."""
    pivot = flat.nodes[name]
    if pivot.op == "Identity" and pivot.inputs:
        switch = flat.nodes[pivot.inputs[0].node]
        if switch.op == "Switch" and len(switch.inputs) == 2:
            return switch, pivot.inputs[0].number
    return None, 0


def _made(flat: FlatGraph, op: str, inputs: list[Ref], attrs: dict[str, Any], where: str) -> str:
    """Return the node that leads a tensor on, which is made once for each place."""
    source = flat.nodes[inputs[0].node]
    name = f"{source.name}/^{op}:{where}"
    if name not in flat.nodes:
        given = {"T": source.attrs.get("dtype", "DT_FLOAT"), **attrs}
        flat.nodes[name] = FlatNode(name, f"{source.label}/{op}", op, inputs, [], given)
    return name
