"""Ctrl-C: the first one ends what the command does, a run after its step; the next ends the process at once.

At once means without unwinding, which may wait for a worker or write a large file. Files are written whole or not at
all, and the worker and the fork server end when this process does, however it ends.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from app.cli.exits import INTERRUPTED

_SHOW_CURSOR = "\x1b[?25h"  # a progress line may have hidden it


class Stopped(Protocol):
    """What Ctrl-C stops: an engine, or several of them."""

    def stop(self, *, patient: bool = False) -> None:
        """End what runs, soon."""


@contextmanager
def ctrl_c_interrupts() -> Iterator[None]:
    """Let the first Ctrl-C raise KeyboardInterrupt, and a second one end the process while that unwinds."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, _end_at_once)
        raise KeyboardInterrupt

    if not _is_heeded():
        yield
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)


@contextmanager
def ctrl_c_stops(engine: Stopped) -> Iterator[None]:
    """Let Ctrl-C stop the engine's run without an exception, which could fall between two rows of a log.

    Once that has happened, the next one ends the process: during the run's end, and in all that follows.
    """
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        signal.signal(signal.SIGINT, _end_at_once)
        engine.stop(patient=True)

    if not _is_heeded():
        yield
        return
    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        if not stopped:
            signal.signal(signal.SIGINT, before or signal.default_int_handler)


def _is_heeded() -> bool:
    """Return whether Ctrl-C reaches this thread: not where it was ignored at the start, as in background jobs."""
    in_main = threading.current_thread() is threading.main_thread()  # only there do signals arrive
    return in_main and signal.getsignal(signal.SIGINT) != signal.SIG_IGN


def _end_at_once(number: int, frame: FrameType | None) -> None:
    """Say so, past the streams, which the main thread may just be using, and end."""
    try:
        shown = f"\r\n{_SHOW_CURSOR}" if os.isatty(2) else ""
        os.write(2, f"{shown}tensorblocks: interrupted\n".encode())
    finally:
        os._exit(INTERRUPTED)
