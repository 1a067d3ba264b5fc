"""What a graph that a block is given would touch: its nodes and its functions count as if they stood on the page."""

from __future__ import annotations

from collections.abc import Iterator

from tensorflow.core.framework import attr_value_pb2, graph_pb2, node_def_pb2

from app.document.model.problems import Problem
from app.document.resources.grants import Bounds
from app.document.resources.refusals import refusal, refused_at
from app.engine.compiler.places import effects, queues_of_names, said_by
from app.engine.compiler.plan import Constant, PlanNode
from blocks.op_facts.side_effects import Effect

_HARMLESS = Effect.PROCESS
_STRING = 7  # DT_STRING


def refused_in_graph(serialized: bytes, block: str, pin: str, bounds: Bounds) -> Iterator[Problem]:
    """Give the problems of what a serialized GraphDef may not touch; what cannot be read may be anything."""
    if bounds.grants.all:
        return
    graph_def = graph_pb2.GraphDef()
    try:
        graph_def.ParseFromString(serialized)
    except Exception:  # protobuf's own, which has no types
        yield refusal(block, pin, "all", None, "")
        return
    for body in (graph_def.node, *(function.node_def for function in graph_def.library.function)):
        nodes = {node.name: _plain(node) for node in body}
        if len(nodes) != len(body):
            yield refusal(block, pin, "all", None, "")
            return
        queues = queues_of_names(nodes)
        for node in nodes.values():
            yield from _refused_to(node, nodes, queues, block, pin, bounds)


def _refused_to(
    node: PlanNode, nodes: dict[str, PlanNode], queues: frozenset[str], block: str, pin: str, bounds: Bounds
) -> Iterator[Problem]:
    known = effects(node)
    if not known.effect & ~_HARMLESS:
        return
    covered = Effect.NONE
    try:
        places = said_by(node, nodes, {}, queues)
    except (IndexError, TypeError, ValueError):  # fewer inputs than the op has
        yield refusal(block, pin, "all", None, "")
        return
    for said in places:
        covered |= said.place.effect
        if said.texts is None:
            yield refusal(block, pin, "all", None, "")
            continue
        for text in said.texts:
            for verdict in refused_at(said.place, text, bounds):
                yield refusal(block, pin, verdict.capability, verdict.where, verdict.grant)
    for place in known.places:
        covered |= place.effect if place.kind == "queue" else Effect.NONE
    left = known.effect & ~_HARMLESS & ~covered
    if left and not (known.places and not places):
        yield refusal(block, pin, "all", None, "")


def _plain(node: node_def_pb2.NodeDef) -> PlanNode:
    """Return a node in the plan's form, with what says where it reads and writes."""
    attrs = {
        name: value for name, value in ((n, _text_of(v)) for n, v in node.attr.items()) if value is not None
    }
    value = None
    if node.op == "Const" and node.attr["value"].tensor.dtype == _STRING:
        texts = tuple(node.attr["value"].tensor.string_val)
        if texts and not node.attr["value"].tensor.tensor_content:  # else they are packed in another way
            value = Constant(dtype="DT_STRING", shape=(), strings=texts)
    inputs = [ref if ":" in ref or ref.startswith("^") else f"{ref}:0" for ref in node.input]
    return PlanNode(node.name, node.op, node.name, inputs, attrs, value)


def _text_of(value: attr_value_pb2.AttrValue) -> object:
    """Return an attr's strings, or its types' names; None for any other."""
    kind = value.WhichOneof("value")
    if kind == "s":
        return value.s.decode("utf-8", "surrogateescape")
    if kind == "i":
        return value.i
    if kind == "list" and value.list.s:
        return [text.decode("utf-8", "surrogateescape") for text in value.list.s]
    if kind == "list" and value.list.type:
        return ["DT_STRING" if number == _STRING else "DT_INVALID" for number in value.list.type]
    return None
