"""Archives of NumPy that are broken or hostile, each in one way, as the bytes of a file with the array ``w``."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from typing import Any

import numpy as np

from app.document.model.sentence import say

VALUES = np.arange(6, dtype=np.float32).reshape(2, 3)


def npy(header: str, values: bytes = b"", version: int = 1) -> bytes:
    """Return an array file with this header."""
    text = header.encode("latin-1") + b"\n"
    return (
        b"\x93NUMPY"
        + bytes((version, 0))
        + struct.pack("<H" if version == 1 else "<I", len(text))
        + text
        + values
    )


def header(descr: str = "'<f4'", shape: str = "(2, 3)", order: str = "False") -> str:
    """Return the text that NumPy writes."""
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}"


def archive(*members: tuple[str, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """Return a zip file of these members, in which names may stand twice."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand twice
        for name, data in members:
            file.writestr(zipfile.ZipInfo(name), data, packing)
    return buffer.getvalue()


def sound(packing: int = zipfile.ZIP_STORED) -> bytes:
    """Return an archive that is as it should be."""
    return archive(("w.npy", npy(header(), VALUES.tobytes())), packing=packing)


def _with(data: bytes, *changes: tuple[int, bytes]) -> bytes:
    """Return the bytes with some replaced; a negative place counts from the end."""
    changed = bytearray(data)
    for at, new in changes:
        at %= len(changed)
        changed[at : at + len(new)] = new
    return bytes(changed)


def _member(head: str, values: bytes = VALUES.tobytes(), version: int = 1) -> bytes:
    return archive(("w.npy", npy(head, values, version)))


def _directory(data: bytes) -> int:
    return data.index(b"PK\x01\x02")


def _end(data: bytes) -> int:
    return data.index(b"PK\x05\x06")


def _claim(field: int, number: int, size: int = 4) -> bytes:
    """Return a sound archive whose list of members claims another number."""
    data = sound(zipfile.ZIP_DEFLATED)
    return _with(data, (_directory(data) + field, number.to_bytes(size, "little")))


