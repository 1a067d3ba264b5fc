"""Keeps the recovery journal of a window's document, and offers what a crash has left behind."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.document.editing.journal import Journal, recoverable
from app.document.storage.errors import FileProblem
from app.editor.results.imported_state import store_of
from app.editor.settings import config_folder
from app.editor.widgets import dialogs
from app.messages import error_text, hint_text, message_of

if TYPE_CHECKING:
    from app.document.editing.document import Document
    from app.document.editing.journal import Recovery as Left
    from app.editor.window.main_window import EditorWindow

_FLUSH_MS = 1000  # so that at most two seconds of work are lost, whatever dies


def journals() -> Path | None:
    """Return the journals' folder: beside the settings where these lie elsewhere, else None."""
    return config_folder() / "journals" if os.environ.get("TENSORBLOCKS_CONFIG") else None


class Recovery(QObject):
    """The journal of one window. It is written a second after a change and removed by a clean end."""

    def __init__(self, window: EditorWindow) -> None:
        """Begin without a document."""
        super().__init__(window)
        self._window = window
        self._journal: Journal | None = None
        self._told = False
        self._timer = QTimer(self)
        self._timer.setInterval(_FLUSH_MS)
        self._timer.timeout.connect(self.flush)

    def follow(self, document: Document | None) -> None:
        """Keep the journal of another document; the one before has ended cleanly."""
        self._timer.stop()
        if self._journal is not None:
            self._journal.close()
        self._journal = (
            Journal(document, journals()) if document is not None and not document.read_only else None
        )
        self._told = False
        if self._journal is not None:
            self._timer.start()

    def flush(self) -> None:
        """Write the journal where something is due; a fault is told once."""
        if self._journal is None or not self._journal.is_due:
            return
        problem = self._journal.flush()
        if problem is not None and not self._told:
            self._told = True
            self._window.log.add(
                message_of(problem) + (f" — {hint_text(problem)}" if problem.hint else ""), "warning"
            )

    def offer(self) -> None:
        """Ask about what dead programs have left unsaved; nothing is asked after a clean exit."""
        for left in recoverable(journals()):
            if left.problem is not None:
                self._window.log.add(message_of(left.problem), "warning")
            else:
                self._offer_one(left)

    def _offer_one(self, left: Left) -> None:
        name = left.document_path.name if left.document_path is not None else "a new project"
        when = datetime.fromtimestamp(left.time).strftime("%d %B %Y, %H:%M")
        text = f"TensorBlocks ended without saving it. Its last state is of {when}."
        choices = [
            dialogs.Choice("recover", "Recover"),
            dialogs.Choice("discard", "Discard", dialogs.DISCARD.role),
            dialogs.Choice("later", "Ask later", dialogs.CANCEL.role),
        ]
        answer = self._window.ask(self._window, f"Recover {name}?", text, choices)
        if answer == "recover":
            self._recover(left)
        elif answer == "discard":
            self._discard(left)

    def _recover(self, left: Left) -> None:
        try:
            document = left.open()
        except FileProblem as fault:
            self._window.log.add(error_text(fault), "error")
            return
        document.store = store_of(document)
        window = self._window.application.window_for_new(self._window)
        window.set_document(document)
        window.flush_journal()  # before the old journal goes
        self._discard(left)
        window.log.add("recovered what was not saved; save it to keep it", "good")

    @staticmethod
    def _discard(left: Left) -> None:
        with contextlib.suppress(OSError):  # it is offered again next time
            left.discard()
