"""Mistakes with stages, barriers, lists, tables, records and saved tensors, written down before any of it was run."""

# fmt: off
from __future__ import annotations

from typing import Any

from tests.support.blind_mistakes.row import Mistake, late, page

STORED = {"tensor_names": '{"w"}', "shape_and_slices": '{""}', "tensors": "{1f,2f,3f,4f,5f,6f}"}
EXAMPLE = '{"{\\"features\\":{\\"feature\\":{\\"t\\":{\\"floatList\\":{\\"value\\":[1.5,2.5,3.5]}}}}}"}'
JSON = ("DecodeJSONExample", {"json_examples": EXAMPLE})
PLAIN = {"names": "{}", "sparse_keys": "{}", "dense_keys": "{}", "ragged_keys": "{}", "num_sparse": "0", "sparse_types": "{}", "ragged_value_types": "{}", "ragged_split_types": "{}", "dense_shapes": "{}"}
WORDS = {"words.txt": b"one,1\ntwo,2\n", "pairs.txt": b"one,eins\ntwo,zwei\n"}
TABLE = ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"})
STAGE = ("MapStage", {"key": "7", "indices": "{0,1}", "values": "2f,3f", "dtypes": "DT_FLOAT,DT_FLOAT", "attrs": "shared_name_ = m;"})


def _longs(text: str, name: str = "i") -> dict[str, Any]:
    """Return blocks whose output ``NAME.y`` holds int64 numbers that are known in the run only."""
    return {f"{name}0": late(text), name: ("Cast", {"DstT": "DT_INT64"})}


def _stored(name: str, op: str, at: str, takes: str, got: str, **pins: str) -> Mistake:
    save = ("SaveV2", {**STORED, "prefix": name.replace(" ", "_")})
    file = {"RestoreV2": "prefix"}.get(op, "file_pattern")
    blocks = {"a": save, "c": (op, {file: f'"{name.replace(" ", "_")}"', **pins}), "s1": "ClientSession", "s2": "ClientSession"}
    output = "tensors[0]" if op == "RestoreV2" else "tensor"
    return page(name, blocks, f"a.operation -> s1.run_outputs\nc.{output} -> s2.fetch_outputs", at, takes, got)


def _staged(name: str, op: str, blocks: dict[str, Any], wires: str, at: str, takes: str, got: str, **pins: str) -> Mistake:
    chosen = (op, {"key": "7", "dtypes": "DT_FLOAT", "attrs": "shared_name_ = m;", **pins})
    return page(name, {"a": STAGE, **blocks, "c": chosen, "s1": "ClientSession", "s2": "ClientSession"},
                f"a.operation -> s1.run_outputs\n{wires}\nc.values[0] -> s2.fetch_outputs", at, takes, got)


def _parsed(name: str, at: str, takes: str, got: str, **pins: str) -> Mistake:
    return page(name, {"j": JSON, "c": ("ParseExampleV2", {**PLAIN, **pins})}, "j.binary_examples -> c.serialized", at, takes, got)


STAGES = [
    page("a later value fewer than keys", {"b": ("Barrier", {"component_types": "DT_INT32", "attrs": "shapes_ = {{}};"}), "v": ("Const", {"val": "{4,5,5}"}), "u": "Unique", "c": ("BarrierInsertMany", {"keys": '{"a","b","c"}', "component_index": "0"})}, "v.output -> u.x\nb.handle -> c.handle\nu.y -> c.values", "c.values|keys", "3", "2"),
    page("rows of another shape into a barrier", {"b": ("Barrier", {"component_types": "DT_INT32", "attrs": "shapes_ = {{2}};"}), "c": ("BarrierInsertMany", {"keys": '{"a"}', "values": "{{1,2,3}}", "component_index": "0"})}, "b.handle -> c.handle", "c.values", "[2]", "[3]"),
    _staged("a place that the stage has not", "MapUnstage", {"i": late("{5}")}, "i.ref -> c.indices", "c.indices", "0/1", "5"),
    _staged("more places than dtypes", "MapPeek", {"i": late("{0,1}")}, "i.ref -> c.indices", "c.indices", "1", "0,1/2"),
    _staged("another dtype than was staged", "MapUnstage", {}, "", "c.dtypes", "float32", "int32", indices="{0}", dtypes="DT_INT32"),
    page("a place before the first", {"i": late("{-1}"), "c": ("OrderedMapStage", {"key": "7", "values": "2f", "dtypes": "DT_FLOAT"})}, "i.ref -> c.indices", "c.indices", "0", "-1"),
    page("places that fall", {"i": late("{1,0}"), "c": ("MapStage", {"key": "7", "values": "2f,3f", "dtypes": "DT_FLOAT,DT_FLOAT"})}, "i.ref -> c.indices", "c.indices", "rising/order", "1,0"),
    page("a queue by priority without its shapes", {"q": ("PriorityQueue", {"shapes": "{}", "attrs": "component_types_ = DT_STRING;"}), "c": ("QueueEnqueue", {"components": '5;"a"'})}, "q.handle -> c.handle", "q.shapes", "1", "nothing/0"),
    page("three places of a gradient and two rows", {"k": ("SparseConditionalAccumulator", {"dtype": "DT_FLOAT", "shape": "{5}"}), **_longs("{0,1,3}"), "v": ("Const", {"val": "{1f,2f,2f}"}), "u": "Unique", "c": ("SparseAccumulatorApplyGradient", {"local_step": "0", "gradient_shape": "{5}", "has_known_shape": "true"})}, "k.handle -> c.handle\ni0.ref -> i.x\ni.y -> c.gradient_indices\nv.output -> u.x\nu.y -> c.gradient_values", "c.gradient_values|gradient_indices", "3", "2"),
    page("a gradient of a larger whole", {"k": ("SparseConditionalAccumulator", {"dtype": "DT_FLOAT", "shape": "{5}"}), **_longs("{0,3}"), "c": ("SparseAccumulatorApplyGradient", {"local_step": "0", "gradient_shape": "{9}", "gradient_values": "{1f,2f}", "has_known_shape": "true"})}, "k.handle -> c.handle\ni0.ref -> i.x\ni.y -> c.gradient_indices", "c.gradient_shape", "5", "9"),
]

