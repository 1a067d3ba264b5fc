"""The submenus of File: the files opened lately, and the samples that ship with the program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import unmarked
from app.editor.window.start_page import sample_title, samples

if TYPE_CHECKING:
    from app.editor.context import EditorContext

_MOST_RECENT = 12


class FileMenus(QObject):
    """Fills both when they are opened, so that they show what is there then."""

    def __init__(self, context: EditorContext) -> None:
        """Open what is chosen through the context."""
        super().__init__(context)
        self._context = context

    def fill(self, menu: QMenu) -> None:
        """Put the submenus behind the first group of the File menu."""
        actions = menu.actions()
        before = next((a for a in actions if a.isSeparator()), actions[-1])
        self.recent, self.samples = QMenu("Open &recent", menu), QMenu("Sa&mples", menu)
        self.recent.setIcon(icon("clock"))
        self.samples.setIcon(icon("block"))
        for submenu, fill in ((self.recent, self._fill_recent), (self.samples, self._fill_samples)):
            submenu.setToolTipsVisible(True)
            submenu.aboutToShow.connect(fill)
            menu.insertMenu(before, submenu)

    def _fill_recent(self) -> None:
        menu, store = self.recent, self._context.store
        menu.clear()
        for number, path in enumerate(store.values.recent_files[:_MOST_RECENT], 1):
            key = f"&{number} " if number < 10 else ""
            action = menu.addAction(f"{key}{unmarked(Path(path).name)}")
            action.setToolTip(path)
            action.setStatusTip(path)
            action.triggered.connect(lambda _=False, p=path: self._context.open_requested.emit([p]))
        if menu.isEmpty():
            menu.addAction("No file has been opened yet").setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction("Clear the list", lambda: store.change(recent_files=[]))

    def _fill_samples(self) -> None:
        self.samples.clear()
        for path in samples():
            action = self.samples.addAction(sample_title(path))
            action.triggered.connect(lambda _=False, p=str(path): self._context.copy_requested.emit(p))
