"""The program: its windows, its theme, and what happens when something goes wrong in one of them."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app.document.editing.document import Document
from app.document.formats.registry import is_model
from app.document.resources.search_path import set_user_folders
from app.editor.application.leftovers import offer_leftovers
from app.editor.settings import SettingsStore
from app.editor.widgets.dialogs import ReportDialog
from app.editor.widgets.preferences_look import SYSTEM, theme_for
from app.editor.widgets.style_sheet import dress
from app.editor.widgets.theme import Theme

if TYPE_CHECKING:
    from app.editor.context import EditorContext
    from app.editor.window.main_window import EditorWindow
    from app.engine.host.interface import EngineInterface

_LOG = logging.getLogger(__name__)
_LARGE = 1000  # blocks of a project
_MOST_REPORTS = 3  # dialogs at once: a fault that repeats must not bury the screen


class Application(QObject):
    """One per process. ``make_engine`` makes a window's engine (None: the real one)."""

    window_made = Signal()
    document_closed = Signal()  # of any window

    def __init__(
        self,
        app: QApplication,
        store: SettingsStore,
        make_engine: Callable[[], EngineInterface] | None = None,
    ) -> None:
        """Dress the application in the remembered theme."""
        super().__init__(app)
        self.app, self.store, self.make_engine = app, store, make_engine
        self.windows: list[EditorWindow] = []
        self._points = app.font().pointSizeF()  # of the system's face
        self.theme = self._dressed()
        app.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._reports: list[ReportDialog] = []

    def new_window(self, beside: EditorWindow | None = None) -> EditorWindow:
        """Make and show an empty window. It is as large as ``beside``."""
        from app.editor.window.main_window import EditorWindow
        from app.editor.window.screen_place import place_beside

        window = EditorWindow(self.store, self.theme, self.make_engine)
        self.windows.append(window)
        self._connect(window)
        if beside is not None:
            place_beside(window, beside)
        window.show()
        self.window_made.emit()
        return window

    def _connect(self, window: EditorWindow) -> None:
        """Do what a window asks of the application."""
        context = window.context
        context.new_requested.connect(
            lambda: self._window_for_new(window).context.set_document(Document.new())
        )
        context.open_requested.connect(lambda paths: self.open_paths(paths, window))
        context.copy_requested.connect(lambda path: self.open_copy(path, window))
        context.data_folders_chosen.connect(lambda folders: self.set_data_folders(folders))
        context.theme_chosen.connect(self.set_theme)
        context.preferences_changed.connect(self.apply_preferences)
        context.fault_found.connect(self.report)
        context.quit_requested.connect(self.quit)
        context.document_closing.connect(
            lambda: self.document_closed.emit() if context.document is not None else None
        )
        window.closed.connect(lambda: self._forget(window))

    def _window_for_new(self, asked_in: EditorWindow) -> EditorWindow:
        """Return the window for another project: the one that asked where it holds nothing worth keeping."""
        return asked_in if asked_in.is_vacant else self.new_window(asked_in)

    def open_path(self, path: str, asked_in: EditorWindow) -> EditorWindow | None:
        """Open a file: in the window that has it already, else in a vacant or a new one."""
        real = os.path.realpath(path)
        for window in self.windows:
            held = window.document.path if window.document is not None else None
            if held is not None and os.path.realpath(held) == real:
                window.raise_()
                window.activateWindow()
                window.show_pages()
                return window
        if is_model(path):
            self.open_model(path, asked_in)
            return None
        document = asked_in.controllers.files.read(path)
        if document is None:
            return None
        window = self._window_for_new(asked_in)
        window.controllers.files.show(document, path)
        return window

    def open_paths(self, paths: Sequence[str], asked_in: EditorWindow) -> None:
        """Open files: each project in a window of its own, all enuSpace pages and folders of them as one project."""
        files = asked_in.controllers.files
        pages = [path for path in paths if files.is_foreign_page(path)]
        for path in paths:
            if path not in pages:
                self.open_path(path, asked_in)
        document = files.read_pages(pages) if pages else None
        if document is not None:
            self._window_for_new(asked_in).controllers.files.show(document, pages[0])

    def open_model(self, path: str, asked_in: EditorWindow) -> None:
        """Begin to open a model, in a window that holds nothing or a new one once it is read."""

        def show(document: Document) -> None:
            self._window_for_new(asked_in).controllers.files.show(document, path)

        asked_in.controllers.models.open(path, show)

    def open_copy(self, path: str, asked_in: EditorWindow) -> None:
        """Open a sample as a new project without a file, so that a save never writes over what is installed."""
        document = asked_in.controllers.files.read_copy(path)
        if document is not None:
            self._window_for_new(asked_in).controllers.files.show(document, path, remember=False)

    def offer_leftovers(self, asked_in: EditorWindow) -> None:
        """Ask about what dead programs have left unsaved; nothing is asked after a clean exit."""

        def show(document: Document) -> EditorContext:
            window = self._window_for_new(asked_in)
            window.context.set_document(document)
            window.controllers.recovery.flush()  # before the old journal goes
            return window.context

        offer_leftovers(asked_in.context, show)

    def add_data_folders(self, folders: Sequence[str | Path]) -> None:
        """Look for files that diagrams name in these folders as well, from now on; takes up the remembered ones."""
        absolute = [os.path.abspath(folder) for folder in folders]
        known = list(dict.fromkeys([*absolute, *self.store.values.data_folders]))
        self.set_data_folders(known)

    def set_data_folders(self, folders: Sequence[str]) -> None:
        """Look for files that diagrams name, and that are not beside them, in these folders only."""
        if list(folders) != self.store.values.data_folders:
            self.store.change(data_folders=list(folders))
        set_user_folders(folders)
        for window in self.windows:
            window.controllers.diagnostics.check_page()

    def holds_large_document(self) -> bool:
        """Return whether a window holds a project of thousands of blocks."""
        projects = [w.document.project for w in self.windows if w.document is not None]
        return any(sum(len(page.blocks) for page in project.pages) > _LARGE for project in projects)

    def end(self) -> None:
        """End at once, without a question; the journals hold what is not saved."""
        for window in list(self.windows):
            window.context.commit()
            window.controllers.recovery.flush()
            window.runner.close()
        self.app.exit(0)

    def _forget(self, window: EditorWindow) -> None:
        """Forget a window that has closed."""
        if window in self.windows:
            self.windows.remove(window)

    def quit(self) -> None:
        """Close all windows, as long as none of them refuses."""
        for window in list(self.windows):
            if not window.close():
                return

    def set_theme(self, name: str) -> None:
        """Change the theme of everything that is open."""
        self.store.change(theme=name)
        self.apply_preferences()

    def apply_preferences(self) -> None:
        """Let everything that is open follow the settings."""
        self.theme = self._dressed()
        for window in self.windows:
            window.apply_theme(self.theme)

    def _dressed(self) -> Theme:
        """Dress the application as the settings say; return the theme."""
        values = self.store.values
        face = self.app.font()
        face.setPointSizeF(float(values.font_size) if 6 <= values.font_size <= 40 else self._points)
        self.app.setFont(face)
        theme = theme_for(values.theme, self.app.styleHints().colorScheme(), values.wire_style)
        dress(self.app, theme)
        return theme

    def _follow_system(self) -> None:
        if self.store.values.theme == SYSTEM:
            self.apply_preferences()

    def report(self, report: str) -> None:
        """Show a fault of the program: the journals are flushed first, and everything goes on."""
        _LOG.error("%s", report)
        for window in self.windows:
            window.controllers.recovery.flush()
        self._reports = [d for d in self._reports if not _gone(d)]
        if len(self._reports) < _MOST_REPORTS:
            last = report.strip().splitlines()[-1] if report.strip() else "unknown fault"
            dialog = ReportDialog(last, report, self.app.activeWindow())
            self._reports.append(dialog)
            dialog.show()


def _gone(dialog: ReportDialog) -> bool:
    import shiboken6

    return not shiboken6.isValid(dialog)
