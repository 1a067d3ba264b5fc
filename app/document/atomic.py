"""Atomic writing: after any failure the path holds either the old content or the new one, complete."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

from app.document import locks

_PREFIX, _SUFFIX = ".tblocks-", ".tmp"  # short: the target's name may use all 255 bytes that a name may have

# What file systems answer that cannot flush a folder (network and FUSE mounts, folders without read permission).
_NO_FOLDER_FLUSH = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.ENOSYS, errno.EBADF}


def write_atomic(path: str | os.PathLike[str], data: bytes) -> None:
    """Replace the file's content; a symlink stays one and its target is written; the file's mode stays.

    Raises:
        OSError: the old content is untouched and no temporary file is left. (Only where flushing the folder fails
            after the exchange is the new content already in place.)
    """
    target = Path(os.path.realpath(path))
    mode = _writable_mode(target)
    temporary = target.parent / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(6)}{_SUFFIX}"
    with _open_new(temporary) as descriptor:
        locks.try_lock(descriptor)  # tells sweep() that somebody is still at it
        _write_all(descriptor, data)
        if mode is not None and sys.platform != "win32":
            os.fchmod(descriptor, mode)
        os.fsync(descriptor)
        if sys.platform == "win32":  # an open file cannot be renamed there
            os.close(descriptor)
        os.replace(temporary, target)
    _flush_folder(target.parent)
    sweep(target.parent)


def sweep(folder: str | os.PathLike[str]) -> list[Path]:
    """Remove temporary files that a killed process left in the folder; return them. Never raises OSError."""
    removed = []
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            ours = entry.name.startswith(_PREFIX) and entry.name.endswith(_SUFFIX)
            if ours and entry.is_file(follow_symlinks=False) and locks.is_free(entry.path):
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)
                    removed.append(Path(entry.path))
    return removed


def _writable_mode(target: Path) -> int | None:
    """Return the permission bits of an existing file, None for a new one; refuse what must not be replaced."""
    try:
        found = os.stat(target)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", str(target))
    if not os.access(target, os.W_OK):  # a rename would replace a write-protected file without asking
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    return stat.S_IMODE(found.st_mode)


@contextlib.contextmanager
def _open_new(temporary: Path) -> Iterator[int]:
    """Open a file that did not exist; closed at the end, and removed where the body fails."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(temporary, flags, 0o666)  # the umask applies, as to any new file
    try:
        yield descriptor
    except BaseException:
        with contextlib.suppress(OSError):
            os.close(descriptor)
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _flush_folder(folder: Path) -> None:
    """Make the exchange of names last through a power cut, where the system can."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as fault:
        if fault.errno not in _NO_FOLDER_FLUSH:
            raise
