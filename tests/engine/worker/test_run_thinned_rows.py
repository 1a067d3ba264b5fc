"""Rows of watched values: one for each step, or evenly spaced where a fast run is only looked at."""

from __future__ import annotations

from pathlib import Path

from msgspec import structs

from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Watched
from app.engine.host.events import Rows
from app.engine.host.interface import RunRequest
from app.engine.values.results import TensorValue, tensor_of
from app.engine.worker.watcher import Watcher
from tests.support.pages import page

_COUNTER = page(
    {"v": ("Variable", {"initvalues": "0"}), "add": ("AssignAdd", {"value": "1"}), "s": "ClientSession"},
    """
    v.ref -> add.ref
    add.output_ref -> s.fetch_outputs
    """,
)
_PIN = Watched("add.output_ref", "add.output_ref", lenient=True)


def _pairs(rows: list[Rows]) -> list[tuple[int, object]]:
    return [(r.first + i * r.every, row[0]) for r in rows for i, row in enumerate(r.rows)]


def _values(number: int) -> dict[str, TensorValue]:
    return {"add.output_ref": tensor_of(number)}


def test_rows_of_one_message_are_evenly_spaced_whatever_the_steps_are() -> None:
    sent: list[Rows] = []
    watcher = Watcher((_PIN,), None, sent.append)
    steps = [1, 2, 3, 10, 14, 18, 22, 23, 40]
    for step in steps:
        watcher.take(step, _values(step * 10))
    watcher.finish()
    assert _pairs(sent) == [(step, step * 10) for step in steps]
    assert len(sent) < len(steps)


def test_only_what_is_looked_at_may_be_thinned() -> None:
    strict = structs.replace(_PIN, lenient=False)
    assert Watcher((_PIN,), None, print).may_thin
    assert not Watcher((_PIN, strict), None, print).may_thin
    assert not Watcher((), None, print).may_thin


def test_a_fast_run_gives_values_of_the_very_steps_it_names(engine) -> None:
    rows: list[Rows] = []
    plan = make_plan(_COUNTER, Path("."))
    engine.run(
        plan,
        ".",
        RunRequest(steps=6000, watch=(_PIN,)),
        on_event=lambda e: rows.append(e) if isinstance(e, Rows) else None,
    )
    pairs = _pairs(rows)
    assert all(step == value for step, value in pairs)
    assert [step for step, _ in pairs[:1000]] == list(range(1, 1001))
    assert pairs[-1] == (6000, 6000)


def test_a_log_of_a_run_misses_no_step(engine) -> None:
    rows: list[Rows] = []
    strict = structs.replace(_PIN, lenient=False)
    engine.run(
        make_plan(_COUNTER, Path(".")),
        ".",
        RunRequest(steps=4000, watch=(strict,)),
        on_event=lambda e: rows.append(e) if isinstance(e, Rows) else None,
    )
    assert _pairs(rows) == [(n, n) for n in range(1, 4001)]


def test_a_log_of_a_run_that_fails_misses_no_step_before(engine) -> None:
    rows: list[Rows] = []
    made = page(
        {
            "v": ("Variable", {"initvalues": "0.0", "dtype": "DT_FLOAT"}),
            "add": ("AssignAdd", {"value": "1.0"}),
            "left": ("Sub", {"y": "2500.0"}),
            "inverse": "Reciprocal",
            "check": ("CheckNumerics", {"message": "no number"}),
            "s": "ClientSession",
        },
        """
        v.ref -> add.ref
        add.output_ref -> left.x
        left.z -> inverse.x
        inverse.y -> check.tensor
        check.output -> s.fetch_outputs
        add.output_ref -> s.fetch_outputs
        """,
    )
    result = engine.run(
        make_plan(made, Path(".")),
        ".",
        RunRequest(steps=4000, watch=(structs.replace(_PIN, lenient=False),)),
        on_event=lambda e: rows.append(e) if isinstance(e, Rows) else None,
    )
    assert [p.block for p in result.problems] == ["check"]
    assert _pairs(rows) == [(n, n) for n in range(1, 2500)]
