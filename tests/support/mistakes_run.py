"""Mistakes that only a run shows: values, files, states."""

from __future__ import annotations

from tests.support.mistakes import Mistake, const

_S = {"s": "ClientSession"}
_M23 = "{{1f,2f,3f},{4f,5f,6f}}"
_PICTURE = "{{{{1f},{2f},{3f}},{{4f},{5f},{6f}},{{7f},{8f},{9f}}}}"

MISTAKES = [
    Mistake(
        name="index_out_of_range",
        blocks={**const(x="{1f,2f,3f,4f,5f}", i="{0,1,7}"), "g": "Gather", **_S},
        wires="x.output -> g.params\ni.output -> g.indices\ng.output -> s.fetch_outputs",
        block="g", pins=("indices",), words=("indices", "holds 7 at position 2", "params", "has 5 rows", "i.output"),
        requirement="0 to 4", actual="7 at position 2",
    ),
    Mistake(
        name="index_of_many_dimensions",
        blocks={**const(x=_M23, i="{{0,0},{1,3}}"), "g": "GatherNd", **_S},
        wires="x.output -> g.params\ni.output -> g.indices\ng.output -> s.fetch_outputs",
        block="g", pins=("indices",), words=("[1, 3] at position 1", "[2, 3]"), actual="[1, 3] at position 1",
    ),
    Mistake(
        name="row_of_a_variable_that_is_not_there",
        blocks={
            "v": ("Variable", {"initvalues": "{0f,0f}"}), "u": ("ScatterUpdate", {"indices": "{2}", "updates": "{1f}"}),
            **_S,
        },
        wires="v.ref -> u.ref\nu.output_ref -> s.fetch_outputs",
        block="u", pins=("indices",), words=("holds 2", "2 rows"), requirement="0 to 1", actual="2",
    ),
    Mistake(
        name="label_out_of_range",
        blocks={**const(x=_M23, y="{0,3}"), "l": "SparseSoftmaxCrossEntropyWithLogits", **_S},
        wires="x.output -> l.features\ny.output -> l.labels\nl.loss -> s.fetch_outputs",
        block="l", pins=("labels",), words=("holds 3 at position 1", "y.output"), requirement="0 to 2", actual="3",
    ),
    Mistake(
        name="box_of_a_picture_that_is_not_there",
        blocks={
            **const(x=_PICTURE),
            "c": ("CropAndResize", {"boxes": "{{0f,0f,1f,1f}}", "box_ind": "{1}", "crop_size": "{2,2}"}), **_S,
        },
        wires="x.output -> c.image\nc.crops -> s.fetch_outputs",
        block="c", pins=("box_ind",), words=("box_ind", "1"), requirement="0", actual="1",
    ),
    Mistake(
        name="segment_out_of_range",
        blocks={"u": ("UnsortedSegmentSum", {"data": "{1f,2f}", "segment_ids": "{0,5}", "num_segments": "2"}), **_S},
        wires="u.output -> s.fetch_outputs",
        block="u", pins=("segment_ids",), words=("holds 5 at position 1",), requirement="0 to 1", actual="5",
    ),
    Mistake(
        name="partition_out_of_range",
        blocks={"d": ("DynamicPartition", {"data": "{1f,2f}", "partitions": "{0,2}", "num_partitions": "2"}), **_S},
        wires="d.outputs -> s.fetch_outputs",
        block="d", pins=("partitions",), words=("2", "position 1"), requirement="0 to 1", actual="2",
    ),
    Mistake(
        name="segments_out_of_order",
        blocks={"u": ("SegmentSum", {"data": "{1f,2f}", "segment_ids": "{1,0}"}), **_S},
        wires="u.output -> s.fetch_outputs",
        block="u", pins=("segment_ids",), words=("{1,0}",), requirement="never get smaller", actual="{1,0}",
    ),
    Mistake(
        name="slice_beyond_the_end",
        blocks={"c": ("Slice", {"input": "{1,2,3}", "begin": "{1}", "size": "{5}"}), **_S},
        wires="c.output -> s.fetch_outputs",
        block="c", pins=("size", "begin", "input"), words=("size holds 5",), requirement="0 to 2", actual="5",
    ),
    Mistake(
        name="transpose_twice_the_same",
        blocks={**const(x=_M23), "t": ("Transpose", {"perm": "{0,0}"}), **_S},
        wires="x.output -> t.x\nt.y -> s.fetch_outputs",
        block="t", pins=("perm",), words=("{0,0}",), requirement="each of 0 to 1 once", actual="{0,0}",
    ),
    Mistake(
        name="sequence_of_more_than_a_row",
        blocks={
            "r": ("ReverseSequence", {"input": "{{1,2},{3,4},{5,6}}", "seq_lengths": "{2,1,5}", "seq_dim": "1"}),
            **_S,
        },
        wires="r.output -> s.fetch_outputs",
        block="r", pins=("seq_lengths",), words=("seq_lengths", "5 at position 2"),
        requirement="0 to 2", actual="5 at position 2",
    ),
    Mistake(
        name="sequence_of_less_than_nothing",
        blocks={"r": ("ReverseSequence", {"input": "{{1,2},{3,4}}", "seq_lengths": "{-1,1}", "seq_dim": "1"}), **_S},
        wires="r.output -> s.fetch_outputs",
        block="r", pins=("seq_lengths",), words=("-1 at position 0",), requirement="0 to 2", actual="-1 at position 0",
    ),
    Mistake(
        name="sequence_along_the_rows",
        blocks={"r": ("ReverseSequence", {"input": "{{1,2},{3,4}}", "seq_lengths": "{2,1}", "seq_dim": "0"}), **_S},
        wires="r.output -> s.fetch_outputs",
        block="r", pins=("seq_dim",), words=("batch_dim_",), requirement="other than 0", actual="0",
    ),
    Mistake(
        name="gradient_of_another_picture",
        blocks={
            "c": (
                "Conv2DBackpropInput",
                {
                    "input_sizes": "{1,9,9,1}", "filter": "{{{{1f}},{{2f}},{{3f}}}}",
                    "out_backprop": "{{{{1f},{2f}},{{3f},{4f}}}}", "strides": "{1,2,2,1}", "padding": "VALID",
                },
            ),
            **_S,
        },
        wires="c.output -> s.fetch_outputs",
        block="c", pins=("input_sizes",), words=("[1, 2, 2, 1]", "{1,9,9,1}"),
        requirement="{1,3,5,1}", actual="{1,9,9,1}",
    ),
    Mistake(
        name="gradient_of_another_filter",
        blocks={
            "c": (
                "Conv2DBackpropFilter",
                {
                    "input": "{{{{1f},{2f},{3f},{4f}}}}", "filter_sizes": "{1,4,1,1}",
                    "out_backprop": "{{{{1f},{2f},{3f}}}}", "strides": "{1,1,1,1}", "padding": "VALID",
                },
            ),
            **_S,
        },
        wires="c.output -> s.fetch_outputs",
        block="c", pins=("filter_sizes",), words=("out_backprop",), requirement="{1,2,1,1}", actual="{1,4,1,1}",
    ),
    Mistake(
        name="text_that_is_no_base64",
        blocks={**const(x='"no/base+64="'), "d": "DecodeBase64", **_S},
        wires="x.output -> d.input\nd.output -> s.fetch_outputs",
        block="d", pins=("input",), words=("base64",), requirement="web-safe base64", actual="no/base+64=",
    ),
    Mistake(
        name="mirror_wider_than_what_it_shows",
        blocks={"m": ("MirrorPad", {"input": "{1f,2f,3f}", "paddings": "{{0,4}}", "mode": "SYMMETRIC"}), **_S},
        wires="m.output -> s.fetch_outputs",
        block="m", pins=("paddings",), words=("paddings", "4"), requirement="0 to 3", actual="4 at [0, 1]",
    ),
    Mistake(
        name="number_beyond_a_permutation",
        blocks={"p": ("InvertPermutation", {"x": "{3,0,1}"}), **_S},
        wires="p.y -> s.fetch_outputs",
        block="p", pins=("x",), words=("{3,0,1}",), requirement="each of 0 to 2 once", actual="{3,0,1}",
    ),
    Mistake(
        name="speech_longer_than_its_time",
        blocks={"c": ("CTCGreedyDecoder", {"inputs": "{{{1f,2f},{1f,2f}}}", "sequence_length": "{1,4}"}), **_S},
        wires="c.decoded_values -> s.fetch_outputs",
        block="c", pins=("sequence_length",), words=("4 at position 1",),
        requirement="0 to 1", actual="4 at position 1",
    ),
    Mistake(
        name="overlap_of_more_than_all",
        blocks={
            "n": (
                "NonMaxSuppression",
                {
                    "boxes": "{{0f,0f,1f,1f}}", "scores": "{0.5f}", "max_output_size": "2",
                    "attrs": "iou_threshold_ = 1.5;",
                },
            ),
            **_S,
        },
        wires="n.selected_indices -> s.fetch_outputs",
        block="n", pins=("attrs",), words=("iou_threshold_",), requirement="0 to 1", actual="1.5",
    ),
    Mistake(
        name="picture_of_five_channels",
        blocks={"p": ("EncodePng", {"image": "{{{1,2,3,4,5}}}"}), **_S},
        wires="p.contents -> s.fetch_outputs",
        block="p", pins=("image",), words=("channels",), requirement="1, 2, 3 or 4 channels", actual="[1, 1, 5]",
    ),
    Mistake(
        name="bytes_that_are_no_tensor",
        blocks={**const(x='"tensor?"'), "p": ("ParseTensor", {"out_type": "DT_INT32"}), **_S},
        wires="x.output -> p.serialized\np.output -> s.fetch_outputs",
        block="p", pins=("serialized",), words=("packed tensor", "x.output"),
        requirement="packed tensor", actual="tensor?",
    ),
    Mistake(
        name="json_that_is_none",
        blocks={**const(x='"{features:"'), "j": "DecodeJSONExample", **_S},
        wires="x.output -> j.json_examples\nj.binary_examples -> s.fetch_outputs",
        block="j", pins=("json_examples",), words=("JSON",), requirement="JSON", actual="{features:",
    ),
    Mistake(
        name="lowest_above_highest",
        blocks={"q": ("QuantizeV2", {"input": "{1f}", "min_range": "5", "max_range": "2", "T": "DT_QUINT8"}), **_S},
        wires="q.output -> s.fetch_outputs",
        block="q", pins=("max_range", "min_range"), words=("above min_range",),
        requirement="above min_range", actual="2",
    ),
    Mistake(
        name="pattern_without_its_end",
        blocks={"r": ("RegexReplace", {"input": '"abc"', "pattern": '"a(b"', "rewrite": '"x"'}), **_S},
        wires="r.output -> s.fetch_outputs",
        block="r", pins=("pattern",), words=("regular expression", "a(b"),
        requirement="regular expression", actual="a(b",
    ),
    Mistake(
        name="place_beyond_a_shape",
        blocks={"u": ("UnravelIndex", {"indices": "{1,9}", "dims": "{2,4}"}), **_S},
        wires="u.output -> s.fetch_outputs",
        block="u", pins=("indices",), words=("9 at position 1",), requirement="0 to 7", actual="9 at position 1",
    ),
    Mistake(
        name="place_of_a_sparse_tensor_beyond_its_shape",
        blocks={
            "e": (
                "EditDistance",
                {
                    "hypothesis_indices": "{{0,0}}", "hypothesis_values": "{1}", "hypothesis_shape": "{2,1}",
                    "truth_indices": "{{3,0}}", "truth_values": "{1}", "truth_shape": "{2,1}",
                },
            ),
            **_S,
        },
        wires="e.output -> s.fetch_outputs",
        block="e", pins=("truth_indices", "truth_shape"), words=("[3, 0]",),
        requirement="below [2, 1]", actual="[3, 0] at position 0",
    ),
    Mistake(
        name="segments_stitched_at_a_negative_place",
        blocks={"d": ("DynamicStitch", {"indices": "{0},{-2}", "data": "{1f},{3f}"}), **_S},
        wires="d.merged -> s.fetch_outputs",
        block="d", pins=("indices",), words=("-2",), requirement="0 or more", actual="-2",
    ),
    Mistake(
        name="one_hot_along_a_dimension_that_is_not_there",
        blocks={
            "o": (
                "OneHot",
                {"indices": "{1,0}", "depth": "2", "on_value": "1", "off_value": "0", "attrs": "axis_ = 4;"},
            ),
            **_S,
        },
        wires="o.output -> s.fetch_outputs",
        block="o", pins=("attrs",), words=("axis_",), requirement="-1 to 1", actual="4",
    ),
    Mistake(
        name="division_by_zero",
        blocks={**const(x="{6,6,6}", y="{1,0,2}"), "d": "FloorDiv", **_S},
        wires="x.output -> d.x\ny.output -> d.y\nd.z -> s.fetch_outputs",
        block="d", pins=("y",), words=("y.output", "0 at position 1"),
        requirement="numbers other than 0", actual="0 at position 1",
    ),
    Mistake(
        name="not_a_number",
        blocks={**const(x="{1f,-1f,4f}"), "r": "Sqrt", "c": ("CheckNumerics", {"message": "here"}), **_S},
        wires="x.output -> r.x\nr.y -> c.tensor\nc.output -> s.fetch_outputs",
        block="c", pins=("tensor",), words=("NaN at position 1", "r.y"), requirement="finite",
        actual="NaN at position 1",
    ),
    Mistake(
        name="missing_file_named_by_a_wire",
        blocks={**const(n='"nowhere.txt"'), "r": "ReadFile", **_S},
        wires="n.output -> r.filename\nr.contents -> s.fetch_outputs",
        block="r", pins=("filename",), words=("nowhere.txt", "n.output"), actual="nowhere.txt",
    ),
    Mistake(
        name="undecodable_picture",
        blocks={"r": ("ReadFile", {"filename": "digit.txt"}), "p": "DecodePng", **_S},
        wires="r.contents -> p.contents\np.image -> s.fetch_outputs",
        files={"digit.txt": b"seven, hand-written"},
        block="p", pins=("contents",), words=("the file digit.txt begins with", "seven", "no PNG"), requirement="PNG",
        actual="seven",
    ),
    Mistake(
        name="damaged_jpeg",
        blocks={"r": ("ReadFile", {"filename": "photo.jpg"}), "p": "DecodeJpeg", **_S},
        wires="r.contents -> p.contents\np.image -> s.fetch_outputs",
        files={"photo.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"},
        block="p", pins=("contents",), words=("photo.jpg", "damaged"), requirement="JPEG", actual="11 bytes",
    ),
    Mistake(
        name="picture_of_another_format",
        blocks={"r": ("ReadFile", {"filename": "a.bmp"}), "p": "DecodeBmp", **_S},
        wires="r.contents -> p.contents\np.image -> s.fetch_outputs",
        files={"a.bmp": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(80)},
        block="p", pins=("contents",), words=("a.bmp is a JPEG, no BMP",), requirement="BMP", actual="JPEG",
    ),
    Mistake(
        name="uninitialised_variable",
        blocks={"v": ("Variable", {"dtype": "DT_FLOAT", "shape": "{2}", "initvalues": ""}), "y": "Square", **_S},
        wires="v.ref -> y.x\ny.y -> s.fetch_outputs",
        block="v", pins=("initvalues",), words=("v", "y.x"), requirement="value",
    ),
    Mistake(
        name="empty_queue",
        blocks={
            "q": ("FIFOQueue", {"component_types": "{DT_FLOAT}"}),
            "d": ("QueueDequeue", {"component_types": "{DT_FLOAT}"}), **_S,
        },
        wires="q.handle -> d.handle\nd.components -> s.fetch_outputs",
        block="d", words=("waited", "d"),
    ),
    Mistake(
        name="queue_of_other_shapes",
        blocks={
            "q": ("FIFOQueue", {"component_types": "{DT_FLOAT}", "attrs": "shapes_ = [[2]];"}),
            "e": ("QueueEnqueue", {"components": "{1f,2f,3f}"}), **_S,
        },
        wires="q.handle -> e.handle\ne.operation -> s.run_outputs",
        block="e", pins=("components",), words=("[3]", "[2]"), requirement="[2]", actual="[3]",
    ),
    Mistake(
        name="huge_tensor",
        blocks={"f": ("Fill", {"dims": "{100000,100000,100}", "value": "1f"}), **_S},
        wires="f.output -> s.fetch_outputs",
        block="f", pins=("dims",), words=("4000 GB",), actual="4000 GB",
    ),
    Mistake(
        name="tensor_that_the_checkpoint_does_not_hold",
        blocks={
            "w": ("Save", {"filename": '"model"', "tensor_names": '{"weights"}', "data": "{1f,2f}"}),
            "r": ("Restore", {"file_pattern": '"model"', "tensor_name": '"wieghts"', "dt": "DT_FLOAT"}),
            "s1": "ClientSession", "s2": "ClientSession",
        },
        wires="w.operation -> s1.run_outputs\nr.tensor -> s2.fetch_outputs",
        block="r", pins=("tensor_name", "file_pattern"), words=("wieghts", "model", "weights"), actual="wieghts",
    ),
    Mistake(
        name="checkpoint_that_is_not_there",
        blocks={**const(n='"nowhere"'), "r": ("Restore", {"tensor_name": '"w"', "dt": "DT_FLOAT"}), **_S},
        wires="n.output -> r.file_pattern\nr.tensor -> s.fetch_outputs",
        block="r", pins=("file_pattern",), words=("nowhere",), actual="nowhere",
    ),
    Mistake(
        name="text_that_is_no_number",
        blocks={**const(x='{"1.5","abc"}'), "n": "StringToNumber", **_S},
        wires="x.output -> n.string_tensor\nn.output -> s.fetch_outputs",
        block="n", pins=("string_tensor",), words=('"abc" at position 1', "x.output"), requirement="numbers",
        actual="abc",
    ),
    Mistake(
        name="csv_fields",
        blocks={**const(x='"1,2,3"'), "d": ("DecodeCSV", {"record_defaults": "{0f},{0f}"}), **_S},
        wires="x.output -> d.records\nd.output -> s.fetch_outputs",
        block="d", pins=("records", "record_defaults"), words=("3 fields", "x.output"), requirement="2", actual="3",
    ),
    Mistake(
        name="csv_value",
        blocks={**const(x='"1,b"'), "d": ("DecodeCSV", {"record_defaults": "{0f},{0f}"}), **_S},
        wires="x.output -> d.records\nd.output -> s.fetch_outputs",
        block="d", pins=("records",), words=('"b"', "x.output"), requirement="float", actual="b",
    ),
    Mistake(
        name="assertion",
        blocks={**const(c="false"), "a": ("Assert", {"data": '"too large"'}), **_S},
        wires="c.output -> a.condition\na.operation -> s.run_outputs",
        block="a", pins=("condition",), words=("too large", "c.output"), requirement="true", actual="false",
    ),
    Mistake(
        name="singular_matrix",
        blocks={**const(x="{{1f,2f},{2f,4f}}"), "i": "MatrixInverse", **_S},
        wires="x.output -> i.input\ni.output -> s.fetch_outputs",
        block="i", pins=("input",), words=("x.output", "inverted"), requirement="inverted", actual="determinant 0",
    ),
    Mistake(
        name="cast_that_is_not_supported",
        blocks={**const(x='{"1"}'), "c": ("Cast", {"DstT": "DT_FLOAT"}), **_S},
        wires="x.output -> c.x\nc.y -> s.fetch_outputs",
        block="c", pins=("x",), words=("string", "float32"), actual="string",
    ),
    Mistake(
        name="dtype_without_a_kernel",
        blocks={"d": ("RealDiv", {"x": "{1,2}", "y": "{1,2}"}), **_S}, wires="d.z -> s.fetch_outputs",
        block="d", pins=("x",), words=("int32",), requirement="float32", actual="int32",
    ),
    Mistake(
        name="sizes_that_only_the_run_knows",
        blocks={
            **const(x="{1f,2f,0f}", y="{1f,2f,3f}"), "w": "Where", "n": ("Gather", {"params": "{1f,2f,3f}"}),
            "q": ("Squeeze", {"attrs": "squeeze_dims_ = {1};"}), "add": "Add", "z": ("NotEqual", {"y": "0f"}), **_S,
        },
        wires="x.output -> z.x\nz.z -> w.condition\nw.index -> q.input\nq.output -> n.indices\nn.output -> add.x\n"
        "y.output -> add.y\nadd.z -> s.fetch_outputs",
        block="add", pins=("y", "x"), words=("n.output", "y.output"), requirement="[2]", actual="[3]",
    ),
    Mistake(
        name="reshape_that_only_the_run_knows",
        blocks={**const(x=_M23), "v": ("Variable", {"initvalues": "{2}"}), "r": "Reshape", **_S},
        wires="x.output -> r.tensor\nv.ref -> r.shape\nr.output -> s.fetch_outputs",
        block="r", pins=("shape", "tensor"), words=("x.output", "v.ref"), requirement="6 elements", actual="{2}",
    ),
    Mistake(
        name="size_of_a_picture",
        blocks={**const(x=_PICTURE), "r": ("ResizeBilinear", {"size": "{0,2}"}), **_S},
        wires="x.output -> r.images\nr.resized_images -> s.fetch_outputs",
        block="r", pins=("size",), words=("size",), requirement="above 0", actual="{0,2}",
    ),
    Mistake(
        name="bytes_that_do_not_come_out_even",
        blocks={**const(x='"abc"'), "d": ("DecodeRaw", {"out_type": "DT_INT32"}), **_S},
        wires="x.output -> d.bytes\nd.output -> s.fetch_outputs",
        block="d", pins=("bytes",), words=("x.output",), requirement="multiple of 4", actual="3 bytes",
    ),
    Mistake(
        name="scatter_beyond_its_shape",
        blocks={"x": ("ScatterNd", {"indices": "{{5}}", "updates": "{1f}", "shape": "{3}"}), **_S},
        wires="x.output -> s.fetch_outputs",
        block="x", pins=("indices",), words=("holds [5]",), requirement="below [3]", actual="[5]",
    ),
    Mistake(
        name="more_than_a_closed_queue_holds",
        blocks={
            "q": ("FIFOQueue", {"component_types": "{DT_FLOAT}", "attrs": "shapes_ = {{}};"}),
            "put": ("QueueEnqueue", {"components": "1f"}),
            "close": "QueueClose", "take": ("QueueDequeueMany", {"n": "2", "component_types": "{DT_FLOAT}"}),
            "a": "ClientSession", "b": "ClientSession", "c": "ClientSession",
        },
        wires="""
            q.handle -> put.handle
            q.handle -> close.handle
            q.handle -> take.handle
            put.operation -> a.run_outputs
            close.operation -> b.run_outputs
            take.components -> c.fetch_outputs""",
        block="take", pins=("handle",), words=("the queue q is closed and holds 1 element, 2 are asked for",),
        requirement="2 elements", actual="1",
    ),
    Mistake(
        name="put_into_a_closed_queue",
        blocks={
            "q": ("FIFOQueue", {"component_types": "{DT_FLOAT}"}), "put": ("QueueEnqueue", {"components": "1f"}),
            "close": "QueueClose", "a": "ClientSession", "b": "ClientSession",
        },
        wires="""
            q.handle -> put.handle
            q.handle -> close.handle
            close.operation -> a.run_outputs
            put.operation -> b.run_outputs""",
        block="put", pins=("handle",), words=("the queue q is closed",), requirement="open",
    ),
]  # fmt: skip
