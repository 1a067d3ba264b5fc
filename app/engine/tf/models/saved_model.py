"""Writes a model as a SavedModel of TensorFlow 1's form, which TensorFlow 2, Serving and the converters load.

Variables lie in a checkpoint under their blocks' ids. A signature of one session is ``serving_default``; of several
each has one under its own name, and ``serving_default`` runs all of them in their order. What sessions do that run
once is done when the model is loaded.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import tensorflow as tf
from tensorflow.core.framework import graph_pb2, variable_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2, saver_pb2

from app.document.model.problems import error
from app.document.model.sentence import say
from app.engine.compiler.plan_walk import node_of
from app.engine.exchange.model_plan import Asset, ModelPlan, Named, Signature
from app.engine.tf.checkpoint import write_checkpoint
from app.engine.tf.graph_import import import_nodes
from app.engine.tf.models.graph_parts import GraphParts, Part
from app.engine.tf.run_context import Array
from app.engine.values.run_fault import RunFault

_DEFAULT = tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY
_INIT = "__saved_model_init_op"  # the signature under which loaders look for what to run at first
_LARGEST = 2**31 - 1  # bytes of a protobuf message


class Served(NamedTuple):
    """A graph with what is said of it: its signatures, and the node that runs when the model is loaded."""

    graph: graph_pb2.GraphDef
    signatures: Mapping[str, Part]
    init: str | None = None
    assets: tuple[tuple[Asset, str], ...] = ()  # with the constants' nodes


def served(model: ModelPlan, page: tf.Graph) -> Served:
    """Cut the page's graph into the parts of a model."""
    parts = GraphParts(page)
    begin, assets = _begin(parts, model)
    steps = [one for one in model.signatures if not one.once]
    if len(steps) == 1:
        return Served(parts.graph, {_DEFAULT: _run(parts, "", steps[:1])}, begin, assets)
    signatures = {one.session: _run(parts, f"{one.session}/", [one]) for one in steps}
    signatures[_DEFAULT] = _run(parts, "step.all/", steps)
    return Served(parts.graph, signatures, begin, assets)


def _begin(parts: GraphParts, model: ModelPlan) -> tuple[str | None, tuple[tuple[Asset, str], ...]]:
    """Add what sessions do that run once, one behind the other."""
    last, assets = None, dict[str, Asset]()
    for one in (one for one in model.signatures if one.once):
        prefix = f"{one.session}/"
        last = parts.add(prefix, one, last).end
        for asset in model.assets:
            name = parts.name_of(prefix, asset.node)
            if name is not None:
                assets[name] = asset
    return last, tuple([(asset, name) for name, asset in assets.items()])


def _run(parts: GraphParts, prefix: str, sessions: Sequence[Signature]) -> Part:
    """Add sessions that run one behind the other; returns them as one part, whose outputs come when all is done."""
    several = len(sessions) > 1
    inputs: dict[str, Named] = {}
    outputs: dict[str, Named] = {}
    end: str | None = None
    for one in sessions:
        part = parts.add(f"{prefix}{one.session}/" if several else prefix, one, end)
        end = part.end or end
        inputs.update({named.name: named for named in part.inputs})
        outputs.update({named.name: named for named in part.outputs})
    found = [_behind(parts.graph, prefix, named, end, parts.dtype_of(named)) for named in outputs.values()]
    return Part(prefix, tuple(inputs.values()), tuple(found), end)


def _behind(graph: graph_pb2.GraphDef, prefix: str, named: Named, end: str | None, dtype: int) -> Named:
    """Return an output that comes once all has changed that changes: who asks for one of them makes a whole step."""
    if end is None:
        return named
    node = graph.node.add(name=f"{prefix}{named.name}.output", op="Identity", input=[named.tensor, f"^{end}"])
    node.attr["T"].type = dtype
    return Named(named.name, f"{node.name}:0")


