"""Faults that have a plain fix, by kind: the page and what the first fix is called."""

from __future__ import annotations

from typing import Any, NamedTuple

from app.document.model.diagram import Monitor, Page, RunSettings, Scope
from tests.support.pages import page


class Case(NamedTuple):
    """A page with one fault that a click cures. ``code`` is the problem's, ``fix`` the first fix's title."""

    page: Page
    code: str
    fix: str


def const(text: str) -> tuple[str, dict[str, str]]:
    return "Const", {"val": text}


def _with(made: Page, **members: Any) -> Page:
    for name, value in members.items():
        setattr(made, name, value)
    return made


_PICTURE = const("{{{{1.0f},{2}},{{3},{4}}}}")
_POOL = {"ksize": "{1,2,2,1}", "strides": "{1,1,1,1}", "padding": "SAME"}
_ROWS = {"shape": "{2,2}", "values": "{1f,2f,3f}", "default_value": "0f", "row_partition_tensors": "{0,2,3}"}
_TURNED = {
    "images": "{{{{1f}}}}",
    "transforms": "{{1,0,0,0,1,0,0,0}}",
    "output_shape": "{1,1}",
    "fill_value": "0",
}
_INTO_POOL = "a.output -> p.input"


def _pool(**pins: str) -> Page:
    given = {k: v for k, v in {**_POOL, **pins}.items() if v}
    return page({"a": _PICTURE, "p": ("MaxPool", given)}, _INTO_POOL)


def _two(
    symbol: str, pins: tuple[str, str], texts: tuple[str, str], more: dict[str, str] | None = None
) -> Page:
    wires = f"a.output -> m.{pins[0]}\nb.output -> m.{pins[1]}"
    return page({"a": const(texts[0]), "b": const(texts[1]), "m": (symbol, more or {})}, wires)


_MATRIX = "{{1.0f,2,3},{4,5,6}}"

