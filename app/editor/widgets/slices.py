"""Work that can wait, done between the events, one thing in each turn of the event loop: nothing holds the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from math import inf
from time import perf_counter
from typing import ClassVar

from PySide6.QtCore import QObject, QTimer
from shiboken6 import isValid

LARGE = 2000  # blocks; what follows an edit of a larger page has turns of its own
_SLICE = 0.012  # seconds
_LONG = 0.010  # seconds; what paints for so long has time from one slice to the next
_SHORT = 0.004  # seconds; a turn that has painted or worked for so long does nothing else
_PAINT_MS = 6  # Qt paints 5 ms after the first change


class Slices(QObject):
    """Calls ``work`` with the moment (of ``perf_counter``) to stop at, again and again until it returns False.

    Of all that have work, one does a slice of it in each turn of the event loop: all of them in one would hold it.
    Where painting takes long, that has turns of its own as well (see `note_paint`).
    """

    _waiting: ClassVar[deque[Slices]] = deque()  # that have work, the one whose turn it is in front
    _turn_is_full: ClassVar[bool] = False
    _pause: ClassVar[int] = (
        0  # milliseconds from one slice to the next, for what the first has changed to be painted
    )

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
        self._timer.start(self._pause)

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
        if waiting[0] is not self or not turn_has_room():
            return
        waiting.rotate(-1)
        began = perf_counter()
        if not self._work(began + _SLICE):
            self.stop()
        if perf_counter() - began > _SHORT:  # what is next in front may be due in this turn as well
            Slices._turn_is_full = True
        for each in waiting:
            if isValid(each):
                each._take_pause()

    def _take_pause(self) -> None:
        self._timer.setInterval(self._pause)


class Once(Slices):
    """Calls ``work`` once after each `start`, before all that waits in slices."""

    def __init__(self, work: Callable[[], None], parent: QObject | None = None) -> None:
        """Begin idle. With ``parent`` it ends."""
        super().__init__(self._do, parent)
        self._call = work

    def start(self) -> None:
        """Do the work in the next turn of the event loop that has room for it."""
        if self not in self._waiting:
            self._waiting.appendleft(self)
        self._timer.start()

    def _take_pause(self) -> None:
        """Make none."""

    def _do(self, _until: float) -> bool:
        """Do the work; it may take a loop of events, ask for the same again or end what asked for it."""
        self.stop()
        self._call()
        return isValid(self) and self._timer.isActive()


def is_idle() -> bool:
    """Return whether nothing waits."""
    return not any(isValid(each) for each in Slices._waiting)


def note_paint(seconds: float) -> None:
    """Take note that a large page, or a part of it, was painted, which took so long: this turn does nothing more."""
    Slices._turn_is_full = Slices._turn_is_full or seconds > _SHORT
    Slices._pause = _PAINT_MS if seconds > _LONG else 0


def turn_has_room() -> bool:
    """Return whether something may be done in this turn; where not, the next time that this is called there is room."""
    is_full, Slices._turn_is_full = Slices._turn_is_full, False
    return not is_full
