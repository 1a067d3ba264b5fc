"""More model files of strangers: objects in circles, turned bits, pipes, odd checkpoints, layers, packed zeros."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from app.engine.exchange.keras_archive import WEIGHTS
from tests.support.hostile_models import (
    FLOAT,
    INDEX,
    SHARD,
    STRING,
    Make,
    of_message,
    of_saved,
    other_bytes,
    table_of,
    varint_field,
)
from tests.support.keras_texts import archive, dense, layer, sequential

_Change = Callable[[Any], object]
_NOT_LOADED = "Keras does not load it"
_EVIL = "<img src=/dev/zero>\x1b[31m\u202e\n"
_PICKLE = b"\x80\x04cos\nsystem\n(S'touch canary'\ntR."


# --- SavedModels ---------------------------------------------------------------------------------------------------


def _thousand_graphs(message: Any) -> None:
    for _ in range(1000):
        message.meta_graphs.add().CopyFrom(message.meta_graphs[0])


def _objects(change: _Change) -> _Change:
    return lambda message: change(message.meta_graphs[0].object_graph_def)


def _objects_in_circles(objects: Any) -> None:
    for found in objects.nodes:
        found.children.add(node_id=0, local_name="again")
        found.children.add(node_id=-7, local_name="below")
        found.children.add(node_id=2**31 - 1, local_name="beyond")


def _odd_captures(objects: Any) -> None:
    for concrete in objects.concrete_functions.values():
        concrete.bound_inputs.extend([-1, 10**6, 0])


def _captures_many(objects: Any) -> None:
    for concrete in objects.concrete_functions.values():
        concrete.bound_inputs.extend([1] * 1_000_000)


def _huge_objects(objects: Any) -> None:
    for found in objects.nodes:
        if found.WhichOneof("kind") == "variable":
            found.variable.dtype = 999
            found.variable.name = _EVIL
            for _ in range(3):
                found.variable.shape.dim.add(size=2**62)


def _no_objects_behind(objects: Any) -> None:
    for found in objects.nodes:
        if found.WhichOneof("kind") == "function":
            found.function.concrete_functions.append("missing")
            found.function.concrete_functions.extend(["missing"] * 1000)


def _evil_structure(objects: Any) -> None:
    for concrete in objects.concrete_functions.values():
        value = concrete.canonicalized_input_signature
        for _ in range(20):
            value = value.tuple_value.values.add()
        for n in range(50_000):
            value.tuple_value.values.add().string_value = f"{_EVIL}{n}"


def _flipped(count: int) -> Callable[[Path], None]:
    """Return what turns single bits of a model's message."""

    def flip(model: Path) -> None:
        rng = np.random.default_rng(count)
        data = bytearray((model / "saved_model.pb").read_bytes())
        for at in rng.integers(0, len(data), count):
            data[at] ^= 1 << rng.integers(8)
        (model / "saved_model.pb").write_bytes(data)

    return flip


def _pipe(name: str) -> Callable[[Path], None]:
    def put(model: Path) -> None:
        (model / name).unlink(missing_ok=True)
        (model / name).parent.mkdir(exist_ok=True)
        os.mkfifo(model / name)

    return put


def _pipes_beside(model: Path) -> None:
    for name in ("fingerprint.pb", "keras_metadata.pb", "assets/pipe", "assets.extra/pipe"):
        _pipe(name)(model)


def _pickles_beside(model: Path) -> None:
    for name in ("fingerprint.pb", "keras_metadata.pb", "model.pkl", "variables/checkpoint"):
        (model / name).write_bytes(_PICKLE)


def _loop_of_links(model: Path) -> None:
    (model / "variables" / "variables").symlink_to(model)
    (model / "assets.extra").symlink_to(model)


def _entry(
    shape: tuple[int, ...] = (3, 2), dtype: int = FLOAT, shard: int = 0, offset: int = 0, size: int = 24
) -> bytes:
    dims = b"".join(b"\x12" + bytes([len(d)]) + d for d in (varint_field(1, extent) for extent in shape))
    parts = [varint_field(1, dtype), b"\x12" + bytes([len(dims)]) + dims]
    parts += [varint_field(n, v & (1 << 64) - 1) for n, v in ((3, shard), (4, offset), (5, size)) if v]
    return b"".join(parts)


def _index(*entries: bytes, header: bytes = b"\x08\x01\x1a\x02\x08\x01") -> Callable[[Path], None]:
    key = b"w/.ATTRIBUTES/VARIABLE_VALUE"
    return other_bytes(INDEX, table_of([(b"", header), *((key, entry) for entry in entries)]))


