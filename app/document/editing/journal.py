"""Crash recovery: the unsaved state of each open document as text in the user's state folder."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from app.document.editing.base import Change
from app.document.editing.document import Document
from app.document.model.diagram import Project, copy_page
from app.document.model.problems import Problem, error
from app.document.model.sentence import Unreadable, say, why_of
from app.document.storage.atomic import sweep, write_atomic
from app.document.storage.bounded_read import MAX_BYTES
from app.document.storage.errors import FileProblem
from app.document.storage.locks import is_free, try_lock
from app.document.storage.reader import loads
from app.document.storage.writer import dumps

_SUFFIX, _LOCK = ".journal", ".lock"
_KIND = "tensorblocks-journal"
_MAX_HEADER = 2**16  # bytes
_MAX_TIME = 2.0**36  # seconds since the epoch: beyond, it is no date


def journal_folder() -> Path:
    """Return the per-user folder of journals."""
    return Path(platformdirs.user_state_dir("tensorblocks", appauthor=False)) / "journals"


class Journal:
    """Holds one document's unsaved state on disk. Call ``flush`` every second or so, ``close`` at the end.

    The first line of a journal is a JSON object (pid, host, time, the document's path), the rest is the
    project's text. A file lock beside it, which ends with the process, shows that the owner lives.
    """

    def __init__(self, document: Document, folder: Path | None = None) -> None:
        """Follow the document; nothing is written before it changes."""
        self.document = document
        self.path = (folder or journal_folder()) / f"{os.getpid()}-{os.urandom(6).hex()}{_SUFFIX}"
        self._started = time.time()
        self._lock: int | None = None
        self._is_due = document.is_modified
        self._writing = threading.Lock()
        self._is_closed = False
        self._unsubscribe = document.subscribe(self._note)

    @property
    def is_due(self) -> bool:
        """Return whether something happened since the last flush."""
        return self._is_due

    def flush(self) -> Problem | None:
        """Write an unsaved state, remove the journal of a saved one; return what went wrong."""
        return self.snapshot()() if self._is_due else None

    def snapshot(self) -> Callable[[], Problem | None]:
        """Return what writes the state of this moment and returns what went wrong, to be called in any thread.

        It writes nothing once the journal is closed.
        """
        self._is_due = False
        document = self.document
        if not document.is_modified:
            return lambda: self._do(self._remove)
        pages = [copy_page(page) for page in document.project.pages]
        project = msgspec.structs.replace(document.project, pages=pages)
        header = self._header()
        return lambda: self._do(lambda: self._write(header, project))

    def close(self) -> None:
        """Stop following the document and remove the journal: a clean end needs no recovery."""
        self._unsubscribe()
        with self._writing, contextlib.suppress(OSError):
            self._is_closed = True
            self._remove()

    def _do(self, work: Callable[[], None]) -> Problem | None:
        with self._writing:
            if self._is_closed:
                return None
            try:
                work()
            except (OSError, FileProblem) as fault:
                self._is_due = True
                sentence = say("recovery.unwritable", file=str(self.path), why=why_of(fault))
                return error("bad-file", sentence, hint=say("hint.save-the-document"))
        return None

    def _note(self, changes: list[Change]) -> None:
        self._is_due = True

    def _write(self, header: dict[str, Any], project: Project) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._lock is None:
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL
            self._lock = os.open(self.path.with_suffix(_LOCK), flags, 0o600)
            try_lock(self._lock)
        write_atomic(self.path, json.dumps(header).encode() + b"\n" + dumps(project))

    def _header(self) -> dict[str, Any]:
        path = self.document.path
        return {
            "kind": _KIND,
            "version": 1,
            "pid": os.getpid(),
            "host": platform.node(),
            "started": self._started,
            "time": time.time(),
            "path": None if path is None else os.path.abspath(path),
            "folder": os.path.abspath(self.document.folder),
        }

    def _remove(self) -> None:
        """Remove the journal first: without it, its lock means nothing to others."""
        self.path.unlink(missing_ok=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
            self.path.with_suffix(_LOCK).unlink(missing_ok=True)


class Recovery(msgspec.Struct, frozen=True):
    """An unsaved state that a dead process left. ``problem`` says why it cannot be opened (None: it can)."""

    path: Path  # of the journal
    document_path: Path | None  # where the document came from; None: it was never saved
    data: bytes  # a project file's content
    time: float  # of the last flush, seconds since the epoch
    problem: Problem | None = None
    folder: Path | None = None  # that names in texts are relative to

    def open(self) -> Document:
        """Return the recovered document, unsaved. Raises FileProblem."""
        document = Document.of(loads(self.data, str(self.path)), self.document_path)
        document.source_folder = self.folder
        document.history.mark_modified()
        return document

    def discard(self) -> None:
        """Remove the journal; raises OSError."""
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(_LOCK).unlink(missing_ok=True)


def recoverable(folder: Path | None = None) -> list[Recovery]:
    """Return what dead processes left unsaved, the latest first; broken ones bear a problem. Never raises.

    Reading runs nothing from a journal: its header is JSON, its rest a project text.
    """
    place = folder or journal_folder()
    sweep(place)
    found = []
    with contextlib.suppress(OSError):
        for path in sorted(place.glob(f"*{_SUFFIX}")):
            lock = path.with_suffix(_LOCK)
            if path.is_file() and not path.is_symlink() and (is_free(lock) or not lock.exists()):
                found.append(_read(path))
    return sorted(found, key=lambda r: r.time, reverse=True)


def _read(path: Path) -> Recovery:
    changed = 0.0
    try:
        changed = path.stat().st_mtime
        with open(path, "rb") as file:
            first = file.readline(_MAX_HEADER)
            data = file.read(MAX_BYTES + 1)
        header = _header(first)
        if len(data) > MAX_BYTES:
            raise Unreadable(say("recovery.too-large"))
        loads(data, str(path))
    except (OSError, ValueError, RecursionError) as fault:
        return Recovery(path, None, b"", changed, _unreadable(path, fault))
    except FileProblem as fault:
        return Recovery(path, header["path"], data, header["time"], _unreadable(path, fault))
    return Recovery(path, header["path"], data, header["time"], folder=header["folder"])


def _header(line: bytes) -> dict[str, Any]:
    """Return path, folder and time of a journal's first line; raises ValueError or RecursionError."""
    header = json.loads(line)
    if not isinstance(header, dict) or header.get("kind") != _KIND or header.get("version") != 1:
        raise Unreadable(say("recovery.no-journal"))
    path, when = header.get("path"), header.get("time")
    if not (path is None or (isinstance(path, str) and path and "\0" not in path)):
        raise Unreadable(say("recovery.no-path"))
    if not isinstance(when, (int, float)) or not 0 <= when < _MAX_TIME:
        raise Unreadable(say("recovery.no-time"))
    folder = header.get("folder")  # absent in journals of earlier versions
    if not (folder is None or (isinstance(folder, str) and folder and "\0" not in folder)):
        raise Unreadable(say("recovery.no-folder"))
    return {"path": path and Path(path), "folder": folder and Path(folder), "time": float(when)}


def _unreadable(path: Path, fault: Exception) -> Problem:
    sentence = say("recovery.unreadable", file=str(path), why=why_of(fault))
    return error("bad-file", sentence, hint=say("hint.delete-it"))
