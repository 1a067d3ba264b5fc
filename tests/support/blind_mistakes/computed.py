"""Mistakes in values of which neither shape nor content is known before the run: the op's kernel finds them."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import Mistake, filled, one


def computed(name: str, symbol: str, pin: str, takes: str, got: str, values: dict[str, str | tuple[str, ...]], /, **pins: str) -> Mistake:
    """Return a mistake whose ``values`` come by wires from blocks of unknown shape; a dtype may stand before each text."""
    also: dict[str, tuple[str, dict[str, str]]] = {}
    wires = []
    for target, texts in values.items():
        for text in (texts,) if isinstance(texts, str) else texts:
            dtype, _, value = text.rpartition("@")
            at = f"w{len(also) // 2}"
            also[f"{at}c"] = ("Const_ex", {"val": value, "dtype": dtype} if dtype else {"val": value})
            also[at] = ("PlaceholderWithDefault", {"shape": "<unknown>"})
            wires += [f"{at}c.output -> {at}.input", f"{at}.output -> c.{target}"]
    return one(name, symbol, pin, takes, got, also=also, wires="\n".join(wires), **pins)


L = "DT_INT64@"
ONE_EACH = {"indices": (f"{L}{{{{0,0}}}}", f"{L}{{{{0,0}}}}"), "values": ("{1f}", "{1f}")}
TRUTH = {"hypothesis_indices": f"{L}{{{{0,0}}}}", "hypothesis_values": "{1}", "hypothesis_shape": f"{L}{{1,1}}", "truth_indices": f"{L}{{{{0}}}}", "truth_values": "{1}", "truth_shape": f"{L}{{1}}"}
WINDOW = {"ksize": "{1,1,1,1}", "strides": "{1,1,1,1}", "padding": "VALID"}

COMPUTED = [
    # ranks that a message words as a number with a dash
    computed("scalar on a diagonal", "MatrixDiag", "diagonal", "rank 1", "scalar", {"diagonal": "1f"}),
    computed("diagonal of a vector", "MatrixDiagPart", "input", "rank 2", "[2]", {"input": "{1f,2f}"}),
    # shapes that must be known before the run
    computed("blocks of unknown rank", "SpaceToBatchND", "block_shape", "known before", "unknown shape", {"input": filled(1, 2, 2, 1), "block_shape": "{2,2}"}, paddings="{{0,0},{0,0}}"),
    computed("crops of unknown rank", "BatchToSpaceND", "block_shape", "known before", "unknown shape", {"input": filled(4, 1, 1, 1), "block_shape": "{2,2}"}, crops="{{0,0},{0,0}}"),
    computed("rows of unknown shape", "ParallelConcat", "values", "known before", "unknown shape", {"values": ("{{1f,2f}}", "{{1f,2f}}")}, shape="{2,2}"),
    computed("sparse rows of unknown length", "SparseMatrixZeros", "dense_shape", "known before", "unknown shape", {"dense_shape": f"{L}{{2,2}}"}, type="DT_FLOAT"),
    computed("most of an unknown shape", "ApproxTopK", "input", "known before", "unknown shape", {"input": "{1f,2f}"}, k="1"),
    computed("dense matrix of unknown shape", "DenseToCSRSparseMatrix", "dense_input", "known before", "unknown shape", {"dense_input": "{{1f}}", "indices": f"{L}{{{{0,0}}}}"}),
    computed("padded picture of unknown shape", "FusedResizeAndPadConv2D", "input", "known before", "unknown shape", {"input": filled(1, 1, 1, 1), "size": "{2,2}", "paddings": "{{0,0},{0,0},{0,0},{0,0}}", "filter": filled(1, 1, 1, 1)}, strides="{1,1,1,1}", padding="VALID", mode="REFLECT"),
    computed("lengths of unknown shape", "Substr", "len", "known before", "unknown shape", {"len": "{1,1}"}, input='{"abc","d"}', pos="{1}"),
    # what ended the process
    computed("window that just does not fit", "MaxPool", "input|ksize", "3", "2", {"input": filled(1, 2, 2, 1)}, ksize="{1,3,3,1}", strides="{1,1,1,1}", padding="VALID"),
    computed("label of no class", "CTCLoss", "labels_values", "0 1", "5", {"inputs": "{{{1f,2f,3f}}}", "labels_indices": f"{L}{{{{0,0}}}}", "labels_values": "{5}", "sequence_length": "{1}"}),
    computed("three sizes of a pooled picture", "AvgPoolGrad", "orig_input_shape", "[4]", "[3]", {"orig_input_shape": "{1,2,2}", "grad": filled(1, 1, 1, 1)}, **WINDOW),
    # what another input is the reason of, and requirements that TensorFlow's words do not make
    computed("axis beyond a vector", "Prod", "axis", "-1 0", "3", {"input": "{1f,2f}", "axis": "3"}),
    computed("axis of a scalar", "EuclideanNorm", "reduction_indices", "no number", "0", {"input": "1f", "reduction_indices": "{0}"}),
    computed("more segments than int32", "UnsortedSegmentMin", "num_segments", "0 2147483647", "8327099846119777499", {"data": "{1f,2f}", "segment_ids": "{0,1}", "num_segments": f"{L}8327099846119777499"}),
    computed("order of three letters", "DataFormatVecPermute", "attrs", "4 5 letters", "odd", {"x": "{0,1,2,3}"}, attrs="src_format_=odd;"),
    computed("one choice between unlike rows", "Select", "y", "[3]", "[2]", {"x": "{1f,2f,3f}", "y": "{1f,2f}"}, condition="true"),
    computed("four sizes of five", "Conv3DBackpropInputV2", "input_sizes", "[5]", "[4]", {"input_sizes": "{1,1,1,1}", "filter": filled(1, 1, 1, 1, 1), "out_backprop": filled(1, 1, 1, 1, 1)}, strides="{1,1,1,1,1}", padding="VALID"),
    computed("more gradients than places", "SparseSliceGrad", "backprop_val_grad", "1", "2", {"backprop_val_grad": "{1f,2f}", "input_indices": f"{L}{{{{0,0}}}}", "input_start": f"{L}{{0,0}}", "output_indices": f"{L}{{{{0,0}}}}"}),
    computed("two keys of random numbers", "StatelessTruncatedNormalV2", "key", "[1]", "[2]", {"shape": "{2}", "key": "DT_UINT64@{1,2}", "counter": "DT_UINT64@{1,2}", "alg": "1"}),
    # sentences of TensorFlow's behind what they say
    computed("sparse rows of unlike length", "SparseConcat", "shapes", "2 dimension", "3", {**ONE_EACH, "shapes": (f"{L}{{1,2}}", f"{L}{{2,3}}")}, concat_dim="0"),
    computed("truth of one dimension", "EditDistance", "truth_shape", "2 sizes", "{1}", TRUTH),
    computed("no packed tensor", "ParseTensor", "serialized", "packed", "...", {"serialized": '"' + 9 * "abc defg " + '"'}, out_type="DT_FLOAT"),
    computed("text that is none", "StringSplit", "input", "vector", '"a', {"input": '"a b"', "delimiter": '" "'}),
]
