"""Freezes a model of one session: its Variables become constants, and what nothing needs any more goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import tensorflow as tf
from tensorflow.core.framework import graph_pb2, node_def_pb2

from app.document.model.problems import error
from app.document.model.sentence import say
from app.document.model.topology import reachable
from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_walk import node_of, place_behind
from app.engine.exchange.model_plan import Named
from app.engine.tf.models.graph_parts import GraphParts, Part
from app.engine.tf.run_context import Array
from app.engine.values.run_fault import RunFault


class Frozen(NamedTuple):
    """A graph without Variables, and its inputs and outputs."""

    graph: graph_pb2.GraphDef
    part: Part


def frozen(parts: GraphParts, part: Part, variables: Mapping[str, Array], plan: Plan) -> Frozen:
    """Return the graph with the values of its Variables, by block, and the outputs under nodes of their names.

    Raises RunFault where a handle goes another way than to what reads it.
    """
    graph = parts.graph
    nodes = {node.name: _constant(node, variables) for node in graph.node}
    outputs = []
    for one in part.outputs:
        name = _free_name(one, nodes)
        if name is not None:
            nodes[name] = node_def_pb2.NodeDef(name=name, op="Identity", input=[one.tensor])
            nodes[name].attr["T"].type = parts.dtype_of(one)
            one = Named(one.name, f"{name}:0")
        outputs.append(one)
    needed = reachable(
        [node_of(one.tensor) for one in (*outputs, *part.inputs)],
        lambda name: [node_of(ref) for ref in nodes[name].input],
    )
    handle = next((n for n in nodes.values() if n.name in needed and n.op == "VarHandleOp"), None)
    if handle is not None:
        block = place_behind(plan.symbols, handle.name) or handle.name
        raise RunFault([error("no-export", say("export.frozen-handle", block=block), block)])
    found = graph_pb2.GraphDef(versions=graph.versions, library=graph.library)
    found.node.extend([node for name, node in nodes.items() if name in needed])
    return Frozen(found, Part(part.prefix, part.inputs, tuple(outputs), None))


def refuse_open_shapes(model: Frozen, plan: Plan, format_name: str) -> None:
    """Raise RunFault, for a format that must know it, where the number of an input's dimensions is not known."""
    nodes = {node.name: node for node in model.graph.node}
    problems = []
    for one in model.part.inputs:
        node = nodes[node_of(one.tensor)]
        if "shape" not in node.attr or node.attr["shape"].shape.unknown_rank:
            block = place_behind(plan.symbols, node.name) or node.name
            sentence = say("export.open-shape", format=format_name, block=block)
            problems.append(error("no-export", sentence, block, hint=say("hint.open-shape")))
    if problems:
        raise RunFault(problems)


def _constant(node: node_def_pb2.NodeDef, variables: Mapping[str, Array]) -> node_def_pb2.NodeDef:
    """Return a node that reads a Variable as the constant of its value; others as they are."""
    block = node_of(node.input[0]) if node.op == "ReadVariableOp" else ""
    if block not in variables:
        return node
    made = node_def_pb2.NodeDef(name=node.name, op="Const", device=node.device)
    made.attr["dtype"].CopyFrom(node.attr["dtype"])
    proto = tf.make_tensor_proto(variables[block], tf.as_dtype(node.attr["dtype"].type))
    made.attr["value"].tensor.CopyFrom(proto)
    return made


def _free_name(one: Named, nodes: Mapping[str, node_def_pb2.NodeDef]) -> str | None:
    """Return the name of a node to be made for an output; None where the output's node bears its name."""
    if one.tensor == f"{one.name}:0":
        return None
    name = one.name
    while name in nodes and nodes[name].op != "VarHandleOp":
        name += "_"
    return name
