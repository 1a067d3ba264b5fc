"""The actions of the File menu, the questions about unsaved work, and the watch over the file on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog

from app.document.editing.document import Document
from app.document.editing.relocation import bring_store, move_of, relocate
from app.document.formats.registry import is_model, is_page
from app.document.resources.search_path import user_folders
from app.document.storage.errors import FileProblem
from app.editor.results.imported_state import open_imported, remove_store
from app.editor.widgets import dialogs
from app.editor.widgets.data_folders_dialog import DataFolders
from app.editor.widgets.style_rules import discard
from app.engine.compiler.collector import without_collector
from app.messages import error_text

if TYPE_CHECKING:
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext

_OPEN_FILTER = (
    "Diagrams and models (*.tblocks *.svg *.json *.pb *.pbtxt *.meta *.keras *.h5);;TensorBlocks projects (*.tblocks);;"
    "Models of TensorFlow and Keras (*.pb *.pbtxt *.meta *.keras *.h5 *.hdf5);;All files (*)"
)
_SAVE_FILTER = "TensorBlocks projects (*.tblocks)"
_SETTLE_MS = 200  # editors and synchronisers write in several steps


class FileController(QObject):
    """The File menu of one window."""

    opened = Signal()  # a document that was read is shown
    saved = Signal()
    brought = Signal(object)  # list[Path]: files that the program has written beside a project just saved
    recent_changed = Signal()  # the list of recent files
    start_requested = Signal()  # show the start page
    banner_requested = Signal(str, object)  # text; list of (button's text, what it does)

    def __init__(self, context: EditorContext) -> None:
        """Watch the file of the context's document."""
        super().__init__(context)
        self._context = context
        self._brought: list[Path] = []
        self._open: Document | None = None  # the document that this has seen opened last
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.look_at_disk)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._settle.start)

    # --- actions
    def actions(self) -> Handlers:
        """Return what each action of the File menu calls."""
        return {
            "file.new": self._context.new_requested.emit, "file.open": self.open_dialog, "file.save": self.save,
            "file.save_as": self.save_as, "file.reload": self.reload, "file.open_folder": self.open_folder,
            "file.data_folders": self.data_folders, "file.start_page": self.start_requested.emit,
            "file.close": self._context.close_requested.emit, "file.quit": self._context.quit_requested.emit,
        }  # fmt: skip

    def open_dialog(self) -> None:
        """Ask for files and open them."""
        start = self._last_folder()
        paths, _ = QFileDialog.getOpenFileNames(self._context.dialog_parent, "Open", start, _OPEN_FILTER)
        self._context.open_requested.emit(paths)

    def open_folder(self) -> None:
        """Ask for a folder and open the enuSpace pages in it as one project, or the model that it is."""
        parent, start = self._context.dialog_parent, self._last_folder()
        folder = QFileDialog.getExistingDirectory(parent, "Open a folder of pages, or a model", start)
        if folder:
            self._context.open_requested.emit([folder])

    def _last_folder(self) -> str:
        return self._context.store.values.last_folder

    def load(self, path: str) -> bool:
        """Open a file in this window; returns whether it is open now."""
        document = self.read(path)
        if document is None:
            return False
        self.show(document, path)
        return True

    def read(self, path: str) -> Document | None:
        """Read a file. One that does not read changes nothing; a message says why."""
        if self.is_foreign_page(path):
            return self.read_pages([path])
        return self._read(path, lambda: Document.open(path))

    def read_copy(self, path: str) -> Document | None:
        """Read a project as an unsaved one, which no save puts back to where it came from."""
        return self._read(path, lambda: Document.copy_of(path))

    def read_pages(self, paths: Sequence[str]) -> Document | None:
        """Read enuSpace pages, and folders of them, as one project that is not saved yet."""
        return self._read(paths[0], lambda: open_imported([Path(path) for path in paths], user_folders()))

    def _read(self, path: str, read: Callable[[], Document]) -> Document | None:
        try:
            return read()
        except FileProblem as fault:
            self._fail(f"{Path(path).name} cannot be opened", fault)
            if not Path(path).exists():
                self._context.store.forget_recent_file(path)
                self.recent_changed.emit()
            return None

    def _fail(self, what: str, fault: Exception) -> None:
        why = error_text(fault)
        self._context.log(why, "error")
        self._context.show_message(what, why)

    @staticmethod
    def is_foreign_page(path: str) -> bool:
        """Return whether a path is an enuSpace page, or a folder of them, and no project and no model."""
        if is_model(path):
            return False
        try:
            return Path(path).is_dir() or (Path(path).is_file() and is_page(path))
        except FileProblem:
            return False  # said when it is opened

    def show(self, document: Document, path: str, *, remember: bool = True) -> None:
        """Let the window show a document that was read, and list its file among the recent ones."""
        with without_collector():
            self._context.set_document(document)
        self.opened.emit()
        if remember:
            self._remember(Path(path))
        self._context.log(f"opened {path}")
        if document.read_only:
            text = "This file was written by a later version of TensorBlocks. It is open for reading only."
            self.banner_requested.emit(text, [("Close", lambda: None)])

    def _remember(self, path: Path) -> None:
        """List a file among the recent ones; the next dialog begins in its folder."""
        self._context.store.add_recent_file(path)
        self._context.store.change(last_folder=str(path.resolve().parent))

    def follow_document(self) -> None:
        """Watch the file of the document that is open now; an imported one that was let go needs its store no more."""
        document = self._context.document
        if self._open is not None and self._open is not document:
            remove_store(self._open)
        self._open = document
        path = document.path if document is not None else None
        self.watch(path)

    def save(self) -> bool:
        """Save to where the project came from; returns whether it is saved now."""
        document = self._context.document
        if document is None:
            return False
        if document.path is None:
            return self.save_as()
        if document.changed_on_disk():
            text = "Another program has changed the file since it was opened or saved here."
            choices = [
                dialogs.Choice("over", "Save over it", dialogs.DISCARD.role),
                dialogs.Choice("as", "Save as…"),
                dialogs.CANCEL,
            ]
            answer = self._context.ask(f"{document.path.name} has changed on disk", text, choices)
            if answer == "as":
                return self.save_as()
            if answer != "over":
                return False
            return self._save_to(document.path, over=True)
        return self._save_to(document.path)

    def save_as(self) -> bool:
        """Ask for a name and save; the project lives there from then on."""
        document = self._context.document
        if document is None:
            return False
        name = f"{document.title or 'untitled'}.tblocks"
        start = str(document.path or Path(self._last_folder() or ".") / name)
        path, _ = QFileDialog.getSaveFileName(self._context.dialog_parent, "Save as", start, _SAVE_FILTER)
        if not path:
            return False
        place = Path(path)
        return self._save_to(place if place.suffix else place.with_suffix(".tblocks"), over=True)  # it asked

    def _save_to(self, path: Path, *, over: bool = False) -> bool:
        document = self._context.document
        assert document is not None
        self._context.commit()
        try:
            if not self._bring_files(document, path):
                return False
            document.save(path, over=over)
        except (FileProblem, OSError) as fault:
            self._fail(f"{path.name} is not saved", fault)
            return False
        self._remember(path)
        self._context.log(f"saved {path}", "good")
        self.watch(path)
        self.saved.emit()
        brought, self._brought = self._brought, []
        self.brought.emit(brought)
        return True

    def _bring_files(self, document: Document, path: Path) -> bool:
        """Let the files go along that the project needs in its new folder; returns whether to save. Raises OSError."""
        from blocks.catalog import load

        old = document.folder
        move = move_of(document.project, load(), old, path.parent)
        if move.names:
            text = (
                f"Relative names in this project lead to {len(move.names)} files in {old}. From {path.parent} they "
                "would not be found. No text is changed."
            )
            if move.replaced:
                text += f" These are there with other content and would be replaced: {', '.join(move.replaced[:6])}."
            if move.outside:
                text += f" These lie outside and stay where they are: {', '.join(move.outside[:6])}."
            choices = [
                dialogs.Choice("copy", "Copy them along"),
                dialogs.Choice("keep", "Leave them", dialogs.DISCARD.role),
                dialogs.CANCEL,
            ]
            details = "\n".join(move.names)
            answer = self._context.ask("Copy the files along?", text, choices, details)
            if answer not in ("copy", "keep"):
                return False
            if answer == "copy":
                relocate(move, old, path.parent)
                self._context.log(f"copied {', '.join(move.names)} to {path.parent}")
        self._brought = bring_store(document, path)
        return True

    def data_folders(self) -> None:
        """Let the user choose where else files are looked for."""
        dialog = DataFolders(self._context.store.values.data_folders, self._context.dialog_parent)
        if dialog.exec():
            self._context.data_folders_chosen.emit(dialog.folders())
        discard(dialog)

    def reload(self) -> None:
        """Read the file again; unsaved changes are asked about."""
        document = self._context.document
        if document is None or document.path is None:
            return
        if document.is_modified:
            choices = [dialogs.Choice("reload", "Reload", dialogs.DISCARD.role), dialogs.CANCEL]
            text = "The changes since the last save are dropped."
            if self._context.ask(f"Read {document.path.name} again?", text, choices) != "reload":
                return
        self.load(str(document.path))

    # --- unsaved work
    def may_leave(self) -> bool:
        """Ask about unsaved work; returns whether the document may go."""
        document = self._context.document
        if document is None:
            return True
        self._context.commit()
        if not document.is_modified or document.read_only:
            return True
        name = document.path.name if document.path is not None else "the new project"
        text = "The changes since the last save will be lost otherwise."
        choices = [dialogs.SAVE, dialogs.DISCARD, dialogs.CANCEL]
        answer = self._context.ask(f"Save {name}?", text, choices)
        return self.save() if answer == "save" else answer == "discard"

    # --- the file on disk
    def watch(self, path: Path | None) -> None:
        """Watch this file only."""
        if self._watcher.files():
            self._watcher.removePaths(self._watcher.files())
        if path is not None and path.exists():
            self._watcher.addPath(str(path))

    def look_at_disk(self) -> None:
        """Offer to reload where the file's content is no longer what was read or written here."""
        document = self._context.document
        if document is None or document.path is None:
            return
        self.watch(document.path)  # a file that was replaced is no longer watched
        if document.changed_on_disk():
            self.banner_requested.emit(
                f"{document.path.name} was changed by another program.",
                [("Reload", lambda: self.load(str(document.path))), ("Keep mine", lambda: None)],
            )
