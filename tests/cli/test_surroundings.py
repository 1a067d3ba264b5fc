"""The command line in odd surroundings: names, locale, time zone, a clock that jumps, no Qt, no display."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from blocks.assets import asset

_PRODUCT = [19.0, 22.0, 43.0, 50.0]  # of {{1,2},{3,4}} and {{5,6},{7,8}}
_PROGRAM = "import sys; from app.cli import main; sys.exit(main(sys.argv[1:]))"
_ODD = [
    "two\nlines \U0001f388 한글.tblocks",
    "-dash & 'quote' \"$HOME\".tblocks",
    "n" * 247 + ".tblocks",  # 255 bytes, the most that a name may have
]


def _tensorblocks(*arguments: str, before: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", before + _PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


def _values(done: subprocess.CompletedProcess[str]) -> Any:
    """Return the product that a run has printed as JSON, and nothing besides."""
    assert (done.returncode, done.stderr) == (0, "")
    (page,) = json.loads(done.stdout)["pages"].values()
    (value,) = [v["values"] for v in page["results"].values() if v["values"] == _PRODUCT]
    return value


def _sample(path: Path) -> Path:
    shutil.copy(asset("samples", "matrix_product.tblocks"), path)
    return path


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("name", _ODD, ids=["lines", "quotes", "255 bytes"])
def test_a_project_of_an_odd_name_is_checked_and_run(tmp_path: Path, name: str) -> None:
    path = _sample(tmp_path / name)
    assert _tensorblocks("check", str(path)).returncode == 0
    assert _values(_tensorblocks("run", str(path), "--json")) == _PRODUCT


def test_a_run_needs_neither_qt_nor_a_display(tmp_path: Path) -> None:
    without = "import sys; sys.modules.update(dict.fromkeys(['PySide6', 'NodeGraphQt', 'Qt', 'shiboken6'])); "
    path = _sample(tmp_path / "a.tblocks")
    environment = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}
    assert _values(_tensorblocks("run", str(path), "--json", before=without, **environment)) == _PRODUCT


def test_locale_and_time_zone_change_no_number(tmp_path: Path) -> None:
    """A locale that is not installed must do no harm either."""
    path = _sample(tmp_path / "a.tblocks")
    odd = {
        "LC_ALL": "de_DE.UTF-8",
        "LC_NUMERIC": "de_DE.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "TZ": "Pacific/Kiritimati",
    }
    assert _values(_tensorblocks("run", str(path), "--json", **odd)) == _PRODUCT


@pytest.mark.parametrize("jump", [-3e7, 3e7])
def test_a_clock_that_jumps_ends_no_run_early_and_hangs_none(tmp_path: Path, jump: float) -> None:
    """All that waits counts by a clock that nobody sets."""
    jumps = (
        "import time, itertools; real = time.time; count = itertools.count(); "
        f"time.time = lambda: real() + (next(count) % 2) * {jump}; "
    )
    path = _sample(tmp_path / "a.tblocks")
    assert _values(_tensorblocks("run", str(path), "--json", "--timeout", "100", before=jumps)) == _PRODUCT
