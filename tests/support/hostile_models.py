"""Model files of strangers: cut off, with circles, of sizes that no memory has, of wrong types; imports TensorFlow."""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.framework import graph_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2

from app.engine.exchange.keras_archive import WEIGHTS
from tests.support.keras_texts import archive, layer, of_config, sequential

Make = Callable[[Path], Path]  # writes into a folder, returns what to open
Graph = graph_pb2.GraphDef
FLOAT, STRING = 1, 7
_HDF5 = b"\x89HDF\r\n\x1a\n"


class _Small(tf.Module):
    """One Variable, one product."""

    def __init__(self) -> None:
        super().__init__()
        self.w = tf.Variable(np.ones((3, 2), np.float32), name="w")

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32, "x")])
    def __call__(self, x: Any) -> Any:
        return {"y": x @ self.w}


def write_small(folder: Path) -> Path:
    """Write the SavedModel that the hostile ones are made of."""
    tf.saved_model.save(_Small(), str(folder))
    return folder


def of_saved(small: Path, change: Callable[[Path], object]) -> Make:
    """Return what copies the SavedModel and does something to its files."""

    def make(folder: Path) -> Path:
        shutil.copytree(small, folder / "model")
        change(folder / "model")
        return folder / "model"

    return make


def of_message(small: Path, change: Callable[[Any], object]) -> Make:
    """Return what copies the SavedModel and changes its message."""

    def rewrite(model: Path) -> None:
        message = saved_model_pb2.SavedModel()
        message.ParseFromString((model / "saved_model.pb").read_bytes())
        change(message)
        (model / "saved_model.pb").write_bytes(message.SerializeToString())

    return of_saved(small, rewrite)


def _cut(name: str, part: float) -> Callable[[Path], None]:
    def cut(model: Path) -> None:
        data = (model / name).read_bytes()
        (model / name).write_bytes(data[: int(len(data) * part)])

    return cut


def other_bytes(name: str, data: bytes) -> Callable[[Path], None]:
    return lambda model: (model / name).write_bytes(data) and None


INDEX, SHARD = "variables/variables.index", "variables/variables.data-00000-of-00001"


# --- graphs --------------------------------------------------------------------------------------------------------


def graph_file(change: Callable[[Graph], object], name: str = "model.pb") -> Make:
    def make(folder: Path) -> Path:
        graph = Graph()
        change(graph)
        (folder / name).write_bytes(graph.SerializeToString())
        return folder / name

    return make


def add_node(graph: Any, name: str, op: str, *inputs: str, dtype: str = "T", number: int = FLOAT) -> Any:
    node = graph.node.add(name=name, op=op, input=inputs)
    if dtype:
        node.attr[dtype].type = number
    return node


def add_const(graph: Any, name: str = "c", shape: tuple[int, ...] = (), **fields: Any) -> Any:
    node = add_node(graph, name, "Const", dtype="dtype")
    value = node.attr["value"].tensor
    value.dtype = FLOAT
    for size in shape:
        value.tensor_shape.dim.add(size=size)
    for field, given in fields.items():
        if field == "tensor_content":
            value.tensor_content = given
        else:
            getattr(value, field).extend(given)
    return value


def _used(graph: Any, name: str = "c") -> None:
    add_node(graph, "y", "Identity", name)


def _circle(graph: Any) -> None:
    add_node(graph, "a", "Identity", "b")
    add_node(graph, "b", "Identity", "a")
    add_node(graph, "y", "Identity", "a")


def _own_input(graph: Any) -> None:
    add_node(graph, "a", "AddV2", "a", "a")
    add_node(graph, "y", "Identity", "a")


def _waiting_circle(graph: Any) -> None:
    add_const(graph, "a", float_val=[1.0])
    graph.node[0].input.append("^b")
    add_node(graph, "b", "Identity", "a")


def _of_size(shape: tuple[int, ...], **fields: Any) -> Callable[[Graph], None]:
    def change(graph: Any) -> None:
        add_const(graph, shape=shape, **fields)
        _used(graph)

    return change


def _of_type(number: int) -> Callable[[Graph], None]:
    def change(graph: Any) -> None:
        add_const(graph, float_val=[1.0]).dtype = number
        _used(graph)

    return change


