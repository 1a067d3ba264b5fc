"""Mistakes over all categories, written down before any of them was run."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page
from tests.support.blind_mistakes.samples import PNG, WAV

VECTOR = ("Variable", {"initvalues": "{1f,2f,3f}"})
MATRIX = ("Variable", {"initvalues": "{{1f,2f},{3f,4f}}"})
QUEUE = ("FIFOQueue", {"component_types": "DT_FLOAT", "attrs": "shapes_={2};"})
FOUR = ("TensorSliceDataset", {"components": "{1,2,3,4}", "output_shapes": "{{}}"})


def _ints(symbol: str, **pins: str) -> tuple[str, dict[str, str]]:
    return symbol, {**pins, "output_types": "DT_INT32", "output_shapes": "{{}}"}


PICTURES = [
    page("resize one picture", {"r": ("ReadFile", {"filename": "p.png"}), "d": "DecodePng", "c": ("ResizeBilinear", {"size": "{8,8}"})}, "r.contents -> d.contents\nd.image -> c.images", "c.images", "4", "3/[?,", {"p.png": PNG}),
    one("resize bicubic grad", "ResizeBicubicGrad", "original_image|grads", "4", "3/[4, 4, 1]", grads=filled(1, 2, 2, 1), original_image=filled(4, 4, 1)),
    one("crop boxes width", "CropAndResize", "boxes", "4", "3", image=filled(1, 4, 4, 1), boxes="{{0f,0f,1f}}", box_ind="{0}", crop_size="{2,2}"),
    one("crop which picture", "CropAndResize", "box_ind", "0", "3", image=filled(1, 4, 4, 1), boxes="{{0f,0f,1f,1f}}", box_ind="{3}", crop_size="{2,2}"),
    one("crop counts", "CropAndResize", "box_ind|boxes", "1/2", "2/1", image=filled(1, 4, 4, 1), boxes="{{0f,0f,1f,1f}}", box_ind="{0,0}", crop_size="{2,2}"),
    one("crop method", "CropAndResize", "attrs", "bilinear nearest", "bicubic", image=filled(1, 4, 4, 1), boxes="{{0f,0f,1f,1f}}", box_ind="{0}", crop_size="{2,2}", attrs="method_=bicubic;"),
    one("encode png channels", "EncodePng", "image", "1 2 3 4", "5", image=filled(2, 2, 5, value="7")),
    page("encode float png", {"k": ("Const", {"val": filled(2, 2, 3)}), "c": "EncodePng"}, "k.output -> c.image", "c.image", "uint8 uint16", "float32"),
    one("quantized resize", "QuantizedResizeBilinear", "size", "2", "3", images=filled(1, 2, 2, 1), size="{4,4,1}", min="0f", max="1f"),
    one("combined boxes", "CombinedNonMaxSuppression", "boxes", "4", "3/[1,", boxes=filled(1, 2, 4), scores=filled(1, 2, 1), max_output_size_per_class="2", max_total_size="2", iou_threshold="0.5f", score_threshold="0f"),
    one("suppression threshold", "NonMaxSuppressionV2", "iou_threshold", "0 1", "1.5", boxes=filled(2, 4), scores="{0.5f,0.6f}", max_output_size="2", iou_threshold="1.5f"),
    one("jpeg shape of text", "ExtractJpegShape", "contents", "JPEG", "hello/text/first", contents='"hello there"'),
]

SHAPES = [
    one("broadcast fewer", "BroadcastTo", "shape|input", "3/2", "2/3", input="{1f,2f,3f}", shape="{2}"),
    one("matrix diagonal longer", "MatrixSetDiagV3", "diagonal", "2", "3", input=filled(2, 2), diagonal="{1f,2f,3f}", k="0"),
    one("band part type", "MatrixBandPart", "num_lower", "int32/int64/whole", "1.5", input=filled(2, 2), num_lower="1.5", num_upper="1"),
    one("one hot depth", "OneHot", "depth", "0/negative", "-3", indices="{0,1}", depth="-3", on_value="1f", off_value="0f"),
    one("one hot values", "OneHot", "on_value", "scalar/one/[]", "2/[2]", indices="{0,1}", depth="3", on_value="{1f,2f}", off_value="0f"),
    one("pad rows", "Pad", "paddings", "2", "1", input=filled(2, 2), paddings="{{1,1}}"),
    one("pad negative", "Pad", "paddings", "0/negative", "-1", input=filled(2, 2), paddings="{{-1,0},{0,0}}"),
    one("mirror more than there is", "MirrorPad", "paddings", "1/2", "3", input="{1f,2f}", paddings="{{3,0}}", mode="REFLECT"),
    one("unstack count", "Unstack", "num", "2", "3", value=filled(2, 4), num="3"),
    one("reshape elements", "Reshape", "shape", "6", "4/{2,2}", tensor="{1f,2f,3f,4f,5f,6f}", shape="{2,2}"),
    one("two unknowns", "Reshape", "shape", "one/once -1", "-1", tensor="{1f,2f,3f,4f}", shape="{-1,-1}"),
    one("scatter nd place", "ScatterNd", "indices", "3/below", "4", indices="{{4}}", updates="{1f}", shape="{4}"),
    one("transpose twice", "Transpose", "perm", "once/each/permutation/twice/0", "0", x=filled(2, 2), perm="{0,0}"),
    one("gather depth", "GatherV2", "axis", "-2 1", "2", params=filled(2, 2), indices="{0}", axis="2"),
    one("concat ranks", "Concat", "values", "2", "1", axis="0", values="{{1f,2f}},{3f}"),
    one("split evenly", "Split", "num_split|value", "2/3", "3/2", axis="0", value="{1f,2f,3f}", num_split="2"),
    one("diag part square", "DiagPart", "input", "2/3/same/equal", "3/2", input=filled(2, 3)),
    one("ravel too far", "UnravelIndex", "indices", "5/6", "6", indices="{6}", dims="{2,3}"),
]

NUMBERS = [
    one("text in sum", "Add", "y", "number/float32", "abc", x="{1f,2f}", y="abc"),
    page("add whole and real", {"a": ("Const", {"val": "{1,2}"}), "b": ("Const", {"val": "{1f,2f}"}), "c": "Add"}, "a.output -> c.x\nb.output -> c.y", "c.x|y", "int32/float32", "float32/int32"),
    one("product sizes", "MatMul", "a|b", "3/2", "2/3", a=filled(2, 3), b=filled(2, 2)),
    one("product of vectors", "MatMul", "a", "2", "1/[3]", a="{1f,2f,3f}", b=filled(3, 1)),
    one("sum axis twice", "Sum", "axis", "once/twice/different/one", "0", input=filled(2, 2), axis="{0,0}"),
    one("range of halves", "Range", "start|limit|delta", "int32/float32/number", "a", start="a", limit="5", delta="1"),
    one("cast of names", "Cast", "DstT", "DT_/float32/dtype/type", "float33", x="{1f}", DstT="float33"),
    one("batch product", "BatchMatMul", "x|y", "2/3", "3/2", x=filled(2, 2, 2), y=filled(3, 2, 2)),
    one("integer by zero", "TruncateDiv", "y", "0/zero", "0", x="{7}", y="{0}"),
    one("cumprod axis", "Cumprod", "axis", "-1 0", "1", x="{1f,2f}", axis="1"),
    one("inverse zero", "MatrixInverse", "input", "inver", "0/zero/singular", input="{{0f,0f},{0f,0f}}"),
    one("cholesky sign", "Cholesky", "input", "positive", "-1/not/negative", input="{{-1f,0f},{0f,-1f}}"),
    one("logarithm of real", "MatrixLogarithm", "input", "complex64", "float32", also={"k": ("Const", {"val": filled(2, 2)})}, wires="k.output -> c.input"),
    one("shift", "RightShift", "x", "int", "1.5/float64", x="{1.5}", y="{1}"),
    one("segment prod order", "SegmentProd", "segment_ids", "smaller/order/sorted/rising", "{1,0}/0", data="{1f,2f}", segment_ids="{1,0}"),
]

LAYERS = [
    one("convolution channels", "Conv2D", "filter|input", "3/1", "1/3", input=filled(1, 4, 4, 3), filter=filled(2, 2, 1, 4), strides="{1,1,1,1}", padding="SAME"),
    one("stride two numbers", "Conv2D", "strides", "4", "2", input=filled(1, 4, 4, 1), filter=filled(2, 2, 1, 1), strides="{1,1}", padding="SAME"),
    one("padding lower case", "MaxPool", "padding", "SAME VALID", "same", input=filled(1, 4, 4, 1), ksize="{1,2,2,1}", strides="{1,2,2,1}", padding="same"),
    one("flat into convolution", "Conv2D", "input", "4", "2/[1,", input=filled(1, 16), filter=filled(2, 2, 1, 1), strides="{1,1,1,1}", padding="SAME"),
    one("window too large", "AvgPool", "ksize|value", "5/larger", "4", value=filled(1, 4, 4, 1), ksize="{1,5,5,1}", strides="{1,1,1,1}", padding="VALID"),
    one("bias length", "BiasAdd", "bias", "3", "2", value=filled(2, 3), bias="{1f,2f}"),
    one("classes", "SparseSoftmaxCrossEntropyWithLogits", "labels", "0 2", "3", features=filled(1, 3), labels="{3}"),
    one("labels one hot", "SparseSoftmaxCrossEntropyWithLogits", "labels", "1/2/[1]", "2/3/[1, 3]", features=filled(1, 3), labels="{{0,0,1}}"),
    one("cross entropy shapes", "SoftmaxCrossEntropyWithLogits", "labels|features", "3/2", "2/3", features=filled(1, 3), labels=filled(1, 2)),
    one("top more", "TopK", "k|input", "3", "5", input="{1f,2f,3f}", k="5"),
    one("norm scale", "FusedBatchNorm", "scale", "3", "2", x=filled(1, 2, 2, 3), scale="{1f,1f}", offset="{0f,0f,0f}", mean="{}", variance="{}"),
    one("depthwise grad sizes", "DepthwiseConv2dNativeBackpropFilter", "filter_sizes", "4", "3", input=filled(1, 3, 3, 1), filter_sizes="{2,2,1}", out_backprop=filled(1, 3, 3, 1), strides="{1,1,1,1}", padding="SAME"),
    one("quantized bias ends", "QuantizedMaxPool", "ksize", "4", "3", also={"q": ("QuantizeV2", {"input": filled(1, 2, 2, 1), "min_range": "0", "max_range": "1", "T": "DT_QUINT8"})}, wires="q.output -> c.input", min_input="0", max_input="1", ksize="{1,2,2}", strides="{1,2,2,1}", padding="VALID"),
]

WORK = [
    page("queue wrong shape", {"q": QUEUE, "k": late("{1f,2f,3f}"), "c": "QueueEnqueue"}, "q.handle -> c.handle\nk.ref -> c.components", "c.components", "2", "3"),
    page("queue up to", {"q": QUEUE, "e": ("QueueEnqueue", {"components": "{1f,2f}"}), "c": ("QueueDequeueUpTo", {"n": "{1}", "component_types": "DT_FLOAT"})}, "q.handle -> e.handle\nq.handle -> c.handle", "c.n", "scalar/one/[]", "[1]/vector/1"),
    page("shuffle least", {"c": ("RandomShuffleQueue", {"component_types": "DT_FLOAT", "attrs": "capacity_=3;min_after_dequeue_=5;"})}, "", "c.attrs", "3/capacity/less/smaller/below", "5"),
    page("array gather", {"t": ("TensorArray", {"size": "2", "dtype": "DT_FLOAT"}), "w": ("TensorArrayScatter", {"indices": "{0,1}", "value": "{1f,2f}"}), "c": ("TensorArrayGather", {"indices": "{0,2}", "dtype": "DT_FLOAT"})}, "t.handle -> w.handle\nt.flow -> w.flow_in\nt.handle -> c.handle\nw.flow_out -> c.flow_in", "c.indices", "1/2", "2"),
    page("array twice", {"t": ("TensorArray", {"size": "2", "dtype": "DT_FLOAT"}), "w": ("TensorArrayWrite", {"index": "0", "value": "1f"}), "c": ("TensorArrayWrite", {"index": "0", "value": "2f"})}, "t.handle -> w.handle\nt.flow -> w.flow_in\nt.handle -> c.handle\nw.flow_out -> c.flow_in", "c.index", "once/already/before/written", "0"),
    page("dataset shape", {"d": FOUR, "i": ("IteratorV2", {"shared_name": "a", "container": '""', "output_types": "DT_INT32", "output_shapes": "{{}}"}), "m": "MakeIterator", "c": ("IteratorGetNext", {"output_types": "DT_FLOAT", "output_shapes": "{{}}"}), "s": "ClientSession", "t": "ClientSession"}, "d.handle -> m.dataset\ni.handle -> m.iterator\ni.handle -> c.iterator\nm.operation -> s.run_outputs\nc.components -> t.fetch_outputs", "c.output_types|iterator", "int32", "float32"),
    page("batch of nothing", {"d": FOUR, "c": ("BatchDataset", {"batch_size": "0", "output_types": "DT_INT32", "output_shapes": "{{-1}}"})}, "d.handle -> c.input_dataset", "c.batch_size", "1/0/positive/above", "0"),
    page("slice lengths", {"c": ("TensorSliceDataset", {"components": "{1,2,3},{1f,2f}", "output_shapes": "{{},{}}"})}, "", "c.components", "3/2", "2/3"),
    page("table key type", {"t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "i": ("InitializeTableV2", {"keys": '{"a"}', "values": "{1}"}), "a": ("ClientSession", {"once": "true"}), "k": ("Const", {"val": "{1}"}), "c": ("LookupTableFindV2", {"default_value": "-1"}), "z": "ClientSession"}, "t.table_handle -> i.table_handle\ni.operation -> a.run_outputs\nt.table_handle -> c.table_handle\nk.output -> c.keys\nc.values -> z.fetch_outputs", "c.keys", "string", "int32"),
    page("table key twice", {"t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT32"}), "c": ("InitializeTableV2", {"keys": '{"a","a"}', "values": "{1,2}"})}, "t.table_handle -> c.table_handle", "c.keys", "once/different/twice/one", "a"),
    page("descent on vector", {"v": MATRIX, "c": ("ApplyGradientDescent", {"alpha": "0.1f", "delta": "{1f,2f}"})}, "v.ref -> c.var", "c.delta", "[2, 2]", "[2]"),
    page("adadelta slot", {"v": VECTOR, "a": VECTOR, "b": MATRIX, "c": ("ApplyAdadelta", {"lr": "0.1f", "rho": "0.9f", "epsilon": "1e-6f", "grad": "{1f,1f,1f}"})}, "v.ref -> c.var\na.ref -> c.accum\nb.ref -> c.accum_update", "c.accum_update", "[3]", "[2, 2]"),
    page("centred rate", {"v": VECTOR, "a": VECTOR, "b": VECTOR, "d": VECTOR, "c": ("ApplyCenteredRMSProp", {"lr": "{0.1f}", "rho": "0.9f", "momentum": "0f", "epsilon": "1e-6f", "grad": "{1f,1f,1f}"})}, "v.ref -> c.var\na.ref -> c.mg\nb.ref -> c.ms\nd.ref -> c.mom", "c.lr", "scalar/[]/one", "[1]/1"),
    page("sparse momentum rows", {"v": VECTOR, "a": VECTOR, "c": ("SparseApplyMomentum", {"lr": "0.1f", "grad": "{1f,2f}", "indices": "{0}", "momentum": "0.9f"})}, "v.ref -> c.var\na.ref -> c.accum", "c.indices|grad", "2/1", "1/2"),
    page("switch of text", {"k": ("Const", {"val": '"yes"'}), "c": ("Switch", {"data": "1f"})}, "k.output -> c.pred", "c.pred", "bool", "string"),
    page("merge of nothing", {"c": "Merge"}, "", "c.inputs", "wire/input/text/value/tensor", ""),
]

TEXTS = [
    one("number of words", "StringToNumber", "string_tensor", "number/float32", "ten", string_tensor='{"10","ten"}'),
    one("substring far", "Substr", "pos", "3/5/place/length", "9", input='{"hello"}', pos="9", len="2"),
    one("join shapes", "StringJoin", "inputs", "2/3/same/shape", "3/2", inputs='{"a","b"},{"a","b","c"}'),
    one("buckets none", "StringToHashBucketFast", "num_buckets", "1/0/positive", "0", input='{"a"}', num_buckets="0"),
    one("bracket", "RegexReplace", "pattern", "expression", "(", input='{"a"}', pattern="(a", rewrite="b"),
    one("base 64 of text", "DecodeBase64", "input", "base64/base 64/web", "%", input='{"100%"}'),
    one("delimiters", "StringSplit", "delimiter", "scalar/one/[]", "2/[2]", input='{"a b"}', delimiter='{" ",","}'),
    page("csv number of lines", {"r": ("ReadFile", {"filename": "t.csv"}), "c": ("DecodeCSV", {"record_defaults": "{0},{0}"})}, "r.contents -> c.records", "c.records", "line", "2", {"t.csv": b"1,2\n3,4\n"}),
    page("example of text", {"c": ("ParseSingleExample", {"serialized": '"hello"', "num_sparse": "0", "sparse_keys": "{}", "dense_keys": '"x"', "sparse_types": "{}", "dense_shapes": "{{}}", "dense_defaults": "0f"})}, "", "c.serialized", "Example", "hello/5"),
    one("tensor of text", "ParseTensor", "serialized", "tensor", "hello/5", serialized='"hello"', out_type="DT_FLOAT"),
    page("wave of picture", {"r": ("ReadFile", {"filename": "p.png"}), "c": "DecodeWav"}, "r.contents -> c.contents", "c.contents", "WAV/RIFF", "PNG/not", {"p.png": PNG}),
    page("picture of wave", {"r": ("ReadFile", {"filename": "w.wav"}), "c": "DecodePng"}, "r.contents -> c.contents", "c.contents", "PNG", "WAV/RIFF/not/first", {"w.wav": WAV}),
    one("spectrogram rank", "AudioSpectrogram", "input", "2", "1/[4]", input="{1f,2f,3f,4f}", window_size="2", stride="1"),
    one("wav rate", "EncodeWav", "sample_rate", "1/0/positive/above", "0", audio=filled(4, 1), sample_rate="0"),
    one("mfcc channels", "Mfcc", "sample_rate", "scalar/one/[]", "2/[2]/[1]", spectrogram=filled(1, 2, 5), sample_rate="{8000,8000}"),
]

SPARSE = [
    one("sparse place", "SparseToDense", "sparse_indices", "2/below", "3", sparse_indices="{3}", output_shape="{3}", sparse_values="{1f}", default_value="0f"),
    one("sparse counts", "SparseReduceSumSparse", "input_values|input_indices", "2/1", "1/2", input_indices="{{0},{1}}", input_values="{1f}", input_shape="{3}", reduction_axes="{0}"),
    one("sparse order", "SparseToDense", "sparse_indices", "order/sorted/rising/after/smaller/larger", "0/1", sparse_indices="{1,0}", output_shape="{3}", sparse_values="{1f,2f}", default_value="0f"),
    one("sparse min shapes", "SparseSparseMinimum", "a_shape|b_shape", "3/2", "2/3", a_indices="{{0}}", a_values="{1f}", a_shape="{3}", b_indices="{{0}}", b_values="{1f}", b_shape="{2}"),
    one("set validity", "SparseToSparseSetOperation", "set_operation", "union intersection", "plus", set1_indices="{{0,0}}", set1_values="{1}", set1_shape="{1,1}", set2_indices="{{0,0}}", set2_values="{1}", set2_shape="{1,1}", set_operation="plus"),
    one("ragged splits start", "RaggedTensorToTensor", "row_partition_tensors", "0", "1", shape="{-1,-1}", values="{1f,2f}", default_value="0f", row_partition_tensors="{1,2}", row_partition_types='"ROW_SPLITS"'),
    one("ragged gather place", "RaggedGather", "indices", "1/2", "5", params_nested_splits="{0,1,2}", params_dense_values="{1f,2f}", indices="{5}", OUTPUT_RAGGED_RANK="1"),
    one("ragged backwards", "RaggedTensorToSparse", "rt_nested_splits", "smaller/rising/order/sorted/least", "1", rt_nested_splits="{0,2,1,2}", rt_dense_values="{1f,2f}"),
    one("list shapes", "TensorListSplit", "lengths", "3", "4/2", tensor="{1f,2f,3f}", element_shape="{-1}", lengths="{2,2}"),
    one("normal deviations", "StatelessParameterizedTruncatedNormal", "stddevs", "0/positive", "-1", shape="{2}", seed="{1,2}", means="0f", stddevs="-1f", minvals="-1f", maxvals="1f"),
    one("poisson rate", "RandomPoisson", "rate", "0/negative", "-2", shape="{2}", rate="-2f"),
    one("uniform shape real", "RandomUniform", "shape", "int32/whole/int", "2.5/float64", shape="{2.5}", dtype="DT_FLOAT"),
    page("no such output", {"k": ("Const", {"val": "1f"}), "c": "Sqrt"}, "k.result -> c.x", "k.result", "output", "result"),
    page("no such block", {"c": "Sqrt"}, "kk.output -> c.x", "c.x", "block", "kk"),
    page("no such symbol", {"c": ("Sqqrt", {"x": "1f"}), "s": "ClientSession"}, "c.y -> s.fetch_outputs", "c.", "symbol/block/Sqrt/know/kind", "Sqqrt"),
    one("attr unknown", "Conv2D", "attrs", "data_format", "data_fromat", input=filled(1, 4, 4, 1), filter=filled(2, 2, 1, 1), strides="{1,1,1,1}", padding="SAME", attrs="data_fromat_=NHWC;"),
    one("attr no number", "LRN", "attrs", "int/whole", "five", input=filled(1, 2, 2, 2), attrs="depth_radius_=five;"),
]

EVERYDAY = [*PICTURES, *SHAPES, *NUMBERS, *LAYERS, *WORK, *TEXTS, *SPARSE]
