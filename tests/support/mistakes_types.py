"""Mistakes of shape and value that TensorFlow's inference shows before anything runs."""

from __future__ import annotations

from tests.support.mistakes import Mistake, const

_S = {"s": "ClientSession"}
_M23 = "{{1f,2f,3f},{4f,5f,6f}}"  # float32 [2, 3]
_PICTURE = "{{{{1f},{2f},{3f}},{{4f},{5f},{6f}},{{7f},{8f},{9f}}}}"  # float32 [1, 3, 3, 1]

MISTAKES = [
    Mistake(
        name="matmul_inner_sizes",
        blocks={**const(x=_M23, y="{{1f,2f},{3f,4f}}"), "m": "MatMul", **_S},
        wires="x.output -> m.a\ny.output -> m.b\nm.product -> s.fetch_outputs",
        block="m", pins=("a", "b"), words=("y.output", "x.output", "[2, 3]"), requirement="[3, ", actual="[2, 2]",
    ),
    Mistake(
        name="matmul_transposed_by_attr",
        blocks={
            **const(x=_M23, y=_M23), "m": ("MatMul", {"attrs": "transpose_a_ = true; transpose_b_ = true;"}), **_S,
        },
        wires="x.output -> m.a\ny.output -> m.b\nm.product -> s.fetch_outputs",
        block="m", pins=("a", "b"), words=("y.output",), requirement=", 2]", actual="[2, 3]",
    ),
    Mistake(
        name="matmul_of_a_vector",
        blocks={**const(x="{1f,2f}", y="{{1f},{2f}}"), "m": "MatMul", **_S},
        wires="x.output -> m.a\ny.output -> m.b\nm.product -> s.fetch_outputs",
        block="m", pins=("a",), words=("a wants", "x.output"), requirement="[m, k]", actual="[2]",
    ),
    Mistake(
        name="conv_depth",
        blocks={
            **const(x=_PICTURE, f="{{{{1f},{1f}}}}"),  # [1, 1, 2, 1]
            "c": ("Conv2D", {"strides": "{1,1,1,1}", "padding": "SAME"}), **_S,
        },
        wires="x.output -> c.input\nf.output -> c.filter\nc.output -> s.fetch_outputs",
        block="c", pins=("filter", "input"), words=("f.output",), requirement="filter_width, 1, ",
        actual="[1, 1, 2, 1]",
    ),
    Mistake(
        name="conv_filter_rank",
        blocks={**const(x=_PICTURE, f=_M23), "c": ("Conv2D", {"strides": "{1,1,1,1}", "padding": "SAME"}), **_S},
        wires="x.output -> c.input\nf.output -> c.filter\nc.output -> s.fetch_outputs",
        block="c", pins=("filter",), words=("f.output",), requirement="filter_height", actual="[2, 3]",
    ),
    Mistake(
        name="conv_data_format_of_other_order",
        blocks={
            **const(x=_PICTURE, f="{{{{1f}}}}"),
            "c": ("Conv2D", {"strides": "{1,1,1,1}", "padding": "SAME", "attrs": "data_format_ = NCHW;"}), **_S,
        },
        wires="x.output -> c.input\nf.output -> c.filter\nc.output -> s.fetch_outputs",
        block="c", pins=("filter", "input"), words=("[1, 3, 3, 1]",), requirement="3", actual="[1, 1, 1, 1]",
    ),
    Mistake(
        name="pool_larger_than_its_picture",
        blocks={
            **const(x=_PICTURE),
            "p": ("MaxPool", {"ksize": "{1,5,5,1}", "strides": "{1,1,1,1}", "padding": "VALID"}), **_S,
        },
        wires="x.output -> p.input\np.output -> s.fetch_outputs",
        block="p", pins=("input",), words=("x.output", "5"), requirement="5", actual="[1, 3, 3, 1]",
    ),
    Mistake(
        name="bias_size",
        blocks={**const(x=_M23), "b": ("BiasAdd", {"bias": "{1f,2f}"}), **_S},
        wires="x.output -> b.value\nb.output -> s.fetch_outputs",
        block="b", pins=("bias", "value"), words=("bias wants [3]", "x.output"), requirement="[3]", actual="[2]",
    ),
    Mistake(
        name="broadcast",
        blocks={**const(x="{1f,2f}", y="{1f,2f,3f}"), "add": "Add", **_S},
        wires="x.output -> add.x\ny.output -> add.y\nadd.z -> s.fetch_outputs",
        block="add", pins=("x", "y"), words=("y.output", "x.output"), requirement="[2]", actual="[3]",
    ),
    Mistake(
        name="concat_of_other_height",
        blocks={**const(x="{{1f},{2f}}", y="{{1f},{2f},{3f}}"), "c": ("Concat", {"axis": "1"}), **_S},
        wires="x.output -> c.values\ny.output -> c.values\nc.output -> s.fetch_outputs",
        block="c", pins=("values", "x.output"), words=("y.output",), requirement="[2, any]", actual="[3, 1]",
    ),
    Mistake(
        name="concat_axis",
        blocks={**const(x="{{1f},{2f}}"), "c": ("Concat", {"axis": "2"}), **_S},
        wires="x.output -> c.values\nx.output -> c.values\nc.output -> s.fetch_outputs",
        block="c", pins=("axis",), requirement="-2 to 1", actual="2",
    ),
    Mistake(
        name="stack_of_unequal",
        blocks={**const(x="{1f,2f}", y="{1f}", z="{1f,2f}"), "p": "Stack", **_S},
        wires="x.output -> p.values\nz.output -> p.values\ny.output -> p.values\np.output -> s.fetch_outputs",
        block="p", pins=("values", "x.output"), words=("y.output",), requirement="[2]", actual="[1]",
    ),
    Mistake(
        name="sum_of_unequal",
        blocks={**const(x="{1f,2f}", y="{1f,2f,3f}"), "a": "AddN", **_S},
        wires="x.output -> a.inputs\ny.output -> a.inputs\na.sum -> s.fetch_outputs",
        block="a", pins=("inputs", "x.output"), words=("y.output",), requirement="[2]", actual="[3]",
    ),
    Mistake(
        name="reshape_count",
        blocks={**const(x=_M23), "r": ("Reshape", {"shape": "{2,2}"}), **_S},
        wires="x.output -> r.tensor\nr.output -> s.fetch_outputs",
        block="r", pins=("shape", "tensor"), words=("x.output",), requirement="6 elements", actual="{2,2}",
    ),
    Mistake(
        name="reshape_negative",
        blocks={**const(x=_M23), "r": ("Reshape", {"shape": "{-2,3}"}), **_S},
        wires="x.output -> r.tensor\nr.output -> s.fetch_outputs",
        block="r", pins=("shape",), requirement="0 or more", actual="{-2,3}",
    ),
    Mistake(
        name="transpose_length_of_perm",
        blocks={**const(x=_M23), "t": ("Transpose", {"perm": "{0,1,2}"}), **_S},
        wires="x.output -> t.x\nt.y -> s.fetch_outputs",
        block="t", pins=("perm", "x"), words=("x.output",), requirement="[2]", actual="[3]",
    ),
    Mistake(
        name="transpose_out_of_range",
        blocks={**const(x=_M23), "t": ("Transpose", {"perm": "{1,2}"}), **_S},
        wires="x.output -> t.x\nt.y -> s.fetch_outputs",
        block="t", pins=("perm",), requirement="0 to 1", actual="{1,2}",
    ),
    Mistake(
        name="gather_axis",
        blocks={**const(x=_M23), "g": ("GatherV2", {"indices": "{0}", "axis": "2"}), **_S},
        wires="x.output -> g.params\ng.output -> s.fetch_outputs",
        block="g", pins=("axis", "params"), words=("x.output",), requirement="-2 to 1", actual="2",
    ),
    Mistake(
        name="sum_axis",
        blocks={**const(x=_M23), "sum": ("Sum", {"axis": "2"}), **_S},
        wires="x.output -> sum.input\nsum.output -> s.fetch_outputs",
        block="sum", pins=("axis", "input"), words=("x.output",), requirement="-2 to 1", actual="2",
    ),
    Mistake(
        name="expand_dims_axis",
        blocks={**const(x=_M23), "e": ("ExpandDims", {"axis": "4"}), **_S},
        wires="x.output -> e.input\ne.output -> s.fetch_outputs",
        block="e", pins=("axis", "input"), words=("x.output",), requirement="-3 to 2", actual="4",
    ),
    Mistake(
        name="argmax_dimension",
        blocks={**const(x=_M23), "a": ("ArgMax", {"dimension": "5"}), **_S},
        wires="x.output -> a.input\na.output -> s.fetch_outputs",
        block="a", pins=("dimension", "input"), words=("x.output",), requirement="-2 to 1", actual="5",
    ),
    Mistake(
        name="squeeze_of_a_size_not_1",
        blocks={**const(x=_M23), "q": ("Squeeze", {"attrs": "squeeze_dims_ = {1};"}), **_S},
        wires="x.output -> q.input\nq.output -> s.fetch_outputs",
        block="q", pins=("attrs", "input"), words=("x.output",), requirement="size 1", actual="dimension 1, of size 3",
    ),
    Mistake(
        name="one_hot_negative_depth",
        blocks={"o": ("OneHot", {"indices": "{0,1}", "depth": "-3", "on_value": "1f", "off_value": "0f"}), **_S},
        wires="o.output -> s.fetch_outputs",
        block="o", pins=("depth",), words=("depth",), requirement="0 or more", actual="-3",
    ),
    Mistake(
        name="scalar_required",
        blocks={"o": ("OneHot", {"indices": "{0,1}", "depth": "{3}", "on_value": "1f", "off_value": "0f"}), **_S},
        wires="o.output -> s.fetch_outputs",
        block="o", pins=("depth",), words=("depth",), requirement="scalar", actual="{3}",
    ),
    Mistake(
        name="vector_required",
        blocks={"f": ("Fill", {"dims": "3", "value": "1f"}), **_S},
        wires="f.output -> s.fetch_outputs",
        block="f", pins=("dims",), words=("dims",), requirement="vector", actual="3",
    ),
    Mistake(
        name="negative_size",
        blocks={"f": ("Fill", {"dims": "{2,-1}", "value": "1f"}), **_S},
        wires="f.output -> s.fetch_outputs",
        block="f", pins=("dims",), words=("dims",), requirement="0 or more", actual="{2,-1}",
    ),
    Mistake(
        name="split_that_does_not_come_out_even",
        blocks={**const(x=_M23), "p": ("Split", {"axis": "1", "num_split": "2"}), **_S},
        wires="x.output -> p.value\np.output -> s.fetch_outputs",
        block="p", pins=("value",), words=("x.output", "2"), requirement="2", actual="[2, 3]",
    ),
    Mistake(
        name="split_axis",
        blocks={**const(x=_M23), "p": ("Split", {"axis": "3", "num_split": "2"}), **_S},
        wires="x.output -> p.value\np.output -> s.fetch_outputs",
        block="p", pins=("axis", "value"), words=("x.output",), requirement="-2 to 1", actual="3",
    ),
    Mistake(
        name="pad_rank",
        blocks={**const(x=_M23), "p": ("Pad", {"paddings": "{{1,1}}"}), **_S},
        wires="x.output -> p.input\np.output -> s.fetch_outputs",
        block="p", pins=("paddings", "input"), words=("x.output",), requirement="[2, 2]", actual="[1, 2]",
    ),
    Mistake(
        name="tile_multiples",
        blocks={**const(x=_M23), "t": ("Tile", {"multiples": "{2}"}), **_S},
        wires="x.output -> t.input\nt.output -> s.fetch_outputs",
        block="t", pins=("multiples", "input"), words=("x.output",), requirement="[2]", actual="[1]",
    ),
    Mistake(
        name="slice_rank",
        blocks={**const(x=_M23), "c": ("Slice", {"begin": "{0}", "size": "{1}"}), **_S},
        wires="x.output -> c.input\nc.output -> s.fetch_outputs",
        block="c", pins=("begin", "input"), words=("x.output",), requirement="[2]", actual="[1]",
    ),
    Mistake(
        name="select_of_unequal",
        blocks={**const(x="{1f,2f}", y="{1f,2f,3f}"), "c": ("Select", {"condition": "{true,false}"}), **_S},
        wires="x.output -> c.x\ny.output -> c.y\nc.output -> s.fetch_outputs",
        block="c", pins=("y",), words=("y.output",), requirement="[2]", actual="[3]",
    ),
    Mistake(
        name="switch_pred_of_a_vector",
        blocks={**const(x="{1f,2f}", p="{true,false}"), "w": "Switch", "m": "Merge", **_S},
        wires="x.output -> w.data\np.output -> w.pred\nw.output_true -> m.inputs\nm.output -> s.fetch_outputs",
        block="w", pins=("pred",), words=("p.output",), requirement="scalar", actual="[2]",
    ),
    Mistake(
        name="boxes",
        blocks={
            **const(x=_PICTURE, b="{{1f,2f,3f},{1f,2f,3f},{1f,2f,3f}}"),
            "c": ("CropAndResize", {"box_ind": "{0,0,0}", "crop_size": "{2,2}"}), **_S,
        },
        wires="x.output -> c.image\nb.output -> c.boxes\nc.crops -> s.fetch_outputs",
        block="c", pins=("boxes",), words=("boxes wants [num_boxes, 4] (rank 2), gets [3, 3] from b.output",),
        requirement="[num_boxes, 4]", actual="[3, 3]",
    ),
    Mistake(
        name="crop_size_of_one_number",
        blocks={
            **const(x=_PICTURE, b="{{0f,0f,1f,1f}}"),
            "c": ("CropAndResize", {"box_ind": "{0}", "crop_size": "{5}"}), **_S,
        },
        wires="x.output -> c.image\nb.output -> c.boxes\nc.crops -> s.fetch_outputs",
        block="c", pins=("crop_size",), words=("crop_size",), requirement="[2]", actual="[1]",
    ),
    Mistake(
        name="box_ind_of_other_number",
        blocks={
            **const(x=_PICTURE, b="{{0f,0f,1f,1f}}"),
            "c": ("CropAndResize", {"box_ind": "{0,0}", "crop_size": "{5,5}"}), **_S,
        },
        wires="x.output -> c.image\nb.output -> c.boxes\nc.crops -> s.fetch_outputs",
        block="c", pins=("box_ind", "boxes"), words=("b.output",), requirement="[1]", actual="[2]",
    ),
    Mistake(
        name="resize_of_one_picture_without_batch",
        blocks={**const(x="{{{1f},{2f}},{{3f},{4f}}}"), "r": ("ResizeBilinear", {"size": "{2,2}"}), **_S},
        wires="x.output -> r.images\nr.resized_images -> s.fetch_outputs",
        block="r", pins=("images",), words=("x.output",), requirement="[batch, height, width, channels]",
        actual="[2, 2, 1]",
    ),
    Mistake(
        name="labels_of_other_batch",
        blocks={**const(x=_M23, y="{0,1,2}"), "l": "SparseSoftmaxCrossEntropyWithLogits", **_S},
        wires="x.output -> l.features\ny.output -> l.labels\nl.loss -> s.fetch_outputs",
        block="l", pins=("labels", "features"), words=("y.output", "x.output"), requirement="[2]", actual="[3]",
    ),
    Mistake(
        name="assign_of_other_shape",
        blocks={**const(x="{1f,2f}"), "v": ("Variable", {"initvalues": "{0f,0f,0f}"}), "a": "Assign", **_S},
        wires="v.ref -> a.ref\nx.output -> a.value\na.output_ref -> s.fetch_outputs",
        block="a", pins=("value", "ref"), words=("x.output", "v.ref"), requirement="[3]", actual="[2]",
    ),
    Mistake(
        name="gradient_of_other_shape",
        blocks={
            **const(g="{1f,2f}"), "w": ("Variable", {"initvalues": _M23}),
            "a": ("ApplyGradientDescent", {"alpha": "0.1f"}), **_S,
        },
        wires="w.ref -> a.var\ng.output -> a.delta\na.out -> s.fetch_outputs",
        block="a", pins=("delta", "var"), words=("g.output", "w.ref"), requirement="[2, 3]", actual="[2]",
    ),
    Mistake(
        name="learning_rate_of_a_vector",
        blocks={
            **const(g=_M23), "w": ("Variable", {"initvalues": _M23}),
            "a": ("ApplyGradientDescent", {"alpha": "{0.1f}"}), **_S,
        },
        wires="w.ref -> a.var\ng.output -> a.delta\na.out -> s.fetch_outputs",
        block="a", pins=("alpha",), words=("alpha",), requirement="scalar", actual="{0.1}",
    ),
    Mistake(
        name="strided_slice_out_of_bounds",
        blocks={
            **const(x=_M23),
            "c": (
                "StridedSlice",
                {"begin": "{5,0}", "end": "{6,1}", "strides": "{1,1}", "attrs": "shrink_axis_mask_ = 1;"},
            ),
            **_S,
        },
        wires="x.output -> c.input\nc.output -> s.fetch_outputs",
        block="c", pins=("begin",), words=("x.output", "5"), actual="{5,0}",
    ),
    Mistake(
        name="unpack_of_other_number",
        blocks={**const(x=_M23), "u": ("Unpack", {"num": "3"}), **_S},
        wires="x.output -> u.value\nu.output -> s.fetch_outputs",
        block="u", pins=("num", "value"), words=("num wants 2", "gets 3"), requirement="2", actual="3",
    ),
    Mistake(
        name="inverse_of_what_is_not_square",
        blocks={**const(x=_M23), "i": "MatrixInverse", **_S},
        wires="x.output -> i.input\ni.output -> s.fetch_outputs",
        block="i", pins=("input",), words=("x.output",), requirement="[..., n, n]", actual="[2, 3]",
    ),
    Mistake(
        name="zero_step_of_a_range",
        blocks={"r": ("Range", {"start": "0", "limit": "5", "delta": "0"}), **_S},
        wires="r.output -> s.fetch_outputs",
        block="r", pins=("delta",), words=("delta",), requirement="above or below 0", actual="0",
    ),
    Mistake(
        name="range_that_runs_away_from_its_limit",
        blocks={"r": ("Range", {"start": "0", "limit": "5", "delta": "-1"}), **_S},
        wires="r.output -> s.fetch_outputs",
        block="r", pins=("delta", "start", "limit"), words=("delta",), actual="-1",
    ),
    Mistake(
        name="tiles_of_less_than_nothing",
        blocks={"t": ("Tile", {"input": "{{1f,2f}}", "multiples": "{1,-3}"}), **_S},
        wires="t.output -> s.fetch_outputs",
        block="t", pins=("multiples",), words=("{1,-3}",), requirement="0 or more", actual="{1,-3}",
    ),
    Mistake(
        name="more_of_the_largest_than_there_are",
        blocks={"t": ("TopK", {"input": "{4f,1f,3f}", "k": "7"}), **_S},
        wires="t.values -> s.fetch_outputs",
        block="t", pins=("k",), words=("k", "7"), requirement="0 to 3", actual="7",
    ),
    Mistake(
        name="line_of_no_points",
        blocks={"l": ("LinSpace", {"start": "0f", "stop": "1f", "num": "0"}), **_S},
        wires="l.output -> s.fetch_outputs",
        block="l", pins=("num",), words=("num",), requirement="above 0", actual="0",
    ),
    Mistake(
        name="rows_turned_along_a_dimension_that_is_not_there",
        blocks={"r": ("ReverseSequence", {"input": "{{1,2},{3,4}}", "seq_lengths": "{1,2}", "seq_dim": "3"}), **_S},
        wires="r.output -> s.fetch_outputs",
        block="r", pins=("seq_dim", "input"), words=("seq_dim", "[2, 2]"), requirement="0 to 1", actual="3",
    ),
    Mistake(
        name="packed_along_a_dimension_that_is_not_there",
        blocks={"p": ("Pack", {"values": "{1,2},{3,4}", "attrs": "axis_ = 5;"}), **_S},
        wires="p.output -> s.fetch_outputs",
        block="p", pins=("attrs", "values"), words=("axis_", "[2]"), requirement="-2 to 1", actual="5",
    ),
    Mistake(
        name="unpacked_along_a_dimension_that_is_not_there",
        blocks={**const(x=_M23), "u": ("Unpack", {"num": "2", "attrs": "axis_ = 2;"}), **_S},
        wires="x.output -> u.value\nu.output -> s.fetch_outputs",
        block="u", pins=("attrs", "value"), words=("axis_", "x.output"), requirement="-2 to 1", actual="2",
    ),
    Mistake(
        name="squeezed_of_a_dimension_that_is_not_there",
        blocks={**const(x="{{1},{2}}"), "q": ("Squeeze", {"attrs": "squeeze_dims_ = {1,3};"}), **_S},
        wires="x.output -> q.input\nq.output -> s.fetch_outputs",
        block="q", pins=("attrs", "input"), words=("squeeze_dims_",), requirement="-2 to 1", actual="3",
    ),
]  # fmt: skip
