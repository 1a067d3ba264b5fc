"""Writes the page shown as a model: beside the window in a worker of its own, which a click ends."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QProgressDialog

from app.document.model.problems import errors_in
from app.messages import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.document.model.diagram import Page
    from app.document.model.problems import Problem
    from app.editor.context import EditorContext
    from app.engine.compiler.plan import Plan
    from app.engine.host.interface import EngineInterface

_LOG = logging.getLogger(__name__)
_JOIN = 2.0  # seconds that ``close`` waits for the thread
_MOST_SHOWN = 10  # problems in a message; the log has all


class ModelExports(QObject):
    """Writes one model at a time."""

    ended = Signal(bool)  # whether the model is there
    _written = Signal(int, object)  # number of the export; what is to be said of it, or what went wrong

    def __init__(self, context: EditorContext) -> None:
        """Begin with none."""
        super().__init__(context)
        self._context = context
        self._number = 0
        self._engine: EngineInterface | None = None
        self._thread: threading.Thread | None = None
        self._out: Path | None = None  # of the export under way
        self.dialog: QProgressDialog | None = None
        self._written.connect(self._on_written)

    def write(self, plan: Plan, page: Page, folder: Path, out: Path) -> None:
        """Begin to write a page, of which nobody changes the copy, as the model that the ending of ``out`` asks for."""
        if self._out is not None:
            self._context.show_refusal("Another page is being exported")
            return
        self._out = out
        self.dialog = QProgressDialog(f"Writing {out.name}…", "Cancel", 0, 0, self._context.dialog_parent)
        self.dialog.setWindowTitle("Export the page")
        self.dialog.setWindowModality(Qt.WindowModality.NonModal)
        self.dialog.canceled.connect(self.cancel)
        self.dialog.show()
        work = (plan, page, folder, out, self._number)
        self._thread = threading.Thread(target=self._work, args=work, name="model export", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """End the export under way; its worker is killed, and nothing is written."""
        self._number += 1
        engine = self._engine
        if engine is not None:
            engine.stop()
        if self._out is not None:
            self._end(False)

    def close(self) -> None:
        """End what is written, and give the thread a moment to end."""
        self.cancel()
        if self._thread is not None:
            self._thread.join(_JOIN)

    def _end(self, is_there: bool) -> None:
        self._out = None
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.canceled.disconnect(self.cancel)
            dialog.close()
            dialog.deleteLater()
        self.ended.emit(is_there)

    def _work(self, plan: Plan, page: Page, folder: Path, out: Path, number: int) -> None:
        from app.document.resources.grants import Bounds
        from app.document.resources.ground import Ground
        from app.document.resources.search_path import user_folders
        from app.engine.host.model_export import export_model  # late: it needs NumPy

        found: object = None
        engine: EngineInterface | None = None
        try:
            engine = self._context.runner.another_engine()
            if number == self._number:
                self._engine = engine
                bounds = Bounds(Ground.of(folder, user_folders()))
                found = export_model(
                    engine, plan, page, folder, out, {}, bounds, is_cancelled=lambda: number != self._number
                )
        except OSError as fault:
            found = fault
        except Exception as fault:
            _LOG.exception("the export of a model")
            found = fault
        if self._engine is engine:
            self._engine = None
        if engine is not None:
            engine.close()
        try:
            self._written.emit(number, found)
        except RuntimeError:
            _LOG.debug("a model was written after its window had closed")

    def _on_written(self, number: int, found: object) -> None:
        out = self._out
        if number != self._number or out is None:
            return
        if isinstance(found, list):
            self._say(out, found)
        else:
            why = found.strerror if isinstance(found, OSError) and found.strerror else found
            self._context.show_message("The page is not exported", f"{out.name} is not written: {why}")
        self._end(isinstance(found, list) and not errors_in(found))

    def _say(self, out: Path, problems: Sequence[Problem]) -> None:
        """Say what stands against the model or is to be known of it, and where it is."""
        texts = list(dict.fromkeys(text_of(problem) for problem in problems))
        failed = errors_in(problems)
        for text in texts:
            self._context.log(text, "error" if failed else "warning")
        if not failed:
            self._context.store.change(last_folder=str(out.resolve().parent))
            self._context.log(f"wrote {out}", "good")
            self._context.show_status(f"Wrote {out}")
        if texts:
            title = "The page is not exported" if failed else f"{out.name} is written"
            self._context.show_message(title, "\n".join(texts[:_MOST_SHOWN]))
