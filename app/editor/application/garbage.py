"""Collects Python's garbage in portions that are over in a moment, however much the open documents hold."""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

_LOOK_MS = 500
_WHOLE_MS = 2000  # after a document was closed
_NEVER = 1_000_000  # collections of the middle generation, until Python itself would look at all objects
_WORTH = 2  # such collections, of some thousand objects each, that make a portion worth looking at
_MOST = 4  # of more, a look takes too long


class Garbage(QObject):
    """Lets Python look only at objects that are new since the last portion, as long as a large document is open.

    Python's own full collections look at every object each time: at a page of 10,000 blocks a sixth of a second, at
    any moment. Here what has come lately is looked at once and then left out (frozen), until a document closes.
    """

    def __init__(self, is_large: Callable[[], bool], parent: QObject) -> None:
        """Begin with what the program holds now. ``is_large`` returns whether a large document is open."""
        super().__init__(parent)
        self._is_large = is_large
        youngest, middle, _ = gc.get_threshold()
        gc.set_threshold(youngest, middle, _NEVER)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_MS)
        self._closed = QTimer(self)
        self._closed.setSingleShot(True)
        self._closed.timeout.connect(self.look_at_all)

    def look(self) -> None:
        """Collect among the new objects; leave out those that stay. Too many at once are left out unseen."""
        portions = gc.get_count()[2]
        if portions < _WORTH:
            return
        if portions <= _MOST:
            gc.collect()
        gc.freeze()

    def document_closed(self) -> None:
        """Look at all objects soon: those of a document are no longer needed."""
        self._closed.start(_WHOLE_MS)

    def look_at_all(self) -> None:
        """Collect among all objects; while a large document is open that waits until it closes."""
        if not self._is_large():
            gc.unfreeze()
            gc.collect()
            gc.freeze()
