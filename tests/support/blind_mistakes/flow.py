"""Mistakes with what a page does: variables, training, control flow, queues, files, tables, datasets, lists, stages."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import late, one, page

VARIABLE = ("Variable", {"initvalues": "{1f,2f,3f}"})

STATE = [
    page("variable unset", {"v": ("Variable", {"shape": "{2}", "dtype": "DT_FLOAT", "initvalues": ""}), "c": "Negate"}, "v.ref -> c.x", "v.initvalues|ref", "value/assign/initial", ""),
    page("variable shape", {"v": ("Variable", {"shape": "{2}", "dtype": "DT_FLOAT", "initvalues": "{1f,2f,3f}"}), "c": "Negate"}, "v.ref -> c.x", "v.initvalues|shape", "2/3", "3/2"),
    page("variable text", {"v": ("Variable", {"dtype": "DT_FLOAT", "initvalues": "{1f,two}"}), "c": "Negate"}, "v.ref -> c.x", "v.initvalues", "number/float", "two"),
    one("assign const", "Assign", "ref", "Variable", "value", also={"k": ("Const", {"val": "{1f}"})}, wires="k.output -> c.ref", value="{2f}"),
    one("assign shape", "Assign", "value", "3", "2", also={"v": VARIABLE}, wires="v.ref -> c.ref", value="{1f,2f}"),
    page("assign dtype", {"v": VARIABLE, "k": ("Const", {"val": "{1,2,3}"}), "c": "Assign"}, "v.ref -> c.ref\nk.output -> c.value", "c.value", "float32", "int32"),
    one("assign add shape", "AssignAdd", "value", "3", "2", also={"v": VARIABLE}, wires="v.ref -> c.ref", value="{1f,2f}"),
    one("count up", "CountUpTo", "ref", "int32", "float32", also={"v": VARIABLE}, wires="v.ref -> c.ref", limit="3"),
    one("count end", "CountUpTo", "limit|ref", "3", "5/3", also={"v": ("Variable", {"initvalues": "5"})}, wires="v.ref -> c.ref", limit="3"),
    one("scatter out", "ScatterUpdate", "indices", "2", "4", also={"v": VARIABLE}, wires="v.ref -> c.ref", indices="{4}", updates="{9f}"),
    one("scatter late", "ScatterAdd", "indices", "0 2", "-1", also={"v": VARIABLE, "i": late("{-1}")}, wires="v.ref -> c.ref\ni.ref -> c.indices", updates="{9f}"),
    one("scatter updates", "ScatterSub", "updates", "2", "3", also={"v": VARIABLE}, wires="v.ref -> c.ref", indices="{0,1}", updates="{9f,9f,9f}"),
    one("scatter nd", "ScatterNdUpdate", "indices", "1", "2", also={"v": VARIABLE}, wires="v.ref -> c.ref", indices="{{0,1}}", updates="{9f}"),
    one("descent shape", "ApplyGradientDescent", "delta", "3", "2", also={"v": VARIABLE}, wires="v.ref -> c.var", alpha="0.1f", delta="{1f,2f}"),
    one("descent rate", "ApplyGradientDescent", "alpha", "scalar/one/0/[]", "1/2", also={"v": VARIABLE}, wires="v.ref -> c.var", alpha="{0.1f,0.2f}", delta="{1f,2f,3f}"),
    one("descent const", "ApplyGradientDescent", "var", "Variable", "value", also={"k": ("Const", {"val": "{1f}"})}, wires="k.output -> c.var", alpha="0.1f", delta="{1f}"),
    one("momentum slot", "ApplyMomentum", "accum", "3", "2", also={"v": VARIABLE, "a": ("Variable", {"initvalues": "{0f,0f}"})}, wires="v.ref -> c.var\na.ref -> c.accum", lr="0.1f", grad="{1f,1f,1f}", momentum="0.9f"),
    one("adam empty", "ApplyAdam", "beta2", "wire/text/value/tensor", "", also={"v": VARIABLE, "m": VARIABLE, "n": VARIABLE}, wires="v.ref -> c.var\nm.ref -> c.m\nn.ref -> c.v", beta1_power="0.9f", beta2_power="0.9f", lr="0.1f", beta1="0.9f", epsilon="1e-8f", grad="{1f,1f,1f}"),
    one("adagrad rows", "SparseApplyAdagrad", "indices", "2", "8", also={"v": VARIABLE, "a": VARIABLE}, wires="v.ref -> c.var\na.ref -> c.accum", lr="0.1f", grad="{1f}", indices="{8}"),
    one("resource read", "ReadVariableOp", "dtype|resource", "float32/int32", "int32/float32", also={"h": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{2}"})}, wires="h.resource -> c.resource", dtype="DT_INT32"),
    one("resource unset", "ReadVariableOp", "resource", "value/initial/assign", "", also={"h": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{2}"})}, wires="h.resource -> c.resource", dtype="DT_FLOAT"),
    one("resource assign", "AssignVariableOp", "value", "2", "3", also={"h": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{2}"})}, wires="h.resource -> c.resource", value="{1f,2f,3f}"),
    page("no gradient", {"v": VARIABLE, "f": ("Floor", {}), "k": ("Const", {"val": "{1f}"}), "c": "AddSymbolicGradients"}, "k.output -> f.x\nf.y -> c.outputs\nv.ref -> c.inputs", "c.inputs|outputs", "depend/path/reach/lead", ""),
    page("gradient missing", {"v": VARIABLE, "g": "Unique", "c": "AddSymbolicGradients"}, "v.ref -> g.x\ng.y -> c.outputs\nv.ref -> c.inputs", "c.outputs", "gradient", "Unique"),
]

CONTROL = [
    page("switch number", {"p": ("Const", {"val": "1"}), "c": ("Switch", {"data": "{1f}"})}, "p.output -> c.pred", "c.pred", "bool", "int32"),
    page("switch list", {"c": ("Switch", {"data": "{1f}", "pred": "{true,false}"})}, "", "c.pred", "scalar/one/0/[]", "2"),
    page("merge dtypes", {"a": ("Const", {"val": "{1}"}), "b": ("Const", {"val": "{1.0f}"}), "c": "Merge"}, "a.output -> c.inputs\nb.output -> c.inputs", "c.inputs", "int32/float32", "float32/int32"),
    page("cycle", {"a": ("Add", {"y": "1f"}), "c": ("Add", {"y": "1f"})}, "a.z -> c.x\nc.z -> a.x", "a.x|y", "loop/cycle/itself/circle", ""),
    page("loop cond", {"c": ("LoopCond", {"input": "5"})}, "", "c.input", "bool/true", "5"),
    page("enter names", {"e": ("Enter", {"data": "0", "frame_name": "f"}), "g": ("Enter", {"data": "1", "frame_name": "g"}), "c": "Add"}, "e.output -> c.x\ng.output -> c.y", "c.x|y", "f/g/loop/frame", "g/f"),
    page("exit outside", {"c": ("Exit", {"data": "1"})}, "", "c.data", "loop/Enter/frame", ""),
    page("ref select", {"v": VARIABLE, "w": VARIABLE, "c": ("RefSelect", {"index": "2"})}, "v.ref -> c.inputs\nw.ref -> c.inputs", "c.index", "1/2", "2"),
    one("assert false", "Assert", "condition", "true", "false", condition="false", data="{1,2}"),
    one("abort", "CheckNumericsV2", "tensor", "finite/infinit", "inf", tensor="{inf}", message="m"),
]

QUEUES = [
    page("queue dtype", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT"}), "k": ("Const", {"val": "{1}"}), "c": "QueueEnqueue"}, "q.handle -> c.handle\nk.output -> c.components", "c.components", "float32", "int32"),
    page("queue count", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT,DT_FLOAT"}), "c": ("QueueEnqueue", {"components": "1f"})}, "q.handle -> c.handle", "c.components", "float32,", "float32"),
    page("queue shape", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT", "attrs": "shapes_={2};"}), "c": ("QueueEnqueue", {"components": "{1f,2f,3f}"})}, "q.handle -> c.handle", "c.components", "2", "3"),
    page("queue many", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT", "attrs": "shapes_={{}};"}), "c": ("QueueEnqueueMany", {"components": "1f"})}, "q.handle -> c.handle", "c.components", "1", "scalar"),
    page("queue take types", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT"}), "e": ("QueueEnqueue", {"components": "1f"}), "c": ("QueueDequeue", {"component_types": "DT_INT32"})}, "q.handle -> e.handle\nq.handle -> c.handle", "c.component_types", "float32", "int32"),
    page("queue take many", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT"}), "e": ("QueueEnqueue", {"components": "1f"}), "c": ("QueueDequeueMany", {"n": "1", "component_types": "DT_FLOAT"})}, "q.handle -> e.handle\nq.handle -> c.handle", "c.handle", "shape", ""),
    page("queue negative", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT", "attrs": "shapes_={{}};"}), "e": ("QueueEnqueue", {"components": "1f"}), "c": ("QueueDequeueMany", {"n": "-2", "component_types": "DT_FLOAT"})}, "q.handle -> e.handle\nq.handle -> c.handle", "c.n", "0/negative", "-2"),
    page("queue not", {"k": ("Const", {"val": "1"}), "c": "QueueSize"}, "k.output -> c.handle", "c.handle", "Queue/resource", "int32"),
    page("queue priority", {"q": ("PriorityQueue", {"shapes": "{{}}", "attrs": "component_types_=DT_FLOAT;"}), "c": ("QueueEnqueue", {"components": "1f,2f"})}, "q.handle -> c.handle", "c.components", "int64", "float32"),
    page("barrier index", {"b": ("Barrier", {"component_types": "DT_FLOAT", "attrs": "shapes_={{}};"}), "c": ("BarrierInsertMany", {"keys": '{"k"}', "values": "{1f}", "component_index": "3"})}, "b.handle -> c.handle", "c.component_index", "0/1", "3"),
    page("barrier keys", {"b": ("Barrier", {"component_types": "DT_FLOAT", "attrs": "shapes_={{}};"}), "c": ("BarrierInsertMany", {"keys": '{"k","l"}', "values": "{1f}", "component_index": "0"})}, "b.handle -> c.handle", "c.values|keys", "2/1", "1/2"),
    page("accumulator shape", {"b": ("ConditionalAccumulator", {"dtype": "DT_FLOAT", "shape": "{2}"}), "c": ("AccumulatorApplyGradient", {"local_step": "0", "gradient": "{1f,2f,3f}"})}, "b.handle -> c.handle", "c.gradient", "2", "3"),
    page("accumulator dtype", {"b": ("ConditionalAccumulator", {"dtype": "DT_FLOAT", "shape": "{1}"}), "k": ("Const", {"val": "{0.5}"}), "c": ("AccumulatorApplyGradient", {"local_step": "0"})}, "b.handle -> c.handle\nk.output -> c.gradient", "c.gradient", "float32", "float64"),
    page("array write out", {"t": ("TensorArray", {"size": "2", "dtype": "DT_FLOAT"}), "c": ("TensorArrayWrite", {"index": "5", "value": "1f"})}, "t.handle -> c.handle\nt.flow -> c.flow_in", "c.index", "2/1", "5"),
    page("array dtype", {"t": ("TensorArray", {"size": "2", "dtype": "DT_FLOAT"}), "k": ("Const", {"val": "1"}), "c": ("TensorArrayWrite", {"index": "0"})}, "t.handle -> c.handle\nt.flow -> c.flow_in\nk.output -> c.value", "c.value", "float32", "int32"),
    page("array unwritten", {"t": ("TensorArray", {"size": "2", "dtype": "DT_FLOAT"}), "c": ("TensorArrayRead", {"index": "1", "dtype": "DT_FLOAT"})}, "t.handle -> c.handle\nt.flow -> c.flow_in", "c.index|handle|flow_in", "writ", "1"),
    page("array lengths", {"t": ("TensorArray", {"size": "2", "dtype": "DT_FLOAT"}), "c": ("TensorArraySplit", {"value": "{1f,2f,3f}", "lengths": "{1,1}"})}, "t.handle -> c.handle\nt.flow -> c.flow_in", "c.lengths", "3", "2"),
    page("array scatter", {"t": ("TensorArray", {"size": "2", "dtype": "DT_FLOAT"}), "c": ("TensorArrayScatter", {"indices": "{0,1,2}", "value": "{1f,2f,3f}"})}, "t.handle -> c.handle\nt.flow -> c.flow_in", "c.indices", "2/1", "2/3"),
    one("array size", "TensorArray", "size", "0/negative", "-1", size="-1", dtype="DT_FLOAT"),
    one("partition out", "DynamicPartition", "partitions", "1", "2", data="{1,2}", partitions="{0,2}", num_partitions="2"),
    one("partition length", "DynamicPartition", "partitions", "2", "3", data="{1,2}", partitions="{0,1,0}", num_partitions="2"),
    one("stitch counts", "DynamicStitch", "data|indices", "2/1", "1/2", indices="{0},{1}", data="{1}"),
    one("stitch shapes", "DynamicStitch", "data", "2", "3", indices="{0,1}", data="{1,2,3}"),
    page("stack empty", {"s": ("StackV2", {"max_size": "3", "elem_type": "DT_FLOAT"}), "c": ("StackPopV2", {"elem_type": "DT_FLOAT"})}, "s.handle -> c.handle", "c.handle", "push/element/value", "empty"),
    page("list index", {"l": ("TensorListReserve", {"element_shape": "{2}", "num_elements": "3", "element_dtype": "DT_FLOAT"}), "c": ("TensorListGetItem", {"index": "4", "element_shape": "{2}", "element_dtype": "DT_FLOAT"})}, "l.handle -> c.input_handle", "c.index", "3/2", "4"),
    page("list dtype", {"l": ("TensorListReserve", {"element_shape": "{2}", "num_elements": "3", "element_dtype": "DT_FLOAT"}), "k": ("Const", {"val": "{1,2}"}), "c": ("TensorListSetItem", {"index": "0"})}, "l.handle -> c.input_handle\nk.output -> c.item", "c.item", "float32", "int32"),
    page("list shape", {"l": ("TensorListReserve", {"element_shape": "{2}", "num_elements": "3", "element_dtype": "DT_FLOAT"}), "c": ("TensorListSetItem", {"index": "0", "item": "{1f,2f,3f}"})}, "l.handle -> c.input_handle", "c.item", "2", "3"),
    page("list pop", {"l": ("EmptyTensorList", {"element_shape": "{2}", "max_num_elements": "3", "element_dtype": "DT_FLOAT"}), "c": ("TensorListPopBack", {"element_shape": "{2}", "element_dtype": "DT_FLOAT"})}, "l.handle -> c.input_handle", "c.input_handle", "1/element", "empty/0"),
    page("map key", {"m": "EmptyTensorMap", "c": ("TensorMapLookup", {"key": "5", "value_dtype": "DT_FLOAT"})}, "m.handle -> c.input_handle", "c.key", "key/insert", "5"),
]

FILES = [
    one("file missing", "ReadFile", "filename", "file", "nothere.txt", filename="nothere.txt"),
    one("file list", "ReadFile", "filename", "scalar/one/0/[]", "2", filename='{"a","b"}'),
    page("record broken", {"q": ("FIFOQueue", {"component_types": "DT_STRING", "attrs": "shapes_={{}};"}), "e": ("QueueEnqueueMany", {"components": '{"a.tfrecord"}'}), "r": "TFRecordReader", "c": "ReaderRead"}, "q.handle -> e.handle\nr.reader_handle -> c.reader_handle\nq.handle -> c.queue_handle", "c.reader_handle|queue_handle", "TFRecord/record", "a.tfrecord", {"a.tfrecord": b"this is not a file of records at all"}),
    page("reader file", {"q": ("FIFOQueue", {"component_types": "DT_STRING", "attrs": "shapes_={{}};"}), "e": ("QueueEnqueueMany", {"components": '{"gone.txt"}'}), "r": "TextLineReader", "c": "ReaderRead"}, "q.handle -> e.handle\nr.reader_handle -> c.reader_handle\nq.handle -> c.queue_handle", "c.queue_handle", "file", "gone.txt"),
    page("reader compression", {"c": ("TFRecordReader", {"attrs": "compression_type_=RAR;"})}, "", "c.attrs", "GZIP ZLIB", "RAR"),
    page("restore missing", {"c": ("RestoreV2", {"prefix": "gone", "tensor_names": '{"w"}', "shape_and_slices": '{""}', "dtypes": "DT_FLOAT"})}, "", "c.prefix", "checkpoint/file", "gone"),
    page("restore names", {"c": ("RestoreV2", {"prefix": "gone", "tensor_names": '{"w","v"}', "shape_and_slices": '{""}', "dtypes": "DT_FLOAT,DT_FLOAT"})}, "", "c.shape_and_slices", "2", "1"),
    page("save names", {"c": ("SaveV2", {"prefix": "model", "tensor_names": '{"w","v"}', "shape_and_slices": '{"",""}', "tensors": "1f"})}, "", "c.tensor_names|tensors", "1/2", "2/1"),
    one("csv columns", "DecodeCSV", "records", "2", "3", records='{"1,2,3"}', record_defaults="{0},{0}"),
    one("csv text", "DecodeCSV", "records", "int32", "two", records='{"1,two"}', record_defaults="{0},{0}"),
    one("csv delimiter", "DecodeCSV", "attrs", "one/1/single", "::/2", records='{"1::2"}', record_defaults="{0},{0}", attrs='field_delim_="::";'),
    one("csv semicolons", "DecodeCSV", "records|attrs", "2", "1", records='{"1;2"}', record_defaults="{0},{0}"),
    one("csv empty", "DecodeCSV", "records", "2/value", "empty", records='{"1,"}', record_defaults="{0},{}"),
    one("csv quote", "DecodeCSV", "records", 'quote/"', 'quote/"', records='{"1,a\\"b"}', record_defaults='{0},{""}'),
    one("csv select", "DecodeCSV", "attrs", "2/1", "1/2", records='{"1,2,3"}', record_defaults="{0},{0}", attrs="select_cols_={1};"),
    one("raw length", "DecodeRaw", "bytes|out_type", "4", "3", bytes='{"abc"}', out_type="DT_INT32"),
    one("raw type", "DecodeRaw", "out_type", "float32/int32", "string", bytes='{"abc"}', out_type="DT_STRING"),
    one("raw lengths", "DecodeRaw", "bytes", "2/same/length", "3/1", bytes='{"ab","abc"}', out_type="DT_UINT8"),
    one("number text", "StringToNumber", "string_tensor", "number/float32", "12a", string_tensor='{"1","12a"}'),
    one("number comma", "StringToNumber", "string_tensor", "number/float32", "1,5", string_tensor='{"1,5"}'),
    one("number wide", "StringToNumber", "string_tensor", "int32", "3000000000", string_tensor='{"3000000000"}', attrs="out_type_=DT_INT32;"),
    one("json", "DecodeJSONExample", "json_examples", "JSON/Example", "{oops", json_examples='"{oops"'),
    one("parse tensor", "ParseTensor", "serialized", "Tensor", "abc/3", serialized='"abc"', out_type="DT_FLOAT"),
    page("parse tensor type", {"s": ("SerializeTensor", {"tensor": "{1f,2f}"}), "c": ("ParseTensor", {"out_type": "DT_INT32"})}, "s.serialized -> c.serialized", "c.out_type", "float32", "int32"),
    one("parse example", "ParseExample", "serialized", "Example", "garbage", serialized='{"garbage"}', names="{}", dense_keys='"x"', dense_defaults="{0f}", sparse_types="{}", dense_shapes="{1}"),
    one("compressed", "DecodeCompressed", "bytes|attrs", "GZIP", "abc/3", bytes='"abc"', attrs="compression_type_=GZIP;"),
    one("compression name", "DecodeCompressed", "attrs", "GZIP ZLIB", "ZIP", bytes='"abc"', attrs="compression_type_=ZIP;"),
]

TABLES = [
    page("table key", {"x": ("Const_ex", {"val": "{1}", "dtype": "DT_INT64"}), "t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "i": ("InitializeTableV2", {"keys": '{"a"}'}), "k": ("Const", {"val": "{5}"}), "d": ("Const_ex", {"val": "-1", "dtype": "DT_INT64"}), "c": "LookupTableFindV2"}, "x.output -> i.values\nt.table_handle -> i.table_handle\nt.table_handle -> c.table_handle\nk.output -> c.keys\nd.output -> c.default_value", "c.keys", "string", "int32"),
    page("table twice", {"x": ("Const_ex", {"val": "{1,2}", "dtype": "DT_INT64"}), "t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "c": ("InitializeTableV2", {"keys": '{"a","a"}'})}, "x.output -> c.values\nt.table_handle -> c.table_handle", "c.keys", "once/different/unique", "a"),
    page("table lengths", {"x": ("Const_ex", {"val": "{1}", "dtype": "DT_INT64"}), "t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "c": ("InitializeTableV2", {"keys": '{"a","b"}'})}, "x.output -> c.values\nt.table_handle -> c.table_handle", "c.values|keys", "2/1", "1/2"),
    page("table value", {"t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "k": ("Const", {"val": "{1}"}), "c": ("InitializeTableV2", {"keys": '{"a"}'})}, "t.table_handle -> c.table_handle\nk.output -> c.values", "c.values", "int64", "int32"),
    page("table unset", {"t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_FLOAT"}), "c": ("LookupTableFindV2", {"keys": '{"a"}', "default_value": "-1f"})}, "t.table_handle -> c.table_handle", "c.table_handle", "Initialize/initial", ""),
    page("table file", {"t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "c": ("InitializeTableFromTextFileV2", {"filename": "gone.txt", "key_index": "-2", "value_index": "-1"})}, "t.table_handle -> c.table_handle", "c.filename", "file", "gone.txt"),
    page("table column", {"t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "c": ("InitializeTableFromTextFileV2", {"filename": "words.txt", "key_index": "3", "value_index": "-1"})}, "t.table_handle -> c.table_handle", "c.key_index", "1/column/0", "3", {"words.txt": b"a\nb\n"}),
    page("table insert", {"t": ("MutableHashTableV2", {"key_dtype": "DT_INT32", "value_dtype": "DT_FLOAT"}), "c": ("LookupTableInsertV2", {"keys": "{1,2}", "values": "{1f}"})}, "t.table_handle -> c.table_handle", "c.values|keys", "2/1", "1/2"),
    page("table types", {"c": ("HashTableV2", {"key_dtype": "DT_FLOAT", "value_dtype": "DT_STRING"})}, "", "c.key_dtype|value_dtype", "string/int64/int32", "float32"),
    page("dense empty key", {"t": ("MutableDenseHashTableV2", {"empty_key": "0", "deleted_key": "0", "value_dtype": "DT_FLOAT"}), "c": "LookupTableSizeV2"}, "t.table_handle -> c.table_handle", "t.deleted_key|empty_key", "different/differ/other", "0"),
]

SLICES = ("TensorSliceDataset", {"components": "{1,2,3}", "output_shapes": "{{}}"})
NEXT = ("IteratorV2", {"shared_name": '""', "container": '""', "output_types": "DT_INT32", "output_shapes": "{{}}"})

DATASETS = [
    page("batch size", {"d": SLICES, "c": ("BatchDatasetV2", {"batch_size": "0", "drop_remainder": "false", "output_types": "DT_INT32", "output_shapes": "{-1}"})}, "d.handle -> c.input_dataset", "c.batch_size", "1/0/positive", "0"),
    page("shuffle buffer", {"d": SLICES, "c": ("ShuffleDataset", {"buffer_size": "0", "seed": "1", "seed2": "2", "output_types": "DT_INT32", "output_shapes": "{{}}"})}, "d.handle -> c.input_dataset", "c.buffer_size", "1/0/positive", "0"),
    one("range step", "RangeDataset", "step", "0", "0", start="0", stop="5", step="0", output_types="DT_INT64", output_shapes="{{}}"),
    one("slice lengths", "TensorSliceDataset", "components", "2/3", "3/2", components="{1,2},{1,2,3}", output_shapes="{{},{}}"),
    page("shard index", {"d": SLICES, "c": ("ShardDataset", {"num_shards": "2", "index": "2", "output_types": "DT_INT32", "output_shapes": "{{}}"})}, "d.handle -> c.input_dataset", "c.index", "1/2", "2"),
    page("not started", {"d": SLICES, "i": NEXT, "c": ("IteratorGetNext", {"output_types": "DT_INT32", "output_shapes": "{{}}"}), "s": "ClientSession"}, "i.handle -> c.iterator\nc.components -> s.fetch_outputs", "c.iterator", "MakeIterator", ""),
    page("next types", {"d": SLICES, "i": NEXT, "m": "MakeIterator", "c": ("IteratorGetNext", {"output_types": "DT_FLOAT", "output_shapes": "{{}}"}), "a": "ClientSession", "s": "ClientSession"}, "d.handle -> m.dataset\ni.handle -> m.iterator\ni.handle -> c.iterator\nm.operation -> a.run_outputs\nc.components -> s.fetch_outputs", "c.output_types", "int32", "float32"),
    page("zip types", {"d": SLICES, "c": ("ConcatenateDataset", {"output_types": "DT_INT32", "output_shapes": "{{}}"})}, "d.handle -> c.input_dataset", "c.another_dataset", "wire/dataset/variant", ""),
    page("single of three", {"d": SLICES, "c": ("DatasetToSingleElement", {"output_types": "DT_INT32", "output_shapes": "{{}}"})}, "d.handle -> c.dataset", "c.dataset", "one/1/single", "more/2/3"),
    page("element index", {"d": SLICES, "c": ("GetElementAtIndex", {"index": "9", "output_types": "DT_INT32", "output_shapes": "{{}}"})}, "d.handle -> c.dataset", "c.index", "3/2", "9"),
    page("window size", {"d": SLICES, "c": ("WindowDataset", {"size": "0", "shift": "1", "stride": "1", "drop_remainder": "true", "output_types": "DT_VARIANT", "output_shapes": "{{}}"})}, "d.handle -> c.input_dataset", "c.size", "1/0/positive", "0"),
    page("optional none", {"o": "OptionalNone", "c": ("OptionalGetValue", {"output_types": "DT_INT32", "output_shapes": "{{}}"})}, "o.optional -> c.optional", "c.optional", "value", "none/no/empty"),
    page("dataset tensor", {"k": ("Const", {"val": "1"}), "c": ("RepeatDataset", {"count": "2", "output_types": "DT_INT32", "output_shapes": "{{}}"})}, "k.output -> c.input_dataset", "c.input_dataset", "variant/dataset", "int32"),
    page("text compression", {"c": ("TextLineDataset", {"filenames": '{"a.txt"}', "compression_type": "TAR", "buffer_size": "0"})}, "", "c.compression_type", "GZIP ZLIB", "TAR", {"a.txt": b"one\n"}),
    page("fixed bytes", {"c": ("FixedLengthRecordDataset", {"filenames": '{"a.txt"}', "header_bytes": "0", "record_bytes": "0", "footer_bytes": "0", "buffer_size": "0"})}, "", "c.record_bytes", "1/0/positive", "0", {"a.txt": b"one\n"}),
    page("padded shape", {"d": ("TensorDataset", {"components": "{1,2,3}", "output_shapes": "{3}"}), "b": ("PaddedBatchDataset", {"batch_size": "1", "padded_shapes": "{2}", "padding_values": "0", "output_shapes": "{-1,2}"}), "c": ("DatasetToSingleElement", {"output_types": "DT_INT32", "output_shapes": "{1,2}"})}, "d.handle -> b.input_dataset\nb.handle -> c.dataset", "b.padded_shapes", "smaller", "2"),
]

WRITER = {"w": "SummaryWriter", "f": ("CreateSummaryFileWriter", {"logdir": "log", "max_queue": "1", "flush_millis": "1", "filename_suffix": '""'})}

OTHERS = [
    one("debug dtype", "DebugNumericSummaryV2", "attrs", "DT_FLOAT DT_DOUBLE", "DT_INT32", input="{1f}", attrs="output_dtype_=DT_INT32;"),
    one("batch sizes", "Batch", "attrs", "8", "4", in_tensors="{1f}", num_batch_threads="1", max_batch_size="8", batch_timeout_micros="0", grad_timeout_micros="0", attrs="allowed_batch_sizes_={2,4};"),
    page("summary tag", {**WRITER, "a": "ClientSession", "b": "ClientSession", "c": ("WriteScalarSummary", {"step": "1", "tag": '{"a","b"}', "value": "1f"})}, "w.writer -> f.writer\nw.writer -> c.writer\nf.operation -> a.run_outputs\nc.operation -> b.run_outputs", "c.tag", "scalar/one/0/[]", "2"),
    page("reduce operation", {"c": ("CollectiveReduce", {"input": "{1f}", "group_size": "1", "group_key": "1", "instance_key": "1", "merge_op": "Sum", "final_op": "Id", "subdiv_offsets": "{0}"})}, "", "c.merge_op", "Add Mul", "Sum"),
    page("no kernel", {"c": ("XlaConcatND", {"inputs": "{1f}", "num_concats": "{1}"})}, "", "c.", "XLA/TPU/kernel/platform/available", ""),
]

PAGES = [
    page("unknown symbol", {"c": "MatMull", "n": "Negate"}, "c.product -> n.x", "c.", "", "MatMull"),
    page("unknown pin", {"k": ("Const", {"val": "{1f}"}), "c": ("Negate", {"value": "{1f}"})}, "k.output -> c.x", "c.value", "x", "value"),
    page("unwired", {"k": ("Const", {"val": "{1f}"}), "c": "Add"}, "k.output -> c.x", "c.y", "wire/text/value/tensor", ""),
    page("placeholder unfed", {"p": ("Placeholder", {"dtype": "DT_FLOAT"}), "c": "Negate"}, "p.output -> c.x", "p.", "fed/feed", ""),
    page("feed shape", {"p": ("Placeholder", {"dtype": "DT_FLOAT", "attrs": "shape_={2};"}), "i": ("Input_Initializer", {"t": "{1f,2f,3f}"}), "f": "FeedType", "n": "Negate", "s": "ClientSession"}, "p.output -> f.input\ni.output -> f.initializer\np.output -> n.x\nf.output -> s.inputs\nn.y -> s.fetch_outputs", "f.initializer", "2", "3"),
    page("feed dtype", {"p": ("Placeholder", {"dtype": "DT_FLOAT"}), "i": ("Input_Initializer", {"t": '"x"'}), "f": "FeedType", "n": "Negate", "s": "ClientSession"}, "p.output -> f.input\ni.output -> f.initializer\np.output -> n.x\nf.output -> s.inputs\nn.y -> s.fetch_outputs", "f.initializer", "float32", "string"),
    page("output index", {"k": ("Const", {"val": "{1}"}), "c": ("Output", {"index": "4"})}, "k.output -> c.output_op", "c.index", "0", "4"),
    page("list index out", {"p": ("Split", {"axis": "0", "value": "{1,2}", "num_split": "2"}), "c": "Negate"}, "p.output[5] -> c.x", "c.x", "1/2", "5"),
    page("device", {"k": ("Const", {"val": "{1}"}), "s": ("ClientSession", {"device": "/gpuu:0"})}, "k.output -> s.fetch_outputs", "s.device", "device/cpu", "gpuu"),
    page("whole number", {"c": ("Unstack", {"value": "{1,2}", "num": "two"})}, "", "c.num", "whole/int/number", "two"),
]

FLOW = [*STATE, *CONTROL, *QUEUES, *FILES, *TABLES, *DATASETS, *OTHERS, *PAGES]
