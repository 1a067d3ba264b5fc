"""Collects Python's garbage in the window's thread, in portions that are over in a moment, however much is open."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

_LOOK_MS = 100
_WHOLE_MS = 2000  # after a document was closed
_WORTH = 7_000  # new objects that make a portion worth looking at
_MOST = 22_000  # of more, a look takes too long


class Garbage(QObject):
    """Lets Python look only at objects that are new since the last portion, as long as a large document is open.

    Python by itself collects in whichever thread makes the next object. Where that is the thread of a run, widgets
    that nobody holds any more would go there, and Qt, which knows them as the window's, would find them gone. So
    nothing is collected but here.

    Python's own full collections look at every object each time: at a page of 10,000 blocks a sixth of a second, at
    any moment. Here what has come lately is looked at once and then left out (frozen), until a document closes.
    """

    def __init__(self, is_large: Callable[[], bool], parent: QObject) -> None:
        """Begin with what the program holds now. ``is_large`` returns whether a large document is open."""
        super().__init__(parent)
        self._is_large = is_large
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_MS)
        self._closed = QTimer(self)
        self._closed.setSingleShot(True)
        self._closed.timeout.connect(self.look_at_all)
        self._closed_since = False  # a document was closed while the timer ran

    def look(self) -> None:
        """Collect among the new objects; leave out those that stay. Too many at once are left out unseen."""
        new = gc.get_count()[0]
        if new < _WORTH:
            return
        if new <= _MOST:
            gc.collect()
        gc.freeze()

    def document_closed(self) -> None:
        """Look at all objects soon: those of a document are no longer needed.

        Where documents close one after another that is not put off, or what is left of them would grow.
        """
        self._closed_since = self._closed.isActive()
        if not self._closed_since:
            self._closed.start(_WHOLE_MS)

    def look_at_all(self) -> None:
        """Collect among all objects; while a large document is open that waits until it closes."""
        if self._closed_since:
            self._closed_since = False
            self._closed.start(_WHOLE_MS)
        if not self._is_large():
            gc.unfreeze()
            gc.collect()
            gc.freeze()
            _give_back()


def _give_back() -> None:
    """Let the C library return freed memory to the system; glibc leaves that until the end of its heap is free."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
