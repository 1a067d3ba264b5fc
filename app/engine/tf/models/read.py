"""The handler READ_MODEL: reads a model's files and turns them into pages."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.document.formats.registry import is_keras
from app.document.model.sentence import Sentence, say
from app.engine.compiler.collector import without_collector
from app.engine.exchange.conversion import Converted, convert
from app.engine.exchange.graph import GraphFault, ModelGraph
from app.engine.ipc.handlers import READ_MODEL
from app.engine.ipc.packing import Buffer, pack
from app.engine.ipc.requests import ModelReply, ReadModelRequest
from app.engine.tf.models.collections import entries_by_name, take
from app.engine.tf.models.files import parse
from app.engine.tf.models.protos import Functions, nodes_of
from app.engine.tf.models.saved_functions import take_objects
from app.engine.tf.models.stored_tables import fill_tables
from app.engine.tf.models.values import Restored, StoredValues, restored
from app.engine.worker.client import Client
from app.engine.worker.main import limit_memory
from blocks.catalog import load

_LONGEST_NAME = 200  # characters that a message shows


def read(body: bytes, client: Client) -> None:
    """Read a model; runs nothing of it."""
    request = READ_MODEL.read_request(body)
    limit_memory(request.memory_limit)
    try:
        with without_collector():
            client.reply(_read(request))
    except MemoryError:
        client.reply(ModelReply(problem=say("model.memory")))
    finally:
        limit_memory(None)


def _read(request: ReadModelRequest) -> ModelReply:
    try:
        with _saved_model(Path(request.path)) as model:
            graph = read_graph(model, request.assets)
            name = Path(request.path).stem or "model"
            made = convert(graph, load(), name=name, npz=request.npz, signature=request.signature)
    except GraphFault as fault:
        return ModelReply(problem=_shortened(fault.sentence), code=fault.code)
    return _reply(made, graph)


def _shortened(sentence: Sentence) -> Sentence:
    """Return a sentence in which names of any length, as files may have them, are cut off."""
    params = tuple(
        (
            name,
            f"{value[:_LONGEST_NAME]}…" if isinstance(value, str) and len(value) > _LONGEST_NAME else value,
        )
        for name, value in sentence.params
    )
    return Sentence(sentence.key, params)


@contextmanager
def _saved_model(path: Path) -> Iterator[Path]:
    """Give what is to be read: of a Keras file the SavedModel that Keras writes of it, for as long as it is read."""
    if path.is_dir() or not is_keras(path):
        yield path
        return
    from app.engine.tf.models.keras_files import export_keras  # late: Keras and h5py, for few files

    with tempfile.TemporaryDirectory() as folder:
        yield export_keras(path, Path(folder))


def _reply(made: Converted, graph: ModelGraph, problem: Sentence | None = None) -> ModelReply:
    parts: list[Buffer] = []
    values = pack(dict(made.arrays), parts)
    files = tuple(dict.fromkeys(graph.assets.values()))
    return ModelReply(made.pages, values, tuple(part.tobytes() for part in parts), files, problem)


def read_graph(path: Path, assets: str) -> ModelGraph:
    """Return the graph of a model's file or folder, with the values of its Variables; raises GraphFault."""
    parsed = parse(path)
    meta = parsed.meta
    definition = meta.graph_def
    graph = ModelGraph(
        nodes_of(definition.node),
        Functions(definition.library.function),
        producer=definition.versions.producer,
        tensorflow=meta.meta_info_def.tensorflow_version,
    )
    take(graph, meta, assets)
    if parsed.checkpoint is not None:
        has_restore = bool(meta.saver_def.restore_op_name)
        found = (
            restored(graph, load(), meta.saver_def.restore_op_name)
            if has_restore
            else Restored(entries_by_name(graph, meta), {})
        )
        graph.values = values = StoredValues(parsed.checkpoint, found.variables)
        fill_tables(graph, values, found.tables)
        graph.has_checkpoint = True
    take_objects(graph, meta)
    return graph
