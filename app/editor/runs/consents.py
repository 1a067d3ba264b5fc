"""What the user has allowed: by project, capability and content, for ever in a file of the program, or for this time.

The file lies with the settings, never in a project: a project cannot allow itself anything.
"""

from __future__ import annotations

import datetime
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from app.document.resources.grants import NOTHING_MORE, Bounds, Grants
from app.document.resources.ground import Ground
from app.document.storage.atomic import write_atomic
from app.document.storage.bounded_read import read_bytes
from app.document.storage.errors import FileProblem
from app.editor.settings import config_folder
from app.engine.analysis.asks import Ask, asks_of, computed_asks, grants_for
from app.engine.analysis.page_cluster import PageCluster
from app.engine.compiler.plan import Plan

_LOG = logging.getLogger(__name__)
_NAME = "allowed.json"
_MOST = 2_000  # answers; the oldest go first
_MOST_BYTES = 4 << 20


class Answer(msgspec.Struct, frozen=True):
    """Something that a project has been allowed for ever, and on which day."""

    project: str
    ask: Ask
    day: str = ""


class Consents:
    """The answers. Any thread may ask; each change is written at once, beside what others wrote meanwhile."""

    def __init__(self, folder: Path | None = None) -> None:
        """Use the file in a folder (default: that of the settings)."""
        self._path = (folder or config_folder()) / _NAME
        self._once: dict[str, dict[tuple[str, str], Ask]] = {}  # for this time, by project
        self._lock = threading.Lock()

    def known(self, project: str, asks: Sequence[Ask]) -> list[Ask]:
        """Return those of the asks that have been allowed, as they were allowed: with the paths of that time."""
        with self._lock:
            allowed = {a.ask.key: a.ask for a in self._read() if a.project == project}
            allowed.update(self._once.get(project, {}))
        return [allowed[ask.key] for ask in asks if ask.key in allowed]

    def allow(self, project: str, asks: Sequence[Ask], for_ever: bool) -> None:
        """Remember that these are allowed."""
        with self._lock:
            if not for_ever:
                self._once.setdefault(project, {}).update({ask.key: ask for ask in asks})
                return
            day = datetime.date.today().isoformat()
            new = {ask.key for ask in asks}
            others = [a for a in self._read() if a.project != project or a.ask.key not in new]
            self._write([*others, *(Answer(project, ask, day) for ask in asks)])

    def forget_once(self, project: str) -> None:
        """Forget what was allowed for this time."""
        with self._lock:
            self._once.pop(project, None)

    def answers(self) -> list[Answer]:
        """Return what has been allowed for ever, the newest last."""
        with self._lock:
            return self._read()

    def revoke(self, answers: Sequence[Answer]) -> None:
        """Allow these no longer."""
        with self._lock:
            gone = {(a.project, *a.ask.key) for a in answers}
            self._write([a for a in self._read() if (a.project, *a.ask.key) not in gone])

    def _read(self) -> list[Answer]:
        try:
            return msgspec.json.decode(read_bytes(self._path, limit=_MOST_BYTES), type=list[Answer])
        except FileProblem:  # nothing has been allowed yet
            return []
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
            _LOG.warning("%s does not read, so nothing in it is allowed: %s", self._path, fault)
            return []

    def _write(self, answers: Sequence[Answer]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            text = msgspec.json.format(msgspec.json.encode(list(answers)[-_MOST:]), indent=1)
            write_atomic(self._path, text + b"\n")
        except OSError as fault:
            _LOG.warning("what was allowed is not remembered: %s", fault)


@dataclass(frozen=True)
class Permits:
    """What one project may touch: its ground, and what the user has allowed it."""

    project: str = ""  # the name that answers are remembered under
    ground: Ground = field(default_factory=lambda: Ground(folder="", is_own=False))
    consents: Consents | None = None

    def decide(self, plan: Plan, cluster: PageCluster | None = None) -> tuple[Grants, list[Ask]]:
        """Return what a plan has been allowed, and what it asks for that has no answer yet.

        That a run connects to its ``cluster`` allows the page itself nothing in the network.
        """
        if self.consents is None:
            return NOTHING_MORE, []
        connects = [cluster.ask] if cluster is not None else []
        asks = [*connects, *asks_of(plan, Bounds(self.ground))]
        known = self.consents.known(self.project, [*asks, *computed_asks(plan)])
        keys, apart = {ask.key for ask in known}, {ask.key for ask in connects}
        return grants_for(a for a in known if a.key not in apart), [a for a in asks if a.key not in keys]
