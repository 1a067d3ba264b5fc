"""What a run reports while it goes on, as the one who started it receives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from app.document.model.problems import Problem
from app.document.model.sentence import Sentence
from app.engine.ipc.messages import Devices, Going, HoldReason, Listening, Rows, Timed
from app.engine.values.results import TensorValue, Value


class Started(msgspec.Struct, frozen=True):
    """The worker has begun with the page."""


class Stepped(msgspec.Struct, frozen=True):
    """So many steps are done after so many seconds; sent now and then, not for every step."""

    step: int
    seconds: float


class Sampled(msgspec.Struct, frozen=True):
    """The results of a step in the middle of a run."""

    step: int
    results: dict[str, Value]


class Held(msgspec.Struct, frozen=True):
    """The run waits for ``go`` or ``stop`` after ``step`` steps, with session and state.

    ``seconds`` is the time that the run has taken, without the times in which it was held.
    """

    step: int
    seconds: float
    why: HoldReason
    results: dict[str, Value]
    variables: dict[str, TensorValue]
    problems: list[Problem]


class Pausing(msgspec.Struct, frozen=True):
    """A pause waits for step ``step``, which still runs; ``blocks`` are those that may hold it (perhaps none).

    Step 1 may still be on its way: the page is built.
    """

    step: int
    blocks: tuple[str, ...]


class HandedOver(msgspec.Struct, frozen=True):
    """The Variables as they are after a step in the middle of a run."""

    step: int
    variables: dict[str, TensorValue]


class Log(msgspec.Struct, frozen=True):
    """What the worker printed, or a traceback."""

    text: str


class Over(msgspec.Struct, frozen=True):
    """One of many runs is over: its reply, the arrays in it, and what it has printed."""

    index: int
    reply: bytes
    buffers: list[Any]
    log: str


class ClusterWaits(msgspec.Struct, frozen=True):
    """The cluster has failed after ``done`` steps; the run waits for it to go on, the ``retry``-th time of ``most``."""

    why: Sentence
    done: int
    retry: int
    most: int


class Resumed(msgspec.Struct, frozen=True):
    """The run goes on from ``step``: what was reported of later steps is done anew."""

    step: int


# Rows, Going, Timed, Devices and Listening come as the worker sends them.
Event = (
    Started | Stepped | Sampled | Rows | Held | Going | Pausing | HandedOver | Timed | Log | Over | Listening
    | Devices | ClusterWaits | Resumed
)  # fmt: skip
Listener = Callable[[Event], object]
