"""Work that can wait, done a few milliseconds at a time between the events, so that nothing holds the window."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from time import perf_counter

from PySide6.QtCore import QObject, QTimer

_SLICE = 0.008  # seconds


class Slices(QObject):
    """Calls ``work`` with the moment (of ``perf_counter``) to stop at, again and again until it returns False."""

    def __init__(self, work: Callable[[float], bool], parent: QObject | None = None) -> None:
        """Begin idle; ``work`` returns whether there is more to do. With ``parent`` it ends."""
        super().__init__(parent)
        self._work = work
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Go on with the work from the next turn of the event loop."""
        self._timer.start()

    def stop(self) -> None:
        """Do no more."""
        self._timer.stop()

    def finish(self) -> None:
        """Do all that is left now."""
        self._timer.stop()
        while self._work(inf):
            pass

    def _go_on(self) -> None:
        if not self._work(perf_counter() + _SLICE):
            self._timer.stop()
