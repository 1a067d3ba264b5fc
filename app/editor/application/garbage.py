"""Collects Python's garbage in the window's thread, in portions that are over in a moment, however much is open."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer

from app.editor.widgets.slices import Once, is_idle

if TYPE_CHECKING:
    from app.editor.application.application import Application

_LOOK_MS = 50
_WHOLE_MS = 2000  # after a document was closed
_WORTH = 7_000  # new objects that make a portion worth looking at
_MOST = 50_000  # of more, a look takes too long


class Garbage(QObject):
    """Lets Python look only at objects that are new since the last portion, as long as a large document is open.

    Python by itself collects in whichever thread makes the next object. Where that is the thread of a run, widgets
    that nobody holds any more would go there, and Qt, which knows them as the window's, would find them gone. So
    nothing is collected but here.

    Python's own full collections look at every object each time: at a page of 10,000 blocks a sixth of a second, at
    any moment. Here what has come lately is looked at once and then left out, as old, until a document closes. What
    the program itself is made of is left out for good (frozen).
    """

    def __init__(self, is_large: Callable[[], bool], parent: QObject) -> None:
        """Begin to collect here. ``is_large`` returns whether a large document is open."""
        super().__init__(parent)
        self._is_large = is_large
        self._has_unseen = False  # objects that were frozen without a look
        self._is_begun = False
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._note)
        self._due = Once(self.look, self)
        self._timer.start(_LOOK_MS)
        self._closed = QTimer(self)
        self._closed.setSingleShot(True)
        self._closed.timeout.connect(self._look_when_idle)
        self._closed_since = False  # a document was closed while the timer ran

    def leave_out_program(self) -> None:
        """Leave out for good what there is: what the program is made of, with its first window."""
        if not self._is_begun:
            self._is_begun = True
            gc.freeze()

    def _note(self) -> None:
        if gc.get_count()[0] >= _WORTH:
            self._due.start()

    def look(self) -> None:
        """Collect among the new objects; leave out those that stay. Too many at once are left out unseen."""
        count = gc.get_count()[0]  # a list of them would disturb threads that are making tuples
        if count < _WORTH:
            return
        if count <= _MOST:
            gc.collect(1)
        else:
            gc.freeze()
            self._has_unseen = True

    def document_closed(self) -> None:
        """Look at all objects soon: those of a document are no longer needed.

        Where documents close one after another that is not put off, or what is left of them would grow.
        """
        self._closed_since = self._closed.isActive()
        if not self._closed_since:
            self._closed.start(_WHOLE_MS)

    def _look_when_idle(self) -> None:
        """Look at all objects once a page that has closed is out: until then there would be more to look at."""
        if is_idle():
            self.look_at_all()
        else:
            self._closed.start(_LOOK_MS)

    def look_at_all(self) -> None:
        """Collect among all objects since the start; while a large document is open that waits until it closes."""
        if self._closed_since:
            self._closed_since = False
            self._closed.start(_WHOLE_MS)
        if not self._is_large():
            if self._has_unseen:
                gc.unfreeze()
            gc.collect()
            if self._has_unseen:  # what is open now may close later: all is to be looked at then, too
                gc.freeze()
            QTimer.singleShot(0, self, _give_back)  # a turn of its own


def look_after(application: Application) -> Garbage:
    """Collect what an application leaves, for as long as it runs; before its first window."""
    garbage = Garbage(application.holds_large_document, application)
    application.window_made.connect(garbage.leave_out_program)
    application.document_closed.connect(garbage.document_closed)
    return garbage


def _give_back() -> None:
    """Let the C library return freed memory to the system; glibc leaves that until the end of its heap is free."""
    if sys.platform == "linux":
        import ctypes  # not needed before

        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)
