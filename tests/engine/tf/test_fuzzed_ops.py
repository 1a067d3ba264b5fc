"""A slice of the fuzzer from a fixed seed: what is guarded does not end the process, and what is not is found."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="it limits the memory of processes that it forks"
)
_ROOT = Path(__file__).parents[3]


def fuzz(folder: Path, *options: str) -> list[dict[str, Any]]:
    """Return the deaths that the fuzzer finds: the number of cases ends it, not the time."""
    report = folder / "deaths.json"
    command = [
        sys.executable,
        "-m",
        "tests.trials.fuzz_ops",
        "--seed",
        "2",
        "--seconds",
        "100",
        "--json",
        str(report),
    ]
    subprocess.run([*command, *options], cwd=_ROOT, check=True, capture_output=True, timeout=300)
    found: list[dict[str, Any]] = json.loads(report.read_text())
    return found


def test_ops_with_guards_survive_all_that_the_guards_let_through(tmp_path):
    guarded = ("CropAndResizeGradBoxes", "ScatterDiv", "ApplyPowerSign")
    assert fuzz(tmp_path, "--count", "50", "--ops", *guarded) == []


def test_without_the_guards_the_same_cases_end_the_process(tmp_path):
    found = fuzz(tmp_path, "--all", "--count", "50", "--ops", "CropAndResizeGradBoxes")
    assert {death["op"] for death in found} == {"CropAndResizeGradBoxes"}
    assert all(death["how"].startswith("SIG") for death in found)
