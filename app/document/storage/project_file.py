"""The project file on the disk: read with a bound, and saved so that the old file stays until the new one is whole."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from app.document.model.diagram import Project
from app.document.model.sentence import Sentence, say, why_of
from app.document.storage.atomic import write_atomic
from app.document.storage.bounded_read import MAX_BYTES, read_bytes
from app.document.storage.errors import FileProblem
from app.document.storage.reader import LoadedProject, loads
from app.document.storage.writer import dumps


def load_project(path: str | os.PathLike[str]) -> LoadedProject:
    """Read a project file.

    Raises:
        FileProblem: the file cannot be read or is no project; says where and why.
    """
    return loads(read_bytes(Path(path), limit=MAX_BYTES), os.fspath(path))


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
        raise FileProblem(say("file.unsavable", why=why_of(fault)), file=name, hint=_advice(fault)) from fault
    return data


def _advice(fault: OSError | ValueError) -> Sentence | None:
    number = fault.errno if isinstance(fault, OSError) else None
    return {
        errno.ENOSPC: say("hint.free-space"),
        errno.EACCES: say("hint.save-elsewhere"),
        errno.EPERM: say("hint.save-elsewhere"),
        errno.EROFS: say("hint.disk-read-only"),
        errno.ENOENT: say("hint.folder-gone"),
        errno.ENAMETOOLONG: say("hint.shorter-name"),
    }.get(number or 0)
