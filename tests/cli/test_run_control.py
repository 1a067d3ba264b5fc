"""``tensorblocks run``: conditions, watched values, logs, where Variables start and where they are kept."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from app.cli import snapshots
from app.cli.opening import open_file
from app.cli.snapshots import SavedState
from app.document.resources.companion_files import Companions
from app.document.storage.project_file import load_project
from app.document.storage.reader import LoadedProject
from app.engine.values.results import TensorValue
from blocks.assets import asset
from tests.support.fake_engine import FakeEngine

PROGRAM = "import sys; from app.cli import main; sys.exit(main(sys.argv[1:]))"

# n counts the steps
COUNTER = (
    "counter",
    {
        "n": ("Variable", {"dtype": "DT_INT32", "shape": "{}", "initvalues": "0"}),
        "add": ("AssignAdd", {"value": "1"}),
        "part": ("Const", {"val": "{0.1f,0.25f}"}),
        "out": ("ClientSession", {}),
    },
    ["n.ref > add.ref", "add.output_ref > out.fetch_outputs", "part.output > out.fetch_outputs"],
)


@pytest.fixture
def descent(tmp_path: Path) -> Path:
    """A copy of the sample that learns one weight."""
    return Path(shutil.copy(asset("samples", "gradient_descent.tblocks"), tmp_path / "descent.tblocks"))


def test_until_ends_with_the_step_that_meets_it(cli, write) -> None:
    """Without --steps it is not the page's own single step that ends the run."""
    done = cli("run", write(COUNTER), "--until", "add.output_ref == 7", "--json")
    page = done.json["pages"]["counter"]
    assert (done.status, page["ok"], page["steps"]) == (0, True, 7)
    assert page["results"]["add.output_ref"]["values"] == [7]


def test_the_page_keeps_its_own_condition(cli, write) -> None:
    """It ends at the earlier of its steps and its condition; --steps and --until overrule them."""
    path = write(COUNTER, steps=9, until="add.output_ref >= 4")
    assert cli("run", path, "--json").json["pages"]["counter"]["steps"] == 4
    assert cli("run", path, "--json", "--steps", 3).json["pages"]["counter"]["steps"] == 3
    assert cli("run", path, "--json", "--until", "n.ref > 5").json["pages"]["counter"]["steps"] == 6


def test_a_condition_that_never_holds_warns(cli, write) -> None:
    done = cli("run", write(COUNTER), "--steps", 3, "--until", "add.output_ref < 0")
    assert done.status == 0
    assert "warning: add.output_ref < 0 did not come true in 3 steps" in done.err


