"""Configs and archives as Keras writes them, made by hand: without Keras, and with what no model should hold."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any


def layer(name: str, kind: str, module: str | None = "keras.layers", **config: Any) -> dict[str, Any]:
    """Return a layer as a config holds it; ``module`` None: as HDF5 files do."""
    of_module = {} if module is None else {"module": module, "registered_name": None}
    return {"class_name": kind, "config": {"name": name, **config}, **of_module}


def sequential(*layers: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the config of a model of three inputs with these layers."""
    first = layer("into", "InputLayer", batch_shape=[None, 3], dtype="float32")
    made = {"name": "model", "layers": [first, *layers]}
    return {"module": "keras", "class_name": "Sequential", "config": made, "registered_name": None, **more}


def dense(name: str = "dense", **config: Any) -> dict[str, Any]:
    """Return a layer of two units."""
    return layer(name, "Dense", units=2, **config)


def archive(path: Path, members: dict[str, bytes] | None = None, **more: bytes | None) -> Path:
    """Write a ``.keras`` file of these members over those of a model (None: without one); names as ``config_json``."""
    standing = {
        "config.json": json.dumps(sequential(dense())).encode(),
        "metadata.json": b'{"keras_version": "3.15.0"}',
        "model.weights.h5": b"\x89HDF\r\n\x1a\n",
        **(members or {}),
    }
    named = {
        name.replace("_json", ".json").replace("_h5", ".weights.h5"): data for name, data in more.items()
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in {**standing, **named}.items():
            if data is not None:
                written.writestr(name, data)
    return path


def of_config(path: Path, config: Any) -> Path:
    """Write a ``.keras`` file of this config."""
    return archive(path, {"config.json": json.dumps(config).encode()})


def twice(path: Path) -> Path:
    """Write a ``.keras`` file with two configs, of which a reader may see one and another the other."""
    archive(path)
    data = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(data, "a") as written:
        written.writestr("tonfig.json", json.dumps(sequential(layer("l", "Lambda"))))
    path.write_bytes(data.getvalue().replace(b"tonfig.json", b"config.json"))
    return path


def with_link(path: Path) -> Path:
    """Write a ``.keras`` file in which an asset is a symbolic link."""
    entry = zipfile.ZipInfo("assets/words.txt")
    entry.external_attr = 0o120777 << 16
    archive(path)
    with zipfile.ZipFile(path, "a") as written:
        written.writestr(entry, "/etc/passwd")
    return path
