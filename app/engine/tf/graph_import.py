"""Imports a GraphDef into a graph: the nodes carry their devices, so TensorFlow's pass over each of them is left out.

That pass (device functions and colocation, in Python) is two thirds of ``tf.import_graph_def``. The functions beneath
it are private; where this TensorFlow does not have them, or inputs are to be mapped, the public one does the work.
"""

from __future__ import annotations

from collections.abc import Iterable

import tensorflow as tf
from tensorflow.core.framework import graph_pb2, versions_pb2
from tensorflow.python.framework import importer

try:
    from tensorflow.python.client import pywrap_tf_session as c_api
    from tensorflow.python.framework import c_api_util

    _import_results = c_api.TF_GraphImportGraphDefWithResults
    _Options = c_api_util.ScopedTFImportGraphDefOptions
    _Results = c_api_util.ScopedTFImportGraphDefResults
    _FAST = hasattr(tf.Graph, "_add_new_tf_operations") and hasattr(tf.Graph, "_mutation_lock")
except (ImportError, AttributeError):
    _FAST = False

# What a GraphDef says of its maker: without it TensorFlow would follow the rules of its first versions.
PRODUCER = versions_pb2.VersionDef(producer=tf.compat.v1.GRAPH_DEF_VERSION)


def import_nodes(graph: tf.Graph, graph_def: graph_pb2.GraphDef, input_map: dict[str, tf.Tensor]) -> None:
    """Add nodes under their own names; ``input_map`` leads inputs to tensors of the graph.

    Raises ValueError or an OpError with TensorFlow's message where it refuses a node.
    """
    if input_map or not _FAST:
        importer.import_graph_def(graph_def, input_map=input_map or None, name="")
        return
    options = _Options()
    c_api.TF_ImportGraphDefOptionsSetUniquifyNames(options.options, True)
    with graph._mutation_lock():
        buffer = c_api.TF_NewBufferFromString(graph_def.SerializeToString())
        try:
            with graph._c_graph.get() as c_graph:
                _Results(_import_results(c_graph, buffer, options.options))
        finally:
            c_api.TF_DeleteBuffer(buffer)
        graph._add_new_tf_operations(compute_devices=False)


def refuse_impossible_shapes(operations: Iterable[tf.Operation]) -> None:
    """Raise ValueError where TensorFlow gives one of these ops an output of a size below 0, which nothing can have.

    Some shape functions let such a size through, as ResizeBilinear's; the kernel refuses it when it runs.
    """
    for operation in operations:
        for tensor in operation.outputs:
            _ = tensor.shape.rank  # TensorFlow makes the shape here
