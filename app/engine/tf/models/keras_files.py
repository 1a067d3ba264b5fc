"""Keras files, ``.keras`` and HDF5: looked through, made by Keras in a private folder, and written as a SavedModel."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import keras
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from app.document.model.sentence import quote, say
from app.document.storage.bounded_read import open_regular
from app.engine.exchange.graph import GraphFault, ModelRefused
from app.engine.exchange.keras_archive import (
    CONFIG,
    METADATA,
    MOST_UNPACKED,
    WEIGHTS,
    is_keras_archive,
    unpack_archive,
)
from app.engine.exchange.keras_config import check_config, read_config
from app.engine.exchange.old_keras import is_old, renew
from app.engine.tf.models.hdf5_checks import check_hdf5, explained

_MODELS = frozenset(("Functional", "Model", "Sequential"))
_USUAL, _OWN = "serving_default", "serve"
_LONGEST_WORDS = 300  # characters of what Keras says
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # for a terminal


def export_keras(path: Path, folder: Path) -> Path:
    """Write the model of a Keras file as a SavedModel below ``folder``, a new one of our own; return its folder.

    What the file holds is checked first, and Keras is given a copy that holds nothing else. Raises GraphFault.
    """
    with open(path, "rb") as opened:
        head = opened.read(8)
    copied = _copied_archive(path, folder) if is_keras_archive(head) else _copied_hdf5(path, folder)
    model = _loaded(copied)
    target = folder / "saved_model"
    with _in_words(), _one_scope_a_layer():
        model.export(str(target), format="tf_saved_model", verbose=False)
    _drop_the_second_name(target / "saved_model.pb")
    return target


def _drop_the_second_name(file: Path) -> None:
    """Leave the usual signature only: Keras writes the same one under a name of its own, too."""
    message = saved_model_pb2.SavedModel()
    message.ParseFromString(file.read_bytes())
    for graph in message.meta_graphs:
        if _USUAL in graph.signature_def:
            graph.signature_def.pop(_OWN, None)
    file.write_bytes(message.SerializeToString())


def _copied_archive(path: Path, folder: Path) -> Path:
    """Write what Keras needs of a ``.keras`` file into a folder, which Keras takes as it takes the file."""
    copy = folder / "unpacked"
    copy.mkdir()
    config, version = unpack_archive(path, copy)
    check_hdf5(str(copy / WEIGHTS))
    if is_old(version or "3"):
        renew(config)
    (copy / CONFIG).write_text(json.dumps(config), encoding="utf-8")
    (copy / METADATA).write_text(json.dumps({"keras_version": keras.__version__}), encoding="utf-8")
    return copy


def _copied_hdf5(path: Path, folder: Path) -> Path:
    """Copy an HDF5 file, with the config that was checked in place of its own."""
    copy = folder / "model.h5"
    with open_regular(path) as source, open(copy, "xb") as target:
        size = os.fstat(source.fileno()).st_size
        if size > MOST_UNPACKED:
            raise GraphFault(say("keras.too-large", size=size >> 20, most=MOST_UNPACKED >> 20))
        shutil.copyfileobj(source, target, 1 << 20)
    check_hdf5(str(copy))
    with explained(), h5py.File(copy, "r+") as opened:
        text = _attribute(opened, "model_config")
        if text is None:
            is_weights = "layer_names" in opened.attrs or "layers" in opened
            raise GraphFault(say("keras.only-weights") if is_weights else say("keras.no-model"))
        config = read_config(text)
        check_config(config)
        version = _attribute(opened, "keras_version")
        if is_old(None if version is None else version.decode("utf-8", "replace")):
            renew(config)
        _check_classes(config)
        for name in ("model_config", "training_config"):
            if name in opened.attrs:
                del opened.attrs[name]
        opened.attrs["model_config"] = json.dumps(config)
    return copy


def _attribute(opened: Any, name: str) -> bytes | None:
    """Return a text among a file's attributes as bytes."""
    value = opened.attrs.get(name)
    if isinstance(value, str):
        return value.encode("utf-8", "surrogateescape")
    return bytes(value) if isinstance(value, bytes) else None


