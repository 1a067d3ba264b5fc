"""Mistakes in computed ranges, pooled shapes, bands and lines of text that no kernel words, or few do."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page

RANGE = {"lo": late("4f"), "hi": late("0f")}
QUANTIZED = {"q": ("QuantizeV2", {"input": "{1f,2f,4f}", "min_range": "0f", "max_range": "4f", "T": "DT_QUINT8"}), **RANGE}
WINDOW = {"ksize": "{1,2,2,1}", "strides": "{1,2,2,1}", "padding": "VALID"}
VOLUME = {"ksize": "{1,2,2,2,1}", "strides": "{1,2,2,2,1}", "padding": "VALID"}
ENDS = "lo.ref -> c.{0}\nhi.ref -> c.{1}"

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
    page("a text without quotes for a placeholder", {"c": ("Input_Initializer", {"t": "abc"}), "x": ("Placeholder", {"dtype": "DT_STRING"}), "f": "FeedType", "s": "ClientSession"}, "x.output -> f.input\nc.output -> f.initializer\nx.output -> s.fetch_outputs\nf.output -> s.inputs", "c.t", "quotes", "abc"),
]

TURNED = [*RANGES, *POOLED, *SAID_BETTER]