LISTS = [
    page("set behind the end of a list", {"l": ("TensorListReserve", {"element_shape": "{}", "num_elements": "3", "element_dtype": "DT_FLOAT"}), "i": late("7"), "c": ("TensorListSetItem", {"item": "1f"}), "n": "TensorListLength"}, "l.handle -> c.input_handle\ni.ref -> c.index\nc.output_handle -> n.input_handle", "c.index", "2", "7"),
    page("set before the beginning of a list", {"l": ("TensorListReserve", {"element_shape": "{}", "num_elements": "3", "element_dtype": "DT_FLOAT"}), "i": late("-1"), "c": ("TensorListSetItem", {"item": "1f", "attrs": "resize_if_index_out_of_bounds_ = true;"}), "n": "TensorListLength"}, "l.handle -> c.input_handle\ni.ref -> c.index\nc.output_handle -> n.input_handle", "c.index", "0", "-1"),
    page("a list cut too short", {**_longs("{1,2}"), "c": ("TensorListSplit", {"tensor": "{{1f},{2f},{3f},{4f}}", "element_shape": "{-1,1}"}), "n": "TensorListLength"}, "i0.ref -> i.x\ni.y -> c.lengths\nc.output_handle -> n.input_handle", "c.lengths", "4", "3"),
    page("a list cut below nothing", {**_longs("{5,-1}"), "c": ("TensorListSplit", {"tensor": "{{1f},{2f},{3f},{4f}}", "element_shape": "{-1,1}"}), "n": "TensorListLength"}, "i0.ref -> i.x\ni.y -> c.lengths\nc.output_handle -> n.input_handle", "c.lengths", "0", "-1"),
    page("stacked as more than there are", {"l": ("TensorListFromTensor", {"tensor": "{1f,2f,3f}", "element_shape": "{}"}), "c": ("TensorListStack", {"element_shape": "{}", "element_dtype": "DT_FLOAT", "attrs": "num_elements_ = 5;"})}, "l.output_handle -> c.input_handle", "c.attrs|input_handle", "3", "5"),
    page("pushed into a full list", {"l": ("EmptyTensorList", {"element_shape": "{}", "max_num_elements": "1", "element_dtype": "DT_FLOAT"}), "p": ("TensorListPushBack", {"tensor": "1f"}), "c": ("TensorListPushBack", {"tensor": "2f"}), "n": "TensorListLength"}, "l.handle -> p.input_handle\np.output_handle -> c.input_handle\nc.output_handle -> n.input_handle", "c.input_handle|tensor", "1", "full"),
    page("joined without an element", {"l": ("EmptyTensorList", {"element_shape": "-1", "max_num_elements": "3", "element_dtype": "DT_FLOAT"}), "c": ("TensorListConcatV2", {"element_shape": "-1", "leading_dims": "{}", "element_dtype": "DT_FLOAT"})}, "l.handle -> c.input_handle", "c.element_shape|input_handle", "sizes/shape", "-1"),
    page("read where nothing was put", {"l": ("TensorListReserve", {"element_shape": "-1", "num_elements": "3", "element_dtype": "DT_FLOAT"}), "c": ("TensorListGetItem", {"index": "1", "element_shape": "-1", "element_dtype": "DT_FLOAT"})}, "l.handle -> c.input_handle", "c.index|element_shape", "put", "1"),
    page("a list made smaller than nothing", {"l": ("TensorListFromTensor", {"tensor": "{1f,2f}", "element_shape": "{}"}), "i": late("-3"), "c": "TensorListResize", "n": "TensorListLength"}, "l.output_handle -> c.input_handle\ni.ref -> c.size\nc.output_handle -> n.input_handle", "c.size", "0", "-3"),
]

