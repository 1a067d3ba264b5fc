"""Opens models of TensorFlow: read beside the window in a worker of their own, which a click ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QProgressDialog

from app.document.editing.document import Document
from app.document.storage.errors import FileProblem
from app.messages import error_text

if TYPE_CHECKING:
    from app.editor.context import EditorContext
    from app.engine.host.interface import EngineInterface

_LOG = logging.getLogger(__name__)
_JOIN = 2.0  # seconds that ``close`` waits for the thread

Show = Callable[[Document], object]


class ModelController(QObject):
    """Reads models, one after the other."""

    ended = Signal()  # a model is open, or is not to be
    _read = Signal(int, object)  # number of the reading; a document, or what went wrong

    def __init__(self, context: EditorContext) -> None:
        """Begin with none."""
        super().__init__(context)
        self._context = context
        self._number = 0
        self._engine: EngineInterface | None = None
        self._thread: threading.Thread | None = None
        self._show: Show | None = None
        self._waiting: list[tuple[str, Show]] = []
        self._path = ""
        self.dialog: QProgressDialog | None = None
        self._read.connect(self._on_read)

    def open(self, path: str, show: Show) -> None:
        """Read a model, after those that are to be read before; ``show`` takes the document once it is there."""
        if self._show is not None:
            self._waiting.append((path, show))
            return
        self._path, self._show = path, show
        self.dialog = QProgressDialog(
            f"Reading {Path(path).name}…", "Cancel", 0, 0, self._context.dialog_parent
        )
        self.dialog.setWindowTitle("Open a model")
        self.dialog.setWindowModality(Qt.WindowModality.NonModal)
        self.dialog.canceled.connect(self.cancel)
        self.dialog.show()
        number = self._number
        self._thread = threading.Thread(target=self._work, args=(path, number), name="model", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """End the reading under way; its worker is killed."""
        self._number += 1
        self._close_dialog()
        engine = self._engine
        if engine is not None:
            engine.stop()
        if self._show is not None:
            self._end()

    def close(self) -> None:
        """End what is read, and give the thread a moment to end."""
        self._waiting.clear()
        self.cancel()
        if self._thread is not None:
            self._thread.join(_JOIN)

    def _end(self) -> None:
        self._show = None
        self.ended.emit()
        if self._waiting:
            self.open(*self._waiting.pop(0))

    def _work(self, path: str, number: int) -> None:
        from app.editor.results.imported_models import read_model  # late: it needs NumPy

        found: object
        engine: EngineInterface | None = None
        try:
            engine = self._context.runner.another_engine()
            if number == self._number:
                self._engine = engine
                found = read_model(engine, Path(path))
            else:
                found = None
        except (FileProblem, OSError) as fault:
            found = fault
        except Exception as fault:
            _LOG.exception("a model")
            found = fault
        if self._engine is engine:
            self._engine = None
        if engine is not None:
            engine.close()
        try:
            self._read.emit(number, found)
        except RuntimeError:
            _LOG.debug("a model was read after its window had closed")

    def _on_read(self, number: int, found: object) -> None:
        if number != self._number:
            if isinstance(found, Document):
                from app.editor.results.imported_state import remove_store

                remove_store(found)
            return
        self._close_dialog()
        show = self._show
        if isinstance(found, Document) and show is not None:
            show(found)
        elif isinstance(found, Exception):
            why = error_text(found)
            self._context.log(why, "error")
            self._context.show_message(f"{Path(self._path).name} cannot be opened", why)
        self._end()

    def _close_dialog(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.canceled.disconnect(self.cancel)
            dialog.close()
            dialog.deleteLater()
