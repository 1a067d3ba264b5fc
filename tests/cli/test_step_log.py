"""The log of a run that goes back to an earlier step."""

from __future__ import annotations

from pathlib import Path

from app.cli.step_log import StepLog
from app.engine.compiler.plan import Watched
from app.engine.host.events import Rows

_WATCHED = (Watched("loss.output", "loss.output"),)


def test_rows_of_steps_that_are_done_anew_take_the_place_of_those_before(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    with StepLog(str(path), _WATCHED) as log:
        log.add(Rows(1, ("float32",), [(5.0,), (4.0,), (3.0,)]))
        log.go_back(2)
        log.add(Rows(3, ("float32",), [(2.5,), (2.0,)]))
    assert path.read_text() == "step,loss.output\n1,5.0\n2,4.0\n3,2.5\n4,2.0\n"


def test_a_log_goes_back_to_its_begin(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    with StepLog(str(path), _WATCHED) as log:
        log.add(Rows(1, ("float32",), [(5.0,)]))
        log.go_back(0)
        log.add(Rows(1, ("float32",), [(6.0,)]))
    assert path.read_text() == "step,loss.output\n1,6.0\n"
