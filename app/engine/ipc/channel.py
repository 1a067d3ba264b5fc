"""The channel between the program and its worker process: frames of one msgpack message and raw array buffers.

A frame is ``uint32 n``, ``uint64 size`` times n, then n parts; part 0 is the message, the others are the
bytes of arrays, sent from and received into array memory without a copy. Nothing on the wire is pickled.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Sequence
from typing import Any, BinaryIO

import msgspec
import numpy as np

from app.engine.ipc.messages import Message
from app.engine.ipc.packing import Buffer

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
            try:
                self._writer.write(head)
                for part in parts:
                    self._writer.write(part)
                self._writer.flush()
            except ValueError as fault:  # the listener has closed it meanwhile, as the other side is gone
                raise BrokenPipeError("this side has closed the channel") from fault

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
