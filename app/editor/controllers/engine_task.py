"""Work beside the window with an engine of its own, in a thread, behind a dialog whose Cancel ends it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QProgressDialog

from app.editor.widgets.style_rules import discard

if TYPE_CHECKING:
    from app.editor.context import EditorContext
    from app.engine.host.interface import EngineInterface

_LOG = logging.getLogger(__name__)
_JOIN = 2.0  # seconds that ``close`` waits for the thread

# Takes the engine and what returns whether the work was cancelled; returns what was found.
Work = Callable[["EngineInterface", Callable[[], bool]], object]


class EngineTask(QObject):
    """Does one work at a time. ``found`` carries what it returned or raised, ``dropped`` what came too late."""

    found = Signal(object)
    dropped = Signal(object)
    cancelled = Signal()  # by a click on Cancel
    _came = Signal(int, object)  # number of the work; what it returned or raised

    def __init__(self, context: EditorContext, name: str, expected: tuple[type[Exception], ...]) -> None:
        """``name`` is the thread's; what is raised and not ``expected`` is logged with its stack."""
        super().__init__(context)
        self._context, self._name, self._expected = context, name, expected
        self._number = 0
        self._engine: EngineInterface | None = None
        self.thread_of_work: threading.Thread | None = None
        self.dialog: QProgressDialog | None = None
        self._came.connect(self._on_came)

    def begin(self, title: str, words: str, work: Work) -> None:
        """Begin to work, in a thread."""
        self.dialog = QProgressDialog(words, "Cancel", 0, 0, self._context.dialog_parent)
        self.dialog.setWindowTitle(title)
        self.dialog.setWindowModality(Qt.WindowModality.NonModal)
        self.dialog.canceled.connect(self.cancelled)
        self.dialog.show()
        arguments = (work, self._number)
        self.thread_of_work = threading.Thread(target=self._run, args=arguments, name=self._name, daemon=True)
        self.thread_of_work.start()

    def cancel(self) -> None:
        """End the work under way, of which nothing is found any more; its worker is killed."""
        self._number += 1
        self._close_dialog()
        engine = self._engine
        if engine is not None:
            engine.stop()

    def join(self) -> None:
        """Give the thread a moment to end."""
        if self.thread_of_work is not None:
            self.thread_of_work.join(_JOIN)

    def _run(self, work: Work, number: int) -> None:
        found: object = None
        engine: EngineInterface | None = None
        try:
            engine = self._context.runner.another_engine()
            if number == self._number:
                self._engine = engine
                found = work(engine, lambda: number != self._number)
        except self._expected as fault:
            found = fault
        except Exception as fault:
            _LOG.exception("%s", self._name)
            found = fault
        if self._engine is engine:
            self._engine = None
        if engine is not None:
            engine.close()
        try:
            self._came.emit(number, found)
        except RuntimeError:
            _LOG.debug("%s ended after the window had closed", self._name)

    def _on_came(self, number: int, found: object) -> None:
        if number != self._number:
            self.dropped.emit(found)
            return
        self._close_dialog()
        self.found.emit(found)

    def _close_dialog(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.canceled.disconnect(self.cancelled)
            dialog.close()
            discard(dialog)
