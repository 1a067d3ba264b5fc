"""The wire between the program and its worker process: frames of one msgpack message and raw array buffers.

A frame is ``uint32 n``, ``uint64 size`` times n, then n parts; part 0 is the message, the others are the
bytes of arrays, sent from and received into array memory without a copy. Nothing on the wire is pickled.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Literal

import msgspec
import numpy as np

from app.document.model.problems import Problem
from app.engine.values.results import ListValue, NoValue, TensorValue, Value, numpy_dtype
from app.engine.watch_types import Until, Watched

Buffer = np.ndarray[Any, Any]


# Values, with the arrays' bytes taken out
class PackedTensor(msgspec.Struct, frozen=True, tag="tensor", array_like=True):
    """A tensor whose bytes are the frame's buffer ``part``."""

    dtype: str
    shape: tuple[int, ...]
    part: int


class PackedStrings(msgspec.Struct, frozen=True, tag="strings", array_like=True):
    """A string tensor: int64 lengths in buffer ``part``, all bytes joined in the next one."""

    shape: tuple[int, ...]
    part: int


class PackedNone(msgspec.Struct, frozen=True, tag="none", array_like=True):
    """A pin without a value."""

    dtype: str
    reason: str


class PackedList(msgspec.Struct, frozen=True, tag="list", array_like=True):
    """An output that is a list."""

    items: tuple[PackedTensor | PackedStrings | PackedNone, ...]


Packed = PackedTensor | PackedStrings | PackedNone | PackedList

# Why a run is held: its steps are done, it was asked to, its condition came true, a value is not finite.
Why = Literal["done", "paused", "reached", "guard"]


# Messages to the worker
class Request(msgspec.Struct, frozen=True, tag="request"):
    """Run ``handler`` (``module:function``) on the msgpack ``body``; answered by one Reply."""

    handler: str
    body: bytes


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


class Rows(msgspec.Struct, frozen=True, tag="rows"):
    """The watched values of steps that follow one another; ``dtypes`` are NumPy's, one for each column.

    Where all that is watched is lenient, a fast run reads it at every so many steps only. A value is None where the
    pin had none in the step (a branch not taken, an unset Variable).
    """

    first: int  # number of the first row's step
    dtypes: tuple[str, ...]
    rows: list[tuple[bool | int | float | None, ...]]
    every: int = 1  # steps from one row to the next


class Holding(msgspec.Struct, frozen=True, tag="holding"):
    """The run is held: it waits for Go or Stop, with session and state."""

    step: int
    seconds: float
    why: Why
    results: dict[str, Packed]
    variables: dict[str, Packed]
    problems: list[Problem]


class Going(msgspec.Struct, frozen=True, tag="going"):
    """A held run goes on; ``step`` steps are done."""

    step: int


class Keeping(msgspec.Struct, frozen=True, tag="keeping"):
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


Order = Stop | Pause | Go | Pace | Times | MoreSamples  # to a request under way
Message = (
    Request
    | Order
    | Ready
    | Unready
    | Sample
    | Rows
    | Holding
    | Going
    | Keeping
    | Timed
    | Slow
    | LogText
    | Reply
    | Failed
)


