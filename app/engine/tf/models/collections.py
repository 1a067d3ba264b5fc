"""What a meta graph says beside its nodes: initial values, tables to fill, queues, what trains, what saves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from google.protobuf import message
from tensorflow.core.framework import variable_pb2
from tensorflow.core.protobuf import meta_graph_pb2, queue_runner_pb2

from app.document.model.sentence import say
from app.document.resources.lookup import leads_outside
from app.engine.exchange.accesses import VARIABLES
from app.engine.exchange.graph import GraphFault, ModelGraph, Node, Signature, Tensor, node_of

_INIT_SIGNATURE = "__saved_model_init_op"
_OTHER_SIGNATURES = (_INIT_SIGNATURE, "__saved_model_train_op")
_SETUPS = ("saved_model_main_op", "legacy_init_op", "table_initializer", "iterators")
_ASSIGNS = ("Assign", "AssignVariableOp")
_AWAY = ("init_op", "local_init_op", "ready_op", "ready_for_local_init_op", "summary_op")
_VARIABLES = ("variables", "local_variables", "global_variables", "trainable_variables")


def take(graph: ModelGraph, meta: meta_graph_pb2.MetaGraphDef, assets: str) -> None:
    """Add to a graph what its meta graph says; ``assets`` is put before the names of its files."""
    graph.signatures = [
        Signature(
            name,
            {key: info.name for key, info in sorted(one.inputs.items()) if info.name},
            {key: info.name for key, info in sorted(one.outputs.items()) if info.name},
        )
        for name, one in sorted(meta.signature_def.items())
        if name not in _OTHER_SIGNATURES and one.outputs
    ]
    setup = [
        node_of(info.name)
        for name, one in meta.signature_def.items()
        if name == _INIT_SIGNATURE
        for info in one.outputs.values()
    ]
    setup += _listed(meta, *_SETUPS)
    graph.setup = [name for name in dict.fromkeys(map(node_of, setup)) if name in graph.nodes]
    graph.trains = [n for n in map(node_of, _listed(meta, "train_op")) if n in graph.nodes]
    runners = list(_messages(meta, "queue_runners", queue_runner_pb2.QueueRunnerDef))
    graph.fills = [name for r in runners for name in r.enqueue_op_name if name in graph.nodes]
    initializers = _initializers(graph, meta)
    graph.starts = {node_of(node.inputs[0]): node.inputs[1] for node in initializers if len(node.inputs) > 1}
    saver = meta.saver_def
    passed = {node.name for node in initializers}
    passed |= {
        node_of(saver.save_tensor_name),
        node_of(saver.restore_op_name),
        node_of(saver.filename_tensor_name),
    }
    passed |= {name for r in runners for name in (r.close_op_name, r.cancel_op_name) if name}
    passed |= {node_of(name) for name in _listed(meta, *_AWAY)}
    graph.passed = frozenset(passed)
    _put_assets(graph, meta, assets)


def _listed(meta: meta_graph_pb2.MetaGraphDef, *keys: str) -> list[str]:
    known = [meta.collection_def[key] for key in keys if key in meta.collection_def]
    return [name for collection in known for name in collection.node_list.value]


def _messages(meta: meta_graph_pb2.MetaGraphDef, key: str, kind: type[Any]) -> Iterator[Any]:
    if key not in meta.collection_def:
        return
    for data in meta.collection_def[key].bytes_list.value:
        found = kind()
        try:
            found.MergeFromString(data)
        except message.DecodeError:
            continue
        yield found


def _initializers(graph: ModelGraph, meta: meta_graph_pb2.MetaGraphDef) -> list[Node]:
    """Return the nodes that give Variables their initial values."""
    names = {
        node_of(v.initializer_name)
        for key in _VARIABLES
        for v in _messages(meta, key, variable_pb2.VariableDef)
    }
    named = [graph.nodes[name] for name in sorted(names) if name in graph.nodes]
    if named:
        return [node for node in named if node.op in _ASSIGNS]
    first: dict[str, Node] = {}
    for node in graph.nodes.values():
        if node.op in _ASSIGNS and len(node.inputs) > 1 and not _restores(graph, node.inputs[1]):
            first.setdefault(node_of(node.inputs[0]), node)
    return list(first.values())


def entries_by_name(graph: ModelGraph, meta: meta_graph_pb2.MetaGraphDef) -> dict[str, tuple[str, str]]:
    """Return the entry of a checkpoint, and the part of it, that bears a Variable's name.

    It is how models are loaded that hold nothing that restores, as those of TensorFlow Hub's first form.
    """
    found = {name: (name, "") for name, node in graph.nodes.items() if node.op in VARIABLES}
    for key in _VARIABLES:
        for one in _messages(meta, key, variable_pb2.VariableDef):
            part, name = one.save_slice_info_def, node_of(one.variable_name)
            if name in found and part.full_name and len(part.var_offset) == len(part.var_shape):
                ranges = ":".join(
                    f"{at},{size}" for at, size in zip(part.var_offset, part.var_shape, strict=True)
                )
                found[name] = part.full_name, ranges
    return found


def _restores(graph: ModelGraph, tensor: str) -> bool:
    node = graph.nodes.get(node_of(tensor))
    if node is not None and node.op == "Identity" and node.inputs:
        node = graph.nodes.get(node_of(node.inputs[0]))
    return node is None or node.op.startswith("Restore")


def _put_assets(graph: ModelGraph, meta: meta_graph_pb2.MetaGraphDef, assets: str) -> None:
    """Have constants with the names of files where the file has tensors that stand for them."""
    files = {}
    for asset in meta.asset_file_def:
        name = node_of(asset.tensor_info.name)
        if not asset.filename or leads_outside(asset.filename):
            raise GraphFault(say("model.bad-asset", file=asset.filename))
        if name in graph.nodes:
            text = np.empty((), object)
            text[()] = f"{assets}{asset.filename}".encode()
            value = Tensor("DT_STRING", text)
            graph.nodes[name] = Node(name, "Const", [], {"dtype": "DT_STRING", "value": value})
            files[name] = asset.filename
    graph.assets = files