def _attr(op: str, name: str, field: str, value: Any, inputs: int = 1) -> Callable[[Graph], None]:
    """Return a graph with an attr of another kind than the op has."""

    def change(graph: Any) -> None:
        add_const(graph, float_val=[1.0])
        attr = add_node(graph, "y", op, *["c"] * inputs).attr[name]
        attr.Clear()
        if field == "list":
            attr.list.i.extend(value)
        elif field == "shape":
            for size in value:
                attr.shape.dim.add(size=size)
        else:
            setattr(attr, field, value)
        add_node(graph, "out", "Identity", "y")

    return change


def input_of(name: str, op: str = "Identity") -> Callable[[Graph], None]:
    def change(graph: Any) -> None:
        add_const(graph, float_val=[1.0])
        add_node(graph, "y", op, name)

    return change


def _few_inputs(graph: Any) -> None:
    add_const(graph, float_val=[1.0])
    add_node(graph, "y", "AddV2", "c")


def _many_inputs(graph: Any) -> None:
    add_const(graph, float_val=[1.0])
    add_node(graph, "y", "Identity", "c", "c", "c")


def _many_outputs(graph: Any) -> None:
    add_const(graph, float_val=[1.0])
    add_node(graph, "y", "Unpack", "c").attr["num"].i = 10**9
    add_node(graph, "z", "Identity", "y:999999999")


def _half_loop(graph: Any) -> None:
    """A round that comes from nowhere, and goes on for ever."""
    add_const(graph, float_val=[1.0])
    add_node(graph, "enter", "Enter", "c").attr["frame_name"].s = b"loop"
    add_node(graph, "next", "NextIteration", "merge")
    add_node(graph, "merge", "Merge", "enter", "next").attr["N"].i = 2
    add_node(graph, "exit", "Exit", "merge")


def _unknown_ops(graph: Any) -> None:
    add_const(graph, float_val=[1.0])
    for n in range(5_000):
        add_node(graph, f"n{n}", "OpOfTheirOwn", f"n{n - 1}" if n else "c", dtype="")


def _twice(graph: Any) -> None:
    for value in (1.0, 2.0):
        add_const(graph, float_val=[value])
    _used(graph)


def _named(name: str) -> Callable[[Graph], None]:
    def change(graph: Any) -> None:
        add_const(graph, name, float_val=[1.0])
        add_node(graph, "y", "Identity", name)

    return change


def _files(canary: Path) -> Callable[[Graph], None]:
    """Return a graph that would write a file, and read another, if it were run."""

    def change(graph: Any) -> None:
        for name, text in (("path", str(canary)), ("text", "written")):
            value = add_const(graph, name)
            value.dtype = STRING
            value.string_val.append(text.encode())
            graph.node[-1].attr["dtype"].type = STRING
        add_node(graph, "write", "WriteFile", "path", "text", dtype="")
        add_node(graph, "read", "ReadFile", "path", dtype="")

    return change


# --- functions -----------------------------------------------------------------------------------------------------


def add_function(
    graph: Any, name: str, *nodes: tuple[str, str, tuple[str, ...], str], gives: str = ""
) -> Any:
    """Add a function of one argument; nodes are name, op, inputs, and the function that is called."""
    function = graph.library.function.add()
    function.signature.name = name
    function.signature.input_arg.add(name="x", type=FLOAT)
    function.signature.output_arg.add(name="y", type=FLOAT)
    for node_name, op, inputs, called in nodes:
        node = function.node_def.add(name=node_name, op=op, input=inputs)
        _typed(node, called)
    function.ret["y"] = gives
    return function


def _typed(node: Any, called: str) -> None:
    if called:
        node.attr["f"].func.name = called
        node.attr["Tin"].list.type.append(FLOAT)
        node.attr["Tout"].list.type.append(FLOAT)
    else:
        node.attr["T"].type = FLOAT


def calls(name: str, *functions: Callable[[Any], object]) -> Callable[[Graph], None]:
    """Return a graph that calls a function of a constant."""

    def change(graph: Any) -> None:
        add_const(graph, float_val=[1.0])
        _typed(graph.node.add(name="y", op="PartitionedCall", input=["c"]), name)
        add_node(graph, "out", "Identity", "y")
        for add in functions:
            add(graph)

    return change


