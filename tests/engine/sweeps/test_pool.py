"""The runs of a sweep on engines: every row once whatever happens to workers, and a bad run is no other run's fault."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.document.model.diagram import Page, Project
from app.document.resources.grants import Bounds, Grants
from app.document.resources.ground import Ground
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.sweeps.cases import Case
from app.engine.sweeps.pool import Pool
from app.engine.sweeps.preparing import prepare
from app.engine.sweeps.rows import Row
from app.engine.sweeps.swept_page import SweptPage
from tests.support import pages
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


def _sweep(
    engine: Engine,
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
        engines = [engine, *[stack.enter_context(engine.companion()) for _ in range(jobs - 1)]]
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
