"""One step of the XOR page as a program of Python against the page's own step."""

from __future__ import annotations

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


def exported_step() -> Comparison:
    """Compare steps that give every output; both sides must have learned the same after the measurement."""
    path = asset("samples", "xor.tblocks")
    (page,) = open_project(path).project.pages
    plan = make_plan(page, path.parent)
    session = PageSession(plan, str(path.parent))
    session.initialise()
    program = python_program(plan, page, path.parent, {}, "v2", path.with_suffix(".py"))
    names: dict[str, Any] = {"__name__": "exported"}
    exec(compile(program.text, "xor.py", "exec"), names)  # noqa: S102 - it is what is measured
    last: dict[str, dict[str, Any]] = {}

    def ours() -> None:
        for _ in range(_STEPS):
            results = names["step"]()
        last["ours"] = {key: value.numpy() for key, value in results.items()}

    def theirs() -> None:
        for _ in range(_STEPS):
            shown = session.hold()(None)
        last["theirs"] = {key: v.array for key, v in shown.items() if isinstance(v, TensorValue)}

    compared = side_by_side(ours, theirs)
    assert last["ours"].keys() == last["theirs"].keys()
    for key, mine in last["ours"].items():
        np.testing.assert_array_equal(mine, last["theirs"][key], err_msg=key)
    return compared


ROWS = [Row("a step of the exported Python, XOR, all outputs", "the page's own step", 1.3, exported_step)]
