"""Reads ``.npz`` archives that may hold anything: bounded before they are read, without pickle, each fault in words."""

from __future__ import annotations

import errno
import math
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from app.document.model.sentence import Sentence, say, why_of
from app.document.resources.companion_files import CompanionFault
from app.document.storage.bounded_read import MOST_AT_ONCE, InPieces, NoFile, open_regular

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, Any]

MOST_BYTES = 4 << 30  # of the arrays that one reading takes, unpacked
_MOST_MEMBERS = 100_000
_MOST_HEADER = 1 << 16
_LONGEST_KEY = 1024
_MOST_DIMENSIONS = 32  # NumPy's own bound before its version 2
_UNTESTED = 256 << 20  # so much may be packed as tightly as the format can
_TIGHTEST = 200  # beyond that: how many bytes one may stand for
_TEXT_COST = 64  # bytes that Python needs for the shortest text of an array
_ENDING = ".npy"
_MAGIC = b"\x93NUMPY"
_ITEM = re.compile(
    r"""\s*(['"])(descr|fortran_order|shape)\1\s*:\s*"""
    r"""(?:(?:(['"])([^'"]*)\3|(True|False)|\(([\d\sL,]*)\))\s*(?:,|(?=\}))|(\[))"""
)
_DESCRIPTION = re.compile(r"[<>|=]?([a-zA-Z?])(\d{0,9})(?:\[\w+\])?")
_LABELS = {
    "b1": "bool", "?": "bool", "c8": "complex64", "c16": "complex128",
    **{f"f{n}": f"float{8 * n}" for n in (2, 4, 8)},
    **{f"i{n}": f"int{8 * n}" for n in (1, 2, 4, 8)},
    **{f"u{n}": f"uint{8 * n}" for n in (1, 2, 4, 8)},
}  # fmt: skip


class Header(NamedTuple):
    """What an archive says of one of its arrays. ``dtype`` is TensorFlow's label, ``described`` NumPy's text."""

    dtype: str
    described: str
    shape: tuple[int, ...]
    is_fortran: bool
    start: int  # bytes of the member before the values
    size: int  # bytes of the values


@contextmanager
def open_archive(path: Path, name: str, most: int = MOST_BYTES) -> Iterator[NpzArchive]:
    """Open an archive for a block of code; ``name`` is the file as messages call it.

    Raises CompanionFault where it is no archive, or larger than ``most`` bytes.
    """
    with _explained(name, None, say("file.no-npz", file=name)):
        file = InPieces(open_regular(path).detach())
    with file:
        yield NpzArchive(file, name, most)


class NpzArchive:
    """The arrays of an open file by key. All methods raise CompanionFault, which names the file and the key."""

    def __init__(self, file: InPieces, name: str, most: int = MOST_BYTES) -> None:
        """Read the list of members."""
        self._name, self._most = name, most
        with _explained(name, None, say("file.no-npz", file=name)):
            self._size = size = file.seek(0, 2)
            if size > most + MOST_AT_ONCE:
                raise CompanionFault(say("npz.too-large", file=name, size=size >> 20, most=most >> 20))
            self._zip = zipfile.ZipFile(file)
        entries = self._zip.infolist()
        if len(entries) > _MOST_MEMBERS:
            raise CompanionFault(say("npz.too-many", file=name, count=len(entries), most=_MOST_MEMBERS))
        self._members: dict[str, zipfile.ZipInfo] = {}
        for entry in entries:
            key = entry.filename.removesuffix(_ENDING)
            if key == entry.filename:
                continue  # no array: NumPy passes it over as well
            if len(key) > _LONGEST_KEY:
                raise CompanionFault(say("npz.long-key", file=name, key=key[:40], most=_LONGEST_KEY))
            if key in self._members:
                raise CompanionFault(say("npz.twice", file=name, key=key))
            self._members[key] = entry

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the names of the arrays, in the archive's order."""
        return tuple(self._members)

    def header(self, key: str) -> Header:
        """Return dtype and shape of an array, which the archive has room for, without reading its values."""
        entry = self._entry(key)
        with self._broken(key), self._zip.open(entry) as member:
            header = self._read_header(member, key)
        if header.start + header.size > entry.file_size:
            raise CompanionFault(say("npz.damaged", file=self._name, key=key))
        return header

    def array(self, key: str) -> Array:
        """Return an array in this machine's byte order."""
        import numpy as np  # late: few projects have arrays

        header = self.header(key)
        with self._broken(key), self._zip.open(self._members[key]) as member:
            member.read(header.start)
            make = np.empty if header.size else np.zeros  # texts of no length become texts of one character
            array = make(math.prod(header.shape), np.dtype(header.described))
            if header.size:
                _fill(array.view(np.uint8).data, member)
            if array.dtype.kind == "U":
                _check_characters(array)
            if not array.dtype.isnative:
                array = array.astype(array.dtype.newbyteorder("="))
            if header.is_fortran:
                return array.reshape(header.shape[::-1]).T
            return array.reshape(header.shape)

    def arrays(self) -> dict[str, Array]:
        """Return all arrays by key."""
        size = sum(entry.file_size for entry in self._members.values())
        if size > self._most:
            raise CompanionFault(
                say("npz.too-large", file=self._name, size=size >> 20, most=self._most >> 20)
            )
        return {key: self.array(key) for key in self._members}

    def _entry(self, key: str) -> zipfile.ZipInfo:
        """Return an array's entry in the list of members, whose claims are checked."""
        entry = self._members.get(key)
        if entry is None:
            raise CompanionFault(say("array.unknown", file=self._name, name=key))
        if entry.flag_bits & 1:
            raise CompanionFault(say("npz.encrypted", file=self._name, key=key))
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise CompanionFault(say("npz.packing", file=self._name, key=key))
        if entry.compress_size > self._size:
            raise CompanionFault(say("npz.damaged", file=self._name, key=key))
        if entry.file_size > self._most:
            size, most = entry.file_size >> 20, self._most >> 20
            raise CompanionFault(say("npz.array-too-large", file=self._name, key=key, size=size, most=most))
        if entry.file_size > max(_UNTESTED, _TIGHTEST * entry.compress_size):
            raise CompanionFault(say("npz.too-tight", file=self._name, key=key, size=entry.file_size >> 20))
        return entry

    def _read_header(self, member: Any, key: str) -> Header:
        begin = member.read(8)
        if begin[:6] != _MAGIC or begin[6] not in (1, 2, 3):
            raise ValueError("no header of NumPy")
        width = 2 if begin[6] == 1 else 4
        length = int.from_bytes(member.read(width), "little")
        if not 0 < length <= _MOST_HEADER:
            raise ValueError("a header of no plausible length")
        text = member.read(length)
        if len(text) < length:
            raise EOFError
        described, is_fortran, shape = _facts(text.decode("utf-8" if begin[6] == 3 else "latin-1"))
        label, item = self._type(described, key)
        size = math.prod(shape) * item
        cost = max(size, math.prod(shape) * (_TEXT_COST if label == "string" else 1))
        if cost > self._most:
            raise CompanionFault(
                say(
                    "npz.array-too-large",
                    file=self._name,
                    key=key,
                    size=cost >> 20,
                    most=self._most >> 20,
                )
            )
        return Header(label, described, shape, is_fortran, 8 + width + length, size)

    def _type(self, described: str, key: str) -> tuple[str, int]:
        """Return TensorFlow's label of a NumPy type, and the bytes of one element."""
        found = _DESCRIPTION.fullmatch(described)
        kind, digits = (found[1], found[2]) if found else ("V", "")
        if kind == "O":
            raise CompanionFault(say("npz.objects", file=self._name, key=key))
        if kind in "SU" and digits:
            return "string", int(digits) * (4 if kind == "U" else 1)
        label = _LABELS.get(kind + digits)
        if label is None:
            raise CompanionFault(say("npz.no-dtype", file=self._name, key=key, dtype=described[:40]))
        return label, int(digits or 1)

    def _broken(self, key: str) -> Any:
        return _explained(self._name, key, say("npz.damaged", file=self._name, key=key))


