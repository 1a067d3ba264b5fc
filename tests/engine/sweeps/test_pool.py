"""The runs of a sweep on engines: every row once whatever happens to workers, and a bad run is no other run's fault."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from app.document.model.diagram import Page, Project
from app.document.model.sentence import quote
from app.document.resources.grants import Bounds, Grants
from app.document.resources.ground import Ground
from app.engine.compiler.plan import Plan
from app.engine.compiler.run_values import RunValues
from app.engine.host.engine import Engine
from app.engine.host.events import Listener
from app.engine.host.exit_reasons import no_tensorflow
from app.engine.host.interface import ONE_STEP, EngineInterface, ManyEnd, RunRequest
from app.engine.host.launcher import ForkLauncher, Worker
from app.engine.sweeps.cases import Case
from app.engine.sweeps.pool import Pool
from app.engine.sweeps.preparing import prepare
from app.engine.sweeps.rows import Row
from app.engine.sweeps.swept_page import SweptPage
from app.engine.values.results import PageResult
from tests.support import pages
from tests.support.fake_engine import FakeEngine
from tests.support.worker_processes import kill_a_worker

_ALL = Grants.of(everything=True)
_ACTS = """import os, time

def act(x: "float32 []") -> "float32 []":
    if x == 3:
        os.abort()
    if x == 5:
        time.sleep(60)
    if x == 7:
        raise ValueError("seven")
    return x + 1
"""


class _KilledEngine(FakeEngine):
    """Its process is killed after so many runs of each chunk, one number for each; ever after it lives."""

    def __init__(self, kills: Sequence[int], starts: int = 0) -> None:
        """With ``starts`` no graph is shared, and so many runs by themselves are killed before they begin."""
        super().__init__()
        self.kills, self.shares = list(kills), not starts
        self.starts = [None] * starts  # that are to come, on this engine or a companion

    def companion(self) -> _KilledEngine:
        other = _KilledEngine(self.kills)
        other.starts, other.shares = self.starts, self.shares
        return other

    def __enter__(self) -> _KilledEngine:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is to be ended."""

    def run(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest = ONE_STEP,
        *,
        on_event: Listener | None = None,
    ) -> PageResult:
        with suppress(IndexError):  # two may begin at once
            self.starts.pop()
            return PageResult(ok=False, killed=True, problems=[no_tensorflow(quote("killed by SIGKILL"))])
        return super().run(plan, folder, request, on_event=on_event)

    def run_many(
        self,
        plan: Plan,
        folder: str | os.PathLike[str],
        request: RunRequest,
        runs: Sequence[RunValues],
        on_over: Callable[[int, PageResult], object],
    ) -> ManyEnd:
        if not self.shares:
            return ManyEnd("unbuilt")
        most = self.kills.pop(0) if self.kills else None
        end = super().run_many(plan, folder, request, runs[:most], on_over)
        return end if most is None else ManyEnd("killed", PageResult(ok=False, killed=True))


def _sweep(
    engine: Engine | _KilledEngine,
    page: Page,
    pin: str,
    texts: list[str],
    folder: Path,
    *,
    jobs: int = 1,
    timeout: float | None = None,
    on_row: Callable[[Pool, int], object] = lambda pool, count: None,
) -> list[Row]:
    swept = SweptPage(Project(pages=[page]), page, [pin], folder)
    cases = [Case(i, (text,)) for i, text in enumerate(texts, 1)]
    prepared = prepare(swept, cases, Bounds(Ground.of(folder), _ALL))
    rows: list[Row] = []
    with ExitStack() as stack:
        engines: list[EngineInterface] = [
            engine,
            *[stack.enter_context(engine.companion()) for _ in range(jobs - 1)],
        ]
        pool = Pool(swept, prepared, RunRequest(steps=page.run.steps, timeout=timeout, grants=_ALL), engines)

        def take(row: Row) -> None:
            rows.append(row)
            on_row(pool, len(rows))

        pool.run(take)
    return rows


def _counting() -> Page:
    return pages.page(
        {
            "rate": ("Const", {"val": "1.0f"}),
            "v": ("Variable", {"initvalues": "0.0f"}),
            "add": "AssignAdd",
            "session": "ClientSession",
        },
        "v.ref -> add.ref\nrate.output -> add.value\nadd.output_ref -> session.fetch_outputs",
        steps=20,
    )


