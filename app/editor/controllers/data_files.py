"""Follows the files that runs have read: the results of one that has changed since are of before the change."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace
from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.document.resources.file_stamps import ReadFile, Stamp, stamps_of
from app.document.resources.grants import SEVERAL
from app.editor.analysis.latest_task import LatestTask, Turn
from app.editor.context import EditorContext

_SETTLE_MS = 200  # other programs write in several steps
_MOST_WATCHED = (
    500  # the system watches so many only; others are looked at when the window comes to the front
)

_Seen = Mapping[ReadFile, Stamp]


class _Question(NamedTuple):
    """``seen``: by page, what its files were known by when they were read. ``over``: pages whose runs have ended."""

    seen: dict[str, _Seen]
    over: frozenset[str]


class _Answer(NamedTuple):
    asked: _Question
    now: dict[str, dict[ReadFile, Stamp]]


class DataFiles(QObject):
    """Looks at the files in a thread: when one of them is written, and when the program comes to the front."""

    rewritten = Signal(
        str, object
    )  # page, frozenset[str]: its blocks that have read what is another file now

    def __init__(self, context: EditorContext) -> None:
        """Follow the context's runner; nothing has run."""
        super().__init__(context)
        self._context = context
        self._seen: dict[str, _Seen] = {}
        self._rewritten: dict[str, frozenset[str]] = {}
        self._over: set[str] = (
            set()
        )  # pages whose own files are to be looked at, as their runs have written them
        self._task: LatestTask[_Question, _Answer] = LatestTask("data files", _look, self._take, self)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_written)
        self._watcher.directoryChanged.connect(self._on_written)
        context.runner.files_read.connect(self._on_read)
        context.runner.ended.connect(self._on_ended)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._on_front)

    def look(self) -> None:
        """Find out, in the background, which files are others than when they were read."""
        if self._seen:
            self._task.ask(lambda: _Question(dict(self._seen), frozenset(self._over)), 0)

    # --- following the document
    def forget(self) -> None:
        """Drop what is known: another document comes."""
        self._task.drop()
        self._settle.stop()
        self._seen, self._rewritten, self._over = {}, {}, set()
        self._watch()

    def follow_page_name(self, old: str, new: str) -> None:
        """Follow a page's new name."""
        if old in self._seen:
            self._seen[new] = self._seen.pop(old)
        if old in self._rewritten:
            self._rewritten[new] = self._rewritten.pop(old)

    def follow_block_name(self, page: str, old: str, new: str) -> None:
        """Follow a block's new id."""
        seen = self._seen.get(page, {})
        if any(_own_block(file) == old for file in seen):
            self._seen[page] = {_renamed(file, old, new): stamp for file, stamp in seen.items()}
            self._rewritten[page] = frozenset(
                new if block == old else block for block in self._rewritten.get(page, ())
            )

    def close(self) -> None:
        """Look no further, for good."""
        self._task.close()

    # --- following runs
    def _on_read(self, page: str, files: Any) -> None:
        self._context.results.begin_files(page)
        self._rewritten.pop(page, None)
        self._put(page, files)

    def follow_part(self, page: str, files: Any, blocks: Any) -> None:
        """Note what a run of some blocks of a page has read; of the others it stays as it was."""
        ran = {block.partition("/")[0] for block in blocks}
        left = {f: stamp for f, stamp in self._seen.get(page, {}).items() if _own_block(f) not in ran}
        if page in self._rewritten:
            self._rewritten[page] -= ran
        self._put(page, {**left, **files})

    def _put(self, page: str, files: _Seen) -> None:
        if files:
            self._seen[page] = files
        else:
            self._seen.pop(page, None)
        self._over.discard(page)
        self._watch()

    def _on_ended(self, page: str) -> None:
        if any(file.is_written for file in self._seen.get(page, ())):
            self._over.add(page)
            self._settle.start()

    def _on_written(self) -> None:
        if not self._settle.isActive():  # what is written all the time is looked at now and then
            self._settle.start()

    def _on_front(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look()

    def _take(self, answer: _Answer) -> None:
        for page, now in answer.now.items():
            seen = self._seen.get(page)
            if seen is None or seen is not answer.asked.seen[page]:
                continue  # it has run again
            if page in answer.asked.over:  # what the run has written itself is what it has left
                self._over.discard(page)
                seen = self._seen[page] = {f: now[f] if f.is_written else stamp for f, stamp in seen.items()}
            others = [f for f, stamp in seen.items() if now[f] != stamp and not self._is_writing(page, f)]
            self._say(page, others)
        self._watch()

    def _is_writing(self, page: str, file: ReadFile) -> bool:
        """Return whether a file may be another one as the page's run, which goes on, has written it."""
        runner = self._context.runner
        return file.is_written and (page in self._over or (runner.running and runner.page == page))

    def _say(self, page: str, files: list[ReadFile]) -> None:
        blocks = frozenset(map(_own_block, files))
        before = self._rewritten.get(page, frozenset())
        if blocks == before:
            return
        self._rewritten[page] = blocks
        names = dict.fromkeys(os.path.basename(f.path) for f in files if _own_block(f) not in before)
        for name in names:
            self._context.log(f"{page}: {name} has changed since the run")
        self.rewritten.emit(page, blocks)

    def _watch(self) -> None:
        """Watch what has been read and nothing else; a file that was replaced is watched anew."""
        places = {_watched(file) for seen in self._seen.values() for file in seen}
        watched = set(sorted(places)[:_MOST_WATCHED])
        known = {*self._watcher.files(), *self._watcher.directories()}
        if known - watched:
            self._watcher.removePaths(list(known - watched))
        there = [path for path in watched - known if os.path.exists(path)]
        if there:
            self._watcher.addPaths(there)


def _look(question: _Question, turn: Turn[_Answer]) -> None:
    turn.report(_Answer(question, {page: stamps_of(files) for page, files in question.seen.items()}))


def _watched(file: ReadFile) -> str:
    """Return what to watch for a file: itself, or the folder where it may come, or where several are."""
    is_one = file.kind not in SEVERAL and os.path.exists(file.path)
    return file.path if is_one else os.path.dirname(file.path)


def _own_block(file: ReadFile) -> str:
    """Return the block of the page that reads a file, or in whose use it is read."""
    return file.block.partition("/")[0]


def _renamed(file: ReadFile, old: str, new: str) -> ReadFile:
    return replace(file, block=new + file.block[len(old) :]) if _own_block(file) == old else file
