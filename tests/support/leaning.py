"""What a worker's Python may try to get out of its walls; a handler that does it all and reports what came of it."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from app.engine.ipc.handlers import Handler
from app.engine.worker.client import Client


class Lean(msgspec.Struct, frozen=True):
    """Try everything: with the project's folder, and one outside that holds ``secret.txt``."""

    folder: str
    outside: str
    program: int  # the process of the program


class Leaned(msgspec.Struct, frozen=True):
    """What each attempt came to: "refused", or what it gave; the threads' walls; the environment; open files."""

    came: dict[str, str]
    threads: list[str]
    environment: dict[str, str]
    files: list[str]


LEAN = Handler("tests.support.leaning:lean", Lean, Leaned)


def lean(body: bytes, client: Client) -> None:
    """Try to get out (the worker's handler LEAN)."""
    asked = LEAN.read_request(body)
    if not any(
        line.split() == ["Seccomp:", "2"] for line in Path("/proc/self/status").read_text().splitlines()
    ):
        raise RuntimeError("there is no wall to lean on, and what follows would do harm")
    came = {name: _outcome(attempt) for name, attempt in _attempts(asked).items()}
    in_thread: list[str] = []
    thread = threading.Thread(target=lambda: in_thread.append(_outcome(Path("/etc/passwd").read_text)))
    thread.start()
    thread.join()
    came["read in a thread"] = in_thread[0]
    environment = Path("/proc/self/environ").read_bytes().decode().split("\0")
    texts = dict(text.split("=", 1) for text in environment if "=" in text)
    files = [os.readlink(f"/proc/self/fd/{fd}") for fd in _open_files()]
    client.reply(Leaned(came, _threads(), {**texts, **os.environ}, files))


