"""Mistakes that the plan of a page shows without TensorFlow: names, texts, wires, dtypes, counts."""

from __future__ import annotations

from tests.support.mistakes import Mistake, const

_S = {"s": "ClientSession"}
_MATMUL = "x.output -> m.a\nm.product -> s.fetch_outputs"
_CONV = "x.output -> c.input\nf.output -> c.filter\nc.output -> s.fetch_outputs"
_PICTURES = const(x="{{{{1f},{2f}},{{3f},{4f}}}}", f="{{{{1f}}}}")
_M = "{{1f,2f},{3f,4f}}"
_QUEUE = ("FIFOQueue", {"component_types": "{DT_FLOAT,DT_INT32}"})

MISTAKES = [
    Mistake(
        name="unknown_symbol",
        blocks={**const(x=_M), "m": ("MatMull", {}), **_S}, wires=_MATMUL,
        block="m", words=("MatMull",), actual="MatMull",
    ),
    Mistake(
        name="unknown_input_in_a_text",
        blocks={**const(x=_M), "m": ("MatMul", {"bb": _M, "b": _M}), **_S}, wires=_MATMUL,
        block="m", pins=("bb",), words=("bb",), requirement="a, b", actual="bb",
    ),
    Mistake(
        name="unknown_output_of_a_wire",
        blocks={**const(x=_M), "m": ("MatMul", {"b": _M}), **_S},
        wires="x.outptu -> m.a\nm.product -> s.fetch_outputs",
        block="x", pins=("outptu",), words=("outptu",), requirement="output", actual="outptu",
    ),
    Mistake(
        name="unknown_attr",
        blocks={**const(x=_M), "m": ("MatMul", {"b": _M, "attrs": "transpos_a_ = true;"}), **_S}, wires=_MATMUL,
        block="m", pins=("attrs",), words=("transpos_a_",), requirement="transpose_a_", actual="transpos_a_",
    ),
    Mistake(
        name="bad_attr_value",
        blocks={**const(x=_M), "m": ("MatMul", {"b": _M, "attrs": "transpose_a_ = maybe;"}), **_S}, wires=_MATMUL,
        block="m", pins=("attrs",), words=("transpose_a_",), requirement="bool", actual="maybe",
    ),
    Mistake(
        name="bad_enum",
        blocks={**_PICTURES, "c": ("Conv2D", {"strides": "{1,1,1,1}", "padding": "SAYM"}), **_S}, wires=_CONV,
        block="c", pins=("padding",), words=("SAYM",), requirement="SAME", actual="SAYM",
    ),
    Mistake(
        name="bad_data_format",
        blocks={
            **_PICTURES,
            "c": ("Conv2D", {"strides": "{1,1,1,1}", "padding": "SAME", "attrs": "data_format_ = NHCW;"}), **_S,
        },
        wires=_CONV,
        block="c", pins=("attrs",), words=("NHCW",), requirement="NHWC", actual="NHCW",
    ),
    Mistake(
        name="zero_stride",
        blocks={**_PICTURES, "c": ("Conv2D", {"strides": "{1,0,0,1}", "padding": "SAME"}), **_S}, wires=_CONV,
        block="c", pins=("strides",), words=("strides", "0"), requirement="> 0", actual="0",
    ),
    Mistake(
        name="number_of_strides",
        blocks={**_PICTURES, "c": ("Conv2D", {"strides": "{1,1}", "padding": "SAME"}), **_S}, wires=_CONV,
        block="c", pins=("strides",), words=("strides", "2"), requirement="4", actual="2",
    ),
    Mistake(
        name="missing_input",
        blocks={**const(x=_M), "m": "MatMul", **_S}, wires=_MATMUL,
        block="m", pins=("b",), words=("b",), requirement="tensor",
    ),
    Mistake(
        name="missing_value",
        blocks={**_PICTURES, "c": ("Conv2D", {"padding": "SAME"}), **_S}, wires=_CONV,
        block="c", pins=("strides",), words=("strides",), requirement="list(int)",
    ),
    Mistake(
        name="ragged_literal",
        blocks={**const(x="{{1f},{2f,3f}}"), "y": ("Square", {}), **_S},
        wires="x.output -> y.x\ny.y -> s.fetch_outputs",
        block="x", pins=("val",), words=("val",), actual="{{1f},{2f,3f}}",
    ),
    Mistake(
        name="text_where_a_number_is_wanted",
        blocks={**const(x=_M), "p": ("Split", {"axis": "1", "num_split": "two"}), **_S},
        wires="x.output -> p.value\np.output -> s.fetch_outputs",
        block="p", pins=("num_split",), words=("two",), requirement="int", actual="two",
    ),
    Mistake(
        name="string_where_a_float_is_wanted",
        blocks={"m": ("MatMul", {"a": '"{{1,2}}"', "b": _M}), **_S}, wires="m.product -> s.fetch_outputs",
        block="m", pins=("a",), words=("a",), requirement="float32", actual="string",
    ),
    Mistake(
        name="float_where_an_index_is_wanted",
        blocks={**const(x=_M, i="{1f}"), "g": "Gather", **_S},
        wires="x.output -> g.params\ni.output -> g.indices\ng.output -> s.fetch_outputs",
        block="g", pins=("indices",), words=("indices", "float32"), requirement="int32", actual="float32",
    ),
    Mistake(
        name="two_dtypes",
        blocks={**const(x="{1f}", y="{1}"), "add": "Add", **_S},
        wires="x.output -> add.x\ny.output -> add.y\nadd.z -> s.fetch_outputs",
        block="add", pins=("y", "x"), words=("int32", "float32"), requirement="float32", actual="int32",
    ),
    Mistake(
        name="dtype_that_the_op_does_not_take",
        blocks={**const(x='{"a"}'), "r": "Sqrt", **_S},
        wires="x.output -> r.x\nr.y -> s.fetch_outputs",
        block="r", pins=("x",), words=("string",), requirement="float32", actual="string",
    ),
    Mistake(
        name="assign_of_other_dtype",
        blocks={**const(x="{1}"), "v": ("Variable", {"initvalues": "{0f}"}), "a": "Assign", **_S},
        wires="v.ref -> a.ref\nx.output -> a.value\na.output_ref -> s.fetch_outputs",
        block="a", pins=("value", "ref"), words=("int32", "float32"), requirement="float32", actual="int32",
    ),
    Mistake(
        name="assign_to_a_constant",
        blocks={**const(x="{1f}"), "a": ("Assign", {"value": "{2f}"}), **_S},
        wires="x.output -> a.ref\na.output_ref -> s.fetch_outputs",
        block="a", pins=("ref",), words=("Variable",), requirement="Variable",
    ),
    Mistake(
        name="two_wires_at_one_pin",
        blocks={**const(x=_M, y=_M), "m": ("MatMul", {"b": _M}), **_S},
        wires="x.output -> m.a\ny.output -> m.a\nm.product -> s.fetch_outputs",
        block="m", pins=("a",), words=("a",), requirement="one wire", actual="2",
    ),
    Mistake(
        name="wire_of_a_wrong_kind",
        blocks={**const(x=_M), "a": ("Assert", {"condition": "true", "data": "1"}), "m": ("MatMul", {"b": _M}), **_S},
        wires="a.operation -> m.a\nm.product -> s.fetch_outputs",
        block="m", pins=("a",), words=("operation",), requirement="tensor", actual="operation",
    ),
    Mistake(
        name="element_that_the_list_does_not_have",
        blocks={**const(x=_M), "p": ("Split", {"axis": "1", "num_split": "2"}), "y": "Square", **_S},
        wires="x.output -> p.value\np.output[2] -> y.x\ny.y -> s.fetch_outputs",
        block="y", pins=("x",), words=("p.output[2]", "2 elements"), requirement="0 to 1", actual="2",
    ),
    Mistake(
        name="cycle",
        blocks={"a": ("Add", {"y": "1f"}), "b": ("Add", {"y": "1f"}), **_S},
        wires="a.z -> b.x\nb.z -> a.x\nb.z -> s.fetch_outputs",
        block="a", words=("a", "b"),
    ),
    Mistake(
        name="components_of_a_queue",
        blocks={"q": _QUEUE, "e": ("QueueEnqueue", {"components": "1f"}), **_S},
        wires="q.handle -> e.handle\ne.operation -> s.run_outputs",
        block="e", pins=("components", "q.component_types"), words=("float32, int32",), requirement="float32, int32",
        actual="float32",
    ),
    Mistake(
        name="dtypes_from_a_queue",
        blocks={"q": _QUEUE, "d": ("QueueDequeue", {"component_types": "{DT_FLOAT,DT_FLOAT}"}), **_S},
        wires="q.handle -> d.handle\nd.components -> s.fetch_outputs",
        block="d", pins=("component_types", "q.component_types"), requirement="float32, int32",
        actual="float32, float32",
    ),
    Mistake(
        name="placeholder_not_fed",
        blocks={"p": ("Placeholder", {"dtype": "DT_FLOAT"}), "y": "Square", **_S},
        wires="p.output -> y.x\ny.y -> s.fetch_outputs",
        block="p", words=("fed",), requirement="FeedType",
    ),
    Mistake(
        name="feed_of_other_shape",
        blocks={
            "p": ("Placeholder", {"dtype": "DT_FLOAT", "attrs": "shape_ = [2];"}), "y": "Square",
            "i": ("Input_Initializer", {"t": "{1f,2f,3f}"}), "f": "FeedType", **_S,
        },
        wires="p.output -> y.x\np.output -> f.input\ni.output -> f.initializer\nf.output -> s.inputs\n"
        "y.y -> s.fetch_outputs",
        block="f", pins=("initializer", "p.output"), requirement="[2]", actual="[3]",
    ),
    Mistake(
        name="feed_of_other_dtype",
        blocks={
            "p": ("Placeholder", {"dtype": "DT_FLOAT"}), "y": "Square",
            "i": ("Input_Initializer", {"t": '{"a"}'}), "f": "FeedType", **_S,
        },
        wires="p.output -> y.x\np.output -> f.input\ni.output -> f.initializer\nf.output -> s.inputs\n"
        "y.y -> s.fetch_outputs",
        block="f", pins=("initializer",), requirement="float32", actual="string",
    ),
    Mistake(
        name="start_value_of_other_shape",
        blocks={"v": ("Variable", {"initvalues": "{1f,2f,3f}", "shape": "{2}"}), **_S},
        wires="v.ref -> s.fetch_outputs",
        block="v", pins=("initvalues",), requirement="[2]", actual="[3]",
    ),
    Mistake(
        name="device_that_no_machine_has",
        blocks={"y": ("Square", {"x": "1f"}), **_S}, wires="y.y -> s.fetch_outputs", device="/tpu-0",
        block=None, words=("/tpu-0",), requirement="/cpu:0", actual="/tpu-0",
    ),
    Mistake(
        name="way_out_of_a_loop_without_a_way_in",
        blocks={"v": ("Variable", {"initvalues": "1f"}), "x": "RefExit", **_S},
        wires="v.ref -> x.data\nx.output -> s.fetch_outputs",
        block="x", pins=("data",), words=("RefEnter",), requirement="RefEnter",
    ),
    Mistake(
        name="session_without_wires",
        blocks={**const(x="1f"), "s": "ClientSession"},
        block="s", pins=("fetch_outputs",), words=("nothing to run",),
    ),
    Mistake(
        name="device_of_a_machine_that_is_not_there",
        blocks={"y": ("Square", {"x": "1f"}), **_S}, wires="y.y -> s.fetch_outputs",
        device="/job:worker/task:0/cpu:0",
        block=None, words=("the page's device /job:worker/task:0/cpu:0",), actual="/job:worker/task:0/cpu:0",
    ),
    Mistake(
        name="more_draws_than_classes",
        blocks={
            "u": (
                "UniformCandidateSampler",
                {"true_classes": "{{0}}", "num_true": "1", "num_sampled": "4", "unique": "true", "range_max": "3"},
            ),
            **_S,
        },
        wires="u.sampled_candidates -> s.fetch_outputs",
        block="u", pins=("num_sampled",), words=("unique", "3 classes"), requirement="1 to 3", actual="4",
    ),
    Mistake(
        name="two_ways_to_write_a_number",
        blocks={"a": ("AsString", {"input": "{2.5f}", "attrs": "scientific_ = true; shortest_ = true;"}), **_S},
        wires="a.output -> s.fetch_outputs",
        block="a", pins=("attrs",), words=("scientific_", "shortest_"), requirement="one of", actual="both",
    ),
    Mistake(
        name="digits_after_the_point_of_whole_numbers",
        blocks={**const(x="{1,2}"), "a": ("AsString", {"attrs": "precision_ = 3;"}), **_S},
        wires="x.output -> a.input\na.output -> s.fetch_outputs",
        block="a", pins=("attrs",), words=("precision_ is 3", "input is int32", "float32"),
        requirement="-1, or float16", actual="3 for int32",
    ),
]  # fmt: skip
