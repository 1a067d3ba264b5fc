"""Files that a project names, and FILE itself, may be anything: commands end at once and say what is wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.engine.values.npz import write_npz
from app.engine.values.results import tensor_of
from tests.support.broad_home import broad_home
from tests.support.broken_archives import BROKEN, VALUES, archive, header, npy

pytestmark = pytest.mark.timeout(60)
LARGE = np.zeros((600, 1000), np.float32)
# Damage that shows in the values only, far behind the header, so that no check sees it before the run.
LATE = archive(("w.npy", npy(header(shape="(600, 1000)"), LARGE.tobytes())))
LATE = LATE[:2_000_000] + b"\xff" + LATE[2_000_001:]


def project(folder: Path, pins: Any = None, **page: Any) -> Path:
    """Write a project whose block ``c`` holds an array."""
    blocks = [
        {"id": "c", "symbol": "Const", "pins": {"val": pins or {"npz": "s.npz", "key": "w"}}},
        {"id": "v", "symbol": "Variable", "pins": {"dtype": "DT_FLOAT", "shape": "[2][3]"}},
        {"id": "s", "symbol": "ClientSession"},
    ]
    wires = [["c.output", "s.fetch_outputs"], ["v.ref", "s.fetch_outputs"]]
    made = {"name": "p", "blocks": blocks, "wires": wires, **page}
    (folder / "p.tblocks").write_text(json.dumps({"format": "tensorblocks", "version": 1, "pages": [made]}))
    return folder / "p.tblocks"


@pytest.mark.parametrize("way", BROKEN)
def test_a_broken_array_is_a_problem_at_its_pin(cli_without_worker, tmp_path: Path, way: str) -> None:
    (tmp_path / "s.npz").write_bytes(BROKEN[way][0]())
    done = cli_without_worker("check", project(tmp_path), "--json")
    if done.status == 0:  # the header is sound: what is broken shows in the values, when the page runs
        assert way in ("texts that are not Unicode", "half a character")
        return
    assert done.status == 3
    (problem,) = [p for p in done.json["pages"]["p"]["problems"] if p["severity"] == "error"]
    assert (problem["code"], problem["block"], problem["pin"]) == ("missing-array", "c", "val")
    assert "s.npz" in problem["message"]
    assert "unexpected" not in done.err + done.out
    assert "pickle" not in done.err + done.out


def test_damage_that_only_a_run_meets_is_a_problem_at_its_pin(cli, tmp_path: Path) -> None:
    (tmp_path / "s.npz").write_bytes(LATE)
    done = cli("run", project(tmp_path), "--json")
    assert done.status == 1
    (problem,) = done.json["pages"]["p"]["problems"]
    assert (problem["code"], problem["block"], problem["pin"]) == ("missing-array", "c", "val")
    assert problem["message"] == "the array 'w' of s.npz is damaged"


def test_a_variable_whose_array_is_damaged_is_named(cli, tmp_path: Path) -> None:
    (tmp_path / "s.npz").write_bytes(LATE)
    blocks = [
        {"id": "v", "symbol": "Variable", "pins": {"initvalues": {"npz": "s.npz", "key": "w"}}},
        {"id": "s", "symbol": "ClientSession"},
    ]
    done = cli("run", project(tmp_path, blocks=blocks, wires=[["v.ref", "s.fetch_outputs"]]), "--json")
    problems = [p for p in done.json["pages"]["p"]["problems"] if p["severity"] == "error"]
    assert [(p["code"], p["block"], p["pin"]) for p in problems] == [("missing-array", "v", "initvalues")]


@pytest.mark.parametrize("name", ["/dev/zero", "../w.npz", "link.npz", r"\\server\share\w.npz", "fifo.npz"])
def test_an_array_elsewhere_is_not_opened(cli_without_worker, tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    np.savez(tmp_path / "w.npz", w=VALUES)
    (tmp_path / "in" / "link.npz").symlink_to("../w.npz")
    os.mkfifo(tmp_path / "in" / "fifo.npz")
    done = cli_without_worker("check", project(tmp_path / "in", {"npz": name, "key": "w"}), "--json")
    assert done.status == 3
    messages = [p["message"] for p in done.json["pages"]["p"]["problems"] if p["severity"] == "error"]
    words = "is not opened: this is a pipe" if name == "fifo.npz" else "lies outside the project's folder"
    assert len(messages) == 1
    assert words in messages[0]


def test_an_array_in_a_data_folder_is_read_by_its_whole_name(cli, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "data").mkdir()
    np.savez(tmp_path / "data" / "w.npz", w=VALUES)
    path = project(tmp_path / "in", {"npz": str(tmp_path / "data" / "w.npz"), "key": "w"})
    assert cli("run", path).status == 3
    done = cli("run", path, "--data", tmp_path / "data", "--json")
    assert done.json["pages"]["p"]["results"]["c.output"]["values"] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("way", BROKEN)
@pytest.mark.parametrize("by_file", [True, False])
def test_a_broken_snapshot_is_refused_in_words(
    cli_without_worker, tmp_path: Path, way: str, by_file: bool
) -> None:
    (tmp_path / "s.npz").write_bytes(BROKEN[way][0]())
    path = project(tmp_path, "1", snapshots={"s": {"npz": "s.npz"}})
    done = cli_without_worker("run", path, "--start", tmp_path / "s.npz" if by_file else "s")
    assert done.status == 2
    assert "s.npz" in done.err
    assert "unexpected" not in done.err
    assert "pickle" not in done.err


def test_lengths_of_texts_that_do_not_fit_are_refused(cli_without_worker, tmp_path: Path) -> None:
    texts = np.array([b"a", b"b"])
    for lengths in (np.array([1, 10**12]), np.array([-1, 1]), np.array([1]), np.array([1.0, np.nan])):
        np.savez(tmp_path / "s.npz", **{"w": texts, "w#lengths": lengths})
        done = cli_without_worker("run", project(tmp_path, "1"), "--start", tmp_path / "s.npz")
        assert done.status == 2
        assert "the lengths of the texts 'w' do not fit them" in done.err


def test_a_snapshot_elsewhere_is_neither_read_nor_replaced(cli, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write_npz(tmp_path / "mine.npz", {"v": tensor_of(VALUES)})
    before = (tmp_path / "mine.npz").read_bytes()
    path = project(tmp_path / "in", "1", snapshots={"s": {"npz": "../mine.npz"}})
    for option in ("--start", "--save-snapshot"):
        done = cli("run", path, option, "s")
        assert done.status == 2
        assert "../mine.npz lies outside the project's folder" in done.err
    assert (tmp_path / "mine.npz").read_bytes() == before
    named = cli("run", path, "--start", tmp_path / "mine.npz", "--json").json["pages"]["p"]
    assert named["results"]["v.ref"]["values"] == [0, 1, 2, 3, 4, 5]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize("command", ["check", "run", "picture", "convert", "start"])
def test_a_pipe_or_device_ends_a_command_at_once(
    cli_without_worker, tmp_path: Path, command: str, kind: str
) -> None:
    odd = tmp_path / "odd.npz"
    if kind == "pipe":
        os.mkfifo(odd)
    else:
        odd.symlink_to("/dev/zero")
    if command == "start":
        done = cli_without_worker("run", project(tmp_path, "1"), "--start", odd)
    else:
        more = {"picture": ["-o", tmp_path / "p.png"], "convert": [tmp_path / "c.tblocks"]}.get(command, [])
        done = cli_without_worker(command, odd, *more)
    assert done.status == 2
    assert f"this is a {kind}" in done.err


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with broad_home(tmp_path / "home") as made:
        yield made


def test_an_array_beside_a_project_in_the_home_takes_a_grant(cli, home: Path) -> None:
    """Nothing there is the project's own: it may name any archive of the user's."""
    np.savez(home / "s.npz", w=VALUES)
    path = project(home)
    for command in ("check", "run"):
        done = cli(command, path, "--json")
        (problem,) = [p for p in done.json["pages"]["p"]["problems"] if p["severity"] == "error"]
        assert (done.status, problem["code"], problem["block"], problem["pin"]) == (
            3,
            "refused-read",
            "c",
            "val",
        )
        assert f"--allow-read {home / 's.npz'} allows it" in problem["message"]
    for options in (["--allow-read", home / "s.npz"], ["--allow-all"], ["--data", home]):
        done = cli("run", path, "--json", *options)
        assert done.json["pages"]["p"]["results"]["c.output"]["values"] == [0, 1, 2, 3, 4, 5]


def test_a_snapshot_in_the_home_is_neither_read_nor_replaced_without_a_grant(cli, home: Path) -> None:
    write_npz(home / "s.npz", {"v": tensor_of(VALUES)})
    before = (home / "s.npz").read_bytes()
    path = project(home, "1", snapshots={"s": {"npz": "s.npz"}})
    for option, flag in (("--start", "--allow-read"), ("--save-snapshot", "--allow-write")):
        done = cli("run", path, option, "s")
        assert done.status == 2
        assert "s.npz lies in a folder that is not this project's own" in done.err
        assert flag in done.err
        assert (home / "s.npz").read_bytes() == before
    assert cli("run", path, "--start", "s", "--allow-read", home).status == 0
    assert cli("run", path, "--save-snapshot", "s", "--allow-write", home / "s.npz").status == 0
    assert (home / "s.npz").read_bytes() != before


def test_a_new_snapshot_in_the_home_writes_over_nothing(cli, home: Path, tmp_path: Path) -> None:
    """The user asks for it, and the program chooses its name: not one that is there, nor a link that leads away."""
    path = project(home, "1")
    (home / "p.mine.npz").symlink_to(tmp_path / "elsewhere.npz")
    assert cli("run", path, "--save-snapshot", "mine").status == 0
    assert not (tmp_path / "elsewhere.npz").exists()
    assert json.loads(path.read_text())["pages"][0]["snapshots"] == {"mine": {"npz": "p.mine.2.npz"}}
    assert (home / "p.mine.2.npz").is_file()


def test_everything_allowed_reads_an_array_elsewhere_too(cli, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    np.savez(tmp_path / "w.npz", w=VALUES)
    path = project(tmp_path / "in", {"npz": "../w.npz", "key": "w"})
    assert cli("run", path, "--allow-all").status == 0
