"""A whole headless run against a script by hand that imports TensorFlow and does the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from blocks.assets import asset
from tests.benchmarks.bench import Comparison, Row, side_by_side

_HERE = Path(__file__).resolve().parent
_STEPS = "500"


def whole_process() -> Comparison:
    """Compare training the XOR net and printing every output, from the start of Python to its end."""
    ours = [sys.executable, "-m", "app", "run", str(asset("samples", "xor.tblocks")), "--steps", _STEPS]
    theirs = [sys.executable, str(_HERE / "by_hand.py"), _STEPS]
    return side_by_side(lambda: _run(ours), lambda: _run(theirs), rounds=5)


def _run(command: list[str]) -> None:
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=_HERE.parent.parent
    )


ROWS = [Row("run the XOR sample, whole process", "a script by hand that does the same", 1.15, whole_process)]
