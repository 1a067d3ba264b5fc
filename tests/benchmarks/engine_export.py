"""Steps of the XOR page as a program of Python against the page's own steps."""

from __future__ import annotations

import runpy
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from app.document.formats.registry import open_project
from app.engine.compiler.make_plan import make_plan
from app.engine.exchange.python_writer.program import python_program
from app.engine.tf.page_session import PageSession
from app.engine.values.results import TensorValue
from blocks.assets import asset
from tests.benchmarks.bench import Comparison, Row, side_by_side

_STEPS = 400  # per round

Results = dict[str, Any]


def exported_run() -> Comparison:
    """Compare many steps as the program does them, with the results of the last one."""
    return _compared(lambda names: lambda: names["run"](_STEPS))


def exported_step() -> Comparison:
    """Compare steps that are called one by one and each give every output."""

    def made(names: Results) -> Callable[[], Results]:
        step = names["step"].get_concrete_function()

        def ours() -> Results:
            for _ in range(_STEPS):
                results: Results = step()
            return results

        return ours

    return _compared(made)


def _compared(made: Callable[[Results], Callable[[], Results]]) -> Comparison:
    """Compare steps of the program, by its names; both sides must have learned the same after the measurement."""
    path = asset("samples", "xor.tblocks")
    (page,) = open_project(path).project.pages
    plan = make_plan(page, path.parent)
    session = PageSession(plan, str(path.parent))
    session.initialise()
    last: dict[str, Results] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "xor.py"
        python_program(plan, page, path.parent, {}, "v2", out).write(out)
        run = made(runpy.run_path(str(out), run_name="exported"))

        def ours() -> None:
            last["ours"] = {key: value.numpy() for key, value in run().items()}

        def theirs() -> None:
            for _ in range(_STEPS):
                shown = session.hold()(None)
            last["theirs"] = {key: v.array for key, v in shown.items() if isinstance(v, TensorValue)}

        compared = side_by_side(ours, theirs)
    assert last["ours"].keys() == last["theirs"].keys()
    for key, mine in last["ours"].items():
        np.testing.assert_array_equal(mine, last["theirs"][key], err_msg=key)
    return compared


ROWS = [
    Row("a step of the exported Python, XOR, as it runs", "the page's own step", 1.3, exported_run),
    Row("a step of the exported Python, XOR, called by itself", "the page's own step", 1.3, exported_step),
]
