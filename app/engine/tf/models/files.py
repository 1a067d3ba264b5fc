"""Finds and parses the messages of a model: a SavedModel, a graph as bytes or text, a meta graph; bounded in size."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from google.protobuf import message, text_format
from tensorflow.core.framework import graph_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_model_pb2

from app.document.model.sentence import say, why_of
from app.engine.exchange.graph import GraphFault

_MOST_BYTES = (2 << 30) - 1  # of any message
_MOST_TEXT = 256 << 20
_SAVED_MODELS = ("saved_model.pb", "saved_model.pbtxt")


class Parsed(NamedTuple):
    """The meta graph of a model, the prefix of its checkpoint's files, and the folder of its assets."""

    meta: meta_graph_pb2.MetaGraphDef
    checkpoint: str | None
    assets: Path | None


def parse(path: Path) -> Parsed:
    """Read the messages of a model's file or folder; raises GraphFault."""
    if path.is_dir():
        found = next((path / name for name in _SAVED_MODELS if (path / name).is_file()), None)
        if found is None:
            raise GraphFault(say("model.no-saved-model"))
        path = found
    data = _read(path)
    for kind in _kinds_of(path):
        meta = _parse(data, kind, is_text=path.suffix == ".pbtxt")
        if meta is not None and (meta.graph_def.node or meta.graph_def.library.function):
            return Parsed(meta, _checkpoint(path, kind), path.parent / "assets")
    raise GraphFault(say("model.no-graph"))


def _kinds_of(path: Path) -> tuple[type[Any], ...]:
    """Return which messages a file may be, the likeliest first."""
    graph, meta, saved = graph_pb2.GraphDef, meta_graph_pb2.MetaGraphDef, saved_model_pb2.SavedModel
    if path.name in _SAVED_MODELS:
        return saved, graph, meta
    return (meta, graph, saved) if path.suffix == ".meta" else (graph, saved, meta)


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        most = _MOST_TEXT if path.suffix == ".pbtxt" else _MOST_BYTES
        if size > most:
            raise GraphFault(say("model.large-file", size=size >> 20, most=most >> 20))
        return path.read_bytes()
    except OSError as fault:
        raise GraphFault(say("model.unreadable", why=why_of(fault))) from fault


def _parse(data: bytes, kind: type[Any], *, is_text: bool) -> meta_graph_pb2.MetaGraphDef | None:
    """Return the meta graph in a message of the kind, None where the data is no such message or has none."""
    meta = meta_graph_pb2.MetaGraphDef()
    whole = kind() if kind is saved_model_pb2.SavedModel else meta
    found = (
        meta.graph_def if kind is graph_pb2.GraphDef else whole
    )  # not copied: it may be the larger part of memory
    try:
        if is_text:
            text_format.Merge(data.decode(), found, allow_unknown_field=True)
        else:
            found.MergeFromString(data)
    except (message.DecodeError, text_format.ParseError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    if kind is not saved_model_pb2.SavedModel:
        return meta
    graphs = list(whole.meta_graphs)
    served = [graph for graph in graphs if "serve" in graph.meta_info_def.tags]
    return next(iter([*served, *graphs]), None)


def _checkpoint(path: Path, kind: type[Any]) -> str | None:
    """Return the prefix of the files that hold the values of the Variables."""
    if kind is saved_model_pb2.SavedModel:
        prefix = path.parent / "variables" / "variables"
    elif kind is meta_graph_pb2.MetaGraphDef:
        prefix = path.with_suffix("")
        if prefix.is_file():
            return str(prefix)  # the form of TensorFlow before 1.0: one file
    else:
        return None
    return str(prefix) if prefix.with_name(f"{prefix.name}.index").is_file() else None
