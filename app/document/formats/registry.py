"""Opening and saving project files; the place where further readers of diagrams are listed."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.document.model.diagram import Project
from app.document.storage.atomic import write_atomic
from app.document.storage.bounded_read import MAX_BYTES, read_bytes, reason
from app.document.storage.errors import FileProblem
from app.document.storage.reader import LoadedProject, loads
from app.document.storage.writer import dumps

__all__ = [
    "MAX_BYTES",
    "READERS",
    "FileProblem",
    "LoadedProject",
    "Reader",
    "dumps",
    "is_page",
    "load_project",
    "loads",
    "open_pages",
    "open_project",
    "save_project",
]

_HEAD = 4096


class Reader(NamedTuple):
    """A format that opens as a project. ``match`` sees the path and the first 4 KiB."""

    name: str
    match: Callable[[Path, bytes], bool]
    read: Callable[[Path, Sequence[Path]], LoadedProject]  # of a path, with the user's data folders


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
        raise FileProblem(f"cannot be saved: {reason(fault)}", file=name, hint=_advice(fault)) from fault
    return data


def _is_xml(path: Path, head: bytes) -> bool:
    """Return whether it is an enuSpace page, also in UTF-16, and no project, which begins with a brace."""
    first = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()[:1]
    return first == b"<" or (path.suffix.lower() == ".svg" and first != b"{")


def is_page(path: str | os.PathLike[str]) -> bool:
    """Return whether a file is an enuSpace page by its name and first bytes; raises FileProblem."""
    return _is_xml(Path(path), read_bytes(Path(path), _HEAD))


def _read_enuspace(path: Path, data: Sequence[Path]) -> LoadedProject:
    from app.document.formats.enuspace import read_project  # late: most files are projects

    return read_project([path], data)


# Asked in order; the project reader takes what no other accepts and explains what it cannot read.
READERS: tuple[Reader, ...] = (
    Reader("enuSpace page", _is_xml, _read_enuspace),
    Reader("TensorBlocks project", lambda path, head: True, lambda path, data: load_project(path)),
)


def open_project(path: str | os.PathLike[str], data: Sequence[Path] = ()) -> LoadedProject:
    """Read a diagram of any known format, chosen by the file's name and first bytes, or a folder of pages.

    ``data`` are folders in which files that a page of another format names are looked for. Raises FileProblem.
    """
    place = Path(path)
    if place.is_dir():
        return _read_enuspace(place, data)
    head = read_bytes(place, _HEAD)
    reader = next(r for r in READERS if r.match(place, head))
    return reader.read(place, data)


def open_pages(paths: Sequence[Path], data: Sequence[Path] = (), store: Path | None = None) -> LoadedProject:
    """Read several pages of another format, or folders of them, as one project; raises FileProblem.

    With ``store`` larger arrays become references to files in that folder, which the caller writes.
    """
    from app.document.formats.enuspace import read_project

    return read_project(paths, data, store)


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
