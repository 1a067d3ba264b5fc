"""Runs a part of a page for one step, beside the page's own runs, in a thread and a worker of its own."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.model.problems import Problem
from app.document.resources.file_stamps import stamps_of
from app.editor.runs.consents import Permits

if TYPE_CHECKING:
    from app.document.model.diagram import Page
    from app.document.resources.file_stamps import ReadFile, Stamp
    from app.document.resources.function_pages import FunctionPages
    from app.editor.runs.runner import Runner
    from app.engine.analysis.asks import Ask
    from app.engine.values.results import PageResult, TensorValue

_MOST_SECONDS = 120.0  # a part is meant to be looked at; what takes longer is for a run of the page


@dataclass
class PartEnd:
    """How the run of a part ended: with a result, or without one as problems, questions or a fault stand against it."""

    page: Page  # the whole page, as it was
    part: Page
    blocks: frozenset[str]  # the addresses of what is run to be seen
    fetch: tuple[str, ...] = ()  # the addresses of outputs within uses that are shown; none: all of the part
    result: PageResult | None = None
    problems: list[Problem] | None = None
    asks: list[Ask] | None = None
    fault: str = ""
    files: Mapping[ReadFile, Stamp] = field(default_factory=dict)  # that it has read


class PartRun(QObject):
    """At most one part runs; a new one ends it. ``ended`` comes in the window's thread."""

    ended = Signal(PartEnd)
    _over = Signal(int, PartEnd)

    def __init__(self, runner: Runner, parent: QObject) -> None:
        """Run on an engine beside that of the runner."""
        super().__init__(parent)
        self._runner = runner
        self._number = 0
        self._thread: threading.Thread | None = None
        self._over.connect(self._on_over)

    def start(
        self, end: PartEnd, folder: Path, permits: Permits, variables: Mapping[str, TensorValue]
    ) -> None:
        """Run a part of a copy of a page; the Variables start from these values, the others from their own.

        ``end`` says which, and is given back with what came of it.
        """
        self.stop()
        self._number += 1
        functions = self._runner.plans.functions(end.page)
        given = (self._number, self._thread, end, folder, permits, variables, functions)
        self._thread = threading.Thread(target=self._work, args=given, name="part", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Return whether a part runs."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """End what runs; nothing is reported of it."""
        self._number += 1
        if self.running:
            self._runner.part_engine().stop()

    def close(self) -> None:
        """End what runs, as the window goes."""
        self.stop()
        if self._thread is not None:
            self._thread.join(5.0)

    def _on_over(self, number: int, end: PartEnd) -> None:
        if number == self._number:
            self.ended.emit(end)

    # --- in the thread
    def _work(
        self, number: int, before: threading.Thread | None, end: PartEnd, folder: Path, permits: Permits,
        variables: Mapping[str, TensorValue], functions: FunctionPages,
    ) -> None:  # fmt: skip
        if before is not None:
            before.join()
        try:
            self._run(end, folder, permits, variables, functions)
        except Exception:
            end.fault = traceback.format_exc()
        try:
            self._over.emit(number, end)
        except RuntimeError:  # the window was closed in this moment
            return

    def _run(
        self, end: PartEnd, folder: Path, permits: Permits, variables: Mapping[str, TensorValue],
        functions: FunctionPages,
    ) -> None:  # fmt: skip
        from app.engine.analysis.page_cluster import cluster_of_page
        from app.engine.analysis.read_files import files_read
        from app.engine.host.interface import RunRequest
        from app.engine.values.snapshots import fitting

        plan = self._runner.plans.plan_part(end.part, folder, functions, end.fetch)
        end.problems = list(plan.problems)
        if plan.stops:
            return
        cluster = cluster_of_page(end.page, folder)
        if isinstance(cluster, Problem):
            end.problems.append(cluster)
            return
        grants, end.asks = permits.decide(plan, cluster)
        if end.asks:
            return
        end.files = stamps_of(files_read(plan, folder, is_here=cluster is None))
        access = cluster.access if cluster is not None else None
        start, _ = fitting(plan, variables, "the state") if variables else ({}, [])
        ground = permits.ground if permits.consents is not None else None
        request = RunRequest(timeout=_MOST_SECONDS, start=start, grants=grants, ground=ground, cluster=access)
        end.result = self._runner.part_engine().run(plan, folder, request)
