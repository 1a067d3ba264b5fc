"""The folder that workers have for a home: nothing of it stays, also of a program that was killed."""

from __future__ import annotations

import os
import select
import subprocess
import sys

import pytest

from app.engine.host.launcher import CAN_FORK

_PROGRAM = """
import sys
from app.engine.host.launcher import ForkLauncher
made = ForkLauncher([])
made.launch().wait_ready(60)
print(made._process.pid, made._home.name, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(
    not CAN_FORK or not hasattr(os, "pidfd_open"), reason="a fork server, whose end can be awaited"
)
def test_a_killed_program_leaves_no_home_behind(importable_fakes: None) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        pid, home = program.stdout.readline().split()
        assert os.stat(home).st_mode & 0o77 == 0  # nobody else may look into it
        server = os.pidfd_open(int(pid))
        program.kill()
        assert select.select([server], [], [], 60)[0]
        os.close(server)
    assert not os.path.exists(home)
