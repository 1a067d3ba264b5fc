"""Which walls this system puts around runs: tried in a process of its own, without TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import msgspec

from app.engine.host.environment import worker_environment
from app.engine.host.launcher import ROOT
from app.engine.ipc.walls import WallsHeld

_LONGEST = 20.0  # seconds


def try_walls(*listens: int) -> WallsHeld:
    """Return which walls hold, around what listens at ports if there are any; none where the trial itself fails."""
    with tempfile.TemporaryDirectory(prefix="tensorblocks-") as home:
        inner = os.path.join(home, "worker")
        os.mkdir(inner)
        try:
            done = subprocess.run(
                [sys.executable, "-m", "app.engine.worker.wall_trial", inner, *map(str, listens)],
                cwd=ROOT,
                env=worker_environment(home),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_LONGEST,
                check=True,
            )
            return msgspec.json.decode(done.stdout, type=WallsHeld)
        except (OSError, subprocess.SubprocessError, msgspec.DecodeError) as fault:
            return WallsHeld(why=type(fault).__name__)
