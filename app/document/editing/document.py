"""The document: a project with its file, its history and the subscribers (canvas, panels) that follow it."""

from __future__ import annotations

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.document.editing.base import Change, Edit, EditRefused
from app.document.editing.history import History
from app.document.editing.own_symbols import OwnSymbols
from app.document.formats.registry import open_pages, open_project
from app.document.model.diagram import Page, Project
from app.document.model.problems import Problem, error
from app.document.model.sentence import say
from app.document.model.view import PageView
from app.document.storage.atomic import sweep
from app.document.storage.bounded_read import read_bytes
from app.document.storage.digests import sha256
from app.document.storage.errors import ChangedMeanwhile, FileProblem
from app.document.storage.locks import change_of
from app.document.storage.project_file import save_project
from app.document.storage.reader import LoadedProject
from blocks.catalog import Catalog, load

_PATIENCE = 5.0  # seconds that a save waits for another program's change of the folder

Subscriber = Callable[[list[Change]], None]


class Document:
    """An open project. All changes go through ``apply``; subscribers get each step's changes as one list."""

    def __init__(self, project: Project, path: Path | None = None) -> None:
        """Open a project that lies at ``path`` or (None) in no file yet."""
        self.project = project
        self.path = path
        self.source_folder: Path | None = None  # of the foreign file that this was opened from
        self.read_only = False
        self.title: str | None = None  # what to call it until it is saved
        self.store: Path | None = None  # the folder of an imported document's arrays, until it is saved
        # the pages of another format as read (``ReadPage``), until they are saved
        self.imported: list[Any] = []
        self._own: OwnSymbols | None = None
        self._catalog: Catalog | None = None
        self.load_problems: dict[str, list[Problem]] = {}
        self.history = History(project, self._deliver)
        self._subscribers: list[Subscriber] = []
        self._waiting: deque[list[Change]] = deque()
        self._delivering = False
        self._on_disk: bytes | None = None

    @classmethod
    def new(cls) -> Document:
        """Return a document with one empty page, "page 1"."""
        return cls(Project(pages=[Page(name="page 1", view=PageView(wide=True))]))

    @classmethod
    def open(cls, path: str | os.PathLike[str], data: Sequence[Path] = ()) -> Document:
        """Open a diagram of any known format, or a folder of pages; a foreign one becomes a new, unsaved document.

        ``data`` are folders in which files that a foreign page names are looked for, besides its own.

        Raises:
            FileProblem: the file cannot be read; names file, line and column or JSON path.
        """
        place = Path(path)
        on_disk = _digest(place)
        loaded = open_project(place, data)
        document = cls.of(loaded, place if loaded.is_project_file else None)
        if document.path is None:
            here = Path(os.path.abspath(place))
            document._take_foreign(loaded, here)
        else:
            document._on_disk = on_disk
            sweep(Path(os.path.realpath(place)).parent)
        return document

    @classmethod
    def open_pages(
        cls, paths: Sequence[Path], data: Sequence[Path] = (), store: Path | None = None
    ) -> Document:
        """Open pages of another format, and folders of them, as one new, unsaved document (see ``files``).

        Raises:
            FileProblem: none of them reads.
        """
        loaded = open_pages(paths, data, store)
        return cls.of_foreign(loaded, paths[0])

    @classmethod
    def of_foreign(cls, loaded: LoadedProject, source: Path) -> Document:
        """Return a new, unsaved document of what was read of a file or folder of another format."""
        document = cls.of(loaded)
        document._take_foreign(loaded, Path(os.path.abspath(source)))
        return document

    @classmethod
    def copy_of(cls, path: str | os.PathLike[str]) -> Document:
        """Open a project as a new, unsaved document, so that a save asks for a name; its files stay where they are.

        Raises:
            FileProblem: the file cannot be read.
        """
        document = cls.of(open_project(path))
        document.source_folder = Path(os.path.abspath(path)).parent
        document.title = Path(path).stem
        return document

    def _take_foreign(self, loaded: LoadedProject, source: Path) -> None:
        self.source_folder = source if source.is_dir() else source.parent
        self.title = source.stem
        self.imported = list(loaded.imported.values())

    @classmethod
    def of(cls, loaded: LoadedProject, path: Path | None = None) -> Document:
        """Return a document of what a reader gave."""
        document = cls(loaded.project, path)
        document.read_only = loaded.read_only
        document.load_problems = loaded.problems
        return document

    @property
    def folder(self) -> Path:
        """Return the folder that paths in texts are relative to."""
        if self.path is None:
            return self.source_folder or Path.cwd()
        return Path(os.path.abspath(self.path)).parent

    @property
    def catalog(self) -> Catalog:
        """Return the catalog of this document alone: the shipped one, with blocks of its own once they are set."""
        if self._catalog is None:
            self._catalog = load().with_own({})
            self._own = OwnSymbols(self.project, self._catalog)
        return self._catalog

    @property
    def own(self) -> OwnSymbols:
        """Return what the catalog has of this document alone, as it follows the edits."""
        if self._own is None:
            _ = self.catalog
        assert self._own is not None
        return self._own

    @property
    def is_modified(self) -> bool:
        """Return whether there is something that no file holds."""
        return self.history.is_modified

    @property
    def can_undo(self) -> bool:
        """Return whether there is something to undo."""
        return self.history.can_undo

    @property
    def can_redo(self) -> bool:
        """Return whether there is something to redo."""
        return self.history.can_redo

    def apply(self, edit: Edit) -> None:
        """Do an edit, record it, notify the subscribers.

        Raises:
            EditRefused: the edit does not fit, or the document is read-only; nothing has changed.
        """
        if self.read_only:
            raise EditRefused(error("newer-version", say("edit.read-only")))
        self.history.apply(edit)

    @contextlib.contextmanager
    def group(self, name: str) -> Iterator[None]:
        """Let the edits applied in the body undo as one; an exception in the body takes them all back."""
        with self.history.group(name):
            yield

    def undo(self) -> bool:
        """Undo the last entry of the history; False where there is none."""
        return self.history.undo()

    def redo(self) -> bool:
        """Redo the next entry of the history; False where there is none."""
        return self.history.redo()

    def save(self, path: str | os.PathLike[str] | None = None, *, over: bool = False) -> None:
        """Save atomically to ``path``, which becomes the document's, or to where it came from.

        ``over``: also over what another program has written there since.

        Raises:
            FileProblem: it cannot be written; the old file is untouched and the document stays as it is.
                ChangedMeanwhile where the document's own file was changed by another program.
        """
        place = self.path if path is None else Path(path)
        if place is None:
            raise FileProblem(say("save.no-file"))
        if self.read_only:
            raise FileProblem(say("save.read-only"), file=str(place))
        try:
            with change_of(Path(os.path.realpath(place)).parent, _PATIENCE):
                if not over and place == self.path and self.changed_on_disk():
                    raise ChangedMeanwhile(say("save.changed"), file=str(place))
                data = save_project(self.project, place)
        except TimeoutError as fault:
            raise FileProblem(say("save.busy", folder=fault.filename), file=str(place)) from None
        self.path = place
        self._on_disk = sha256(data).digest()
        self.history.mark_saved()
        self._deliver([Change("saved"), Change("history")])

    def changed_on_disk(self) -> bool:
        """Return whether the file's content is no longer what this document last read or wrote."""
        return (
            self.path is not None
            and self._on_disk is not None
            and _digest(self.path) not in (None, self._on_disk)
        )

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call ``callback`` with the list of changes after each step; return the way to end that."""
        self._subscribers.append(callback)

        def unsubscribe() -> None:
            with contextlib.suppress(ValueError):
                self._subscribers.remove(callback)

        return unsubscribe

    def _deliver(self, changes: list[Change]) -> None:
        """Notify all subscribers in order. One may apply edits itself: those changes follow afterwards."""
        if self._own is not None:
            changes = [*changes, *self._own.follow(changes)]
        self._waiting.append(changes)
        if self._delivering:
            return
        self._delivering = True
        fault: Exception | None = None
        try:
            while self._waiting:
                batch = self._waiting.popleft()
                for subscriber in tuple(self._subscribers):
                    try:
                        subscriber(batch)
                    except Exception as raised:
                        fault = fault or raised  # the others must not miss the batch; raised below
        finally:
            self._delivering = False
        if fault is not None:
            raise fault


def _digest(path: Path | None) -> bytes | None:
    """Return a fingerprint of the file's content, None where it cannot be read."""
    try:
        return sha256(read_bytes(path)).digest() if path is not None else None
    except FileProblem:
        return None
