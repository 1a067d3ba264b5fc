"""Another forty mistakes over all categories, each written down before any of it was run."""

# fmt: off
from __future__ import annotations

from tests.support.blind_mistakes.row import filled, late, one, page
from tests.support.blind_mistakes.samples import PNG

VECTOR = ("Variable", {"initvalues": "{1f,2f,3f}"})
MATRIX = ("Variable", {"initvalues": "{{1f,2f},{3f,4f}}"})
FOUR = ("TensorSliceDataset", {"components": "{1,2,3,4}", "output_shapes": "{{}}"})


def _made(symbol: str, **pins: str) -> tuple[str, dict[str, str]]:
    return symbol, {**pins, "output_types": "DT_INT32", "output_shapes": "{{}}"}


MONTHLY = [
    one("a brace too few", "Const", "val", "}/brace/closed/end", "{{1,2},{3,4}/position/end", val="{{1,2},{3,4}"),
    one("one number in words", "Reshape", "shape", "whole/int32/number", "two", tensor="{1,2,3,4}", shape="{two,2}"),
    one("a shape of halves", "Reshape", "shape", "whole/int32/int64", "1.5", tensor="{1,2,3}", shape="{1.5,2}"),
    one("elements of a reshape", "Reshape", "shape|tensor", "6/elements", "8/4", tensor=filled(2, 3), shape="{4,2}"),
    one("two unknown sizes", "Reshape", "shape", "once", "-1", tensor="{1,2,3,4}", shape="{-1,-1}"),
    page("a later axis", {"a": late("{2,0}"), "k": ("Const", {"val": filled(2, 3)}), "c": "Transpose"}, "k.output -> c.x\na.ref -> c.perm", "c.perm", "0 1/1", "2"),
    one("join of ranks", "Concat", "values", "rank 2", "[2]", axis="0", values="{{1f,2f}},{3f,4f}"),
    one("split of five", "Split", "value|num_split|axis", "2/divi", "5", axis="0", value="{1,2,3,4,5}", num_split="2"),
    one("pad rows", "Pad", "paddings", "2/row", "1", input=filled(2, 2), paddings="{{1,1}}"),
    one("tile once", "Tile", "multiples", "2", "1", input=filled(2, 2), multiples="{2}"),
    one("hot depth", "OneHot", "depth", "0/negative", "-3", indices="{0,1}", depth="-3", on_value="1f", off_value="0f"),
    one("expand far", "ExpandDims", "axis", "-2 1", "4", input="{1,2}", axis="4"),
    one("slice beyond", "Slice", "size|begin", "2/1", "3/4", input="{1,2,3}", begin="{1}", size="{3}"),
    one("product of shapes", "MatMul", "b|a", "3", "2", a=filled(2, 3), b=filled(2, 3)),
    one("product of a vector", "MatMul", "b", "2", "1/[3]", a=filled(2, 3), b="{1f,2f,3f}"),
    one("division of text", "Div", "y", "float32/number", "string/half", also={"k": ("Const", {"val": '"half"'})}, wires="k.output -> c.y", x="{1f}"),
    one("power of mixed", "Pow", "y", "float32", "int32", also={"a": ("Const", {"val": "2f"}), "b": ("Const", {"val": "3"})}, wires="a.output -> c.x\nb.output -> c.y"),
    one("mean over rows", "Mean", "axis", "-2 1", "2", input=filled(2, 2), axis="{2}"),
    one("range never", "Range", "delta", "0", "0", start="0", limit="5", delta="0"),
    one("count of a line", "LinSpace", "num", "0/1/positive/above", "0", start="0f", stop="1f", num="0"),
    one("wide kernel", "Conv2D", "input", "window 5", "[1, 3, 3, 1]", input=filled(1, 3, 3, 1), filter=filled(5, 5, 1, 1), strides="{1,1,1,1}", padding="VALID"),
    one("colours into a filter", "Conv2D", "filter|input", "3", "1", input=filled(1, 5, 5, 3), filter=filled(3, 3, 1, 2), strides="{1,1,1,1}", padding="SAME"),
    one("padding by word", "MaxPool", "padding", "SAME VALID", "FULL", input=filled(1, 4, 4, 1), ksize="{1,2,2,1}", strides="{1,2,2,1}", padding="FULL"),
    one("bias of images", "BiasAdd", "bias", "3", "2", value=filled(1, 2, 2, 3), bias="{1f,2f}"),
    one("classes of logits", "SparseSoftmaxCrossEntropyWithLogits", "labels", "0 2/3", "3", features=filled(2, 3), labels="{0,3}"),
    one("best of few", "TopKV2", "k", "3", "5", input="{1f,2f,3f}", k="5"),
    one("dropped by more", "RandomUniform", "dtype", "float32", "string", shape="{2}", dtype="DT_STRING"),
    page("learned at once", {"v": VECTOR, "c": ("ApplyGradientDescent", {"alpha": "{0.1f,0.1f}", "delta": "{1f,1f,1f}"})}, "v.ref -> c.var", "c.alpha", "scalar", "2/{0.1"),
    page("moments of others", {"v": VECTOR, "m": MATRIX, "c": ("ApplyMomentum", {"lr": "0.1f", "grad": "{1f,1f,1f}", "momentum": "0.9f"})}, "v.ref -> c.var\nm.ref -> c.accum", "c.accum", "3", "2"),
    page("adding to fewer", {"v": VECTOR, "c": ("AssignAdd", {"value": "{{1f,2f,3f}}"})}, "v.ref -> c.ref", "c.value", "3", "[1, 3]/1"),
    page("both branches", {"k": ("Const", {"val": "1f"}), "p": ("Const", {"val": "{true,false}"}), "c": "Switch"}, "k.output -> c.data\np.output -> c.pred", "c.pred", "scalar", "2"),
    page("a decision from outside", {"k": ("Const", {"val": "1f"}), "e": ("Enter", {"frame_name": "loop"}), "m": "Merge", "t": ("Const", {"val": "true"}), "p": "LoopCond", "c": "Switch", "n": "NextIteration", "x": "Exit"}, "k.output -> e.data\ne.output -> m.inputs\nn.output -> m.inputs\nt.output -> p.input\nm.output -> c.data\np.output -> c.pred\nc.output_true -> n.data\nc.output_false -> x.data", "c.pred", "one Enter", "loop outside"),
    page("queue of pairs", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT,DT_INT32"}), "c": ("QueueEnqueue", {"components": "1f"})}, "q.handle -> c.handle", "c.components", "2/int32/DT_INT32/float32,", "1/float32"),
    page("picture of floats", {"k": ("Const", {"val": filled(2, 2, 3)}), "c": "EncodePng"}, "k.output -> c.image", "c.image", "uint8 uint16", "float32"),
    page("picture that is gone", {"c": ("ReadFile", {"filename": "cat.png"})}, "", "c.filename", "file/there", "cat.png"),
    page("channels of a drawing", {"r": ("ReadFile", {"filename": "p.png"}), "c": ("DecodePng", {"attrs": "channels_=5;"})}, "r.contents -> c.contents", "c.attrs", "0 1 3 4", "5", {"p.png": PNG}),
    one("numbers by comma", "StringToNumber", "string_tensor", "number", "3,5", string_tensor='{"3,5"}'),
    one("letters from beyond", "Substr", "pos", "place/3/within", "5", input='{"abc"}', pos="5", len="1"),
    one("split by nothing", "StringSplit", "input", "1/vector", "scalar/a", input='"a b"', delimiter='" "'),
    page("batch of none", {"d": FOUR, "c": _made("BatchDataset", batch_size="0")}, "d.handle -> c.input_dataset", "c.batch_size", "1/0/above/positive", "0"),
    one("sparse out of shape", "SparseToDense", "sparse_indices", "3", "3", sparse_indices="{3}", output_shape="{3}", sparse_values="1f", default_value="0f"),
]
