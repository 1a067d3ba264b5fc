"""File locks that end with their process: they show what a dead process left behind and what is in use."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from collections.abc import Iterator

if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> bool:
        """Lock an open file until it is closed; False where another open file holds the lock."""
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    @contextlib.contextmanager
    def change_of(folder: str | os.PathLike[str]) -> Iterator[None]:
        """Let one process at a time read a file of the folder, change it and write it; wait for the others."""
        name = hashlib.sha256(os.path.normcase(os.path.realpath(folder)).encode()).hexdigest()[:32]
        with open(os.path.join(tempfile.gettempdir(), f"tensorblocks-{name}.lock"), "wb") as file:
            while True:
                with contextlib.suppress(OSError):  # it gives up after ten seconds
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
            yield

else:
    import fcntl

    @contextlib.contextmanager
    def change_of(folder: str | os.PathLike[str]) -> Iterator[None]:
        """Let one process at a time read a file of the folder, change it and write it; wait for the others."""
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def try_lock(descriptor: int) -> bool:
        """Lock an open file until it is closed; False where another open file holds the lock."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # held, or a file system without locks: then nothing may be concluded
            return False
        return True


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
