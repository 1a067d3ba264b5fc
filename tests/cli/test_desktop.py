"""``tensorblocks picture`` and ``edit``: what they draw, and what they say where Qt is missing."""

from __future__ import annotations

import importlib.abc
import sys
from pathlib import Path

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
