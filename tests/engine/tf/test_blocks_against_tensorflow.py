"""Blocks of every category against TensorFlow called directly with the same values, bit by bit."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.values.results import ListValue
from app.messages import message_of
from tests.support.pages import page, run

F = np.float32

# symbol, texts of its pins, and what to call: tf.raw_ops name and keyword arguments.
CASES = [
    ("CropAndResize", {"image": "{{{{1.0f},{2.0f}},{{3.0f},{4.0f}}}}", "boxes": "{{0,0,1,1}}", "box_ind": "{0}",
      "crop_size": "{3,3}", "attrs": "method_ = nearest;"},
     "CropAndResize", {"image": np.array([[[[1], [2]], [[3], [4]]]], F), "boxes": np.array([[0, 0, 1, 1]], F),
      "box_ind": np.array([0], np.int32), "crop_size": np.array([3, 3], np.int32), "method": "nearest"}),
    ("CropAndResizeGradImage", {"grads": "{{{{1.0f},{2.0f}},{{3.0f},{4.0f}}}}", "boxes": "{{0,0,0.5,1}}",
      "box_ind": "{0}", "image_size": "{1,3,3,1}", "T": "DT_FLOAT"},
     "CropAndResizeGradImage", {"grads": np.array([[[[1], [2]], [[3], [4]]]], F),
      "boxes": np.array([[0, 0, 0.5, 1]], F), "box_ind": np.array([0], np.int32),
      "image_size": np.array([1, 3, 3, 1], np.int32), "T": "float32"}),
    ("AdjustHue", {"images": "{{{10.0f,20.0f,30.0f}}}", "delta": "0.25f"},
     "AdjustHue", {"images": np.array([[[10, 20, 30]]], F), "delta": F(0.25)}),
    ("ResizeBilinear", {"images": "{{{{1},{2}},{{3},{4}}}}", "size": "{3,1}", "attrs": "align_corners_ = true;"},
     "ResizeBilinear", {"images": np.array([[[[1], [2]], [[3], [4]]]], np.int32),
      "size": np.array([3, 1], np.int32), "align_corners": True}),
    ("MatMul", {"a": "{{1.0,2.0},{3.0,4.0}}", "b": "{{5.0,6.0},{7.0,8.0}}", "attrs": "transpose_a_ = true;"},
     "MatMul", {"a": np.array([[1.0, 2], [3, 4]]), "b": np.array([[5.0, 6], [7, 8]]), "transpose_a": True}),
    ("Mean", {"input": "{{1.0f,2.0f},{3.0f,5.0f}}", "axis": "1", "attrs": "keep_dims_ = true;"},
     "Mean", {"input": np.array([[1, 2], [3, 5]], F), "axis": np.int32(1), "keep_dims": True}),
    ("Any", {"input": "{{true,false},{false,false}}", "axis": "{1}"},
     "Any", {"input": np.array([[True, False], [False, False]]), "axis": np.array([1], np.int32)}),
    ("Betainc", {"a": "0.5f", "b": "2.0f", "x": "0.25f"}, "Betainc", {"a": F(0.5), "b": F(2), "x": F(0.25)}),
    ("Zeta", {"x": "2.0f", "q": "1.0f"}, "Zeta", {"x": F(2), "q": F(1)}),
    ("LinSpace", {"start": "0.0f", "stop": "1.0f", "num": "5"},
     "LinSpace", {"start": F(0), "stop": F(1), "num": np.int32(5)}),
    ("Cumsum", {"x": "{1,2,3}", "axis": "0", "attrs": "exclusive_ = true; reverse_ = true;"},
     "Cumsum", {"x": np.array([1, 2, 3], np.int32), "axis": np.int32(0), "exclusive": True, "reverse": True}),
    ("Cast", {"x": "{1.5f,-2.5f}", "DstT": "DT_INT64"}, "Cast", {"x": np.array([1.5, -2.5], F), "DstT": "int64"}),
    ("ArgMax", {"input": "{{1.0f,5.0f},{7.0f,2.0f}}", "dimension": "1"},
     "ArgMax", {"input": np.array([[1, 5], [7, 2]], F), "dimension": np.int32(1)}),
    ("Bucketize", {"input": "{-5,10000,150}", "boundaries": "{0,10,100}"},
     "Bucketize", {"input": np.array([-5, 10000, 150], np.int32), "boundaries": [0.0, 10.0, 100.0]}),
    ("Split", {"axis": "1", "value": "{{1,2,3,4}}", "num_split": "2"},
     "Split", {"axis": np.int32(1), "value": np.array([[1, 2, 3, 4]], np.int32), "num_split": 2}),
    ("StridedSlice", {"input": "{{1,2,3},{4,5,6}}", "begin": "{0,1}", "end": "{2,3}", "strides": "{1,1}",
      "attrs": "shrink_axis_mask_ = 1;"},
     "StridedSlice", {"input": np.array([[1, 2, 3], [4, 5, 6]], np.int32), "begin": np.array([0, 1], np.int32),
      "end": np.array([2, 3], np.int32), "strides": np.array([1, 1], np.int32), "shrink_axis_mask": 1}),
    ("OneHot", {"indices": "{0,2}", "depth": "3", "on_value": "5.0f", "off_value": "0.0f"},
     "OneHot", {"indices": np.array([0, 2], np.int32), "depth": np.int32(3), "on_value": F(5), "off_value": F(0)}),
    ("Pad", {"input": "{{1,2}}", "paddings": "{{1,0},{0,2}}"},
     "Pad", {"input": np.array([[1, 2]], np.int32), "paddings": np.array([[1, 0], [0, 2]], np.int32)}),
    ("GatherNd", {"params": "{{1,2},{3,4}}", "indices": "{{1,0}}"},
     "GatherNd", {"params": np.array([[1, 2], [3, 4]], np.int32), "indices": np.array([[1, 0]], np.int32)}),
    ("Stack", {"values": "{1,2},{3,4}", "attrs": "axis_ = 1;"},
     "Pack", {"values": [np.array([1, 2], np.int32), np.array([3, 4], np.int32)], "axis": 1}),
    ("Unstack", {"value": "{{1,2},{3,4}}", "num": "2", "attrs": "axis_ = 1;"},
     "Unpack", {"value": np.array([[1, 2], [3, 4]], np.int32), "num": 2, "axis": 1}),
    ("Conv2D", {"input": "{{{{1.0f},{2.0f}},{{3.0f},{4.0f}}}}", "filter": "{{{{1.0f}},{{-1.0f}}}}",
      "strides": "{1,1,1,1}", "padding": "SAME"},
     "Conv2D", {"input": np.array([[[[1], [2]], [[3], [4]]]], F), "filter": np.array([[[[1]], [[-1]]]], F),
      "strides": [1, 1, 1, 1], "padding": "SAME"}),
    ("MaxPool", {"input": "{{{{1.0f},{2.0f}},{{3.0f},{4.0f}}}}", "ksize": "1,2,2,1", "strides": "1;1;1;1",
      "padding": "VALID"},
     "MaxPool", {"input": np.array([[[[1], [2]], [[3], [4]]]], F), "ksize": [1, 2, 2, 1],
      "strides": [1, 1, 1, 1], "padding": "VALID"}),
    ("TopK", {"input": "{1.0f,9.0f,4.0f}", "k": "2"}, "TopKV2", {"input": np.array([1, 9, 4], F), "k": np.int32(2)}),
    ("LRN", {"input": "{{{{1.0f,2.0f}}}}", "attrs": "bias_ = 0.5; alpha_ = 0.25; beta_ = 0.75;"},
     "LRN", {"input": np.array([[[[1, 2]]]], F), "bias": 0.5, "alpha": 0.25, "beta": 0.75}),
    ("SoftmaxCrossEntropyWithLogits", {"features": "{{1.0f,2.0f}}", "labels": "{{0.0f,1.0f}}"},
     "SoftmaxCrossEntropyWithLogits", {"features": np.array([[1, 2]], F), "labels": np.array([[0, 1]], F)}),
    ("SparseToDense", {"sparse_indices": "{1,3}", "output_shape": "{5}", "sparse_values": "7", "default_value": "-1"},
     "SparseToDense", {"sparse_indices": np.array([1, 3], np.int32), "output_shape": np.array([5], np.int32),
      "sparse_values": np.int32(7), "default_value": np.int32(-1)}),
    ("SparseReduceSum", {"input_indices": "{{0,0},{1,2}}", "input_values": "{1.0f,2.0f}", "input_shape": "{2,3}",
      "reduction_axes": "0"},
     "SparseReduceSum", {"input_indices": np.array([[0, 0], [1, 2]], np.int64), "input_values": np.array([1, 2], F),
      "input_shape": np.array([2, 3], np.int64), "reduction_axes": np.int32(0)}),
    ("StringSplit", {"input": '{"a b","c"}', "delimiter": '" "'},
     "StringSplit", {"input": np.array([b"a b", b"c"], object), "delimiter": b" "}),
    ("Substr", {"input": '{"hello, world"}', "pos": "{7}", "len": "{5}"},
     "Substr", {"input": np.array([b"hello, world"], object), "pos": np.array([7], np.int32),
      "len": np.array([5], np.int32)}),
    ("AsString", {"input": "{1.5f}", "attrs": "precision_ = 2; width_ = 8;"},
     "AsString", {"input": np.array([1.5], F), "precision": 2, "width": 8}),
    ("DecodeRaw", {"bytes": '{"abcd"}', "out_type": "DT_UINT8"},
     "DecodeRaw", {"bytes": np.array([b"abcd"], object), "out_type": "uint8"}),
    ("DecodeCSV", {"records": '{"1,2.5,x"}', "record_defaults": '{0},{0.0f},{"none"}'}, None, None),
    ("DynamicPartition", {"data": "{10,20,30}", "partitions": "{1,0,1}", "num_partitions": "2"},
     "DynamicPartition", {"data": np.array([10, 20, 30], np.int32), "partitions": np.array([1, 0, 1], np.int32),
      "num_partitions": 2}),
    ("DynamicStitch", {"indices": "{0,2},{1}", "data": "{5,7},{6}"},
     "DynamicStitch", {"indices": [np.array([0, 2], np.int32), np.array([1], np.int32)],
      "data": [np.array([5, 7], np.int32), np.array([6], np.int32)]}),
    ("SetDiff1D", {"x": "{1,2,3}", "y": "{2}"},
     "ListDiff", {"x": np.array([1, 2, 3], np.int32), "y": np.array([2], np.int32)}),
    ("Where3", {"condition": "{true,false}", "x": "{1,2}", "y": "{3,4}"},
     "Select", {"condition": np.array([True, False]), "x": np.array([1, 2], np.int32),
      "y": np.array([3, 4], np.int32)}),
    ("BitwiseAnd", {"x": "6", "y": "3"}, "BitwiseAnd", {"x": np.int32(6), "y": np.int32(3)}),
    ("FFT", {"input": "{1+2j,3-4j}"}, "FFT", {"input": np.array([1 + 2j, 3 - 4j])}),
    ("Cholesky", {"input": "{{4.0,2.0},{2.0,3.0}}"}, "Cholesky", {"input": np.array([[4.0, 2], [2, 3]])}),
    ("StatelessRandomUniform", {"shape": "{3}", "seed": "{1,2}", "attrs": "dtype_ = DT_FLOAT;"},
     "StatelessRandomUniform", {"shape": np.array([3], np.int32), "seed": np.array([1, 2], np.int32),
      "dtype": "float32"}),
    ("Fill", {"dims": "{2}", "value": "9000000000"},
     "Fill", {"dims": np.array([2], np.int32), "value": np.int64(9000000000)}),
    # at the edges of their numbers, where people have reported results that they did not expect
    ("Range", {"start": "1136033460", "limit": "-2110457150", "delta": "-1849827689"},
     "Range", {"start": np.int32(1136033460), "limit": np.int32(-2110457150), "delta": np.int32(-1849827689)}),
    ("FloorDiv", {"x": "{-2147483648,7,-7}", "y": "{-1,-2,2}"},
     "FloorDiv", {"x": np.array([-(2**31), 7, -7], np.int32), "y": np.array([-1, -2, 2], np.int32)}),
    ("Cast", {"x": "{nan,inf,-inf,-1.5,255.7}", "DstT": "DT_UINT8"},
     "Cast", {"x": np.array([np.nan, np.inf, -np.inf, -1.5, 255.7], np.float64), "DstT": "uint8"}),
    ("UnsortedSegmentMax", {"data": "{7.0f,nan,-2.0f}", "segment_ids": "{0,2,-1}", "num_segments": "4"},
     "UnsortedSegmentMax", {"data": np.array([7, np.nan, -2], F), "segment_ids": np.array([0, 2, -1], np.int32),
      "num_segments": np.int32(4)}),
    ("TopK", {"input": "{nan,1.0f,2.0f,3.0f}", "k": "3"},
     "TopKV2", {"input": np.array([np.nan, 1, 2, 3], F), "k": np.int32(3)}),
    ("MaxPool", {"input": "{{{{nanf}},{{nanf}}}}", "ksize": "1,2,1,1", "strides": "1,2,1,1", "padding": "VALID"},
     "MaxPool", {"input": np.full((1, 2, 1, 1), np.nan, F), "ksize": [1, 2, 1, 1], "strides": [1, 2, 1, 1],
      "padding": "VALID"}),
    ("ResizeNearestNeighbor", {"images": "{{{{0.0f},{3.0f},{6.0f},{9.0f}}}}", "size": "{1,10}",
      "attrs": "align_corners_ = true;"},
     "ResizeNearestNeighbor", {"images": np.array([[[[0], [3], [6], [9]]]], F),
      "size": np.array([1, 10], np.int32), "align_corners": True}),
    ("CropAndResize", {"image": "{{{{1.0f},{2.0f}},{{3.0f},{4.0f}}}}", "boxes": "{{0.5,0.25,0.5,1.25},{1,1,0,0}}",
      "box_ind": "{0,0}", "crop_size": "{1,3}"},
     "CropAndResize", {"image": np.array([[[[1], [2]], [[3], [4]]]], F),
      "boxes": np.array([[0.5, 0.25, 0.5, 1.25], [1, 1, 0, 0]], F), "box_ind": np.array([0, 0], np.int32),
      "crop_size": np.array([1, 3], np.int32)}),
]  # fmt: skip


@pytest.fixture(scope="module")
def ours(engine):
    """Return the results of all cases, drawn as blocks of one page and run at once."""
    result = run(engine, page({f"b{i}": (symbol, pins) for i, (symbol, pins, _, _) in enumerate(CASES)}))
    assert result.ok, [(p.block, p.pin, message_of(p)) for p in result.problems]
    return result.results


def arrays(value):
    """Return the arrays of one output, one or several."""
    return [item.array for item in value.items] if isinstance(value, ListValue) else [value.array]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case[0] for case in CASES])
def test_block_gives_what_tensorflow_gives(ours, number):
    import tensorflow as tf

    _, _, op, arguments = CASES[number]
    mine = {k.split(".", 1)[1]: arrays(v) for k, v in ours.items() if k.startswith(f"b{number}.")}
    if op is None:  # raw_ops cannot mix the dtypes of record_defaults; by hand
        assert [a.tolist() for a in mine["output"]] == [[1], [2.5], [b"x"]]
        return
    fixed = {k: tf.constant(v) if isinstance(v, np.ndarray) else v for k, v in arguments.items()}
    theirs = getattr(tf.raw_ops, op)(**fixed)
    if hasattr(theirs, "_asdict"):
        named = {name: [t.numpy()] for name, t in theirs._asdict().items()}
    else:
        listed = theirs if isinstance(theirs, list) else [theirs]
        named = {next(iter(mine)): [t.numpy() for t in listed]}
    expected = sorted((a for group in named.values() for a in group), key=_key)
    got = sorted((a for group in mine.values() for a in group), key=_key)
    assert len(got) == len(expected)
    for a, b in zip(got, expected, strict=True):
        assert a.dtype == np.asarray(b).dtype
        assert a.shape == np.asarray(b).shape
        assert a.tobytes() == np.asarray(b).tobytes() or a.tolist() == np.asarray(b).tolist()


def _key(array):
    """Sort outputs whose names differ between the block and TensorFlow."""
    return repr((np.asarray(array).dtype.str, np.shape(array), np.asarray(array).tolist()))
