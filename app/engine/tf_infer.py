"""Inference inside the worker: builds a page without running it and reads dtypes and static shapes off the graph.

Nothing is read from files or devices: outputs of ops that would are placeholders of unknown shape, as TensorFlow's own
shape functions evaluate constant subgraphs, ReadFile among them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import tensorflow as tf

from app.document.pin_type import PinType
from app.document.problems import Problem
from app.engine.faults import RunFault
from app.engine.infer_types import Inference, InferOrder
from app.engine.op_traits import READING_FILES
from app.engine.plan_types import Fetch, Gradients, Plan, PlanNode
from app.engine.tf_graph import build_graph, build_what_can

if TYPE_CHECKING:
    from app.engine.link import Link


def run_inference(body: bytes, link: Link) -> None:
    """Answer an InferOrder with an Inference (a request handler of the worker)."""
    order = msgspec.msgpack.decode(body, type=InferOrder)
    link.reply(infer(order.plan, Path(order.folder), link.board.mark if order.trace else None))


def infer(plan: Plan, folder: Path, trace: Callable[[str, str], None] | None = None) -> Inference:
    """Infer a page that was planned with ``everything``; the problems are TensorFlow's only.

    With ``trace`` the building of each block is told as ``build_graph`` says.
    """
    started = time.perf_counter()
    plan = without_files(plan)
    problems: list[Problem] = []
    try:
        graph = build_graph(plan, folder, trace)
    except RunFault:
        graph, problems = build_what_can(plan, folder)
    types: dict[str, PinType] = {}
    for key, fetch in plan.outputs.items():
        for i, ref in enumerate(fetch.refs):
            found = _type(graph, ref)
            if found is not None:
                types[f"{key}[{i}]" if fetch.is_list else key] = found
    return Inference(types=types, problems=problems, seconds=time.perf_counter() - started)


def _type(graph: tf.Graph, ref: str) -> PinType | None:
    try:
        tensor = graph.get_tensor_by_name(ref)
    except (KeyError, ValueError):
        return None  # its block is at fault, or waits for one that is
    shape = None if tensor.shape.rank is None else tuple(tensor.shape.as_list())
    return PinType(tensor.dtype.base_dtype.name, shape)


def without_files(plan: Plan) -> Plan:
    """Return the plan with placeholders of unknown shape in place of everything that comes from files."""
    reading = {n.name for n in plan.nodes if n.op in READING_FILES}
    if not reading:
        return plan
    stands_for: dict[str, str] = {}
    nodes: list[PlanNode] = []
    for fetch in plan.outputs.values():
        for ref, dtype in zip(fetch.refs, fetch.dtypes, strict=True):
            name, _, index = ref.partition(":")
            if name in reading and ref not in stands_for:
                placeholder = f"{name}/file_{index}"
                stands_for[ref] = f"{placeholder}:0"
                nodes.append(
                    PlanNode(
                        name=placeholder, op="Placeholder", block=name, attrs={"dtype": dtype, "shape": None}
                    )
                )
    for node in plan.nodes:
        if node.name in reading:
            continue
        inputs = [stands_for.get(i, i) for i in node.inputs if i.lstrip("^") not in reading]
        nodes.append(msgspec.structs.replace(node, inputs=inputs))
    outputs = {k: _stood_in(f, stands_for) for k, f in plan.outputs.items()}
    gradients = [
        Gradients(
            name=g.name,
            ys=tuple(stands_for.get(r, r) for r in g.ys),
            xs=tuple(stands_for.get(r, r) for r in g.xs),
        )
        for g in plan.gradients
    ]
    return msgspec.structs.replace(plan, nodes=nodes, outputs=outputs, gradients=gradients)


def _stood_in(fetch: Fetch, stands_for: dict[str, str]) -> Fetch:
    return msgspec.structs.replace(fetch, refs=tuple(stands_for.get(r, r) for r in fetch.refs))
