"""What is known of the arrays beside a project without their values: read from its files, or sent by who did that."""

from __future__ import annotations

from typing import Protocol

import msgspec

from app.document.model.diagram import ArrayRef, Page
from app.document.model.sentence import Sentence
from app.document.resources.companion_files import CompanionFault, Companions
from app.document.resources.npz_archive import open_archive


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


class StoredArchives:
    """Reads the files beside a project."""

    def __init__(self, companions: Companions) -> None:
        """``companions`` knows which of them may be read."""
        self._companions = companions

    def keys(self, npz: str) -> frozenset[str]:
        """Return the names of the arrays in a file; raises CompanionFault."""
        with open_archive(self._companions.path(npz), npz) as archive:
            return frozenset(archive.keys)

    def facts(self, ref: ArrayRef) -> ArrayFacts:
        """Return what the header of an array says; raises CompanionFault."""
        path = self._companions.path(ref.npz)
        with open_archive(path, ref.npz) as archive:
            header = archive.header(ref.key)
        return ArrayFacts(str(path), ref.key, header.dtype, header.shape)


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
    for npz in {ref.npz for ref in refs}:
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
