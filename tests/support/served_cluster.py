"""A cluster of ``tensorblocks serve`` processes, on hosts of their own or on this machine."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import msgspec

from tests.support.hosts import Hosts
from tests.support.worker_processes import workers

_LISTENS = 60.0  # seconds until a task greets
_ENDS = 20.0


class Served:
    """One task: a ``serve`` process, and TensorFlow's server in a worker of it."""

    def __init__(self, command: Sequence[str], log: Path) -> None:
        """Start nothing yet."""
        self._command, self._log = command, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to serve."""
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def wait(self) -> None:
        """Wait until it greets; raises TimeoutError."""
        assert self._process is not None
        end = time.monotonic() + _LISTENS
        while "is served at ports" not in self.log():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.05)
            if time.monotonic() > end:
                raise TimeoutError(self.log())

    @property
    def pid(self) -> int:
        """Return the ``serve`` process."""
        assert self._process is not None
        return self._process.pid

    def servers(self) -> list[int]:
        """Return the processes of TensorFlow's server."""
        return workers(self.pid)

    def send(self, number: signal.Signals, whole: bool) -> None:
        """Send a signal to TensorFlow's server, or to the whole task."""
        for pid in (*self.servers(), *((self.pid,) if whole else ())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """End the task and wait for it."""
        if self._process is None:
            return
        self.send(signal.SIGCONT, whole=True)
        self._process.send_signal(number)
        try:
            self._process.wait(_ENDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(_ENDS)

    def log(self) -> str:
        """Return what it has printed."""
        return self._log.read_text(errors="replace")


class ServedCluster:
    """A parameter server and two workers, of which the first is the master; ``file`` says so to a run."""

    names = ("/job:ps/task:0", "/job:worker/task:0", "/job:worker/task:1")

    def __init__(self, folder: Path, hosts: Hosts | None = None, options: Sequence[str] = ()) -> None:
        """Serve ``folder``; without hosts, at free ports of this machine. ``options`` are those of ``serve``."""
        self.hosts = hosts
        ports = [_free_port() for _ in self.names] if hosts is None else [9810] * len(self.names)
        places = ["127.0.0.1" if hosts is None else hosts.address(n) for n in range(len(self.names))]
        addresses = [f"{place}:{port}" for place, port in zip(places, ports, strict=True)]
        beside = folder.parent / f"{folder.name}.cluster"
        beside.mkdir()
        token = beside / "token"
        token.write_text(os.urandom(16).hex())
        token.chmod(0o600)
        self.file = beside / "cluster.json"
        config = {"cluster": {"ps": addresses[:1], "worker": addresses[1:]}, "token": "token"}
        self.file.write_bytes(msgspec.json.encode(config))
        self.tasks: list[Served] = []
        for number, port in enumerate(ports):
            command = [sys.executable, "-m", "app", "serve", "--folder", str(folder), "--port", str(port)]
            command += ["--token", str(token), "--listen-everywhere", *options]
            within = command if hosts is None else hosts.within(number, command)
            self.tasks.append(Served(within, beside / f"task-{number}.log"))

    def __enter__(self) -> ServedCluster:
        """Start all tasks and wait until they greet."""
        for task in self.tasks:
            task.start()
        self.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """End all tasks."""
        for task in self.tasks:
            task.end()

    def wait(self) -> None:
        """Wait until every task greets."""
        for task in self.tasks:
            task.wait()


def _free_port() -> int:
    """Return a port that is free, as is the one after it."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            with contextlib.suppress(OSError, OverflowError):
                other.bind(("127.0.0.1", port + 1))
                return port
