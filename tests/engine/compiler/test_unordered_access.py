"""Two ops on one queue in no fixed order are named before a run, where the order shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.engine.compiler.make_plan import make_plan
from tests.support.pages import page

QUEUE = {
    "q": ("FIFOQueue", {"component_types": "{DT_FLOAT}"}),
    "put": ("QueueEnqueue", {"components": "1f"}),
    "more": ("QueueEnqueue", {"components": "2f"}),
    "close": "QueueClose",
    "take": ("QueueDequeue", {"component_types": "{DT_FLOAT}"}),
    "a": "ClientSession",
    "b": "ClientSession",
}
HANDLES = (
    "q.handle -> put.handle\nq.handle -> more.handle\nq.handle -> close.handle\nq.handle -> take.handle\n"
)
PUT, MORE, CLOSE = (f"{block}.operation -> %s.run_outputs\n" for block in ("put", "more", "close"))
TAKE = "take.components -> %s.fetch_outputs"


@pytest.mark.parametrize(
    ("runs", "pair"),
    [
        (PUT % "a" + MORE % "a", ("put", "more")),
        (PUT % "a" + MORE % "b", None),
        (PUT % "a" + CLOSE % "a", ("put", "close")),
        (PUT % "a" + CLOSE % "b", None),
        (PUT % "a" + CLOSE % "b" + TAKE % "b", None),  # what is in it can be taken after it was closed
        (PUT % "a" + TAKE % "a", ("put", "take")),
    ],
)
def test_the_two_are_named_unless_their_sessions_or_nothing_decides(
    runs: str, pair: tuple[str, str] | None
) -> None:
    problems = [p for p in make_plan(page(QUEUE, HANDLES + runs), Path()).problems if p.code == "unordered"]
    assert [(p.severity, p.block, p.related) for p in problems] == (
        [] if pair is None else [("warning", "q", pair)]
    )


@pytest.mark.parametrize(
    ("count", "session", "pair"),
    [(2, "b", None), (2, "a", ("bring0", "bring1")), (3, "b", ("bring0", "bring1"))],
    ids=["two, then taken", "taken among them", "three"],
)
def test_two_gradients_have_one_mean_in_either_order(
    count: int, session: str, pair: tuple[str, str] | None
) -> None:
    """Two workers bring gradients into one accumulator; of three the last bits would depend on who comes first."""
    blocks = {
        "store": ("ConditionalAccumulator", {"dtype": "DT_FLOAT", "shape": "{}"}),
        **{
            f"bring{n}": ("AccumulatorApplyGradient", {"local_step": "0", "gradient": "1f"})
            for n in range(count)
        },
        "take": ("AccumulatorTakeGradient", {"dtype": "DT_FLOAT", "num_required": str(count)}),
        "a": "ClientSession",
        "b": "ClientSession",
    }
    wires = [f"store.handle -> bring{n}.handle\nbring{n}.operation -> a.run_outputs" for n in range(count)]
    wires += ["store.handle -> take.handle", f"take.average -> {session}.fetch_outputs"]
    plan = make_plan(page(blocks, "\n".join(wires)), Path())
    assert [p.related for p in plan.problems if p.code == "unordered"] == ([] if pair is None else [pair])
