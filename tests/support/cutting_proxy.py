"""A connection that can be cut: a TCP proxy in front of an address that can hold what goes through."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any

_PIECE = 1 << 16  # bytes


class CuttingProxy:
    """Passes connections at a port of this machine on to another one, unless it is silent. Any thread may call."""

    def __init__(self, port: int, target: int) -> None:
        """Pass what comes to ``port`` on to ``target``."""
        self._port, self._target = port, target
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="cutting proxy", daemon=True)

    def __enter__(self) -> CuttingProxy:
        """Begin to listen."""
        self._thread.start()
        self._do(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """End every connection."""
        self._server.close()
        self._do(self._drop_all())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def silence(self) -> None:
        """Hold whatever is sent, as a network does whose cable is out: neither side learns of it."""
        self._do(self._set_passing(False))

    def restore(self) -> None:
        """Let everything through again, what was held first."""
        self._do(self._set_passing(True))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._passing = asyncio.Event()
        self._passing.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def _set_passing(self, on: bool) -> None:
        if on:
            self._passing.set()
        else:
            self._passing.clear()

    async def _drop_all(self) -> None:
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._open |= {writer, back}
        await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        self._open -= {writer, back}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(_PIECE):
                await self._passing.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()