# The bodies of the handler that runs a page
class RunOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What ``app.engine.worker.run_page:run_page`` needs. ``plan_type`` and ``session`` name our own classes."""

    plan_type: str
    plan: bytes
    session: str
    folder: str
    steps: int | None  # None: until stopped
    sample_rate: float | None  # samples a second
    memory_limit: int | None  # bytes beyond what the worker holds at its start
    trace: bool  # mark the begin and end of blocks on the board
    trace_blocks: tuple[str, ...] | None  # only these blocks; None = all
    variables: bool  # send the Variables' values with the reply
    watch: tuple[Watched, ...] = ()  # send these elements of every step as Rows
    until: Until | None = None  # end after the first step that meets this
    start: dict[str, Packed] = {}  # values of Variables to start from
    start_parts: tuple[bytes, ...] = ()  # their buffers
    unshown: tuple[str, ...] = ()  # results that are not to be sent
    hold: bool = False  # keep session and state after the steps, and wait for orders
    pace: float | None = None  # seconds from the begin of a step to the next one's, at least
    guard: bool | tuple[str, ...] = (
        False  # end with the first step in which a float (of these results) is not finite
    )
    keep_every: float | None = None  # seconds between two hand-overs of the Variables
    times: bool = False  # measure where a step spends its time


class RunReply(msgspec.Struct, frozen=True, kw_only=True):
    """How the page ended inside the worker."""

    steps: int
    seconds: float
    results: dict[str, Packed]
    problems: list[Problem]
    stopped: bool = False  # a wish to stop ended it
    short: bool = False  # fewer steps than ordered were done
    variables: dict[str, Packed] = {}
    inputs: dict[str, Packed] = {}  # of failed blocks


# Packets between program and nursery: what, the worker's number, its exit status (negative: the signal)
PACKET = struct.Struct("=Bqq")
FORK, KILL, EXIT, IMPORTED = 1, 2, 3, 4

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Message)
encode = _encoder.encode


class Channel:
    """A two-way stream of frames. Any thread may send; one thread receives."""

    def __init__(self, reader: BinaryIO, writer: BinaryIO) -> None:
        """Use two binary files (a socket's or two pipes')."""
        self._reader = reader
        self._writer = writer
        self._lock = threading.Lock()

    @classmethod
    def over(cls, peer: socket.socket) -> Channel:
        """Use a connected stream socket."""
        return cls(peer.makefile("rb", buffering=0), peer.makefile("wb"))  # type: ignore[arg-type]

    def send(self, message: Message, buffers: Sequence[Buffer] = ()) -> None:
        """Send one frame; ``buffers`` are flat uint8 arrays. Raises OSError when the other side is gone."""
        parts: list[Any] = [_encoder.encode(message), *(b.data for b in buffers)]
        head = struct.pack(f"<I{len(parts)}Q", len(parts), *(len(p) for p in parts))
        with self._lock:
            if self._writer.closed:
                raise BrokenPipeError("this side has closed the channel")
            self._writer.write(head)
            for part in parts:
                self._writer.write(part)
            self._writer.flush()

    def receive(self) -> tuple[Message, list[Buffer]]:
        """Wait for one frame; raises EOFError (or OSError) when the other side is gone."""
        (count,) = struct.unpack("<I", self._exactly(4).data)
        sizes = struct.unpack(f"<{count}Q", self._exactly(8 * count).data)
        message, *buffers = [self._exactly(size) for size in sizes]
        return _decoder.decode(message.data), buffers

    def close(self) -> None:
        """Close both files; a peer that is gone already is no fault."""
        for stream in (self._writer, self._reader):
            try:
                stream.close()
            except OSError:
                continue  # unsent bytes for a dead peer

    def _exactly(self, size: int) -> Buffer:
        buffer = np.empty(size, dtype=np.uint8)
        view = buffer.data
        done = 0
        while done < size:
            got = self._reader.readinto(view[done:])  # type: ignore[attr-defined]
            if not got:
                raise EOFError("the other process closed the channel")
            done += got
        return buffer


def pack(results: Mapping[str, Value], buffers: list[Buffer]) -> dict[str, Packed]:
    """Return the results without their arrays, whose bytes are appended to ``buffers``."""
    return {key: _pack(value, buffers) for key, value in results.items()}


def unpack(results: Mapping[str, Packed], buffers: Sequence[Buffer]) -> dict[str, Value]:
    """Put results and the frame's buffers together again; the arrays share the buffers' memory."""
    return {key: _unpack(value, buffers) for key, value in results.items()}


def _pack(value: Value, buffers: list[Buffer]) -> Packed:
    if isinstance(value, ListValue):
        return PackedList(tuple(_pack_one(item, buffers) for item in value.items))
    return _pack_one(value, buffers)


def _pack_one(
    value: TensorValue | NoValue, buffers: list[Buffer]
) -> PackedTensor | PackedStrings | PackedNone:
    if isinstance(value, NoValue):
        return PackedNone(value.dtype, value.reason)
    part = len(buffers)
    if value.dtype == "string":
        items: list[bytes] = value.array.reshape(-1).tolist()
        buffers.append(_flat(np.fromiter(map(len, items), dtype=np.int64, count=len(items))))
        buffers.append(np.frombuffer(b"".join(items), dtype=np.uint8))
        return PackedStrings(value.shape, part)
    buffers.append(_flat(value.array))
    return PackedTensor(value.dtype, value.shape, part)


def _flat(array: Buffer) -> Buffer:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


def _unpack(packed: Packed, buffers: Sequence[Buffer]) -> Value:
    if isinstance(packed, PackedList):
        return ListValue(tuple(_unpack_one(item, buffers) for item in packed.items))
    return _unpack_one(packed, buffers)


def _unpack_one(
    packed: PackedTensor | PackedStrings | PackedNone, buffers: Sequence[Buffer]
) -> TensorValue | NoValue:
    if isinstance(packed, PackedNone):
        return NoValue(packed.dtype, packed.reason)  # type: ignore[arg-type]
    if isinstance(packed, PackedStrings):
        array = np.empty(packed.shape, dtype=object)
        flat = array.reshape(-1)
        for i, text in enumerate(_split(buffers[packed.part], buffers[packed.part + 1])):
            flat[i] = text
        return TensorValue("string", array)
    array = buffers[packed.part].view(numpy_dtype(packed.dtype)).reshape(packed.shape)
    return TensorValue(packed.dtype, array)


def _split(lengths: Buffer, joined: Buffer) -> Iterable[bytes]:
    start = 0
    for length in lengths.view(np.int64).tolist():
        yield joined[start : start + length].tobytes()
        start += length
