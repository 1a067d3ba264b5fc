"""The walls around a worker on Linux: Landlock for files and signals, a filter of system calls for the network.

They are raised in the forked process before it has a second thread, and hold for it and all that it starts, for good.
Nothing is believed: after that a forbidden folder, a socket and another process are tried from within.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import platform
import socket
import struct
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from app.document.resources.grants import is_within
from app.document.resources.ground import is_broad
from app.engine.ipc.walls import Walls, WallsHeld

_PROGRAM = Path(__file__).resolve().parents[3]  # the folder that holds the package ``app``
_LIBRARIES = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/opt/rocm",
    "/usr/local/cuda", "/nix/store", "/gnu/store",
)  # fmt: skip
_FACTS = (
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/fs/cgroup", "/etc/ld.so.cache",
    "/etc/localtime", "/usr/share/zoneinfo", "/dev/urandom",
)  # fmt: skip
_GPU_DEVICES = (
    "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/kfd", "/dev/dri", "/dev/nvidia-caps",
)  # fmt: skip
_GPU_FACTS = ("/proc/driver/nvidia", "/sys/bus/pci", "/sys/class", "/sys/devices", "/sys/module")
_NAMES_AND_CERTIFICATES = (
    "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services",
    "/etc/ssl", "/etc/pki", "/usr/share/ca-certificates",
)  # fmt: skip
_HOMES = ("TEMP", "TMP", "USERPROFILE") if os.name == "nt" else ("HOME", "TMPDIR")
_MOST_GPUS = 16
_TRIED = ("/", "/etc", "/proc/1", "/dev", "/var", "/home", "/root", "/usr/share")


def raise_walls(walls: Walls) -> WallsHeld:
    """Raise the walls around this process and try them; returns which of them hold."""
    if walls.temporary:
        tempfile.tempdir = walls.temporary
        os.environ.update(dict.fromkeys(_HOMES, walls.temporary))
    if not walls.are_on:
        return WallsHeld(why="switched off")
    if sys.platform != "linux":
        return WallsHeld(why=f"{platform.system()} has none that this program knows")
    if len(os.listdir("/proc/self/task")) > 1:
        return WallsHeld(why="the process has several threads")
    why = [*_attempt(lambda: _raise_landlock(walls)), *_attempt(lambda: _raise_filter(walls))]
    return _tried(walls, "; ".join(why))


def _attempt(action: Callable[[], None]) -> list[str]:
    try:
        action()
    except (OSError, ImportError, AttributeError, ValueError) as fault:
        return [f"{type(fault).__name__}: {fault}"]
    return []


def prepare() -> None:
    """Load what raising takes, once for all processes that are forked from this one."""
    if sys.platform != "linux":
        return
    try:
        importlib.import_module("landlockpy").abi_version()
        _libc()
        platform.machine()
        _readable()
    except (OSError, ImportError):
        return  # it is said where the walls are raised


# --- files, signals ------------------------------------------------------------------------------------------------


def _raise_landlock(walls: Walls) -> None:
    import landlockpy
    from landlockpy import AccessFS, AccessNet, Scope

    read = AccessFS.READ_FILE | AccessFS.READ_DIR
    write = (
        AccessFS.WRITE_FILE | AccessFS.TRUNCATE | AccessFS.REMOVE_DIR | AccessFS.REMOVE_FILE | AccessFS.MAKE_DIR
        | AccessFS.MAKE_REG | AccessFS.REFER
    )  # fmt: skip
    net = AccessNet.NONE if walls.net else None
    with landlockpy.Ruleset(handled_net=net, scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL) as rules:
        of_files = AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.TRUNCATE | AccessFS.IOCTL_DEV

        def allow(paths: Iterable[str], access: AccessFS) -> None:
            for path in paths:
                if path and os.path.exists(path):
                    is_folder = os.path.isdir(path)
                    rules.allow_path(path, access if is_folder else access & of_files)

        allow((*_readable(), *walls.reads), read)
        allow(_NAMES_AND_CERTIFICATES if walls.net else (), read)
        allow(walls.lists, AccessFS.READ_DIR)
        allow(walls.writes, write)
        allow((walls.temporary,), read | write)
        allow(("/dev/null",), read | write)
        devices = [path for path in _gpu_devices() if os.path.exists(path)]
        if devices:
            allow(devices, read | write | AccessFS.IOCTL_DEV)
            allow(_GPU_FACTS, read)
        for ports, access in ((walls.ports, AccessNet.CONNECT_TCP), (walls.listens, AccessNet.BIND_TCP)):
            for port in ports if walls.is_connected else ():
                rules.allow_port(port, access)
        rules.restrict()


@cache
def _readable() -> tuple[str, ...]:
    """Return what the program, its Python and its libraries read while a page runs."""
    paths = sysconfig.get_paths()
    python = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib") if name in paths]
    program = [str(_PROGRAM / name) for name in ("app", "blocks", "assets")]
    libraries = [os.path.join(prefix, "lib") for prefix in (sys.prefix, sys.base_prefix)]
    named = [*sys.path, *os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)]
    given = [os.path.realpath(path) for path in named if path and os.path.isabs(path)]
    narrow = [path for path in given if not is_broad(path)]
    found = [*program, *python, *libraries, *narrow, *_LIBRARIES, *_FACTS]
    return tuple(dict.fromkeys(found))


def _gpu_devices() -> Iterable[str]:
    return (*_GPU_DEVICES, *(f"/dev/nvidia{number}" for number in range(_MOST_GPUS)))


# --- system calls --------------------------------------------------------------------------------------------------

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_FILTER = 38, 22, 2
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM
_ABSENT = 0x00050026  # with ENOSYS: the caller takes the older call
_LOAD, _IF_EQUAL, _IF_LEAST, _IF_BITS, _AND, _RETURN = (
    0x20,
    0x15,
    0x35,
    0x45,
    0x54,
    0x06,
)  # BPF_LD|W|ABS, BPF_JMP with |JEQ, |JGE, |JSET, BPF_ALU|AND, all |K, BPF_RET|K
_FIRST_ARGUMENT, _SECOND_ARGUMENT = 16, 24  # their lower halves, on machines of this byte order
_KINDS_OF_SOCKETS = 0xF  # the other bits of a socket's type are flags
_CLONE_THREAD = 0x10000
_OTHER_CALLS = 0x40000000  # x32's numbers begin here
_CLONE3 = 435
# Everywhere so: pidfd_send_signal, io_uring_setup, _enter, _register, open_tree, move_mount, fsopen, fsmount,
# pidfd_getfd, process_madvise, mount_setattr, fchmodat2.
_NEW_CALLS = (424, 425, 426, 427, 428, 429, 430, 432, 438, 440, 442, 452)


class _Calls(NamedTuple):
    """The numbers of the calls that are refused on one architecture, some for other processes only."""

    architecture: int  # AUDIT_ARCH
    socket: int
    clone: int  # of a process; threads are begun by it, too
    processes: tuple[
        int, ...
    ]  # ptrace, process_vm_readv and _writev, execve and execveat, fork and vfork, tkill
    others: tuple[int, ...]  # by a process, 0 for this one: prlimit64, sched_setaffinity
    signals: tuple[int, ...]  # to a process: kill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo
    ranks: tuple[
        int, ...
    ]  # setpriority, sched_setscheduler, _setparam, _setattr, ioprio_set, migrate_ and move_pages
    keys: tuple[int, ...]  # keyctl, add_key, request_key
    shared: tuple[int, ...]  # shmget, msgget, semget, mq_open
    files: tuple[int, ...]  # open_by_handle_at; mode, owner, xattrs, times by path, which Landlock lets pass
    watched: tuple[
        int, ...
    ]  # inotify_init and _init1, fanotify_init: names of files elsewhere, as they are used
    # mount, umount2, pivot_root, chroot, unshare, setns, acct, swapon and swapoff, reboot, sethostname and
    # setdomainname, iopl and ioperm, init_, finit_ and delete_module, quotactl, kexec_load and kexec_file_load, bpf,
    # perf_event_open, userfaultfd, syslog, kcmp, settimeofday, adjtimex, clock_settime and clock_adjtime
    machine: tuple[int, ...]


_CALLS = {
    "x86_64": _Calls(
        0xC000003E, 41, 56, (101, 310, 311, 59, 322, 57, 58, 200), (302, 203), (62, 234, 129, 297),
        (141, 144, 142, 314, 251, 256, 279), (250, 248, 249), (29, 68, 64, 240),
        (304, 90, 268, 92, 94, 260, 188, 189, 197, 198, 132, 235, 261, 280), (253, 294, 300),
        (
            165, 166, 155, 161, 272, 308, 163, 167, 168, 169, 170, 171, 172, 173, 175, 313, 176, 179, 246, 320, 321,
            298, 323, 103, 312, 164, 159, 227, 305,
        ),
    ),
    "aarch64": _Calls(
        0xC00000B7, 198, 220, (117, 270, 271, 221, 281, 130), (261, 122), (129, 131, 138, 240),
        (140, 119, 118, 274, 30, 238, 239), (219, 217, 218), (194, 186, 190, 180),
        (265, 53, 54, 5, 6, 14, 15, 88), (26, 262),
        (
            40, 39, 41, 51, 97, 268, 89, 224, 225, 142, 161, 162, 105, 273, 106, 60, 104, 294, 280, 241, 282, 116, 272,
            170, 171, 112, 266,
        ),
    ),
}  # fmt: skip


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _raise_filter(walls: Walls) -> None:
    known = _CALLS.get(platform.machine())
    if known is None:
        raise OSError(f"no filter is known for {platform.machine()}")
    refused = [*_NEW_CALLS, *known.processes, *known.ranks, *known.keys, *known.shared, *known.files]
    refused += [*known.watched, *known.machine, *(() if walls.net or walls.is_connected else (known.socket,))]
    own = [(number, _IF_EQUAL, 0) for number in known.others]
    own += [(number, _IF_EQUAL, os.getpid()) for number in known.signals]
    own.append((known.clone, _IF_BITS, _CLONE_THREAD))  # a process that it began would outlive it
    connected = known.socket if walls.is_connected else None
    code = _instructions(known.architecture, refused, own, connected)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = _libc()
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _SECCOMP_FILTER, ctypes.byref(program), 0, 0
    ):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _instructions(
    architecture: int, refused: list[int], own: list[tuple[int, int, int]], connected: int | None
) -> bytes:
    """Return the filter: calls of another architecture and those that are refused fail, others pass.

    ``own``: calls that pass only where their first argument passes a test. ``connected``: the call that makes a socket,
    where it passes for TCP alone. clone3, whose arguments no filter sees, counts as absent.
    """
    tests = [(_IF_LEAST, _OTHER_CALLS), *((_IF_EQUAL, number) for number in refused)]
    allow_at = 3 + len(tests) + 1 + 3 * len(own) + (0 if connected is None else _TCP_ROWS)
    refuse_at, absent_at = allow_at + 1, allow_at + 2
    rows = [(_LOAD, 0, 0, 4)]  # the architecture
    rows.append((_IF_EQUAL, 0, refuse_at - 2, architecture))
    rows.append((_LOAD, 0, 0, 0))  # the number of the call
    for test, number in tests:
        rows.append((test, refuse_at - len(rows) - 1, 0, number))
    rows.append((_IF_EQUAL, absent_at - len(rows) - 1, 0, _CLONE3))
    for number, test, value in own:
        rows.append((_IF_EQUAL, 0, 2, number))
        rows.append((_LOAD, 0, 0, _FIRST_ARGUMENT))
        rows.append((test, allow_at - len(rows) - 1, refuse_at - len(rows) - 1, value))
    if connected is not None:
        rows.append((_IF_EQUAL, 0, _TCP_ROWS - 1, connected))
        rows.append((_LOAD, 0, 0, _FIRST_ARGUMENT))
        rows.append((_IF_EQUAL, 1, 0, socket.AF_INET))
        rows.append((_IF_EQUAL, 0, refuse_at - len(rows) - 1, socket.AF_INET6))
        rows.append((_LOAD, 0, 0, _SECOND_ARGUMENT))
        rows.append((_AND, 0, 0, _KINDS_OF_SOCKETS))
        rows.append((_IF_EQUAL, allow_at - len(rows) - 1, refuse_at - len(rows) - 1, socket.SOCK_STREAM))
    rows += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ABSENT)]
    return b"".join(struct.pack("=HBBI", *row) for row in rows)


_TCP_ROWS = 7  # of the filter, that look at a socket


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


# --- the trial -----------------------------------------------------------------------------------------------------


def _tried(walls: Walls, why: str) -> WallsHeld:
    """Return what holds when somebody leans on it from within."""
    reachable = (*walls.reads, *walls.writes, *walls.lists)
    forbidden = [
        path
        for path in _TRIED
        if os.path.isdir(path) and not any(is_within(path, place) for place in reachable)
    ]
    files = bool(forbidden) and all(_is_refused(partial(os.listdir, path)) for path in forbidden[:2])
    outside = os.path.dirname(walls.temporary) if walls.temporary else ""
    if outside and not any(is_within(outside, place) for place in walls.writes):
        files = files and _is_refused(lambda: _make(os.path.join(outside, "tried")))
    families = (socket.AF_INET, socket.AF_UNIX)
    network = walls.net or all(
        _is_refused(partial(socket.socket, family, socket.SOCK_DGRAM)) for family in families
    )
    if walls.is_connected:
        network = network and _is_refused(partial(_connect, next(p for p in (1, 2) if p not in walls.ports)))
    return WallsHeld(files, network, _is_refused(lambda: os.kill(os.getppid(), 0)), why)


def _make(path: str) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    os.unlink(path)


def _connect(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.connect(("127.0.0.1", port))


def _is_refused(action: Callable[[], object]) -> bool:
    try:
        action()
    except PermissionError:
        return True
    except OSError:
        return False
    return False
