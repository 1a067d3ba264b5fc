"""Forty more mistakes over all categories, each lot written before any of it was run."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page
from tests.support.blind_mistakes.samples import JPEG, PNG, WAV

VECTOR = ("Variable", {"initvalues": "{1f,2f,3f}"})
MATRIX = ("Variable", {"initvalues": "{{1f,2f},{3f,4f}}"})
ARRAY = ("TensorArray", {"size": "3", "dtype": "DT_FLOAT"})
NUMBERS = ("TensorSliceDataset", {"components": "{1,2,3,4}", "output_shapes": "{{}}"})

MONDAY = [
    page("grey from colour", {"r": ("ReadFile", {"filename": "p.png"}), "c": ("DecodePng", {"attrs": "channels_=2;"})}, "r.contents -> c.contents", "c.attrs", "0 1 3 4", "2", {"p.png": PNG}),
    one("hue of grey", "AdjustHue", "images", "3", "1/[1, 2, 2, 1]", images=filled(1, 2, 2, 1), delta="0.1f"),
    page("crop too far", {"r": ("ReadFile", {"filename": "j.jpg"}), "c": ("DecodeAndCropJpeg", {"crop_window": "{4,4,8,8}"})}, "r.contents -> c.contents", "c.crop_window", "8", "4", {"j.jpg": JPEG}),
    one("glimpse centres", "ExtractGlimpse", "offsets", "1/[1,", "2/[2,", input=filled(1, 4, 4, 1), size="{2,2}", offsets="{{0f,0f},{1f,1f}}"),
    one("boxes upside down", "CombinedNonMaxSuppression", "max_output_size_per_class", "above/positive/1/more", "-1", boxes=filled(1, 2, 1, 4), scores=filled(1, 2, 1), max_output_size_per_class="-1", max_total_size="2", iou_threshold="0.5f", score_threshold="0f"),
    one("resize to nothing", "ResizeBicubic", "size", "0/positive/above", "0", images=filled(1, 2, 2, 1), size="{0,4}"),
    one("relu of whole text", "Elu", "features", "float32/number", "abc", features="abc"),
    one("log of whole numbers", "Log", "x", "float32", "int32/3", x="{3}"),
    one("maximum sizes", "Maximum", "x|y", "2/3", "3/2", x="{1f,2f}", y="{1f,2f,3f}"),
    one("equal of unlike", "Equal", "x|y", "2/3", "3/2", x="{1,2}", y="{1,2,3}"),
    one("count with less", "Bincount", "arr", "0/negative", "-2", arr="{-2,1}", size="3", weights="{}"),
    one("approx tolerance", "ApproximateEqual", "attrs", "float/number", "small", x="{1f}", y="{1f}", attrs="tolerance_=small;"),
    one("pool without batch", "MaxPool3D", "input", "5", "4/[1,", input=filled(1, 2, 2, 2), ksize="{1,1,1,1,1}", strides="{1,1,1,1,1}", padding="SAME"),
    one("dropout rate text", "LeakyRelu", "attrs", "float/number", "high", features="{1f}", attrs="alpha_=high;"),
    one("conv grad stride", "Conv2DBackpropInput", "strides", "4", "3", input_sizes="{1,4,4,1}", filter=filled(2, 2, 1, 1), out_backprop=filled(1, 4, 4, 1), strides="{1,1,1}", padding="SAME"),
    one("nth beyond", "NthElement", "n", "2/1", "3", input="{1f,2f,3f}", n="3"),
    one("list into list", "TensorListPushBack", "tensor", "float32", "int32", also={"l": ("EmptyTensorList", {"element_shape": "{}", "max_num_elements": "3", "element_dtype": "DT_FLOAT"}), "k": ("Const", {"val": "7"})}, wires="l.handle -> c.input_handle\nk.output -> c.tensor"),
    page("array concat unwritten", {"t": ARRAY, "c": ("TensorArrayConcat", {"dtype": "DT_FLOAT"})}, "t.handle -> c.handle\nt.flow -> c.flow_in", "c.flow_in|handle", "writ", "0/element"),
    page("array scatter rows", {"t": ARRAY, "c": ("TensorArrayScatter", {"indices": "{0,1}", "value": "{1f,2f,3f}"})}, "t.handle -> c.handle\nt.flow -> c.flow_in", "c.indices|value", "3/2", "2/3"),
    page("queue closed", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT"}), "x": "QueueClose", "c": ("QueueEnqueue", {"components": "1f"}), "s": "ClientSession", "t": "ClientSession"}, "q.handle -> x.handle\nq.handle -> c.handle\nx.operation -> s.run_outputs\nc.operation -> t.run_outputs", "c.handle", "open", "clos"),
    page("padding queue ranks", {"q": ("PaddingFIFOQueue", {"component_types": "DT_FLOAT", "attrs": "shapes_={-1};"}), "c": ("QueueEnqueue", {"components": "{{1f}}"})}, "q.handle -> c.handle", "c.components", "1/[?]/[-1]", "[1, 1]/2"),
    page("adam power", {"v": VECTOR, "m": VECTOR, "n": VECTOR, "c": ("ApplyAdam", {"beta1_power": "{0.9f}", "beta2_power": "0.9f", "lr": "0.1f", "beta1": "0.9f", "beta2": "0.9f", "epsilon": "1e-8f", "grad": "{1f,1f,1f}"})}, "v.ref -> c.var\nm.ref -> c.m\nn.ref -> c.v", "c.beta1_power", "scalar", "[1]"),
    page("assign to output", {"k": ("Const", {"val": "{1f}"}), "n": "Negate", "c": ("AssignAdd", {"value": "{1f}"})}, "k.output -> n.x\nn.y -> c.ref", "c.ref", "Variable", "value"),
    page("uninitialised counter", {"v": ("Variable", {"shape": "{}", "dtype": "DT_INT32", "initvalues": ""}), "c": ("CountUpTo", {"limit": "3"})}, "v.ref -> c.ref", "v.initvalues", "start/value/initial", "no"),
    page("table of other values", {"t": ("MutableHashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_FLOAT"}), "k": ("Const", {"val": "{1}"}), "c": ("LookupTableInsertV2", {"keys": '{"a"}'})}, "t.table_handle -> c.table_handle\nk.output -> c.values", "c.values", "float32", "int32"),
    page("table counts", {"t": ("MutableHashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_FLOAT"}), "c": ("LookupTableInsertV2", {"keys": '{"a","b"}', "values": "{1f}"})}, "t.table_handle -> c.table_handle", "c.values|keys", "2/1", "1/2"),
    page("shuffle nothing", {"d": NUMBERS, "c": ("ShuffleDataset", {"buffer_size": "0", "seed": "1", "seed2": "2", "output_types": "DT_INT32", "output_shapes": "{{}}"})}, "d.handle -> c.input_dataset", "c.buffer_size", "1/0/positive/above", "0"),
    one("sparse softmax of vector", "SparseSoftmax", "sp_shape", "2", "1/{3}", sp_indices="{{0}}", sp_values="{1f}", sp_shape="{3}"),
    one("sparse add threshold", "SparseAdd", "thresh", "scalar", "[1]/1", a_indices="{{0}}", a_values="{1f}", a_shape="{2}", b_indices="{{0}}", b_values="{1f}", b_shape="{2}", thresh="{0f}"),
    one("sparse fill default", "SparseFillEmptyRows", "default_value", "scalar", "[1]/1", indices="{{0,0}}", values="{1f}", dense_shape="{2,2}", default_value="{0f}"),
    one("words to numbers", "StringToNumber", "attrs", "float int32", "string/bool", string_tensor='{"1"}', attrs="out_type_=DT_STRING;"),
    one("format places", "StringFormat", "inputs|attrs", "1/2", "0/2/1", inputs="1,2", attrs='template_="only {}";'),
    one("ngram widths", "StringNGrams", "ngram_widths", "1/positive/above/0", "0", data='{"a","b"}', data_splits="{0,2}", separator='" "', ngram_widths="{0}", left_pad='""', right_pad='""', pad_width="0", preserve_short_sequences="false"),
    page("wav twice", {"r": ("ReadFile", {"filename": "w.wav"}), "c": ("DecodeWav", {"attrs": "desired_channels_=-5;"})}, "r.contents -> c.contents", "c.attrs", "-1/0/1", "-5", {"w.wav": WAV}),
    one("normal bounds", "RandomUniformInt", "maxval", "int32/whole/number", "ten", shape="{2}", minval="0", maxval="ten"),
    one("binomial share", "StatelessRandomBinomial", "probs", "0 1", "2", shape="{2}", seed="{1,2}", counts="5f", probs="2f"),
    one("fft with length", "IRFFT3D", "fft_length", "3", "2", input="{{{1+0j,1j}}}", fft_length="{1,1}"),
    page("gradient of text", {"k": ("Const", {"val": '{"a"}'}), "u": "StringLower", "c": "AddSymbolicGradients"}, "k.output -> u.input\nu.output -> c.outputs\nk.output -> c.inputs", "c.outputs|inputs", "gradient/float/number/differ", "StringLower/string"),
]

TUESDAY = [
    one("scale sizes", "ScaleAndTranslate", "scale", "2", "3", images=filled(1, 4, 4, 1), size="{2,2}", scale="{1f,1f,1f}", translation="{0f,0f}"),
    one("soft boxes", "NonMaxSuppressionV5", "soft_nms_sigma", "0/negative", "-1", boxes=filled(2, 4), scores="{0.5f,0.6f}", max_output_size="2", iou_threshold="0.5f", score_threshold="0f", soft_nms_sigma="-1f"),
    one("patches rates", "ExtractImagePatches", "rates", "4", "2", images=filled(1, 4, 4, 1), ksizes="{1,2,2,1}", strides="{1,1,1,1}", rates="{1,1}", padding="VALID"),
    one("contrast of row", "AdjustContrast", "images", "3", "1/[2]", images="{1f,2f}", contrast_factor="2f"),
    page("picture from words", {"k": ("Const", {"val": '"a cat"'}), "c": "DecodeImage"}, "k.output -> c.contents", "c.contents", "picture/JPEG", "cat"),
    page("gif into bmp", {"r": ("ReadFile", {"filename": "p.png"}), "c": "DecodeBmp"}, "r.contents -> c.contents", "c.contents", "BMP", "PNG", {"p.png": PNG}),
    one("depth blocks", "DepthToSpace", "input|block_size", "4/divi", "3", input=filled(1, 2, 2, 3), block_size="2"),
    one("slice masks", "StridedSlice", "begin|end|strides", "2/same/1", "1/2", input=filled(3, 3), begin="{0,0}", end="{2}", strides="{1,1}"),
    one("squeeze wide", "Squeeze", "attrs|input", "1", "2/3/0", input=filled(2, 1), attrs="squeeze_dims_={0};"),
    one("reverse beyond", "Reverse", "axis", "-2 1", "2", tensor=filled(2, 2), axis="{2}"),
    one("sequence lengths", "ReverseSequence", "seq_lengths", "2", "3", input=filled(2, 4), seq_lengths="{1,2,3}", seq_dim="1"),
    one("bitcast sizes", "Bitcast", "input|type", "2/last", "3", also={"k": ("Const", {"val": "{1f,2f,3f}"})}, wires="k.output -> c.input", type="DT_DOUBLE"),
    one("condition of numbers", "Where3", "condition", "bool/true", "float32/0.5", condition="{0.5,1.5}", x="{1,2}", y="{3,4}"),
    one("stitch holes", "DynamicStitch", "indices", "0/negative", "-1", indices="{-1}", data="{1f}"),
    one("error function of text", "Erf", "x", "number/float", "one", x="one"),
    one("beta outside", "Polygamma", "x|y", "2/3", "3/2", x="{1f,2f}", y="{1f,2f,3f}"),
    one("segment late sum", "UnsortedSegmentSum", "segment_ids", "1/2", "7", also={"i": late("{0,7}")}, wires="i.ref -> c.segment_ids", data="{1,2}", num_segments="2"),
    one("triangle wide", "MatrixTriangularSolve", "matrix", "square", "3/[2, 3]", matrix=filled(2, 3), rhs=filled(2, 1)),
    one("decompose vector", "Svd", "input", "2", "1/[3]", input="{1f,2f,3f}"),
    one("norm of batch", "FusedBatchNormV3", "x", "4", "2/[2, 3]", x=filled(2, 3), scale="{1f,1f,1f}", offset="{0f,0f,0f}", mean="{}", variance="{}"),
    one("dilate channels", "Dilation2D", "filter|input", "2/1", "1/2", input=filled(1, 4, 4, 2), filter=filled(2, 2, 1), strides="{1,1,1,1}", rates="{1,1,1,1}", padding="SAME"),
    one("pool small", "FractionalMaxPool", "pooling_ratio", "1", "0.5", value=filled(1, 4, 4, 1), pooling_ratio="{1.0,0.5,0.5,1.0}"),
    one("targets beyond", "InTopK", "targets|predictions", "1", "2/3", predictions=filled(1, 3), targets="{0,1}", k="1"),
    one("speech lengths", "CTCGreedyDecoder", "sequence_length", "2/3", "9", inputs=filled(2, 1, 3), sequence_length="{9}"),
    one("samples per row", "Multinomial", "num_samples", "scalar", "[1]/1", logits=filled(1, 2), num_samples="{3}"),
    one("draw of classes", "UniformCandidateSampler", "range_max", "1/above/positive", "0", true_classes="{{0}}", num_true="1", num_sampled="1", unique="false", range_max="0"),
    one("sparse reshape smaller", "SparseReshape", "new_shape", "6", "4/{2,2}/8", input_indices="{{0,0}}", input_shape="{2,3}", new_shape="{2,2}"),
    one("sparse slice start", "SparseSlice", "start", "2", "1/[1]", indices="{{0,0}}", values="{1f}", shape="{2,2}", start="{0}", size="{1,1}"),
    one("sparse joined along", "SparseConcat", "concat_dim", "-2 1", "3", indices="{{0,0}},{{0,0}}", values="{1f},{2f}", shapes="{2,2},{2,2}", concat_dim="3"),
    one("sparse plus dense", "SparseTensorDenseAdd", "a_indices", "1/2/below", "5", a_indices="{{5}}", a_values="{1f}", a_shape="{2}", b="{1f,2f}"),
    one("code points", "UnicodeEncode", "output_encoding", "UTF-8 UTF-16-BE", "LATIN", input_values="{72,105}", input_splits="{0,2}", output_encoding="LATIN-1"),
    one("split scalar text", "StringSplitV2", "input", "1", "scalar", input='"a b"', sep='" "'),
    one("as text wide", "AsString", "attrs", "int/whole", "wide", input="{1}", attrs="width_=wide;"),
    page("json with comma", {"c": ("DecodeJSONExample", {"json_examples": '"{,}"'})}, "", "c.json_examples", "JSON", "{,}"),
    page("take from list", {"l": ("TensorListReserve", {"element_shape": "{2}", "num_elements": "2", "element_dtype": "DT_FLOAT"}), "c": ("TensorListGetItem", {"index": "0", "element_shape": "{2}", "element_dtype": "DT_INT32"})}, "l.handle -> c.input_handle", "c.element_dtype|input_handle", "float32", "int32"),
    page("split array rows", {"t": ARRAY, "c": ("TensorArraySplit", {"value": "{1f,2f,3f}", "lengths": "{{1,2}}"})}, "t.handle -> c.handle\nt.flow -> c.flow_in", "c.lengths", "1/vector", "[1, 2]/2"),
    page("queue takes list", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT,DT_INT32"}), "c": ("QueueEnqueue", {"components": "1f,2f"})}, "q.handle -> c.handle", "c.components", "int32", "float32"),
    page("momentum scalar slot", {"v": VECTOR, "a": ("Variable", {"initvalues": "0f"}), "c": ("ApplyMomentum", {"lr": "0.1f", "grad": "{1f,1f,1f}", "momentum": "0.9f"})}, "v.ref -> c.var\na.ref -> c.accum", "c.accum", "[3]", "scalar"),
]

WEEKLY = [*MONDAY, *TUESDAY]
