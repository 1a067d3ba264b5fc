"""Messages as lines of JSON over a connection: bounded, and with a time limit."""

from __future__ import annotations

import contextlib
import socket
import time
from typing import Any

import msgspec

from app.engine.cluster.greeting import MOST_LINE

_KEEPALIVE = (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 4))  # seconds, seconds, times


class NoSense(Exception):
    """What came is no message, or too long a one."""


class Lines:
    """One end of a connection."""

    def __init__(self, connection: socket.socket) -> None:
        """Take over a connection; where the other machine is gone it ends within a minute."""
        self._connection = connection
        self._rest = b""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE:
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def send(self, message: msgspec.Struct) -> None:
        """Send a message; raises OSError."""
        self._connection.sendall(msgspec.json.encode(message) + b"\n")

    def receive(self, kind: Any, seconds: float | None) -> Any:
        """Return the next message, one of ``kind``; raises OSError, EOFError, NoSense.

        ``seconds`` is how long each part of it may take (None: for ever).
        """
        self._connection.settimeout(seconds)
        while b"\n" not in self._rest:
            part = self._connection.recv(65536)
            if not part:
                raise EOFError
            self._rest += part
            if len(self._rest) > MOST_LINE:
                raise NoSense("too long a line")
        line, _, self._rest = self._rest.partition(b"\n")
        try:
            return msgspec.json.decode(line, type=kind)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as fault:
            raise NoSense(str(fault)) from fault

    def leave(self) -> None:
        """Say that nothing more comes from this end."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)

    def wait_for_end(self, seconds: float) -> None:
        """Wait until the other end has closed, which it does when it has cleared up, or so long."""
        end = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while (left := end - time.monotonic()) > 0:
                self._connection.settimeout(left)
                if not self._connection.recv(65536):
                    return

    def close(self) -> None:
        """End the connection; also what another thread waits for on it."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
