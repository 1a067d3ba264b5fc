"""A sweep whose workers are killed every few seconds: every row is there once, with the bits of runs done one by one.

``python -m tests.trials.killed_sweep --count 1000 --every 5 --jobs 2 --seed 1`` prints what went wrong.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path

from msgspec.structs import replace

from app.document.model.diagram import Project
from app.document.resources.grants import Bounds
from app.document.resources.ground import Ground
from app.document.storage.reader import loads
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.sweeps.cases import Case, Choice, cases_of
from app.engine.sweeps.pool import Pool
from app.engine.sweeps.preparing import prepare
from app.engine.sweeps.rows import Row, row_of
from app.engine.sweeps.swept_page import SweptPage
from app.engine.sweeps.table import Columns, Table
from app.engine.sweeps.varied import varied
from blocks.assets import asset
from tests.support.worker_processes import kill_a_worker

_FETCH = ("cost.output", "train_b.out", "w.ref")


class Trial:
    """A sweep of so many runs of the linear regression, each of so many steps."""

    def __init__(self, count: int, steps: int, seed: int) -> None:
        """Take rates at random."""
        self._dice = random.Random(seed)
        self._folder = asset("samples")
        project: Project = loads((self._folder / "linear_regression.tblocks").read_bytes()).project
        page = project.pages[0]
        page.run = replace(page.run, until=None)
        texts = sorted({f"{self._dice.uniform(0.001, 0.15):.6f}f" for _ in range(count)})
        pin = varied("rate.val", texts)
        self.cases = cases_of([pin], Choice())
        self._swept = SweptPage(project, page, [pin.pin], self._folder, fetch=_FETCH)
        self._request = RunRequest(steps=steps)
        self.kills = 0

    def run(
        self, engine: Engine, jobs: int, every: float | None = None, after_rows: int | None = None
    ) -> list[str]:
        """Sweep while workers are killed, every so many seconds or after so many rows; return what is wrong.

        Each run is done by itself then.
        """
        with tempfile.TemporaryDirectory() as folder:
            rows = self._sweep(engine, jobs, every, after_rows, Path(folder) / "table.csv")
            return [*_counted(rows, self.cases), *self._compared(engine, rows)]

    def _sweep(
        self, engine: Engine, jobs: int, every: float | None, after_rows: int | None, table: Path
    ) -> list[Row]:
        prepared = prepare(self._swept, self.cases, Bounds(Ground.of(self._folder)))
        rows: list[Row] = []
        over = threading.Event()

        def kill() -> None:
            self.kills += kill_a_worker(self._dice.randrange(100))

        def kill_by_the_clock() -> None:
            while every is not None and not over.wait(every):
                kill()

        def on_row(row: Row) -> None:
            written.add(row)
            rows.append(row)
            if after_rows is not None and len(rows) % after_rows == 0:
                kill()

        with ExitStack() as stack:
            engines = [engine, *[stack.enter_context(engine.companion()) for _ in range(jobs - 1)]]
            columns = Columns(("rate.val",), prepared.columns)
            written = stack.enter_context(Table(table, columns, self.cases, str))
            killer = threading.Thread(target=kill_by_the_clock)
            killer.start()
            try:
                Pool(self._swept, prepared, self._request, engines).run(on_row)
            finally:
                over.set()
                killer.join()
        with Table(table, columns, self.cases, str) as again:
            assert again.done == {row.number for row in rows}
        return rows

    def _compared(self, engine: Engine, rows: list[Row]) -> list[str]:
        found = []
        for case in self.cases:
            alone = row_of(case, engine.run(self._swept.plan(case), self._folder, self._request), _FETCH)
            own = [row for row in rows if row.number == case.number]
            if own and (own[0].values, own[0].steps, own[0].status) != (
                alone.values, alone.steps, alone.status,
            ):  # fmt: skip
                found.append(f"run {case.number}: {own[0]} is {alone} by itself")
        return found


def _counted(rows: list[Row], cases: list[Case]) -> list[str]:
    numbers = [row.number for row in rows]
    return [
        f"run {case.number} has {numbers.count(case.number)} rows"
        for case in cases
        if numbers.count(case.number) != 1
    ]


def main() -> int:
    """Run the trial; return 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.killed_sweep", description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two kills")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    trial = Trial(options.count, options.steps, options.seed)
    with Engine() as engine:
        wrong = trial.run(engine, options.jobs, options.every)
    print(*wrong, f"{len(trial.cases)} runs, {trial.kills} kills, {len(wrong)} wrong", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
