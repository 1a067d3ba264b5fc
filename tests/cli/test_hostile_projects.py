"""Projects of strangers stay within their folder: each way out is refused, and nothing outside is read or written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
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
    pages = [_page(*of, outside) for of in (("p", case.blocks, case.wires), *_others(case))]
    (folder / "p.tblocks").write_text(json.dumps({"format": "tensorblocks", "version": 2, "pages": pages}))
    return folder / "p.tblocks"


def _others(case: Hostile) -> Iterator[tuple[str, dict[str, Any], tuple[str, ...]]]:
    return ((name, blocks, wires) for name, (blocks, wires) in case.pages.items())


def _page(name: str, of: dict[str, Any], wires: tuple[str, ...], outside: str) -> dict[str, Any]:
    blocks = []
    for block, what in of.items():
        symbol, pins = (what, {}) if isinstance(what, str) else what
        texts = {pin: text.replace("OUT", outside) for pin, text in pins.items()}
        blocks.append({"id": block, "symbol": symbol, "pins": texts})
    return {"name": name, "blocks": blocks, "wires": [wire.split(" > ") for wire in wires]}


def everything(folder: Path) -> dict[str, str]:
    """Return what lies outside of the project: every file with what it holds."""
    return {str(path): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: case.name)
def test_it_is_refused_and_touches_nothing_outside(cli, project: Path, case: Hostile) -> None:
    outside = project.parents[1] / "outside"
    before = everything(outside)
    inside = {path.name for path in project.rglob("*")}
    done = cli("run", written(project, case), "--page", "p", "--json")
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


def test_an_array_outside_takes_a_grant(cli, project: Path) -> None:
    """Arrays and snapshots that a page names are held by the same rule as its blocks."""
    outside = project.parents[1] / "outside"
    np.savez(outside / "w.npz", w=np.arange(3, dtype=np.float32))
    array = {"npz": "../../outside/w.npz", "key": "w"}
    page = {"name": "p", "blocks": [{"id": "x", "symbol": "Const", "pins": {"val": array}}]}
    (project / "p.tblocks").write_text(json.dumps({"format": "tensorblocks", "version": 1, "pages": [page]}))
    refused = cli("run", project / "p.tblocks", "--json")
    (problem,) = refused.json["pages"]["p"]["problems"]
    assert (refused.status, problem["code"], problem["block"], problem["pin"]) == (
        3,
        "refused-read",
        "x",
        "val",
    )
    assert "--allow-read" in problem["message"]
    allowed = cli("run", project / "p.tblocks", "--json", "--allow-read", outside / "w.npz")
    assert allowed.json["pages"]["p"]["results"]["x.output"]["values"] == [0, 1, 2]


@pytest.mark.parametrize("sandbox", ["on", "off"])
def test_what_is_allowed_is_done(cli, project: Path, sandbox: str) -> None:
    """A file that is there is read, one that is not there yet is written, and nothing else."""
    outside = project.parents[1] / "outside"
    blocks: dict[str, Any] = {
        "r": ("ReadFile", {"filename": '"OUT/secret.txt"'}),
        "x": ("WriteFile", {"filename": '"OUT/deep/made.txt"', "contents": '"mine"'}),
    }
    path = written(project, Hostile("allowed", blocks, (), ""))
    options = ("--sandbox", sandbox, "--allow-read", outside / "secret.txt")
    assert cli("run", path, *options).status == 3
    done = cli("run", path, *options, "--allow-write", outside / "deep" / "made.txt")
    assert done.status == 0, done.err
    assert "canary" in done.out
    assert (outside / "deep" / "made.txt").read_text() == "mine"


def test_everything_can_be_allowed(cli, project: Path) -> None:
    blocks: dict[str, Any] = {"x": ("WriteFile", {"filename": '".dot"', "contents": '"mine"'})}
    path = written(project, Hostile("allowed", blocks, (), ""))
    assert cli("run", path, "--allow-all").status == 0
    assert (project / ".dot").read_text() == "mine"


def test_check_lists_what_a_page_may_touch_and_which_walls_hold(cli_without_worker, project: Path) -> None:
    blocks: dict[str, Any] = {
        "r": ("ReadFile", {"filename": '"OUT/secret.txt"'}),
        "i": ("ReadFile", {"filename": '"in.txt"'}),
        "c": ("DecodeBase64", {"input": '"aW4udHh0"'}),
        "x": "ReadFile",
    }
    path = written(project, Hostile("", blocks, ("c.output > x.filename",), ""))
    tree = cli_without_worker("check", path, "--json").json
    secret = str(project.parents[1] / "outside" / "secret.txt")
    rows = [(t["block"], t["pin"], t["capability"], t["name"], t["allowed"]) for t in tree["touches"]["p"]]
    assert sorted(rows) == [
        ("i", "filename", "read", "in.txt", True),
        ("r", "filename", "read", secret, False),
        ("x", "filename", "read", None, None),
    ]
    assert tree["walls"]["names"] is True
    assert set(tree["walls"]) == {"names", "files", "network", "processes", "why"}
