"""The devices that a page can choose from: those of this machine, or those of its cluster."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from app.engine.cluster.cluster import Cluster

_LOG = logging.getLogger(__name__)
_HERE = ("/cpu:0", "/gpu:0")


class OfferedDevices(QObject):
    """Names by cluster. A file is read in a thread of its own; until that is done, what it said last is offered."""

    changed = Signal()
    _found = Signal(object, object)  # from any thread: (folder, cluster), Cluster or None

    def __init__(self, parent: QObject | None = None) -> None:
        """Know no cluster yet."""
        super().__init__(parent)
        self._clusters: dict[tuple[str, str], Cluster] = {}
        self._seen: dict[tuple[str, str], tuple[str, ...]] = {}
        self._reading: set[tuple[str, str]] = set()
        self._found.connect(self._take)

    def of(self, cluster: str | None, folder: Path) -> tuple[str, ...]:
        """Return what is known of a page's cluster by now; None: of this machine."""
        if not cluster:
            return _HERE
        known = self.cluster(cluster, folder)
        return (*(known.names if known is not None else ()), *self._seen.get((str(folder), cluster), ()))

    def cluster(self, cluster: str, folder: Path) -> Cluster | None:
        """Return what a cluster's file said when it was read last; None where it has not, or is none."""
        return self._clusters.get((str(folder), cluster))

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
        from app.engine.cluster.access import cluster_named, located
        from app.engine.cluster.cluster import ClusterFault

        found: Cluster | None = None
        try:
            found = cluster_named(located(key[1], key[0]))
        except ClusterFault as fault:  # the run says it
            _LOG.debug("%s: %s", key[1], fault)
        try:
            self._found.emit(key, found)
        except RuntimeError:
            _LOG.debug("the window was closed meanwhile")

    def _take(self, key: object, found: object) -> None:
        key = cast("tuple[str, str]", key)
        self._reading.discard(key)
        if self._clusters.get(key) == found:
            return
        self._seen.pop(key, None)  # the cluster is another one now
        self._clusters.pop(key, None)
        if found is not None:
            self._clusters[key] = cast("Cluster", found)
        self.changed.emit()
