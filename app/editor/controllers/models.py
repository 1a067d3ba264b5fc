"""Opens models of TensorFlow: read beside the window in a worker of their own, which a click ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.editing.document import Document
from app.document.storage.errors import FileProblem
from app.editor.controllers.engine_task import EngineTask
from app.messages import error_text

if TYPE_CHECKING:
    from app.editor.context import EditorContext
    from app.engine.host.interface import EngineInterface

Show = Callable[[Document], object]


class ModelController(QObject):
    """Reads models, one after the other."""

    ended = Signal()  # a model is open, or is not to be

    def __init__(self, context: EditorContext) -> None:
        """Begin with none."""
        super().__init__(context)
        self._context = context
        self._show: Show | None = None
        self._waiting: list[tuple[str, Show]] = []
        self._path = ""
        self.task = EngineTask(context, "model", (FileProblem, OSError))
        self.task.found.connect(self._on_found)
        self.task.dropped.connect(_forget)
        self.task.cancelled.connect(self.cancel)

    def open(self, path: str, show: Show) -> None:
        """Read a model, after those that are to be read before; ``show`` takes the document once it is there."""
        if self._show is not None:
            self._waiting.append((path, show))
            return
        self._path, self._show = path, show

        def work(engine: EngineInterface, is_cancelled: Callable[[], bool]) -> Document:
            from app.editor.results.imported_models import read_model  # late: it needs NumPy

            return read_model(engine, Path(path))

        self.task.begin("Open a model", f"Reading {Path(path).name}…", work)

    def cancel(self) -> None:
        """End the reading under way; its worker is killed."""
        self.task.cancel()
        if self._show is not None:
            self._end()

    def close(self) -> None:
        """End what is read, and give the thread a moment to end."""
        self._waiting.clear()
        self.cancel()
        self.task.join()

    def _end(self) -> None:
        self._show = None
        self.ended.emit()
        if self._waiting:
            self.open(*self._waiting.pop(0))

    def _on_found(self, found: object) -> None:
        show = self._show
        if isinstance(found, Document) and show is not None:
            show(found)
        elif isinstance(found, Exception):
            why = error_text(found)
            self._context.log(why, "error")
            self._context.show_message(f"{Path(self._path).name} cannot be opened", why)
        self._end()


def _forget(found: object) -> None:
    """Remove the arrays of a document that is not to be shown any more."""
    if isinstance(found, Document):
        from app.editor.results.imported_state import remove_store

        remove_store(found)
