"""Work on arrays in a thread beside the window: one job at a time, and of those that wait only the newest."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Hashable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from app.editor.values.cancelling import Cancelled

_LOG = logging.getLogger(__name__)
_JOIN = 5.0  # seconds; a piece of an array takes milliseconds

Job = Callable[[Callable[[], bool]], Any]


class Background(QObject):
    """``done`` carries the key of a job and its result, in the thread of this object.

    A job under way is finished even where a newer one waits: in a run that brings values faster than they
    can be counted some are counted rather than none.
    """

    done = Signal(object, object)
    _ended = Signal(object, object, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with nothing to do."""
        super().__init__(parent)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._next: dict[Hashable, tuple[Hashable, Job]] = {}  # by what it is for
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    @property
    def is_busy(self) -> bool:
        """Return whether a job is under way or waits."""
        return self._thread is not None

    def ask(self, what: Hashable, key: Hashable, job: Job) -> None:
        """Do a job soon; it takes the place of one that waits for the same ``what``.

        ``job(cancelled)`` raises Cancelled where ``cancelled()`` becomes true.
        """
        self._next[what] = (key, job)
        self._start()

    def close(self) -> None:
        """Call off what is under way and wait for its end."""
        self._stopping.set()
        self._next.clear()
        if self._thread is not None:
            self._thread.join(_JOIN)

    def _start(self) -> None:
        if self._thread is None and self._next and not self._stopping.is_set():
            what = next(iter(self._next))
            key, job = self._next.pop(what)
            self._thread = threading.Thread(target=self._work, args=(key, job), name="values", daemon=True)
            self._thread.start()

    def _work(self, key: Hashable, job: Job) -> None:
        result, is_good = None, True
        try:
            result = job(self._stopping.is_set)
        except Cancelled:
            is_good = False
        except Exception:
            _LOG.exception("a value could not be looked at")
            is_good = False
        try:
            self._ended.emit(key, result, is_good)
        except RuntimeError:  # the window was closed in this moment and Qt has taken the object away
            _LOG.debug("an answer came after the window had closed")

    def _on_ended(self, key: object, result: object, is_good: bool) -> None:
        if self._thread is not None:
            self._thread.join(_JOIN)
        self._thread = None
        if is_good and not self._stopping.is_set():
            self.done.emit(key, result)
        self._start()
