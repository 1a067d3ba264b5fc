"""Runs that watch and end by a condition; Variables that start from stored values: against counting by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from app.document.fixes import offer
from app.document.formats.registry import open_project
from app.document.model.diagram import Monitor
from app.document.model.problems import joined
from app.document.model.sentence import quote, say
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Watched
from app.engine.host.checkpoints import load_checkpoint, save_checkpoint
from app.engine.host.engine import Engine
from app.engine.host.events import Rows
from app.engine.host.interface import RunRequest
from app.engine.values.results import TensorValue, tensor_of
from app.engine.values.snapshots import SnapshotError, fitting, read_snapshot, write_snapshot
from app.messages import fix_title
from blocks.assets import asset
from blocks.catalog import load
from blocks.requirement import Actual, Requirement
from tests.support.pages import page, plain
from tests.support.words import holds, raises_saying

COUNTER = page(
    {
        "n": ("Variable", {"dtype": "DT_INT32", "shape": "{}", "initvalues": "0"}),
        "add": ("AssignAdd", {"value": "1"}),
        "square": "Square",
        "session": "ClientSession",
    },
    "n.ref -> add.ref \n add.output_ref -> square.x \n square.y -> session.fetch_outputs",
)


def run(
    engine: Engine, made: Any, watch: tuple[str, ...] = (), until: str | None = None, **options: Any
) -> Any:
    """Run and return the result and every watched row with the number of its step."""
    made.run = replace(made.run, until=until)
    plan = make_plan(made, Path("."), watch=watch)
    assert not plan.stops, plan.problems
    rows: list[tuple[Any, ...]] = []

    def on_event(event: object) -> None:
        if isinstance(event, Rows):
            rows.extend((event.first + i, *row) for i, row in enumerate(event.rows))

    result = engine.run(
        plan, ".", RunRequest(watch=plan.watched, until=plan.until, **options), on_event=on_event
    )
    return result, rows


def test_a_condition_ends_the_run_with_the_step_that_meets_it(engine: Engine) -> None:
    """The square reaches 50 in step 8 (64); results, Variables and the number of steps are that step's."""
    result, _ = run(engine, COUNTER, until="square.y >= 50", steps=None, variables=True)
    assert (result.ok, result.steps, result.problems) == (True, 8, [])
    assert plain(result.results["square.y"]) == 64
    assert plain(result.variables["n"]) == 8


def test_the_number_of_steps_ends_it_sooner_and_warns(engine: Engine) -> None:
    result, _ = run(engine, COUNTER, until="square.y >= 50", steps=5)
    assert (result.ok, result.steps) == (True, 5)
    assert [(p.severity, p.code) for p in result.problems] == [("warning", "not-reached")]


def test_watched_values_of_every_step_come_in_order(engine: Engine) -> None:
    """The square and the Variable (read after its only writer) step by step: many rows, none lost."""
    _, rows = run(engine, COUNTER, watch=("square.y", "n.ref"), steps=3000)
    assert rows == [(k, k * k, k) for k in range(1, 3001)]


def test_what_is_watched_is_the_same_as_what_is_shown(engine: Engine) -> None:
    """Fetching one pin only changes no bit of it: the XOR sample's loss against full samples of each step."""
    path = asset("samples", "xor.tblocks")
    sample = open_project(path).project.pages[0]
    _, rows = run(engine, sample, watch=("loss.output", "w1.ref[1][0]"), steps=30)
    for steps in (1, 17, 30):
        plan = make_plan(sample, path.parent)
        shown = engine.run(plan, path.parent, RunRequest(steps=steps)).results
        assert rows[steps - 1][1:] == (plain(shown["loss.output"]), plain(shown["w1.ref"])[1][0])


@pytest.mark.parametrize(
    ("pin", "words"),
    [
        ("three.output", say("watch.no-single-element", shape=(3,))),
        ("three.output[3]", say("watch.beyond", index=3, last=2)),
        ("three.output[0][0]", say("watch.no-single-element")),
        ("text.output", say("watch.no-numbers", dtype="string")),
    ],
)
def test_a_pin_that_is_not_one_number_is_refused(engine: Engine, pin: str, words: str) -> None:
    made = page({"three": ("Const", {"val": "{1,2,3}"}), "text": ("Const", {"val": '"a"'})})
    result, _ = run(engine, made, watch=(pin,), steps=2)
    assert not result.ok
    assert (result.problems[0].code, result.problems[0].block) == ("bad-watch", pin.split(".")[0])
    assert holds(result.problems[0].sentence, words)


