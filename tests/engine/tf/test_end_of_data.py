"""Runs over datasets end with the data, and leave everything as after the last whole step; sessions that run once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.document.fixes import fixed_page
from app.document.model.diagram import Page
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.events import Held, Rows
from app.engine.host.interface import RunRequest
from app.messages import message_of
from tests.support.inline_session import INLINE_SESSION
from tests.support.pages import page, plain, run, values

NUMBERS = {"output_types": "{DT_INT64}", "output_shapes": "{{}}"}


def summing(count: int, **more: Any) -> Page:
    """Return a page that adds the numbers 0, 1, ... below ``count`` to a Variable, one in each step."""
    blocks = {
        "data": ("RangeDataset", {"start": "0", "stop": str(count), "step": "1", **NUMBERS}),
        "iterator": ("IteratorV2", NUMBERS),
        "make": "MakeIterator",
        "begin": ("ClientSession", {"once": "true"}),
        "next": ("IteratorGetNext", NUMBERS),
        "sum": ("Variable", {"dtype": "DT_INT64", "shape": "{}"}),
        "add": "AssignAdd",
        "square": "Square",
        "session": "ClientSession",
    }
    wires = """
        data.handle -> make.dataset
        iterator.handle -> make.iterator
        make.operation -> begin.run_outputs
        iterator.handle -> next.iterator
        sum.ref -> add.ref
        next.components[0] -> add.value
        add.output_ref -> session.fetch_outputs
        sum.ref -> square.x
        square.y -> session.fetch_outputs
    """
    return page({**blocks, **more.pop("blocks", {})}, wires + more.pop("wires", ""), **more)


@pytest.mark.parametrize("watch", [(), ("add.output_ref",)])
@pytest.mark.parametrize("factory", [None, INLINE_SESSION])
def test_the_end_of_the_data_ends_the_run_with_the_last_whole_step(
    importable_fakes: None, factory: str | None, watch: tuple[str, ...]
) -> None:
    """6 numbers: 0 + 1 + ... + 5 = 15; the square is that of the new sum, as nothing else writes it."""
    rows: list[Any] = []
    made = summing(6)
    plan = make_plan(made, Path("."), watch=watch)
    with Engine(factory=factory) if factory else Engine() as engine:
        result = engine.run(
            plan,
            ".",
            RunRequest(steps=None, variables=True, watch=plan.watched),
            on_event=lambda event: rows.extend(event.rows) if isinstance(event, Rows) else None,
        )
    assert (result.ok, result.steps) == (True, 6)
    assert plain(result.results["next.components"]) == [5]
    assert plain(result.results["add.output_ref"]) == plain(result.variables["sum"]) == 15
    assert plain(result.results["square.y"]) == 225
    assert [(p.severity, p.code, p.block) for p in result.problems] == [("info", "data-ended", "next")]
    assert [row[0] for row in rows] == ([0, 1, 3, 6, 10, 15] if watch else [])


def test_many_steps_end_exactly(engine: Engine) -> None:
    result = run(engine, summing(4321), steps=100_000, variables=True)
    assert (result.ok, result.steps) == (True, 4321)
    assert plain(result.variables["sum"]) == plain(result.results["add.output_ref"]) == 4320 * 4321 // 2


def test_many_steps_end_with_what_was_shown_before_the_first_one(engine: Engine) -> None:
    """What runs once stays in the results of a run that the data end."""
    shown = {"x": ("Const", {"val": "3f"}), "y": "Neg"}
    made = summing(4321, blocks=shown, wires="x.output -> y.x\ny.y -> begin.fetch_outputs\n")
    result = run(engine, made, steps=100_000)
    assert result.steps == 4321
    assert plain(result.results["y.y"]) == -3


def test_fewer_steps_than_elements_say_nothing_of_an_end(engine: Engine) -> None:
    result = run(engine, summing(10), steps=4)
    assert (result.ok, result.steps, result.problems) == (True, 4, [])


def test_an_empty_dataset_is_a_fault(engine: Engine) -> None:
    result = run(engine, summing(0), steps=3, variables=True)
    assert (result.ok, result.steps) == (False, 0)
    assert [(p.severity, p.code, p.block) for p in result.problems] == [("error", "no-data", "next")]


def test_a_session_that_runs_once_runs_before_the_first_step_only(engine: Engine) -> None:
    """``once`` comes before ids that are smaller, and its results are those of the first step in all later ones."""
    blocks = {
        "n": ("Variable", {"dtype": "DT_INT32", "shape": "{}"}),
        "jump": ("AssignAdd", {"value": "100"}),
        "step": ("AssignAdd", {"value": "1"}),
        "a": "ClientSession",
        "z": ("ClientSession", {"once": "true"}),
    }
    wires = """
        n.ref -> jump.ref
        n.ref -> step.ref
        jump.output_ref -> z.fetch_outputs
        step.output_ref -> a.fetch_outputs
    """
    found = values(run(engine, page(blocks, wires), steps=5))
    assert (found["jump.output_ref"], found["step.output_ref"]) == (100, 105)


@pytest.mark.parametrize(
    "watch", [("jump.output_ref",), ("step.output_ref",), ("jump.output_ref", "step.output_ref")]
)
def test_what_ran_once_can_be_watched_in_every_step(engine: Engine, watch: tuple[str, ...]) -> None:
    blocks = {
        "n": ("Variable", {"dtype": "DT_INT32", "shape": "{}"}),
        "jump": ("AssignAdd", {"value": "100"}),
        "step": ("AssignAdd", {"value": "1"}),
        "a": "ClientSession",
        "z": ("ClientSession", {"once": "true"}),
    }
    wires = "n.ref -> jump.ref \n n.ref -> step.ref \n jump.output_ref -> z.fetch_outputs"
    made = page(blocks, wires + "\n step.output_ref -> a.fetch_outputs")
    rows: list[Any] = []
    plan = make_plan(made, Path("."), watch=watch)
    engine.run(
        plan,
        ".",
        RunRequest(steps=300, watch=plan.watched),
        on_event=lambda event: rows.extend(event.rows) if isinstance(event, Rows) else None,
    )
    columns = {"jump.output_ref": [100] * 300, "step.output_ref": list(range(101, 401))}
    assert rows == list(zip(*(columns[key] for key in watch), strict=True))


def test_a_run_that_is_held_does_not_begin_again(engine: Engine) -> None:
    """Step by step through a pause: the iterator goes on; after the end nothing changes any more."""
    made = summing(3)
    plan = make_plan(made, Path("."))
    held: list[Held] = []

    def on_event(event: object) -> None:
        if isinstance(event, Held):
            held.append(event)
            engine.go(1) if len(held) < 5 else engine.stop()

    engine.run(plan, ".", RunRequest(steps=1, hold=True), on_event=on_event)
    assert [(h.step, h.why) for h in held] == [
        (1, "done"),
        (2, "done"),
        (3, "done"),
        (3, "ended"),
        (3, "ended"),
    ]
    assert [plain(h.results["add.output_ref"]) for h in held] == [0, 1, 3, 3, 3]
    assert [plain(h.variables["sum"]) for h in held] == [0, 1, 3, 3, 3]


def test_variables_go_back_where_a_later_session_meets_the_end(engine: Engine) -> None:
    """Session ``early`` counts steps before the one that takes data: the count of the step without data is undone."""
    made = summing(
        4,
        blocks={
            "count": ("Variable", {"dtype": "DT_INT32", "shape": "{}"}),
            "up": ("AssignAdd", {"value": "1"}),
            "early": "ClientSession",
        },
        wires="count.ref -> up.ref \n up.output_ref -> early.fetch_outputs",
    )
    for watch in ((), ("up.output_ref",)):
        plan = make_plan(made, Path("."), watch=watch)
        result = engine.run(plan, ".", RunRequest(steps=None, variables=True, watch=plan.watched))
        assert (result.ok, result.steps) == (True, 4)
        assert [plain(result.variables[name]) for name in ("count", "sum")] == [4, 6]
        assert [plain(result.results[name]) for name in ("up.output_ref", "add.output_ref")] == [4, 6]


def test_what_an_earlier_session_did_elsewhere_is_warned_of() -> None:
    made = summing(
        4,
        blocks={
            "queue": ("FIFOQueue", {"component_types": "{DT_INT32}"}),
            "put": ("QueueEnqueue", {"components": "1"}),
            "early": "ClientSession",
        },
        wires="queue.handle -> put.handle \n put.operation -> early.run_outputs",
    )
    plan = make_plan(made, Path("."))
    assert [(p.severity, p.code, p.block, p.related) for p in plan.problems] == [
        ("warning", "not-undone", "next", ("put",))
    ]


def test_side_effects_wait_for_the_data(engine: Engine, tmp_path: Path) -> None:
    """A file is written in each step with data, not in the one without; nor by a session that takes none."""
    made = summing(
        2,
        blocks={
            "text": "AsString",
            "name": ("StringJoin", {"attrs": "separator_ = ;"}),
            "count": ("Variable", {"dtype": "DT_INT64", "shape": "{}"}),
            "up": ("AssignAdd", {"value": "1"}),
            "write": ("WriteFile", {"contents": "x"}),
        },
        wires="""
            count.ref -> up.ref
            up.output_ref -> text.input
            text.output -> name.inputs
            name.output -> write.filename
            write.operation -> session.run_outputs
        """,
    )
    result = run(engine, made, tmp_path, steps=9)
    assert (result.ok, result.steps) == (True, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2"]


def test_a_queue_that_runs_dry_stays_a_fault(engine: Engine) -> None:
    blocks = {
        "queue": ("FIFOQueue", {"component_types": "{DT_INT32}", "attrs": "shapes_ = {{}};"}),
        "put": ("QueueEnqueueMany", {"components": "{1,2}"}),
        "begin": ("ClientSession", {"once": "true"}),
        "close": "QueueClose",
        "closing": ("ClientSession", {"once": "true"}),
        "take": ("QueueDequeue", {"component_types": "{DT_INT32}"}),
        "session": "ClientSession",
    }
    wires = """
        queue.handle -> put.handle
        put.operation -> begin.run_outputs
        queue.handle -> close.handle
        close.operation -> closing.run_outputs
        queue.handle -> take.handle
        take.components -> session.fetch_outputs
    """
    result = run(engine, page(blocks, wires), steps=5)
    assert (result.ok, result.steps, [p.code for p in result.problems]) == (False, 2, ["run-failed"])


def test_an_iterator_that_begins_in_each_step_is_warned_of(engine: Engine) -> None:
    made = summing(9)
    made.blocks["begin"] = replace(made.blocks["begin"], pins={})
    made.wires[2] = replace(made.wires[2], target=replace(made.wires[2].target, block="session"))
    plan = make_plan(made, Path("."))
    assert [(p.code, p.block, p.related) for p in plan.problems] == [("data-restarts", "make", ("next",))]
    result = engine.run(plan, ".", RunRequest(steps=7))
    assert (result.ok, result.steps, plain(result.results["next.components"])) == (True, 7, [0])


def _in_each_step(steps: int, **blocks: Any) -> Page:
    """Return a page on which a session of its own, before the one that takes, begins the iterator in every step."""
    return summing(9, blocks={"begin": "ClientSession", **blocks}, steps=steps)


def test_an_iterator_that_a_session_before_begins_in_each_step_is_warned_of(engine: Engine) -> None:
    """With the fix 4 steps add 0 + 1 + 2 + 3; without it they add 0 each."""
    made = _in_each_step(4)
    (found,) = make_plan(made, Path(".")).problems
    assert (found.code, found.severity, found.block, found.pin) == (
        "data-restarts",
        "warning",
        "begin",
        "once",
    )
    assert found.related == ("make", "next")
    assert message_of(found) == (
        "the session begin runs make in every step, which begins the iterator anew, so that next always gets the"
        " first element"
    )
    assert plain(run(engine, made).results["add.output_ref"]) == 0
    (fix,) = found.fixes
    fixed = fixed_page(made, fix)
    assert list(make_plan(fixed, Path(".")).problems) == []
    assert plain(run(engine, fixed).results["add.output_ref"]) == 6


def test_an_iterator_that_begins_anew_on_purpose_is_not_warned_of() -> None:
    """A page of one step, one that takes two elements in each step, one whose iterator begins once."""
    two = _in_each_step(4, second=("IteratorGetNext", NUMBERS), other="ClientSession")
    two.wires += page(
        {}, "iterator.handle -> second.iterator\nsecond.components[0] -> other.fetch_outputs"
    ).wires
    for made in (_in_each_step(1), two, summing(9, steps=4)):
        assert [p.code for p in make_plan(made, Path(".")).problems] == []
