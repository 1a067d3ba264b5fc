"""The files that a page's texts name: paths of another machine, looked for beside the page by their base name."""

from __future__ import annotations

import os
import re
from pathlib import Path

_ABSOLUTE = re.compile(r"[A-Za-z]:[\\/]|\\\\[^\\/]|/[^/]+/")  # a drive, a share, a path of Unix
_WORD = re.compile(r"[\w .()+-]+\.[\w-]+\Z")


class NamedFiles:
    """Looks files up beside the page; ``target`` is the folder that the texts will be relative to."""

    def __init__(self, page_folder: Path, target: Path) -> None:
        """Look into the page's folder once; one that cannot be read counts as empty."""
        self._folder = page_folder
        try:
            names = sorted(entry.name for entry in page_folder.iterdir() if entry.is_file())
        except OSError:
            names = []
        self._exact = set(names)
        self._folded = {name.casefold(): name for name in reversed(names)}  # Windows tells no capitals apart
        self._prefix = ""
        if page_folder.resolve() != target.resolve():
            try:
                self._prefix = Path(os.path.relpath(page_folder.resolve(), target.resolve())).as_posix() + "/"
            except ValueError:  # another drive of Windows
                self._prefix = page_folder.resolve().as_posix() + "/"

    @staticmethod
    def is_path(text: str) -> bool:
        """Tell whether a string value is the absolute path of a file."""
        return bool(_ABSOLUTE.match(text)) and bool(base_name(text)) and "\n" not in text

    @staticmethod
    def may_name_a_file(text: str) -> bool:
        """Tell whether a text can be a file's name with its ending, perhaps with folders before it."""
        return len(text) < 1000 and bool(_WORD.match(base_name(text)))

    def found(self, text: str) -> str | None:
        """Return the name, as the project is to say it, of the file beside the page; None where there is none.

        A relative path is first taken as it stands, with the separators of this machine.
        """
        name, relative = base_name(text), text.replace("\\", "/")
        if name != text and not self.is_path(text) and (self._folder / relative).is_file():
            return self._prefix + relative
        there = name if name in self._exact else self._folded.get(name.casefold())
        return None if there is None else self._prefix + there


def base_name(path: str) -> str:
    """Return the last part of a path of Windows or of anything else."""
    return re.split(r"[\\/]", path.rstrip("\\/"))[-1]
