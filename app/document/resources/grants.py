"""What a run has been allowed beyond its own folder, and whether a name stays inside of what it may touch."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from app.document.resources.ground import Ground
from app.document.resources.name_readings import network_scheme, places_named
from blocks.op_facts.side_effects import PlaceKind

# "all": what may do anything, as a graph that cannot be read.
Capability = Literal["read", "write", "net", "python", "all"]

# Files that a program runs later, or that are a project of their own: written only when that has been allowed.
_RUN_LATER = (".py", ".pyc", ".pyd", ".pyw", ".so", ".tblocks")
_PYTHON_CACHE = "__pycache__"
_MOST_ENTRIES = (
    20_000  # of folders that are searched for links; where there are more, nothing is known of the rest
)
_SEPARATORS = re.compile(r"[\\/]")
_WILD = re.compile(r"[*?\[\\{]")


class Grants(msgspec.Struct, frozen=True):
    """What has been allowed: files, and all that is below folders, by their real paths; the network; Python.

    ``all``: everything.
    """

    read: tuple[str, ...] = ()
    write: tuple[str, ...] = ()
    net: bool = False
    python: bool = False
    all: bool = False

    @classmethod
    def of(
        cls,
        read: Iterable[str] = (),
        write: Iterable[str] = (),
        *,
        net: bool = False,
        python: bool = False,
        everything: bool = False,
    ) -> Grants:
        """Return grants of paths as the user writes them, seen from the current folder."""
        reads, writes = (tuple(sorted({os.path.realpath(p) for p in paths})) for paths in (read, write))
        return cls(reads, writes, net or everything, python or everything, everything)

    def joined(self, other: Grants) -> Grants:
        """Return what either of them allows."""
        return Grants(
            tuple(sorted({*self.read, *other.read})),
            tuple(sorted({*self.write, *other.write})),
            self.net or other.net,
            self.python or other.python,
            self.all or other.all,
        )


NOTHING_MORE = Grants()


class Verdict(msgspec.Struct, frozen=True):
    """Whether a name may be touched. ``where`` is the real path, or the address in the network.

    ``capability`` is what it takes, which for a name in the network is not a file's. ``grant``: the path that would
    have to be allowed; "" where it is no path.
    """

    is_inside: bool
    capability: Capability
    where: str = ""
    grant: str = ""


class Bounds:
    """Decides for one project and one set of grants what is inside. Looks at the disk, never at what is outside."""

    def __init__(self, ground: Ground, grants: Grants = NOTHING_MORE) -> None:
        """Take the project's ground and what has been allowed beyond it."""
        self.ground, self.grants = ground, grants
        own = (ground.folder,) if ground.is_own else ()
        self._reads = (*own, *ground.data, *grants.read)
        self._own = own

    def may(self, capability: Capability) -> bool:
        """Return whether something that is no path is allowed."""
        if self.grants.all:
            return True
        return {"net": self.grants.net, "python": self.grants.python}.get(capability, False)

    def judge(self, name: str, kind: PlaceKind, capability: Capability) -> Verdict:
        """Judge a name that an op reads or writes, as the op would open it from the project's folder.

        It is inside only if every reading of it is: with links followed first, and as TensorFlow opens it.
        """
        scheme = network_scheme(name)
        if scheme is not None:
            return Verdict(self.may("net"), "net", name)
        if self.grants.all:
            return Verdict(True, capability, name)
        if not name:
            return Verdict(True, capability)
        if kind == "part" and ".." in _SEPARATORS.split(name):
            return Verdict(False, capability, name, name)
        for place in places_named(name, self.ground.folder, is_url=kind == "url"):
            outside = name if place is None else self._outside(place, kind, capability)
            if outside is not None:
                return Verdict(False, capability, outside, _to_grant(outside, kind))
        return Verdict(True, capability, os.path.realpath(os.path.join(self.ground.folder, name)))

    def _outside(self, place: str, kind: PlaceKind, capability: Capability) -> str | None:
        """Return the real path of what lies outside among all that an op opens at a place; None where nothing does."""
        start = _WILD.split(place)[0] if kind in ("pattern", "checkpoint") else place
        if start != place:
            start = os.path.dirname(start)
        for at in (start, os.path.normpath(start)):
            real = os.path.realpath(at)
            if not self._allows(real, kind, capability):
                return real
        for link in _links(place, kind):
            real = os.path.realpath(link)
            if not self._allows(real, "path", capability) or (capability == "write" and kind != "folder"):
                return real
        return None

    def _allows(self, real: str, kind: PlaceKind, capability: Capability) -> bool:
        if capability == "read":
            return any(is_within(real, top) for top in self._reads) and not _is_special(real)
        if any(is_within(real, top) for top in self.grants.write):
            return True
        return any(
            is_within(real, top) and (kind == "part" or not _is_guarded(os.path.relpath(real, top)))
            for top in self._own
        ) and not _is_special(real)


