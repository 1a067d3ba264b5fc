"""Ctrl-C during a run: the first one ends it after its step, wherever this process just is; the next at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.engine.host.interface import EngineInterface


@contextmanager
def ctrl_c_stops(engine: EngineInterface) -> Iterator[None]:
    """Let Ctrl-C stop the engine's run without an exception, which could fall between two rows of a log.

    A process that was started with Ctrl-C ignored, as jobs in the background are, goes on ignoring it.
    """
    before = signal.getsignal(signal.SIGINT)
    in_main = threading.current_thread() is threading.main_thread()  # only there do signals arrive
    if not in_main or before == signal.SIG_IGN:
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        engine.stop(patient=True)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.default_int_handler)
