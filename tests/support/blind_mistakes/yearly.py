"""More than forty mistakes with rarer blocks, half typed, half computed, written down before any of it was run."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page

HALVES = ("SparseConditionalAccumulator", {"dtype": "DT_FLOAT", "shape": "[2]"})

TYPED = [
    one("yes for true", "BatchMatMulV2", "attrs", "true false", "yes", x=filled(2, 2, 3), y=filled(2, 3, 2), attrs="adj_x_ = yes;"),
    one("more shapes than components", "FIFOQueue", "attrs|component_types", "1/one", "2", component_types="DT_FLOAT", attrs="shapes_ = {{2},{3}};"),
    one("a size in words", "TensorArrayV3", "size", "int32/whole", "three", size="three", dtype="DT_FLOAT"),
    one("a real transform of complex", "RFFT", "input", "float", "1+2j", input="{1+2j,3+1j}", fft_length="{2}"),
    one("unpacked into too many", "Unpack", "num|value", "2", "3", value=filled(2, 3), num="3"),
    one("blocks that do not divide", "SpaceToBatch", "input|block_size|paddings", "2/even/multiple/divi", "3/2", input=filled(1, 3, 3, 1, value="1"), paddings="{{0,0},{0,0}}", block_size="2"),
    one("alignment to the middle", "MatrixDiagV3", "attrs", "LEFT_RIGHT", "MIDDLE", diagonal="{1f,2f}", k="0", num_rows="-1", num_cols="-1", padding_value="0f", attrs="align_ = MIDDLE;"),
    one("updates that are one too many", "TensorScatterSub", "updates|indices", "1/[1]/[1]", "2", tensor="{1f,2f,3f}", indices="{{0}}", updates="{1f,2f}"),
    one("or of numbers", "LogicalOr", "x|y", "bool", "int32/1", also={"a": ("Const", {"val": "{1,0}"})}, wires="a.output -> c.x", y="{true,false}"),
    one("greater than text", "Greater", "x|y", "float/int", "string", also={"a": ("Const", {"val": '{"a"}'})}, wires="a.output -> c.x\na.output -> c.y"),
    one("a sum of unlike rows", "AddV2", "y|x", "3/2", "2/3", x="{1f,2f,3f}", y="{1f,2f}"),
    one("self normalising whole numbers", "Selu", "features", "float", "int32", also={"a": ("Const", {"val": "{1,2}"})}, wires="a.output -> c.features"),
    one("a bracket in a fixed pattern", "StaticRegexFullMatch", "pattern", "regular/pattern", "(ab", input='{"abc"}', pattern='"(ab"'),
    one("an encoding by number", "UnicodeDecodeWithOffsets", "input_encoding", "encoding/UTF-8", "65001", input='{"abc"}', input_encoding="65001"),
    one("reduced over an axis too many", "SparseReduceMaxSparse", "reduction_axes", "1", "2", input_indices="{{0,1}}", input_values="{1f}", input_shape="{2,2}", reduction_axes="{2}"),
    one("a flat transform of a row", "IFFT2D", "input", "rank/2", "[2]/1", input="{1+2j,3+1j}"),
    one("more drawn than there are", "ThreadUnsafeUnigramCandidateSampler", "num_sampled|range_max", "3", "5", true_classes="{{0}}", num_true="1", num_sampled="5", unique="true", range_max="3"),
    one("a branch of nothing", "StatelessCase", "branches", "page", "first", branch_index="0", input="1", branches="first"),
    one("a choice of pages that are none", "StatelessIf", "then_branch", "page", "up", cond="true", input="1", then_branch="up", else_branch="up"),
    one("a box of three corners", "StatelessSampleDistortedBoundingBox", "bounding_boxes", "4", "3", image_size="{8,8,3}", bounding_boxes="{{{0f,0f,1f}}}", min_object_covered="0.1f", seed="{1,2}"),
    one("reduced by a half", "Min", "axis", "whole/int32/int", "0.5", input="{1f,2f}", axis="0.5"),
]

COMPUTED = [
    page("written behind the end later", {"a": late("3"), "t": ("TensorArrayV3", {"size": "2", "dtype": "DT_FLOAT"}), "c": ("TensorArrayWriteV3", {"value": "1f"})}, "t.handle -> c.handle\nt.flow -> c.flow_in\na.ref -> c.index", "c.index", "2/1", "3"),
    page("a later row of the highest", {"v": late("{1f,2f,3f}"), "a": late("{5}"), "c": ("ScatterMax", {"updates": "{9f}"})}, "v.ref -> c.ref\na.ref -> c.indices", "c.indices", "3/2", "5"),
    page("a later point of the highest", {"v": late("{{1f,2f},{3f,4f}}"), "a": late("{{1,3}}"), "c": ("ScatterNdMax", {"updates": "{9f}"})}, "v.ref -> c.ref\na.ref -> c.indices", "c.indices", "2/1", "3"),
    page("taken from a later place", {"a": late("{{7}}"), "c": ("TensorScatterSub", {"tensor": "{1f,2f,3f}", "updates": "{1f}"})}, "a.ref -> c.indices", "c.indices", "3/2", "7"),
    page("later segments beyond their number", {"a": late("{0,4}"), "c": ("SparseSegmentMeanWithNumSegments", {"data": "{{1f},{2f}}", "indices": "{0,1}", "num_segments": "2"})}, "a.ref -> c.segment_ids", "c.segment_ids", "2/1", "4"),
    page("later segments of no row", {"a": late("{0,6}"), "c": ("SparseSegmentSqrtNWithNumSegments", {"data": "{{1f},{2f}}", "segment_ids": "{0,1}", "num_segments": "2"})}, "a.ref -> c.indices", "c.indices", "2/1", "6"),
    page("unique along a later axis", {"a": late("{3}"), "c": ("UniqueWithCountsV2", {"x": "{{1,2},{3,4}}"})}, "a.ref -> c.axis", "c.axis", "2/1", "3"),
    page("a later sum along nothing", {"a": late("{4}"), "c": ("Min", {"input": "{{1f,2f}}"})}, "a.ref -> c.axis", "c.axis", "1/2", "4"),
    page("later sizes that do not meet", {"v": late("{2}"), "f": ("Fill", {"value": "1f"}), "c": ("AddV2", {"y": "{1f,2f,3f}"})}, "v.ref -> f.dims\nf.output -> c.x", "c.x|y", "2/3", "3/2"),
    page("later bounds of quantizing", {"a": late("5f"), "c": ("QuantizeAndDequantizeV2", {"input": "{1f,2f}", "input_max": "1f", "attrs": "range_given_ = true;"})}, "a.ref -> c.input_min", "c.input_min|input_max", "5/1/above/input_max/input_min", "5/1"),
    page("a later file that is not there", {"a": late('"gone.txt"'), "c": "ReadFile"}, "a.ref -> c.filename", "c.filename", "file", "gone.txt"),
    page("a later checkpoint that is not there", {"a": late('"gone.ckpt"'), "c": ("Restore", {"tensor_name": '"w"', "dt": "DT_FLOAT"})}, "a.ref -> c.file_pattern", "c.file_pattern", "file/checkpoint", "gone.ckpt"),
    page("later words that are no picture", {"a": late('"hello"'), "c": "DecodeJxl"}, "a.ref -> c.contents", "c.contents", "JPEG/jxl", "hello"),
    page("a later stack of one more", {"s": ("StackV2", {"max_size": "0", "elem_type": "DT_FLOAT"}), "a": late("1"), "c": "StackPushV2"}, "s.handle -> c.handle\na.ref -> c.elem", "c.elem", "float", "int32"),
    page("later keys that do not match", {"t": ("HashTable", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "c": ("InitializeTable", {"keys": '{"a","b"}', "values": "{1}"})}, "t.table_handle -> c.table_handle", "c.values|keys", "2", "1"),
    page("a table of the same word twice", {"t": ("HashTable", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "a": late('{"a","a"}'), "c": ("InitializeTable", {"values": "{1,2}"})}, "t.table_handle -> c.table_handle\na.ref -> c.keys", "c.keys", "twice/once/differ/unique", "a"),
    page("a table of a file that is not there", {"t": ("HashTable", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "a": late('"none.txt"'), "c": ("InitializeTableFromTextFile", {"key_index": "-2", "value_index": "-1"})}, "t.table_handle -> c.table_handle\na.ref -> c.filename", "c.filename", "file", "none.txt"),
    page("a word later than its column", {"t": ("HashTable", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "c": ("InitializeTableFromTextFile", {"filename": '"words.txt"', "key_index": "0", "value_index": "3"})}, "t.table_handle -> c.table_handle", "c.value_index|filename", "1/2", "3", {"words.txt": b"one\t1\ntwo\t2\n"}),
    page("put into a list later than its end", {"l": ("TensorListFromTensor", {"tensor": "{1f,2f}", "element_shape": "{}"}), "a": late("{-5}"), "c": ("TensorListScatterIntoExistingList", {"tensor": "{9f}"})}, "l.output_handle -> c.input_handle\na.ref -> c.indices", "c.indices", "0/1", "-5"),
    page("a draw by a later algorithm", {"a": late("9"), "c": ("StatelessShuffle", {"value": "{1,2,3}", "key": "{1}", "counter": "{1,2}"})}, "a.ref -> c.alg", "c.alg", "1/3", "9"),
    page("a gradient of later rows", {"k": HALVES, "v": late("{0,3}"), "a": ("Cast", {"DstT": "DT_INT64"}), "c": ("SparseAccumulatorApplyGradient", {"local_step": "0", "gradient_values": "{{1f},{2f}}", "gradient_shape": "{2,1}", "has_known_shape": "true"})}, "k.handle -> c.handle\nv.ref -> a.x\na.y -> c.gradient_indices", "c.gradient_shape|gradient_values|gradient_indices", "2/[2]/1", "2/1/3"),
    page("junk as a packed sparse tensor", {"a": late('{"x","y","z"}'), "c": ("DeserializeSparse", {"dtype": "DT_FLOAT"})}, "a.ref -> c.serialized_sparse", "c.serialized_sparse", "serializ/packed/SerializeSparse", "x"),
    page("a list of a later size", {"a": late("{{1f,2f}}"), "l": ("EmptyTensorList", {"element_shape": "{2}", "max_num_elements": "-1", "element_dtype": "DT_FLOAT"}), "c": "TensorListPushBack"}, "l.handle -> c.input_handle\na.ref -> c.tensor", "c.tensor", "[2]", "[1,/[1"),
]

YEARLY = [*TYPED, *COMPUTED]
