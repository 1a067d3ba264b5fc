"""Mistakes of an outside examiner: in datasets, loops, later steps and rare blocks, written before any of them was run."""

# fmt: off
from __future__ import annotations

from typing import Any

from tests.support.blind_mistakes.row import filled, late, one, page

THREE = ("TensorSliceDataset", {"components": "{1,2,3}"})
ITERATOR = {"it": "IteratorV2", "mk": "MakeIterator", "next": "IteratorGetNext", "a": ("ClientSession", {"once": "true"}), "z": "ClientSession"}
BARRIER = ("Barrier", {"component_types": "DT_FLOAT", "attrs": "shapes_=[[]];"})
RECORD = b"\x12\x13\n\x11\n\x06tokens\x12\x07\n\x05\x1a\x03\n\x01\x01"  # a SequenceExample with the list "tokens"


def _begun(dataset: str) -> str:
    """Return the wires of an iterator that a dataset begins."""
    return f"{dataset}.handle -> mk.dataset\nit.handle -> mk.iterator\nit.handle -> next.iterator\nmk.operation -> a.run_outputs\n"


def _read(dataset: str) -> str:
    return f"{_begun(dataset)}next.components -> z.fetch_outputs"


def _sparse(shape: str) -> tuple[str, dict[str, str]]:
    return "SparseTensorToCSRSparseMatrix", {"indices": "{{0,0},{1,1}}", "values": "{1f,2f}", "dense_shape": shape}


