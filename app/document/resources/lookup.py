"""The files that texts name, perhaps by the path of another machine: looked for along its tail in a few folders."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|\\\\[^\\/]|/[^/]+/")  # a drive, a share, a path of Unix
_OF_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\[^\\/]")
# A drive, a share's host; both may stand after Windows' mark of a long path.
_ROOT = re.compile(
    r"[\\/]{2}[?.][\\/](?:UNC[\\/][^\\/]+|[A-Za-z]:)?|[A-Za-z]:|[\\/]{2,}[^\\/]+", re.IGNORECASE
)
_LONGEST = 1000  # characters of a name that is worth looking for
_DEEPEST = 32  # parts of a path's tail
_MOST_SPELLINGS = 16  # of one folder's name that differ in capitals only
_MOST_ENTRIES = 200_000  # of a folder; what lies beyond is not found by another spelling
_UNFIT = re.compile(r"[^\w.-]+")  # what does not go into a file's name
_CHECKPOINT = ".index"  # a checkpoint is named by what its files have in common


class _Names:
    """The names in a folder, found by their spelling, then by what they are without capitals."""

    def __init__(self, names: list[str]) -> None:
        self._exact = frozenset(names)
        self._folded: dict[str, list[str]] = {}
        for name in sorted(names):
            self._folded.setdefault(name.casefold(), []).append(name)

    def like(self, name: str) -> list[str]:
        """Return the names that may be meant, the one that is spelt so first."""
        others = self._folded.get(name.casefold(), [])
        return [name, *(n for n in others if n != name)] if name in self._exact else others


class _Listing(NamedTuple):
    files: _Names
    folders: _Names


class NamedFiles:
    """Looks files up beside a page or project, then in the user's data folders. Each folder is listed once."""

    def __init__(self, home: Path, data: Sequence[Path] = (), target: Path | None = None) -> None:
        """``home`` is the page's folder; ``target`` (None: the same) the one that names will be relative to."""
        self.home = home
        self.folders = tuple(dict.fromkeys(os.path.abspath(folder) for folder in (home, *data)))
        self._target = os.path.abspath(target or home)
        self._real_folders = tuple(os.path.realpath(folder) for folder in self.folders)
        self._listings: dict[str, _Listing] = {}

    @property
    def is_home_target(self) -> bool:
        """Return whether relative names mean the same in the page and in what is made of it."""
        return os.path.realpath(self.folders[0]) == os.path.realpath(self._target)

    def is_there(self, text: str, *, checkpoint: bool = False) -> bool:
        """Return whether a text names a file as it stands, seen from the page's folder."""
        if not text or len(text) > _LONGEST or is_of_windows(text):
            return False
        try:
            place = self.home / text
            return place.exists() or (checkpoint and Path(f"{place}{_CHECKPOINT}").exists())
        except (OSError, ValueError):  # a name that no file can have, as one with a NUL
            return False

    def found(self, text: str, *, checkpoint: bool = False) -> str | None:
        """Return the name, as the target says it, of the file that a text means; None where there is none.

        Its old path is followed from its end: ``C:\\x\\dataset\\a.idx`` is looked for as ``x/dataset/a.idx``, then as
        ``dataset/a.idx``, then as ``a.idx``, each time in all folders, without regard to capitals where nothing is
        spelt like it. A file that lies outside of the folders, also by a symbolic link, is never found.
        """
        if len(text) > _LONGEST or "\0" in text:
            return None
        parts = path_parts(text)[-_DEEPEST:]
        for start in range(len(parts)):
            *way, name = parts[start:]
            for sought in (name, name + _CHECKPOINT) if checkpoint else (name,):
                for folder in self.folders:
                    there = self._spelt(folder, way, sought)
                    if there is not None:
                        return self._from_target(
                            folder, there.removesuffix(_CHECKPOINT) if sought != name else there
                        )
        return None

    def _spelt(self, folder: str, way: Sequence[str], name: str) -> str | None:
        """Return the path of a file below a folder as it is spelt there; None where there is none."""
        inner = [""]
        for part in way:
            inner = [
                f"{before}{spelt}/"
                for before in inner
                for spelt in self._listing(f"{folder}/{before}").folders.like(part)
            ][:_MOST_SPELLINGS]
        for before in inner:
            for spelt in self._listing(f"{folder}/{before}").files.like(name):
                if self._is_inside(f"{folder}/{before}{spelt}"):
                    return before + spelt
        return None

    def _is_inside(self, path: str) -> bool:
        real = os.path.realpath(path)
        return any(Path(real).is_relative_to(folder) for folder in self._real_folders)

    def _listing(self, folder: str) -> _Listing:
        """Return what a folder holds."""
        if folder not in self._listings:
            files: list[str] = []
            folders: list[str] = []
            try:
                with os.scandir(folder) as entries:
                    for entry in itertools.islice(entries, _MOST_ENTRIES):
                        if entry.is_dir():
                            folders.append(entry.name)
                        elif entry.is_file():
                            files.append(entry.name)
            except (OSError, ValueError):  # a folder that cannot be read counts as empty
                files, folders = [], []
            self._listings[folder] = _Listing(_Names(files), _Names(folders))
        return self._listings[folder]

    def _from_target(self, folder: str, name: str) -> str:
        """Return the file's name as the target's texts say it: relative where that is short, else absolute."""
        if folder == self._target:
            return name
        try:
            way = Path(os.path.relpath(os.path.realpath(folder), os.path.realpath(self._target)))
        except ValueError:  # another drive of Windows
            return (Path(folder) / name).as_posix()
        if way.parts.count("..") > 2 and folder != self.folders[0]:
            return (Path(folder) / name).as_posix()
        return name if way == Path(".") else (way / name).as_posix()


def is_path(text: str) -> bool:
    """Return whether a string value is the absolute path of a file."""
    if not _ABSOLUTE.match(text) or "\n" in text:
        return False
    # A file lies below a drive, but below a share of a host: what a regular expression may write is none.
    of_host = is_share(text) and text[2:3] not in ("?", ".")
    return len(path_parts(text)) > of_host


def is_of_windows(text: str) -> bool:
    """Return whether it is a path with a drive or a share, which is not of this machine unless this is Windows."""
    return os.name != "nt" and bool(_OF_WINDOWS.match(text))


def is_share(text: str) -> bool:
    """Return whether it names a share of another machine, which on Windows is contacted by a look alone."""
    return text.startswith(("\\\\", "//"))


def leads_outside(text: str) -> bool:
    """Return whether a name leads out of the folder that it is relative to."""
    parts = re.split(r"[\\/]", text)
    return bool(_ABSOLUTE.match(text)) or text.startswith(("/", "\\", "~")) or ".." in parts or "://" in text


def path_parts(text: str) -> list[str]:
    """Return the folders and the name of a path of Windows or of anything else, below its drive, host or root.

    What ``..`` takes back is left out; where it leads above all, it is passed over.
    """
    parts: list[str] = []
    root = _ROOT.match(text)
    for part in re.split(r"[\\/]", text[root.end() if root else 0 :].strip()):
        if part == "..":
            del parts[-1:]
        elif part not in ("", ".", "~"):
            parts.append(part)
    return parts


def base_name(path: str) -> str:
    """Return the last part of a path of Windows or of anything else."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]


def file_beside(name: str, what: str) -> str:
    """Return the name of a file that holds what belongs to a page or project of that name."""
    return f"{_UNFIT.sub('_', name) or 'page'}.{what}.npz"