@pytest.mark.parametrize(("until", "code"), [("n.reff < 1", "unknown-pin"), ("m.ref < 1", "unknown-block")])
def test_a_condition_on_what_is_not_there_is_one_problem(until: str, code: str) -> None:
    made = page(
        {"n": ("Variable", {"initvalues": "1"}), "session": "ClientSession"}, "n.ref -> session.fetch_outputs"
    )
    made.run = replace(made.run, until=until)
    assert [p.code for p in make_plan(made, Path(".")).problems] == [code]


def test_a_dead_branch_is_no_value_and_meets_nothing(engine: Engine) -> None:
    path = asset("samples", "switch_and_merge.tblocks")
    sample = open_project(path).project.pages[0]
    result, rows = run(engine, sample, watch=("small.y",), until="small.y != 0", steps=2)
    assert rows == [(1, None), (2, None)]
    assert [p.code for p in result.problems] == ["not-reached"]


def test_a_run_continues_from_a_snapshot_bit_for_bit(engine: Engine, tmp_path: Path) -> None:
    """40 steps of the XOR sample at once, and 15 + 25 with the Variables through an npz file: the same bits."""
    path = asset("samples", "xor.tblocks")
    sample = open_project(path).project.pages[0]
    plan = make_plan(sample, path.parent)
    whole = engine.run(plan, path.parent, RunRequest(steps=40, variables=True))
    first = engine.run(plan, path.parent, RunRequest(steps=15, variables=True))
    write_snapshot(tmp_path / "s.npz", first.variables)
    start, problems = fitting(plan, read_snapshot(tmp_path / "s.npz"), "s")
    second = engine.run(plan, path.parent, RunRequest(steps=25, variables=True, start=start))
    assert problems == []
    assert set(second.variables) == {"w1", "b1", "w2", "b2"}
    for block, value in second.variables.items():
        assert value.array.tobytes() == whole.variables[block].array.tobytes()
    for key, value in second.results.items():
        assert value.array.tobytes() == whole.results[key].array.tobytes(), key


VALUES = {
    "float": tensor_of(np.array([[1.5, np.nan]], np.float32)),
    "whole": tensor_of(np.array(2**62, np.int64)),
    "flag": tensor_of(np.array([True, False])),
    "words": tensor_of(np.array([b"a\0", "ü".encode(), b"\xff"], object)),
    "complex": tensor_of(np.array([1 + 2j], np.complex64)),
    "empty": tensor_of(np.zeros((0, 3), np.float64)),
}


def assert_same(found: dict[str, TensorValue]) -> None:
    """Compare with VALUES, bit for bit."""
    assert found.keys() == VALUES.keys()
    for name, value in VALUES.items():
        assert (found[name].dtype, found[name].shape) == (value.dtype, value.shape), name
        if value.dtype == "string":
            assert found[name].array.tolist() == value.array.tolist()
        else:
            assert found[name].array.tobytes() == value.array.tobytes()


def test_a_snapshot_keeps_every_value(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "s.npz", VALUES)
    assert_same(read_snapshot(tmp_path / "s.npz"))


def test_a_checkpoint_keeps_every_value(engine: Engine, tmp_path: Path) -> None:
    save_checkpoint(engine, tmp_path / "model.ckpt", VALUES)
    assert_same(load_checkpoint(engine, tmp_path / "model.ckpt"))


def test_checkpoints_that_do_not_work_say_why(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "bad.index").write_bytes(b"no checkpoint")
    with raises_saying(SnapshotError, say("snapshot.of-file")):
        load_checkpoint(engine, tmp_path / "bad")
    with raises_saying(SnapshotError, quote("under a file")):
        save_checkpoint(engine, tmp_path / "bad.index" / "under a file", VALUES)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_snapshot_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "s.npz").write_bytes(content)
    with raises_saying(SnapshotError, say("file.no-npz", file="s.npz")):
        read_snapshot(tmp_path / "s.npz")


