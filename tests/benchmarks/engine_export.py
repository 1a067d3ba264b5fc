"""Steps of the XOR page as a program of Python against the page's own steps, and against a function by hand."""

from __future__ import annotations

import runpy
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from app.document.formats.registry import open_project
from app.document.model.diagram import Page
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.engine.exchange.python_writer.program import python_program
from app.engine.tf.page_session import PageSession
from app.engine.values.results import TensorValue
from blocks.assets import asset
from tests.benchmarks.bench import Comparison, Row, side_by_side
from tests.benchmarks.by_hand_function import step_by_hand

_STEPS = 400  # per round

Results = dict[str, Any]


def exported_run() -> Comparison:
    """Compare many steps as the program does them, with the results of the last one."""
    return _compared(lambda names: lambda: names["run"](_STEPS), _page_steps)


def exported_step() -> Comparison:
    """Compare steps that are called one by one and each give every output."""
    return _compared(lambda names: _called(names["step"]), _page_steps)


def exported_step_by_hand() -> Comparison:
    """Compare the same calls with those of a function that was written by hand."""
    return _compared(lambda names: _called(names["step"]), lambda: _arrays_of(_called(step_by_hand())))


def _called(step: Callable[[], Results]) -> Callable[[], Results]:
    """Return what calls a step many times, and returns the results of the last call."""

    def steps() -> Results:
        for _ in range(_STEPS):
            results = step()
        return results

    return steps


def _page_steps() -> Callable[[], Results]:
    """Return what does many steps of the page."""
    path = _path()
    session = PageSession(_planned(path)[0], str(path.parent))
    session.initialise()

    def steps() -> Results:
        for _ in range(_STEPS):
            shown = session.hold()(None)
        return {key: value.array for key, value in shown.items() if isinstance(value, TensorValue)}

    return steps


def _arrays_of(steps: Callable[[], Results]) -> Callable[[], Results]:
    """Return the same with arrays in place of tensors."""
    return lambda: {key: value.numpy() for key, value in steps().items()}


def _path() -> Path:
    return asset("samples", "xor.tblocks")


def _planned(path: Path) -> tuple[Plan, Page]:
    (page,) = open_project(path).project.pages
    return make_plan(page, path.parent), page


def _compared(
    made: Callable[[Results], Callable[[], Results]], against: Callable[[], Callable[[], Results]]
) -> Comparison:
    """Compare steps of the program, by its names; both sides must have learned the same after the measurement."""
    path = _path()
    plan, page = _planned(path)
    last: dict[str, Results] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "xor.py"
        python_program(plan, page, path.parent, {}, "v2", out).write(out)
        sides = {"ours": _arrays_of(made(runpy.run_path(str(out), run_name="exported"))), "theirs": against()}
        ours, theirs = (partial(_hold, last, name, side) for name, side in sides.items())
        compared = side_by_side(ours, theirs)
    assert last["ours"].keys() == last["theirs"].keys()
    for key, mine in last["ours"].items():
        np.testing.assert_array_equal(mine, last["theirs"][key], err_msg=key)
    return compared


def _hold(last: dict[str, Results], name: str, side: Callable[[], Results]) -> None:
    last[name] = side()


_CALLED = "a step of the exported Python, XOR, called by itself"
ROWS = [
    Row("a step of the exported Python, XOR, as it runs", "the page's own step", 1.3, exported_run),
    Row(_CALLED, "the page's own step", 1.3, exported_step),
    Row(_CALLED, "a function of TensorFlow 2 by hand", 1.05, exported_step_by_hand),
]
