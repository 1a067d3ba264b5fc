"""What is known of the arrays beside a project without their values: read from its files, or sent by who did that."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Protocol

import msgspec

from app.document.model.diagram import ArrayRef, Page
from app.document.model.sentence import Sentence
from app.document.resources.companion_files import CompanionFault, Companions
from app.document.resources.npz_archive import NpzArchive, open_archive

_FIRST_AHEAD = 8  # headers that are read beyond the one that is asked for, the first time


class ArrayFacts(msgspec.Struct, frozen=True):
    """One array: the whole path of its file, its key, TensorFlow's label of its dtype, its shape."""

    path: str
    key: str
    dtype: str
    shape: tuple[int, ...]


class Archives(Protocol):
    """Knows the arrays that a page names. Both methods raise CompanionFault."""

    def keys(self, npz: str) -> frozenset[str]:
        """Return the names of the arrays in a file."""

    def facts(self, ref: ArrayRef) -> ArrayFacts:
        """Return what is known of an array."""


class _Stored:
    """What was read of one file: its arrays' names, and what their headers say, as far as that was asked for."""

    def __init__(self, state: tuple[int, ...]) -> None:
        self.state = state  # of the file then
        self.keys: frozenset[str] | None = None
        self.facts: dict[str, ArrayFacts] = {}
        self.ahead = _FIRST_AHEAD


class StoredArchives:
    """Reads the files beside a project.

    Who asks for one array mostly asks for those behind it next, and to open a file is to read the names of all its
    arrays: so each time that it is opened, more headers are read ahead.
    """

    def __init__(self, companions: Companions) -> None:
        """``companions`` knows which of them may be read."""
        self._companions = companions
        self._files: dict[str, _Stored] = {}

    def keys(self, npz: str) -> frozenset[str]:
        """Return the names of the arrays in a file; raises CompanionFault."""
        path = self._companions.path(npz)
        known = self._known(path)
        if known.keys is None:
            with open_archive(path, npz) as archive:
                known.keys = frozenset(archive.keys)
        return known.keys

    def facts(self, ref: ArrayRef) -> ArrayFacts:
        """Return what the header of an array says; raises CompanionFault."""
        path = self._companions.path(ref.npz)
        known = self._known(path)
        found = known.facts.get(ref.key)
        return self._read(path, ref, known) if found is None else found

    def _known(self, path: Path) -> _Stored:
        """Return what is known of a file as it is now."""
        state = _state_of(path)
        known = self._files.get(str(path))
        if known is None or known.state != state:
            known = self._files[str(path)] = _Stored(state)
        return known

    def _read(self, path: Path, ref: ArrayRef, known: _Stored) -> ArrayFacts:
        with open_archive(path, ref.npz) as archive:
            found = known.facts[ref.key] = _facts(archive, path, ref.key)
            begin = archive.keys.index(ref.key) + 1
            for key in archive.keys[begin : begin + known.ahead]:
                if key not in known.facts:
                    with suppress(CompanionFault):  # raised where that array is asked for
                        known.facts[key] = _facts(archive, path, key)
        known.ahead *= 4
        return found


def _facts(archive: NpzArchive, path: Path, key: str) -> ArrayFacts:
    header = archive.header(key)
    return ArrayFacts(str(path), key, header.dtype, header.shape)


def _state_of(path: Path) -> tuple[int, ...]:
    """Return what is another once a file has changed; what is wrong with it is said where it is opened."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


class SentArchive(msgspec.Struct, frozen=True):
    """What was found in one file. ``faults``: why an array cannot be used, by key; ``fault``: why none can."""

    keys: frozenset[str] = frozenset()
    arrays: dict[str, ArrayFacts] = {}
    faults: dict[str, Sentence] = {}
    fault: Sentence | None = None


class SentArchives(msgspec.Struct, frozen=True):
    """What another process has found in the files that a page names, by the names that it gives them."""

    files: dict[str, SentArchive] = {}

    def keys(self, npz: str) -> frozenset[str]:
        """Return the names of the arrays in a file; raises CompanionFault."""
        return self._file(npz).keys

    def facts(self, ref: ArrayRef) -> ArrayFacts:
        """Return what is known of an array; raises CompanionFault."""
        file = self._file(ref.npz)
        if ref.key in file.faults:
            raise CompanionFault(file.faults[ref.key])
        return file.arrays[ref.key]

    def _file(self, npz: str) -> SentArchive:
        file = self.files[npz]
        if file.fault is not None:
            raise CompanionFault(file.fault)
        return file


def archives_of(page: Page, archives: Archives) -> SentArchives:
    """Return what is known of all arrays that a page names, to be sent to who may not read files."""
    refs = {
        text: None
        for block in page.blocks.values()
        for text in block.pins.values()
        if isinstance(text, ArrayRef)
    }
    files: dict[str, SentArchive] = {}
    for npz in dict.fromkeys([ref.npz for ref in refs]):
        try:
            keys = archives.keys(npz)
        except CompanionFault as fault:
            files[npz] = SentArchive(fault=fault.sentence)
            continue
        arrays: dict[str, ArrayFacts] = {}
        faults: dict[str, Sentence] = {}
        for ref in refs:
            if ref.npz != npz:
                continue
            try:
                arrays[ref.key] = archives.facts(ref)
            except CompanionFault as fault:
                faults[ref.key] = fault.sentence
        files[npz] = SentArchive(keys, arrays, faults)
    return SentArchives(files)
