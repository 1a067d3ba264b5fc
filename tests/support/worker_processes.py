"""The worker processes of this process's engines, found in the system's table (Linux), to be ended from outside."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path


def kill_a_worker(number: int = 0) -> bool:
    """End one of the workers, as the system does where memory runs out; return whether there was one."""
    found = workers()
    if not found:
        return False
    with contextlib.suppress(ProcessLookupError):
        os.kill(found[number % len(found)], signal.SIGKILL)
    return True


def workers(of: int | None = None) -> list[int]:
    """Return the processes that fork servers of this process have forked, or those of the process ``of``."""
    parents, program = _parents(), of or os.getpid()
    servers = {pid for pid, parent in parents.items() if parent == program and _is_fork_server(pid)}
    return sorted(pid for pid, parent in parents.items() if parent in servers)


def _parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    return found


def _is_fork_server(pid: int) -> bool:
    try:
        return b"app.engine.worker.forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def listener(port: int) -> int:
    """Return the process that listens at a TCP port of this machine."""
    sockets = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                sockets.add(f"socket:[{rest[5]}]")
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            if os.readlink(entry) in sockets:
                return int(entry.parts[2])
    raise ProcessLookupError(f"nothing listens at {port}")
