"""``tensorblocks sweep``: the rows of its table are what ``run --set`` gives, and wrong use is said in a sentence."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from blocks.assets import asset
from tests.cli.conftest import Cli, Write

_SAMPLE = asset("samples") / "linear_regression.tblocks"
_RATES = ("0.05f", "0.1f", "0.15f", "0.19f")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _scalar(outcome: Any, pin: str) -> Any:
    (page,) = outcome.json["pages"].values()
    return page["results"][pin]["values"][0], page["steps"]


def test_the_rows_are_what_single_runs_give(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "t.json"
    command = ["sweep", _SAMPLE, "--vary", "rate.val", *_RATES, "--vary", "b.initvalues", "0.0f", "1.5f"]
    command += ["--set", "grad_w.y=0.3f", "--steps", 90, "--fetch", "cost.output", "--out", out]
    outcome = cli(*command)
    assert outcome.status == 0, outcome.err
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert len(rows) == 8
    for row in rows:
        texts = [f"{pin}={text}" for pin, text in row["set"].items()]
        sets = [part for text in (*texts, "grad_w.y=0.3f") for part in ("--set", text)]
        alone = cli("run", _SAMPLE, "--steps", 90, "--fetch", "cost.output", *sets, "--json")
        assert (row["fetched"]["cost.output"], row["steps"]) == _scalar(alone, "cost.output")
        assert (row["status"], row["problem"], row["seed"]) == ("done", None, None)


def test_a_condition_ends_each_run_and_the_sessions_own_outputs_are_shown(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    assert cli("sweep", _SAMPLE, "--vary", "rate.val", "0.1f", "0.15f", "--out", out).status == 0
    rows = _rows(out)
    assert list(rows[0]) == [
        "run", "rate.val", "seed", "cost.output", "train_w.out", "train_b.out", "steps", "seconds", "status", "problem",
    ]  # fmt: skip
    assert all(0 < float(row["cost.output"]) < 1e-6 and int(row["steps"]) < 2000 for row in rows)
    assert rows[0]["train_w.out"].startswith("[3, 1] mean 0.50")


def test_seeds_are_those_of_run(cli: Cli, write: Write, tmp_path: Path) -> None:
    file = write(
        (
            "p",
            {
                "r": ("RandomUniform", {"shape": "{}"}),
                "x": ("Multiply", {"y": "2.0f"}),
                "session": ("ClientSession", {}),
            },
            ["r.output > x.x", "x.z > session.fetch_outputs"],
        )
    )
    out = tmp_path / "t.json"
    assert (
        cli("sweep", file, "--vary", "x.y", "1.0f", "2.0f", "--seeds", 2, "--seed", 4, "--out", out).status
        == 0
    )
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert [row["seed"] for row in sorted(rows, key=lambda row: row["run"])] == [4, 5, 4, 5]
    for row in rows:
        alone = cli("run", file, "--seed", row["seed"], "--set", f"x.y={row['set']['x.y']}", "--json")
        assert row["fetched"]["x.z"] == _scalar(alone, "x.z")[0]


def test_a_pin_within_a_use_is_varied(cli: Cli, tmp_path: Path) -> None:
    tree = {
        "format": "tensorblocks",
        "version": 2,
        "pages": [
            {
                "name": "main",
                "run": {"steps": 1},
                "blocks": [
                    {"id": "c", "symbol": "Const", "at": [0, 0], "pins": {"val": "3.0f"}},
                    {"id": "one", "symbol": "page:double", "at": [200, 0]},
                    {"id": "two", "symbol": "page:double", "at": [400, 0]},
                    {"id": "session", "symbol": "ClientSession", "at": [600, 0]},
                ],
                "wires": [["c.output", "one.x"], ["one.y", "two.x"], ["two.y", "session.fetch_outputs"]],
            },
            {
                "name": "double",
                "blocks": [
                    {"id": "x", "symbol": "Argument", "at": [0, 0]},
                    {"id": "by", "symbol": "Multiply", "at": [200, 0], "pins": {"y": "2.0f"}},
                    {"id": "y", "symbol": "Result", "at": [400, 0]},
                ],
                "wires": [["x.output", "by.x"], ["by.z", "y.input"]],
            },
        ],
    }
    file, out = tmp_path / "project.tblocks", tmp_path / "t.csv"
    file.write_text(json.dumps(tree), encoding="utf-8")
    outcome = cli("sweep", file, "--vary", "two/by.y", "5.0f", "7.0f", "--out", out)
    assert outcome.status == 0, outcome.err
    assert [float(row["two.y"]) for row in _rows(out)] == [30.0, 42.0]


def test_the_same_command_again_does_what_is_left(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "t.csv"
    command = ["sweep", _SAMPLE, "--vary", "rate.val", *_RATES, "--steps", 5, "--fetch", "cost.output"]
    command += ["--out", out]
    assert cli(*command).status == 0
    whole = _rows(out)
    lines = out.read_text(encoding="utf-8").splitlines(keepends=True)
    out.write_text("".join(lines[:2]) + lines[2][:9], encoding="utf-8")  # as a crash leaves it
    outcome = cli(*command)
    assert outcome.status == 0
    assert "1 of 4 runs are in the table already" in outcome.err
    cells = [[row[name] for name in ("run", "rate.val", "cost.output")] for row in _rows(out)]
    assert cells == [[row[name] for name in ("run", "rate.val", "cost.output")] for row in whole]
    before = out.read_bytes()
    other = cli("sweep", _SAMPLE, "--vary", "grad_w.y", "1.0f", "--fetch", "cost.output", "--out", out)
    assert (other.status, out.read_bytes()) == (2, before)
    assert "t.csv has the runs of a sweep of rate.val, and this one varies grad_w.y" in other.err


def test_runs_that_fail_or_cannot_begin_are_rows(cli: Cli, write: Write, tmp_path: Path) -> None:
    file = write(
        (
            "p",
            {
                "c": ("Const", {"val": "{1.0f,2.0f}"}),
                "at": ("Const", {"val": "0"}),
                "x": ("Gather", {}),
                "session": ("ClientSession", {}),
            },
            ["c.output > x.params", "at.output > x.indices", "x.output > session.fetch_outputs"],
        )
    )
    out = tmp_path / "t.csv"
    outcome = cli("sweep", file, "--vary", "at.val", "1", "0.5f", "{{1},{2,3}}", "9", "0", "--out", out)
    assert outcome.status == 1
    rows = sorted(_rows(out), key=lambda row: int(row["run"]))
    assert [row["status"] for row in rows] == ["done", "problems", "problems", "failed", "done"]
    assert [row["x.output"] for row in rows] == ["2.0", "", "", "", "1.0"]
    alone = cli("run", file, "--set", "at.val=9", "--json").json["pages"]["p"]["problems"]
    assert rows[3]["problem"] == next(p["message"] for p in alone if p["severity"] == "error")
    assert "ragged" in rows[2]["problem"]


def test_what_is_not_allowed_is_refused_before_anything_runs(cli: Cli, write: Write, tmp_path: Path) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("secret", encoding="utf-8")
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "inside.txt").write_text("here", encoding="utf-8")
    file = write(
        (
            "p",
            {"read": ("ReadFile", {"filename": "inside.txt"}), "session": ("ClientSession", {})},
            ["read.contents > session.fetch_outputs"],
        )
    ).rename(folder / "p.tblocks")
    out = tmp_path / "t.csv"
    command = ["sweep", file, "--vary", "read.filename", "inside.txt", str(outside), "--out", out]
    outcome = cli(*command)
    assert (outcome.status, out.exists()) == (3, False)
    assert "--allow-read" in outcome.err
    assert cli(*command, "--allow-read", outside).status == 0
    assert [row["read.contents"] for row in _rows(out)] == ["here", "secret"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--vary", "rat.val", "1"], "--vary rat.val: there is no block 'rat'; did you mean 'rate'?"),
        (["--vary", "rate.nothing", "1"], "has no input pin 'nothing'"),
        (["--vary", "rate", "1"], "--vary rate: this is not BLOCK.PIN"),
        (["--vary", "x_w.a", "1"], "the pin is wired; --vary is for unwired pins"),
        (["--vary", "rate.val"], "--vary rate.val: rate.val is given no values"),
        (["--vary", "rate.val", "1", "--vary", "rate.val", "2"], "the pin is given twice"),
        (["--vary", "rate.val", "range:1:2"], "is not range:FROM:TO:STEP"),
        (["--vary", "rate.val", "@nothing"], "@nothing: No such file"),
        (["--vary", "rate.val", "1", "2", "--vary", "grad_w.y", "1", "--zip"], "(rate.val: 2, grad_w.y: 1)"),
        (
            ["--vary", "rate.val", "1", "--fetch", "cost.nothing"],
            "--fetch: cost.nothing: the block has no such",
        ),
        (["--vary", "rate.val", "1", "--random", "2", "--zip"], "not allowed with argument"),
        (["--vary", "rate.val", "1", "--out", "table.txt"], "it ends with .csv or .json"),
        (["--vary", "rate.val", "1", "--jobs", "0"], "'0' is not a whole number from 1"),
        (["--steps", "3"], "the following arguments are required: --vary"),
    ],
)
def test_wrong_use_is_said(arguments: list[str], words: str, cli_without_worker: Cli, tmp_path: Path) -> None:
    outcome = cli_without_worker("sweep", _SAMPLE, "--out", tmp_path / "t.csv", *arguments)
    assert outcome.status == 2
    assert words in outcome.err
    assert not (tmp_path / "t.csv").exists()


def test_the_end_of_the_data_ends_each_run(cli: Cli, tmp_path: Path) -> None:
    out, sample = tmp_path / "t.json", asset("samples") / "measurements.tblocks"
    outcome = cli("sweep", sample, "--vary", "rate.val", "0.001f", "0.01f", "--out", out)
    assert outcome.status == 0, outcome.err
    for row in json.loads(out.read_text(encoding="utf-8"))["rows"]:
        alone = cli("run", sample, "--set", f"rate.val={row['set']['rate.val']}", "--json")
        (page,) = alone.json["pages"].values()
        assert row["steps"] == page["steps"] > 1
        for pin, cell in row["fetched"].items():
            if not isinstance(cell, dict):
                assert cell == page["results"][pin]["values"][0]


def test_a_page_without_an_end_is_refused(cli_without_worker: Cli, write: Write, tmp_path: Path) -> None:
    file = write(("p", {"c": ("Const", {"val": "1"})}, []), steps=None)
    outcome = cli_without_worker("sweep", file, "--vary", "c.val", "1", "--out", tmp_path / "t.csv")
    assert outcome.status == 2
    assert "runs until it is stopped" in outcome.err


def test_a_scheduler_that_nothing_protects_is_refused(cli_without_worker: Cli, tmp_path: Path) -> None:
    command = ["sweep", _SAMPLE, "--vary", "rate.val", "0.1f", "--out", tmp_path / "t.csv"]
    outcome = cli_without_worker(*command, "--scheduler", "tcp://127.0.0.1:1")
    assert outcome.status == 2
    assert "tcp://127.0.0.1:1 is not encrypted" in outcome.err
    assert cli_without_worker(*command, "--insecure").status == 2
    assert not (tmp_path / "t.csv").exists()