def _check_classes(config: dict[str, Any]) -> None:
    """Raise ModelRefused for layers that Keras does not have: HDF5 files name classes without their modules."""
    rest: list[Any] = [config]
    while rest:
        value = rest.pop()
        if isinstance(value, list):
            rest += value
            continue
        if not isinstance(value, dict):
            continue
        inner = value.get("config")
        if "class_name" in value and "module" not in value and isinstance(inner, dict) and "name" in inner:
            name = value["class_name"]
            if name not in _MODELS and not isinstance(getattr(keras.layers, str(name), None), type):
                layer = say("keras.layer", name=str(inner["name"])[:200])
                raise ModelRefused(say("keras.custom", layer=layer, name=str(name)[:200]))
        rest += value.values()


def _loaded(copied: Path) -> Any:
    """Return the model that Keras makes of a checked copy."""
    with _in_words(), _built_once():
        model = keras.models.load_model(str(copied), compile=False, safe_mode=True)
    if not isinstance(model, keras.Model):
        raise GraphFault(say("keras.no-model"))
    if not model.built or not model.inputs:
        raise GraphFault(say("keras.no-shape"))
    return model


@contextmanager
def _in_words() -> Iterator[None]:
    """Pass on what Keras says of a model that it does not make, in one line."""
    try:
        yield
    except (MemoryError, tf.errors.ResourceExhaustedError):
        raise GraphFault(say("keras.beyond-memory")) from None
    except Exception as fault:  # whatever the code of a layer raises at the values of a file
        said = str(fault).rpartition("Exception encountered:")[2]  # before it, the whole config
        words = " ".join(_COLOURS.sub("", said).split())
        if len(words) > _LONGEST_WORDS:
            words = words[:_LONGEST_WORDS] + "…"
        raise GraphFault(say("keras.refused", why=quote(words or type(fault).__name__))) from fault


@contextmanager
def _built_once() -> Iterator[None]:
    """Have a Sequential built when all its layers are there; Keras builds it anew after each layer that it reads."""
    add, read = keras.Sequential.add, keras.Sequential.from_config.__func__

    def from_config(kind: Any, config: dict[str, Any], custom_objects: Any = None) -> Any:
        rest = dict(config)
        shape = rest.pop("build_input_shape", None)
        model = read(kind, rest, custom_objects)
        if model._layers:
            model._maybe_rebuild()
        if not model._functional and shape and isinstance(shape, (tuple, list)):
            model.build(shape)
        return model

    keras.Sequential.add = lambda model, layer, rebuild=True: add(model, layer, rebuild=False)
    keras.Sequential.from_config = classmethod(from_config)
    try:
        yield
    finally:
        keras.Sequential.add, keras.Sequential.from_config = add, classmethod(read)


@contextmanager
def _one_scope_a_layer() -> Iterator[None]:
    """Let a layer's nodes stand below the layer's own name.

    Keras opens a layer's scope twice in a call, to build it and to call it, and TensorFlow numbers the second one:
    ``dense`` would be ``dense_1``, and ``dense_1`` another number.
    """
    opened = keras.Layer._open_name_scope
    built: dict[int, str] = {}  # the scope that the call in progress has opened, by layer

    @contextmanager
    def open_scope(layer: Any) -> Iterator[None]:
        scope = opened(layer)
        again = built.pop(id(layer), "")
        if again:
            scope._tf_name_scope = tf.name_scope(again + "/")  # that very scope
        with scope:
            if not again:
                built[id(layer)] = tf.get_current_name_scope()
            yield

    keras.Layer._open_name_scope = open_scope
    try:
        yield
    finally:
        keras.Layer._open_name_scope = opened
