"""Runs the pages of a model in this process, and the model itself by TensorFlow, with the same inputs."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from app.document.model.diagram import ArrayRef, Page, Project
from app.document.resources.companion_files import Companions
from app.document.resources.own_blocks import OwnBlocks, functions_of
from app.document.storage.project_file import save_project
from app.engine.compiler.make_plan import make_plan
from app.engine.exchange.conversion import Converted, convert
from app.engine.tf.models.read import read_graph
from app.engine.tf.page_session import PageSession, session_config
from app.engine.values.npz import write_npz
from app.engine.values.results import ListValue, TensorValue, tensor_of
from app.messages import message_of
from blocks.catalog import load

v1 = tf.compat.v1
Array = np.ndarray[Any, Any]


def converted(model: Path, folder: Path, signature: str | None = None) -> Converted:
    """Convert a model into a project in a folder."""
    made = convert(
        read_graph(model, "assets/"), load(), name=model.stem, npz="m.arrays.npz", signature=signature
    )
    write_npz(folder / "m.arrays.npz", dict(made.arrays))
    save_project(made.project(), folder / "m.tblocks")
    return made


def run_page(
    made: Converted, folder: Path, feeds: Mapping[str, Array], page: str, steps: int = 1
) -> dict[str, Array]:
    """Run a page of the project in ``folder``; returns what is shown, by its name."""
    project = made.project()
    chosen = project.page(page)
    assert chosen is not None
    write_npz(folder / "fed.npz", {name: tensor_of(array) for name, array in feeds.items()})
    for name in feeds:
        if f"{name}_value" not in chosen.blocks:
            continue  # used by nothing
        chosen.blocks[f"{name}_value"].pins["t"] = ArrayRef("fed.npz", name)
    outputs = next(made_page.outputs for made_page in made.pages if made_page.page is chosen)
    return _run(chosen, project, folder, steps, outputs)


def _run(
    page: Page, project: Project, folder: Path, steps: int, outputs: Mapping[str, str]
) -> dict[str, Array]:
    from app.engine.host.companion_arrays import arrays_of, read_arrays
    from app.engine.worker.sent_arrays import hold_arrays

    companions = Companions.of(folder)
    own = OwnBlocks.known([page], folder, functions_of(project, companions))
    plan = make_plan(page, folder, own=own)
    assert not plan.stops, [message_of(p) for p in plan.problems]
    buffers: list[Any] = []
    hold_arrays(read_arrays([c.array for c in arrays_of(plan) if c.array], buffers), buffers)
    with contextlib.chdir(folder) if hasattr(contextlib, "chdir") else _within(folder):
        session = PageSession(plan, str(folder))
        session.initialise()
        for _ in range(steps):
            shown = session.hold()(None)
        session.close()
    found = {}
    pins = {pin: name for name, pin in outputs.items()}
    for wire in page.wires_to("session", "fetch_outputs"):
        value = shown[f"{wire.source.block}.{wire.source.pin}"]
        item = value.items[wire.source.index or 0] if isinstance(value, ListValue) else value
        assert isinstance(item, TensorValue), item
        found[pins[str(wire.source)]] = item.array
    return found


@contextlib.contextmanager
def _within(folder: Path) -> Any:
    here = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)


def run_signature(model: Path, feeds: Mapping[str, Array], signature: str = "serving_default") -> list[Array]:
    """Run a signature by TensorFlow, without its own changes of graphs; outputs in the order of their names."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tf.Graph().as_default(),
        v1.Session(config=session_config()) as session,
    ):
        meta = v1.saved_model.load(session, ["serve"], _with_plain_calls(model, Path(folder) / "model"))
        chosen = meta.signature_def[signature]
        fed = {chosen.inputs[name].name: array for name, array in feeds.items()}
        names = [info.name for _, info in sorted(chosen.outputs.items())]
        return session.run(names, fed)


def _with_plain_calls(model: Path, copy: Path) -> str:
    """Copy a SavedModel, with calls that change their functions no more than a session does: each says it itself."""
    shutil.copytree(model, copy)
    message = saved_model_pb2.SavedModel()
    message.ParseFromString((copy / "saved_model.pb").read_bytes())
    config = session_config().SerializeToString()
    for graph in message.meta_graphs:
        bodies = (function.node_def for function in graph.graph_def.library.function)
        for node in itertools.chain(graph.graph_def.node, *bodies):
            if "config_proto" in node.attr:
                node.attr["config_proto"].s = config
    (copy / "saved_model.pb").write_bytes(message.SerializeToString())
    return str(copy)


def run_graph(file: Path, feeds: Mapping[str, Array], tensors: list[str]) -> list[Array]:
    """Run a frozen graph by TensorFlow, without its own changes of graphs."""
    definition = v1.GraphDef()
    definition.ParseFromString(file.read_bytes())
    with tf.Graph().as_default() as graph, v1.Session(config=session_config()) as session:
        tf.import_graph_def(definition, name="")
        return session.run(tensors, {graph.get_tensor_by_name(name): a for name, a in feeds.items()})
