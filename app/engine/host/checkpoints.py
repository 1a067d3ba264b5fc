"""TensorFlow checkpoints as the program asks for them; ``app.engine.tf.checkpoint`` does the work in the worker."""

from __future__ import annotations

import os
from collections.abc import Mapping

import numpy as np

from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.engine.host.interface import EngineInterface
from app.engine.ipc.handlers import LOAD_CHECKPOINT, SAVE_CHECKPOINT
from app.engine.ipc.packing import Buffer, pack, unpack
from app.engine.ipc.requests import CheckpointReply, LoadRequest, SaveRequest
from app.engine.ipc.walls import Walls
from app.engine.values.results import TensorValue
from app.engine.values.snapshots import SnapshotError


def save_checkpoint(
    engine: EngineInterface, path: str | os.PathLike[str], values: Mapping[str, TensorValue]
) -> None:
    """Write values by name to ``PATH.index`` and ``PATH.data-...``; raises SnapshotError."""
    parts: list[Buffer] = []
    request = SaveRequest(os.path.abspath(path), pack(values, parts), tuple(p.tobytes() for p in parts))
    folder = os.path.dirname(os.path.realpath(path))
    answer = engine.ask(SAVE_CHECKPOINT, request, walls=Walls(reads=(folder,), writes=(folder,)))
    _checked(answer, path)


def load_checkpoint(engine: EngineInterface, path: str | os.PathLike[str]) -> dict[str, TensorValue]:
    """Return every tensor of the checkpoint ``PATH.index``, by name; raises SnapshotError."""
    walls = Walls(reads=(os.path.dirname(os.path.realpath(path)),))
    answer = engine.ask(LOAD_CHECKPOINT, LoadRequest(os.path.abspath(path)), walls=walls)
    found = _checked(answer, path)
    values = unpack(found.values, [np.frombuffer(part, np.uint8) for part in found.parts])
    return {name: value for name, value in values.items() if isinstance(value, TensorValue)}


def _checked(answer: CheckpointReply | Problem, path: str | os.PathLike[str]) -> CheckpointReply:
    if isinstance(answer, Problem):
        raise SnapshotError(say("snapshot.of-file", file=str(path), why=answer.sentence))
    if answer.problem is not None:
        raise SnapshotError(say("snapshot.of-file", file=str(path), why=answer.problem))
    return answer
