"""Mistakes that TensorFlow takes without a word or with few of them: each shows only in what a run gives."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page

PICTURE = filled(1, 4, 4, 3)
QUANTIZED = {"quantization_min_val": "-128", "quantization_max_val": "127"}

UNSAID = [
    one("a group that the pattern has not", "RegexReplace", "rewrite", "1 group", r"\2", input='{"2024-05"}', pattern='"([0-9]+)-[0-9]+"', rewrite=r'"\\2/\\1"'),
    page("a group too many later", {"a": late(r'"\\3"'), "c": ("RegexReplace", {"input": '{"ab"}', "pattern": r'"(a)(?:b)[(]?\\(?"'})}, "a.ref -> c.rewrite", "c.rewrite", "1 group", r"\3"),
    one("a letter behind a backslash", "RegexReplace", "rewrite", "number backslash", r"\n", input='{"ab"}', pattern='"(a)"', rewrite=r'"\\1\\n"'),
    one("a group that the fixed pattern has not", "StaticRegexReplace", "rewrite", "2 group", r"\5", input='{"ab"}', pattern='"(?P<one>a)(b)"', rewrite=r'"\\5"'),
    one("bounds the wrong way round", "ClipByValue", "clip_value_max", "6 clip_value_min", "3", t="{1f,5f,9f}", clip_value_min="6f", clip_value_max="3f"),
    page("later bounds that cross", {"a": late("{0f,7f}"), "c": ("ClipByValue", {"t": "{1f,5f}", "clip_value_max": "{2f,2f}"})}, "a.ref -> c.clip_value_min", "c.clip_value_max", "7 clip_value_min", "2"),
    page("a label of the blank", {"a": late("{1,2}"), "c": ("CTCLoss", {"inputs": filled(4, 1, 3), "labels_indices": "{{0,0},{0,1}}", "sequence_length": "{4}"})}, "a.ref -> c.labels_values", "c.labels_values", "0 1", "2"),
    page("a crop in pixels", {"a": late("{{0,0,1,1},{10,20,80,90}}"), "f": ("Cast", {"DstT": "DT_FLOAT"}), "c": ("CropAndResize", {"image": PICTURE, "box_ind": "{0,0}", "crop_size": "{2,2}"})}, "a.ref -> f.x\nf.y -> c.boxes", "c.boxes", "0 1", "{10,20,80,90}"),
    page("a crop in pixels from the corner", {"a": late("{{0f,0f,50f,50f}}"), "c": ("CropAndResize", {"image": PICTURE, "box_ind": "{0}", "crop_size": "{2,2}"})}, "a.ref -> c.boxes", "c.boxes", "0 1", "{0,0,50,50}"),
    one("a drawn box in pixels from the corner", "DrawBoundingBoxes", "boxes", "0 1", "{0,0,2,3}", images=PICTURE, boxes="{{{0f,0f,2f,3f}}}"),
    one("a drawn box in pixels", "DrawBoundingBoxes", "boxes", "0 1", "{10,20,80,90}", images=PICTURE, boxes="{{{10f,20f,80f,90f}}}"),
    page("a drawn box the wrong way round", {"a": late("{{{0.8f,0.1f,0.2f,0.9f}}}"), "c": ("DrawBoundingBoxesV2", {"images": PICTURE, "colors": "{{1f,0f,0f}}"})}, "a.ref -> c.boxes", "c.boxes", "top bottom", "0.8"),
    page("a later shape of nothing", {"a": late("{2f,0f}"), "c": ("RandomGamma", {"shape": "{2}"})}, "a.ref -> c.alpha", "c.alpha", "0", "0 1"),
    page("a later scale of nothing", {"a": late("0f"), "c": ("UniformQuantize", {"input": "{1f,2f}", "zero_points": "0", "Tout": "DT_QINT8", **QUANTIZED}), "d": ("UniformDequantize", {"scales": "1f", "zero_points": "0", "Tout": "DT_FLOAT", **QUANTIZED})}, "a.ref -> c.scales\nc.output -> d.input", "c.scales", "0", "0"),
]

SHORTLY_SAID = [
    page("bytes that are no text", {"a": ("DecodeBase64", {"input": '{"YWI","w_8"}'}), "c": ("UnicodeDecode", {"input_encoding": "UTF-8", "attrs": "errors_ = strict;"})}, "a.output -> c.input", "c.input", "text UTF-8", r"\xc3\xff 1"),
    one("half a letter", "UnicodeTranscode", "input", "text UTF-16-BE", "abc", input='{"abc"}', input_encoding="UTF-16-BE", output_encoding="UTF-8", attrs="errors_ = strict;"),
    page("a later step of nothing", {"a": late("{1,0}"), "c": ("RaggedRange", {"starts": "{0,5}", "limits": "{3,9}"})}, "a.ref -> c.deltas", "c.deltas", "0", "0 1"),
    one("a grey format for colours", "EncodeJpeg", "image|attrs", "1 channel grayscale", "[2, 2, 3]/3", image=filled(2, 2, 3, value="1"), attrs="format_ = grayscale;"),
    one("a colour format for grey", "EncodeJpeg", "image|attrs", "3 channels rgb", "[2, 2, 1]/1", image=filled(2, 2, 1, value="1"), attrs="format_ = rgb;"),
    one("three halves of numbers", "Bitcast", "input|type", "2 int32 float64", "3", input="{1,2,3}", type="DT_DOUBLE"),
    page("packed as another type", {"v": late("{1f,2f}"), "s": "SerializeTensor", "c": ("ParseTensor", {"out_type": "DT_INT32"})}, "v.ref -> s.tensor\ns.serialized -> c.serialized", "c.out_type", "float32 packed", "int32"),
    one("weights of a cell too short", "GRUBlockCell", "w_ru", "5 input_size cell_size", "4", x="{{1f,2f,3f}}", h_prev="{{0f,0f}}", w_ru=filled(4, 4), w_c=filled(5, 2), b_ru=filled(4), b_c=filled(2)),
    one("one row searched in two", "LowerBound", "values|sorted_inputs", "2 count", "[1, 1]", sorted_inputs=filled(2, 2), values=filled(1, 1)),
    page("later scales of nothing", {"k": ("Const", {"val": "{1f,2f}"}), "q": ("UniformQuantize", {"scales": "1f", "zero_points": "0", "Tout": "DT_QINT8", **QUANTIZED}), "a": late("-1f"), "c": ("UniformDequantize", {"zero_points": "0", "Tout": "DT_FLOAT", **QUANTIZED})}, "k.output -> q.input\nq.output -> c.input\na.ref -> c.scales", "c.scales", "0", "-1"),
    page("a label beyond the classes", {"a": late("{5,1}"), "c": ("CTCLoss", {"inputs": filled(4, 1, 3), "labels_indices": "{{0,0},{0,1}}", "sequence_length": "{4}"})}, "a.ref -> c.labels_values", "c.labels_values", "0 1", "5"),
]

SIDES = {"image_size": "{10,10,3}", "bounding_boxes": "{{{0f,0f,1f,1f}}}"}

SECOND = [
    page("places of a second set in disorder", {"a": late("{{0,1},{0,0}}"), "k": ("Cast", {"DstT": "DT_INT64"}), "c": ("DenseToSparseSetOperation", {"set1": "{{1,2}}", "set2_values": "{1,2}", "set2_shape": "{1,2}", "set_operation": '"intersection"'})}, "a.ref -> k.x\nk.y -> c.set2_indices", "c.set2_indices", "order", "[0,0] 1"),
    one("the second of two sets in disorder", "SparseToSparseSetOperation", "set2_indices", "order", "[0,1] 1", set1_indices="{{0,0},{0,1}}", set1_values="{1,2}", set1_shape="{1,9}", set2_indices="{{0,7},{0,1}}", set2_values="{1,2}", set2_shape="{1,9}", set_operation="union"),
    page("an index beyond what is shuffled", {"a": late("12"), "c": ("RandomIndexShuffle", {"seed": "{1,2,3}", "max_index": "9"})}, "a.ref -> c.index", "c.index", "0 9", "12"),
    one("a vocabulary of nowhere", "FixedUnigramCandidateSampler", "attrs", "unigrams vocab_file", "neither", true_classes="{{0}}", num_true="1", num_sampled="1", unique="true", range_max="3"),
    one("a vocabulary twice", "FixedUnigramCandidateSampler", "attrs", "unigrams vocab_file", "both", files={"v.txt": b"1,1\n2,2\n3,3\n"}, true_classes="{{0}}", num_true="1", num_sampled="1", unique="true", range_max="3", attrs='unigrams_ = {1,2,3}; vocab_file_ = "v.txt";'),
    one("a range of two for three columns", "QuantizeV2", "min_range", "3 axis", "{0,0}/2", input=filled(2, 3), min_range="{0f,0f}", max_range="{1f,1f,1f}", T="DT_QUINT8", attrs="axis_ = 1; mode_ = SCALED;"),
    one("an axis that is not there", "QuantizeV2", "attrs", "1", "5", input=filled(2, 3), min_range="{0f,0f,0f}", max_range="{1f,1f,1f}", T="DT_QUINT8", attrs="axis_ = 5; mode_ = SCALED;"),
    page("a range of two to turn back three columns", {"k": ("Const", {"val": filled(2, 3)}), "q": ("QuantizeV2", {"min_range": "0f", "max_range": "1f", "T": "DT_QUINT8"}), "c": ("Dequantize", {"min_range": "{0f,0f,0f}", "max_range": "{1f,1f}", "attrs": "axis_ = 1;"})}, "k.output -> q.input\nq.output -> c.input", "c.max_range|min_range", "3", "2/{1,1}"),
    one("ends of two for three columns", "QuantizeAndDequantizeV3", "input_max|input_min", "3", "2/{1,1}", input=filled(2, 3), input_min="{0f,0f,0f}", input_max="{1f,1f}", num_bits="8", attrs="axis_ = 1;"),
    one("an area the wrong way round", "SampleDistortedBoundingBox", "attrs", "lower higher", "0.9 0.1", attrs="area_range_ = {0.9,0.1};", **SIDES),
    one("more covered than all", "SampleDistortedBoundingBox", "attrs", "0 1", "3", attrs="min_object_covered_ = 3.0;", **SIDES),
    page("later more covered than all", {"a": late("90f"), "c": ("SampleDistortedBoundingBoxV2", SIDES)}, "a.ref -> c.min_object_covered", "c.min_object_covered", "0 1", "90"),
]

SECOND += [
    page("a later row beyond the vector", {"a": late("{{1},{4}}"), "c": ("ScatterNd", {"updates": "{7f,8f}", "shape": "{4}"})}, "a.ref -> c.indices", "c.indices", "4", "[4] 1"),
]

LATE_ROWS = {"a": late("{{1,0},{0,1}}"), "k": ("Cast", {"DstT": "DT_INT64"})}
ROWS = "a.ref -> k.x\nk.y -> c."

DISORDERED = [
    page("a sum of sparse rows in disorder", {**LATE_ROWS, "c": ("SparseAdd", {"a_indices": "{{0,1},{1,0}}", "a_values": "{2f,1f}", "a_shape": "{2,2}", "b_values": "{1f,2f}", "b_shape": "{2,2}", "thresh": "0f"})}, ROWS + "b_indices", "c.b_indices", "rising order", "[0,1] 1"),
    one("the higher of sparse rows in disorder", "SparseSparseMaximum", "a_indices", "rising order", "[0,1] 1", a_indices="{{1,0},{0,1}}", a_values="{2f,1f}", a_shape="{2,2}", b_indices="{{0,1}}", b_values="{1f}", b_shape="{2,2}"),
    page("a distance of letters in disorder", {"a": late("{{0,1},{0,0}}"), "k": ("Cast", {"DstT": "DT_INT64"}), "c": ("EditDistance", {"hypothesis_values": "{1,2}", "hypothesis_shape": "{1,2}", "truth_indices": "{{0,0},{0,1}}", "truth_values": "{2,1}", "truth_shape": "{1,2}"})}, ROWS + "hypothesis_indices", "c.hypothesis_indices", "rising order", "[0,0] 1"),
    page("shares of sparse rows in disorder", {**LATE_ROWS, "c": ("SparseSoftmax", {"sp_values": "{1f,2f}", "sp_shape": "{2,2}"})}, ROWS + "sp_indices", "c.sp_indices", "rising order", "[0,1] 1"),
    page("a matrix of rows in disorder", {**LATE_ROWS, "c": ("SparseTensorToCSRSparseMatrix", {"values": "{1f,2f}", "dense_shape": "{2,2}"}), "d": ("CSRSparseMatrixToDense", {"type": "DT_FLOAT"})}, ROWS + "indices\nc.sparse_matrix -> d.sparse_input", "c.indices", "rising order", "[0,1] 1"),
    page("crossed rows in disorder", {**LATE_ROWS, "c": ("SparseCross", {"values": '{"a","b"}', "shapes": "{2,2}", "dense_inputs": '{{"x"},{"y"}}', "hashed_output": "false", "num_buckets": "0", "hash_key": "1", "out_type": "DT_STRING", "internal_type": "DT_STRING"})}, ROWS + "indices", "c.indices", "rising order", "[0,1] 1"),
    page("a search in numbers in disorder", {"a": late("{{1f,3f,2f}}"), "c": ("LowerBound", {"values": "{{2f}}"})}, "a.ref -> c.sorted_inputs", "c.sorted_inputs", "rising order", "2 [0,"),
    page("a later draw from nan", {"a": late("{{nan,1f}}"), "c": ("StatelessMultinomial", {"num_samples": "4", "seed": "{1,2}"})}, "a.ref -> c.logits", "c.logits", "finite/number", "nan"),
]

QUIET = [*UNSAID, *SHORTLY_SAID, *SECOND, *DISORDERED]
