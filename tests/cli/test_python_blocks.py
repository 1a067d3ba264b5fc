"""Projects with Python blocks on the command line: run with the flag only; checked, drawn and saved without running."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

SOURCE = """open("ran", "w").close()


def scaled(x: "float32 [?]", factor: float = 2.0) -> "float32 [?]":
    return x * factor
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "ops.py").write_text(SOURCE)
    blocks = [
        {"id": "c", "symbol": "Const", "at": [0, 0], "pins": {"val": "{1.0f,2.0f}"}},
        {"id": "b", "symbol": "python:ops.py:scaled", "at": [200, 0]},
    ]
    page = {"name": "p", "blocks": blocks, "wires": [["c.output", "b.x"]]}
    path = tmp_path / "p.tblocks"
    path.write_text(json.dumps({"format": "tensorblocks", "version": 2, "pages": [page]}))
    return path


def test_it_runs_only_with_the_flag(cli: Cli, project: Path) -> None:
    refused = cli("run", project, "--json")
    (problem,) = refused.json["pages"]["p"]["problems"]
    assert refused.status == 3
    assert (problem["code"], problem["block"]) == ("refused-python", "b")
    assert problem["message"] == "this project may not run Python (ops.py); --allow-python allows it"
    touches = cli("check", project, "--json").json["touches"]["p"]
    assert [(t["block"], t["capability"], t["name"], t["allowed"]) for t in touches] == [
        ("b", "python", "ops.py", False)
    ]
    assert not (project.parent / "ran").exists()
    allowed = cli("run", project, "--json", "--allow-python", "--set", "b.factor=3")
    assert allowed.status == 0
    assert allowed.json["pages"]["p"]["results"]["b.output"]["values"] == [3.0, 6.0]
    assert (project.parent / "ran").exists()


def test_types_are_those_declared(cli: Cli, project: Path) -> None:
    done = cli("check", project, "--types")
    assert (done.status, done.out) == (0, "c.output  float32 [2]\nb.output  float32 [?]\n")
    assert not (project.parent / "ran").exists()


def test_a_file_that_is_no_block_stops_check_and_run(cli_without_worker: Cli, project: Path) -> None:
    (project.parent / "ops.py").write_text("def scaled(x): ...\n")
    done = cli_without_worker("check", project)
    assert done.status == 3
    assert "b: ops.py, line 1: the parameter x has no type" in done.out


def test_it_is_drawn_with_its_pins(cli_without_worker: Cli, project: Path, tmp_path: Path) -> None:
    assert cli_without_worker("picture", project, "-o", tmp_path / "p.svg").status == 0
    assert (tmp_path / "p.svg").exists()
    assert not (project.parent / "ran").exists()


def test_a_copy_by_convert_is_of_version_2(cli_without_worker: Cli, project: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.tblocks"
    assert cli_without_worker("convert", project, copy).status == 0
    assert json.loads(copy.read_text())["version"] == 2
    first = copy.read_bytes()
    assert cli_without_worker("convert", copy, tmp_path / "again.tblocks").status == 0
    assert (tmp_path / "again.tblocks").read_bytes() == first


def test_a_wire_of_another_dtype_is_cured(cli: Cli, project: Path) -> None:
    project.write_text(project.read_text().replace("{1.0f,2.0f}", "{1,2}"))
    found = cli("check", project, "--json").json["pages"]["p"]["problems"]
    assert [(p["code"], p["block"], p["pin"]) for p in found] == [("dtype-conflict", "b", "x")]
    assert cli("check", project, "--fix").status == 0
    assert cli("check", project).out == ""
