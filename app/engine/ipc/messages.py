"""The messages between the program and its worker process; the bodies of requests are in ``requests``."""

from __future__ import annotations

from typing import Literal

import msgspec

from app.document.model.problems import Problem
from app.engine.ipc.arrays import SentArray
from app.engine.ipc.packing import Packed
from app.engine.ipc.walls import NO_FILES, Walls, WallsHeld

# Why a run is held: its steps are done, it was asked to, its condition came true, a value is not finite, data ran out.
HoldReason = Literal["done", "paused", "reached", "guard", "ended"]


# Messages to the worker
class Request(msgspec.Struct, frozen=True, tag="request"):
    """Run ``handler`` (its function's name) on the msgpack ``body``; answered by one Reply.

    ``walls`` are raised before the first request, and are the same for all that follow.
    """

    handler: str
    body: bytes
    walls: Walls = NO_FILES
    arrays: tuple[SentArray, ...] = ()  # of files beside the project


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """End the request after the step that runs now."""


class Pause(msgspec.Struct, frozen=True, tag="pause"):
    """Hold the run after the step that runs now; where it is held already nothing changes."""


class Go(msgspec.Struct, frozen=True, tag="go"):
    """Go on from where the run is held, for so many steps (None: until stopped)."""

    steps: int | None = None


class Pace(msgspec.Struct, frozen=True, tag="pace"):
    """Begin a step at most every so many seconds; None: as fast as it goes."""

    seconds: float | None


class Times(msgspec.Struct, frozen=True, tag="times"):
    """Measure where a step spends its time, or no longer."""

    on: bool


class MoreSamples(msgspec.Struct, frozen=True, tag="more"):
    """The last sample has been shown; the next one may be sent (so a slow viewer never queues samples)."""


# Messages from the worker
class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The worker can take a request: after its start, and again after it has cleared up a run."""


class Unready(msgspec.Struct, frozen=True, tag="unready"):
    """TensorFlow cannot be imported; the worker ends."""

    reason: str


class Sample(msgspec.Struct, frozen=True, tag="sample"):
    """The results of a step in the middle of a run."""

    step: int
    results: dict[str, Packed]


Number = bool | int | float
# What a step gives for a watched element: None for no value, several numbers for the rounds of a loop.
Cell = Number | tuple[Number, ...] | None


class Rows(msgspec.Struct, frozen=True, tag="rows"):
    """The watched values of steps that follow one another; ``dtypes`` are NumPy's, one for each column.

    Where all that is watched is lenient, a fast run reads it at every so many steps only. A value is None where the
    pin had none in the step (a branch not taken, an unset Variable).
    """

    first: int  # number of the first row's step
    dtypes: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    every: int = 1  # steps from one row to the next


class Holding(msgspec.Struct, frozen=True, tag="holding"):
    """The run is held: it waits for Go or Stop, with session and state."""

    step: int
    seconds: float
    why: HoldReason
    results: dict[str, Packed]
    variables: dict[str, Packed]
    problems: list[Problem]


class RunOver(msgspec.Struct, frozen=True, tag="run-over"):
    """One of many runs has come to its end by itself. ``body`` is the reply that it alone would have."""

    index: int
    body: bytes


class Going(msgspec.Struct, frozen=True, tag="going"):
    """A held run goes on up to the step ``target`` (None: until stopped); ``step`` steps are done."""

    step: int
    target: int | None = None


class HandingOver(msgspec.Struct, frozen=True, tag="handing-over"):
    """The Variables as they are after a step in the middle of a run."""

    step: int
    variables: dict[str, Packed]


class Timed(msgspec.Struct, frozen=True, tag="timed"):
    """Seconds per block, summed over so many measured steps; ``""`` is what belongs to no block."""

    steps: int
    blocks: dict[str, float]


class Slow(msgspec.Struct, frozen=True, tag="slow"):
    """The blocks that the last step has spent most of its time on, where it was a slow one."""

    blocks: tuple[str, ...]


class Listening(msgspec.Struct, frozen=True, tag="listening"):
    """A cluster's task listens. ``incarnation`` is TensorFlow's name of this start of it."""

    incarnation: str


class Devices(msgspec.Struct, frozen=True, tag="devices"):
    """What the tasks of the cluster have on which a page runs: ``/job:worker/task:0/gpu:1``."""

    names: tuple[str, ...]


class LogText(msgspec.Struct, frozen=True, tag="log"):
    """Words for the log, such as a traceback."""

    text: str


class Reply(msgspec.Struct, frozen=True, tag="reply"):
    """The answer to a Request: the handler's own msgpack ``body`` and the frame's buffers."""

    body: bytes


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The handler raised something unforeseen. ``code`` is a problem code, ``reason`` one line."""

    code: str
    reason: str


ControlRequest = Stop | Pause | Go | Pace | Times | MoreSamples  # steers a request under way
Message = (
    Request
    | ControlRequest
    | Ready
    | Unready
    | WallsHeld
    | Sample
    | Rows
    | Holding
    | Going
    | RunOver
    | HandingOver
    | Timed
    | Slow
    | Listening
    | Devices
    | LogText
    | Reply
    | Failed
)