CALL = "PartitionedCall"


def _of_itself(graph: Any) -> None:
    add_function(graph, "f", ("a", CALL, ("x",), "f"), gives="a:output:0")


def _of_each_other(graph: Any) -> None:
    add_function(graph, "f", ("a", CALL, ("x",), "g"), gives="a:output:0")
    add_function(graph, "g", ("a", CALL, ("x",), "f"), gives="a:output:0")


def _doubling(graph: Any) -> None:
    """Each calls the next one twice: 2 ** 40 nodes."""
    for n in range(40):
        calls = [(name, CALL, ("x",), f"f{n + 1}") for name in ("a", "b")]
        add = ("s", "AddV2", ("a:output:0", "b:output:0"), "")
        add_function(graph, f"f{n}", *calls, add, gives="s:z:0")
    add_function(graph, "f40", ("a", "Identity", ("x",), ""), gives="a:output:0")


def _doubling_for_nothing(graph: Any) -> None:
    """Each calls the next one twice, and takes nothing of it: 2 ** 40 calls without a node."""
    for n in range(40):
        calls = [(name, CALL, ("x",), f"f{n + 1}") for name in ("a", "b")]
        function = add_function(graph, f"f{n}", *calls, gives="x")
        function.control_ret["a"], function.control_ret["b"] = "a", "b"
    add_function(graph, "f40", gives="x")


def _waits_for_doubling(graph: Any) -> None:
    calls("f0", _doubling_for_nothing)(graph)
    graph.node.add(name="z", op="NoOp", input=["^y"])
    node = add_node(graph, "last", "Identity", "c")
    node.input.append("^y")


def _deep(graph: Any) -> None:
    for n in range(5_000):
        add_function(graph, f"f{n}", ("a", CALL, ("x",), f"f{n + 1}"), gives="a:output:0")
    add_function(graph, "f5000", ("a", "Identity", ("x",), ""), gives="a:output:0")


def _given_back(graph: Any) -> None:
    add_function(graph, "f", gives="a:output:0")


def _branches_of_nothing(graph: Any) -> None:
    add_const(graph, float_val=[1.0])
    node = graph.node.add(name="y", op="If", input=["c", "c"])
    node.attr["then_branch"].func.name = "missing"
    node.attr["else_branch"].func.name = "missing"
    node.attr["Tin"].list.type.append(FLOAT)
    node.attr["Tout"].list.type.append(FLOAT)


def _body_of_itself(graph: Any) -> None:
    add_const(graph, float_val=[1.0])
    function = add_function(graph, "f", ("a", "While", ("x",), ""), gives="a:output:0")
    for node in (graph.node.add(name="y", op="While", input=["c"]), function.node_def[0]):
        node.attr.pop("T", None)
        node.attr["cond"].func.name = node.attr["body"].func.name = "f"
        node.attr["T"].list.type.append(FLOAT)


