"""TensorFlow checkpoints as the program asks for them; ``tf_checkpoint`` does the work in the worker."""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec
import numpy as np

from app.document.model.problems import Problem
from app.engine.host.engine import Engine
from app.engine.ipc.messages import Buffer, Packed, pack, unpack
from app.engine.values.results import TensorValue
from app.engine.values.snapshots import SnapshotError


class SaveOrder(msgspec.Struct, frozen=True):
    """Write values by name; ``path`` is the checkpoint's prefix, ``parts`` are the values' buffers."""

    path: str
    values: dict[str, Packed]
    parts: tuple[bytes, ...]


class LoadOrder(msgspec.Struct, frozen=True):
    """Read the checkpoint of this prefix."""

    path: str


class Checkpoint(msgspec.Struct, frozen=True):
    """What was read; ``problem`` says in one line why it did not work."""

    values: dict[str, Packed] = {}
    parts: tuple[bytes, ...] = ()
    problem: str = ""


def save_checkpoint(engine: Engine, path: str | os.PathLike[str], values: Mapping[str, TensorValue]) -> None:
    """Write values by name to ``PATH.index`` and ``PATH.data-...``; raises SnapshotError."""
    parts: list[Buffer] = []
    order = SaveOrder(os.path.abspath(path), pack(values, parts), tuple(p.tobytes() for p in parts))
    _checked(engine.ask("app.engine.tf.checkpoint:save", order, Checkpoint), path)


def load_checkpoint(engine: Engine, path: str | os.PathLike[str]) -> dict[str, TensorValue]:
    """Return every tensor of the checkpoint ``PATH.index``, by name; raises SnapshotError."""
    order = LoadOrder(os.path.abspath(path))
    found = _checked(engine.ask("app.engine.tf.checkpoint:load", order, Checkpoint), path)
    values = unpack(found.values, [np.frombuffer(part, np.uint8) for part in found.parts])
    return {name: value for name, value in values.items() if isinstance(value, TensorValue)}


def _checked(answer: Checkpoint | Problem, path: str | os.PathLike[str]) -> Checkpoint:
    if isinstance(answer, Problem):
        raise SnapshotError(f"{path}: {answer.message}")
    if answer.problem:
        raise SnapshotError(f"{path}: {answer.problem}")
    return answer
