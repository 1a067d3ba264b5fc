"""Mistakes with texts and irregular tensors: strings, sparse and ragged tensors, sets, summaries."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, one, page

STRINGS = [
    one("regex bracket", "RegexReplace", "pattern", "regular/expression/pattern", "[a", input='{"abc"}', pattern="[a", rewrite="x"),
    one("regex star", "RegexFullMatch", "pattern", "regular/expression/pattern", "*a", input='{"abc"}', pattern="*a"),
    one("regex static", "StaticRegexReplace", "pattern", "regular/expression/pattern", "(a", input='{"abc"}', pattern="(a", rewrite="x"),
    one("substr begin", "Substr", "pos", "place", "9", input='{"abc"}', pos="{9}", len="{1}"),
    one("substr shapes", "Substr", "len|pos", "1/2/same", "2/1", input='{"abc"}', pos="{0}", len="{1,2}"),
    one("substr unit", "Substr", "attrs", "BYTE UTF8_CHAR", "CHAR", input='"abc"', pos="0", len="1", attrs="unit_=CHAR;"),
    one("base64", "DecodeBase64", "input", "base64", "a*b", input='"a*b"'),
    one("join shapes", "StringJoin", "inputs", "2", "3", inputs='{"a","b"},{"c","d","e"}'),
    page("join number", {"k": ("Const", {"val": "{1}"}), "c": "StringJoin"}, "k.output -> c.inputs", "c.inputs", "string", "int32"),
    one("reduce join", "ReduceJoin", "reduction_indices", "-1 0", "2", input='{"a","b"}', reduction_indices="{2}"),
    one("reduce join twice", "ReduceJoin", "reduction_indices", "twice", "0", input='{"a","b"}', reduction_indices="{0,0}"),
    one("split rank", "StringSplit", "input", "1", "scalar", input='"a b"', delimiter='" "'),
    one("hash buckets", "StringToHashBucketFast", "num_buckets", "1/0/positive", "0", input='{"a"}', num_buckets="0"),
    one("hash key", "StringToHashBucketStrong", "key", "2", "3", input='{"a"}', num_buckets="4", key="{1,2,3}"),
    page("length number", {"k": ("Const", {"val": "{1}"}), "c": "StringLength"}, "k.output -> c.input", "c.input", "string", "int32"),
    one("as string fill", "AsString", "attrs", "0/one/blank/space", "xx", input="{1}", attrs="width_=5;fill_=xx;"),
    one("as string shortest", "AsString", "attrs|input", "float", "int32/scientific", input="{1}", attrs="scientific_=true;"),
    one("format count", "StringFormat", "attrs|inputs", "1/2", "2/1", inputs="{1},{2}", attrs='template_="a {} b";placeholder_="{}";'),
    one("unicode encoding", "UnicodeDecode", "input_encoding", "encoding/UTF", "LATIN99", input='{"a"}', input_encoding="LATIN99"),
    one("unicode strict", "UnicodeTranscode", "output_encoding", "UTF-8 UTF-16-BE", "ASCII", input='{"a"}', input_encoding="UTF-8", output_encoding="ASCII"),
    one("unicode code point", "UnicodeEncode", "input_splits", "2", "5", input_values="{72,105}", input_splits="{0,5}", output_encoding="UTF-8", attrs="errors_=strict;"),
    one("ngram width", "StringNGrams", "ngram_widths", "1/0/positive", "0", data='{"a","b"}', data_splits="{0,2}", separator='" "', ngram_widths="{0}", left_pad='""', right_pad='""', pad_width="0", preserve_short_sequences="false"),
    one("ngram splits", "StringNGrams", "data_splits", "2", "7", data='{"a","b"}', data_splits="{0,7}", separator='" "', ngram_widths="{1}", left_pad='""', right_pad='""', pad_width="0", preserve_short_sequences="false"),
    one("segment join", "UnsortedSegmentJoin", "segment_ids", "1/2", "4", inputs='{"a","b"}', segment_ids="{0,4}", num_segments="2"),
    one("split separators", "StringSplitV2", "sep", "scalar/one/0/[]", "2", input='{"a b"}', sep='{" ","b"}'),
]

SPARSE = [
    one("sparse order", "SparseToDense", "sparse_indices", "sorted/order/rising/ascending", "1", sparse_indices="{3,1}", output_shape="{4}", sparse_values="{5,6}", default_value="0"),
    one("sparse twice", "SparseToDense", "sparse_indices", "once/different/each/repeat/rising/order", "1", sparse_indices="{1,1}", output_shape="{4}", sparse_values="{5,6}", default_value="0"),
    one("sparse out", "SparseToDense", "sparse_indices", "3/4", "7", sparse_indices="{1,7}", output_shape="{4}", sparse_values="{5,6}", default_value="0"),
    one("sparse values", "SparseToDense", "sparse_values", "2", "3", sparse_indices="{1,2}", output_shape="{4}", sparse_values="{5,6,7}", default_value="0"),
    one("sparse default", "SparseToDense", "default_value|sparse_values", "int32/float32", "float32/int32", sparse_indices="{1,2}", output_shape="{4}", also={"k": ("Const", {"val": "{5,6}"}), "h": ("Const", {"val": "0.5f"})}, wires="k.output -> c.sparse_values\nh.output -> c.default_value"),
    one("sparse default rank", "SparseToDense", "default_value", "scalar/one/0/[]", "2", sparse_indices="{1,2}", output_shape="{4}", sparse_values="{5,6}", default_value="{0,0}"),
    one("sparse matmul", "SparseTensorDenseMatMul", "b", "3", "2", a_indices="{{0,0}}", a_values="{1f}", a_shape="{2,3}", b=filled(2, 1)),
    one("sparse matmul index", "SparseTensorDenseMatMul", "a_indices", "2/3", "9", a_indices="{{0,9}}", a_values="{1f}", a_shape="{2,3}", b=filled(3, 1)),
    one("sparse add shapes", "SparseAdd", "a_shape|b_shape", "2/3", "3/2", a_indices="{{0}}", a_values="{1f}", a_shape="{2}", b_indices="{{0}}", b_values="{1f}", b_shape="{3}", thresh="0f"),
    one("sparse add values", "SparseAdd", "a_values|a_indices", "1/2", "2/1", a_indices="{{0}}", a_values="{1f,2f}", a_shape="{2}", b_indices="{{0}}", b_values="{1f}", b_shape="{2}", thresh="0f"),
    one("sparse reshape", "SparseReshape", "new_shape", "6", "4,2", input_indices="{{0,0}}", input_shape="{2,3}", new_shape="{4,2}"),
    one("sparse concat", "SparseConcat", "concat_dim", "-2 1", "3", indices="{{0,0}},{{0,0}}", values="{1f},{2f}", shapes="{1,1},{1,1}", concat_dim="3"),
    one("sparse split", "SparseSplit", "num_split|shape", "2/3", "3/2", split_dim="0", indices="{{0}}", values="{1f}", shape="{2}", num_split="3"),
    one("sparse reduce", "SparseReduceSum", "reduction_axes", "-1 0", "1", input_indices="{{0}}", input_values="{1f}", input_shape="{2}", reduction_axes="{1}"),
    one("sparse columns", "SparseReorder", "input_indices|input_shape", "2/1", "1/2", input_indices="{{0,0}}", input_values="{1f}", input_shape="{2}"),
    one("sparse softmax rank", "SparseSoftmax", "sp_shape|sp_indices", "2", "2", sp_indices="{{0}}", sp_values="{1f}", sp_shape="{2}"),
    one("sparse dense mul", "SparseDenseCwiseMul", "dense", "2", "3", sp_indices="{{0}}", sp_values="{1f}", sp_shape="{2}", dense="{1f,2f,3f}"),
    one("sparse fill", "SparseFillEmptyRows", "indices", "1/2", "5", indices="{{5,0}}", values="{1f}", dense_shape="{2,1}", default_value="0f"),
    one("sparse slice", "SparseSlice", "start|size", "2", "1", indices="{{0,0}}", values="{1f}", shape="{2,2}", start="{0}", size="{1}"),
    one("sparse cross", "SparseDenseCwiseAdd", "sp_indices", "1/2", "8", sp_indices="{{8}}", sp_values="{1f}", sp_shape="{2}", dense="{1f,2f}"),
    one("serialized", "DeserializeManySparse", "serialized_sparse", "3", "2", serialized_sparse='{{"a","b"}}', dtype="DT_FLOAT"),
    one("csr index", "SparseTensorToCSRSparseMatrix", "indices", "1/2", "9", indices="{{0,9}}", values="{1f}", dense_shape="{2,2}"),
]

RAGGED = [
    one("ragged splits", "RaggedTensorToSparse", "rt_nested_splits", "3", "5", rt_nested_splits="{0,5}", rt_dense_values="{1,2,3}"),
    one("ragged start", "RaggedTensorToSparse", "rt_nested_splits", "0", "1", rt_nested_splits="{1,3}", rt_dense_values="{1,2,3}"),
    one("ragged order", "RaggedTensorToSparse", "rt_nested_splits", "rising/order/ascending/sorted/decreas", "2/1", rt_nested_splits="{0,2,1,3}", rt_dense_values="{1,2,3}"),
    one("ragged range", "RaggedRange", "deltas", "0", "0", starts="{0}", limits="{3}", deltas="{0}"),
    one("ragged lengths", "RaggedRange", "limits|starts", "2/3", "3/2", starts="{0,0}", limits="{1,2,3}", deltas="1"),
    one("ragged gather", "RaggedGather", "indices", "1/2", "6", params_nested_splits="{0,2,3}", params_dense_values="{1,2,3}", indices="{6}", OUTPUT_RAGGED_RANK="1"),
    one("ragged partition", "RaggedTensorToTensor", "row_partition_types", "ROW_SPLITS", "SPLITS", shape="{-1,-1}", values="{1,2,3}", default_value="0", row_partition_tensors="{0,2,3}", row_partition_types="SPLITS"),
    one("ragged default", "RaggedTensorToTensor", "default_value|values", "int32/float32", "float32/int32", shape="{-1,-1}", also={"k": ("Const", {"val": "{1,2,3}"}), "h": ("Const", {"val": "0.5f"})}, wires="k.output -> c.values\nh.output -> c.default_value", row_partition_tensors="{0,2,3}", row_partition_types="ROW_SPLITS"),
    one("ragged bincount", "RaggedBincount", "splits", "0", "1", splits="{1,2}", values="{1,2}", size="3", weights="{}"),
]

SETS = [
    one("set operation", "DenseToDenseSetOperation", "set_operation", "union intersection", "minus", set1="{{1,2}}", set2="{{1,3}}", set_operation="minus"),
    one("set groups", "DenseToDenseSetOperation", "set1|set2", "1/2", "2/1", set1="{{1,2}}", set2="{{1,3},{2,4}}", set_operation="union"),
    one("set rank", "DenseToDenseSetOperation", "set1", "2", "1", set1="{1,2}", set2="{1,3}", set_operation="union"),
    one("set size", "SetSize", "set_indices", "1/2", "9", set_indices="{{0,9}}", set_values="{1}", set_shape="{1,2}"),
]

SUMMARIES = [
    one("scalar summary", "ScalarSummary", "values|tags", "2/1", "1/2", tags='{"a","b"}', values="{1f}"),
    one("histogram nan", "HistogramSummary", "values", "finite/NaN", "NaN", tag="a", values="{1f,nan}"),
    one("image summary", "ImageSummary", "tensor", "1 3 4", "2", tag="a", tensor=filled(1, 2, 2, 2)),
    one("audio rank", "AudioSummaryV2", "tensor", "2/3", "[1]", tag="a", tensor="{0.1f}", sample_rate="8000"),
    one("merge summary", "MergeSummary", "inputs", "Summary", "abc", inputs='"abc"'),
    one("print label", "PrintV2", "input", "scalar/one/0/[]", "2", input='{"a","b"}'),
    one("print stream", "PrintV2", "attrs", "stdout/stderr", "printer", input='"a"', attrs="output_stream_=printer;"),
]

TEXTS = [*STRINGS, *SPARSE, *RAGGED, *SETS, *SUMMARIES]
