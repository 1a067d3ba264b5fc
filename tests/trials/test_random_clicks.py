"""A slice of the trial of clicks: whatever is clicked and typed, nothing fails and all of it can be undone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("seed", [1, 2])
def test_random_clicks_do_no_harm(seed: int) -> None:
    """In a process of its own, as the clipboard and what hangs on the one application are touched as well."""
    command = [sys.executable, "-m", "tests.trials.random_clicks", "--count", "150", "--seed", str(seed)]
    places = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": places}, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, "150 things done, nothing went wrong\n"), done.stderr