def _many_entries(model: Path) -> None:
    header, entry = b"\x08\x01\x1a\x02\x08\x01", _entry()
    keys = (f"k{n:07d}".encode() for n in range(20_000))
    (model / INDEX).write_bytes(table_of([(b"", header), *((key, entry) for key in keys)]))


def _index_of_itself(model: Path) -> None:
    """A table whose list of blocks is the list itself."""
    data = bytearray((model / INDEX).read_bytes())
    data[-48:-8] = bytes([0, 8, 0, 8]).ljust(40, b"\0")
    (model / INDEX).write_bytes(data)


# --- Keras ---------------------------------------------------------------------------------------------------------


def _config(*layers: dict[str, Any]) -> Make:
    return _of_config(sequential(*layers))


def _of_config(config: dict[str, Any]) -> Make:
    """Return a ``.keras`` file of a config, with the weights of one small layer."""

    def make(folder: Path) -> Path:
        return archive(
            folder / "m.keras",
            {"config.json": json.dumps(config).encode(), WEIGHTS: _weights(folder, (3, 2))},
        )

    return make


def _weights(folder: Path, shape: tuple[int, ...]) -> bytes:
    with h5py.File(folder / "w.h5", "w") as file:
        variables = file.create_group("layers/dense/vars")
        variables.create_dataset("0", shape, "f4")
        variables["1"] = np.zeros(2, np.float32)
    return (folder / "w.h5").read_bytes()


def _raw_config(text: bytes) -> Make:
    return lambda folder: archive(folder / "m.keras", {"config.json": text})


def _nested(depth: int) -> Make:
    config: Any = dense()
    for n in range(depth):
        config = layer(f"n{n}", "TimeDistributed", layer=config)
    return _config(config)


def _nested_text(depth: int) -> bytes:
    begin = b'{"class_name": "Sequential", "config": {"name": "m", "layers": ['
    return begin * depth + b"]}}" * depth


def _functional(*inbound: tuple[str, str]) -> Make:
    """Return a model of layers that take one another."""

    def tensor(name: str) -> dict[str, Any]:
        config = {"shape": [None, 3], "dtype": "float32", "keras_history": [name, 0, 0]}
        return {"class_name": "__keras_tensor__", "config": config}

    first = layer("x", "InputLayer", batch_shape=[None, 3], dtype="float32")
    layers = [{**first, "name": "x", "inbound_nodes": []}]
    for name, taken in inbound:
        nodes = [{"args": [tensor(taken)], "kwargs": {}}]
        layers.append({**layer(name, "Dense", units=2), "name": name, "inbound_nodes": nodes})
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [[inbound[-1][0], 0, 0]]}
    config = {"name": "m", "layers": layers, **ends}
    return _of_config(
        {
            "module": "keras.src.models.functional",
            "class_name": "Functional",
            "config": config,
            "registered_name": None,
        }
    )


def _packed_assets(folder: Path) -> Path:
    """Many megabytes of zeros in assets that are each small."""
    path = archive(folder / "m.keras")
    data = bytes(4 << 20)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as written:
        for n in range(40):
            written.writestr(f"assets/a{n}", data)
    return path


def _overlapping(folder: Path) -> Path:
    """Members that all are the same bytes of the file."""
    path = archive(folder / "m.keras", {"assets/a": bytes(8 << 20)})
    data = path.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    at = data.index(b"PK\x01\x02")
    entries = []
    while at < end:
        size = 46 + sum(struct.unpack("<3H", data[at + 28 : at + 34]))
        entries.append(data[at : at + size])
        at += size
    asset = next(e for e in entries if e.endswith(b"assets/a"))
    more = [asset[:-1] + bytes([c]) for c in range(ord("b"), ord("z"))]
    listed = b"".join([*entries, *more])
    count = len(entries) + len(more)
    begin = data.index(b"PK\x01\x02")
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(listed), begin, 0)
    path.write_bytes(data[:begin] + listed + tail)
    return path


def _h5(change: Callable[[Any], object], name: str = "m.h5") -> Make:
    """Return an HDF5 model file of one layer, changed."""

    def make(folder: Path) -> Path:
        with h5py.File(folder / name, "w") as file:
            config = {"class_name": "Sequential", "config": sequential(dense())["config"]}
            file.attrs["model_config"] = json.dumps(config)
            file.attrs["keras_version"] = "3.15.0"
            weights = file.create_group("model_weights")
            weights.attrs["layer_names"] = [b"dense"]
            group = weights.create_group("dense")
            group.attrs["weight_names"] = [b"kernel:0", b"bias:0"]
            group["kernel:0"] = np.ones((3, 2), np.float32)
            group["bias:0"] = np.zeros(2, np.float32)
            change(file)
        return folder / name

    return make


