"""Opening and saving project files; the place where further readers of diagrams are listed."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from app.document.atomic import write_atomic
from app.document.file_problem import FileProblem
from app.document.file_read import LoadedProject, loads
from app.document.file_write import dumps
from app.document.model import Project

__all__ = [
    "READERS",
    "FileProblem",
    "LoadedProject",
    "Reader",
    "dumps",
    "load_project",
    "loads",
    "open_project",
    "save_project",
]

MAX_BYTES = 64 * 2**20  # a 10,000-block page has 1.5 MB; large arrays lie beside the project
_HEAD = 4096


class Reader(NamedTuple):
    """A format that opens as a project. ``match`` sees the path and the first 4 KiB."""

    name: str
    match: Callable[[Path, bytes], bool]
    read: Callable[[Path], LoadedProject]


def load_project(path: str | os.PathLike[str]) -> LoadedProject:
    """Read a project file.

    Raises:
        FileProblem: the file cannot be read or is no project; says where and why.
    """
    return loads(_content(Path(path)), os.fspath(path))


def save_project(project: Project, path: str | os.PathLike[str]) -> bytes:
    """Write the project atomically and return what was written.

    Raises:
        FileProblem: a value or the file cannot be written; the old file is untouched.
    """
    name = os.fspath(path)
    data = dumps(project, name)
    try:
        write_atomic(path, data)
    except (OSError, ValueError) as fault:  # ValueError: a NUL in the name
        raise FileProblem(f"cannot be saved: {_reason(fault)}", file=name, hint=_advice(fault)) from fault
    return data


# Asked in order; the project reader takes what no other wants and explains what it cannot read.
READERS: tuple[Reader, ...] = (Reader("TensorBlocks project", lambda path, head: True, load_project),)


def open_project(path: str | os.PathLike[str]) -> LoadedProject:
    """Read a diagram of any known format, chosen by the file's name and first bytes; raises FileProblem."""
    head = _content(Path(path), _HEAD)
    reader = next(r for r in READERS if r.match(Path(path), head))
    return reader.read(Path(path))


def _content(path: Path, only: int | None = None) -> bytes:
    """Return the file's bytes (the first ``only``); raises FileProblem, also for a file that is too large."""
    name = os.fspath(path)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1 if only is None else only)
    except (OSError, ValueError) as fault:
        raise FileProblem(f"cannot be opened: {_reason(fault)}", file=name) from fault
    if len(data) > MAX_BYTES:
        hint = 'keep large arrays beside the project as {"npz": FILE, "key": NAME}'
        raise FileProblem(f"is larger than {MAX_BYTES // 2**20} MiB", file=name, hint=hint)
    return data


def _reason(fault: OSError | ValueError) -> str:
    return (fault.strerror or str(fault)) if isinstance(fault, OSError) else str(fault)


def _advice(fault: OSError | ValueError) -> str | None:
    number = fault.errno if isinstance(fault, OSError) else None
    return {
        errno.ENOSPC: "the old file is unchanged; free some space or save elsewhere",
        errno.EACCES: "the old file is unchanged; save under another name or in another folder",
        errno.EPERM: "the old file is unchanged; save under another name or in another folder",
        errno.EROFS: "the disk is read-only; save elsewhere",
        errno.ENOENT: "the folder does not exist any more; save elsewhere",
        errno.ENAMETOOLONG: "choose a shorter name",
    }.get(number or 0)
