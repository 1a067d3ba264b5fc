"""More mistakes, of kinds that the other tables have not."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page
from tests.support.blind_mistakes.samples import WAV

VARIABLE = ("Variable", {"initvalues": "{1f,2f,3f}"})
HANDLE = ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{3}"})

FURTHER = [
    one("triangular rows", "MatrixTriangularSolve", "rhs|matrix", "2", "3", matrix="{{1f,0f},{1f,1f}}", rhs=filled(3, 1)),
    one("lu square", "Lu", "input", "square", "3", input=filled(2, 3)),
    one("eig square", "SelfAdjointEigV2", "input", "square", "3", input=filled(2, 3)),
    one("least squares rows", "MatrixSolveLs", "rhs|matrix", "3", "2", matrix=filled(3, 2), rhs=filled(2, 1), l2_regularizer="0"),
    one("inverse transform length", "IRFFT2D", "fft_length", "2", "3", input="{{1+0j,1j},{2+0j,1j}}", fft_length="{2,2,2}"),
    one("dequantize mode", "Dequantize", "attrs", "MIN_COMBINED MIN_FIRST SCALED", "LINEAR", also={"q": ("QuantizeV2", {"input": "{1f}", "min_range": "0", "max_range": "1", "T": "DT_QUINT8"})}, wires="q.output -> c.input", min_range="0", max_range="1", attrs="mode_=LINEAR;"),
    one("accidental hits", "ComputeAccidentalHits", "true_classes|num_true", "2", "1", true_classes="{{0}}", sampled_candidates="{1,2}", num_true="2"),
    one("overlaps square", "NonMaxSuppressionWithOverlaps", "overlaps", "square/2", "3", overlaps=filled(2, 3), scores="{0.5f,0.4f}", max_output_size="1", overlap_threshold="0.5", score_threshold="0"),
    one("combined scores", "CombinedNonMaxSuppression", "scores|boxes", "2/3", "3/2", boxes=filled(1, 2, 1, 4), scores=filled(1, 3, 1), max_output_size_per_class="1", max_total_size="1", iou_threshold="0.5", score_threshold="0"),
    one("a fingerprint of another kind", "Fingerprint", "method", "farmhash64", "md5", data='{"a"}', method="md5"),
    one("saturation scale", "AdjustSaturation", "scale", "scalar", "2", images=filled(2, 2, 3), scale="{1,2}"),
    one("kernel type", "ScaleAndTranslate", "attrs", "lanczos", "nearest", images=filled(1, 2, 2, 1), size="{2,2}", scale="{1,1}", translation="{0,0}", attrs="kernel_type_=nearest;"),
    one("quality count", "EncodeJpegVariableQuality", "quality", "100", "200", images=filled(2, 2, 3, value="1"), quality="200"),
    page("wav channels", {"r": ("ReadFile", {"filename": "a.wav"}), "c": ("DecodeWav", {"attrs": "desired_channels_=-3;"})}, "r.contents -> c.contents", "c.attrs", "0/1", "-3", {"a.wav": WAV}),
    one("unicode errors", "UnicodeTranscode", "attrs", "strict replace ignore", "skip", input='"a"', input_encoding="UTF-8", output_encoding="UTF-8", attrs="errors_=skip;"),
    page("folder as file", {"c": ("ReadFile", {"filename": "."})}, "", "c.filename", "file", "folder"),
    page("line with three", {"d": ("CSVDataset", {"filenames": '"a.csv"', "compression_type": '""', "buffer_size": "100", "header": "false", "field_delim": '","', "use_quote_delim": "true", "na_value": '""', "select_cols": "{}", "record_defaults": "{0},{0}", "output_shapes": "{{},{}}"}), "c": ("DatasetToSingleElement", {"output_types": "DT_INT32,DT_INT32", "output_shapes": "{{},{}}"})}, "d.handle -> c.dataset", "d.filenames|record_defaults", "2", "more", {"a.csv": b"1,2,3\n"}),
    page("window shift", {"d": ("TensorSliceDataset", {"components": "{1,2,3}", "output_shapes": "{{}}"}), "c": ("WindowDataset", {"size": "1", "shift": "0", "stride": "1", "drop_remainder": "true", "output_types": "DT_VARIANT", "output_shapes": "{{}}"})}, "d.handle -> c.input_dataset", "c.shift", "1/0", "0"),
    page("shuffle zero", {"d": ("TensorSliceDataset", {"components": "{1,2,3}", "output_shapes": "{{}}"}), "c": ("ShuffleAndRepeatDataset", {"buffer_size": "-4", "seed": "1", "seed2": "2", "count": "1", "output_types": "DT_INT32", "output_shapes": "{{}}"})}, "d.handle -> c.input_dataset", "c.buffer_size", "1/0", "-4"),
    page("batch of unlike", {"a": ("TensorDataset", {"components": "{1,2}", "output_shapes": "{2}"}), "b": ("TensorDataset", {"components": "{1,2,3}", "output_shapes": "{3}"}), "j": ("ConcatenateDataset", {"output_types": "DT_INT32", "output_shapes": "{{-1}}"}), "c": ("BatchDataset", {"batch_size": "2", "output_types": "DT_INT32", "output_shapes": "{{-1,-1}}"}), "e": ("DatasetToSingleElement", {"output_types": "DT_INT32", "output_shapes": "{{-1,-1}}"})}, "a.handle -> j.input_dataset\nb.handle -> j.another_dataset\nj.handle -> c.input_dataset\nc.handle -> e.dataset", "c.input_dataset", "2", "3"),
    one("sparse concat ranks", "SparseConcat", "shapes|indices", "2/1", "1/2", indices="{{0,0}},{{0}}", values="{1f},{2f}", shapes="{1,1},{1}", concat_dim="0"),
    one("sparse dense add", "SparseTensorDenseAdd", "b|a_shape", "2/3", "3/2", a_indices="{{0}}", a_values="{1f}", a_shape="{2}", b="{1f,2f,3f}"),
    one("sparse split axis", "SparseSplit", "split_dim", "1/0", "4", split_dim="4", indices="{{0}}", values="{1f}", shape="{2}", num_split="1"),
    one("ragged rows", "RaggedFillEmptyRows", "value_rowids", "1/2", "7", value_rowids="{0,7}", values="{1f,2f}", nrows="2", default_value="0f"),
    one("slice assign", "StridedSliceAssign", "value", "2", "3", also={"v": VARIABLE}, wires="v.ref -> c.ref", begin="{0}", end="{2}", strides="{1}", value="{7f,8f,9f}"),
    one("adam rate", "ApplyAdam", "beta1", "scalar", "2", also={"v": VARIABLE, "m": VARIABLE, "n": VARIABLE}, wires="v.ref -> c.var\nm.ref -> c.m\nn.ref -> c.v", beta1_power="0.9f", beta2_power="0.9f", lr="0.1f", beta1="{0.9f,0.9f}", beta2="0.9f", epsilon="1e-8f", grad="{1f,1f,1f}"),
    one("descent unset", "ResourceApplyGradientDescent", "var", "value/assign/initial", "", also={"h": HANDLE}, wires="h.resource -> c.var", alpha="0.1f", delta="{1f,1f,1f}"),
    one("resource dtype", "AssignVariableOp", "value|resource", "float32/int32", "int32/float32", also={"h": HANDLE, "k": ("Const", {"val": "{1,2,3}"})}, wires="h.resource -> c.resource\nk.output -> c.value"),
    one("resource row", "ResourceGather", "indices", "2/3", "8", also={"h": HANDLE, "a": ("AssignVariableOp", {"value": "{1f,2f,3f}"}), "s": "ClientSession", "t": "ClientSession"}, wires="h.resource -> a.resource\nh.resource -> c.resource\na.operation -> s.run_outputs\nc.output -> t.fetch_outputs", indices="{8}", dtype="DT_FLOAT"),
    one("stitch negative", "DynamicStitch", "indices", "0", "-1", indices="{-1},{1}", data="{1},{2}"),
    page("stage index", {"a": ("Stage", {"values": "1f", "attrs": "shared_name_=x;"}), "c": ("StagePeek", {"index": "-1", "dtypes": "DT_FLOAT", "attrs": "shared_name_=x;"}), "s": "ClientSession", "t": "ClientSession"}, "a.operation -> s.run_outputs\nc.values -> t.fetch_outputs", "c.index", "0", "-1"),
    page("barrier take types", {"b": ("Barrier", {"component_types": "DT_FLOAT", "attrs": "shapes_={{}};"}), "c": ("BarrierTakeMany", {"num_elements": "1", "component_types": "DT_INT32"})}, "b.handle -> c.handle", "c.component_types", "float32", "int32"),
    page("loop condition number", {"a": ("Const", {"val": "5"}), "c": "LoopCond"}, "a.output -> c.input", "c.input", "bool", "int32"),
    one("binomial count", "StatelessRandomBinomial", "shape|counts", "2/3", "3/2", shape="{3}", seed="{1,2}", counts="{1f,2f}", probs="0.5f"),
    one("shuffle index", "RandomIndexShuffle", "seed", "3", "2", index="1", seed="{1,2}", max_index="5"),
    one("gru candidate", "GRUBlockCell", "w_c", "5", "4", x=filled(1, 3), h_prev=filled(1, 2), w_ru=filled(5, 4), w_c=filled(4, 2), b_ru=filled(4), b_c=filled(2)),
    one("norm offset", "FusedBatchNormV3", "offset", "3", "4", x=filled(1, 2, 2, 3), scale=filled(3), offset=filled(4), mean=filled(3), variance=filled(3), attrs="is_training_=false;"),
    one("depthwise sizes", "DepthwiseConv2dNativeBackpropInput", "input_sizes", "4", "5", input_sizes="{1,4,4,1,1}", filter=filled(2, 2, 1, 1), out_backprop=filled(1, 3, 3, 1), strides="{1,1,1,1}", padding="VALID"),
    one("late label", "SparseSoftmaxCrossEntropyWithLogits", "labels", "0 2", "3", also={"i": late("{0,3}")}, wires="i.ref -> c.labels", features=filled(2, 3)),
    one("late crop", "CropAndResize", "crop_size", "1/0/above", "-2", also={"i": late("{2,-2}")}, wires="i.ref -> c.crop_size", image=filled(1, 2, 2, 1), boxes="{{0f,0f,1f,1f}}", box_ind="{0}"),
]