def is_within(path: str, top: str) -> bool:
    """Return whether a real path is another one, or lies below it."""
    path, top = os.path.normcase(path), os.path.normcase(top)
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def _is_guarded(name: str) -> bool:
    """Return whether a name below the folder is not to be written without a question, whatever its capitals."""
    parts = name.casefold().split(os.sep)
    if os.name == "nt":
        parts = [part.rstrip(" .") or part for part in parts]  # as Windows reads them
    hidden = any(part.startswith(".") and part not in (".", "..") for part in parts)
    return hidden or _PYTHON_CACHE in parts or parts[-1].endswith(_RUN_LATER)


def _is_special(path: str) -> bool:
    """Return whether it is a device, a pipe or a socket: what is neither file nor folder."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _links(place: str, kind: PlaceKind) -> Iterator[str]:
    """Give the links that an op may follow that opens more than one file at a place.

    Where there are too many files to look at, the root, which is outside.
    """
    for count, (path, is_link) in enumerate(opened_at(place, kind)):
        if count >= _MOST_ENTRIES:
            yield os.path.abspath(os.sep)
            return
        if is_link:
            yield path


SEVERAL: frozenset[PlaceKind] = frozenset({"folder", "prefix", "checkpoint", "pattern"})  # files at one place


def opened_at(place: str, kind: PlaceKind) -> Iterator[tuple[str, bool]]:
    """Give the files that an op may open at a place where it opens more than one, and whether each is a link.

    Folders on the way to them are given too.
    """
    if kind == "folder":
        return _below([place])
    if kind in SEVERAL:
        return _beginning_so(place, kind)
    return iter(())


def _below(folders: list[str]) -> Iterator[tuple[str, bool]]:
    """Give all that is below folders, and whether it is a link; links are not followed."""
    waiting = list(folders)
    while waiting:
        for entry in _listing(waiting.pop()):
            yield entry.path, entry.is_symlink()
            if not entry.is_symlink() and entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)


def _beginning_so(place: str, kind: PlaceKind) -> Iterator[tuple[str, bool]]:
    """Give what may be named by a beginning, or by a pattern, level by level, and whether it is a link.

    Folders that are linked are entered, as TensorFlow does.
    """
    wild = _WILD.search(place)
    cut = place.rfind(os.sep, 0, wild.start() if wild else len(place)) + 1
    level, parts = [place[:cut] or os.sep], place[cut:].split(os.sep)
    for number, part in enumerate(parts):
        is_last, next_level = number == len(parts) - 1, []
        for folder in level:
            for entry in _listing(folder):
                if _may_match(entry.name, part, open_ended=is_last and kind != "pattern"):
                    yield entry.path, entry.is_symlink()
                    next_level.append(entry.path)
        level = next_level


def _may_match(name: str, part: str, open_ended: bool) -> bool:
    """Return whether a name may be meant by a part of a pattern, or by a beginning; looks at its two ends only."""
    sign = _WILD.search(part)
    if sign is None:
        return name.startswith(part) if open_ended else name == part
    end = "" if open_ended or "\\" in part or "{" in part else re.split(r"[*?\]]", part)[-1]
    return name.startswith(part[: sign.start()]) and name.endswith(end if "[" not in end else "")


def _listing(folder: str) -> Sequence[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (OSError, ValueError):  # no such folder, or a name that none can have
        return ()


def _to_grant(path: str, kind: PlaceKind) -> str:
    """Return the path that allows what an op would open at a place: of several files, their folder."""
    return os.path.dirname(path) if kind in ("prefix", "checkpoint") else path