def _circle_of_links(file: Any) -> None:
    file["model_weights/dense/up"] = file["/"]
    file["model_weights/self"] = file["model_weights"]


def _deep_groups(file: Any) -> None:
    group = file["model_weights"]
    for _ in range(5_000):
        group = group.create_group("g")


def _packed_zeros(file: Any) -> None:
    for n in range(4_000):
        file.create_dataset(f"zeros/{n}", (1 << 18,), "f4", chunks=(1 << 18,))


def _weights_of(shape: tuple[int, ...], dtype: str = "f4") -> Callable[[Any], None]:
    def change(file: Any) -> None:
        del file["model_weights/dense/kernel:0"]
        file.create_dataset("model_weights/dense/kernel:0", shape, dtype)

    return change


def _odd_texts(file: Any) -> None:
    file["model_weights"].attrs["layer_names"] = [_EVIL.encode(), b"../../..", b"/"]
    file["model_weights/dense"].attrs["weight_names"] = [b"../../../model_weights"]


def _many_names(file: Any) -> None:
    group = file["model_weights"]
    for n in range(6_000):
        group.attrs.create(f"a{n}", n)


def _flipped_h5(folder: Path, seed: int = 5) -> Path:
    path = _h5(lambda file: None)(folder)
    data, rng = bytearray(path.read_bytes()), np.random.default_rng(seed)
    for at in rng.integers(100, len(data), 60):
        data[at] ^= 1 << rng.integers(8)
    path.write_bytes(data)
    return path


def _weights_only(shape: tuple[int, ...]) -> Make:
    """Return a ``.keras`` file whose weights have another shape than their layer."""

    return lambda folder: archive(folder / "m.keras", {WEIGHTS: _weights(folder, shape)})


def _lookup(vocabulary: Any) -> Make:
    return _config(layer("words", "StringLookup", vocabulary=vocabulary), dense())


# --- all -----------------------------------------------------------------------------------------------------------