def _zeros(packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of a few hundred kilobytes that unpacks to 300 MiB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as file, file.open("w.npy", "w") as member:
        count = 300 << 18
        member.write(npy(header(shape=f"({count},)")))
        piece = bytes(1 << 20)
        for _ in range(300):
            member.write(piece)
    return buffer.getvalue()


NO_NPZ, DAMAGED = say("file.no-npz", file="s.npz"), say("npz.damaged", file="s.npz", key="w")
TOO_LARGE = say("npz.array-too-large", file="s.npz", key="w", most=4096)
# name -> the bytes, and what is said of them (one of these)
BROKEN: dict[str, tuple[Any, ...]] = {
    "empty": (lambda: b"", NO_NPZ),
    "no archive": (lambda: b"no archive", NO_NPZ),
    "a broken begin": (lambda: b"PK\x03\x04 broken", NO_NPZ),
    "cut in the values": (lambda: sound()[:100], NO_NPZ),
    "cut in the list": (lambda: sound()[:-10], NO_NPZ),
    "a list of members of 4 GB": (
        lambda: _with(sound(), (_end(sound()) + 12, b"\xf0\xff\xff\xff")), NO_NPZ,
    ),
    "a list of members elsewhere": (
        lambda: _with(sound(), (_end(sound()) + 16, b"\xf0\xff\xff\x7f")), NO_NPZ, DAMAGED,
    ),
    "deflated garbage": (
        lambda: _with(sound(zipfile.ZIP_DEFLATED), (40, b"\xff" * 20)), DAMAGED,
    ),
    "a wrong sum": (lambda: _with(sound(), (_directory(sound()) - 3, b"\x99")), DAMAGED),
    "encrypted": (lambda: _claim(8, 1, 2), say("npz.encrypted", key="w")),
    "an unknown packing": (lambda: _claim(10, 99, 2), say("npz.packing", key="w")),
    "bzip2": (lambda: sound(zipfile.ZIP_BZIP2), say("npz.packing", key="w")),
    "lzma": (lambda: sound(zipfile.ZIP_LZMA), say("npz.packing", key="w")),
    "a size of 4 GB": (lambda: _claim(24, 0xFFFFFFF0), say("npz.too-tight", size=4095)),
    "a packed size of 4 GB": (lambda: _claim(20, 0xFFFFFFF0), DAMAGED),
    "a member elsewhere": (lambda: _claim(42, 0x7FFFFFF0), DAMAGED, NO_NPZ),
    "a later version of zip": (lambda: _claim(6, 99, 2), NO_NPZ),
    "other names in list and place": (lambda: sound().replace(b"w.npy", b"v.npy", 1), DAMAGED),
    "the array twice": (
        lambda: archive(("w.npy", npy(header(), VALUES.tobytes())), ("w.npy", npy(header(), VALUES.tobytes()))),
        say("npz.twice", key="w"),
    ),
    "a long name": (lambda: archive(("w" * 2000 + ".npy", b"")), say("npz.long-key", most=1024)),
    "300 MiB of zeros": (_zeros, say("npz.too-tight", size=300)),
    "an empty member": (lambda: archive(("w.npy", b"")), DAMAGED),
    "no header": (lambda: archive(("w.npy", b"\x93NUMPY")), DAMAGED),
    "an unknown version": (lambda: archive(("w.npy", b"\x93NUMPY\x09\0\x10\0" + bytes(16))), DAMAGED),
    "a header of 4 GB": (lambda: archive(("w.npy", b"\x93NUMPY\x02\0\xff\xff\xff\xff" + bytes(64))), DAMAGED),
    "a header cut off": (lambda: archive(("w.npy", b"\x93NUMPY\x01\0\xff\0{'descr'")), DAMAGED),
    "a header of garbage": (lambda: _member("\x01\xff{[(" * 9), DAMAGED),
    "a header of brackets": (lambda: _member("{" * 60_000), DAMAGED),
    "a header that computes": (lambda: _member(header(shape="(9**9**9,)")), DAMAGED),
    "no shape": (lambda: _member("{'descr': '<f4', 'fortran_order': False, }"), DAMAGED),
    "a shape that is no tuple": (lambda: _member(header(shape="'<f4'")), DAMAGED),
    "a negative size": (lambda: _member(header(shape="(-2, 3)")), DAMAGED),
    "a size of 30 digits": (lambda: _member(header(shape=f"({'9' * 30},)")), DAMAGED),
    "sizes that overflow": (lambda: _member(header(shape="(4294967296, 4294967296)")), TOO_LARGE),
    "fifty dimensions": (lambda: _member(header(shape=f"({'1, ' * 50})")), DAMAGED),
    "more than the member holds": (lambda: _member(header(shape="(2, 300)")), DAMAGED),
    "1e12 values": (lambda: _member(header(shape="(1000000000000,)")), TOO_LARGE),
    "1e12 texts of no length": (lambda: _member(header("'<U0'", "(1000000000000,)")), TOO_LARGE),
    "Python objects": (
        lambda: _member(header("'|O'"), b"\x80\x04cos\nsystem\n"), say("npz.objects", key="w"),
    ),
    "a structure": (lambda: _member(header("[('a', '<f4')]")), say("npz.no-dtype", dtype="V")),
    "dates": (lambda: _member(header("'<M8[ns]'")), say("npz.no-dtype", dtype="<M8[ns]")),
    "raw bytes": (lambda: _member(header("'|V4'")), say("npz.no-dtype", dtype="|V4")),
    "an unknown type": (lambda: _member(header("'<f3'")), say("npz.no-dtype", dtype="<f3")),
    "a type of garbage": (lambda: _member(header("'\xff\x01%s{}'")), say("npz.no-dtype")),
    "texts that are not Unicode": (lambda: _member(header("'<U1'", "(2,)"), b"\xff" * 8), DAMAGED),
    "half a character": (lambda: _member(header("'<U1'", "(1,)"), b"\x00\xd8\0\0"), DAMAGED),
}  # fmt: skip
