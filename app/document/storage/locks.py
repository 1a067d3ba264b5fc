"""File locks that end with their process: they show what a dead process left behind and what is in use."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
import time
from collections.abc import Iterator

from app.document.storage.digests import sha256

_PAUSE = 0.02  # seconds between two attempts

if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> bool:
        """Lock an open file until it is closed; False where another open file holds the lock."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _open_lock(folder: str | os.PathLike[str]) -> int:
        """Open what is locked for a folder, which itself cannot be: a file of the same name for all who ask."""
        name = sha256(os.path.normcase(os.path.realpath(folder)).encode()).hexdigest()[:32]
        lock = os.path.join(tempfile.gettempdir(), f"tensorblocks-{name}.lock")
        return os.open(lock, os.O_RDWR | os.O_CREAT)

    def _is_held(descriptor: int) -> bool:
        """Lock it; True where another process holds the lock."""
        return not try_lock(descriptor)

else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Lock an open file until it is closed; False where another open file holds the lock."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # held, or a file system without locks: then nothing may be concluded
            return False
        return True

    def _open_lock(folder: str | os.PathLike[str]) -> int:
        return os.open(folder, os.O_RDONLY)

    def _is_held(descriptor: int) -> bool:
        """Lock it; True where another process holds the lock, False on a file system without locks."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            return fault.errno == errno.EWOULDBLOCK
        return False


@contextlib.contextmanager
def change_of(folder: str | os.PathLike[str], patience: float | None = None) -> Iterator[None]:
    """Let one process at a time read a file of the folder, change it and write it; the others wait.

    Whoever cannot open the folder goes on without: its writing says why. Raises TimeoutError after ``patience``
    seconds (None: never).
    """
    try:
        descriptor = _open_lock(folder)
    except OSError:
        yield
        return
    try:
        deadline = None if patience is None else time.monotonic() + patience
        while _is_held(descriptor):
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), os.fspath(folder))
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def is_free(path: str | os.PathLike[str]) -> bool:
    """Return whether no living process holds the lock of the file; False where that cannot be known."""
    try:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False
    try:
        return try_lock(descriptor)
    finally:
        os.close(descriptor)
