"""``tensorblocks picture`` and ``edit``: what they draw, and what they say where Qt is missing."""

from __future__ import annotations

import importlib.abc
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from blocks.assets import asset

SAMPLE = asset("samples", "matrix_product.tblocks")


class Missing(importlib.abc.MetaPathFinder):
    """Lets the import of Qt fail as it does where a system library is missing."""

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        """Raise for Qt, know nothing of the rest."""
        if name.startswith("PySide6."):
            raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")


@pytest.fixture
def without_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide Qt, and what has been imported with it."""
    for name in [n for n in sys.modules if n.startswith(("PySide6.", "app.editor."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_picture_writes_what_its_name_says(cli, tmp_path: Path, ending: str) -> None:
    """A PNG or an SVG, by the ending."""
    target = tmp_path / f"page{ending}"
    done = cli("picture", SAMPLE, "-o", target)
    assert (done.status, done.err) == (0, "")
    start = target.read_bytes()[:200]
    assert start.startswith(b"\x89PNG") if ending == ".png" else b"<svg" in start


def test_picture_needs_a_page_and_a_known_ending(cli, write, tmp_path: Path) -> None:
    """Several pages and no --page, another ending, a folder that is not there: exit 2."""
    path = write(("one", {}, []), ("two", {}, []))
    several = cli("picture", path, "-o", tmp_path / "page.png")
    assert several.status == 2
    assert several.err.splitlines()[1:] == ["  one", "  two"]
    assert cli("picture", SAMPLE, "-o", tmp_path / "page.gif").status == 2
    assert cli("picture", SAMPLE, "-o", tmp_path / "nowhere" / "page.png").status == 2
    assert not list(tmp_path.glob("page.*"))


def counting(tmp_path: Path, steps: int = 3, **block: str) -> Path:
    """Write a page that counts in a Variable, with a number and a curve of it."""
    variable = {"dtype": "DT_FLOAT", "shape": "[]", "initvalues": "40.0f"}
    blocks = [
        {"id": "n", "symbol": "Variable", "at": [0, 0], "pins": variable},
        {"id": "add", "symbol": "AssignAdd", "at": [260, 0], "pins": {"value": "2.0f"}},
        {"id": "s", "symbol": "ClientSession", "at": [520, 0]},
    ]
    if block:
        blocks.append({"id": "x", "symbol": "ReadFile", "at": [260, 200], "pins": block})
    monitors = [
        {"id": "m1", "kind": "number", "pins": ["add.output_ref"], "at": [0, 200], "size": [200, 120]},
        {"id": "m2", "kind": "curve", "pins": ["add.output_ref"], "at": [260, 320], "size": [300, 200]},
        {"id": "m3", "kind": "control", "pins": ["add.value"], "at": [0, 360], "size": [200, 100]},
    ]
    wires = [["n.ref", "add.ref"], ["add.output_ref", "s.fetch_outputs"]]
    if block:
        wires.append(["x.contents", "s.fetch_outputs"])
    page = {"name": "p", "run": {"steps": steps}, "blocks": blocks, "wires": wires, "monitors": monitors}
    (tmp_path / "p.tblocks").write_text(json.dumps({"format": "tensorblocks", "version": 1, "pages": [page]}))
    return tmp_path / "p.tblocks"


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The monitors' contents that a picture was made of."""
    from app.editor.monitors.base import ValueWidget

    found: list[object] = []
    paint = ValueWidget.paintEvent

    def painting(self: ValueWidget, event: object) -> None:
        found.append(self)
        paint(self, event)  # type: ignore[arg-type]

    monkeypatch.setattr(ValueWidget, "paintEvent", painting)
    return found


def test_a_picture_of_a_run_shows_the_values(cli, tmp_path: Path, painted: list[Any]) -> None:
    """40 + 2 a step: 46 after three, and each step on the curve."""
    path, target = counting(tmp_path), tmp_path / "page.png"
    done = cli("picture", path, "--run", "-o", target)
    assert (done.status, done.err) == (0, "")
    assert target.read_bytes().startswith(b"\x89PNG")
    number, curve = (next(w for w in painted if w.monitor.kind == kind) for kind in ("number", "curve"))
    assert [found.array.tolist() for found in number.found] == [46.0]
    assert curve.points() == [[(1, 42.0), (2, 44.0), (3, 46.0)]]
    without = tmp_path / "without.png"
    assert cli("picture", path, "-o", without).status == 0
    assert without.read_bytes() != target.read_bytes()


