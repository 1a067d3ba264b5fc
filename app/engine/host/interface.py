"""The engine as those see it who use it: the editor, the command line, and what stands in for it in tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from app.document.model.diagram import ArrayRef, Page
from app.document.model.problems import Problem
from app.document.resources.companion_files import Companions
from app.document.resources.function_pages import NO_PAGES, FunctionPages
from app.document.resources.grants import NOTHING_MORE, Bounds, Grants
from app.document.resources.ground import Ground
from app.document.resources.search_path import user_folders
from app.engine.cluster.access import Access
from app.engine.compiler.plan import Plan, Until, Watched
from app.engine.compiler.run_values import RunValues
from app.engine.host.events import Listener
from app.engine.inference.result import Inference
from app.engine.ipc.handlers import Handler
from app.engine.ipc.walls import NO_FILES, Walls, WallsHeld
from app.engine.values.results import PageResult, TensorValue

_Request = TypeVar("_Request", bound=msgspec.Struct)
_Reply = TypeVar("_Reply", bound=msgspec.Struct)


class RunRequest(msgspec.Struct, frozen=True, kw_only=True):
    """How a plan is to be run.

    steps: number of steps; None runs until ``stop``.
    timeout: seconds for the page as a whole, without the times in which it is held, and without TensorFlow's own
        start, which is given as many, but 30 at least; None: no limit.
    wait_limit: seconds that one step may wait on a queue, barrier or stage.
    memory_limit: bytes that the run may take beyond what the worker holds; None: the engine's own limit.
    sample_rate: results in mid-run (Sampled), so many a second at most; None: none.
    variables: the result bears the Variables' values at the end.
    watch: elements of which every step's value is reported as Rows (a plan's ``watched``).
    until: the condition that ends the run after the first step that meets it (a plan's).
    start: values that Variables start from in place of their own, by block (see ``snapshots.fitting``).
    hold: hold the session and its state when the steps are done, the condition came true, the guard found
        something or ``pause`` was called: Held is reported, and the run waits for ``go`` or ``stop``, which ends
        a held run at once and well.
    pace: seconds from one step's begin to the next one's, at least; None: as fast as it goes.
    guard: end (or hold) the run with the first step in which a float output is NaN or infinite: one of the
        results named, or any (True); None: as the plan has it.
    hand_over_every: seconds between two hand-overs of the Variables (HandedOver), so that not all is lost where
        the worker must be killed; None: none.
    times: measure the blocks (Timed).
    grants: what has been allowed beyond the project's own ground.
    sandbox: raise the system's walls around the run, where there are any.
    cluster: the cluster that the page runs on, in place of the worker.
    retries: how often a run goes on, from the Variables handed over last, after a task of its cluster was lost.
    ground: where the project stands; None: its folder is its own, and the user's data folders are read.
    """

    steps: int | None = 1
    timeout: float | None = None
    wait_limit: float = 30.0
    memory_limit: int | None = None
    sample_rate: float | None = None
    variables: bool = False
    watch: tuple[Watched, ...] = ()
    until: Until | None = None
    start: Mapping[str, TensorValue] = {}
    hold: bool = False
    pace: float | None = None
    guard: bool | tuple[str, ...] | None = None
    hand_over_every: float | None = None
    times: bool = False
    grants: Grants = NOTHING_MORE
    ground: Ground | None = None
    sandbox: bool = True
    cluster: Access | None = None
    retries: int = 3

    def bounds(self, folder: str | os.PathLike[str]) -> Bounds:
        """Return what a run of a project in this folder stays within."""
        return Bounds(self.ground or Ground.of(folder, user_folders()), self.grants)


ONE_STEP = RunRequest()


class ManyEnd(NamedTuple):
    """Why no more of many runs followed, and what became of the first one that did not come to its end by itself.

    over: there are no more. unbuilt: the plan does not build as one that runs share. alone: the run failed, or ended
    the process; run by itself, it says why. cut: a limit ended it. killed: something outside ended the process,
    be it while it started. stopped: it was asked for. unready: there is no TensorFlow.
    """

    how: str
    result: PageResult | None = None


class EngineInterface(Protocol):
    """Runs plans in a process of its own, one after the other, and infers types. Any thread may call."""

    @property
    def walls_held(self) -> WallsHeld | None:
        """Return which of the system's walls held around the last run; None before there was one."""

    def start(self) -> None:
        """Begin to get ready in the background; returns at once and may be called again."""

    def close(self) -> None:
        """End everything that was started, for good; a run under way ends as stopped."""

    def companion(self) -> EngineInterface:
        """Return an engine that works beside this one, so that, say, types are inferred while a page runs.

        It may be this one itself where that can do both; else it is to be closed by itself.
        """

    def run(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest = ONE_STEP,
        *,
        on_event: Listener | None = None,
    ) -> PageResult:
        """Run a plan and wait for its end; events go to ``on_event`` in the calling thread.

        ``folder`` is the project's, the worker's working directory. Never raises for what the page does; the
        result's problems are those of the run only.
        """

    def run_many(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest,
        runs: Sequence[RunValues],
        on_over: Callable[[int, PageResult], object],
    ) -> ManyEnd:
        """Run a shared plan with the values of each run, one after the other, and wait for their end.

        ``on_over`` is called with the place of each run that comes to its end by itself; the first one that does not
        ends this. The limits of ``request`` are those of each run.
        """

    def stop(self, *, patient: bool = False) -> None:
        """End the run under way soon, if there is one; a ``patient`` stop gives its step more time."""

    def pause(self) -> None:
        """Hold a run begun with ``hold`` after its current step: Held follows; Pausing where that takes long."""

    def go(self, steps: int | None = None) -> None:
        """Let a held run go on for so many steps (None: until stopped); Going follows, at last Held again."""

    def set_pace(self, seconds: float | None) -> None:
        """Let a step of the run under way begin at most every so many seconds (None: as fast as it goes)."""

    def set_times(self, on: bool) -> None:
        """Measure where the steps of the run under way spend their time (Timed events), or no longer."""

    def ask(
        self,
        handler: Handler[_Request, _Reply],
        request: _Request,
        *,
        timeout: float | None = None,
        walls: Walls = NO_FILES,
        arrays: Iterable[ArrayRef] = (),
    ) -> _Reply | Problem:
        """Have a handler of the worker answer ``request`` within ``timeout`` seconds (None: no limit).

        ``walls`` stand around the worker meanwhile; ``arrays``, by the whole paths of their files, are read here and
        sent along. Returns the answer, or the problem that prevented it.
        """

    def infer(
        self,
        subject: Plan | Page,
        folder: str | os.PathLike[str],
        *,
        timeout: float | None = None,
        is_copy: bool = False,
        companions: Companions | None = None,
        functions: FunctionPages = NO_PAGES,
    ) -> Inference:
        """Return dtypes and static shapes of a page, or of a plan made with ``everything``; runs nothing of it.

        ``functions`` are the pages that stand as blocks on the page.
        ``is_copy``: the page never changes, and shares what has not changed with the copy asked about before.
        ``companions``: which files beside the project may be read (None: as of a saved project).
        Where inference does not end well, or not within ``timeout`` seconds, the only problem says so.
        """