@pytest.mark.skipif(sys.platform != "linux", reason="looks for the workers in /proc")
def test_a_worker_that_is_killed_costs_no_row_and_no_bit(engine: Engine, tmp_path: Path) -> None:
    texts = [f"{i}.5f" for i in range(60)]

    def kill(pool: Pool, count: int) -> None:
        if count % 15 == 0:
            kill_a_worker(count // 15)

    rows = _sweep(engine, _counting(), "rate.val", texts, tmp_path, jobs=2, on_row=kill)
    assert sorted(row.number for row in rows) == list(range(1, 61))
    assert {row.status for row in rows} == {"done"}
    # the sums of 20 halves are exact
    assert {row.number: row.values["add.output_ref"] for row in rows} == {
        i + 1: 20 * (i + 0.5) for i in range(60)
    }


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("kills", [*([count] for count in range(9)), [0, 0], [3, 0, 8, 1], [5, 5, 0, 0, 7]])
def test_each_run_has_one_row_wherever_a_chunk_is_cut(tmp_path: Path, kills: list[int], jobs: int) -> None:
    """A chunk of 8 that is killed after each number of its runs, in one engine or in both."""
    texts = [f"{i}.5f" for i in range(8 * jobs)]
    rows = _sweep(_KilledEngine(kills), _counting(), "rate.val", texts, tmp_path, jobs=jobs)
    assert sorted(row.number for row in rows) == list(range(1, len(texts) + 1))
    assert {row.status for row in rows} == {"done"}


def test_a_run_whose_process_is_killed_three_times_has_a_row_that_says_so(tmp_path: Path) -> None:
    texts = [f"{i}.5f" for i in range(8)]
    rows = _sweep(_KilledEngine([2, 0, 0]), _counting(), "rate.val", texts, tmp_path)
    assert sorted(row.number for row in rows) == list(range(1, 9))
    assert [row.number for row in rows if row.status == "failed"] == [3]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_run_by_itself_whose_worker_is_killed_while_it_starts_is_done_again(
    tmp_path: Path, jobs: int
) -> None:
    texts = [f"{i}.5f" for i in range(8)]
    rows = _sweep(_KilledEngine([], starts=2), _counting(), "rate.val", texts, tmp_path, jobs=jobs)
    assert sorted(row.number for row in rows) == list(range(1, 9))
    assert {row.status for row in rows} == {"done"}


@pytest.mark.skipif(sys.platform != "linux", reason="kills what the fork server forks")
@pytest.mark.parametrize("killed", [{1}, {2}, {3}, {1, 2}, {2, 3, 4}, {1, 2, 3, 4}])
def test_a_worker_that_is_killed_while_it_starts_costs_no_row(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed: set[int]
) -> None:
    """A death before the worker is ready is no lack of TensorFlow, which would end the sweep."""
    launch, launched = ForkLauncher.launch, list[Worker]()

    def launch_and_kill(self: ForkLauncher) -> Worker:
        worker = launch(self)
        launched.append(worker)
        if len(launched) in killed:
            worker.kill()
        return worker

    def kill(pool: Pool, count: int) -> None:
        if count % 15 == 0:
            kill_a_worker(count // 15)

    monkeypatch.setattr(ForkLauncher, "launch", launch_and_kill)
    texts = [f"{i}.5f" for i in range(60)]
    rows = _sweep(engine, _counting(), "rate.val", texts, tmp_path, jobs=2, on_row=kill)
    assert sorted(row.number for row in rows) == list(range(1, 61))
    assert {row.status for row in rows} == {"done"}


def test_a_run_that_ends_badly_is_a_row_and_the_others_go_on(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "acts.py").write_text(_ACTS, encoding="utf-8")
    page = pages.page(
        {"x": ("Const", {"val": "0.0f"}), "act": "python:acts.py:act", "session": "ClientSession"},
        "x.output -> act.x\nact.output -> session.fetch_outputs",
    )
    texts = [f"{i}.0f" for i in range(1, 9)]
    rows = sorted(_sweep(engine, page, "x.val", texts, tmp_path, timeout=2.0), key=lambda row: row.number)
    assert [row.status for row in rows] == [
        "done", "done", "failed", "done", "timed out", "done", "failed", "done",
    ]  # fmt: skip
    assert [row.values["act.output"] for row in rows] == [2, 3, None, 5, None, 7, None, 9]
    codes = [row.problem.code if row.problem is not None else None for row in rows]
    assert codes == [None, None, "aborted", None, "timeout", None, "python-failed", None]


def test_a_sweep_that_is_stopped_leaves_whole_rows_only(engine: Engine, tmp_path: Path) -> None:
    def stop(pool: Pool, count: int) -> None:
        if count == 5:
            pool.stop()

    page = _counting()
    page.run = type(page.run)(steps=3000)
    rows = _sweep(engine, page, "rate.val", [f"{i}.0f" for i in range(400)], tmp_path, on_row=stop)
    assert 5 <= len(rows) < 400
    assert {row.steps for row in rows} == {3000}
