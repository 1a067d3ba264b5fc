"""Whole headless runs: against a script by hand that does the same, and large pages against smaller ones."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.document.model.diagram import Project
from app.document.storage.project_file import save_project
from blocks.assets import asset
from tests.benchmarks.bench import Comparison, Row, side_by_side
from tests.benchmarks.pages import chain_page

_HERE = Path(__file__).resolve().parent
_STEPS = "500"


def whole_process() -> Comparison:
    """Compare training the XOR net and printing every output, from the start of Python to its end."""
    ours = [sys.executable, "-m", "app", "run", str(asset("samples", "xor.tblocks")), "--steps", _STEPS]
    theirs = [sys.executable, str(_HERE / "by_hand.py"), _STEPS]
    return side_by_side(lambda: _run(ours), lambda: _run(theirs), rounds=5)


def large_against_small(*options: str, rounds: int = 4) -> Comparison:
    """Compare runs of 50,000 and of 10,000 blocks; a run of a few blocks, as start-up, is taken off both.

    Of each the quickest run counts: to start takes several times as long as the small page itself, and what the
    system adds at times (files that it has let go of are read anew) would decide the ratio.
    """
    large, small, none = 50_000, 10_000, 10
    with tempfile.TemporaryDirectory() as folder:
        commands = {}
        for size in (none, small, large):
            path = Path(folder) / f"{size}.tblocks"
            save_project(Project(pages=[chain_page(size)]), path)
            end = f"b{size - 2}.{'z' if size % 2 == 0 else 'y'}"
            commands[size] = [sys.executable, "-m", "app", "run", str(path), *(options or ("--fetch", end))]
        taken = [{size: _seconds(command) for size, command in commands.items()} for _ in range(rounds)]
    start, theirs, ours = (min(seconds[size] for seconds in taken) for size in (none, small, large))
    theirs, ours = theirs - start, ours - start
    return Comparison(ours=ours, theirs=theirs, ratio=ours / theirs, extra=ours - theirs)


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    _run(command)
    return time.perf_counter() - began


def _run(command: list[str]) -> None:
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=_HERE.parent.parent
    )


ROWS = [
    Row("run the XOR sample, whole process", "a script by hand that does the same", 1.15, whole_process),
    Row("run 50,000 blocks, print one output, start-up off", "10,000 blocks", 6.0, large_against_small),
    Row(
        "run 50,000 blocks, all outputs, start-up off",
        "10,000 blocks",
        6.0,
        lambda: large_against_small("--json", rounds=2),
    ),
]
