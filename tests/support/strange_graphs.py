"""More graphs of strangers: claims without data, calls in circles through branches, words that are none, texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.support.hostile_models import (
    FLOAT,
    STRING,
    Make,
    add_const,
    add_function,
    add_node,
    calls,
    graph_file,
    input_of,
    meta_file,
    plain_file,
)

_Change = Callable[[Any], object]
_EVIL = "<img src=/dev/zero>\x1b[31m\u202e\n"
_PICKLE = b"\x80\x04cos\nsystem\n(S'touch canary'\ntR."


# --- graphs --------------------------------------------------------------------------------------------------------


def _texts_of_one(graph: Any) -> None:
    value = add_const(graph, "c", (1 << 27,))
    value.dtype = STRING
    value.string_val.append(b"x")
    graph.node[-1].attr["dtype"].type = STRING
    add_node(graph, "y", "Identity", "c", number=STRING)


def _odd_complex(graph: Any) -> None:
    value = add_const(graph, "c", (2,))
    value.dtype = 8
    value.scomplex_val.extend([1.0, 2.0, 3.0])
    graph.node[-1].attr["dtype"].type = 8
    add_node(graph, "y", "Identity", "c", number=8)


def _content_of_texts(graph: Any) -> None:
    value = add_const(graph, "c", (2,), tensor_content=b"\xff" * 16)
    value.dtype = STRING
    add_node(graph, "y", "Identity", "c", number=STRING)


def _variants(graph: Any) -> None:
    value = add_const(graph, "c", ())
    value.dtype = 21
    value.variant_val.add(type_name="evil", metadata=_PICKLE)
    add_node(graph, "y", "Identity", "c", number=21)


def _no_rank(graph: Any) -> None:
    add_const(graph, float_val=[1.0]).tensor_shape.unknown_rank = True
    add_node(graph, "y", "Identity", "c")


def _no_value(graph: Any) -> None:
    add_node(graph, "c", "Const", dtype="dtype")
    add_node(graph, "y", "Identity", "c")


def _no_types(graph: Any) -> None:
    graph.node.add(name="c", op="Const").attr["value"].tensor.dtype = FLOAT
    graph.node.add(name="y", op="AddV2", input=["c", "c"])


def _many_inputs(op: str, count: int, sign: str = "") -> _Change:
    def change(graph: Any) -> None:
        add_const(graph, float_val=[1.0])
        add_node(graph, "y", op, *[f"{sign}c"] * count).attr["N"].i = count

    return change


def _other_words(graph: Any) -> None:
    """Names, ops, devices, attrs and texts that are no plain words."""
    add_const(graph, _EVIL, float_val=[1.0])
    odd = add_node(graph, "y" + _EVIL, _EVIL, _EVIL)
    odd.device = _EVIL
    odd.attr[_EVIL].s = _EVIL.encode()
    add_node(graph, "z", "Identity", "y" + _EVIL).device = "/job:" + "e" * 100_000


def _odd_refs(graph: Any) -> None:
    add_const(graph, float_val=[1.0])
    for n, text in enumerate(("", ":", "::0", "^", "^^c", "c:0:0:0", " c", "c:+0", "c:\u0660")):
        add_node(graph, f"y{n}", "Identity", text)


def _of_rank(sizes: tuple[int, ...]) -> _Change:
    def change(graph: Any) -> None:
        shape = add_node(graph, "x", "Placeholder", dtype="dtype").attr["shape"].shape
        for size in sizes:
            shape.dim.add(size=size)
        add_node(graph, "y", "Relu", "x")

    return change


def _huge_variable(graph: Any) -> None:
    made = add_node(graph, "v", "VarHandleOp", dtype="dtype")
    for size in (1 << 40, 1 << 40):
        made.attr["shape"].shape.dim.add(size=size)
    made.attr["shared_name"].s = b"../../../evil"
    made.attr["container"].s = _EVIL.encode()
    add_node(graph, "y", "ReadVariableOp", "v", dtype="dtype")


def _huge_fill(graph: Any) -> None:
    sizes = add_const(graph, "sizes", (2,), int_val=[1 << 30, 1 << 30])
    sizes.dtype = 3
    graph.node[-1].attr["dtype"].type = 3
    add_const(graph, "c", float_val=[1.0])
    add_node(graph, "y", "Fill", "sizes", "c").attr["index_type"].type = 3


def _versions(graph: Any) -> None:
    graph.versions.producer = graph.versions.min_consumer = 2**31 - 1
    graph.versions.bad_consumers.extend(range(1000))
    add_const(graph, float_val=[1.0])
    add_node(graph, "y", "Identity", "c")


def _frames(graph: Any) -> None:
    """Loops within one another a hundred deep, whose rounds come from the innermost."""
    add_const(graph, "e0", float_val=[1.0])
    for n in range(100):
        add_node(graph, f"e{n + 1}", "Enter", f"e{n}").attr["frame_name"].s = f"f{n}".encode()
    for n in range(100):
        add_node(graph, f"m{n}", "Merge", f"e{n + 1}", f"n{n}").attr["N"].i = 2
        add_node(graph, f"n{n}", "NextIteration", f"m{(n + 1) % 100}")
        add_node(graph, f"x{n}", "Exit", f"m{n}")


def _ends_of_nothing(graph: Any) -> None:
    add_const(graph, float_val=[1.0])
    add_node(graph, "x", "Exit", "c")
    add_node(graph, "l", "LoopCond", "c", dtype="")
    add_node(graph, "m", "Merge", *["c"] * 1000).attr["N"].i = 1000
    add_node(graph, "s", "Switch", "m", "l")
    add_node(graph, "n", "NextIteration", "s:1")
    add_node(graph, "y", "Identity", "n")


# --- functions -----------------------------------------------------------------------------------------------------


def _branch_of_itself(op: str, attrs: tuple[str, ...]) -> _Change:
    """Return a function that an op within it calls again, as one of its branches."""

    def change(graph: Any) -> None:
        add_const(graph, float_val=[1.0])
        made = add_function(graph, "f", ("a", op, ("x", "x"), ""), gives="a:output:0")
        for one in (add_node(graph, "y", op, "c", "c", dtype=""), made.node_def[0]):
            one.attr.pop("T", None)
            for attr in attrs:
                if attr == "branches":
                    one.attr[attr].list.func.add(name="f")
                else:
                    one.attr[attr].func.name = "f"
            one.attr["Tin"].list.type.append(FLOAT)
            one.attr["Tout"].list.type.append(FLOAT)
        add_node(graph, "out", "Identity", "y")

    return change


def _op_is_function(graph: Any) -> None:
    """The op of a node is the name of a function, which calls itself so."""
    add_const(graph, float_val=[1.0])
    add_function(graph, "Own", ("a", "Own", ("x",), ""), gives="a:y:0")
    add_node(graph, "y", "Own", "c", dtype="")
    add_node(graph, "out", "Identity", "y")


def _function_named_as_op(graph: Any) -> None:
    add_const(graph, float_val=[1.0])
    add_function(graph, "Identity", ("a", "Identity", ("x",), ""), gives="a:output:0")
    add_node(graph, "y", "Identity", "c")


def _many_of_one_name(graph: Any) -> None:
    for _ in range(20_000):
        add_function(graph, "f", ("a", "Identity", ("x",), ""), gives="a:output:0")


def _many_arguments(graph: Any) -> None:
    made = add_function(graph, "f", ("a", "Identity", ("x",), ""), gives="a:output:0")
    for n in range(100_000):
        made.signature.input_arg.add(name=f"x{n}", type=FLOAT)


def _gradients_in_a_circle(graph: Any) -> None:
    add_function(graph, "f", ("a", "Identity", ("x",), ""), gives="a:output:0")
    graph.library.gradient.add(function_name="f", gradient_func="f")


def _circle_within(graph: Any) -> None:
    add_function(
        graph,
        "f",
        ("a", "Identity", ("b:output:0",), ""),
        ("b", "Identity", ("a:output:0",), ""),
        gives="a:output:0",
    )


def _given_to_itself(graph: Any) -> None:
    add_function(graph, "f", gives="y")


def _evil_function(graph: Any) -> None:
    add_function(
        graph, "f", (_EVIL, "Identity", ("x",), ""), gives=f"{_EVIL}:output:0"
    ).signature.description = _EVIL


def _of_odd_names(graph: Any) -> None:
    made = add_function(graph, "f", ("a", "Identity", ("x",), ""), gives="a:output:99999999999999999999")
    made.ret["nothing"] = "a:output:0"


def _datasets(graph: Any) -> None:
    """A dataset whose function maps a dataset by that function."""
    made = add_function(graph, "f", ("a", "MapDataset", ("x",), ""), gives="a:handle:0")
    add_const(graph, float_val=[1.0])
    for one in (add_node(graph, "y", "MapDataset", "c", dtype=""), made.node_def[0]):
        one.attr.pop("T", None)
        one.attr["f"].func.name = "f"
    add_node(graph, "out", "Identity", "y")


# --- texts ---------------------------------------------------------------------------------------------------------


def _pbtxt(text: str | bytes) -> Make:
    return plain_file("model.pbtxt", text if isinstance(text, bytes) else text.encode())


_NONE = "is no model of TensorFlow"
_SMALL = 'node { name: "c" op: "NoOp" }\n'


# --- meta graphs ---------------------------------------------------------------------------------------------------


def _pickles(meta: Any) -> None:
    for key in (
        "variables",
        "trainable_variables",
        "queue_runners",
        "cond_context",
        "while_context",
        "model",
        _EVIL,
    ):
        meta.collection_def[key].bytes_list.value.append(_PICKLE)
    meta.collection_def["any"].any_list.value.add(type_url="python/object", value=_PICKLE)
    meta.collection_def["iterators"].bytes_list.value.append(_PICKLE)


def _million_of_train_ops(meta: Any) -> None:
    meta.collection_def["train_op"].node_list.value.extend(["c"] * 1_000_000)


def _runners_of_nothing(meta: Any) -> None:
    data = b"".join(b"\x0a\x01q\x12\x07missing" for _ in range(10_000))
    meta.collection_def["queue_runners"].bytes_list.value.append(data)


def _evil_version(meta: Any) -> None:
    meta.meta_info_def.tensorflow_version = _EVIL * 10_000
    meta.meta_info_def.tags.append(_EVIL)


def _saver_in_a_circle(meta: Any) -> None:
    add_node(meta.graph_def, "restore", "Identity", "restore")
    meta.saver_def.restore_op_name = "restore"
    meta.saver_def.filename_tensor_name = "restore:0"


def _sparse_signature(meta: Any) -> None:
    one = meta.signature_def["s" + _EVIL]
    one.outputs["y"].coo_sparse.values_tensor_name = "c:0"
    one.outputs["z"].composite_tensor.type_spec.type_spec_class = 999
    one.outputs[_EVIL].name = "c:0"
    one.method_name = _EVIL


def _slices(meta: Any) -> None:
    """A Variable that is a part of a whole, at places that are not there."""
    add_node(meta.graph_def, "v", "VariableV2", dtype="dtype")
    from tensorflow.core.framework import variable_pb2

    said = variable_pb2.VariableDef(variable_name="v:0", initializer_name="v/Assign")
    said.save_slice_info_def.full_name = "w"
    said.save_slice_info_def.var_offset.extend([-(2**63), 2**62])
    said.save_slice_info_def.var_shape.extend([2**62, 2**62])
    meta.collection_def["variables"].bytes_list.value.append(said.SerializeToString())


# --- all -----------------------------------------------------------------------------------------------------------


def strange_graphs() -> dict[str, tuple[Make, str | None]]:
    """Return cases by name: what writes one, and a part of what is said of it ("" where it opens, None: either)."""
    graphs: dict[str, tuple[_Change, str | None]] = {
        "2^27 texts out of one": (_texts_of_one, "takes more memory"),
        "half a complex number": (_odd_complex, ""),
        "texts as plain bytes": (_content_of_texts, "damaged constant"),
        "a constant of variants": (_variants, "damaged constant"),
        "a constant without a rank": (_no_rank, ""),
        "a constant without a value": (_no_value, "without its value"),
        "nodes without types": (_no_types, ""),
        "a sum of 300,000 inputs": (_many_inputs("AddN", 300_000), ""),
        "a million nodes to wait for": (_many_inputs("NoOp", 1_000_000, "^"), ""),
        "words that are none": (_other_words, ""),
        "inputs that are no names": (_odd_refs, "in place of"),
        "an example of 300 dimensions": (_of_rank((1,) * 300), ""),
        "an example of odd sizes": (_of_rank((-7, 2**63 - 1, 0)), ""),
        "a Variable of 2^80 numbers": (_huge_variable, ""),
        "a filled tensor of 2^60 numbers": (_huge_fill, ""),
        "a version that is to come": (_versions, ""),
        "loops a hundred deep in a circle": (_frames, ""),
        "ends of loops that never began": (_ends_of_nothing, ""),
        "a branch that is the function itself": (
            _branch_of_itself("If", ("then_branch", "else_branch")),
            "",
        ),
        "a case that is the function itself": (_branch_of_itself("Case", ("branches",)), ""),
        "a gradient of the function itself": (_branch_of_itself("SymbolicGradient", ("f",)), "in place of"),
        "a call elsewhere of the function itself": (_branch_of_itself("RemoteCall", ("f",)), ""),
        "an op that is a function of itself": (_op_is_function, "calls itself"),
        "a function with the name of an op": (_function_named_as_op, ""),
        "20,000 functions of one name": (calls("f", _many_of_one_name), ""),
        "a function of 100,000 arguments": (calls("f", _many_arguments), ""),
        "a gradient that is its own": (calls("f", _gradients_in_a_circle), ""),
        "a circle within a function": (calls("f", _circle_within), "circle that is no loop"),
        "a function that gives its result": (calls("f", _given_to_itself), "not there"),
        "a function of other signs": (calls("f", _evil_function), ""),
        "a function that gives what is not there": (calls("f", _of_odd_names), "not there"),
        "a dataset mapped by itself": (_datasets, ""),
        "an output of another script's digits": (input_of("c:\u0661"), "not there"),
    }
    texts: dict[str, tuple[Make, str | None]] = {
        "unknown fields nested deeply": (_pbtxt(_SMALL + "x { " * 100_000), _NONE),
        "unknown fields nested deeply, closed": (
            _pbtxt(_SMALL + "x { " * 50_000 + "} " * 50_000),
            _NONE,
        ),
        "lists nested deeply": (_pbtxt(_SMALL + "x: " + "[" * 100_000), _NONE),
        "a message of any type": (
            _pbtxt(_SMALL + "[type.googleapis.com/evil] { x: 1 }"),
            _NONE,
        ),
        "numbers beyond every type": (
            _pbtxt(_SMALL + "versions { producer: 99999999999999999999999 }"),
            _NONE,
        ),
        "a text in UTF-16": (_pbtxt(_SMALL.encode("utf-16")), _NONE),
        "a picture": (
            plain_file("model.pb", b"\x89PNG\r\n\x1a\n" + bytes(1000)),
            _NONE,
        ),
        "an archive": (plain_file("model.pb", b"PK\x03\x04" + bytes(1000)), _NONE),
        "a pickle": (plain_file("model.pb", _PICKLE), _NONE),
    }
    metas: dict[str, tuple[_Change, str | None]] = {
        "collections of pickles": (_pickles, ""),
        "a million training ops": (_million_of_train_ops, ""),
        "runners of queues that are not there": (_runners_of_nothing, ""),
        "a version of other signs": (_evil_version, ""),
        "a saver in a circle": (_saver_in_a_circle, ""),
        "a signature of sparse tensors": (_sparse_signature, ""),
        "a Variable that is a part of nothing": (_slices, ""),
    }
    return {
        **{name: (graph_file(change), said) for name, (change, said) in graphs.items()},
        **texts,
        **{name: (meta_file(change), said) for name, (change, said) in metas.items()},
    }
