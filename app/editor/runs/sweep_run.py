"""A sweep over a page in a thread and workers of its own, beside the page's runs; its rows come as they are done."""

from __future__ import annotations

import threading
import traceback
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from PySide6.QtCore import QObject, Signal

from app.editor.runs.consents import Permits

if TYPE_CHECKING:
    from app.document.model.diagram import Page, Project
    from app.document.model.problems import Problem
    from app.document.resources.companion_files import Companions
    from app.editor.runs.runner import Runner
    from app.engine.sweeps.cases import Choice
    from app.engine.sweeps.pool import Pool
    from app.engine.sweeps.rows import Row
    from app.engine.sweeps.varied import Varied


class SweepSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be run: texts for pins, which combinations, the outputs shown, how many at a time."""

    pins: tuple[Varied, ...]
    choice: Choice
    fetch: tuple[str, ...] = ()
    jobs: int = 1


class SweptProject(msgspec.Struct, frozen=True, kw_only=True):
    """Copies of the page and of the project around it, where it stands, and what it may touch."""

    project: Project
    page: Page
    folder: Path
    companions: Companions
    permits: Permits


class SweepEnd(msgspec.Struct, frozen=True):
    """How a sweep ended; ``problems`` say why it could not begin, or not go on."""

    how: Literal["done", "stopped", "refused", "problems", "endless", "fault"]
    problems: list[Problem] = []
    fault: str = ""
    sentence: Any = None  # of an option that does not fit


class SweepRun(QObject):
    """At most one sweep runs. Signals come in the window's thread."""

    planned = Signal(object, object, int)  # pins, keys of the results, the number of runs
    came = Signal()  # rows, to be taken
    ended = Signal(SweepEnd)

    def __init__(self, runner: Runner, parent: QObject) -> None:
        """Run on engines beside that of the runner."""
        super().__init__(parent)
        self._runner = runner
        self._rows: deque[Row] = deque()
        self._waits = False  # rows that were announced are still to be taken
        self._pool: Pool | None = None
        self._stopping = False
        self._thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Return whether a sweep is at it."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, swept: SweptProject, settings: SweepSettings) -> None:
        """Begin; nothing may be running."""
        self._stopping = False
        self._rows.clear()
        given = (swept, settings)
        self._thread = threading.Thread(target=self._work, args=given, name="sweep", daemon=True)
        self._thread.start()

    def take_rows(self) -> list[Row]:
        """Return the rows that came since the last time."""
        self._waits = False
        rows = []
        while self._rows:
            rows.append(self._rows.popleft())
        return rows

    def stop(self) -> None:
        """End soon; the rows that are there stay."""
        self._stopping = True
        if self._pool is not None:
            self._pool.stop()

    def close(self) -> None:
        """End what runs, as the window goes."""
        self.stop()
        if self._thread is not None:
            self._thread.join(5.0)

    # --- in the thread

    def _work(self, swept: SweptProject, settings: SweepSettings) -> None:
        try:
            end = self._run(swept, settings)
        except Exception:
            end = SweepEnd("fault", fault=traceback.format_exc())
        try:
            self.ended.emit(end)
        except RuntimeError:  # the window was closed in this moment
            return

    def _run(self, swept: SweptProject, settings: SweepSettings) -> SweepEnd:
        from app.document.model.sentence import Unreadable
        from app.document.resources.grants import Bounds
        from app.engine.compiler.errors import FetchError
        from app.engine.host.interface import RunRequest
        from app.engine.sweeps.cases import cases_of
        from app.engine.sweeps.preparing import prepare
        from app.engine.sweeps.swept_page import SweptPage

        pins = [pin.pin for pin in settings.pins]
        try:
            cases = cases_of(settings.pins, settings.choice)
            page = SweptPage(
                swept.project,
                swept.page,
                pins,
                swept.folder,
                fetch=settings.fetch,
                companions=swept.companions,
            )
            grants, asks = swept.permits.decide(page.plan(cases[0]))
            if asks:
                return SweepEnd("refused")
            prepared = prepare(page, cases, Bounds(swept.permits.ground, grants))
        except (Unreadable, FetchError) as fault:
            return SweepEnd("problems", sentence=fault.sentence)
        if prepared.refused:
            return SweepEnd("refused", prepared.refused)
        if len(prepared.stopped) == len(cases):
            return SweepEnd("problems", prepared.stopped[0][1])
        run = swept.page.run
        if run.steps is None and run.until is None and not prepared.takes_data:
            return SweepEnd("endless")
        self.planned.emit(pins, prepared.columns, len(cases))
        ground = swept.permits.ground if swept.permits.consents is not None else None
        request = RunRequest(steps=swept.page.run.steps, grants=grants, ground=ground)
        return self._swept(page, prepared, request, settings.jobs)

    def _swept(self, page: Any, prepared: Any, request: Any, jobs: int) -> SweepEnd:
        from app.engine.sweeps.pool import Pool

        engines = self._runner.sweep_engines(jobs)
        try:
            self._pool = pool = Pool(page, prepared, request, engines)
            if self._stopping:
                pool.stop()
            whole = pool.run(self._on_row)
        finally:
            self._pool = None
            for engine in engines:
                if not self._runner.is_own(engine):
                    engine.close()
        if pool.fatal:
            return SweepEnd("problems", pool.fatal)
        return SweepEnd("done" if whole else "stopped")

    def _on_row(self, row: Row) -> None:
        self._rows.append(row)
        if not self._waits:
            self._waits = True
            self.came.emit()
