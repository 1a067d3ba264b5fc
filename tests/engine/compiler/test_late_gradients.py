"""A constant at local_step lets an accumulator of gradients wait for ever; when, TensorFlow itself shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.messages import message_of
from tests.support.fix_cases import const
from tests.support.pages import page

_WAIT = 1.5  # seconds; what comes at all comes within milliseconds


def _page(local_step: str, *, kind: str = "", steps: int = 3, more: str = "") -> Page:
    """Return a page that brings a gradient in one session, and takes it out in the next."""
    blocks = {
        "store": (f"{kind}ConditionalAccumulator", {"dtype": "DT_FLOAT", "shape": "{}"}),
        "bring": (f"{kind}AccumulatorApplyGradient", {"gradient": "2.0f", "local_step": local_step}),
        "take": (f"{kind}AccumulatorTakeGradient", {"dtype": "DT_FLOAT", "num_required": "1"}),
        "count": ("Variable", {"dtype": "DT_INT64", "shape": "{}", "initvalues": "0"}),
        "next": ("AssignAdd", {"value": "1"}),
        "scaled": ("Multiply", {"y": "1"}),
        "fixed": const("0"),
        "wide": ("Cast", {"DstT": "DT_INT64"}),
        "set": (f"{kind}AccumulatorSetGlobalStep", {"new_global_step": "0"}),
        "a": "ClientSession",
        "b": "ClientSession",
    }
    wires = (
        "store.handle -> bring.handle\nstore.handle -> take.handle\nbring.operation -> a.run_outputs\n"
        "take.average -> b.fetch_outputs\ncount.ref -> next.ref\nnext.output_ref -> b.fetch_outputs\n"
        "count.ref -> scaled.x\nfixed.output -> wide.x\nstore.handle -> set.handle\n"
    )
    return page(blocks, wires + more, steps=steps)


def _warned(made: Page) -> list[Problem]:
    plan = make_plan(made, Path())
    assert not plan.stops, [message_of(p) for p in plan.problems]
    return [p for p in plan.problems if p.code == "stuck"]


@pytest.mark.parametrize(("local_step", "first"), [("0", 2), ("1", 3)])
def test_the_step_that_waits_for_ever_is_foretold(engine: Engine, local_step: str, first: int) -> None:
    """The run waits in the very step that the warning names, and all steps before it are done."""
    (found,) = _warned(_page(local_step))
    assert (found.severity, found.block, found.pin, found.related) == (
        "warning",
        "bring",
        "local_step",
        ("take",),
    )
    assert message_of(found) == (
        f"bring brings its gradients for step {local_step} in every step: from step {first} of a run on store "
        "drops them, as late, and take waits for ever"
    )
    plan = make_plan(_page(local_step), Path())
    result = engine.run(plan, ".", RunRequest(steps=3, wait_limit=_WAIT))
    assert (result.steps, [p.code for p in result.problems if p.severity == "error"]) == (
        first - 1,
        ["stuck"],
    )


def test_the_counter_that_the_hint_asks_for_lets_the_run_go_on(engine: Engine) -> None:
    made = _page("", more="count.ref -> bring.local_step")
    assert _warned(made) == []
    result = engine.run(make_plan(made, Path()), ".", RunRequest(steps=3, wait_limit=_WAIT))
    assert (result.ok, result.steps) == (True, 3)


@pytest.mark.parametrize(
    ("made", "is_warned"),
    [
        (_page("0", steps=1), False),
        (_page("1", steps=2), False),
        (_page("-1", steps=1), True),
        (_page("9000000000"), False),
        (_page("0", kind="Resource"), True),
        (_page("", more="wide.y -> bring.local_step"), True),
        (_page("", more="wide.y -> bring.local_step", steps=1), False),
        (_page("", more="scaled.z -> bring.local_step"), False),
        (_page("0", more="set.operation -> b.run_outputs"), False),
    ],
    ids=[
        "one step", "enough for its steps", "late from the first", "far ahead", "as a resource",
        "computed of constants", "computed, one step", "computed of the counter", "set back by the page",
    ],
)  # fmt: skip
def test_it_is_said_where_the_page_goes_so_far_with_a_fixed_step(made: Page, is_warned: bool) -> None:
    assert bool(_warned(made)) == is_warned
