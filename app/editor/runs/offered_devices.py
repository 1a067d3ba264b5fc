"""The devices that a page can choose from: those of this machine, or those of its cluster."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

_LOG = logging.getLogger(__name__)
_HERE = ("/cpu:0", "/gpu:0")


class OfferedDevices(QObject):
    """Names by cluster. A file is read in a thread of its own; until that is done, what it said last is offered."""

    changed = Signal()
    _found = Signal(object, object)  # from any thread: (folder, cluster), tuple[str, ...]

    def __init__(self, parent: QObject | None = None) -> None:
        """Know no cluster yet."""
        super().__init__(parent)
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}
        self._seen: dict[tuple[str, str], tuple[str, ...]] = {}
        self._reading: set[tuple[str, str]] = set()
        self._found.connect(self._take)

    def of(self, cluster: str | None, folder: Path) -> tuple[str, ...]:
        """Return what is known of a page's cluster by now; None: of this machine."""
        if not cluster:
            return _HERE
        key = str(folder), cluster
        return (*self._names.get(key, ()), *self._seen.get(key, ()))

    def note(self, cluster: str, folder: object, names: object) -> None:
        """Offer what a run has found there as well: a tuple of names."""
        assert isinstance(names, tuple)
        key, found = (str(folder), cluster), tuple(sorted(names))
        if self._seen.get(key) != found:
            self._seen[key] = found
            self.changed.emit()

    def look(self, cluster: str | None, folder: Path) -> None:
        """Read what a cluster's file says by now; ``changed`` follows where that is something else."""
        key = str(folder), cluster or ""
        if cluster and key not in self._reading:
            self._reading.add(key)
            threading.Thread(target=self._read, args=(key,), name="cluster file", daemon=True).start()

    def _read(self, key: tuple[str, str]) -> None:
        from app.engine.cluster.access import located, tasks_named
        from app.engine.cluster.cluster import ClusterFault

        names: tuple[str, ...] = ()
        try:
            names = tasks_named(located(key[1], key[0]))
        except ClusterFault as fault:  # the run says it
            _LOG.debug("%s: %s", key[1], fault)
        try:
            self._found.emit(key, names)
        except RuntimeError:
            _LOG.debug("the window was closed meanwhile")

    def _take(self, key: object, names: object) -> None:
        assert isinstance(key, tuple)
        assert isinstance(names, tuple)
        self._reading.discard(key)
        if self._names.get(key) != names:
            self._names[key] = names
            self._seen.pop(key, None)  # the cluster is another one now
            self.changed.emit()
