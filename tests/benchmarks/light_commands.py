"""The commands that must answer at once, against starting Python and doing nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from blocks.assets import asset
from tests.benchmarks.bench import Comparison, Row, children_time, side_by_side

_ROOT = Path(__file__).resolve().parents[2]
_SAMPLE = str(asset("samples", "xor.tblocks"))


def _compared(*argv: str) -> Comparison:
    ours, theirs = (lambda: _run("-m", "app", *argv)), (lambda: _run("-c", "pass"))
    return side_by_side(ours, theirs, clock=children_time)


def _run(*argv: str) -> None:
    subprocess.run(
        [sys.executable, *argv], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=_ROOT
    )


ROWS = [
    Row("tensorblocks --help", "python -c pass", 0.25, lambda: _compared("--help"), "extra"),
    Row(
        "tensorblocks check (the XOR sample)",
        "python -c pass",
        0.25,
        lambda: _compared("check", _SAMPLE),
        "extra",
    ),
    Row("tensorblocks blocks crop", "python -c pass", 0.25, lambda: _compared("blocks", "crop"), "extra"),
    Row("tensorblocks blocks MatMul", "python -c pass", 0.25, lambda: _compared("blocks", "MatMul"), "extra"),
]
