"""Writes a plan's functions as TensorFlow's FunctionDefs, and makes them known to a graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import tensorflow as tf
from tensorflow.core.framework import function_pb2, graph_pb2, node_def_pb2
from tensorflow.python.framework import importer, op_def_registry

from app.engine.compiler.plan import PlanFunction, PlanNode
from app.engine.tf.graph_import import PRODUCER
from blocks.catalog import load
from blocks.dtypes import DTYPES

Written = Callable[[Sequence[PlanNode]], Sequence[node_def_pb2.NodeDef]]


def add_functions(graph: tf.Graph, functions: Sequence[PlanFunction], written: Written) -> None:
    """Make functions known to a graph and to TensorFlow's Python, which needs them for gradients.

    ``written`` gives the nodes of a plan in TensorFlow's form.
    """
    if not functions:
        return
    graph_def = graph_pb2.GraphDef(versions=PRODUCER)
    graph_def.library.function.extend([_function_def(one, written(one.nodes)) for one in functions])
    with graph.as_default():
        importer.import_graph_def(graph_def, name="")


def _function_def(function: PlanFunction, nodes: Sequence[node_def_pb2.NodeDef]) -> function_pb2.FunctionDef:
    """Return a function with its nodes; what has effects runs although nothing takes what it gives."""
    found = function_pb2.FunctionDef()
    found.signature.name = function.name
    for arg in function.args:
        found.signature.input_arg.add(name=arg.name, type=DTYPES[arg.dtype].number)
    with_defaults = [_with_defaults(node) for node in nodes]
    for node, planned in zip(with_defaults, function.nodes, strict=True):
        node.device = function.devices.get(planned.block) or _device_beside(function, node)
    refs = _Refs({arg.name for arg in function.args}, {node.name: node for node in with_defaults})
    for node in with_defaults:
        inputs = [refs.of(ref) for ref in node.input]
        del node.input[:]
        node.input.extend(inputs)
        found.node_def.add().CopyFrom(node)
        op = load().op(node.op)
        if op is None or op.stateful:
            found.signature.is_stateful = True
            found.signature.control_output.append(node.name)
            found.control_ret[node.name] = node.name
    for result in function.results:
        found.signature.output_arg.add(name=result.name, type=DTYPES[result.dtype].number)
        found.ret[result.name] = refs.of(result.ref.removesuffix(":0"))
    return found


def _device_beside(function: PlanFunction, node: node_def_pb2.NodeDef) -> str:
    """Return the device of the block that calls the function; what uses a handle runs where that lies, with none."""
    op = load().op(node.op)
    uses_handle = op is None or any(arg.dtype == "DT_RESOURCE" or arg.is_ref for arg in op.inputs)
    return "" if uses_handle else function.device


def _with_defaults(node: node_def_pb2.NodeDef) -> node_def_pb2.NodeDef:
    """Return the node with all attrs of its op: inside a function TensorFlow adds none."""
    definition = op_def_registry.get(node.op)
    for attr in definition.attr if definition is not None else ():
        if attr.name not in node.attr and attr.HasField("default_value"):
            node.attr[attr.name].CopyFrom(attr.default_value)
    return node


class _Refs:
    """Spells tensors as they are called inside a function: ``node:output:2``, or the name of an argument."""

    def __init__(self, args: set[str], nodes: Mapping[str, node_def_pb2.NodeDef]) -> None:
        self._args, self._nodes = args, nodes

    def of(self, ref: str) -> str:
        if ref.startswith("^"):
            return ref
        name, _, index = ref.partition(":")
        return name if name in self._args else f"{name}:{self._output(self._nodes[name], int(index or 0))}"

    def _output(self, node: node_def_pb2.NodeDef, index: int) -> str:
        """Return the op's argument that gives an output of the node, and the output's place in it."""
        op = load().op(node.op)
        for arg in op.outputs if op is not None else ():
            if arg.number_attr:
                count = node.attr[arg.number_attr].i
            else:
                count = len(node.attr[arg.type_list_attr].list.type) if arg.type_list_attr else 1
            if index < count:
                return f"{arg.name}:{index}"
            index -= count
        raise ValueError(f"{node.name} ({node.op}) has no output {index}")
