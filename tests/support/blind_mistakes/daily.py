"""Mistakes of another outside examiner: everyday blocks, pages as functions and as blocks, written before any was run."""

# fmt: off
from __future__ import annotations

from typing import Any

from tests.support.blind_mistakes.row import filled, late, one, page
from tests.support.blind_mistakes.samples import JPEG

PAIRS = ("TensorSliceDataset", {"components": "{1,2,3}, {4,5,6}", "output_shapes": "{},{}"})
THREE = ("TensorSliceDataset", {"components": "{1,2,3}"})
ITERATOR = {"it": "IteratorV2", "mk": "MakeIterator", "next": "IteratorGetNext", "a": ("ClientSession", {"once": "true"}), "z": "ClientSession"}
COLUMN = ("Variable", {"initvalues": "{{1f},{2f},{3f}}"})
SAME = ({"x": "Argument", "r": "Result"}, "x.output -> r.input")
HALVED = (
    {"x": ("Argument", {"dtype": "DT_FLOAT"}), "by": ("Argument", {"dtype": "DT_INT32"}), "w": ("Cast", {"DstT": "DT_FLOAT"}), "m": "Multiply", "r": "Result"},
    "by.output -> w.x\nx.output -> m.x\nw.y -> m.y\nm.z -> r.input",
)
QUANTIZED = ("QuantizeV2", {"min_range": "0f", "max_range": "1f", "T": "DT_QUINT8"})


def _read(dataset: str) -> str:
    """Return the wires of an iterator that reads a dataset."""
    begun = f"{dataset}.handle -> mk.dataset\nit.handle -> mk.iterator\nit.handle -> next.iterator\n"
    return f"{begun}mk.operation -> a.run_outputs\nnext.components -> z.fetch_outputs"


def _staged(kind: str, taking: str = "UnstageNoKey", **pins: str) -> tuple[dict[str, Any], str]:
    """Return a page that takes an element out of a stage, of a place that a Variable holds."""
    named = {"dtypes": "DT_FLOAT", "attrs": "shared_name_=stage;"}
    blocks = {"c0": (f"{kind}Stage", {"key": "1", "indices": "{0}", "values": "{1f}", **named}), "a": "ClientSession", "v": late("{5}"), "c": (f"{kind}{taking}", {**named, **pins}), "z": "ClientSession"}
    return blocks, "c0.operation -> a.run_outputs\nv.ref -> c.indices\nc.values -> z.fetch_outputs"


