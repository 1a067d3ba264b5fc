"""Model files opened as projects: the worker reads them behind its walls; what they bring is written here."""

from __future__ import annotations

import glob
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.document.formats.registry import is_keras, is_saved_model
from app.document.model.diagram import Project
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from app.document.resources.grants import is_within
from app.document.resources.lookup import file_beside
from app.document.storage.bounded_read import read_bytes
from app.document.storage.errors import FileProblem
from app.document.storage.reader import LoadedProject
from app.engine.exchange.graph import GraphFault
from app.engine.exchange.keras_archive import is_keras_archive, unpack_archive
from app.engine.host.free_memory import default_memory_limit
from app.engine.host.interface import EngineInterface
from app.engine.ipc.handlers import READ_MODEL
from app.engine.ipc.packing import unpack
from app.engine.ipc.requests import ModelReply, ReadModelRequest
from app.engine.ipc.walls import Walls
from app.engine.values.npz import write_npz

LONGEST = 300.0  # seconds
ASSETS = "assets/"  # the folder of a SavedModel's files
_HEAD = 8  # bytes by which an archive is known


@dataclass(frozen=True)
class OpenedModel:
    """A model as a project that lies in no file yet, and what each page's report is to say."""

    loaded: LoadedProject
    reports: dict[str, list[Sentence]]


def open_model(
    engine: EngineInterface, model: Path, store: Path, *, timeout: float | None = LONGEST
) -> OpenedModel:
    """Open a model where it lies; its arrays are written to the folder ``store``, which is made.

    Raises FileProblem where it does not read, and OSError where the arrays cannot be written.
    """
    npz = store / file_beside(model.stem, "arrays")
    reply = _ask(engine, model, str(npz), ASSETS, None, timeout)
    store.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(reply, npz)
    return _opened(reply, [])


def convert_model(
    engine: EngineInterface, model: Path, target: Path, signature: str | None = None
) -> OpenedModel:
    """Turn a model into a project that is to be saved as ``target``, and write beside it what it needs.

    Raises FileProblem where it does not read, and OSError where what it brings cannot be written.
    """
    npz = target.parent / file_beside(target.stem, "arrays")
    folder = f"{target.stem}.assets/"
    reply = _ask(engine, model, npz.name, folder, signature, LONGEST)
    _write(reply, npz)
    said = []
    for name in reply.files:
        source, place = _home(model) / ASSETS / name, target.parent / folder / name
        if not is_within(os.path.realpath(source), os.path.realpath(_home(model))):
            raise FileProblem(say("model.bad-asset", file=name), file=str(model))
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
        said.append(say("model.file-lies", file=f"{folder}{name}"))
    return _opened(reply, said)


def _ask(
    engine: EngineInterface, model: Path, npz: str, assets: str, signature: str | None, timeout: float | None
) -> ModelReply:
    place = os.path.realpath(model)
    _check(Path(place), str(model))
    request = ReadModelRequest(
        path=place, npz=npz, assets=assets, signature=signature, memory_limit=default_memory_limit()
    )
    reply = engine.ask(READ_MODEL, request, timeout=timeout, walls=Walls(reads=_read(Path(place))))
    if isinstance(reply, Problem):
        raise FileProblem(say("model.failed", why=reply.sentence), file=str(model))
    if reply.problem is not None:
        raise FileProblem(reply.problem, file=str(model), code=reply.code)
    return reply


def _check(model: Path, name: str) -> None:
    """Raise FileProblem for an archive of Keras that is refused; the worker checks its own copy again."""
    if model.is_file() and is_keras(model) and is_keras_archive(read_bytes(model, _HEAD)):
        try:
            unpack_archive(model)
        except GraphFault as fault:
            raise FileProblem(fault.sentence, file=name, code=fault.code) from None


def _home(model: Path) -> Path:
    return model if model.is_dir() else model.parent


def _read(model: Path) -> tuple[str, ...]:
    """Return what the worker may read of the user's files: the model, and its checkpoint."""
    if model.is_dir() or is_saved_model(model):
        return (str(_home(model)),)
    prefix = str(model.with_suffix(""))
    beside = glob.glob(f"{glob.escape(prefix)}.data-*") if model.suffix == ".meta" else []
    checkpoint = [prefix, f"{prefix}.index", *beside] if model.suffix == ".meta" else []
    return (str(model), *(name for name in checkpoint if os.path.isfile(name)))


def _write(reply: ModelReply, npz: Path) -> None:
    if reply.arrays:
        write_npz(npz, unpack(reply.arrays, [np.frombuffer(part, np.uint8) for part in reply.parts]))


def _opened(reply: ModelReply, said: list[Sentence]) -> OpenedModel:
    project = Project(pages=[made.page for made in reply.pages])
    problems = {made.page.name: made.problems for made in reply.pages if made.problems}
    loaded = LoadedProject(project=project, problems=problems, is_project_file=False)
    return OpenedModel(loaded, {made.page.name: [*made.report, *said] for made in reply.pages})