def strange_files(small: Path) -> dict[str, tuple[Make, str | None]]:
    """Return cases by name, as ``strange_graphs`` does; ``small`` is the SavedModel that some are made of."""
    messages: dict[str, tuple[_Change, str | None]] = {
        "a thousand graphs": (_thousand_graphs, ""),
        "objects in circles": (_objects(_objects_in_circles), ""),
        "captures out of range": (_objects(_odd_captures), ""),
        "a million captures": (_objects(_captures_many), ""),
        "objects of 2^186 numbers": (_objects(_huge_objects), ""),
        "functions of objects that are not there": (_objects(_no_objects_behind), ""),
        "arguments of 50,000 odd texts": (_objects(_evil_structure), ""),
    }
    files: dict[str, tuple[Callable[[Path], object], str | None]] = {
        "a SavedModel with a few turned bits": (_flipped(3), None),
        "a SavedModel with many turned bits": (_flipped(30), None),
        "a shard that is a pipe": (_pipe(SHARD), "claims 24 bytes"),
        "an index that is a pipe": (_pipe(INDEX), ""),
        "a message that is a pipe": (_pipe("saved_model.pb"), "holds no page"),
        "pipes beside the message": (_pipes_beside, ""),
        "pickles beside the message": (_pickles_beside, ""),
        "folders that lead into themselves": (_loop_of_links, ""),
        "an entry beyond its shard": (_index(_entry(offset=10**9)), "does not read"),
        "an entry before its shard": (_index(_entry(offset=-8)), "does not read"),
        "an entry of fewer bytes than its shape": (_index(_entry(size=3)), "does not read"),
        "an entry of a negative size": (_index(_entry(size=-24)), "does not read"),
        "an entry of a shard that is not there": (_index(_entry(shard=77)), "does not read"),
        "an entry of texts that are numbers": (_index(_entry(dtype=STRING)), "does not read"),
        "an entry of an unknown type": (_index(_entry(dtype=99)), "does not read"),
        "an entry of another shape": (_index(_entry(shape=(2, 3, 1))), "does not read"),
        "an entry twice": (_index(_entry(), _entry()), "does not read"),
        "a checkpoint of no shards": (_index(_entry(), header=b"\x1a\x02\x08\x01"), "does not read"),
        "a checkpoint of 2^31 shards": (
            _index(_entry(), header=b"\x08\xff\xff\xff\xff\x07\x1a\x02\x08\x01"),
            "does not read",
        ),
        "a checkpoint of a later version": (
            _index(_entry(), header=b"\x08\x01\x1a\x04\x08\x63\x10\x63"),
            "does not read",
        ),
        "20,000 entries": (_many_entries, ""),
        "an index of itself": (_index_of_itself, "does not read"),
    }
    keras: dict[str, tuple[Make, str | None]] = {
        "100,000 layers within one another": (
            _raw_config(_nested_text(100_000)),
            "does not describe the layers",
        ),
        "sixty layers around a layer": (_nested(60), _NOT_LOADED),
        "lists 10 million deep": (_raw_config(b"[" * 10_000_000), "does not describe the layers"),
        "a layer of 10^12 units": (_config(layer("d", "Dense", units=10**12)), "needs more memory"),
        "a layer of -1 units": (_config(layer("d", "Dense", units=-1)), _NOT_LOADED),
        "a layer of a text of units": (
            _config(layer("d", "Dense", units="__import__('os')")),
            _NOT_LOADED,
        ),
        "a shape of 10^18": (
            _config(layer("r", "Reshape", target_shape=[10**9, 10**9])),
            _NOT_LOADED,
        ),
        "zeros around of 10^9": (
            _config(layer("z", "ZeroPadding1D", padding=10**9)),
            _NOT_LOADED,
        ),
        "a repeated row 10^12 times": (_config(layer("r", "RepeatVector", n=10**12)), ""),
        "a layer of other signs": (_config(dense(_EVIL)), _NOT_LOADED),
        "a layer with a path for a name": (_config(dense("../../../evil")), _NOT_LOADED),
        "an activation that evaluates": (
            _config(
                dense(
                    activation={
                        "module": "builtins",
                        "class_name": "function",
                        "config": "eval",
                        "registered_name": "function",
                    }
                )
            ),
            _NOT_LOADED,
        ),
        "an initializer that loads a file": (
            _config(
                dense(
                    kernel_initializer={
                        "module": "keras.utils",
                        "class_name": "get_file",
                        "config": {"fname": "x", "origin": "http://localhost"},
                        "registered_name": None,
                    }
                )
            ),
            "not Keras's own",
        ),
        "a type that is a resource": (_config(dense(dtype="resource")), _NOT_LOADED),
        "a constant of any size": (
            _config(
                dense(
                    kernel_initializer={
                        "module": "keras.initializers",
                        "class_name": "Constant",
                        "config": {"value": [[1e308] * 100] * 100},
                        "registered_name": None,
                    }
                )
            ),
            _NOT_LOADED,
        ),
        "words of a pipe": (_lookup("/dev/stdin"), "would read its words"),
        "words of an object": (
            _lookup({"class_name": "__tensor__", "config": {"value": ["a"], "dtype": "string"}}),
            _NOT_LOADED,
        ),
        "words that are numbers": (_lookup([1, None, {"a": []}]), _NOT_LOADED),
        "layers that take each other": (_functional(("a", "b"), ("b", "a")), _NOT_LOADED),
        "a layer that takes itself": (_functional(("a", "a")), _NOT_LOADED),
        "a layer that takes nothing": (_functional(("a", "missing")), _NOT_LOADED),
        "layers that are no list": (
            _raw_config(b'{"class_name": "Sequential", "config": {"layers": {"a": 1}}}'),
            "is damaged",
        ),
        "a number for a model": (_raw_config(b"7"), "does not describe the layers"),
        "not a number": (
            _raw_config(b'{"class_name": "Sequential", "config": NaN}'),
            "does not describe the layers",
        ),
        "packed zeros in many assets": (_packed_assets, "far more than the file can hold"),
        "members that overlap": (_overlapping, "far more than the file can hold"),
        "weights of another shape": (_weights_only((7, 7)), _NOT_LOADED),
        "weights of 2^40 numbers": (_weights_only((1 << 20, 1 << 20)), "far more than the file can hold"),
        "an HDF5 file of circles": (_h5(_circle_of_links), ""),
        "an HDF5 file 5,000 groups deep": (_h5(_deep_groups), ""),
        "an HDF5 file of four gigabytes that are not there": (_h5(_packed_zeros), ""),
        "an HDF5 file of huge weights": (_h5(_weights_of((1 << 40, 2))), "far more than the file can hold"),
        "an HDF5 file of texts for weights": (_h5(_weights_of((3, 2), "S8")), _NOT_LOADED),
        "an HDF5 file of weights of no size": (_h5(_weights_of((0, 2))), _NOT_LOADED),
        "an HDF5 file of odd names": (_h5(_odd_texts), _NOT_LOADED),
        "an HDF5 file of 6,000 attributes": (_h5(_many_names), "more than"),
        "an HDF5 file with turned bits": (_flipped_h5, "is damaged"),
        "an HDF5 file that is called otherwise": (_h5(lambda file: None, "m.keras"), ""),
    }
    return {
        **{name: (of_message(small, change), said) for name, (change, said) in messages.items()},
        **{name: (of_saved(small, change), said) for name, (change, said) in files.items()},
        **keras,
    }