def _fill(view: memoryview, member: Any) -> None:
    """Read a member's values piece by piece; the end is read as well, where the archive checks its sum."""
    at, piece = 0, 1 << 20
    while at < len(view):
        data = member.read(min(piece, len(view) - at))
        if not data:
            raise EOFError("the values end too early")
        view[at : at + len(data)] = data
        at += len(data)
    member.read(1)


def _facts(text: str) -> tuple[str, bool, tuple[int, ...]]:
    """Return type, order and shape of a header: Python's text of a dict, of which only the form that NumPy writes."""
    text = text.strip()
    if not (text.startswith("{") and text.endswith("}")):
        raise ValueError("no header of NumPy")
    found: dict[str, Any] = {}
    at = 1
    for _ in range(3):
        item = _ITEM.match(text, at)
        if item is None:
            raise ValueError("no header of NumPy")
        if item[7]:  # a structure of several fields
            return "V", False, ()
        key = item[2]
        value = item[4] if item[3] else item[5] == "True" if item[5] else _sizes(item[6])
        if type(value) is not {"descr": str, "fortran_order": bool, "shape": tuple}[key]:
            raise ValueError(f"{key} of another form")
        found[key], at = value, item.end()
    if len(found) != 3 or text[at:].strip() != "}":
        raise ValueError("no header of NumPy")
    return found["descr"], found["fortran_order"], found["shape"]


def _sizes(text: str) -> tuple[int, ...]:
    parts = [part.strip().removesuffix("L") for part in text.split(",")]
    if parts[-1] == "":
        parts.pop()
    if len(parts) > _MOST_DIMENSIONS or any(not 0 < len(part) < 20 for part in parts):
        raise ValueError("no shape that an array can have")
    sizes = tuple(int(part) for part in parts)
    if any(size >= 1 << 63 for size in sizes):
        raise ValueError("no shape that an array can have")
    return sizes


def _check_characters(array: Array) -> None:
    """Raise ValueError for texts that are not Unicode: beyond its end, or with half a character."""
    codes = array.view(f"{array.dtype.byteorder}u4") if array.dtype.itemsize else array[:0].view("u1")
    if codes.size and (codes.max() > 0x10FFFF or ((codes >= 0xD800) & (codes <= 0xDFFF)).any()):
        raise ValueError("no Unicode")


@contextmanager
def _explained(name: str, key: str | None, broken: Sentence) -> Iterator[None]:
    """Put what goes wrong with a file into words; ``broken`` is the sentence for content that does not read.

    Archives can be broken in more ways than zipfile and NumPy have names for: zlib.error, struct.error, EOFError,
    RuntimeError, NotImplementedError, RecursionError and others arise within them.
    """
    try:
        yield
    except CompanionFault:
        raise
    except FileNotFoundError:
        raise CompanionFault(say("file.missing", file=name)) from None
    except NoFile as fault:
        raise CompanionFault(say("companion.no-file", file=name, why=why_of(fault))) from None
    except MemoryError:
        raise CompanionFault(say("npz.beyond-memory", file=name)) from None
    except OSError as fault:
        if fault.errno in (None, errno.EINVAL):  # a place before the file's begin, say
            raise CompanionFault(broken) from fault
        raise CompanionFault(say("file.unreadable", file=name, why=why_of(fault))) from fault
    except Exception as fault:
        raise CompanionFault(broken) from fault
