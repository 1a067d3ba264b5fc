"""The plan of a page, and the program written of it, are the same in every process, to the order of their nodes.

Python gives texts other hashes in each process, and sets of them another order with these.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def test_plans_and_programs_are_the_same_whatever_hashes_python_gives(tmp_path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.support.plan_digests", "60", str(tmp_path)],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, text=True,
        )
        for seed in ("1", "2", "3")
    ]  # fmt: skip
    first, *others = [set(process.communicate()[0].splitlines()) for process in processes]
    assert all(process.returncode == 0 for process in processes)
    assert len(first) > 60
    assert [sorted(first ^ other) for other in others] == [[], []]
