"""Projects of strangers stay within their folder: each way out is refused, and nothing outside is read or written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.hostile_projects import HOSTILE, Hostile, prepared

pytestmark = [pytest.mark.timeout(120), pytest.mark.skipif(os.name == "nt", reason="links and paths of Unix")]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "project"
    folder.mkdir(parents=True)
    prepared(folder, tmp_path / "outside")
    (folder / "name.txt").write_text(str(tmp_path / "outside" / "secret.txt"))
    return folder


def written(folder: Path, case: Hostile) -> Path:
    """Write a case's page into a project's file."""
    outside = str(folder.parents[1] / "outside")
    blocks = []
    for name, what in case.blocks.items():
        symbol, pins = (what, {}) if isinstance(what, str) else what
        texts = {pin: text.replace("OUT", outside) for pin, text in pins.items()}
        blocks.append({"id": name, "symbol": symbol, "pins": texts})
    wires: list[Any] = [wire.split(" > ") for wire in case.wires]
    page = {"name": "p", "blocks": blocks, "wires": wires}
    (folder / "p.tblocks").write_text(json.dumps({"format": "tensorblocks", "version": 1, "pages": [page]}))
    return folder / "p.tblocks"


def everything(folder: Path) -> dict[str, str]:
    """Return what lies outside of the project: every file with what it holds."""
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_it_is_refused_and_touches_nothing_outside(cli, project: Path, case: Hostile) -> None:
    outside = project.parents[1] / "outside"
    before = everything(outside)
    inside = {path.name for path in project.rglob("*")}
    done = cli("run", written(project, case), "--json")
    problems = done.json["pages"]["p"]["problems"]
    refused = [p for p in problems if p["severity"] == "error"]
    assert [(p["code"], p["block"]) for p in refused[:1]] == [(case.code, case.block)], done.out + done.err
    assert done.status == (3 if case.before else 1)
    flag = {"refused-read": "--allow-read", "refused-write": "--allow-write", "refused-net": "--allow-net"}
    assert flag[case.code] in refused[0]["message"] or "--allow-all" in refused[0]["message"]
    assert "canary" not in done.out + done.err
    assert everything(outside) == before
    assert {path.name for path in project.rglob("*")} == {*inside, "p.tblocks"}


def test_there_are_a_hundred() -> None:
    assert len(HOSTILE) >= 100
    assert len({case.name for case in HOSTILE}) == len(HOSTILE)
