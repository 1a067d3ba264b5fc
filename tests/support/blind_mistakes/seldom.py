"""Mistakes at blocks that none of the other tables has, each written down before any of it was run."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page

VECTOR = ("Variable", {"initvalues": "{1f,2f,3f}"})
MATRIX = ("Variable", {"initvalues": "{{1f,2f},{3f,4f}}"})
HANDLE = ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{3}"})
SLICES = ("TensorSliceDataset", {"components": "{1,2,3,4}", "output_shapes": "{{}}"})
LIST = ("TensorListFromTensor", {"tensor": "{1f,2f,3f}", "element_shape": "{}"})


def _made(symbol: str, **pins: str) -> tuple[str, dict[str, str]]:
    return symbol, {**pins, "output_types": "DT_INT32", "output_shapes": "{{}}"}


SELDOM = [
    one("batch to space crops", "BatchToSpace", "crops", "2", "1/3", input=filled(4, 1, 1, 1), crops="{{0,0,0}}", block_size="2"),
    one("diag of numbers in text", "MatrixDiag", "diagonal", "1/vector", "scalar/0", diagonal="5f"),
    one("fake quant ends", "FakeQuantWithMinMaxVars", "min", "scalar", "[2]/2", inputs="{1f,2f}", min="{0f,0f}", max="1f"),
    one("quantized concat mins", "QuantizedConcat", "input_mins|values|input_maxes", "2", "1", also={"k": ("Const", {"val": "{1f,2f}"}), "q": ("QuantizeV2", {"min_range": "0f", "max_range": "1f", "T": "DT_QUINT8"})}, wires="k.output -> q.input\nq.output -> c.values\nq.output -> c.values", concat_dim="0", input_mins="0f", input_maxes="1f"),
    one("empty of less", "Empty", "shape", "0/negative", "-2", shape="{-2}", dtype="DT_FLOAT"),
    one("inplace rows", "InplaceUpdate", "v", "2", "1", x=filled(3, 2), i="{0,1}", v=filled(1, 2)),
    one("band beyond", "MatrixDiagPartV3", "k", "-1 1", "5", input=filled(2, 2), k="5", padding_value="0f"),
    one("mirror mode", "MirrorPadGrad", "mode", "REFLECT SYMMETRIC", "EDGE", input=filled(4), paddings="{{1,1}}", mode="EDGE"),
    one("scatter min rows", "TensorScatterMin", "indices", "3/2", "7", tensor="{1f,2f,3f}", indices="{{7}}", updates="{0f}"),
    one("bound rows", "UpperBound", "values|sorted_inputs", "2/1", "1/2", sorted_inputs=filled(2, 3), values=filled(1, 3)),
    one("abs of text", "Abs", "x", "float32/number", "string", also={"k": ("Const", {"val": '"minus"'})}, wires="k.output -> c.x"),
    one("arc sine of truth", "Asin", "x", "float32/number", "bool", also={"k": ("Const", {"val": "true"})}, wires="k.output -> c.x"),
    one("not of number", "LogicalNot", "x", "bool", "float32", also={"v": VECTOR}, wires="v.ref -> c.x"),
    one("greatest axis", "Max", "axis", "-2 1", "2", input=filled(2, 2), axis="2"),
    one("modulo nothing", "FloorMod", "y", "0", "0", x="{5,6}", y="{0,1}"),
    one("greater shapes", "GreaterEqual", "x|y", "2/3", "3/2", x="{1,2}", y="{1,2,3}"),
    one("sparse product", "SparseMatMul", "a|b", "2/3", "3/2", a=filled(2, 3), b=filled(2, 3)),
    one("sum of unlike", "AccumulateNV2", "inputs", "2", "3", inputs="{1f,2f},{1f,2f,3f}", shape="{2}"),
    one("count twice", "DenseCountSparseOutput", "values", "0/negative", "-1", values="{-1,2}", weights="{}", binary_output="false"),
    one("next after types", "NextAfter", "x2", "float64", "float32", also={"a": ("Const", {"val": "1.0"}), "b": ("Const", {"val": "2f"})}, wires="a.output -> c.x1\nb.output -> c.x2"),
    one("zeta of list", "Zeta", "x|q", "2/3", "3/2", x="{2f,3f}", q="{1f,2f,3f}"),
    one("segments fewer", "UnsortedSegmentMin", "segment_ids", "0 1", "2", data="{1f,2f}", segment_ids="{0,2}", num_segments="2"),
    one("pool of square", "AvgPool3D", "ksize", "5", "4", input=filled(1, 2, 2, 2, 1), ksize="{1,2,2,1}", strides="{1,1,1,1,1}", padding="VALID"),
    one("filter sizes", "Conv3DBackpropFilterV2", "filter_sizes", "5", "4", input=filled(1, 2, 2, 2, 1), filter_sizes="{1,1,1,1}", out_backprop=filled(1, 2, 2, 2, 1), strides="{1,1,1,1,1}", padding="VALID"),
    one("loss of words", "L2Loss", "t", "float32/number", "loss", t="loss"),
    one("log softmax of one", "LogSoftmax", "logits", "1", "scalar/0", logits="1f"),
    one("bias v1", "BiasAddV1", "bias", "2", "3", value=filled(1, 2), bias="{1f,2f,3f}"),
    one("relu six of whole", "Relu6Grad", "gradients|features", "2/3", "3/2", gradients="{1f,2f}", features="{1f,2f,3f}"),
    one("truncated sizes", "TruncatedNormal", "shape", "0/negative", "-1", shape="{2,-1}", dtype="DT_FLOAT"),
    one("shuffle type", "TruncatedNormal", "dtype", "float32", "int32", shape="{2}", dtype="DT_INT32"),
    one("scatter div row", "ScatterDiv", "indices", "0 2", "3", also={"v": VECTOR}, wires="v.ref -> c.ref", indices="{3}", updates="{1f}"),
    one("scatter nd add depth", "ScatterNdAdd", "indices", "1/2", "3", also={"v": MATRIX}, wires="v.ref -> c.ref", indices="{{0,0,0}}", updates="{1f}"),
    one("ftrl power", "ApplyFtrl", "lr_power", "scalar", "[1]/1", also={"v": VECTOR, "a": VECTOR, "l": VECTOR}, wires="v.ref -> c.var\na.ref -> c.accum\nl.ref -> c.linear", grad="{1f,1f,1f}", lr="0.1f", l1="0f", l2="0f", lr_power="{-0.5f}"),
    one("sparse rows trained", "SparseApplyProximalGradientDescent", "indices", "0 1", "2", also={"v": MATRIX}, wires="v.ref -> c.var", alpha="0.1f", l1="0f", l2="0f", grad=filled(1, 2), indices="{2}"),
    one("power sign rate", "ApplyPowerSign", "grad", "3", "2", also={"v": VECTOR, "m": VECTOR}, wires="v.ref -> c.var\nm.ref -> c.m", lr="0.1f", logbase="1f", sign_decay="1f", beta="0.9f", grad="{1f,2f}"),
    page("stack of others", {"s": ("StackV2", {"max_size": "2", "elem_type": "DT_FLOAT"}), "k": ("Const", {"val": "1"}), "c": "StackPushV2"}, "s.handle -> c.handle\nk.output -> c.elem", "c.elem", "float32", "int32"),
    page("write to a closed barrier", {"b": ("Barrier", {"component_types": "DT_FLOAT"}), "c": ("BarrierInsertMany", {"keys": '{"a","b"}', "values": "{1f}", "component_index": "0"})}, "b.handle -> c.handle", "c.values|keys", "2/1", "1/2"),
]

SELDOMER = [
    one("crop gradients", "CropAndResizeGradBoxes", "box_ind", "0", "4", grads=filled(1, 2, 2, 1), image=filled(1, 4, 4, 1), boxes="{{0f,0f,1f,1f}}", box_ind="{4}"),
    page("webp of png", {"r": ("ReadFile", {"filename": "a.webp"}), "c": "DecodeWebP"}, "r.contents -> c.contents", "c.contents", "WebP", "PNG/not", {"a.webp": b"\x89PNG\r\n\x1a\n" + b"\0" * 40}),
    page("state of another", {"r": "TextLineReader", "c": ("ReaderRestoreState", {"state": '"abc"'})}, "r.reader_handle -> c.reader_handle", "c.state|reader_handle", "WholeFileReader", "reader"),
    page("vocabulary gone", {"c": ("GenerateVocabRemapping", {"new_vocab_file": '"new.txt"', "old_vocab_file": '"old.txt"', "new_vocab_offset": "0", "num_new_vocab": "2"})}, "", "c.new_vocab_file|old_vocab_file", "file/there", "new.txt/old.txt"),
    one("base64 padding", "EncodeBase64", "attrs", "true false", "yes", input='{"a"}', attrs="pad_=yes;"),
    one("root of rectangle", "MatrixSquareRoot", "input", "square", "3/[2, 3]", input=filled(2, 3)),
    one("back transform of reals", "IFFT", "input", "complex64", "float32", also={"v": VECTOR}, wires="v.ref -> c.input"),
    one("or of floats", "BitwiseOr", "x", "int32/whole", "1.5/float64", x="{1.5,2}", y="{1,2}"),
    one("population of floats", "PopulationCount", "x", "int32/uint8/whole", "float32", also={"v": VECTOR}, wires="v.ref -> c.x"),
    one("list of lists", "TensorListConcatLists", "input_b", "float32", "int32", also={"a": LIST, "b": ("TensorListFromTensor", {"tensor": "{1,2,3}", "element_shape": "{}"})}, wires="a.output_handle -> c.input_a\nb.output_handle -> c.input_b", element_dtype="DT_FLOAT"),
    one("stack of type", "TensorListStack", "element_dtype", "float32", "int32", also={"l": LIST}, wires="l.output_handle -> c.input_handle", element_shape="{}", element_dtype="DT_INT32"),
    one("scatter into list", "TensorListScatter", "indices|tensor", "3/2", "2/3", tensor="{1f,2f,3f}", indices="{0,1}", element_shape="{}"),
    one("map of vectors", "TensorMapSize", "input_handle", "map/EmptyTensorMap", "list/TensorListFromTensor", also={"l": LIST}, wires="l.output_handle -> c.input_handle"),
    page("table import", {"t": ("MutableHashTable", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "c": ("LookupTableImport", {"keys": '{"a","b"}', "values": "{1}"})}, "t.table_handle -> c.table_handle", "c.values|keys", "2/1", "1/2"),
    page("dense keys", {"c": ("MutableDenseHashTableV2", {"empty_key": "0", "deleted_key": "-1", "value_dtype": "DT_INT64"})}, "", "c.empty_key", "int64", "int32"),
    page("table removal", {"t": ("MutableHashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "k": ("Const", {"val": "{1,2}"}), "c": "LookupTableRemoveV2"}, "t.table_handle -> c.table_handle\nk.output -> c.keys", "c.keys", "string", "int32"),
    page("resource scatter type", {"h": HANDLE, "a": ("AssignVariableOp", {"value": "{1f,2f,3f}"}), "k": ("Const", {"val": "{1}"}), "c": ("ResourceScatterAdd", {"indices": "{0}"}), "s": "ClientSession", "t": "ClientSession"}, "h.resource -> a.resource\na.operation -> s.run_outputs\nh.resource -> c.resource\nk.output -> c.updates\nc.operation -> t.run_outputs", "c.updates", "float32", "int32"),
    page("resource scatter place", {"h": HANDLE, "a": ("AssignVariableOp", {"value": "{1f,2f,3f}"}), "c": ("ResourceScatterSub", {"indices": "{-1}", "updates": "{1f}"}), "s": "ClientSession", "t": "ClientSession"}, "h.resource -> a.resource\na.operation -> s.run_outputs\nh.resource -> c.resource\nc.operation -> t.run_outputs", "c.indices", "0 2", "-1"),
    page("assign more", {"h": HANDLE, "a": ("AssignVariableOp", {"value": "{1f,2f,3f}"}), "c": ("AssignAddVariableOp", {"value": "{1f,2f}"}), "s": "ClientSession", "t": "ClientSession"}, "h.resource -> a.resource\na.operation -> s.run_outputs\nh.resource -> c.resource\nc.operation -> t.run_outputs", "c.value", "3", "2"),
    page("skip by text", {"d": SLICES, "c": _made("SkipDataset", count="few")}, "d.handle -> c.input_dataset", "c.count", "whole/int64/number", "few"),
    page("prefetch less", {"d": SLICES, "c": _made("PrefetchDataset", buffer_size="-5")}, "d.handle -> c.input_dataset", "c.buffer_size", "-1", "-5"),
    page("zip of one wire", {"d": SLICES, "v": VECTOR, "c": ("ZipDataset", {"output_types": "DT_INT32,DT_FLOAT", "output_shapes": "{{},{}}"})}, "d.handle -> c.input_datasets\nv.ref -> c.input_datasets", "c.input_datasets", "variant/dataset", "float32/Variable"),
    page("mapped by nothing", {"d": SLICES, "c": _made("MapDataset", f="double")}, "d.handle -> c.input_dataset", "c.f", "page", "double"),
    page("case without pages", {"c": ("Case", {"branch_index": "0", "input": "1f", "Tout": "DT_FLOAT", "branches": "up,down"})}, "", "c.branches", "page", "up"),
    page("loop of nothing", {"c": ("For", {"start": "0", "limit": "3", "delta": "1", "input": "1f", "body": "step"})}, "", "c.body", "page", "step"),
    page("windows of none", {"d": SLICES, "c": _made("SlidingWindowDataset", window_size="0", window_shift="1", window_stride="1")}, "d.handle -> c.input_dataset", "c.window_size", "1/0/positive/above", "0"),
    page("unbatch scalars", {"d": SLICES, "c": _made("UnbatchDataset"), "i": ("MakeIterator", {}), "j": ("IteratorV2", {"shared_name": "", "container": "", "output_types": "DT_INT32", "output_shapes": "{{}}"}), "g": ("IteratorGetNext", {"output_types": "DT_INT32", "output_shapes": "{{}}"}), "s": ("ClientSession", {"once": "true"}), "t": "ClientSession"}, "d.handle -> c.input_dataset\nc.handle -> i.dataset\nj.handle -> i.iterator\ni.operation -> s.run_outputs\nj.handle -> g.iterator\ng.components -> t.fetch_outputs", "c.input_dataset", "1/vector", "scalar/[]"),
    one("gamma seeds", "StatelessRandomGammaV3", "counter", "2", "1", shape="{2}", key="{1}", counter="{1}", alg="1", alpha="1f"),
    one("full ints", "StatelessRandomUniformFullInt", "seed", "2", "1", shape="{2}", seed="{1}"),
    one("algorithm number", "StatelessRandomNormalV2", "alg", "1 2", "9", shape="{2}", key="{1}", counter="{1,2}", alg="9"),
    one("poisson rate", "StatelessRandomPoisson", "lam", "0/negative", "-1", shape="{2}", seed="{1,2}", lam="-1f", dtype="DT_FLOAT"),
    one("dense csr", "SparseMatrixNNZ", "sparse_matrix", "CSR/DenseToCSRSparseMatrix/sparse", "handle", also={"l": LIST}, wires="l.output_handle -> c.sparse_matrix"),
    page("csr product", {"a": ("DenseToCSRSparseMatrix", {"dense_input": filled(2, 3), "indices": "{{0,0}}"}), "c": ("SparseMatrixMatMul", {"b": filled(2, 2)})}, "a.sparse_output -> c.a", "c.b", "3", "2"),
    one("uniform axis", "UniformDequantize", "scales|attrs|zero_points", "1/0/scalar/axis", "2", also={"k": ("Const", {"val": "{1f,2f}"}), "q": ("UniformQuantize", {"scales": "1f", "zero_points": "0", "Tout": "DT_QINT8", "quantization_min_val": "-128", "quantization_max_val": "127"})}, wires="k.output -> q.input\nq.output -> c.input", scales="{1f,2f}", zero_points="{0,0}", Tout="DT_FLOAT", quantization_min_val="-128", quantization_max_val="127"),
    one("image of no writer", "WriteImageSummary", "writer", "SummaryWriter", "VarHandleOp/h", also={"h": HANDLE}, wires="h.resource -> c.writer", step="1", tag='"a"', tensor=filled(1, 2, 2, 1), bad_color="{255,0,0,255}"),
    page("block rows", {"c": ("BlockLSTM", {"seq_len_max": "2", "x": filled(2, 1, 3), "cs_prev": filled(1, 2), "h_prev": filled(1, 2), "w": filled(4, 8), "wci": filled(2), "wcf": filled(2), "wco": filled(2), "b": filled(8)})}, "", "c.w", "5", "4"),
    page("late table key", {"v": late("{5}"), "c": ("GatherV2", {"params": "{1f,2f,3f}", "axis": "0"})}, "v.ref -> c.indices", "c.indices", "0 2/3", "5"),
    one("wrong device list", "DeviceIndex", "device_names", "text/name/device", "nothing/empty/0", device_names=""),
]