DAILY = [
    page("a resized photo saved", {"r": ("ReadFile", {"filename": "j.jpg"}), "d": "DecodeJpeg", "e": ("ExpandDims", {"axis": "0"}), "z": ("ResizeBilinear", {"size": "{2,2}"}), "q": "Squeeze", "c": "EncodeJpeg"}, "r.contents -> d.contents\nd.image -> e.input\ne.output -> z.images\nz.resized_images -> q.input\nq.output -> c.image", "c.image", "uint8", "float32", {"j.jpg": JPEG}),
    one("resized by half pixels", "ResizeNearestNeighbor", "size", "whole/int32", "2.5", images=filled(1, 4, 4, 1), size="{2.5,2.5}"),
    one("colours of boxes short", "DrawBoundingBoxesV2", "colors", "3", "2", images=filled(1, 4, 4, 3), boxes=filled(1, 1, 4), colors="{{1f,0f}}"),
    page("overlap in percent", {"t": late("50f"), "c": ("NonMaxSuppressionV3", {"boxes": filled(2, 4), "scores": "{0.5f,0.6f}", "max_output_size": "2", "score_threshold": "0f"})}, "t.ref -> c.iou_threshold", "c.iou_threshold", "0 1", "50"),
    one("paddings of its own left out", "Conv2D", "attrs|padding", "8", "0", input=filled(1, 4, 4, 1), filter=filled(2, 2, 1, 1), strides="{1,1,1,1}", padding="EXPLICIT"),
    one("dilated in two numbers", "Conv2D", "attrs", "4", "2", input=filled(1, 4, 4, 1), filter=filled(2, 2, 1, 1), strides="{1,1,1,1}", padding="SAME", attrs="dilations_=[2,2];"),
    page("an offset of fewer channels", {"o": late("{0f,0f}"), "c": ("FusedBatchNorm", {"x": filled(2, 2, 2, 3), "scale": filled(3), "mean": "{}", "variance": "{}"})}, "o.ref -> c.offset", "c.offset", "3", "2"),
    page("a layer turned over", {"x": late(filled(2, 4)), "w": late(filled(4, 5)), "c": ("MatMul", {"attrs": "transpose_b_=true;"})}, "x.ref -> c.a\nw.ref -> c.b", "c.b|a", "4/5", "5/4"),
    page("a band too wide", {"n": ("Variable", {"initvalues": "5"}), "c": ("MatrixBandPart", {"input": filled(2, 2), "num_upper": "0"})}, "n.ref -> c.num_lower", "c.num_lower", "2", "5"),
    page("a regularizer as a float", {"l": ("Const", {"val": "0.1f"}), "c": ("MatrixSolveLs", {"matrix": "{{1f,0f},{0f,1f}}", "rhs": "{{1f},{1f}}"})}, "l.output -> c.l2_regularizer", "c.l2_regularizer", "float64/double", "float32"),
    one("a letter out of nowhere", "Einsum", "equation", "input", "l", inputs="{{1f,2f}}, {{1f},{2f}}", equation="ij,jk->il"),
    page("a later axis", {"v": ("Variable", {"initvalues": "2"}), "c": ("Sum", {"input": filled(2, 3)})}, "v.ref -> c.axis", "c.axis", "-2 1", "2"),
    page("all of the measures", {"k": ("Const", {"val": "{0.2f,0.9f}"}), "c": ("All", {"axis": "0"})}, "k.output -> c.input", "c.input", "bool", "float32"),
    one("places too deep", "GatherNd", "indices", "2", "3", params=filled(2, 2), indices="{{0,1,0}}"),
    one("thousands with a comma", "StringToNumber", "string_tensor", "number", "1,234", string_tensor='{"1,234","7"}'),
    one("columns picked backwards", "DecodeCSV", "attrs", "rising/increas/ascend/order", "2", records='{"a,2,3"}', record_defaults='{1}, {""}', attrs="select_cols_=[2,0];"),
    one("padding no whole floats", "DecodePaddedRaw", "fixed_length", "4", "6", input_bytes='{"abcdef"}', fixed_length="6", out_type="DT_FLOAT"),
    page("a shape by a mean", {"k": ("Const", {"val": "{2f,4f}"}), "m": ("Mean", {"axis": "0"}), "c": ("RandomStandardNormal", {"dtype": "DT_FLOAT"})}, "k.output -> m.input\nm.output -> c.shape", "c.shape", "int32", "float32"),
    page("rows of an adadelta", {"v": COLUMN, "a": COLUMN, "u": COLUMN, "c": ("SparseApplyAdadelta", {"lr": "0.1f", "rho": "0.9f", "epsilon": "1e-6f", "grad": "{{1f}}", "indices": "{0,1}"})}, "v.ref -> c.var\na.ref -> c.accum\nu.ref -> c.accum_update", "c.grad|indices", "2/1", "1/2"),
    one("a gated bias", "GRUBlockCell", "b_ru", "4", "3", x=filled(1, 3), h_prev=filled(1, 2), w_ru=filled(5, 4), w_c=filled(5, 2), b_ru=filled(3), b_c=filled(2)),
    page("a bias of bytes", {"x": ("Const", {"val": filled(1, 2)}), "b": ("Const", {"val": filled(3)}), "q": QUANTIZED, "w": QUANTIZED, "c": ("QuantizedBiasAdd", {"min_input": "0f", "max_input": "1f", "min_bias": "0f", "max_bias": "1f", "out_type": "DT_QINT32"})}, "x.output -> q.input\nb.output -> w.input\nq.output -> c.input\nw.output -> c.bias", "c.bias", "2", "3"),
    one("rows named amiss", "RaggedTensorToTensor", "row_partition_types", "ROW_SPLITS", "ROWSPLITS", shape="{2,2}", values="{1,2,3}", default_value="0", row_partition_tensors="{0,2,3}", row_partition_types="ROWSPLITS"),
    page("pairs into one", {"d": PAIRS, "c": ("MapDataset", {"f": "passed"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "c.f", "2", "1", beside={"passed": SAME}),
    page("filtered by a number", {"d": THREE, "c": ("FilterDataset", {"predicate": "passed"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "c.predicate", "bool", "int32", beside={"passed": SAME}),
    page("flat numbers", {"d": THREE, "c": ("FlatMapDataset", {"f": "passed"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "c.f", "data", "int32", beside={"passed": SAME}),
    page("a later word that is no number", {"d": ("TensorSliceDataset", {"components": '{"1","2","three"}'}), "c": ("MapDataset", {"f": "as a number"}), **ITERATOR}, f"d.handle -> c.input_dataset\n{_read('c')}", "c/n.string_tensor", "number", "three", steps=5, beside={"as a number": ({"x": "Argument", "n": "StringToNumber", "r": "Result"}, "x.output -> n.string_tensor\nn.output -> r.input")}),
    page("unknown words as three", {"t": ("HashTableV2", {"key_dtype": "DT_STRING", "value_dtype": "DT_INT64"}), "i": ("InitializeTableV2", {"keys": '{"a"}', "values": "{1}"}), "a": ("ClientSession", {"once": "true"}), "c": ("LookupTableFindV2", {"keys": '{"a","b"}', "default_value": "{-1,-2,-3}"}), "z": "ClientSession"}, "t.table_handle -> i.table_handle\ni.operation -> a.run_outputs\nt.table_handle -> c.table_handle\nc.values -> z.fetch_outputs", "c.default_value", "[2]", "[3]"),
    page("several out of a queue of any", {"q": ("FIFOQueue", {"component_types": "DT_FLOAT"}), "e": ("QueueEnqueue", {"components": "1f"}), "c": ("QueueDequeueMany", {"n": "1", "component_types": "DT_FLOAT"}), "a": ("ClientSession", {"once": "true"}), "z": "ClientSession"}, "q.handle -> e.handle\nq.handle -> c.handle\ne.operation -> a.run_outputs\nc.components -> z.fetch_outputs", "c.handle", "shapes_", "without"),
    page("branches of two types", {"p": ("Const", {"val": "true"}), "x": ("Const", {"val": "2f"}), "c": ("If", {"then_branch": "passed", "else_branch": "rounded off"}), "s": "ClientSession"}, "p.output -> c.cond\nx.output -> c.input\nc.output -> s.fetch_outputs", "c.else_branch", "float32", "int32", beside={"passed": SAME, "rounded off": ({"x": "Argument", "w": ("Cast", {"DstT": "DT_INT32"}), "r": "Result"}, "x.output -> w.x\nw.y -> r.input")}),
    page("a half of a choice", {"i": ("Const", {"val": "1.5f"}), "x": ("Const", {"val": "2f"}), "c": ("Case", {"branches": "passed, passed too"}), "s": "ClientSession"}, "i.output -> c.branch_index\nx.output -> c.input\nc.output -> s.fetch_outputs", "c.branch_index", "int32", "float32", beside={"passed": SAME, "passed too": SAME}),
    page("written twice", {"t": ("TensorArrayV3", {"size": "2", "dtype": "DT_FLOAT"}), "w": ("TensorArrayWriteV3", {"index": "0", "value": "1f"}), "c": ("TensorArrayWriteV3", {"index": "0", "value": "2f"})}, "t.handle -> w.handle\nt.flow -> w.flow_in\nt.handle -> c.handle\nw.flow_out -> c.flow_in", "c.index", "nothing written", "0"),
    one("a spectrum by a single number", "RFFT", "fft_length", "1/vector", "scalar/0", input="{1f,2f,3f,4f}", fft_length="4"),
    page("a byte too large", {"c": ("Const_ex", {"val": "{12,300}", "dtype": "DT_UINT8"})}, "", "c.val", "uint8", "300"),
    page("the third of two", {"s": ("Split", {"axis": "0", "value": "{1f,2f,3f,4f}", "num_split": "2"}), "c": "Negate"}, "s.output[2] -> c.x", "c.x", "2/0 1", "2/[2]"),
    page("a page without its picture", {"u": ("page:halved", {"by": "2"}), "s": "ClientSession"}, "u.r -> s.fetch_outputs", "u.x", "float32/wire/value", "nothing/no", beside={"halved": HALVED}),
    page("a page by a half", {"u": ("page:halved", {"x": "3f", "by": "2.5"}), "s": "ClientSession"}, "u.r -> s.fetch_outputs", "u.by", "int32/whole", "2.5", beside={"halved": HALVED}),
    page("batches of unlike length", {"d": ("RangeDataset", {"start": "1", "stop": "5", "step": "1"}), "m": ("MapDataset", {"f": "as many"}), "c": ("BatchDataset", {"batch_size": "2"}), **ITERATOR}, f"d.handle -> m.input_dataset\nm.handle -> c.input_dataset\n{_read('c')}", "c.input_dataset", "[1]", "[2]", steps=3, beside={"as many": ({"x": "Argument", "e": ("ExpandDims", {"axis": "0"}), "n": ("Fill", {"value": "1f"}), "r": "Result"}, "x.output -> e.input\ne.output -> n.dims\nn.output -> r.input")}),
    page("a list read as threes", {"l": ("TensorListReserve", {"element_shape": "{-1}", "num_elements": "1", "element_dtype": "DT_FLOAT"}), "s": ("TensorListSetItem", {"index": "0", "item": "{1f,2f}"}), "c": ("TensorListStack", {"element_shape": "{3}", "element_dtype": "DT_FLOAT"})}, "l.handle -> s.input_handle\ns.output_handle -> c.input_handle", "c.element_shape", "2", "3"),
    one("an average of too many windows", "AvgPoolGrad", "grad", "[1,1,1,1]/1", "[1,", orig_input_shape="{1,2,2,1}", grad=filled(1, 4, 4, 1), ksize="{1,2,2,1}", strides="{1,2,2,1}", padding="VALID"),
    page("a computed place that no element has", *_staged("Map"), "c.indices", "0", "5"),
    page("a computed place that no ordered element has", *_staged("OrderedMap"), "c.indices", "0", "5"),
    page("a place that is looked at and no element has", *_staged("Map", "Peek", key="1"), "c.indices", "0", "5"),
    page("a place of a key that no element has", *_staged("OrderedMap", "Unstage", key="1"), "c.indices", "0", "5"),
    page("a computed row of a table counted from the end", {"p": ("Const", {"val": "{{1f,2f},{3f,4f}}"}), "v": late("{{0,-1}}"), "c": "GatherNd"}, "p.output -> c.params\nv.ref -> c.indices", "c.indices", "0 2", "-1"),
    page("a computed place within a branch", {**_staged("Map")[0], "b": ("Const", {"val": "true"}), "c": ("If", {"then_branch": "taken", "else_branch": "taken"})}, "c0.operation -> a.run_outputs\nb.output -> c.cond\nv.ref -> c.input\nc.output -> z.fetch_outputs", "c/t.indices", "0", "5", beside={"taken": ({"i": "Argument", "t": ("MapUnstageNoKey", {"dtypes": "DT_FLOAT", "attrs": "shared_name_=stage;"}), "r": "Result"}, "i.output -> t.indices\nt.values -> r.input")}),
    page("two variables of no name", {"w": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{1}"}), "iw": ("AssignVariableOp", {"value": "{1f}"}), "m": ("VarHandleOp", {"dtype": "DT_FLOAT", "shape": "{1}"}), "im": ("AssignVariableOp", {"value": "{2f}"}), "a": "ClientSession"}, "w.resource -> iw.resource\nm.resource -> im.resource\niw.operation -> a.run_outputs\nim.operation -> a.run_outputs", "m.attrs", "shared_name_ own", "nothing"),
]
