"""Opening a file of any known format; the place where further readers of diagrams are listed."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.document.storage.bounded_read import read_bytes
from app.document.storage.errors import FileProblem
from app.document.storage.project_file import load_project
from app.document.storage.reader import LoadedProject

_HEAD = 4096
_CONFLICT = b"<<<<<<< "
_SAVED_MODELS = ("saved_model.pb", "saved_model.pbtxt")
_MODEL_ENDINGS = (".pb", ".pbtxt", ".meta")
_KERAS_ENDINGS = (".keras", ".h5", ".hdf5")
_HDF5, _ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"
_KERAS_MEMBERS = (b"metadata.json", b"config.json")  # with which such archives begin


class Reader(NamedTuple):
    """A format that opens as a project. ``match`` sees the path and the first 4 KiB."""

    name: str
    match: Callable[[Path, bytes], bool]
    read: Callable[[Path, Sequence[Path]], LoadedProject]  # of a path, with the user's data folders


def _is_xml(path: Path, head: bytes) -> bool:
    """Return whether it is an enuSpace page, also in UTF-16, and no project, which begins with a brace.

    What begins with the marker of a merge conflict is no XML whatever stands behind it.
    """
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe").replace(b"\0", b"").lstrip()
    if text.startswith(_CONFLICT):
        return False
    return text[:1] == b"<" or (path.suffix.lower() == ".svg" and text[:1] != b"{")


def is_page(path: str | os.PathLike[str]) -> bool:
    """Return whether a file is an enuSpace page by its name and first bytes; raises FileProblem."""
    return _is_xml(Path(path), read_bytes(Path(path), _HEAD))


def is_model(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is a model of TensorFlow or Keras; the engine reads it (``engine.host.models``)."""
    place = Path(path)
    if place.is_dir():
        return any((place / name).is_file() for name in _SAVED_MODELS)
    return place.is_file() and (place.suffix.lower() in _MODEL_ENDINGS or is_keras(place))


def is_keras(path: Path) -> bool:
    """Return whether a file is one of Keras by its name or its first bytes; False where it does not read."""
    if path.suffix.lower() in _KERAS_ENDINGS:
        return True
    try:
        head = read_bytes(path, _HEAD)
    except FileProblem:
        return False
    return head.startswith(_HDF5) or (head.startswith(_ZIP) and any(name in head for name in _KERAS_MEMBERS))


def is_saved_model(path: Path) -> bool:
    """Return whether a file is that of a SavedModel, whose other files lie in the same folder."""
    return path.name in _SAVED_MODELS


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
