"""Reads the bytes of a file that may be anything: regular and bounded, with faults that say what a person can do."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

from app.document.model.sentence import Explained, say, why_of
from app.document.storage.errors import FileProblem

MAX_BYTES = 64 * 2**20  # a 10,000-block page has 1.5 MB; large arrays lie beside the project
MOST_AT_ONCE = 16 << 20  # bytes of an archive's list of members, which may claim any size
# A pipe that takes the file's place between the two looks must not hold the open; a terminal must not become ours.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


class NoFile(Explained, OSError):
    """The name leads to a pipe, device, socket or folder, which might never end."""


class InPieces(io.BufferedReader):
    """A file that refuses to be read in too large a piece: an archive may claim a list of members of any size."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Read so many bytes, or all that is left; raises ValueError for too many."""
        limit = MOST_AT_ONCE + 1
        data = super().read(limit if size is None or size < 0 else min(size, limit))
        if len(data) > MOST_AT_ONCE:
            raise ValueError("too much in one go")
        return data


def open_regular(path: str | os.PathLike[str]) -> io.BufferedReader:
    """Open a regular file for reading; raises NoFile for anything else, OSError and ValueError as ``open`` does."""
    _check_regular(os.stat(path))
    descriptor = os.open(path, _FLAGS)
    try:
        _check_regular(os.fstat(descriptor))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _check_regular(found: os.stat_result) -> None:
    if stat.S_ISREG(found.st_mode):
        return
    if stat.S_ISDIR(found.st_mode):
        raise NoFile(say("file.is-folder"))
    if stat.S_ISFIFO(found.st_mode):
        raise NoFile(say("file.is-pipe"))
    raise NoFile(say("file.is-socket") if stat.S_ISSOCK(found.st_mode) else say("file.is-device"))


def read_bytes(path: Path, only: int | None = None, limit: int = MAX_BYTES) -> bytes:
    """Return the file's bytes (the first ``only``); raises FileProblem, also for more than ``limit`` bytes."""
    name = os.fspath(path)
    try:
        with open_regular(path) as file:
            data = file.read(limit + 1 if only is None else only)
    except (OSError, ValueError) as fault:
        raise FileProblem(say("file.unopenable", why=why_of(fault)), file=name) from fault
    if len(data) > limit:
        hint = say("hint.arrays-beside")
        raise FileProblem(say("file.too-large", size=limit // 2**20), file=name, hint=hint)
    return data
