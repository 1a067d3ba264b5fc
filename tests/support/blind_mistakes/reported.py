"""Inputs by which people have met crashes of TensorFlow or wrong numbers, as its public issues describe them."""

# fmt: off
from __future__ import annotations

import struct

from tests.support.blind_mistakes.row import filled, late, one

FLOAT_WAV = b"RIFF" + struct.pack("<I4s4sIHHIIHH4sIff", 44, b"WAVE", b"fmt ", 16, 3, 1, 8000, 32000, 4, 32, b"data", 8, 0.5, -1)
ODD_WAV = b"RIFF" + struct.pack("<I4s4sIHHIIHH4sI10s4sIhh", 58, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"LIST", 9, b"INFOhello", b"data", 4, 0, 16384)
EMPTY = ("Fill", {"dims": "{0}", "value": "1f"})

REPORTED = [
    one("rows mapped beyond the gradients", "SparseFillEmptyRowsGrad", "reverse_index_map", "0 2", "20", reverse_index_map="{20,21}", grad_values="{3,4,5}"),
    one("channels of a scalar", "FakeQuantWithMinMaxVarsPerChannel", "inputs", "1", "scalar/0/[]", inputs="1f", min="{0f}", max="{1f}"),
    one("depthwise of two strides", "DepthwiseConv2dNativeBackpropInput", "strides", "4", "2", input_sizes="{1,2,2,1}", filter="{1f}", out_backprop="{1f}", strides="{1,1}", padding="SAME"),
    one("depthwise of a flat filter", "DepthwiseConv2dNativeBackpropInput", "filter|out_backprop", "4", "1", input_sizes="{1,2,2,1}", filter="{1f}", out_backprop="{1f}", strides="{1,1,1,1}", padding="SAME"),
    one("pooled from beyond", "MaxPoolGradWithArgmax", "argmax", "0/8", "200", also={"a": ("Const_ex", {"val": "{{{{200},{0}},{{1},{-3}}}}", "dtype": "DT_INT64"})}, wires="a.output -> c.argmax", input=filled(1, 3, 3, 1), grad=filled(1, 2, 2, 1), ksize="{1,2,2,1}", strides="{1,1,1,1}", padding="VALID"),
    one("cell without cells", "LSTMBlockCell", "w|wci|wcf|wco|b|cs_prev|h_prev", "4/8/2/0", "3/5/2/0", x=filled(2, 4), cs_prev=filled(2, 2), h_prev=filled(2, 2), w=filled(3, 8), wci=filled(5), wcf=filled(2), wco=filled(2), b=filled(8)),
    one("lengths of three dimensions", "BlockLSTM", "seq_len_max", "scalar/0", "3/[1,", seq_len_max="{{{1}}}", x=filled(1, 1, 1), cs_prev=filled(1, 1), h_prev=filled(1, 1), w=filled(2, 4), wci=filled(1), wcf=filled(1), wco=filled(1), b=filled(4)),
    one("rows beyond memory", "SparseFillEmptyRows", "dense_shape", "memory/fit/less/below/1", "GB/9000000000000000000/9", indices="{{0,0}}", values="{1f}", dense_shape="{9000000000000000000,2}", default_value="0f"),
    one("rows below zero", "SparseFillEmptyRows", "dense_shape", "0", "-60", indices="{{0,0}}", values="{1f}", dense_shape="{-60,2}", default_value="0f"),
    one("norm of an empty scale", "FusedBatchNormV3", "scale", "6/[6]", "0/[0]", also={"s": EMPTY}, wires="s.output -> c.scale", x=filled(1, 2, 1, 6), offset=filled(6), mean=filled(6), variance=filled(6), attrs="is_training_=false;"),
    one("gradient of an empty scale", "FusedBatchNormGradV3", "scale", "2/[2]", "0/[0]", also={"s": EMPTY}, wires="s.output -> c.scale", y_backprop=filled(4, 3, 3, 2), x=filled(4, 3, 3, 2), reserve_space_1=filled(2), reserve_space_2=filled(2), reserve_space_3=filled(2)),
    one("blocks of all depth", "DepthToSpace", "block_size|input", "46340", "2147483647", input=filled(1, 2, 3, 4), block_size="2147483647"),
    one("classes of all whole numbers", "LearnedUnigramCandidateSampler", "range_max", "100000000", "2147483647", true_classes="{{0}}", num_true="1", num_sampled="1", unique="true", range_max="2147483647"),
    one("batches of more dimensions", "GatherV2", "attrs", "2/1", "3", params=filled(2, 3), indices="{{0,1},{1,2}}", axis="1", attrs="batch_dims_=3;"),
    one("batches below zero", "GatherV2", "attrs", "2/1", "-5", params=filled(2, 3), indices="{{0,1},{1,2}}", axis="1", attrs="batch_dims_=-5;"),
    one("batches behind the axis", "GatherV2", "attrs|axis", "1/0/axis", "1/2/0", params=filled(2, 3), indices="{{0,1},{1,2}}", axis="0", attrs="batch_dims_=1;"),
    one("batches of other sizes", "GatherV2", "indices|params", "2", "3", params=filled(2, 3), indices="{{0,1},{1,2},{0,0}}", axis="1", attrs="batch_dims_=1;"),
    one("column one too far", "SparseTensorDenseMatMul", "a_indices", "9/10/3", "10", a_indices="{{0,1},{1,2},{2,10}}", a_values="{1f,1f,1f}", a_shape="{3,10}", b=filled(10, 1)),
    one("volume of a vector", "Conv3DBackpropFilterV2", "input|filter_sizes", "5", "1", input="{1f}", filter_sizes="{3}", out_backprop=filled(1, 1, 1, 1, 1), strides="{1,1,1,1,1}", padding="VALID", attrs="data_format_=NCDHW;"),
    one("steps without end", "Range", "limit", "fewer steps", "9223372036854775807", also={"a": ("Const_ex", {"val": "-9223372036854775807", "dtype": "DT_INT64"}), "b": ("Const_ex", {"val": "9223372036854775807", "dtype": "DT_INT64"}), "d": ("Const_ex", {"val": "1", "dtype": "DT_INT64"})}, wires="a.output -> c.start\nb.output -> c.limit\nd.output -> c.delta"),
    one("steps from nan", "Range", "start", "finite", "nan", start="nan", limit="5f", delta="1f"),
    one("bins beyond memory", "DenseBincount", "size", "memory/fit", "GB", also={"z": ("Const_ex", {"val": "6522107765268123892", "dtype": "DT_INT64"}), "i": ("Const_ex", {"val": "{{0,1},{3,1},{1,1}}", "dtype": "DT_INT64"})}, wires="z.output -> c.size\ni.output -> c.input", weights="{1f}"),
    one("least of very many segments", "UnsortedSegmentMin", "num_segments", "memory/fit", "GB", also={"n": ("Const_ex", {"val": "8327099846119777499", "dtype": "DT_INT64"})}, wires="n.output -> c.num_segments", data="{1f,1f,1f}", segment_ids="{0,1,1}"),
    one("labels without time", "CTCLoss", "sequence_length", "1 steps", "0", inputs=filled(2, 1, 3), labels_indices="{{0,0}}", labels_values="{0}", sequence_length="{0}"),
    one("time below zero", "CTCLoss", "sequence_length", "0", "-1", inputs=filled(2, 1, 3), labels_indices="{{0,0}}", labels_values="{0}", sequence_length="{-1}"),
    one("labels of a row that is not there", "CTCLoss", "labels_indices", "1", "[1,0]", inputs=filled(2, 1, 3), labels_indices="{{1,0}}", labels_values="{0}", sequence_length="{2}"),
    one("one element backwards", "StridedSlice", "strides", "1 shrink_axis_mask_", "-1", input=filled(2, 3), begin="{0,0}", end="{1,1}", strides="{-1,1}", attrs="shrink_axis_mask_=1;"),
    one("boxes of nan", "CropAndResize", "boxes", "finite", "NaN/nan", image=filled(1, 2, 2, 1), boxes="{{nan,0f,1f,1f}}", box_ind="{0}", crop_size="{2,2}"),
    one("a letter beyond all", "UnicodeTranscode", "attrs", "0 1114111", "1114112", input='{"abc"}', input_encoding="UTF-8", output_encoding="UTF-8", attrs="replacement_char_=1114112;"),
    one("two sizes left open", "SparseReshape", "new_shape", "-1", "{-1,-1}", input_indices="{{0,0}}", input_shape="{2,2}", new_shape="{-1,-1}"),
    one("a size left open of nothing", "SparseReshape", "new_shape", "without -1", "{-1,0}", input_indices="{{0,0}}", input_shape="{2,0}", new_shape="{-1,0}"),
    one("a place in nothing", "UnravelIndex", "dims", "1/above", "0", indices="{0}", dims="{0,3}"),
    one("patches of no width", "ExtractImagePatches", "ksizes", "1/above", "0", images="{{{{1f}}}}", ksizes="{1,0,1,1}", strides="{1,1,1,1}", rates="{1,1,1,1}", padding="VALID"),
    one("bins of nan", "HistogramFixedWidth", "values", "nan", "nan", values="{1f,nan}", value_range="{0f,5f}", nbins="3"),
    one("least above the greatest", "FakeQuantWithMinMaxArgs", "attrs", "1", "5", inputs="{1f}", attrs="min_=5;max_=1;"),
    one("sound above no limit", "Mfcc", "attrs", "finite", "nan", spectrogram="{{{1f,1f}}}", sample_rate="16000", attrs="lower_frequency_limit_ = nan;"),
    one("sound of floating-point numbers", "DecodeWav", "contents", "16-bit PCM", "32-bit floating-point", also={"f": ("ReadFile", {"filename": "float.wav"})}, wires="f.contents -> c.contents", files={"float.wav": FLOAT_WAV}),
    one("crossed rows that begin nowhere", "RaggedCross", "ragged_row_splits", "0", "-100", ragged_values='{"a","b","c"}', ragged_row_splits="{-100,7,200,3}", input_order="R", hashed_output="false", num_buckets="0", hash_key="1", out_values_type="DT_STRING", out_row_splits_type="DT_INT32"),
    one("crossed rows of another dtype", "RaggedCross", "out_row_splits_type", "int32", "int64", ragged_values='{"a","b","c"}', ragged_row_splits="{0,1,3}", input_order="R", hashed_output="false", num_buckets="0", hash_key="1", out_values_type="DT_STRING", out_row_splits_type="DT_INT64"),
    one("sound behind a part of an odd length", "DecodeWav", "contents", "even", "9", also={"f": ("ReadFile", {"filename": "odd.wav"})}, wires="f.contents -> c.contents", files={"odd.wav": ODD_WAV}),
    one("records of no file", "RecordInput", "file_pattern", "there", "nothing*.rec", file_pattern="nothing*.rec"),
    one("rows of unlike counts in a batch", "Batch", "in_tensors", "2", "3", in_tensors="{1,2};{1,2,3}", num_batch_threads="1", max_batch_size="4", batch_timeout_micros="1000", grad_timeout_micros="1000"),
    one("more words than the vocabulary has", "GenerateVocabRemapping", "num_new_vocab|new_vocab_file", "lines", "5", new_vocab_file="names.txt", old_vocab_file="names.txt", new_vocab_offset="0", num_new_vocab="5", files={"names.txt": b"one,eins\ntwo,zwei\n"}),
    one("classes weighed by words", "FixedUnigramCandidateSampler", "attrs", "number weight", "one,eins", true_classes="{{0}}", num_true="1", num_sampled="1", unique="true", range_max="2", attrs="vocab_file_ = names.txt;", files={"names.txt": b"one,eins\ntwo,zwei\n"}),
    one("an axis counted from far behind", "QuantizeAndDequantizeV4", "attrs|axis", "-1", "-5", input=filled(1, 2, 2), input_min="-5f", input_max="5f", attrs="axis_=-5;"),
    one("an axis before the first", "QuantizeAndDequantizeV3", "attrs|axis", "-1", "-2", also={"a": late(filled(1, 2, 2))}, wires="a.ref -> c.input", input_min="-5f", input_max="5f", num_bits="8", attrs="axis_=-2;"),
    one("more segments than numbers count", "SegmentMin", "segment_ids", "memory", "5053997376933981534", also={"a": ("Const_ex", {"val": "{5053997376933981534}", "dtype": "DT_INT64"})}, wires="a.output -> c.segment_ids", data="{{1,2}}"),
    one("tiles beyond all numbers", "Tile", "multiples", "memory", "125091515651", also={"a": ("Const_ex", {"val": "{125091515651,125091515651}", "dtype": "DT_INT64"}), "m": ("Abs", {})}, wires="a.output -> m.x\nm.y -> c.multiples", input="{{1f,2f}}"),
    one("files read by fewer than none", "RecordInput", "attrs", "0", "-1", file_pattern="nothing*.rec", attrs="file_parallelism_=-1;"),
]
