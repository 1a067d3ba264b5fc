"""What a run looks at beside its steps: nothing that is the same in each of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.compiler.make_plan import make_plan
from app.engine.tf.graph_builder import build_graph
from app.engine.tf.input_watch import InputWatch
from tests.support.pages import page

SHAPES = {"image": "{1,4,4,1}", "pooled": "{1,2,2,1}"}


@pytest.mark.parametrize(("grad", "faults"), [("{1,2,2,1}", []), ("{1,2,3,1}", [("p", "grad")])])
def test_shapes_that_no_step_changes_are_looked_at_once(grad: str, faults: list[tuple[str, str]]) -> None:
    drawn = {name: ("RandomUniform", {"shape": shape, "dtype": "DT_FLOAT"}) for name, shape in SHAPES.items()}
    pool = {"ksize": "{1,2,2,1}", "strides": "{1,2,2,1}", "padding": "VALID"}
    made = page(
        {
            **drawn,
            "grad": ("RandomUniform", {"shape": grad, "dtype": "DT_FLOAT"}),
            "p": ("MaxPoolGrad", pool),
        },
        "image.output -> p.orig_input\npooled.output -> p.orig_output\ngrad.output -> p.grad",
    )
    plan = make_plan(made, Path())
    watch = InputWatch(build_graph(plan, Path()), plan)
    assert watch.looks == {}
    assert [(problem.block, problem.pin) for problem in watch.found] == faults


def test_shapes_that_only_a_step_knows_are_looked_at_in_each() -> None:
    pool = {"ksize": "{1,2,2,1}", "strides": "{1,2,2,1}", "padding": "VALID"}
    open_shape = ("Placeholder", {"dtype": "DT_FLOAT", "shape": "?"})
    made = page(
        {"image": open_shape, "pooled": open_shape, "grad": open_shape, "p": ("MaxPoolGrad", pool)},
        "image.output -> p.orig_input\npooled.output -> p.orig_output\ngrad.output -> p.grad",
    )
    plan = make_plan(made, Path(), everything=True)
    assert list(InputWatch(build_graph(plan, Path()), plan).looks) == ["p"]