@pytest.mark.parametrize(
    ("options", "status", "complaint"),
    [
        (["--until", "add.output_ref"], 2, "compares nothing"),
        (["--until", "ad.output_ref > 1"], 3, "did you mean add?"),
        (["--until", "add.value > 1"], 3, "needs an output 'value'"),
        (["--watch", "ad.output_ref"], 2, "--watch: ad.output_ref"),
        (["--watch", "add"], 2, "--watch: 'add' is not a pin"),
        (["--log", "x.csv"], 2, "--log: name what to log with --watch"),
        (["--all-pages", "--watch", "add.output_ref"], 2, "--watch is for one page"),
        (["--log", "no/such/x.csv", "--watch", "n.ref"], 2, "--log no/such/x.csv: there is no folder"),
        (["--start", "trained"], 2, "no such snapshot (it has none)"),
        (["--save-snapshot", " "], 2, "the name is empty"),
        (["--checkpoint", "no/such/model"], 2, "there is no folder"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    cli_without_worker, write, options: list[str], status: int, complaint: str
) -> None:
    done = cli_without_worker("run", write(COUNTER), *options)
    assert done.status == status
    assert complaint in done.err


def test_a_condition_on_several_numbers_ends_the_run_in_words(cli, write) -> None:
    done = cli("run", write(COUNTER), "--until", "part.output > 1")
    assert done.status == 1
    assert "name one, as part.output[0]" in done.err


def test_the_log_has_a_row_for_every_step(cli, write, tmp_path: Path) -> None:
    """Numbers with their dtype's digits: 0.1, not 0.10000000149011612; an earlier log is replaced."""
    log = tmp_path / "log.csv"
    log.write_text("old\n" * 100)
    watch = ["--watch", "add.output_ref", "--watch", "part.output[0]"]
    assert cli("run", write(COUNTER), "--steps", 3, "--log", log, *watch).status == 0
    assert log.read_bytes() == b"step,add.output_ref,part.output[0]\n1,1,0.1\n2,2,0.1\n3,3,0.1\n"


def test_the_log_has_a_row_for_every_round_of_a_watched_loop(cli, tmp_path: Path) -> None:
    """Newton's method for the root of x**3 - 2x - 5, from 2: its first steps are those of Newton's own example."""
    log, sample = tmp_path / "log.csv", str(asset("samples", "newton.tblocks"))
    assert cli("run", sample, "--log", log, "--watch", "loop/step.better").status == 0
    lines = log.read_text().splitlines()
    assert lines[0] == "step,round,loop/step.better"
    assert [line.rpartition(",")[0] for line in lines[1:]] == ["1,1", "1,2", "1,3", "1,4"]
    assert [f"{float(line.rpartition(',')[2]):.8f}" for line in lines[1:3]] == ["2.10000000", "2.09456812"]


def test_a_log_without_watch_holds_the_conditions_pin(cli, write, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    assert cli("run", write(COUNTER), "--until", "add.output_ref > 1", "--log", log).status == 0
    assert log.read_text() == "step,add.output_ref\n1,1\n2,2\n"


def test_a_snapshot_is_stored_with_the_project_and_started_from(cli, descent: Path) -> None:
    """20 steps are 12 steps, a snapshot, and 8 steps, to the last bit; the project gains one line."""
    before = descent.read_text(encoding="utf-8").splitlines()
    assert cli("run", descent, "--steps", 12, "--save-snapshot", "half way").status == 0
    added = [line for line in descent.read_text(encoding="utf-8").splitlines() if line not in before]
    assert added == ['      "snapshots": {"half way": {"npz": "descent.half_way.npz"}}']
    with np.load(descent.parent / "descent.half_way.npz") as archive:
        assert archive.files == ["w"]
    whole = cli("run", descent, "--steps", 20, "--json").json["pages"]["gradient descent"]["results"]
    rest = cli("run", descent, "--steps", 8, "--start", "half way", "--json")
    assert rest.json["pages"]["gradient descent"]["results"] == whole
    assert "half way" not in rest.err


def test_a_snapshot_of_the_same_name_is_replaced(cli, descent: Path) -> None:
    for steps in (1, 2):
        assert cli("run", descent, "--steps", steps, "--save-snapshot", "s").status == 0
    assert load_project(descent).project.pages[0].snapshots == {"s": {"npz": "descent.s.npz"}}
    with np.load(descent.parent / "descent.s.npz") as archive:
        found = archive["w"]
    after_two = cli("run", descent, "--steps", 2, "--json", "--fetch", "update.out").json
    values = after_two["pages"]["gradient descent"]["results"]["update.out"]["values"]
    assert found == np.float32(values[0])


def test_names_that_look_alike_get_files_of_their_own(cli, descent: Path) -> None:
    for name in ("a b", "a/b"):
        assert cli("run", descent, "--steps", 1, "--save-snapshot", name).status == 0
    assert load_project(descent).project.pages[0].snapshots == {
        "a b": {"npz": "descent.a_b.npz"},
        "a/b": {"npz": "descent.a_b.2.npz"},
    }


def test_runs_side_by_side_lose_no_snapshot(
    cli_without_worker, descent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each would read the project before the other has written it; the second one waits for the first."""
    both_have_read = threading.Barrier(2)

    def read(path: Path) -> LoadedProject:
        loaded = load_project(path)
        with contextlib.suppress(threading.BrokenBarrierError):
            both_have_read.wait(0.5)
        return loaded

    monkeypatch.setattr(snapshots, "load_project", read)
    opened = open_file(str(descent))
    values = {"w": TensorValue("float32", np.asarray(1, np.float32))}

    def save(name: str) -> None:
        beside = Companions.of(descent.parent)
        SavedState(opened, opened.project.pages[0], name, None, beside).save(values, FakeEngine())

    saving = [threading.Thread(target=save, args=(name,)) for name in ("a", "b")]
    for thread in saving:
        thread.start()
    for thread in saving:
        thread.join()
    assert set(load_project(descent).project.pages[0].snapshots) == {"a", "b"}


def test_a_full_disk_is_said_with_the_file(cli, descent: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, values: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(snapshots, "write_snapshot", full)
    done = cli("run", descent, "--steps", 1, "--save-snapshot", "s")
    file = descent.parent / "descent.s.npz"
    assert (done.status, done.err) == (
        1,
        f"tensorblocks: --save-snapshot s: {file}: No space left on device\n",
    )


def test_texts_of_set_do_not_get_into_the_project(cli, descent: Path) -> None:
    options = ["--set", "rate.val=0.5f", "--until", "loss.output > 1e3", "--steps", 2]
    assert cli("run", descent, *options, "--save-snapshot", "s").status == 0
    assert "0.5f" not in descent.read_text(encoding="utf-8")
    assert "until" not in descent.read_text(encoding="utf-8")


def test_a_checkpoint_is_written_and_started_from(cli, descent: Path) -> None:
    """TensorFlow's own reader finds the Variable under its block's id; a run goes on from there."""
    model = descent.parent / "model.ckpt"
    assert cli("run", descent, "--steps", 12, "--checkpoint", model).status == 0
    whole = cli("run", descent, "--steps", 20, "--json").json["pages"]["gradient descent"]["results"]
    for name in (model, f"{model}.index"):
        rest = cli("run", descent, "--steps", 8, "--start", name, "--json").json
        assert rest["pages"]["gradient descent"]["results"] == whole


def test_values_that_do_not_fit_stop_the_run(cli_without_worker, descent: Path) -> None:
    np.savez(descent.parent / "other.npz", w=np.zeros((2, 2), np.float32))
    done = cli_without_worker("run", descent, "--start", descent.parent / "other.npz")
    assert done.status == 3
    assert "holds the shape [2, 2] for w, which is of shape []" in done.err


def test_a_page_without_variables_keeps_nothing(cli_without_worker, tmp_path: Path) -> None:
    path = shutil.copy(asset("samples", "matrix_product.tblocks"), tmp_path)
    done = cli_without_worker("run", path, "--save-snapshot", "s")
    assert (done.status, "runs no Variable" in done.err) == (2, True)
    assert list(tmp_path.iterdir()) == [Path(path)]


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a group of processes")
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_leaves_whole_files_and_status_130(write, tmp_path: Path) -> None:
    """The log ends with a whole line, results and snapshot are those of the last step, steps have no gap."""
    project, log, out = write(COUNTER), tmp_path / "log.csv", tmp_path / "out.npz"
    options = ["--until", "n.ref < 0", "--watch", "add.output_ref", "--log", log, "--out", out, "--json"]
    command = [sys.executable, "-c", PROGRAM, "run", project, *options, "--save-snapshot", "s"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        deadline = time.monotonic() + 60
        while (not log.exists() or log.stat().st_size < 200) and time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()
        os.killpg(process.pid, signal.SIGINT)
        printed, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    page = json.loads(printed)["pages"]["counter"]
    lines = log.read_text().splitlines(keepends=True)
    assert lines[1:] == [f"{k},{k}\n" for k in range(1, page["steps"] + 1)]
    with np.load(out) as archive:
        assert archive["add.output_ref"] == page["steps"]
    with np.load(tmp_path / "project.s.npz") as archive:
        assert archive["n"] == page["steps"]


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_a_run_that_is_ended_from_outside_leaves_nothing_half_written(write, tmp_path: Path) -> None:
    """SIGTERM ends it at once: the log ends with a whole line, results are there whole or not at all, nothing else."""
    project, log, out = write(COUNTER), tmp_path / "log.csv", tmp_path / "out.npz"
    before = project.read_bytes()
    options = ["--until", "n.ref < 0", "--watch", "add.output_ref", "--log", log, "--out", out, "--json"]
    command = [sys.executable, "-c", PROGRAM, "run", project, *options, "--save-snapshot", "s"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while (not log.exists() or log.stat().st_size < 200) and time.monotonic() < deadline:
            assert process.poll() is None
        process.terminate()
        printed, _ = process.communicate(timeout=60)
    assert (process.returncode, printed, project.read_bytes()) == (-signal.SIGTERM, b"", before)
    assert log.read_bytes().endswith(b"\n")
    assert {path.name for path in tmp_path.iterdir()} == {project.name, "log.csv"}


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal to a group of processes")
def test_a_job_that_ignores_ctrl_c_runs_on(write, tmp_path: Path) -> None:
    """What was started with SIGINT ignored (``nohup``, ``command &`` in a script) makes all its steps."""
    project, log = write(COUNTER), tmp_path / "log.csv"
    options = ["--steps", "5000", "--watch", "add.output_ref", "--log", log]
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is started inherits it
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "run", project, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        deadline = time.monotonic() + 60
        while (not log.exists() or log.stat().st_size < 200) and time.monotonic() < deadline:
            assert process.poll() is None, process.communicate()
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert len(log.read_text().splitlines()) == 5001


def test_a_page_until_stopped_ends_by_the_time_limit_with_its_last_step(cli, write) -> None:
    """``"steps": null`` in the file: status 124, and results of the last whole step."""
    done = cli("run", write(COUNTER, steps=None), "--timeout", 1, "--json")
    page = done.json["pages"]["counter"]
    assert (done.status, page["ok"]) == (124, False)
    assert page["results"]["add.output_ref"]["values"] == [page["steps"]]
    assert page["steps"] > 0
    assert [p["code"] for p in page["problems"]] == ["timeout"]


DIVISION = (
    "division",
    {
        "n": ("Variable", {"dtype": "DT_FLOAT", "shape": "{}", "initvalues": "2.0f"}),
        "less": ("AssignSub", {"value": "1.0f"}),
        "inverse": ("Reciprocal", {}),
        "after": ("Square", {}),
        "out": ("ClientSession", {}),
    },
    ["n.ref > less.ref", "less.output_ref > inverse.x", "inverse.y > after.x", "after.y > out.fetch_outputs"],
)


@pytest.mark.parametrize(
    "options", [["--guard"], ["--guard", "after.y"], ["--guard", "--fetch", "less.output_ref"]]
)
def test_the_guard_ends_with_the_first_step_that_is_not_finite(cli, write, options: list[str]) -> None:
    """In the second step 1/0 is infinite; the block that made it is named, whatever is looked at or shown."""
    done = cli("run", write(DIVISION), "--steps", 9, *options, "--json")
    page = done.json["pages"]["division"]
    (problem,) = page["problems"]
    assert (done.status, page["ok"], page["steps"]) == (1, False, 2)
    assert (problem["code"], problem["block"], problem["pin"]) == ("not-finite", "inverse", "y")
    assert len(page["results"]) == (1 if "--fetch" in options else 4)


def test_the_page_keeps_its_own_guard(cli, write) -> None:
    done = cli("run", write(DIVISION, steps=9, guard=["inverse.y"]))
    assert done.status == 1
    assert "error: inverse.y: inverse.y is infinite in step 2" in done.err


def test_a_guarded_pin_that_is_not_there_is_refused_in_words(cli_without_worker, write) -> None:
    done = cli_without_worker("run", write(DIVISION), "--guard", "afte.y")
    assert done.status == 3
    assert "did you mean after?" in done.err


def test_a_pace_leaves_time_between_the_steps(cli, write) -> None:
    """Ten steps at 20 in a second take at least 9 times 50 ms."""
    page = cli("run", write(COUNTER), "--steps", 10, "--pace", 0.05, "--json").json["pages"]["counter"]
    assert page["steps"] == 10
    assert page["seconds"] >= 0.45


def test_the_times_of_blocks_are_a_table_on_stderr(cli, write) -> None:
    done = cli("run", write(COUNTER), "--steps", 200, "--times", "--json")
    table = [line.split() for line in done.err.splitlines() if line.endswith(("add", "part", "n"))]
    assert {row[-1] for row in table} == {"add", "part", "n"}
    spent = [float(row[0].replace(",", "")) for row in table]
    assert spent == sorted(spent, reverse=True)
    assert done.json["pages"]["counter"]["steps"] == 200


# The eleventh step waits for room in the queue, for ever
FULL = (
    "full",
    {
        "n": ("Variable", {"dtype": "DT_INT32", "shape": "{}", "initvalues": "0"}),
        "add": ("AssignAdd", {"value": "1"}),
        "queue": ("FIFOQueue", {"component_types": "{DT_INT32}", "attrs": "capacity_ = 10;"}),
        "put": ("QueueEnqueue", {}),
        "out": ("ClientSession", {}),
    },
    [
        "n.ref > add.ref",
        "add.output_ref > put.components",
        "queue.handle > put.handle",
        "put.operation > out.run_outputs",
    ],
)


def test_a_killed_run_leaves_the_variables_that_were_handed_over(cli, write, tmp_path: Path) -> None:
    """What is stored is said to be that of an earlier step, and is it."""
    project = write(FULL, steps=None, keep_every=0.2)
    done = cli("run", project, "--pace", 0.1, "--timeout", 3, "--save-snapshot", "s")
    assert done.status == 124
    (step,) = re.findall(r"full: the Variables kept are those after step (\d+)", done.err)
    with np.load(tmp_path / "project.s.npz") as archive:
        assert archive["n"] == int(step)