def test_a_picture_of_a_run_has_types_along_the_wires(cli, tmp_path: Path) -> None:
    """As the window has them: XOR's four cases give four outputs, the loss is one number."""
    target = tmp_path / "page.svg"
    assert cli("picture", asset("samples", "xor.tblocks"), "--run", "-o", target).status == 0
    drawn = target.read_text()
    assert "float32 [4, 1]" in drawn
    assert "float32 []" in drawn


def test_a_picture_of_the_inside_of_a_use_shows_the_values_there(
    cli, tmp_path: Path, painted: list[Any]
) -> None:
    """The second use gets what the first one gives: 5 + 5, then 10 + 10."""
    from app.document.model.diagram import Monitor, Project
    from app.document.storage.writer import dumps
    from tests.support.function_pages import named, twice

    inner = twice()
    inner.monitors["m"] = Monitor(id="m", kind="number", pins=("sum.z",))
    blocks = {"a": ("page:twice", {"x": "5"}), "b": "page:twice", "session": "ClientSession"}
    main = named("main", blocks, "a.y -> b.x\nb.y -> session.fetch_outputs")
    path, target = tmp_path / "p.tblocks", tmp_path / "b.png"
    path.write_bytes(dumps(Project(pages=[main, inner])))
    done = cli("picture", path, "--inside", "b", "--run", "-o", target)
    assert (done.status, done.err) == (0, "")
    (number,) = [w for w in painted if w.monitor.kind == "number"]
    assert [found.array.tolist() for found in number.found] == [20]
    lost = cli("picture", path, "--inside", "b/c", "-o", target)
    assert (lost.status, lost.err.count("--inside b/c")) == (2, 1)


def test_a_run_that_may_not_leaves_no_picture(cli, tmp_path: Path) -> None:
    """The same gate as for ``run``: exit 3 before it, 1 in it, and the flag in the words."""
    (tmp_path / "in").mkdir()
    (tmp_path / "out.txt").write_text("canary")
    path = counting(tmp_path / "in", filename='"../out.txt"')
    target = tmp_path / "page.png"
    done = cli("picture", path, "--run", "-o", target)
    assert done.status == 3
    assert f"--allow-read {tmp_path / 'out.txt'}" in done.err
    assert not target.exists()
    assert cli("picture", path, "--run", "--allow-read", tmp_path / "out.txt", "-o", target).status == 0
    assert target.exists()
    target.write_text("before")
    path = counting(tmp_path / "in", filename='"missing.txt"')
    assert cli("picture", path, "--run", "-o", target).status == 1
    assert target.read_text() == "before"


def test_what_a_run_may_touch_is_asked_for_a_run_only(cli, tmp_path: Path) -> None:
    done = cli("picture", SAMPLE, "--allow-net", "-o", tmp_path / "page.png")
    assert done.status == 2
    assert "add --run" in done.err


@pytest.mark.usefixtures("without_qt")
@pytest.mark.parametrize("argv", [("edit",), ("picture", SAMPLE, "-o", "page.png")])
def test_a_missing_library_is_named(cli, tmp_path: Path, monkeypatch, argv: tuple[object, ...]) -> None:
    """Exit 1, the library and its package, no traceback."""
    monkeypatch.chdir(tmp_path)
    done = cli(*argv)
    assert (done.status, done.out) == (1, "")
    assert "libEGL.so.1" in done.err
    assert "libegl1" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.usefixtures("without_qt")
def test_the_other_commands_need_no_qt(cli) -> None:
    """Checking, searching and running go on."""
    assert cli("check", SAMPLE).status == 0
    assert cli("blocks", "MatMul").status == 0
    assert cli("run", SAMPLE).status == 0


@pytest.mark.parametrize("sample", sorted(asset("samples").glob("*.tblocks")), ids=lambda path: path.stem)
def test_every_sample_is_run_for_its_picture_without_a_question(cli, tmp_path: Path, sample: Path) -> None:
    """Within its bounds, with no flag; of those that run until they are stopped a step is enough."""
    tree = json.loads(sample.read_text(encoding="utf-8"))
    for page in tree["pages"]:
        page["run"] = {**page.get("run", {}), "steps": 1, "pace": None}
    copy = shutil.copytree(sample.parent, tmp_path / "samples") / sample.name
    copy.write_text(json.dumps(tree), encoding="utf-8")
    for page in tree["pages"]:
        if any(block["symbol"] == "ClientSession" for block in page["blocks"]):
            done = cli("picture", copy, "--page", page["name"], "--run", "-o", tmp_path / "page.png")
            assert done.status == 0, done.err
