"""Work that can wait, done a few milliseconds at a time between the events, so that nothing holds the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from time import perf_counter
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

_SLICE = 0.012  # seconds


class Slices(QObject):
    """Calls ``work`` with the moment (of ``perf_counter``) to stop at, again and again until it returns False.

    Of all that have work, one does a slice of it in each turn of the event loop: all of them in one would hold it.
    """

    _waiting: ClassVar[deque[Slices]] = deque()  # that have work, the one whose turn it is in front

    def __init__(self, work: Callable[[float], bool], parent: QObject | None = None) -> None:
        """Begin idle; ``work`` returns whether there is more to do. With ``parent`` it ends."""
        super().__init__(parent)
        self._work = work
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._go_on)

    def start(self) -> None:
        """Go on with the work from the next turn of the event loop."""
        if self not in self._waiting:
            self._waiting.append(self)
        self._timer.start()

    def stop(self) -> None:
        """Do no more."""
        self._timer.stop()
        if self in self._waiting:
            self._waiting.remove(self)

    def finish(self) -> None:
        """Do all that is left now."""
        self.stop()
        while self._work(inf):
            pass

    def _go_on(self) -> None:
        waiting = self._waiting
        while not isValid(waiting[0]):  # Qt took it away with its parent
            waiting.popleft()
        if waiting[0] is not self:
            return
        waiting.rotate(-1)
        if not self._work(perf_counter() + _SLICE):
            self.stop()