def _graphs(canary: Path) -> dict[str, tuple[Make, str]]:
    """Return graphs with what is said of them ("" where they open all the same)."""
    changes: dict[str, tuple[Callable[[Graph], object], str]] = {
        "a circle": (_circle, "circle"),
        "a node that takes itself": (_own_input, "circle"),
        "nodes that wait for each other": (_waiting_circle, ""),
        "a constant of 2^60 numbers": (_of_size((1 << 60,), float_val=[1.0]), "too large"),
        "a constant of 2^186 numbers": (_of_size((1 << 62,) * 3, float_val=[1.0]), "too large"),
        "a constant of a million dimensions": (_of_size((1,) * 1_000_000, float_val=[1.0]), "constant"),
        "a constant of a negative size": (_of_size((-5,), float_val=[1.0]), "too large or has no shape"),
        "a constant with too few bytes": (_of_size((100,), tensor_content=b"1234"), "damaged constant"),
        "a constant of an unknown type": (_of_type(999), "constant"),
        "a constant of resources": (_of_type(20), "constant"),
        "a text for a type": (_attr("Identity", "T", "s", b"no type"), "another kind"),
        "a type for a shape": (_attr("Placeholder", "shape", "type", 1, 0), "another kind"),
        "a number for a list": (_attr("ConcatV2", "N", "b", True, 3), "another kind"),
        "a count of a thousand millions": (_attr("Pack", "N", "i", 10**9), "input in place of"),
        "a count below nothing": (_attr("Pack", "N", "i", -3), "in place of"),
        "an attr that the op does not have": (_attr("Identity", "other", "i", 3), ""),
        "an example of 2^60 numbers": (_attr("Placeholder", "shape", "shape", [1 << 60], 0), ""),
        "an input that is not there": (input_of("nothing"), "not there"),
        "an output out of range": (input_of("c:7"), "not there"),
        "an output below nothing": (input_of("c:-1"), "not there"),
        "an output of very many digits": (input_of("c:" + "9" * 5000), "not there"),
        "an output that is no number": (input_of("c:x"), "not there"),
        "too few inputs": (_few_inputs, "in place of"),
        "too many inputs": (_many_inputs, "in place of"),
        "a count of outputs of a thousand millions": (_many_outputs, "give 1000000000 tensors"),
        "a half of a loop": (_half_loop, ""),
        "very many ops that nobody knows": (_unknown_ops, ""),
        "an op that nobody knows": (input_of("c", "OpOfTheirOwn"), ""),
        "two nodes of one name": (_twice, ""),
        "a name of a million letters": (_named("n" * 1_000_000), ""),
        "a name that leads up": (_named("../../../evil"), ""),
        "a name of other signs": (_named("<img src=/dev/zero>\n\t"), ""),
        "no name": (_named(""), ""),
        "files that it would write": (_files(canary), ""),
        "a function that calls itself": (calls("f", _of_itself), "calls itself"),
        "functions that call each other": (calls("f", _of_each_other), "calls itself"),
        "functions that double 40 times": (calls("f0", _doubling), "more than"),
        "functions that double for nothing": (_waits_for_doubling, "more than"),
        "functions 5,000 deep": (calls("f0", _deep), "deep"),
        "a function that is not there": (calls("missing"), "not there"),
        "a function that gives nothing": (calls("f", _given_back), "not there"),
        "branches that are not there": (_branches_of_nothing, "missing"),
        "a body that is its own": (_body_of_itself, ""),
    }
    return {name: (graph_file(change), key) for name, (change, key) in changes.items()}


# --- files ---------------------------------------------------------------------------------------------------------


def plain_file(name: str, data: bytes) -> Make:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def _text(graph: Graph) -> bytes:
    return text_format.MessageToString(graph).encode()