RECORDS = [
    _stored("a part of another whole", "RestoreV2", "c.shape_and_slices", "[6]", "4", tensor_names='{"w"}', shape_and_slices='{"4 0,2"}', dtypes="DT_FLOAT"),
    _stored("a part that reads as none", "RestoreV2", "c.shape_and_slices", "sizes", "0:1", tensor_names='{"w"}', shape_and_slices='{"0:1"}', dtypes="DT_FLOAT"),
    _stored("stored as float and read as int", "RestoreV2", "c.dtypes", "float32", "int32", tensor_names='{"w"}', shape_and_slices='{""}', dtypes="DT_INT32"),
    _stored("two names and one dtype", "RestoreV2", "c.dtypes", "2", "1", tensor_names='{"w","b"}', shape_and_slices='{"",""}', dtypes="DT_FLOAT"),
    _stored("a checkpoint of the newer kind", "Restore", "c.file_pattern", "Save", "newer", tensor_name='"w"', dt="DT_FLOAT"),
    page("two names for one tensor", {"c": ("SaveV2", {"prefix": "one", "tensor_names": '{"w","b"}', "shape_and_slices": '{"",""}', "tensors": "{1f,2f}"}), "s": "ClientSession"}, "c.operation -> s.run_outputs", "c.tensor_names|shape_and_slices|tensors", "1", "2"),
    page("a default of another kind than the record", {"j": JSON, "e": ("Cast", {"x": "{1,2,3}", "DstT": "DT_INT64"}), "c": ("ParseExampleV2", {**PLAIN, "dense_keys": '{"t"}', "dense_shapes": "{{3}}"})}, "j.binary_examples -> c.serialized\ne.y -> c.dense_defaults", "c.dense_defaults", "float32", "int64", hint="'t' float32"),
    page("a feature that the record lacks", {"j": JSON, "e": ("Slice", {"input": "{1f}", "begin": "{0}", "size": "{0}"}), "c": ("ParseExampleV2", {**PLAIN, "dense_keys": '{"age"}', "dense_shapes": "{{}}"})}, "j.binary_examples -> c.serialized\ne.output -> c.dense_defaults", "c.dense_keys|dense_defaults", "default", "age"),
    _parsed("a feature of floats as whole numbers", "c.sparse_types", "float32", "int64", sparse_keys='{"t"}', num_sparse="1", sparse_types="DT_INT64"),
    _parsed("three values in a shape of two", "c.dense_shapes", "3", "[2]", dense_keys='{"t"}', dense_shapes="{2}", dense_defaults="{0f,0f}"),
    _parsed("a feature without its shape", "c.dense_shapes", "1", "0/nothing", dense_keys='{"t"}', dense_shapes="{}", dense_defaults="{0f,0f}"),
]

