"""Mistakes of which TensorFlow's own phrase was passed on, or nothing that is right was said."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, one

LIST = ("TensorListFromTensor", {"tensor": "{1f,2f,3f}", "element_shape": "{}"})
QUANTIZED = {"min_range": "0f", "max_range": "1f", "T": "DT_QUINT8"}
CONVOLVED = {"min_input": "0f", "max_input": "1f", "min_filter": "0f", "max_filter": "1f", "padding": "VALID"}
EXAMPLE = ("DecodeJSONExample", {"json_examples": '{"{\\"features\\":{\\"feature\\":{\\"a\\":{\\"int64List\\":{\\"value\\":[1,2]}}}}}"}'})
RECORD = {"names": "{}", "dense_shapes": "{}"}
SIDE = {"a_values": "{1f}", "a_shape": "{2}", "b_indices": "{{0}}", "b_values": "{1f}", "b_shape": "{2}"}

WORDED = [
    # pictures and windows
    one("no box for a class", "CombinedNonMaxSuppression", "max_output_size_per_class", "1", "0", boxes=filled(1, 2, 1, 4), scores=filled(1, 2, 1), max_output_size_per_class="0", max_total_size="2", iou_threshold="0.5f", score_threshold="0f"),
    one("boxes of three classes", "CombinedNonMaxSuppression", "boxes", "2 1", "3", boxes=filled(1, 2, 3, 4), scores=filled(1, 2, 2), max_output_size_per_class="1", max_total_size="1", iou_threshold="0.5f", score_threshold="0f"),
    one("filter deeper than input", "Conv", "filter", "multiple 2", "3", input=filled(1, 4, 4, 2), filter=filled(2, 2, 3, 1), strides="{1,1,1,1}", padding="VALID"),
    one("three strides of a conv", "Conv", "strides", "4 numbers", "3", input=filled(1, 4, 4, 2), filter=filled(2, 2, 2, 1), strides="{1,1,1}", padding="VALID"),
    one("quantized depth", "QuantizedConv2D", "filter", "multiple 2", "3", also={"i": ("QuantizeV2", {"input": filled(1, 4, 4, 2), **QUANTIZED}), "f": ("QuantizeV2", {"input": filled(2, 2, 3, 1), **QUANTIZED})}, wires="i.output -> c.input\nf.output -> c.filter", strides="{1,1,1,1}", **CONVOLVED),
    one("quantized uneven strides", "QuantizedConv2D", "strides", "equal rows", "1,2", also={"i": ("QuantizeV2", {"input": filled(1, 4, 4, 2), **QUANTIZED}), "f": ("QuantizeV2", {"input": filled(2, 2, 2, 1), **QUANTIZED})}, wires="i.output -> c.input\nf.output -> c.filter", strides="{1,1,2,1}", **CONVOLVED),
    one("two channels with boxes", "DrawBoundingBoxes", "images", "1 3 4 channels", "2", images=filled(1, 4, 4, 2), boxes=filled(1, 1, 4)),
    one("patches larger than picture", "ExtractImagePatches", "ksizes", "2 window", "5", also={"v": ("Variable", {"initvalues": filled(1, 2, 2, 1)})}, wires="v.ref -> c.images", ksizes="{1,5,5,1}", strides="{1,1,1,1}", rates="{1,1,1,1}", padding="VALID"),
    one("late window beyond picture", "MaxPoolV2", "ksize", "4 window", "9", also={"k": ("Variable", {"initvalues": "{1,9,9,1}"})}, wires="k.ref -> c.ksize", input=filled(1, 4, 4, 1), strides="{1,1,1,1}", padding="VALID"),
    one("three numbers of a late window", "MaxPoolGradV2", "ksize", "4 numbers", "1,2,2", orig_input=filled(1, 4, 4, 1), orig_output=filled(1, 3, 3, 1), grad=filled(1, 3, 3, 1), ksize="{1,2,2}", strides="{1,1,1,1}", padding="VALID"),
    one("ratio beyond the size", "FractionalMaxPool", "pooling_ratio", "4", "9", value=filled(1, 4, 4, 1), pooling_ratio="{1.0,9.0,1.5,1.0}"),
    one("three sizes of pooled pictures", "FractionalAvgPoolGrad", "orig_input_tensor_shape", "4 numbers", "1,4,4", orig_input_tensor_shape="{1,4,4}", out_backprop=filled(1, 2, 2, 1), row_pooling_sequence="{0,2,4}", col_pooling_sequence="{0,2,4}"),
    one("projected to no height", "ImageProjectiveTransformV2", "output_shape", "above 0", "0", images=filled(1, 2, 2, 1), transforms="{{1f,0f,0f,0f,1f,0f,0f,0f}}", output_shape="{0,2}", interpolation="NEAREST"),
    one("crop gradients of other depth", "CropAndResizeGradImage", "image_size", "3 channels", "1", also={"s": ("Variable", {"initvalues": "{1,4,4,1}"})}, wires="s.ref -> c.image_size", grads=filled(1, 2, 2, 3), boxes="{{0f,0f,1f,1f}}", box_ind="{0}", T="DT_FLOAT"),
    one("range of one number", "SampleDistortedBoundingBox", "attrs", "2 numbers", "0.5", image_size="{4,4,3}", bounding_boxes=filled(1, 1, 4), attrs="area_range_={0.5};"),
    # matrices and arrays
    one("too few rows for a diagonal", "MatrixDiagV2", "num_rows", "2 -1", "1", diagonal="{1f,2f}", k="0", num_rows="1", num_cols="2", padding_value="0f"),
    one("matrix of other sizes", "MatrixDiagV3", "num_cols", "2 -1", "4", diagonal="{1f,2f}", k="0", num_rows="3", num_cols="4", padding_value="0f"),
    one("one diagonal for a band", "MatrixDiagV3", "diagonal", "2 rows diagonal", "[2]/2", diagonal="{1f,2f}", k="{0,1}", num_rows="-1", num_cols="-1", padding_value="0f"),
    one("three diagonals for two", "MatrixDiagV3", "diagonal", "2 rows diagonal", "3", diagonal=filled(3, 2), k="{0,1}", num_rows="-1", num_cols="-1", padding_value="0f"),
    one("offsets of unlike shapes", "ConcatOffset", "shape", "3", "4", concat_dim="0", shape="{2,3},{2,4}"),
    one("two open sizes of a split", "SplitV", "size_splits", "-1 once", "-1,-1", value="{1f,2f,3f}", size_splits="{-1,-1}", axis="0", num_split="2"),
    one("scattered into nothing", "ScatterNd", "shape", "above 0", "no element", indices="{{0},{1}}", updates="{1f,2f}", shape="{0}"),
    one("range that stands", "Range", "delta", "above below", "0", also={"d": ("Variable", {"initvalues": "0"})}, wires="d.ref -> c.delta", start="0", limit="5"),
    one("gradient of a slice", "StridedSliceGrad", "dy", "[2]", "[3]/3", shape="{3}", begin="{0}", end="{2}", strides="{1}", dy="{1f,2f,3f}"),
    one("greatest of a late scalar", "ArgMax", "input", "rank 1", "scalar", also={"s": ("PlaceholderWithDefault", {"input": "1f", "shape": "<unknown>"})}, wires="s.output -> c.input", dimension="0"),
    one("partitions for two rows", "DynamicPartition", "partitions", "2 dimension", "3", data="{1f,2f}", partitions="{0,1,1}", num_partitions="2"),
    # random numbers
    one("shuffled beyond the end", "RandomIndexShuffle", "index", "0 3", "9", index="9", seed="{1,2,3}", max_index="3"),
    one("two numbers of a seed", "RandomIndexShuffle", "seed", "3 row", "2", index="1", seed="{1,2}", max_index="3"),
    one("shuffled by two keys", "StatelessShuffle", "key", "[1]", "[2]/2", value="{1f,2f}", key="{1,2}", counter="{1,2}", alg="1"),
    # sparse and ragged tensors
    one("bins of a list", "SparseBincount", "dense_shape", "2 numbers indices", "2", indices="{{0,0}}", values="{1}", dense_shape="{2}", size="3", weights="{}"),
    one("places outside of the first", "SparseSparseMinimum", "a_indices", "2", "9", a_indices="{{9}}", **SIDE),
    one("places outside of a dense one", "SparseTensorDenseAdd", "a_indices", "0 1", "5", a_indices="{{5,0}}", a_values="{1f}", a_shape="{2,2}", b=filled(2, 2)),
    one("no multiple of places", "SparseReshape", "new_shape", "4 product", "3", input_indices="{{0,0}}", input_shape="{2,2}", new_shape="{3,-1}"),
    one("size below nothing", "SparseSlice", "size", "0", "-1", indices="{{0,0}}", values="{1}", shape="{2,2}", start="{0,0}", size="{1,-1}"),
    one("two sizes for a row of one", "SparseToDense", "output_shape", "1", "2", sparse_indices="{{0},{1}}", output_shape="{5,5}", sparse_values="{1,2}", default_value="0"),
    one("splits that begin late", "RaggedTensorToVariant", "rt_nested_splits", "0 first", "1", rt_nested_splits="{1,2}", rt_dense_values="{1,2}", batched_input="true"),
    one("n-gram splits that begin late", "StringNGrams", "data_splits", "0 first", "1", data='{"a","b"}', data_splits="{1,2}", separator='" "', ngram_widths="{1}", left_pad='"x"', right_pad='"x"', pad_width="0", preserve_short_sequences="false"),
    one("more values than places", "SparseTensorSliceDataset", "values", "1 indices", "2", indices="{{0,0}}", values="{1,2}", dense_shape="{2,2}"),
    one("sliced shape of one number", "SparseTensorSliceDataset", "dense_shape", "2 numbers", "2", indices="{{0,0}}", values="{1}", dense_shape="{2}"),
    one("compressed values too many", "SparseTensorToCSRSparseMatrix", "values", "1 indices", "2", indices="{{0,0}}", values="{1f,2f}", dense_shape="{2,2}"),
    one("mapped shape of one number", "AddSparseToTensorsMap", "sparse_shape", "2 numbers", "2", sparse_indices="{{0,0}}", sparse_values="{1}", sparse_shape="{2}"),
    one("crossed shape of one number", "SparseCross", "shapes", "2 numbers", "1", indices="{{0,0}}", values="{1}", shapes="{2}", dense_inputs="{{1}}", hashed_output="true", num_buckets="10", hash_key="1", out_type="DT_INT64", internal_type="DT_INT64"),
    one("crossed values too many", "SparseCrossV2", "values", "1 indices", "2", indices="{{0,0}}", values='{"a","b"}', shapes="{2,2}", dense_inputs='{{"x"}}', sep='"_"'),
    one("set of unsorted places", "SparseToSparseSetOperation", "set1_indices", "rising order", "[0,0]/0", set1_indices="{{1,0},{0,0}}", set1_values="{1,2}", set1_shape="{2,2}", set2_indices="{{0,0}}", set2_values="{1}", set2_shape="{2,2}", set_operation="union"),
    one("matrix of a vector's shape", "SparseMatrixZeros", "dense_shape", "2 3 numbers", "1", dense_shape="{2}", type="DT_FLOAT"),
    one("late bias of two dimensions", "GRUBlockCell", "b_ru", "vector/1", "2", also={"b": ("PlaceholderWithDefault", {"input": filled(1, 4), "shape": "<unknown>"})}, wires="b.output -> c.b_ru", x=filled(1, 2), h_prev=filled(1, 2), w_ru=filled(4, 4), w_c=filled(4, 2), b_c=filled(2)),
    # lists, data sets and records
    one("element beyond the list", "TensorListSetItem", "index", "0 2", "9", also={"l": LIST}, wires="l.output_handle -> c.input_handle", index="9", item="1f"),
    one("list of less than nothing", "TensorListReserve", "num_elements", "0", "-3", element_shape="{}", num_elements="-3", element_dtype="DT_FLOAT"),
    one("list cut to less than nothing", "TensorListResize", "size", "0", "-3", also={"l": LIST}, wires="l.output_handle -> c.input_handle", size="-3"),
    one("scattered beyond the list", "TensorListScatterV2", "indices", "0 2", "7", tensor="{1f,2f}", indices="{0,7}", element_shape="{}", num_elements="3"),
    one("nine of three elements", "TensorListStack", "attrs", "3", "9", also={"l": LIST}, wires="l.output_handle -> c.input_handle", element_shape="{}", element_dtype="DT_FLOAT", attrs="num_elements_=9;"),
    one("joined scalars of a list", "TensorListConcatV2", "element_shape|input_handle", "rank 1", "scalar", also={"l": LIST}, wires="l.output_handle -> c.input_handle", element_shape="{}", leading_dims="{}", element_dtype="DT_FLOAT"),
    one("shape of other elements", "TensorDataset", "output_shapes", "[2]", "[3]", components="{1,2}", output_shapes="{{3}}"),
    one("record of other numbers", "ParseExample", "sparse_types", "int64", "float32", also={"e": EXAMPLE}, wires="e.binary_examples -> c.serialized", sparse_keys='"a"', sparse_types="DT_FLOAT", **RECORD),
    one("one type for two keys", "ParseExampleV2", "sparse_keys|num_sparse", "1", "2", also={"e": EXAMPLE}, wires="e.binary_examples -> c.serialized", sparse_keys='{"a","b"}', dense_keys="{}", ragged_keys="{}", num_sparse="1", sparse_types="DT_INT64", ragged_value_types="{}", ragged_split_types="{}", **RECORD),
    one("two defaults of a field", "DecodeCSV", "record_defaults", "one none", "1,2", records='{"1"}', record_defaults="{1,2}"),
]
