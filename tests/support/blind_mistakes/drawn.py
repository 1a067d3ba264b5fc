"""Mistakes with blocks that were drawn by lot from the catalog, so that rare ones are among them."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, one, page

VARIABLE = ("Variable", {"initvalues": "{1f,2f,3f}"})
SLICES = ("TensorSliceDataset", {"components": "{1,2,3}", "output_shapes": "{{}}"})
HANDLE = ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{3}"})
FILLED = {"h": HANDLE, "a": ("AssignVariableOp", {"value": "{1f,2f,3f}"}), "s": "ClientSession", "t": "ClientSession"}
FILLING = "h.resource -> a.resource\na.operation -> s.run_outputs\nc.operation -> t.run_outputs\n"

DRAWN = [
    page("fft3d real", {"k": ("Const", {"val": filled(2, 2, 2)}), "c": "FFT3D"}, "k.output -> c.input", "c.input", "complex64", "float32"),
    one("poisson rate type", "RandomPoisson", "shape", "int32/int64", "0.5/float", shape="{0.5}", rate="1f"),
    one("truncated seed", "StatelessTruncatedNormal", "seed", "2", "3", shape="{2}", seed="{1,2,3}"),
    one("batch product", "BatchMatMulV3", "x|y", "2/3", "3/2", x=filled(2, 3), y=filled(2, 2), Tout="DT_FLOAT"),
    one("gamma shapes", "Igamma", "a|x", "2/3", "3/2", a="{1f,2f}", x="{1f,2f,3f}"),
    one("list scatter", "TensorListScatterV2", "indices|tensor", "2/3", "3/2", tensor=filled(2, 1), indices="{0,1,2}", element_shape="{1}", num_elements="-1"),
    one("elu shapes", "EluGrad", "gradients|outputs", "2/3", "3/2", gradients="{1f,2f}", outputs="{1f,2f,3f}"),
    page("assign sub", {**FILLED, "c": ("AssignSubVariableOp", {"value": "{1f,2f}"})}, FILLING + "h.resource -> c.resource", "c.value", "3", "2"),
    page("momentum rate", {**FILLED, "m": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{3}"}), "c": ("ResourceApplyKerasMomentum", {"lr": "{0.1f,0.2f}", "grad": "{1f,1f,1f}", "momentum": "0.9f"})}, FILLING + "h.resource -> c.var\nm.resource -> c.accum", "c.lr", "scalar/0/[]", "2"),
    page("resource update", {**FILLED, "c": ("ResourceScatterUpdate", {"indices": "{5}", "updates": "{1f}"})}, FILLING + "h.resource -> c.resource", "c.indices", "2/3", "5"),
    page("replicas", {"d": SLICES, "c": ("RebatchDataset", {"num_replicas": "0", "output_types": "DT_INT32", "output_shapes": "{{}}"})}, "d.handle -> c.input_dataset", "c.num_replicas", "1/0/positive", "0"),
    one("format letters", "DataFormatDimMap", "attrs", "4/5", "NHC/3", x="{1}", attrs="src_format_=NHC;dst_format_=CHN;"),
    page("bits of floats", {"k": ("Const", {"val": "{1f}"}), "c": ("BitwiseAnd", {"y": "{1f}"})}, "k.output -> c.x", "c.x", "int", "float32"),
    one("volume gradient", "AvgPool3DGrad", "grad", "5", "[1,", orig_input_shape="{1,2,2,2,1}", grad=filled(1, 2, 2, 1), ksize="{1,1,1,1,1}", strides="{1,1,1,1,1}", padding="VALID"),
    one("iterator name", "IteratorFromStringHandleV2", "string_handle", "handle", "nonsense", string_handle='"nonsense"'),
    one("segment gradient", "SparseSegmentMeanGradV2", "indices|segment_ids", "2/1", "1/2", grad=filled(1, 1), indices="{0,1}", segment_ids="{0}", dense_output_dim0="2"),
    one("difference shapes", "SquaredDifference", "x|y", "2/3", "3/2", x="{1f,2f}", y="{1f,2f,3f}"),
    one("lrn gradient", "LRNGrad", "output_image|input_image|input_grads", "1/2", "2/1", input_grads=filled(1, 2, 2, 1), input_image=filled(1, 2, 2, 1), output_image=filled(1, 1, 2, 1)),
    one("default shape", "PlaceholderWithDefault", "input|shape", "2/3", "3/2", input="{1,2,3}", shape="{2}"),
    one("ragged count", "RaggedCountSparseOutput", "splits", "3", "9", splits="{0,9}", values="{1,2,3}", weights="{}", binary_output="false"),
    page("real of int", {"k": ("Const", {"val": "{1}"}), "c": "Real"}, "k.output -> c.input", "c.input", "complex", "int32"),
    one("beam paths", "CTCBeamSearchDecoder", "top_paths|beam_width", "2/5", "5/2", inputs=filled(3, 1, 4), sequence_length="{3}", beam_width="2", top_paths="5"),
    one("volume pool gradient", "MaxPool3DGrad", "orig_output|grad", "2", "1", orig_input=filled(1, 2, 2, 2, 1), orig_output=filled(1, 1, 2, 2, 1), grad=filled(1, 2, 2, 2, 1), ksize="{1,1,1,1,1}", strides="{1,1,1,1,1}", padding="VALID"),
    one("polygamma shapes", "Polygamma", "a|x|y", "2/3", "3/2", x="{1f,2f}", y="{1f,2f,3f}"),
    one("slice gradient", "StridedSliceGrad", "dy", "2", "3", shape="{4}", begin="{0}", end="{2}", strides="{1}", dy="{1f,2f,3f}"),
    one("draw count", "StatelessMultinomial", "logits", "2", "[2]", logits="{0.1f,0.9f}", num_samples="2", seed="{1,2}"),
    one("resize gradient", "ResizeBilinearGrad", "grads", "4", "2", grads=filled(2, 2), original_image=filled(1, 2, 2, 1)),
    one("pad and convolve", "FusedPadConv2D", "paddings", "4", "2", input=filled(1, 3, 3, 1), paddings="{{0,0},{1,1}}", filter=filled(2, 2, 1, 1), mode="REFLECT", strides="{1,1,1,1}", padding="VALID"),
    page("mutex of number", {"k": ("Const", {"val": "1"}), "c": "MutexLock"}, "k.output -> c.mutex", "c.mutex", "resource/Mutex", "int32"),
    one("many sparse", "SerializeManySparse", "sparse_indices|sparse_shape", "2/1", "1/2", sparse_indices="{{0}}", sparse_values="{1f}", sparse_shape="{2}"),
    page("table import", {"t": ("MutableHashTableV2", {"key_dtype": "DT_INT32", "value_dtype": "DT_FLOAT"}), "c": ("LookupTableImportV2", {"keys": "{1,2,3}", "values": "{1f}"})}, "t.table_handle -> c.table_handle", "c.values|keys", "3/1", "1/3"),
    one("ragged variant", "RaggedTensorToVariant", "rt_nested_splits", "3", "8", rt_nested_splits="{0,8}", rt_dense_values="{1,2,3}", batched_input="true"),
    one("cells width", "BlockLSTMV2", "w", "4", "3", seq_len_max="1", x=filled(1, 1, 2), cs_prev=filled(1, 2), h_prev=filled(1, 2), w=filled(3, 8), wci=filled(2), wcf=filled(2), wco=filled(2), b=filled(8)),
    one("sparse handle", "TakeManySparseFromTensorsMap", "sparse_handles", "there", "12", sparse_handles="{12}", dtype="DT_FLOAT"),
    one("sparse maximum", "SparseSparseMaximum", "b_shape|a_shape", "2/3", "3/2", a_indices="{{0}}", a_values="{1f}", a_shape="{2}", b_indices="{{0}}", b_values="{1f}", b_shape="{3}"),
    one("fill gradient", "SparseFillEmptyRowsGrad", "reverse_index_map", "1/2", "9", reverse_index_map="{9}", grad_values="{1f,2f}"),
    one("scatter aliasing", "ScatterNdNonAliasingAdd", "indices", "3", "8", input="{1,2,3}", indices="{{8}}", updates="{1}"),
    one("stitch parallel", "ParallelDynamicStitch", "data|indices", "2/1", "1/2", indices="{0},{1}", data="{1},{2,3}"),
]