def _held(name: str, shape: str, value: str) -> dict[str, Any]:
    return {name: ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": shape}), f"i{name}": ("AssignVariableOp", {"value": value})}


def _filling(*names: str) -> str:
    return "".join(f"{n}.resource -> i{n}.resource\ni{n}.operation -> a.run_outputs\n" for n in names)


def _staged(kind: str, take: str, **pins: str) -> tuple[dict[str, Any], str]:
    """Return a page that puts one value into a stage and takes the sixth out."""
    named = {"dtypes": "DT_FLOAT", "attrs": f"shared_name_={take};"}
    blocks = {"c0": (f"{kind}Stage", {"key": "1", "indices": "{0}", "values": "{1f}", **named}), "a": "ClientSession", "c": (take, {"indices": "{5}", **pins, **named}), "z": "ClientSession"}
    return blocks, "c0.operation -> a.run_outputs\nc.values -> z.fetch_outputs"


_SAME = ({"x": "Argument", "r": "Result"}, "x.output -> r.input")
_BELOW_FIVE = ({"i": "Argument", "l": ("Less", {"y": "5"}), "r": "Result"}, "i.output -> l.x\nl.z -> r.input")
_LETTER = (
    {"i": "Argument", "cut": ("Substr", {"input": '"abc"', "len": "1"}), "n": "StringLength", "none": ("Multiply", {"y": "0"}), "one": ("Add", {"y": "1"}), "add": "Add", "r": "Result"},
    "i.output -> cut.pos\ncut.output -> n.input\nn.output -> none.x\nnone.z -> one.x\ni.output -> add.x\none.z -> add.y\nadd.z -> r.input",
)
_ADDING = {
    "start": ("Const", {"val": "0"}), "step": ("Const", {"val": "1"}), "first": ("Enter", {"frame_name": "lp"}), "bias": ("Enter", {"frame_name": "lp"}), "merge": "Merge", "less": ("Less", {"y": "5"}),
    "cond": "LoopCond", "switch": "Switch", "add": "Add", "next": "NextIteration", "exit": "Exit", "s": "ClientSession",
}
_ADDED = (
    "start.output -> first.data\nstep.output -> bias.data\nfirst.output -> merge.inputs\nnext.output -> merge.inputs\nmerge.output -> less.x\nless.z -> cond.input\nmerge.output -> switch.data\n"
    "cond.output -> switch.pred\nswitch.output_true -> add.x\nbias.output -> add.y\nadd.z -> next.data\nswitch.output_false -> exit.data\nexit.output -> s.fetch_outputs"
)

EXAMINED = [
    one("fractional gradient of more", "FractionalMaxPoolGrad", "out_backprop", "2", "3", orig_input=filled(1, 4, 4, 1), orig_output=filled(1, 2, 2, 1), out_backprop=filled(1, 3, 3, 1), row_pooling_sequence="{0,2,4}", col_pooling_sequence="{0,2,4}"),
    one("fractional average of more", "FractionalAvgPoolGrad", "out_backprop", "2", "3", orig_input_tensor_shape="{1,4,4,1}", out_backprop=filled(1, 3, 3, 1), row_pooling_sequence="{0,2,4}", col_pooling_sequence="{0,2,4}"),
    page("sparse product of sizes", {"a": _sparse("{2,3}"), "b": _sparse("{2,3}"), "c": ("SparseMatrixSparseMatMul", {"type": "DT_FLOAT"})}, "a.sparse_matrix -> c.a\nb.sparse_matrix -> c.b", "c.a|b", "3", "[2,"),
    page("sparse matrix as doubles", {"a": _sparse("{2,3}"), "c": ("CSRSparseMatrixToDense", {"type": "DT_DOUBLE"})}, "a.sparse_matrix -> c.sparse_input", "c.type", "float32", "float64"),
    one("letters of other inputs", "RaggedCross", "input_order", "1 D", "R", dense_inputs='{{"a"},{"b"}}', input_order="R", hashed_output="false", num_buckets="0", hash_key="1", out_values_type="DT_STRING", out_row_splits_type="DT_INT64"),
    one("crossed batches", "SparseCrossHashed", "dense_inputs", "2", "3", dense_inputs='{{"a"},{"b"}}, {{"a"},{"b"},{"c"}}', num_buckets="10", strong_hash="false", salt="{1,2}"),
    page("a letter behind the word", {"i": ("Const", {"val": "0"}), "loop": ("While", {"cond": "below five", "body": "letter of i"}), "s": "ClientSession"}, "i.output -> loop.input\nloop.output -> s.fetch_outputs", "loop/cut.pos", "-3 3", "4", beside={"below five": _BELOW_FIVE, "letter of i": _LETTER}),
    page("fewer than promised", {"d": THREE, "c": ("AssertCardinalityDataset", {"cardinality": "5"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "c.cardinality", "3", "5", steps=6),
    page("more than promised", {"d": THREE, "c": ("AssertCardinalityDataset", {"cardinality": "1"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "c.cardinality", "2", "1", steps=6),
    page("a smaller last batch", {"d": THREE, "b": ("BatchDataset", {"batch_size": "2"}), "c": ("Reshape", {"shape": "{2,1}"}), **ITERATOR}, f"d.handle -> b.input_dataset\n{_begun('b')}next.components[0] -> c.tensor\nc.output -> z.fetch_outputs", "c.shape|tensor", "1", "2", steps=5),
    page("rows of three into two", {"d": ("TensorSliceDataset", {"components": "{{1,2,3},{4,5,6}}"}), "c": ("DenseToSparseBatchDataset", {"batch_size": "2", "row_shape": "{2}", "output_types": "DT_VARIANT", "output_shapes": "{{?,2}}"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "c.row_shape", "3", "2"),
    page("elements of another shape", {"d": ("TensorSliceDataset", {"components": "{{1,2,3},{4,5,6}}"}), "c": ("DenseToSparseBatchDataset", {"batch_size": "2", "row_shape": "{3}", "output_types": "DT_VARIANT", "output_shapes": "{{4}}"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "mk.dataset", "4", "3"),
    page("a word twice in a dataset", {"d": ("TensorSliceDataset", {"components": '{"a","b","a"}, {1,2,3}', "output_shapes": "{},{}"}), "t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT32"}), "c": "InitializeTableFromDataset", "s": "ClientSession"}, "t.table_handle -> c.table_handle\nd.handle -> c.dataset\nc.operation -> s.run_outputs", "c.dataset", "once", "a"),
    page("a batch of all", {"d": THREE, "c": ("BatchDatasetV2", {"batch_size": "9223372036854775807", "drop_remainder": "true"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "c.batch_size", "memory/fit", "GB"),
    page("a list by another name", {"r": ("ReadFile", {"filename": "record.bin"}), "c": ("ParseSingleSequenceExample", {"feature_list_dense_missing_assumed_empty": "{}", "feature_list_dense_keys": '"token"', "debug_name": '""', "attrs": "feature_list_dense_types_=[DT_INT64];feature_list_dense_shapes_=[[]];"})}, "r.contents -> c.serialized", "c.feature_list_dense_keys", "record", "token", {"record.bin": RECORD}),
    page("a slice of more", {"c": ("SaveSlices", {"filename": "out.ckpt", "tensor_names": '{"w"}', "shapes_and_slices": '{"4 0,3"}', "data": "{1f,2f}"}), "s": "ClientSession"}, "c.operation -> s.run_outputs", "c.shapes_and_slices", "[2]", "0,3"),
    page("a bias for the first round alone", _ADDING, _ADDED, "bias.attrs", "is_constant_ true", "false"),
    page("limits of the mel crossed", {"k": ("Const", {"val": filled(100, 1)}), "g": ("AudioSpectrogram", {"window_size": "20", "stride": "10"}), "c": ("Mfcc", {"sample_rate": "8000", "attrs": "lower_frequency_limit_=5000;upper_frequency_limit_=4000;"})}, "k.output -> g.input\ng.spectrogram -> c.spectrogram", "c.attrs", "5000", "4000"),
    page("more coefficients than filters", {"k": ("Const", {"val": filled(100, 1)}), "g": ("AudioSpectrogram", {"window_size": "20", "stride": "10"}), "c": ("Mfcc", {"sample_rate": "8000", "attrs": "filterbank_channel_count_=4;"})}, "k.output -> g.input\ng.spectrogram -> c.spectrogram", "c.attrs", "1 4", "13"),
    page("ranges of other channels", {"k": ("Const", {"val": filled(1, 1, 1, 2)}), "q": ("QuantizeV2", {"min_range": "0f", "max_range": "1f", "T": "DT_QINT32"}), "c": ("RequantizePerChannel", {"input_min": "{0f,0f,0f}", "input_max": "{1f,1f}", "requested_output_min": "0f", "requested_output_max": "1f"})}, "k.output -> q.input\nq.output -> c.input", "c.input_min", "2", "3"),
    page("a state of two", {"h": ("VarHandleOp", {"dtype": "DT_INT64", "shape": "{2}"}), "ih": ("AssignVariableOp", {"value": "{1,2}"}), "a": ("ClientSession", {"once": "true"}), "c": ("StatefulUniformInt", {"algorithm": "1", "shape": "{2}", "minval": "0", "maxval": "10"}), "z": "ClientSession"}, f"{_filling('h')}h.resource -> c.resource\nc.output -> z.fetch_outputs", "c.resource", "3", "2"),
    page("a short moment", {**_held("w", "{3}", "{0f,0f,0f}"), **_held("m", "{2}", "{0f,0f}"), **_held("v", "{3}", "{0f,0f,0f}"), "a": ("ClientSession", {"once": "true"}), "c": ("ResourceApplyAdam", {"beta1_power": "0.9f", "beta2_power": "0.99f", "lr": "0.1f", "beta1": "0.9f", "beta2": "0.99f", "epsilon": "0.001f", "grad": "{1f,1f,1f}"}), "z": "ClientSession"}, f"{_filling('w', 'm', 'v')}w.resource -> c.var\nm.resource -> c.m\nv.resource -> c.v\nc.operation -> z.run_outputs", "c.m", "3", "2"),
    page("a handle by its text", {"k": ("Const", {"val": '"abc"'}), "c": ("GetSessionTensor", {"dtype": "DT_FLOAT"})}, "k.output -> c.handle", "c.handle", "GetSessionHandle", "abc"),
    page("keys of another type", {"e": "EmptyTensorMap", "p": ("TensorMapInsert", {"key": "1", "value": "2f"}), "c": ("TensorMapStackKeys", {"key_dtype": "DT_INT64"})}, "e.handle -> p.input_handle\np.output_handle -> c.input_handle", "c.key_dtype", "keys", "int64"),
    page("singular in a later step", {"v": late("{{2f,0f},{0f,1f}}"), "m": ("AssignSub", {"value": "{{1f,0f},{0f,0f}}"}), "c": "MatrixInverse", "s": "ClientSession"}, "v.ref -> m.ref\nv.ref -> c.input\nc.output -> s.fetch_outputs\nm.output_ref -> s.fetch_outputs", "c.input", "invert", "determinant 0", steps=4),
    one("columns of a checkpoint by one number", "LoadAndRemapMatrix", "col_remapping", "vector", "scalar/[]", files={"w.ckpt": b""}, ckpt_path='"w.ckpt"', old_tensor_name='"w"', row_remapping="{-1,-1}", col_remapping="0", initializing_values="{1f,1f,1f,1f}", num_rows="2", num_cols="2"),
    page("a place that no element has", *_staged("Map", "MapUnstageNoKey"), "c.indices", "0", "5"),
    page("a place that no ordered element has", *_staged("OrderedMap", "OrderedMapUnstageNoKey"), "c.indices", "0", "5"),
    page("a place beside a key", *_staged("Map", "MapUnstage", key="1"), "c.indices", "0", "5"),
    one("channels of a scalar's gradient", "FakeQuantWithMinMaxVarsPerChannelGradient", "inputs|gradients", "1", "scalar/0", inputs="1f", gradients="1f", min="{}", max="{}"),
    page("splits that fall", {"p": ("Const_ex", {"val": "{0,200,-3,4}", "dtype": "DT_INT64"}), "c": ("RaggedCross", {"ragged_values": '{"1","1","1"}', "input_order": "R", "hashed_output": "false", "num_buckets": "0", "hash_key": "1", "out_values_type": "DT_STRING", "out_row_splits_type": "DT_INT64"})}, "p.output -> c.ragged_row_splits", "c.ragged_row_splits", "rising/smaller", "-3"),
    page("a picture without a column", {"f": ("Fill", {"dims": "{2,1,0,1}", "value": "1f"}), "g": ("Const", {"val": filled(1, 1, 1, 1)}), "q": ("QuantizeV2", {"min_range": "0f", "max_range": "1f", "T": "DT_QUINT8"}), "w": ("QuantizeV2", {"min_range": "0f", "max_range": "1f", "T": "DT_QUINT8"}), "c": ("QuantizedConv2D", {"min_input": "0.1f", "max_input": "0.5f", "min_filter": "0.2f", "max_filter": "0.7f", "strides": "{1,1,1,1}", "padding": "SAME"})}, "f.output -> q.input\ng.output -> w.input\nq.output -> c.input\nw.output -> c.filter", "c.input", "1 2", "[2,1,0,1]/[2,"),
    one("dilation gradient of all", "Dilation2DBackpropInput", "out_backprop", "3", "4", input=filled(1, 4, 4, 1), filter=filled(2, 2, 1), out_backprop=filled(1, 4, 4, 1), strides="{1,1,1,1}", rates="{1,1,1,1}", padding="VALID"),
    one("gradient of a sparse sum", "SparseAddGrad", "backprop_val_grad|sum_indices", "2", "1", backprop_val_grad="{1f}", a_indices="{{0}}", b_indices="{{1}}", sum_indices="{{0},{1}}"),
    page("order of fewer rows", {"k": ("Const", {"val": "{{2f,0f},{0f,2f}}"}), "d": ("DenseToCSRSparseMatrix", {"indices": "{{0,0},{1,1}}"}), "c": ("SparseMatrixSparseCholesky", {"permutation": "{0}", "type": "DT_FLOAT"})}, "k.output -> d.dense_input\nd.sparse_output -> c.input", "c.permutation", "2", "1"),
    page("a handle of another map", {"p": ("AddSparseToTensorsMap", {"sparse_indices": "{{0}}", "sparse_values": "{1f}", "sparse_shape": "{2}"}), "e": ("ExpandDims", {"axis": "0"}), "c": ("TakeManySparseFromTensorsMap", {"dtype": "DT_FLOAT"})}, "p.sparse_handle -> e.input\ne.output -> c.sparse_handles", "c.sparse_handles", "shared_name_", "0"),
    page("ranks too far apart", {"t": ("RaggedTensorToVariant", {"rt_nested_splits": "{0,2,3}", "rt_dense_values": "{1,2,3}", "batched_input": "false"}), "c": ("RaggedTensorFromVariant", {"input_ragged_rank": "1", "output_ragged_rank": "2", "Tvalues": "DT_INT32"})}, "t.encoded_ragged -> c.encoded_ragged", "c.output_ragged_rank", "input_ragged_rank", "2"),
    page("a later code beyond letters", {"d": ("TensorSliceDataset", {"components": "{65,66,1114112}"}), "map": ("MapDataset", {"f": "letter of a code"}), **ITERATOR}, f"d.handle -> map.input_dataset\n{_read('map')}", "map/letter.input_values", "1114111", "", steps=4, beside={"letter of a code": ({"t": "Argument", "e": ("ExpandDims", {"axis": "0"}), "letter": ("UnicodeEncode", {"input_splits": "{0,1}", "output_encoding": "UTF-8", "attrs": "errors_=strict;"}), "r": "Result"}, "t.output -> e.input\ne.output -> letter.input_values\nletter.output -> r.input")}),
    page("slices out of order", {"c": ("SparseTensorSliceDataset", {"indices": "{{1,0},{0,0}}", "values": "{1f,2f}", "dense_shape": "{2,2}"}), **ITERATOR, "it": ("IteratorV2", {"output_types": "DT_INT64,DT_FLOAT,DT_INT64", "output_shapes": "{?,1},{?},{1}"})}, _read("c"), "c.indices", "rising", "{1,0}"),
    page("cycles of none", {"d": ("RangeDataset", {"start": "0", "stop": "3", "step": "1"}), "c": ("ParallelInterleaveDatasetV2", {"cycle_length": "0", "block_length": "1", "num_parallel_calls": "1", "f": "numbers up to it"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "c.cycle_length", "1 -1", "0", beside={"numbers up to it": ({"x": "Argument", "n": ("RangeDataset", {"start": "0", "step": "1"}), "r": "Result"}, "x.output -> n.stop\nn.handle -> r.input")}),
    page("windows as numbers", {"d": THREE, "w": ("WindowDataset", {"size": "2", "shift": "1", "stride": "1", "drop_remainder": "true"}), "map": ("MapDataset", {"f": "one more"}), **ITERATOR}, f"d.handle -> w.input_dataset\nw.handle -> map.input_dataset\n{_read('map')}", "map/add.x", "int32", "variant", beside={"one more": ({"x": "Argument", "add": ("Add", {"y": "1"}), "r": "Result"}, "x.output -> add.x\nadd.z -> r.input")}),
    page("padding of another type", {"d": ("TensorSliceDataset", {"components": "{{1,2},{3,4}}"}), "c": ("PaddedBatchDatasetV2", {"batch_size": "2", "padded_shapes": "{3}", "drop_remainder": "false"}), "p": ("Const", {"val": "0f"}), **ITERATOR}, f"d.handle -> c.input_dataset\np.output -> c.padding_values\n{_read('c')}", "c.padding_values", "int32", "float32"),
    page("an optional of another type", {"o": ("OptionalFromValue", {"components": "1f"}), "c": ("OptionalGetValue", {"output_types": "DT_INT32", "output_shapes": "{{}}"})}, "o.optional -> c.optional", "c.output_types", "float32", "int32"),
    page("joined with other types", {"d": THREE, "e": ("TensorSliceDataset", {"components": "{1f,2f}"}), "c": "ConcatenateDataset", **ITERATOR}, f"d.handle -> c.input_dataset\ne.handle -> c.another_dataset\n{_read('c')}", "c.another_dataset", "int32", "float32"),
    page("selected beyond", {"i": ("RangeDataset", {"start": "0", "stop": "3", "step": "1"}), "d": THREE, "e": THREE, "c": "DirectedInterleaveDataset", **ITERATOR}, f"i.handle -> c.selector_input_dataset\nd.handle -> c.data_input_datasets\ne.handle -> c.data_input_datasets\n{_read('c')}", "c.selector_input_dataset", "0 1", "2", steps=4),
    page("divided by nothing", {"h": ("VarHandleOp", {"dtype": "DT_INT32", "shape": "{3}"}), "ih": ("AssignVariableOp", {"value": "{4,5,6}"}), "a": ("ClientSession", {"once": "true"}), "c": ("ResourceScatterDiv", {"indices": "{0}", "updates": "{0}"}), "z": "ClientSession"}, f"{_filling('h')}h.resource -> c.resource\nc.operation -> z.run_outputs", "c.updates", "other than 0", "0"),
    page("a generator of floats", {**_held("h", "{3}", "{0f,0f,0f}"), "a": ("ClientSession", {"once": "true"}), "c": ("RngSkip", {"algorithm": "1", "delta": "5"}), "z": "ClientSession"}, f"{_filling('h')}h.resource -> c.resource\nc.operation -> z.run_outputs", "c.resource", "int64", "float32"),
    page("a later row beyond", {**_held("w", "{3,1}", filled(3, 1)), **_held("m", "{3,1}", filled(3, 1)), **_held("l", "{3,1}", filled(3, 1)), "a": ("ClientSession", {"once": "true"}), "n": late("{0}"), "more": ("AssignAdd", {"value": "{1}"}), "c": ("ResourceSparseApplyFtrl", {"grad": "{{1f}}", "lr": "0.1f", "l1": "0f", "l2": "0f", "lr_power": "-0.5f"}), "z": "ClientSession"}, f"{_filling('w', 'm', 'l')}n.ref -> more.ref\nmore.output_ref -> c.indices\nw.resource -> c.var\nm.resource -> c.accum\nl.resource -> c.linear\nc.operation -> z.run_outputs", "c.indices", "0 2", "3", steps=5),
    page("exported as another type", {"t": ("MutableHashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_FLOAT"}), "c": ("LookupTableExportV2", {"Tkeys": "DT_STRING", "Tvalues": "DT_INT32"})}, "t.table_handle -> c.table_handle", "c.Tvalues", "float32", "int32"),
    page("a loop that does not move", {"x": ("Const", {"val": "1f"}), "loop": ("For", {"start": "0", "limit": "3", "delta": "0", "body": "one more of it"}), "s": "ClientSession"}, "x.output -> loop.input\nloop.output -> s.fetch_outputs", "loop.delta", "0", "0", beside={"one more of it": ({"i": "Argument", "x": "Argument", "a": ("Add", {"y": "1f"}), "r": "Result"}, "x.output -> a.x\na.z -> r.input")}),
    page("a component before the first", {"b": BARRIER, "c": ("BarrierInsertMany", {"component_index": "-100", "keys": '{"a","b"}', "values": "{1f,2f}"}), "s": "ClientSession"}, "b.handle -> c.handle\nc.operation -> s.run_outputs", "c.component_index", "0", "-100"),
    page("fewer than none of a barrier", {"b": BARRIER, "i": ("BarrierInsertMany", {"component_index": "0", "keys": '{"a","b"}', "values": "{1f,2f}"}), "a": "ClientSession", "n": late("-1"), "c": ("BarrierTakeMany", {"component_types": "DT_FLOAT"}), "z": "ClientSession"}, "b.handle -> i.handle\ni.operation -> a.run_outputs\nb.handle -> c.handle\nn.ref -> c.num_elements\nc.values -> z.fetch_outputs", "c.num_elements", "0", "-1"),
    page("joined with fewer than no rows", {"l": ("TensorListReserve", {"element_shape": "{-1,3}", "num_elements": "3", "element_dtype": "DT_FLOAT"}), "c": ("TensorListConcatV2", {"element_shape": "{-1,3}", "leading_dims": "{-1,3,5}", "element_dtype": "DT_FLOAT"})}, "l.handle -> c.input_handle", "c.leading_dims", "0", "-1"),
    one("borders before the picture", "FractionalMaxPoolGrad", "row_pooling_sequence", "0", "-125", orig_input=filled(1, 4, 7, 1), orig_output=filled(1, 4, 4, 1), out_backprop=filled(1, 4, 4, 1), row_pooling_sequence="{-125,-125,-125,-125,-125}", col_pooling_sequence="{0,0,0,0,0}"),
    page("one matrix for a batch of rows", {"x": ("RandomNormal", {"shape": "{13,1,3,4}", "dtype": "DT_FLOAT"}), "y": ("RandomNormal", {"shape": "{4,16}", "dtype": "DT_FLOAT"}), "c": "BatchMatMulV2"}, "x.output -> c.x\ny.output -> c.y", "c.x", "dimension 1", "[13,"),
    one("numbers too far apart", "RaggedRange", "limits", "fewer steps", "-1e+19", starts="1e38f", limits="{-1e19f,5f}", deltas="-0.5f"),
    page("rolled along nothing", {"v": late("{2}"), "c": ("Roll", {"input": "{1f,2f}", "shift": "{1}"})}, "v.ref -> c.axis", "c.axis", "-1 0", "2"),
    page("a loop that asks for all", {"x": ("Const", {"val": "{1f,2f}"}), "c": ("While", {"cond": "all below three", "body": "one more each"}), "s": "ClientSession"}, "x.output -> c.input\nc.output -> s.fetch_outputs", "c.cond", "scalar", "[2]", beside={"all below three": ({"x": "Argument", "l": ("Less", {"y": "3f"}), "r": "Result"}, "x.output -> l.x\nl.z -> r.input"), "one more each": ({"x": "Argument", "a": ("Add", {"y": "1f"}), "r": "Result"}, "x.output -> a.x\na.z -> r.input")}),
    page("a choice by a word", {"p": ("Const", {"val": '"yes"'}), "x": ("Const", {"val": "1f"}), "c": ("If", {"then_branch": "passed on", "else_branch": "passed on"}), "s": "ClientSession"}, "p.output -> c.cond\nx.output -> c.input\nc.output -> s.fetch_outputs", "c.cond", "bool", "string", beside={"passed on": _SAME}),
    page("a choice by a number for each", {"d": THREE, "map": ("MapDataset", {"f": "chosen by itself"}), **ITERATOR}, f"d.handle -> map.input_dataset\n{_read('map')}", "map/branch.cond", "bool", "int32", beside={"passed on": _SAME, "chosen by itself": ({"t": "Argument", "branch": ("If", {"then_branch": "passed on", "else_branch": "passed on"}), "r": "Result"}, "t.output -> branch.cond\nt.output -> branch.input\nbranch.output -> r.input")}),
    page("derived by whole numbers", {"v": late("{1,2}"), "q": "Square", "c": "AddSymbolicGradients", "s": "ClientSession"}, "v.ref -> q.x\nq.y -> c.outputs\nv.ref -> c.inputs\nc.grad_outputs -> s.fetch_outputs", "c.inputs", "float32", "int32"),
]
