"""The files that texts name, perhaps by the path of another machine: looked for by base name in a few folders."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|\\\\[^\\/]|/[^/]+/")  # a drive, a share, a path of Unix
_OF_WINDOWS = re.compile(r"[A-Za-z]:[\\/]|\\\\[^\\/]")
_WORD = re.compile(r"[\w .()+-]+\.[\w-]+\Z")
_LONGEST = 1000  # characters of a name that is worth looking for
_MOST_ENTRIES = 200_000  # of a folder; what lies beyond is not found by another spelling
_UNFIT = re.compile(r"[^\w.-]+")  # what does not go into a file's name
_CHECKPOINT = ".index"  # a checkpoint is named by what its files have in common


class NamedFiles:
    """Looks files up beside a page or project, then in the user's data folders. Each folder is listed once."""

    def __init__(self, home: Path, data: Sequence[Path] = (), target: Path | None = None) -> None:
        """``home`` is the page's folder; ``target`` (None: the same) the one that names will be relative to."""
        self.home = home
        self.folders = tuple(dict.fromkeys(os.path.abspath(folder) for folder in (home, *data)))
        self._target = os.path.abspath(target or home)
        self._names: dict[str, tuple[frozenset[str], dict[str, str]]] = {}

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

        A relative path is first taken as it stands, with the separators of this machine; then the base name
        is looked for in each folder, without regard to capitals where nothing is spelt like it.
        """
        if len(text) > _LONGEST or "\0" in text:
            return None
        name, relative = base_name(text), text.replace("\\", "/")
        if name != text and not is_path(text) and self.is_there(relative, checkpoint=checkpoint):
            return self._from_target(self.folders[0], relative)
        for sought in (name, name + _CHECKPOINT) if checkpoint else (name,):
            for folder, there in self._all_spelt(sought):
                return self._from_target(folder, there.removesuffix(_CHECKPOINT) if sought != name else there)
        return None

    def _all_spelt(self, name: str) -> Iterator[tuple[str, str]]:
        for folder in self.folders:
            exact, folded = self._listing(folder)
            there = name if name in exact else folded.get(name.casefold())
            if there is not None:
                yield folder, there

    def _listing(self, folder: str) -> tuple[frozenset[str], dict[str, str]]:
        """Return the names of a folder's files, and each by its form without capitals."""
        if folder not in self._names:
            names: list[str] = []
            try:
                with os.scandir(folder) as entries:
                    for entry in entries:
                        if len(names) < _MOST_ENTRIES and entry.is_file():
                            names.append(entry.name)
            except (OSError, ValueError):  # a folder that cannot be read counts as empty
                names = []
            folded = {name.casefold(): name for name in sorted(names, reverse=True)}
            self._names[folder] = frozenset(names), folded
        return self._names[folder]

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
    return bool(_ABSOLUTE.match(text)) and bool(base_name(text)) and "\n" not in text


def is_of_windows(text: str) -> bool:
    """Return whether it is a path with a drive or a share, which is not of this machine unless this is Windows."""
    return os.name != "nt" and bool(_OF_WINDOWS.match(text))


def may_name_a_file(text: str) -> bool:
    """Return whether a text can be a file's name with its ending, perhaps with folders before it."""
    return len(text) < _LONGEST and bool(_WORD.match(base_name(text)))


def leads_outside(text: str) -> bool:
    """Return whether a name leads out of the folder that it is relative to."""
    parts = re.split(r"[\\/]", text)
    return bool(_ABSOLUTE.match(text)) or text.startswith(("/", "\\", "~")) or ".." in parts or "://" in text


def base_name(path: str) -> str:
    """Return the last part of a path of Windows or of anything else."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]


def file_beside(name: str, what: str) -> str:
    """Return the name of a file that holds what belongs to a page or project of that name."""
    return f"{_UNFIT.sub('_', name) or 'page'}.{what}.npz"