TABLES_AND_STEPS = [
    page("the empty key looked up", {"t": ("MutableDenseHashTableV2", {"empty_key": "-1", "deleted_key": "-2", "value_dtype": "DT_FLOAT"}), "k": late("{3,-1}"), "c": ("LookupTableFindV2", {"default_value": "0f"})}, "t.table_handle -> c.table_handle\nk.ref -> c.keys", "c.keys", "empty_key", "-1"),
    page("words looked up among numbers", {"t": ("MutableHashTableV2", {"key_dtype": "DT_INT64", "value_dtype": "DT_FLOAT"}), "k": late('{"1"}'), "c": ("LookupTableFindV2", {"default_value": "0f"})}, "t.table_handle -> c.table_handle\nk.ref -> c.keys", "c.keys", "int64", "string"),
    page("a hundred places of a table", {"t": ("MutableDenseHashTableV2", {"empty_key": "-1", "deleted_key": "-2", "value_dtype": "DT_FLOAT", "attrs": "initial_num_buckets_ = 100;"}), "c": ("LookupTableFindV2", {"keys": "{1}", "default_value": "0f"})}, "t.table_handle -> c.table_handle", "t.attrs", "power", "100"),
    page("a reader set to nonsense", {"r": "WholeFileReader", "k": late('"nostate"'), "c": "ReaderRestoreState", "s": "ClientSession"}, "r.reader_handle -> c.reader_handle\nk.ref -> c.state\nc.operation -> s.run_outputs", "c.state", "ReaderSerializeState", "nostate"),
    page("the deleted key inserted", {"t": ("MutableDenseHashTableV2", {"empty_key": "-1", "deleted_key": "-2", "value_dtype": "DT_FLOAT"}), "k": late("{3,-2}"), "c": ("LookupTableInsertV2", {"values": "{1f,2f}"})}, "t.table_handle -> c.table_handle\nk.ref -> c.keys", "c.keys", "deleted_key", "-2"),
    page("a column of words as numbers", {"t": TABLE, "c": ("InitializeTableFromTextFileV2", {"filename": "pairs.txt", "key_index": "0", "value_index": "1", "attrs": 'delimiter_ = ",";'})}, "t.table_handle -> c.table_handle", "c.value_index", "int64", "eins", WORDS),
    page("a line taken as a number", {"t": ("HashTableV2", {"key_dtype": "DT_INT64", "value_dtype": "DT_INT64"}), "c": ("InitializeTableFromTextFileV2", {"filename": "words.txt", "key_index": "-2", "value_index": "-1"})}, "t.table_handle -> c.table_handle", "c.key_index", "int64", "one,1", WORDS),
    page("more lines than the file has", {"t": TABLE, "c": ("InitializeTableFromTextFileV2", {"filename": "words.txt", "key_index": "-2", "value_index": "-1", "attrs": "vocab_size_ = 5;"})}, "t.table_handle -> c.table_handle", "c.attrs", "2", "5", WORDS),
    page("a power of the rate above 0", {"v": ("Variable", {"initvalues": "{1f,2f,3f}"}), "w": ("Variable", {"initvalues": "{1f,2f,3f}"}), "z": ("Variable", {"initvalues": "{1f,2f,3f}"}), "p": late("0.5f"), "c": ("SparseApplyFtrlV2", {"grad": "{1f}", "indices": "{0}", "lr": "0.1f", "l1": "0f", "l2": "0f", "l2_shrinkage": "0f"})}, "v.ref -> c.var\nw.ref -> c.accum\nz.ref -> c.linear\np.ref -> c.lr_power", "c.lr_power", "0", "0.5"),
    page("a later gradient of more rows", {"v": ("Variable", {"initvalues": "{{1f,2f},{3f,4f},{5f,6f}}"}), "w": ("Variable", {"initvalues": "{{1f,2f},{3f,4f},{5f,6f}}"}), "n": late("{3,2}"), "g": ("Fill", {"value": "1f"}), "c": ("SparseApplyMomentum", {"lr": "0.1f", "indices": "{0,2}", "momentum": "0.9f"})}, "v.ref -> c.var\nw.ref -> c.accum\nn.ref -> g.dims\ng.output -> c.grad", "c.grad|indices", "2", "3"),
    page("more steps than the sequence", {**_longs("5", "n"), "c": ("BlockLSTMV2", {"x": "{{{1f}},{{2f}}}", "cs_prev": "{{0f}}", "h_prev": "{{0f}}", "w": "{{1f,1f,1f,1f},{1f,1f,1f,1f}}", "wci": "{0f}", "wcf": "{0f}", "wco": "{0f}", "b": "{0f,0f,0f,0f}"})}, "n0.ref -> n.x\nn.y -> c.seq_len_max", "c.seq_len_max", "2", "5"),
]

QUEUES = [
    page("more at once than a PriorityQueue holds", {"q": ("PriorityQueue", {"shapes": "{{}}", "attrs": "component_types_ = {DT_FLOAT}; capacity_ = 2;"}), "i": ("Cast", {"x": "{1,2,3}", "DstT": "DT_INT64"}), "v": ("Const", {"val": "{1f,2f,3f}"}), "p": "QueueEnqueueMany", "c": ("QueueDequeueMany", {"n": "3", "component_types": "{DT_INT64,DT_FLOAT}"}), "s": "ClientSession"}, "i.y -> p.components\nv.output -> p.components\nq.handle -> p.handle\nq.handle -> c.handle\nc.components -> s.fetch_outputs\np.operation -> s.run_outputs", "c.n", "2", "3", hint="capacity_ q"),
    page("more at once than a queue and its step have", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT", "attrs": "shapes_ = {{}}; capacity_ = 2;"}), "p": ("QueueEnqueue", {"components": "1f"}), "c": ("QueueDequeueMany", {"n": "4", "component_types": "DT_FLOAT"}), "s": "ClientSession"}, "q.handle -> p.handle\nq.handle -> c.handle\nc.components -> s.fetch_outputs\np.operation -> s.run_outputs", "c.n", "3", "4", hint="capacity_ q"),
]

STATEFUL = [*STAGES, *LISTS, *QUEUES, *RECORDS, *TABLES_AND_STEPS]