def write_saved_model(model: Served, variables: Mapping[str, Array], path: Path) -> None:
    """Write the model into an empty folder. ``variables`` are the values of the Variables, by block."""
    path.mkdir(parents=True, exist_ok=True)
    meta = meta_graph_pb2.MetaGraphDef()
    meta.meta_info_def.tags.append(tf.saved_model.SERVING)
    meta.meta_info_def.tensorflow_version = tf.version.VERSION
    meta.meta_info_def.tensorflow_git_version = tf.version.GIT_VERSION
    graph = tf.Graph()
    with graph.as_default():
        import_nodes(graph, model.graph, {})
        if variables:
            (path / "variables").mkdir()
            write_checkpoint(str(path / "variables" / "variables"), variables, _dtypes(graph, variables))
            meta.saver_def.CopyFrom(_saver(graph, variables, meta))
    for name, part in model.signatures.items():
        meta.signature_def[name].CopyFrom(_signature(graph, part))
    if model.init is not None:
        meta.signature_def[_INIT].outputs[_INIT].name = model.init
    for asset, node in model.assets:
        _add_asset(meta, asset, node, path)
    meta.graph_def.CopyFrom(graph.as_graph_def())
    file = saved_model_pb2.SavedModel(saved_model_schema_version=1, meta_graphs=[meta])
    if file.ByteSize() > _LARGEST:
        raise RunFault([error("no-export", say("export.too-large"))])
    (path / "saved_model.pb").write_bytes(file.SerializeToString(deterministic=True))


def _dtypes(graph: tf.Graph, variables: Mapping[str, Array]) -> dict[str, tf.DType]:
    return {block: _handle(graph, block).op.get_attr("dtype") for block in variables}


def _handle(graph: tf.Graph, block: str) -> tf.Tensor:
    return graph.get_tensor_by_name(f"{block}:0")


def _saver(
    graph: tf.Graph, variables: Mapping[str, Array], meta: meta_graph_pb2.MetaGraphDef
) -> saver_pb2.SaverDef:
    """Add what saves and restores the Variables, and list these as loaders look for them."""
    names, empty = list(variables), [""] * len(variables)
    dtypes = _dtypes(graph, variables)
    with tf.name_scope("state.saver/"):
        file = tf.compat.v1.placeholder(tf.string, [], name="file")
        reads = {
            block: tf.raw_ops.ReadVariableOp(
                resource=_handle(graph, block), dtype=dtypes[block], name=f"{block}/value"
            )
            for block in names
        }
        save = tf.raw_ops.SaveV2(
            prefix=file, tensor_names=names, shape_and_slices=empty, tensors=list(reads.values()), name="save"
        )
        with tf.control_dependencies([save]):
            saved = tf.identity(file, name="saved")
        values = tf.raw_ops.RestoreV2(
            prefix=file, tensor_names=names, shape_and_slices=empty, dtypes=[dtypes[block] for block in names]
        )
        assigns = {
            block: tf.raw_ops.AssignVariableOp(
                resource=_handle(graph, block), value=value, name=f"{block}/restore"
            )
            for block, value in zip(names, values, strict=True)
        }
        restore = tf.group(*assigns.values(), name="restore")
    listed = [
        variable_pb2.VariableDef(
            variable_name=f"{block}:0",
            initial_value_name=assigns[block].inputs[1].name,
            initializer_name=assigns[block].name,
            snapshot_name=reads[block].name,
            is_resource=True,
            trainable=dtypes[block].is_floating,
        ).SerializeToString()
        for block in names
    ]
    meta.collection_def["variables"].bytes_list.value.extend(listed)
    return saver_pb2.SaverDef(
        filename_tensor_name=file.name,
        save_tensor_name=saved.name,
        restore_op_name=restore.name,
        version=saver_pb2.SaverDef.V2,
    )


def _signature(graph: tf.Graph, part: Part) -> meta_graph_pb2.SignatureDef:
    made = meta_graph_pb2.SignatureDef(method_name=tf.saved_model.PREDICT_METHOD_NAME)
    for those, infos in ((part.inputs, made.inputs), (part.outputs, made.outputs)):
        for one in those:
            tensor = graph.get_tensor_by_name(one.tensor)
            infos[one.name].name = tensor.name
            infos[one.name].dtype = tensor.dtype.base_dtype.as_datatype_enum
            infos[one.name].tensor_shape.CopyFrom(tensor.shape.as_proto())
    return made


def _add_asset(meta: meta_graph_pb2.MetaGraphDef, asset: Asset, node: str, path: Path) -> None:
    """Copy a file into the model, and say which tensor is to name it."""
    folder = path / "assets"
    folder.mkdir(exist_ok=True)
    name = Path(asset.file).name
    taken = {one.filename for one in meta.asset_file_def}
    while name in taken:
        name = f"_{name}"
    try:
        shutil.copyfile(asset.file, folder / name)
    except OSError as fault:
        sentence = say("export.asset", file=asset.file, why=fault.strerror or str(fault))
        raise RunFault([error("no-export", sentence, node_of(node))]) from fault
    made = meta.asset_file_def.add(filename=name)
    made.tensor_info.name = f"{node}:0"