CASES: dict[str, Case] = {
    # dtypes
    "literal without its suffix": Case(
        _two("Add", ("x", "y"), ("1", "2.5f")), "dtype-conflict", "Write 1.0f in a"
    ),
    "wires of a queue changed over": Case(
        page(
            {
                "queue": ("FIFOQueue", {"component_types": "{DT_STRING,DT_FLOAT}"}),
                "a": const('"apple"'),
                "b": const("1.5f"),
                "put": "QueueEnqueue",
            },
            "queue.handle -> put.handle\nb.output -> put.components\na.output -> put.components",
        ),
        "dtype-conflict",
        "Swap the wires from b.output and a.output",
    ),
    "wires of a multiplication changed over": Case(
        _two("MatMul", ("a", "b"), ("{{1.0f,2,3}}", "{{1.0f},{2}}")),
        "bad-shape",
        "Swap the wires from a.output and b.output: a.output comes to b",
    ),
    "dtype pin of a constant": Case(
        page(
            {"a": ("Const_ex", {"val": "1", "dtype": "DT_INT64"}), "b": const("2.5f"), "m": "Add"},
            "a.output -> m.x\nb.output -> m.y",
        ),
        "dtype-conflict",
        "Make a float32",
    ),
    "wire of another dtype": Case(
        page(
            {"a": const("{1,2}"), "n": "Negate", "b": const("{0.5f,1}"), "m": "Mul"},
            "a.output -> n.x\nn.y -> m.x\nb.output -> m.y",
        ),
        "dtype-conflict",
        "Insert Cast to float32",
    ),
    "number where a string must be": Case(
        page(
            {"a": const("{1,2}"), "n": "Negate", "s": ("StringToHashBucketFast", {"num_buckets": "3"})},
            "a.output -> n.x\nn.y -> s.input",
        ),
        "dtype-conflict",
        "Insert AsString",
    ),
    "string where a number must be": Case(
        page({"a": const('"1.5"'), "n": "Identity", "s": "Sqrt"}, "a.output -> n.input\nn.output -> s.x"),
        "bad-dtype",
        "Insert StringToNumber to float32",
    ),
    "dtype that the op does not take": Case(
        page({"a": const("{1,2}"), "n": "Negate", "s": "Softmax"}, "a.output -> n.x\nn.y -> s.logits"),
        "bad-dtype",
        "Insert Cast to float32",
    ),
    "literal of a dtype that the op does not take": Case(
        page({"s": ("Sqrt", {"x": "4"})}), "bad-dtype", "Write 4.0f in x"
    ),
    "literal beside a wire of another dtype": Case(
        page({"a": const("1"), "m": ("Add", {"y": "2.5"})}, "a.output -> m.x"),
        "bad-literal",
        "Write 1.0f in a",
    ),
    "list of two dtypes": Case(
        page(
            {"a": const("1"), "b": const("2.5f"), "c": const("3"), "m": "Pack"},
            "a.output -> m.values\nb.output -> m.values\nc.output -> m.values",
        ),
        "dtype-conflict",
        "Write 1.0f in a and write 3.0f in c",
    ),
    "start of a Variable": Case(
        page(
            {"a": const("2"), "n": "Negate", "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}"})},
            "a.output -> n.x\nn.y -> v.initvalues",
        ),
        "dtype-conflict",
        "Insert Cast to float32",
    ),
    "Variable without a dtype": Case(
        page({"v": ("Variable", {"shape": "{2}"})}), "unknown-dtype", "Write DT_FLOAT in dtype"
    ),
    "value that is fed": Case(
        page(
            {
                "p": ("Placeholder", {"dtype": "DT_FLOAT"}),
                "t": ("Tensor", {"initvalues": "1.5", "dtype": "DT_DOUBLE"}),
                "i": "Input_Initializer",
                "f": "FeedType",
                "n": "Negate",
                "s": "ClientSession",
            },
            """p.output -> f.input
            t.output -> i.t
            i.output -> f.initializer
            p.output -> n.x
            n.y -> s.fetch_outputs
            f.output -> s.inputs""",
        ),
        "feed",
        "Make t float32",
    ),
    # shapes
    "matrix the wrong way round": Case(
        _two("MatMul", ("a", "b"), (_MATRIX, _MATRIX)), "bad-shape", "Write transpose_b_ = true"
    ),
    "vector where a matrix must be": Case(
        page(
            {"a": const("{1.0f,2,3}"), "n": "Negate", "m": ("MatMul", {"b": "{{1.0f},{2},{3}}"})},
            "a.output -> n.x\nn.y -> m.a",
        ),
        "bad-shape",
        "Insert ExpandDims (axis 0)",
    ),
    "vector where a right-hand side must be": Case(
        page(
            {"v": const("{1f,2f}"), "c": ("MatrixSolve", {"matrix": "{{2f,1f},{1f,3f}}"})},
            "v.output -> c.rhs",
        ),
        "bad-shape",
        "Write {{1.0f},{2.0f}} in v",
    ),
    "picture without a batch": Case(
        page({"a": const("{{{1.0f},{2}},{{3},{4}}}"), "p": ("MaxPool", _POOL)}, _INTO_POOL),
        "bad-shape",
        "Write {{{{1.0f},{2}},{{3},{4}}}} in a",
    ),
    "one dimension too many": Case(
        page(
            {"a": _PICTURE, "b": const("{{1.0f}}"), "n": "Negate", "m": "BiasAdd"},
            "a.output -> m.value\nb.output -> n.x\nn.y -> m.bias",
        ),
        "bad-shape",
        "Insert Squeeze",
    ),
    "scalar where a vector must be": Case(
        page({"f": ("Fill", {"dims": "3", "value": "1"})}), "bad-shape", "Write {3} in dims"
    ),
    "vector where a scalar must be": Case(
        page({"o": ("OneHot", {"indices": "{0}", "depth": "{3}", "on_value": "1", "off_value": "0"})}),
        "bad-shape",
        "Write 3 in depth",
    ),
    "scalar that would end the process": Case(
        page({"q": ("FakeQuantWithMinMaxVarsPerChannel", {"inputs": "{1.0f}", "min": "0", "max": "{1}"})}),
        "not-vector",
        "Write {0} in min",
    ),
    "shapes that cannot be broadcast": Case(
        _two("Add", ("x", "y"), ("{1.0f,2}", _MATRIX)), "bad-shape", "Write {{1.0f},{2.0f}} in a"
    ),
    "sizes that do not make the count": Case(
        page({"a": const("{1,2,3,4,5,6}"), "r": ("Reshape", {"shape": "{4,2}"})}, "a.output -> r.tensor"),
        "bad-shape",
        "Write {-1,2} in shape",
    ),
    "axis that there is not": Case(
        page({"a": const(_MATRIX), "e": ("ExpandDims", {"axis": "5"})}, "a.output -> e.input"),
        "bad-shape",
        "Write 2 in axis",
    ),
    # values and attrs
    "stride of nothing": Case(_pool(strides="{1,0,0,1}"), "bad-stride", "Write {1,1,1,1} in strides"),
    "strides of too few numbers": Case(_pool(strides="{2,2}"), "bad-count", "Write {1,2,2,1} in strides"),
    "one stride for all": Case(
        page(
            {
                "a": const("{{{{1.0f,2}}}}"),
                "b": const("{{{{1.0f},{1}}}}"),
                "c": ("Conv2D", {"strides": "{1}", "padding": "SAME"}),
            },
            "a.output -> c.input\nb.output -> c.filter",
        ),
        "bad-count",
        "Write {1,1,1,1} in strides",
    ),
    "padding in small letters": Case(_pool(padding="same"), "bad-attr-value", "Write SAME in padding"),
    "kind of rows in small letters": Case(
        page({"r": ("RaggedTensorToTensor", {**_ROWS, "row_partition_types": "row_splits"})}),
        "bad-attr-value",
        'Write {"ROW_SPLITS"} in row_partition_types',
    ),
    "way between pixels misspelt": Case(
        page({"t": ("ImageProjectiveTransformV3", {**_TURNED, "interpolation": "BILINER"})}),
        "bad-attr-value",
        "Write BILINEAR in interpolation",
    ),
    "padding that is none": Case(
        page(
            {
                "a": const("{{{{1.0f,2}}}}"),
                "b": const("{{{{1.0f},{1}}}}"),
                "c": ("Conv2D", {"strides": "{1,1,1,1}", "padding": "full"}),
            },
            "a.output -> c.input\nb.output -> c.filter",
        ),
        "bad-attr-value",
        "Write SAME in padding",
    ),
    "padding left out": Case(_pool(padding=""), "unwired-input", "Write SAME in padding"),
    "strides left out": Case(_pool(strides=""), "unwired-input", "Write {1,1,1,1} in strides"),
    "misspelt attr": Case(
        page({"m": ("MatMul", {"a": "{{1.0f}}", "b": "{{1.0f}}", "attrs": "transpse_a_ = true;"})}),
        "bad-attr-name",
        "Write transpose_a_",
    ),
    "misspelt word of an attr": Case(_pool(attrs="data_format_ = NWHC;"), "bad-attr-value", "Write NHWC"),
    "misspelt dtype": Case(
        page({"p": ("Const_ex", {"val": "1", "dtype": "DT_FLOT"})}), "bad-literal", "Write DT_FLOAT"
    ),
    "brace left out": Case(page({"a": const("{{1,2},{3,4}")}), "bad-literal", "Write {{1,2},{3,4}}"),
    "string without quotes": Case(page({"a": const("hello")}), "bad-literal", 'Write "hello"'),
    "number that is too small": Case(
        page({"a": const("{1,2}"), "s": ("Split", {"axis": "0", "num_split": "0"})}, "a.output -> s.value"),
        "bad-count",
        "Write 1 in num_split",
    ),
    # wires
    "misspelt symbol": Case(page({"a": ("Cnst", {"val": "1"})}), "unknown-symbol", "Make it a Const"),
    "symbol of the past": Case(
        page({"a": ("BatchCholesky", {"input": "{{{1.0}}}"})}), "unavailable", "Make it a Cholesky"
    ),
    "misspelt output": Case(
        page({"a": const("1"), "n": "Negate"}, "a.outptu -> n.x"),
        "unknown-pin",
        "Wire a.output instead of a.outptu",
    ),
    "misspelt block": Case(
        page({"alpha": const("1"), "n": "Negate"}, "alfa.output -> n.x"),
        "unknown-block",
        "Wire alpha.output instead of alfa.output",
    ),
    "wire the wrong way round": Case(
        page({"a": const("1"), "n": "Negate"}, "n.x -> a.output"), "unknown-pin", "Wire a.output to n.x"
    ),
    "wire to a pin that there is not": Case(
        page(
            {"a": const("1"), "n": "Negate", "m": ("Negate", {"x": "1"})},
            "a.output -> n.x\na.output -> m.qqq",
        ),
        "unknown-pin",
        "Remove the wire from a.output to m.qqq",
    ),
    "two wires where one may be": Case(
        page({"a": const("1"), "b": const("2"), "n": "Negate"}, "a.output -> n.x\nb.output -> n.x"),
        "too-many-wires",
        "Keep the wire from a.output only",
    ),
    "text beside a wire": Case(
        page({"a": const("1"), "n": ("Negate", {"x": "7"})}, "a.output -> n.x"),
        "wired-and-typed",
        "Remove the text",
    ),
    "list where one tensor must be": Case(
        page(
            {"a": const("{1,2}"), "s": ("Split", {"axis": "0", "num_split": "2"}), "n": "Negate"},
            "a.output -> s.value\ns.output -> n.x",
        ),
        "wire-kind",
        "Wire s.output[0] to n.x",
    ),
    "element beyond the end of a list": Case(
        page(
            {"a": const("{1,2}"), "s": ("Split", {"axis": "0", "num_split": "2"}), "n": "Negate"},
            "a.output -> s.value\ns.output[2] -> n.x",
        ),
        "wire-index",
        "Wire s.output[1] to n.x",
    ),
    "output that an op does not have": Case(
        page({"a": const("1"), "o": ("Output", {"index": "1"})}, "a.output -> o.output_op"),
        "wire-index",
        "Write 0 in index",
    ),
    "wire to a pin that takes a text": Case(
        page({"n": const("2"), "s": ("Split", {"axis": "0", "value": "{1,2}"})}, "n.output -> s.num_split"),
        "wire-kind",
        "Write 2 in s.num_split",
    ),
    "pin without a wire": Case(
        page({"a": const("1"), "n": "Negate"}), "unwired-input", "Wire a.output to n.x"
    ),
    "reference without a wire": Case(
        page(
            {
                "v": ("Variable", {"dtype": "DT_INT32", "shape": "{}"}),
                "c": const("1"),
                "w": ("Assign", {"value": "2"}),
            }
        ),
        "unwired-input",
        "Wire v.ref to w.ref",
    ),
    "circle": Case(
        page(
            {"c": const("2.0f"), "a": "AddN", "b": "Negate"},
            "c.output -> a.inputs\na.sum -> b.x\nb.y -> a.inputs",
        ),
        "cycle",
        "Remove the wire from b.y to a.inputs",
    ),
    # the page
    "session without wires": Case(
        page({"a": const("1"), "s": "ClientSession"}), "nothing-to-run", "Wire the unused outputs to s"
    ),
    "run of no steps": Case(page({"a": const("1")}, steps=0), "bad-attr-value", "Run 1 step"),
    "seed beyond 64 bits": Case(
        _with(page({"a": const("1")}), scope=Scope(seed=2**70)), "bad-attr-value", "Take the seed away"
    ),
    "condition of a misspelt pin": Case(
        _with(page({"a": const("1")}), run=RunSettings(until="a.outptu < 3")),
        "unknown-pin",
        "Stop at a.output < 3",
    ),
    "condition that does not read": Case(
        _with(page({"a": const("1")}), run=RunSettings(until="a.output << 3")),
        "bad-condition",
        "Remove the condition",
    ),
    "pace of nothing": Case(
        _with(page({"a": const("1")}), run=RunSettings(pace=0)), "bad-attr-value", "Run at full speed"
    ),
    "guard of a misspelt pin": Case(
        _with(page({"a": const("1f")}), run=RunSettings(guard=("a.outptu",), until="a.output > 5")),
        "unknown-pin",
        "Guard a.output",
    ),
    "guard of a block that is gone": Case(
        _with(page({"a": const("1f")}), run=RunSettings(guard=("zz.y",))),
        "unknown-block",
        "Guard without zz.y",
    ),
    "monitor of a misspelt block": Case(
        _with(
            page({"abc": const("1")}), monitors={"m": Monitor(id="m", kind="number", pins=("abd.output",))}
        ),
        "unknown-block",
        "Show abc.output",
    ),
    "monitor of a block that is gone": Case(
        _with(
            page({"a": const("1")}), monitors={"m": Monitor(id="m", kind="number", pins=("zz.y", "a.output"))}
        ),
        "unknown-block",
        "Remove zz.y from the monitor",
    ),
    "text under the name of no pin": Case(
        page({"m": ("MatMul", {"a": "{{1.0f}}", "b": "{{1.0f}}", "qqq": "1"})}),
        "unknown-pin",
        "Remove the text",
    ),
    "value where a reference must be": Case(
        page(
            {
                "v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}"}),
                "n": "Negate",
                "w": ("Assign", {"value": "2.0f"}),
            },
            "v.ref -> n.x\nn.y -> w.ref",
        ),
        "dtype-conflict",
        "Wire v.ref to w.ref",
    ),
    "types that are not those of the queue": Case(
        page(
            {
                "q": ("FIFOQueue", {"component_types": "{DT_FLOAT}"}),
                "e": ("QueueEnqueue", {"components": "1.0f"}),
                "d": ("QueueDequeue", {"component_types": "{DT_INT32}"}),
                "s": "ClientSession",
            },
            "q.handle -> e.handle\nq.handle -> d.handle\ne.operation -> s.run_outputs\nd.components -> s.fetch_outputs",
        ),
        "dtype-conflict",
        "Write DT_FLOAT in component_types",
    ),
    "start of a Variable of another shape": Case(
        page({"v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{2}", "initvalues": "{1,2,3}"})}),
        "bad-shape",
        "Write {3} in shape",
    ),
    "device that no machine has": Case(
        _with(page({"a": const("1")}), scope=Scope(device="/tpu-0")), "bad-attr-value", "Take the device away"
    ),
    "one size for both ways": Case(
        page({"a": _PICTURE, "r": ("ResizeBilinear", {"size": "{4}"})}, "a.output -> r.images"),
        "bad-shape",
        "Write {4,4} in size",
    ),
    "feed that reaches no session": Case(
        page(
            {
                "p": ("Placeholder", {"dtype": "DT_FLOAT"}),
                "t": ("Tensor", {"initvalues": "1.5", "dtype": "DT_FLOAT"}),
                "i": "Input_Initializer",
                "f": "FeedType",
                "n": "Negate",
                "s": "ClientSession",
            },
            """p.output -> f.input
            t.output -> i.t
            i.output -> f.initializer
            p.output -> n.x
            n.y -> s.fetch_outputs""",
        ),
        "feed",
        "Wire f.output to s.inputs",
    ),
    "feed without a session": Case(
        page(
            {
                "p": ("Placeholder", {"dtype": "DT_FLOAT"}),
                "t": ("Tensor", {"initvalues": "1.5", "dtype": "DT_FLOAT"}),
                "i": "Input_Initializer",
                "f": "FeedType",
                "n": "Negate",
            },
            "p.output -> f.input\nt.output -> i.t\ni.output -> f.initializer\np.output -> n.x",
        ),
        "feed",
        "Insert ClientSession",
    ),
}
