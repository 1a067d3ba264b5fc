"""Atomic writing: after any failure the path holds either the old content or the new one, complete.

A file with several names (hard links) is the exception: it is written in its place, so that they stay one file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from pathlib import Path

from app.document.model.sentence import say
from app.document.storage import locks
from app.document.storage.bounded_read import NoFile

_PREFIX, _SUFFIX = ".tblocks-", ".tmp"  # short: the target's name may use all 255 bytes that a name may have

# What file systems answer that cannot flush a folder (network and FUSE mounts, folders that may not be read).
_NO_FOLDER_FLUSH = {errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EPERM, errno.ENOSYS, errno.EBADF}


def write_atomic(path: str | os.PathLike[str], data: bytes) -> None:
    """Replace the file's content; a symlink stays one and its target is written; mode, owner and group stay.

    Raises:
        OSError: the old content is untouched and no temporary file is left. (Where only flushing the folder
            fails, the new content is already in place.) It names the file.
    """
    target = Path(os.path.realpath(path))
    try:
        _write(target, data)
    except OSError as fault:
        if fault.filename is None:  # as when the disk is full
            fault.filename = str(target)
        raise


def _write(target: Path, data: bytes) -> None:
    old = _replaceable(target)
    temporary = target.parent / f"{_PREFIX}{os.getpid()}-{os.urandom(6).hex()}{_SUFFIX}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    # A new file gets what the umask leaves; the successor of an old one is private until it has that mode.
    descriptor = os.open(temporary, flags, 0o666 if old is None else 0o600)
    try:
        try:
            locks.try_lock(descriptor)  # shows sweep() that somebody is still at it
            if old is not None and sys.platform != "win32":
                _take_over(descriptor, old)
            _write_all(descriptor, data)
            os.fsync(descriptor)
            if sys.platform != "win32":
                _exchange(temporary, target, old, data)
        finally:
            os.close(descriptor)
        if sys.platform == "win32":  # an open file cannot be renamed there
            _exchange(temporary, target, old, data)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
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


def _replaceable(target: Path) -> os.stat_result | None:
    """Return what is known of an existing file, None for a new one; refuse what must not be replaced."""
    try:
        found = os.stat(target)
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if not stat.S_ISREG(found.st_mode):
        raise NoFile(say("file.not-regular"))
    if not os.access(target, os.W_OK):  # a rename would replace a write-protected file without asking
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    return found


if sys.platform != "win32":

    def _take_over(descriptor: int, old: os.stat_result) -> None:
        """Give the new file owner, group (where we may) and mode of the old one."""
        new, mode = os.fstat(descriptor), stat.S_IMODE(old.st_mode)
        is_ours = (new.st_uid, new.st_gid) == (old.st_uid, old.st_gid)
        # Only root may give files away, but a member of the group may leave the file to it.
        if not is_ours and not any(_is_given(descriptor, owner, old.st_gid) for owner in (old.st_uid, -1)):
            # What is left to our own group is what anybody may do.
            mode = mode & ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3
        os.fchmod(descriptor, mode)

    def _is_given(descriptor: int, owner: int, group: int) -> bool:
        try:
            os.fchown(descriptor, owner, group)
        except OSError:
            return False
        return True


def _exchange(temporary: Path, target: Path, old: os.stat_result | None, data: bytes) -> None:
    """Put the new file in the place of the old one, or the new content where the old one has further names."""
    if old is None or old.st_nlink < 2:
        os.replace(temporary, target)
        return
    before = target.read_bytes()
    try:
        _write_over(target, data)  # the copy beside it has shown that there is room
    except BaseException:
        _write_over(target, before)
        raise
    os.unlink(temporary)


def _write_over(target: Path, data: bytes) -> None:
    with open(target, "r+b", buffering=0) as file:
        _write_all(file.fileno(), data)
        file.truncate()
        os.fsync(file.fileno())


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