def test_a_pickle_in_a_snapshot_is_not_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "s.npz", w=np.array([print], object))
    with raises_saying(SnapshotError, say("npz.objects")):
        read_snapshot(tmp_path / "s.npz")


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(2, np.int32), say("snapshot.shape-misfit", snapshot="old", block="n", stored=(2,))),
        (
            np.zeros((), np.float32),
            say(
                "snapshot.misfit",
                snapshot="old",
                block="n",
                actual=Actual(dtype="float32"),
                needs=Requirement(dtypes=("int32",)),
            ),
        ),
    ],
)
def test_values_that_do_not_fit_are_named(array: Any, words: str) -> None:
    plan = make_plan(COUNTER, Path("."))
    start, (problem,) = fitting(plan, {"n": tensor_of(array)}, "old")
    assert start == {}
    assert (problem.severity, problem.code, problem.block) == ("error", "bad-snapshot", "n")
    assert holds(problem.sentence, words)


def test_variables_of_only_one_side_are_warned_of() -> None:
    plan = make_plan(COUNTER, Path("."))
    _, problems = fitting(plan, {"gone": tensor_of(np.zeros(2))}, "old")
    assert [(p.severity, p.code) for p in problems] == [("warning", "bad-snapshot")] * 2


@pytest.mark.parametrize("steps", [3, 400])
def test_a_lenient_watch_has_no_value_where_a_strict_one_ends_the_run(engine: Engine, steps: int) -> None:
    """As monitors watch: an index beyond the tensor is a row without a value, in single and in quick steps."""
    plan = make_plan(COUNTER, Path("."))
    rows: list[tuple[Any, ...]] = []

    def on_event(event: object) -> None:
        if isinstance(event, Rows):
            rows.extend((event.first + i, *row) for i, row in enumerate(event.rows))

    good = Watched("square.y", "square.y", lenient=True)
    beyond = Watched("square.y[7]", "square.y", (7,), lenient=True)
    result = engine.run(plan, ".", RunRequest(steps=steps, watch=(good, beyond)), on_event=on_event)
    assert (result.ok, result.steps) == (True, steps)
    assert rows == [(k, k * k, None) for k in range(1, steps + 1)]
    strict = engine.run(plan, ".", RunRequest(steps=steps, watch=(replace(beyond, lenient=False),)))
    assert [p.code for p in strict.problems] == ["bad-watch"]


def test_a_run_warns_of_what_a_monitor_shows_beyond_a_tensor(engine: Engine) -> None:
    """Its shape is known before the step, as is that of a Variable's reference."""
    made = page({"three": ("Variable", {"initvalues": "{1,2,3}"})})
    made.monitors = {"m": Monitor(id="m", kind="curve", pins=("three.ref[2]", "three.ref[3]"), at=(0, 0))}
    result, _ = run(engine, made, steps=2)
    assert result.ok
    (found,) = result.problems
    assert holds(found.sentence, say("monitor.beyond", monitor="m", pin="three.ref[3]", shape=(3,)))


def test_each_monitor_that_shows_what_an_output_lacks_is_named(engine: Engine) -> None:
    """One finds no such element before the step, the other no such index by its types: neither hides the other."""
    made = page({"two": ("Split", {"split_dim": "0", "value": "{1,2,3,4}", "num_split": "2"})})
    made.monitors = {
        "m": Monitor(id="m", kind="value", pins=("two.output[2]",), at=(0, 0)),
        "n": Monitor(id="n", kind="value", pins=("two.output[1][5]",), at=(0, 0)),
    }
    plan = make_plan(made, Path("."))
    result = engine.run(plan, ".", RunRequest())
    assert result.ok
    found = joined(plan.problems, result.problems)
    assert [p.related for p in found] == [("two.output[2]",), ("two.output[1][5]",)]


def test_a_condition_on_many_numbers_is_named_in_the_run(engine: Engine) -> None:
    made = page({"three": ("Const", {"val": "{1,2,3}"})})
    result, _ = run(engine, made, until="three.output < 0", steps=2)
    (found,) = result.problems
    assert holds(found.sentence, say("condition.needs-number", condition="three.output < 0"))
    made.run = replace(made.run, until="three.output < 0")
    (offered,) = offer(made, load(), [found], {})  # of a shape that only the run finds as well
    assert [fix_title(fix) for fix in offered.fixes] == ["Stop at three.output[0] < 0"]
