"""What a job reports to its runner from the job's thread; steps count over all that the page's state has behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from app.editor.runs.state import PageRequest, RunEnd, State

if TYPE_CHECKING:
    from app.document.resources.file_stamps import ReadFile, Stamp
    from app.engine.ipc.messages import Cell
    from app.engine.values.results import Value


class Planned(msgspec.Struct, frozen=True):
    """The page is planned and will run: so will the blocks ``used``. ``files`` are those that it is about to read."""

    used: tuple[str, ...]
    files: Mapping[ReadFile, Stamp]


class Begun(msgspec.Struct, frozen=True):
    """The worker has begun with the page."""


class DevicesSeen(msgspec.Struct, frozen=True):
    """The page runs on a cluster whose tasks have these devices."""

    cluster: str
    folder: Path
    names: tuple[str, ...]


class GoesOn(msgspec.Struct, frozen=True):
    """The session that was held goes on after ``step``."""

    step: int


class StepsDone(msgspec.Struct, frozen=True):
    """Steps up to ``step`` are done, after ``seconds`` of this run."""

    step: int
    seconds: float


class Sampled(msgspec.Struct, frozen=True):
    """The results of a step in the middle of the run."""

    step: int
    results: Mapping[str, Value]


class RowsRead(msgspec.Struct, frozen=True):
    """What curves show of every step: a row for the step ``first`` and for every ``every``-th one after it."""

    pins: Sequence[str]
    first: int
    rows: Sequence[Sequence[Cell]]
    every: int


class PauseWaits(msgspec.Struct, frozen=True):
    """A pause waits for ``step``, which still runs; ``blocks`` may hold it."""

    step: int
    blocks: tuple[str, ...]


class ClusterWaits(msgspec.Struct, frozen=True):
    """The cluster has failed, as ``words`` say; the run waits for it."""

    words: str


class WentBack(msgspec.Struct, frozen=True):
    """The run goes on from ``step``: what was reported of later steps is done anew."""

    step: int


class HandedOver(msgspec.Struct, frozen=True):
    """The Variables as they are after a step in the middle of the run."""

    state: State


class Timed(msgspec.Struct, frozen=True):
    """Seconds by block, summed over ``steps`` measured steps."""

    steps: int
    blocks: Mapping[str, float]


class Logged(msgspec.Struct, frozen=True):
    """Words for the log."""

    text: str


class CameToRest(msgspec.Struct, frozen=True):
    """The steps are done and the session is held."""

    end: RunEnd
    state: State


class Compared(msgspec.Struct, frozen=True):
    """Whether the page as it was changed is still the ``same`` as the one that runs."""

    changed: PageRequest
    same: bool


class Over(msgspec.Struct, frozen=True):
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
