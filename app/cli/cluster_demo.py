"""``python -m app.cli.cluster_demo``: a parameter server and two workers on this machine, and a page that trains there.

What it starts ends with it. On Linux all of it runs in a network of its own, where nobody else can reach the ports.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from app.cli.exits import FAILED, INTERRUPTED, USAGE
from app.cli.lone_network import enter_lone_network
from app.document.formats.registry import open_project
from app.document.storage.writer import dumps
from app.engine.cluster.access import make_token
from blocks.assets import asset

_JOBS = ("ps", "worker", "worker")
_TOKEN, _CLUSTER = "token.txt", "cluster.json"
_READY = 120.0  # seconds until all three have started
_AGAIN = 0.5  # seconds
_LET_GO = 10.0  # seconds that a process may take to end
_PROGRAM = (sys.executable, "-m", "app")


def main(argv: Sequence[str] | None = None) -> int:
    """Start the tasks, show the page in the window (or run it where there is no display), and end the tasks."""
    options = _parser().parse_args(argv)
    _end_in_order()
    try:
        why = enter_lone_network()
    except OSError as fault:
        print(f"The tasks have no network here: {fault.strerror or fault}", file=sys.stderr)
        return FAILED
    if why and not options.listen_everywhere:
        print(
            f"The tasks cannot have a network of their own here ({why}). TensorFlow's server has no password and "
            "listens on all networks of this machine: say that this is all right with --listen-everywhere.",
            file=sys.stderr,
        )
        return USAGE
    with tempfile.TemporaryDirectory(prefix="tensorblocks-cluster-", ignore_cleanup_errors=True) as folder:
        try:
            with _served(Path(folder), listens=bool(why)):
                return _shown(_project(Path(folder)), options)
        except KeyboardInterrupt:
            return INTERRUPTED
        except _NotReady as fault:
            print(fault, file=sys.stderr)
            return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cluster_demo", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--page", default="sum", help="sum, accumulator or asynchronous, without a display")
    parser.add_argument(
        "--no-window", action="store_true", help="run the page and print, also with a display"
    )
    parser.add_argument(
        "--listen-everywhere", action="store_true", help="start the tasks where other machines can reach them"
    )
    return parser


def _end_in_order() -> None:
    """Let what ends this process (a closed terminal, say) do so as Ctrl+C does: the tasks end with it."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), interrupt)


class _NotReady(Exception):
    """A task has not started; with what it has said."""


@contextlib.contextmanager
def _served(folder: Path, *, listens: bool) -> Iterator[None]:
    """Start the three tasks, and end them."""
    ports = _free_ports(len(_JOBS))
    jobs: dict[str, list[str]] = {}
    for job, port in zip(_JOBS, ports, strict=True):
        jobs.setdefault(job, []).append(f"127.0.0.1:{port}")
    make_token(folder / _TOKEN)
    (folder / _CLUSTER).write_text(json.dumps({"cluster": jobs, "token": _TOKEN}, indent=1), encoding="utf-8")
    tasks: list[subprocess.Popen[bytes]] = []
    try:
        for number, port in enumerate(ports):
            tasks.append(_serve(folder, number, port, listens))
        _wait_for(ports, tasks, folder)
        print(
            f"A parameter server and two workers listen at the ports {', '.join(map(str, ports))}.",
            flush=True,
        )
        yield
    finally:
        _end(tasks)


def _serve(folder: Path, number: int, port: int, listens: bool) -> subprocess.Popen[bytes]:
    """Start one task, in a folder of its own; what it says goes into a file."""
    own = folder / f"task{number}"
    own.mkdir()
    command = [*_PROGRAM, "serve", "--folder", str(own), "--port", str(port), "--token", str(folder / _TOKEN)]
    with open(_log(folder, number), "wb") as log:
        return subprocess.Popen(
            [*command, *(["--listen-everywhere"] if listens else [])],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl+C ends this process, which then ends them in order
        )


def _log(folder: Path, number: int) -> Path:
    return folder / f"task{number}.log"


def _free_ports(count: int) -> list[int]:
    """Return ports that nothing listens at, nor at the ones after them."""
    with contextlib.ExitStack() as stack:
        found: list[int] = []
        while len(found) < count:
            port = int(stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1])
            with contextlib.suppress(OSError, OverflowError):
                stack.enter_context(socket.create_server(("127.0.0.1", port + 1)))
                found.append(port)
        return found


def _wait_for(ports: Sequence[int], tasks: Sequence[subprocess.Popen[bytes]], folder: Path) -> None:
    """Wait until the tasks greet; raises _NotReady with what one has said that has ended instead."""
    end = time.monotonic() + _READY
    left = list(ports)
    while left:
        ended = next((n for n, task in enumerate(tasks) if task.poll() is not None), None)
        if ended is not None or time.monotonic() > end:
            said = _log(folder, ended or 0).read_text(encoding="utf-8", errors="replace")
            raise _NotReady(f"a task of the cluster has not started:\n{said}")
        if _greets(left[0] + 1):
            del left[0]
        else:
            time.sleep(_AGAIN)


def _greets(port: int) -> bool:
    """Return whether a task says something at a port: it listens before it is ready."""
    try:
        with socket.create_connection(("127.0.0.1", port), _AGAIN) as connection:
            return bool(connection.recv(1))
    except OSError:
        return False


def _end(tasks: Sequence[subprocess.Popen[bytes]]) -> None:
    """End the tasks as Ctrl+C does, and at last by force."""
    for task in tasks:
        if task.poll() is None:
            task.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
    for task in tasks:
        try:
            task.wait(_LET_GO)
        except subprocess.TimeoutExpired:
            task.kill()
            task.wait()


def _project(folder: Path) -> Path:
    """Return a copy of the sample that names the cluster."""
    sample = Path(str(asset("samples", "cluster", "parallel_training.tblocks")))
    project = open_project(sample).project
    for page in project.pages:
        if any(block.symbol == "ClientSession" for block in page.blocks.values()):
            page.run = replace(page.run, cluster=_CLUSTER)
    path = folder / sample.name
    path.write_bytes(dumps(project))
    return path


def _shown(path: Path, options: argparse.Namespace) -> int:
    """Show the project in the window until that is closed; without a display run a page of it."""
    if _has_display() and not options.no_window:
        print(
            "The window opens; Run (F5) trains on the cluster. The tasks end when it is closed.", flush=True
        )
        return subprocess.call([*_PROGRAM, "edit", str(path)])
    cluster = str(path.parent / _CLUSTER)
    return subprocess.call([*_PROGRAM, "run", str(path), "--page", options.page, "--cluster", cluster])


def _has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if __name__ == "__main__":
    sys.exit(main())