def _open_files() -> list[str]:
    return [fd for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")]


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        return repr(attempt())[:100]
    except (PermissionError, socket.gaierror):
        return "refused"
    except OSError as fault:
        return "refused" if fault.errno in (1, 13, 18) else f"failed: {fault}"


def _threads() -> list[str]:
    """Return for each thread whether its filter stands and it can gain no rights."""
    found = []
    for task in os.listdir("/proc/self/task"):
        try:
            status = Path(f"/proc/self/task/{task}/status").read_text().splitlines()
        except OSError:  # it has ended meanwhile
            continue
        found.append(
            " ".join(line.split()[1] for line in status if line.startswith(("Seccomp:", "NoNewPrivs:")))
        )
    return found


def _call(number: int, *args: int) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(ctypes.c_long(number), *(ctypes.c_long(arg) for arg in args))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(result)


def _attempts(asked: Lean) -> dict[str, Callable[[], object]]:
    folder, outside = Path(asked.folder), Path(asked.outside)
    secret, inside = outside / "secret.txt", folder / "inside.txt"

    def connect(family: int, kind: int, address: Any) -> None:
        with socket.socket(family, kind) as peer:
            peer.connect(address)

    def moved() -> None:
        inside.rename(outside / "moved.txt")

    return {
        "read": secret.read_text,
        "read by a link": lambda: (folder / "link").read_text(),
        "read /etc/passwd": lambda: Path("/etc/passwd").read_text(),
        "list": lambda: os.listdir(outside),
        "list /": lambda: os.listdir("/"),
        "write": lambda: secret.write_text("gotcha"),
        "write new": lambda: (outside / "made.txt").write_text("gotcha"),
        "make a folder": lambda: (outside / "made").mkdir(),
        "remove": secret.unlink,
        "truncate": lambda: os.truncate(secret, 0),
        "move out": moved,
        "link in": lambda: os.link(secret, folder / "hard.txt"),
        "symbolic link": lambda: os.symlink(secret, folder / "soft.txt"),
        "FIFO": lambda: os.mkfifo(folder / "fifo"),
        "change the mode": lambda: os.chmod(secret, 0o777),
        "change the owner": lambda: os.chown(secret, os.getuid(), os.getgid()),
        "change the times": lambda: os.utime(secret, (1, 1)),
        "/dev/shm": lambda: Path("/dev/shm/tensorblocks-made").write_text("gotcha"),
        "/proc of the program": lambda: Path(f"/proc/{asked.program}/environ").read_bytes(),
        "memory of the program": lambda: Path(f"/proc/{asked.program}/mem").open("rb"),
        "signal the program": lambda: os.kill(asked.program, 0),
        "signal the fork server": lambda: os.kill(os.getppid(), 0),
        "run a program": lambda: subprocess.run(["/bin/true"], check=True),
        "run from memory": _run_from_memory,
        "TCP": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 9)),
        "TCP elsewhere": lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 11)),
        "listen": lambda: socket.create_server(("127.0.0.1", 0)).close(),
        "UDP": lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 9)),
        "TCP 6": lambda: connect(socket.AF_INET6, socket.SOCK_STREAM, ("::1", 9)),
        "UNIX": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, "/run/x"),
        "abstract UNIX": lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, "\0x"),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "DNS": lambda: socket.getaddrinfo("example.com", 80),
        "ptrace": lambda: _call(101, 2, asked.program, 0, 0),
        "io_uring": lambda: _call(425, 8, 0),
        "process_vm_readv": lambda: _call(310, asked.program, 0, 0, 0, 0, 0),
        "pidfd_getfd": lambda: _call(438, 0, 0, 0),
        "shared memory": lambda: _call(29, 1, 4096, 0o1600),
        "keys": lambda: _call(250, 0, -3, 0),
        "x32": lambda: _call(0x40000000 + 41, 2, 1, 0),
        "a process that outlives it": _outlive,
        "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "limit the program": lambda: resource.prlimit(asked.program, resource.RLIMIT_CPU, (10**6, 10**6)),
        "slow the program down": lambda: os.setpriority(os.PRIO_PROCESS, asked.program, 1),
        "bind the program to a processor": lambda: os.sched_setaffinity(asked.program, {0}),
        "queue a signal to the program": lambda: _call(129, asked.program, 0, 0),
        "signal by a descriptor": lambda: _call(424, -1, 0, 0, 0),
        "signal all": lambda: os.kill(-1, 0),
        "signal the group": lambda: os.kill(0, 0),
        "watch a folder": lambda: _call(294, 0),
        "mount": lambda: _call(165, 0, 0, 0, 0, 0),
        "another name space": lambda: _call(272, 0x10000000),
        "another root": lambda: os.chroot("."),
        "trace with bpf": lambda: _call(321, 0, 0, 0),
        "the root of a process": lambda: Path(f"/proc/{os.getpid()}/root/etc/passwd").read_text(),
        "an open folder": lambda: _read_through(outside, "secret.txt"),
        "a device of this process": lambda: Path("/dev/tty").write_text("x"),
        "the other end of the channel": lambda: Path(f"/proc/{asked.program}/fd/0").read_bytes(),
        "its own memory, written": lambda: Path("/proc/self/mem").open("r+b"),
        "its own rank": lambda: Path("/proc/self/oom_score_adj").write_text("-1000"),
        # what a run needs
        "inside: write": lambda: (folder / "made.txt").write_text("fine"),
        "inside: read": lambda: (folder / "made.txt").read_text(),
        "inside: rename": lambda: (folder / "made.txt").rename(folder / "renamed.txt"),
        "inside: temporary file": lambda: Path(os.environ["TMPDIR"], "x").write_text("fine"),
        "inside: home": lambda: (Path.home() / "x").write_text("fine"),
        "inside: facts": lambda: Path("/proc/self/statm").read_text() and Path("/proc/meminfo").read_text(),
        "inside: nothing": lambda: Path(os.devnull).write_text("x"),
        "inside: threads": _begin_a_thread,
        "inside: a signal to itself": lambda: os.kill(os.getpid(), 0) or signal.raise_signal(signal.SIGCONT),
        "inside: limits": lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
        "inside: random": lambda: Path("/dev/urandom").open("rb").read(1),
    }


def _run_from_memory() -> None:
    memory = os.memfd_create("x")
    os.write(memory, b"#!/bin/true\n")
    os.execve(memory, ["x"], {})


def _outlive() -> None:
    if os.fork() == 0:
        os._exit(0)


def _begin_a_thread() -> int:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(sum(range(1000))))
    thread.start()
    thread.join()
    return found[0]


def _read_through(folder: Path, name: str) -> None:
    opened = os.open(folder, os.O_PATH)
    try:
        os.open(name, os.O_RDONLY, dir_fd=opened)
    finally:
        os.close(opened)
