"""Mistakes with tables, packed messages, checkpoints, summaries, arrays of tensors and the types of elements."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import late, one, page

EXAMPLE = {"bytes": '""', "message_type": "tensorflow.Example", "field_names": "features", "output_types": "DT_STRING"}
BYTES = {"sizes": "{{1}}", "values": '{{"x"}}', "message_type": "tensorflow.BytesList", "field_names": "value"}
TABLE = {"key_dtype": "DT_INT64", "value_dtype": "DT_FLOAT"}
FIXED, OPEN = ("HashTableV2", TABLE), ("MutableHashTableV2", TABLE)
PAIRS = {"keys": "{1,2}", "values": "{1f,2f}"}
SAVED = {"sv": ("SaveSlices", {"filename": "stored", "tensor_names": '{"w"}', "shapes_and_slices": '{""}', "data": "{1f,2f,3f,4f}"}), "a_save": "ClientSession", "b_read": "ClientSession"}
SAVED2 = {"sv": ("SaveV2", {"prefix": "bundle", "tensor_names": '{"w"}', "shape_and_slices": '{""}', "tensors": "{1f,2f,3f,4f}"}), "a_save": "ClientSession", "b_read": "ClientSession"}
READ = "sv.operation -> a_save.run_outputs\nc.tensor -> b_read.fetch_outputs"
READ2 = "sv.operation -> a_save.run_outputs\nc.tensors[0] -> b_read.fetch_outputs"
RANGE = ("RangeDataset", {"start": "0", "stop": "9", "step": "1"})
ARRAY = {"t": ("TensorArray", {"size": "3", "dtype": "DT_FLOAT"}), "w": ("TensorArrayWrite", {"index": "0", "value": "1f"})}
WRITTEN = "t.handle -> w.handle\nt.flow -> w.flow_in\nt.handle -> c.handle\nw.flow_out -> c.flow_in"
PIPE = {"it": "IteratorV2", "mk": "MakeIterator", "nx": "IteratorGetNext", "a_make": ("ClientSession", {"once": "true"}), "b_next": "ClientSession"}
DRAWN = "c.handle -> mk.dataset\nit.handle -> mk.iterator\nmk.operation -> a_make.run_outputs\nit.handle -> nx.iterator\nnx.components[0] -> b_next.fetch_outputs"

STORED = [
    # tables
    one("insert into a fixed table", "LookupTableInsertV2", "table_handle", "any time/Mutable", "once", also={"t": FIXED}, wires="t.table_handle -> c.table_handle", **PAIRS),
    one("remove from a fixed table", "LookupTableRemoveV2", "table_handle", "any time/Mutable", "once", also={"t": FIXED}, wires="t.table_handle -> c.table_handle", keys="{1}"),
    one("fill an open table once", "InitializeTableV2", "table_handle", "once HashTable", "any time", also={"t": OPEN}, wires="t.table_handle -> c.table_handle", **PAIRS),
    # packed messages
    one("field in the singular", "DecodeProtoV2", "field_names", "field tensorflow.Example", "feature", **{**EXAMPLE, "field_names": "feature"}),
    one("message misspelt", "DecodeProtoV2", "message_type", "full name", "Exampel", **{**EXAMPLE, "message_type": "tensorflow.Exampel"}),
    one("message read as int", "DecodeProtoV2", "output_types", "string", "int32", **{**EXAMPLE, "output_types": "DT_INT32"}),
    one("two dtypes for one field", "DecodeProtoV2", "output_types", "1 field_names", "2", **{**EXAMPLE, "output_types": "DT_STRING,DT_STRING"}),
    one("text that is no message", "DecodeProtoV2", "bytes", "packed tensorflow.Example", "hello", **{**EXAMPLE, "bytes": '"hello world"'}),
    one("messages as json", "DecodeProtoV2", "attrs", "binary text", "json", **EXAMPLE, attrs="message_format_ = json;"),
    one("field to write in the plural", "EncodeProto", "field_names", "field tensorflow.BytesList", "values", **{**BYTES, "field_names": "values"}),
    one("numbers for a field of bytes", "EncodeProto", "values", "string", "int32", **{**BYTES, "values": "{{1}}"}),
    one("late bytes of floats", "DecodeRaw", "bytes", "multiple 4 float32", "7 bytes", also={"v": late('"abcdefg"')}, wires="v.ref -> c.bytes", out_type="DT_FLOAT"),
    # checkpoints
    page("restore as int", {**SAVED, "c": ("Restore", {"file_pattern": "stored", "tensor_name": '"w"', "dt": "DT_INT32"})}, READ, "c.dt", "float32 w", "int32"),
    page("slice restored as double", {**SAVED, "c": ("RestoreSlice", {"file_pattern": "stored", "tensor_name": '"w"', "shape_and_slice": '"4 1,2"', "dt": "DT_DOUBLE"})}, READ, "c.dt", "float32 w", "float64"),
    page("slice past the end", {**SAVED, "c": ("RestoreSlice", {"file_pattern": "stored", "tensor_name": '"w"', "shape_and_slice": '"4 3,2"', "dt": "DT_FLOAT"})}, READ, "c.shape_and_slice", "4 dimension 0", "3,2"),
    page("slice of two dimensions", {**SAVED2, "c": ("RestoreV2", {"prefix": "bundle", "tensor_names": '{"w"}', "shape_and_slices": '{"4 1,2:-"}', "dtypes": "DT_FLOAT"})}, READ2, "c.shape_and_slices", "each 1 dimension", "1,2:-"),
    one("saved past the end", "SaveSlices", "shapes_and_slices", "4 dimension", "3,2", filename="stored2", tensor_names='{"w"}', shapes_and_slices='{"4 3,2"}', data="{1f,2f}"),
    one("saved under one name", "SaveV2", "tensor_names", "once", "a twice", prefix="bundle2", tensor_names='{"a","a"}', shape_and_slices='{"",""}', tensors="{1f};{2f}"),
    # summaries
    page("one tag twice", {"t": late('"cost"'), "a": ("ScalarSummary", {"values": "1f"}), "b": ("ScalarSummary", {"values": "2f"}), "c": "MergeSummary"}, "t.ref -> a.tags\nt.ref -> b.tags\na.summary -> c.inputs\nb.summary -> c.inputs", "c.inputs", "tags differ", "cost twice"),
    # arrays of tensors, and texts
    page("read far from what is written", {**ARRAY, "c": ("TensorArrayRead", {"index": "1", "dtype": "DT_FLOAT"})}, WRITTEN, "c.index", "written", "1"),
    page("gather what nothing wrote", {**ARRAY, "c": ("TensorArrayGather", {"indices": "{0,2}", "dtype": "DT_FLOAT"})}, WRITTEN, "c.indices", "written", "2"),
    page("scatter more rows", {"t": ARRAY["t"], "i": late("{0,1}"), "c": ("TensorArrayScatter", {"value": "{1f,2f,3f}"})}, "t.handle -> c.handle\nt.flow -> c.flow_in\ni.ref -> c.indices", "c.value|indices", "2", "3"),
    page("one length for two places", {"p": late("{1,0}"), "c": ("Substr", {"input": '{"alpha","beta"}', "len": "2"})}, "p.ref -> c.pos", "c.len", "2", "scalar"),
    page("places of open size", {"p": ("Unique", {"x": "{1,0}"}), "c": ("Substr", {"input": '{"alpha","beta"}', "len": "{2,2}"})}, "p.y -> c.pos", "c.pos", "2", "?"),
    # the types of elements
    page("batch of floats", {"n": RANGE, **PIPE, "c": ("BatchDatasetV2", {"batch_size": "2", "drop_remainder": "false", "output_types": "DT_FLOAT"})}, f"n.handle -> c.input_dataset\n{DRAWN}", "c.output_types", "int64", "float32"),
    page("one type for two parts", {"n": RANGE, **PIPE, "c": ("ZipDataset", {"output_types": "DT_INT64"})}, f"n.handle -> c.input_datasets\nn.handle -> c.input_datasets\n{DRAWN}", "c.output_types", "int64, int64", "int64"),
    page("sparse batch of ints", {"n": ("TensorSliceDataset", {"components": "{{1,2,3},{4,5,6}}"}), **PIPE, "c": ("DenseToSparseBatchDataset", {"batch_size": "2", "row_shape": "{3}", "output_types": "DT_INT32", "output_shapes": "?"})}, f"n.handle -> c.input_dataset\n{DRAWN}", "c.output_types", "variant", "int32"),
    page("iterator of floats", {**PIPE, "c": RANGE, "it": ("IteratorV2", {"output_types": "DT_FLOAT", "output_shapes": "?"})}, DRAWN, "it.output_types", "int64", "float32"),
    page("next of floats", {**PIPE, "c": RANGE, "nx": ("IteratorGetNext", {"output_types": "DT_FLOAT", "output_shapes": "?"})}, DRAWN, "nx.output_types", "int64", "float32"),
    page("numbers of another dtype behind", {"n": RANGE, "m": ("TensorSliceDataset", {"components": "{5f,6f}"}), **PIPE, "c": "ConcatenateDataset"}, f"n.handle -> c.input_dataset\nm.handle -> c.another_dataset\n{DRAWN}", "c.another_dataset", "int64", "float32"),
    page("datasets of two dtypes by turns", {"n": RANGE, "m": ("TensorSliceDataset", {"components": "{5f,6f}"}), "k": RANGE, **PIPE, "c": "DirectedInterleaveDataset"}, f"k.handle -> c.selector_input_dataset\nn.handle -> c.data_input_datasets\nm.handle -> c.data_input_datasets\n{DRAWN}", "c.data_input_datasets", "int64", "float32"),
    page("cached in no folder", {"n": RANGE, **PIPE, "c": ("CacheDataset", {"filename": "nowhere/cached"})}, f"n.handle -> c.input_dataset\n{DRAWN}", "c.filename", "folder", "nowhere/cached"),
]
