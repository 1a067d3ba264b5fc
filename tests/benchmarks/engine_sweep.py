"""300 runs of a sweep of the linear regression, in one process, against planning, building and running each."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from app.document.model.diagram import Project
from app.document.resources.grants import Bounds
from app.document.resources.ground import Ground
from app.document.storage.reader import loads
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.sweeps.cases import Choice, cases_of
from app.engine.sweeps.pool import Pool
from app.engine.sweeps.preparing import prepare
from app.engine.sweeps.rows import Row, row_of
from app.engine.sweeps.swept_page import SweptPage
from app.engine.sweeps.varied import varied
from blocks.assets import asset
from tests.benchmarks.bench import Comparison, side_by_side
from tests.benchmarks.bench import Row as BenchRow

_RUNS, _STEPS = 300, 100


def a_run_of_a_sweep() -> Comparison:
    """Compare both ways; the rows are the same but for the seconds."""
    folder = Path(asset("samples"))
    project: Project = loads((folder / "linear_regression.tblocks").read_bytes()).project
    page = project.pages[0]
    page.run = replace(page.run, until=None)
    pin = varied("rate.val", [f"log:0.0005f:0.03f:{_RUNS}"])
    cases = cases_of([pin], Choice())
    request = RunRequest(steps=_STEPS)
    with Engine() as engine:

        def swept() -> SweptPage:
            return SweptPage(project, page, [pin.pin], folder, fetch=("cost.output",))

        def ours() -> list[Row]:
            one, rows = swept(), list[Row]()
            prepared = prepare(one, cases, Bounds(Ground.of(folder)))
            Pool(one, prepared, request, [engine]).run(rows.append)
            return rows

        def theirs() -> list[Row]:
            one = swept()
            return [
                row_of(case, engine.run(one.plan(case), folder, request), ("cost.output",)) for case in cases
            ]

        assert [row.values for row in ours()] == [row.values for row in theirs()]
        result = side_by_side(ours, theirs, rounds=3)
    return Comparison(result.ours / _RUNS, result.theirs / _RUNS, result.ratio, result.extra / _RUNS)


ROWS = [
    BenchRow("a run of a sweep, 300 runs of 100 steps", "planned, built and run each", 0.35, a_run_of_a_sweep)
]
