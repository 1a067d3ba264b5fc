"""Mistakes in computed ranges, pooled shapes, bands and lines of text that no kernel words, or few do."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page

RANGE = {"lo": late("4f"), "hi": late("0f")}
QUANTIZED = {"q": ("QuantizeV2", {"input": "{1f,2f,4f}", "min_range": "0f", "max_range": "4f", "T": "DT_QUINT8"}), **RANGE}
WINDOW = {"ksize": "{1,2,2,1}", "strides": "{1,2,2,1}", "padding": "VALID"}
VOLUME = {"ksize": "{1,2,2,2,1}", "strides": "{1,2,2,2,1}", "padding": "VALID"}
ENDS = "lo.ref -> c.{0}\nhi.ref -> c.{1}"

ITERATOR = {"it": "IteratorV2", "mk": "MakeIterator", "next": "IteratorGetNext", "a": ("ClientSession", {"once": "true"}), "z": "ClientSession"}
READ = "b.handle -> mk.dataset\nit.handle -> mk.iterator\nit.handle -> next.iterator\nmk.operation -> a.run_outputs\nnext.components -> z.fetch_outputs"
LOOP = {"e": ("Enter", {"data": "0", "frame_name": "loop"}), "m": "Merge", "less": ("Less", {"y": "5"}), "p": "LoopCond", "c": "Switch", "sum": "Add", "n": "NextIteration", "x": "Exit", "s": "ClientSession"}
ROUNDS = "e.output -> m.inputs\nn.output -> m.inputs\nm.output -> less.x\nless.z -> p.input\nm.output -> c.data\np.output -> c.pred\nc.output_true -> sum.x\nsum.z -> n.data\nc.output_false -> x.data\nx.output -> s.fetch_outputs"
AS_MANY = ({"n": "Argument", "e": ("ExpandDims", {"axis": "0"}), "o": ("Fill", {"value": "7"}), "r": "Result"}, "n.output -> e.input\ne.output -> o.dims\no.output -> r.input")

RANGES = [
    page("a false range the wrong way round", {**RANGE, "c": ("FakeQuantWithMinMaxVars", {"inputs": "{1f,2f}"})}, ENDS.format("min", "max"), "c.max", "above 4", "0"),
    page("a gradient of a range the wrong way round", {**RANGE, "c": ("FakeQuantWithMinMaxVarsGradient", {"gradients": "{1f,1f}", "inputs": "{1f,2f}"})}, ENDS.format("min", "max"), "c.max", "above 4", "0"),
    page("one channel the wrong way round", {"lo": late("{0f,4f}"), "hi": late("{4f,3f}"), "c": ("FakeQuantWithMinMaxVarsPerChannel", {"inputs": "{{1f,2f}}"})}, ENDS.format("min", "max"), "c.max", "above 4", "3 position 1"),
    page("back from a range the wrong way round", {**QUANTIZED, "c": "Dequantize"}, "q.output -> c.input\n" + ENDS.format("min_range", "max_range"), "c.max_range", "above 4", "0"),
    page("a quantized edge the wrong way round", {**QUANTIZED, "c": "QuantizedRelu"}, "q.output -> c.features\n" + ENDS.format("min_features", "max_features"), "c.max_features", "above 4", "0"),
]

POOLED = [
    page("a gradient not as pooled", {"g": late(filled(1, 1, 2, 1)), "c": ("MaxPoolGrad", {"orig_input": filled(1, 4, 4, 1), "orig_output": filled(1, 2, 2, 1), **WINDOW})}, "g.ref -> c.grad", "c.grad", "[1,", "[1, 1, 2, 1]"),
    page("a gradient of means not as pooled", {"g": late(filled(1, 1, 2, 1)), "c": ("AvgPoolGrad", {"orig_input_shape": "{1,4,4,1}", **WINDOW})}, "g.ref -> c.grad", "c.grad", "[1, 2, 2, 1]", "[1, 1, 2, 1]"),
    page("a gradient of volumes not as pooled", {"g": late(filled(1, 1, 2, 2, 1)), "c": ("AvgPool3DGrad", {"orig_input_shape": "{1,4,4,4,1}", **VOLUME})}, "g.ref -> c.grad", "c.grad", "[1, 2, 2, 2, 1]", "[1, 1, 2, 2, 1]"),
]

SAID_BETTER = [
    one("a 0 on the main diagonal of bands", "BandedTriangularSolve", "matrix", "inverted", "[0, 1] diagonal", matrix="{{1f,0f,3f},{0f,1f,1f}}", rhs="{{1f},{2f},{3f}}"),
    one("a 0 on the last band", "BandedTriangularSolve", "matrix", "inverted", "[1, 2] diagonal", matrix="{{0f,1f,1f},{1f,3f,0f}}", rhs="{{1f},{2f},{3f}}", attrs="lower_ = false;"),
    page("a file of lines as one number", {"r": ("ReadFile", {"filename": "lines.txt"}), "c": "StringToNumber"}, "r.contents -> c.string_tensor", "c.string_tensor", "number", "2 lines", {"lines.txt": b"1,5\n2.5\n"}, hint="StringSplitV2"),
    page("an element too large to pad", {"k": late("3"), "o": ("Fill", {"value": "7"}), "e": ("ExpandDims", {"axis": "0"}), "d": "TensorDataset", "b": ("PaddedBatchDataset", {"batch_size": "1", "padded_shapes": "{2}", "padding_values": "0", "output_shapes": "{-1,2}"}), "c": ("DatasetToSingleElement", {"output_types": "DT_INT32", "output_shapes": "{1,2}"})}, "k.ref -> e.input\ne.output -> o.dims\no.output -> d.components\nd.handle -> b.input_dataset\nb.handle -> c.dataset", "b.padded_shapes", "smaller [3]", "2"),
    page("a later element too large to pad", {"d": ("TensorSliceDataset", {"components": "{1,2,3}"}), "m": ("MapDataset", {"f": "as many"}), "b": ("PaddedBatchDataset", {"batch_size": "1", "padded_shapes": "{2}", "padding_values": "0"}), **ITERATOR}, "d.handle -> m.input_dataset\nm.handle -> b.input_dataset\n" + READ, "b.padded_shapes", "smaller 2 [3]", "2", steps=5, beside={"as many": AS_MANY}),
    one("an op that is gone, with other outputs than its follower", "SelfAdjointEig", "", "can run", "SelfAdjointEig", input="{{1f,0f},{0f,1f}}", hint="SelfAdjointEigV2"),
    page("a misspelt loop", {**LOOP, "by": ("Enter", {"data": "2", "frame_name": "lopp", "attrs": "is_constant_ = true;"})}, ROUNDS + "\nby.output -> sum.y", "by.frame_name", "loop", "lopp", hint="mean loop"),
    page("a text without quotes for a placeholder", {"c": ("Input_Initializer", {"t": "abc"}), "x": ("Placeholder", {"dtype": "DT_STRING"}), "f": "FeedType", "s": "ClientSession"}, "x.output -> f.input\nc.output -> f.initializer\nx.output -> s.fetch_outputs\nf.output -> s.inputs", "c.t", "quotes", "abc"),
]

TURNED = [*RANGES, *POOLED, *SAID_BETTER]
