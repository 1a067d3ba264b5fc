"""Unpacks a ``.keras`` archive into a folder: bounded before it is read, only members that Keras writes, no pickles."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.document.model.sentence import say, why_of
from app.document.storage.bounded_read import InPieces, open_regular
from app.engine.exchange.graph import GraphFault, ModelRefused
from app.engine.exchange.keras_config import MOST_BYTES, check_config, read_config

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
MOST_UNPACKED = 4 << 30  # bytes
_MOST_MEMBERS = 10_000
_UNTESTED = 64 << 20  # so much may be packed as tightly as the format can
_TIGHTEST = 200  # beyond that: how many bytes one may stand for
_ASSET = re.compile(r"assets(/[^/\\:\0]{1,255}){1,32}")
_PIECE = 1 << 20
_PICKLE = re.compile(
    rb"\x80[\x02-\x05]|\x93NUMPY"
)  # a pickle of protocol 2 or later; arrays, which may hold some
_PICKLE_NAMES = (".pkl", ".pickle", ".joblib", ".pt", ".pth", ".npy", ".npz")


class Unpacked(NamedTuple):
    """What an archive says of its model: the config, checked, and the version of Keras that wrote it."""

    config: dict[str, Any]
    version: str | None


def is_keras_archive(head: bytes) -> bool:
    """Return whether a file with these first bytes is a zip archive, as ``.keras`` files are."""
    return head.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unpack_archive(path: Path, folder: Path | None = None) -> Unpacked:
    """Check an archive, and write weights and assets below ``folder`` (None: only check); raises GraphFault."""
    try:
        with InPieces(open_regular(path).detach()) as opened, zipfile.ZipFile(opened) as archive:
            members = _members(archive, os.fstat(opened.fileno()).st_size)
            config = read_config(_text(archive, members, CONFIG))
            check_config(config)
            version = _version(_text(archive, members, METADATA)) if METADATA in members else None
            for name, member in members.items():
                _unpack(archive, member, name, folder)
    except GraphFault:
        raise
    except MemoryError:
        raise GraphFault(say("keras.beyond-memory")) from None
    except OSError as fault:
        raise GraphFault(say("keras.unreadable", why=why_of(fault))) from fault
    except Exception as fault:  # zipfile and zlib have no one name for what can be broken
        raise GraphFault(say("keras.damaged")) from fault
    return Unpacked(config, version)


def _members(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """Return the members by name, whose claims are checked; raises GraphFault."""
    entries = archive.infolist()
    if len(entries) > _MOST_MEMBERS:
        raise GraphFault(say("keras.too-many-members", count=len(entries), most=_MOST_MEMBERS))
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = entry.orig_filename
        if entry.is_dir() and _is_name(name.rstrip("/") + "/_"):
            continue
        if not _is_name(name):
            raise ModelRefused(say("keras.other-member", name=name[:200]))
        if name in members:
            raise ModelRefused(say("keras.member-twice", name=name))
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            raise ModelRefused(say("keras.member-link", name=name))
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise GraphFault(say("keras.member-packing", name=name))
        if entry.compress_size > size:
            raise GraphFault(say("keras.damaged"))
        if entry.file_size > _UNTESTED and entry.file_size > _TIGHTEST * entry.compress_size:
            raise ModelRefused(say("keras.too-tight", name=name, size=entry.file_size >> 20))
        members[name] = entry
    total = sum(entry.file_size for entry in members.values())
    if total > MOST_UNPACKED:
        raise GraphFault(say("keras.too-large", size=total >> 20, most=MOST_UNPACKED >> 20))
    if total > _UNTESTED and total > _TIGHTEST * size:  # many small ones, or the same bytes again and again
        raise ModelRefused(say("keras.all-too-tight", size=total >> 20, there=size >> 10))
    for name in (CONFIG, WEIGHTS):
        if name not in members:
            raise GraphFault(say("keras.no-member", name=name))
    return members


def _is_name(name: str) -> bool:
    """Return whether Keras writes members of this name."""
    if name in (CONFIG, METADATA, WEIGHTS):
        return True
    return bool(_ASSET.fullmatch(name)) and not {".", ".."} & set(name.split("/"))


def _text(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    if members[name].file_size > MOST_BYTES:
        size = members[name].file_size >> 20
        raise GraphFault(say("keras.config-too-large", size=size, most=MOST_BYTES >> 20))
    with archive.open(members[name]) as member:
        return member.read()


def _version(text: bytes) -> str | None:
    """Return the version of Keras that a file says it was written by."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    version = found.get("keras_version") if isinstance(found, dict) else None
    return version if isinstance(version, str) else None


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, folder: Path | None) -> None:
    """Look at a member's begin, and write it below the folder."""
    if name in (CONFIG, METADATA):
        return
    with archive.open(member) as packed:
        piece = packed.read(_PIECE)
        if name != WEIGHTS and (name.lower().endswith(_PICKLE_NAMES) or _PICKLE.match(piece)):
            raise ModelRefused(say("keras.pickle", name=name))
        if folder is None:
            return
        target = folder.joinpath(*name.split("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(target, "xb") as written:
            while piece:
                written.write(piece)
                piece = packed.read(_PIECE)
