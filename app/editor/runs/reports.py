"""What a job reports to its runner from the job's thread; steps count over all that the page's state has behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.editor.runs.state import PageRequest, RunEnd, State

if TYPE_CHECKING:
    from app.document.resources.file_stamps import ReadFile, Stamp
    from app.engine.ipc.messages import Cell
    from app.engine.values.results import Value


@dataclass(frozen=True)
class Planned:
    """The page is planned and will run: so will the blocks ``used``. ``files`` are those that it is about to read."""

    used: tuple[str, ...]
    files: Mapping[ReadFile, Stamp]


@dataclass(frozen=True)
class Begun:
    """The worker has begun with the page."""


@dataclass(frozen=True)
class DevicesSeen:
    """The page runs on a cluster whose tasks have these devices."""

    cluster: str
    folder: Path
    names: tuple[str, ...]


@dataclass(frozen=True)
class GoesOn:
    """The session that was held goes on after ``step``."""

    step: int


@dataclass(frozen=True)
class StepsDone:
    """Steps up to ``step`` are done, after ``seconds`` of this run."""

    step: int
    seconds: float


@dataclass(frozen=True)
class Sampled:
    """The results of a step in the middle of the run."""

    step: int
    results: Mapping[str, Value]


@dataclass(frozen=True)
class RowsRead:
    """What curves show of every step: a row for the step ``first`` and for every ``every``-th one after it."""

    pins: Sequence[str]
    first: int
    rows: Sequence[Sequence[Cell]]
    every: int


@dataclass(frozen=True)
class PauseWaits:
    """A pause waits for ``step``, which still runs; ``blocks`` may hold it."""

    step: int
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class ClusterWaits:
    """The cluster has failed, as ``words`` say; the run waits for it."""

    words: str


@dataclass(frozen=True)
class WentBack:
    """The run goes on from ``step``: what was reported of later steps is done anew."""

    step: int


@dataclass(frozen=True)
class HandedOver:
    """The Variables as they are after a step in the middle of the run."""

    state: State


@dataclass(frozen=True)
class Timed:
    """Seconds by block, summed over ``steps`` measured steps."""

    steps: int
    blocks: Mapping[str, float]


@dataclass(frozen=True)
class Logged:
    """Words for the log."""

    text: str


@dataclass(frozen=True)
class CameToRest:
    """The steps are done and the session is held."""

    end: RunEnd
    state: State


@dataclass(frozen=True)
class Compared:
    """Whether the page as it was changed is still the ``same`` as the one that runs."""

    changed: PageRequest
    same: bool


@dataclass(frozen=True)
class Over:
    """The run and its session have ended; ``state`` is what is known of the Variables (None: nothing)."""

    end: RunEnd
    state: State | None


Report = (
    Planned
    | Begun
    | DevicesSeen
    | GoesOn
    | StepsDone
    | Sampled
    | RowsRead
    | PauseWaits
    | ClusterWaits
    | WentBack
    | HandedOver
    | Timed
    | Logged
    | CameToRest
    | Compared
    | Over
)