def _texts() -> dict[str, tuple[Make, str]]:
    graph = Graph()
    _of_size((2,), float_val=[1.0, 2.0])(graph)
    whole = _text(graph)
    deep = b"library { function { attr { value { func { attr { value { func {" * 20_000
    return {
        "a text cut off": (plain_file("model.pbtxt", whole[: len(whole) // 2]), "no model"),
        "a text nested deeply": (plain_file("model.pbtxt", b"library { function { " + deep), "no model"),
        "a text that is none": (plain_file("model.pbtxt", b"\xff\xfe\x00" * 100), "no model"),
        "a text of numbers without end": (
            plain_file("model.pbtxt", b'node { name: "a" op: "' + b"9" * 1_000_000),
            "no model",
        ),
        "nothing": (plain_file("model.pb", b""), "no model"),
        "any bytes": (plain_file("model.pb", np.random.default_rng(1).bytes(10_000)), "no model"),
        "a length of 2^63": (plain_file("model.pb", b"\x0a" + b"\xff" * 8 + b"\x7f" + b"abc"), "no model"),
        "groups nested deeply": (plain_file("model.pb", b"\x0b" * 1_000_000), "no model"),
        "a meta graph cut off": (plain_file("model.meta", whole[:7]), "no model"),
    }


def meta_file(change: Callable[[Any], object]) -> Make:
    def make(folder: Path) -> Path:
        meta = meta_graph_pb2.MetaGraphDef()
        _of_size((2,), float_val=[1.0, 2.0])(meta.graph_def)
        change(meta)
        (folder / "model.meta").write_bytes(meta.SerializeToString())
        return folder / "model.meta"

    return make


def _saver_of_nothing(meta: Any) -> None:
    meta.saver_def.restore_op_name = "save/restore_all"
    meta.saver_def.filename_tensor_name = "save/Const:0"


def _broken_variables(meta: Any) -> None:
    meta.collection_def["variables"].bytes_list.value.append(b"\xff\xff\xff")
    meta.collection_def["train_op"].node_list.value.append("nothing")


# --- SavedModels ---------------------------------------------------------------------------------------------------


def _asset(name: str) -> Callable[[Any], None]:
    def change(message: Any) -> None:
        meta = message.meta_graphs[0]
        node = meta.graph_def.node.add(name="asset", op="Const")
        node.attr["dtype"].type = STRING
        meta.asset_file_def.add(filename=name).tensor_info.name = "asset:0"

    return change


def _signature(change: Callable[[Any], object]) -> Callable[[Any], None]:
    return lambda message: change(message.meta_graphs[0].signature_def["serving_default"]) and None


def _many_signatures(message: Any) -> None:
    meta = message.meta_graphs[0]
    for n in range(2_000):
        meta.signature_def[f"s{n}"].CopyFrom(meta.signature_def["serving_default"])


def _odd_signature(message: Any) -> None:
    meta = message.meta_graphs[0]
    meta.signature_def["../evil\n<b>"].CopyFrom(meta.signature_def["serving_default"])


def _set(field: str, value: str) -> Callable[[Any], None]:
    """Return what names other tensors in a signature."""

    def change(signature: Any) -> None:
        for info in getattr(signature, field).values():
            info.name = value

    return change


def _link(name: str, target: str) -> Callable[[Path], None]:
    def change(model: Path) -> None:
        (model / name).unlink()
        os.symlink(target, model / name)

    return change


def _saved_models(small: Path, secret: Path) -> dict[str, tuple[Make, str]]:
    def files(change: Callable[[Path], object], key: str) -> tuple[Make, str]:
        return of_saved(small, change), key

    def message(change: Callable[[Any], object], key: str) -> tuple[Make, str]:
        return of_message(small, change), key

    return {
        **{
            f"a SavedModel cut off at {part}": files(_cut("saved_model.pb", part), "no model")
            for part in (0.0, 0.3, 0.9)
        },
        "no variables": files(lambda m: shutil.rmtree(m / "variables"), ""),
        "no index": files(lambda m: (m / INDEX).unlink(), ""),
        "no shard": files(lambda m: (m / SHARD).unlink(), "checkpoint"),
        "an index cut off": files(_cut(INDEX, 0.5), "checkpoint"),
        "a shard cut off": files(_cut(SHARD, 0.01), "checkpoint"),
        "an index of any bytes": files(other_bytes(INDEX, b"\xa5" * 5000), "checkpoint"),
        "an index of a tensor of 2^60 numbers": files(
            other_bytes(INDEX, index_of("w/.ATTRIBUTES/VARIABLE_VALUE", (1 << 30, 1 << 30))), "large"
        ),
        "an index of a tensor that overflows": files(
            other_bytes(INDEX, index_of("w/.ATTRIBUTES/VARIABLE_VALUE", (1 << 40,) * 3)),
            "ended the TensorFlow process",
        ),
        "an index of a tensor of 2 GiB without values": files(
            other_bytes(INDEX, index_of("w/.ATTRIBUTES/VARIABLE_VALUE", (1 << 29,))), "claims 2147483648 bytes"
        ),
        "an index with a shard of another name": files(
            other_bytes(INDEX, index_of("w/.ATTRIBUTES/VARIABLE_VALUE", (3, 2), shards=10**6)), "checkpoint"
        ),
        "an asset that leads up": message(_asset("../../evil.txt"), "not in its own folder"),
        "an asset elsewhere": message(_asset(str(secret)), "not in its own folder"),
        "an asset without a name": message(_asset(""), "not in its own folder"),
        "a message that is a link": files(_link("saved_model.pb", str(secret)), "cannot be read"),
        "a shard that is a link": files(_link(SHARD, str(secret)), "checkpoint"),
        "no graph": message(lambda m: m.ClearField("meta_graphs"), "no model"),
        "a signature of nothing": message(_signature(_set("outputs", "nothing:0")), "not there"),
        "a signature out of range": message(_signature(_set("outputs", "StatefulPartitionedCall:9")), "not there"),
        "a signature with another input": message(_signature(_set("inputs", "nothing:0")), "not there"),
        "two thousand signatures": message(_many_signatures, ""),
        "a signature of other signs": message(_odd_signature, ""),
    }  # fmt: skip


# --- checkpoints' index, by hand -----------------------------------------------------------------------------------


def index_of(key: str, shape: tuple[int, ...], shards: int = 1) -> bytes:
    """Return a checkpoint's index of one tensor of floats, which is said to lie at the begin of its shard."""
    size = 4
    for extent in shape:
        size *= extent
    dims = b"".join(_field(2, varint_field(1, extent)) for extent in shape)
    entry = varint_field(1, FLOAT) + _field(2, dims) + varint_field(5, size & (1 << 63) - 1)
    header = varint_field(1, shards) + _field(3, varint_field(1, 1))
    return table_of([(b"", header), (key.encode(), entry)])


def table_of(entries: list[tuple[bytes, bytes]]) -> bytes:
    """Return a table of one block, as a checkpoint's index is; the keys in their order."""
    data, meta = _block(entries), _block([])
    at = len(data)
    index = _block([(entries[-1][0] + b"\0", _varint(0) + _varint(at - 5))])
    footer = (_varint(at) + _varint(len(meta) - 5) + _varint(at + len(meta)) + _varint(len(index) - 5)).ljust(
        40, b"\0"
    )
    return data + meta + index + footer + struct.pack("<Q", 0xDB4775248B80FB57)


def _block(entries: list[tuple[bytes, bytes]]) -> bytes:
    """Return a block of a table: its entries without shared beginnings, where they begin anew, and its sum."""
    body, starts = bytearray(), []
    for key, value in entries:
        starts.append(len(body))
        body += _varint(0) + _varint(len(key)) + _varint(len(value)) + key + value
    starts = starts or [0]
    body += struct.pack(f"<{len(starts)}I", *starts) + struct.pack("<I", len(starts)) + b"\0"
    crc = _crc32c(bytes(body))
    masked = (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF
    return bytes(body) + struct.pack("<I", masked)


def _crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def _varint(number: int) -> bytes:
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def varint_field(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


# --- all -----------------------------------------------------------------------------------------------------------


def hostile(small: Path, secret: Path, canary: Path) -> dict[str, tuple[Make, str]]:
    """Return all cases by name: what writes one, and a part of what is said of it ("" where it may open).

    ``small`` is what `write_small` wrote, ``secret`` a file that none of them may read, ``canary`` one that none may
    make.
    """
    keras: dict[str, tuple[Make, str]] = {
        "a Keras file with a Lambda": (
            lambda f: of_config(f / "m.keras", sequential(layer("evil", "Lambda"))), "the layer 'evil' is a Lambda",
        ),
        "a Keras file with a module": (
            lambda f: of_config(f / "m.keras", sequential(layer("evil", "system", "os"))), "os.system",
        ),
        "a Keras file that leads up": (
            lambda f: archive(f / "m.keras", {"assets/../../e": b""}), "no Keras model holds",
        ),
        "a Keras file with a pickle": (lambda f: archive(f / "m.keras", {"assets/a": b"\x80\x04."}), "pickled"),
        "a Keras file of zeros": (lambda f: archive(f / "m.keras", {WEIGHTS: b"\0" * (70 << 20)}), "far more"),
        "a Keras file cut off": (plain_file("m.keras", b"PK\x03\x04"), "damaged"),
        "a Keras file without weights": (lambda f: archive(f / "m.keras", {WEIGHTS: _HDF5}), "damaged"),
        "an HDF5 file cut off": (plain_file("m.h5", _HDF5 + b"\0" * 50), "damaged"),
        "an HDF5 file of any bytes": (plain_file("m.h5", _HDF5 + np.random.default_rng(2).bytes(4000)), "damaged"),
    }  # fmt: skip
    meta: dict[str, tuple[Make, str]] = {
        "a meta graph without its checkpoint": (meta_file(lambda meta: None), ""),
        "a meta graph whose saver is not there": (meta_file(_saver_of_nothing), ""),
        "a meta graph of broken Variables": (meta_file(_broken_variables), ""),
    }
    return {**_graphs(canary), **_texts(), **meta, **_saved_models(small, secret), **keras}
