"""The symbol of a Python block, ``python:FILE.py:FUNCTION``: how it is spelt, and which names it may hold."""

from __future__ import annotations

from typing import NamedTuple

PREFIX = "python:"
_SUFFIX = ".py"


class PythonSymbol(NamedTuple):
    """A function of a file below the project's folder; the file's name has ``/`` as its separator."""

    file: str
    function: str

    def __str__(self) -> str:
        """Return the symbol's spelling."""
        return f"{PREFIX}{self.file}:{self.function}"


def python_symbol(name: str) -> PythonSymbol | None:
    """Return what the symbol names; None for a symbol of another kind, or one that no file can have."""
    if not name.startswith(PREFIX):
        return None
    file, colon, function = name[len(PREFIX) :].rpartition(":")
    if not colon or not function.isidentifier() or not _is_below(file):
        return None
    return PythonSymbol(file, function)


def _is_below(file: str) -> bool:
    """Return whether a file's name is relative, leads below its folder by its letters, and ends as Python's do."""
    parts = file.split("/")
    is_plain = not any(sign in file for sign in ("\\", ":", "\0", "\n"))
    return is_plain and file.endswith(_SUFFIX) and all(part not in ("", ".", "..") for part in parts)
