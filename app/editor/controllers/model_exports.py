"""Writes the page shown as a model: beside the window in a worker of its own, which a click ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.model.problems import errors_in
from app.editor.controllers.engine_task import EngineTask
from app.messages import text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.document.model.diagram import Page
    from app.document.model.problems import Problem
    from app.editor.context import EditorContext
    from app.engine.compiler.plan import Plan
    from app.engine.host.interface import EngineInterface

_MOST_SHOWN = 10  # problems in a message; the log has all


class ModelExports(QObject):
    """Writes one model at a time."""

    ended = Signal(bool)  # whether the model is there

    def __init__(self, context: EditorContext) -> None:
        """Begin with none."""
        super().__init__(context)
        self._context = context
        self._out: Path | None = None  # of the export under way
        self.task = EngineTask(context, "model export", (OSError,))
        self.task.found.connect(self._on_found)
        self.task.cancelled.connect(self.cancel)

    def write(self, plan: Plan, page: Page, folder: Path, out: Path) -> None:
        """Begin to write a page, of which nobody changes the copy, as the model that the ending of ``out`` asks for."""
        if self._out is not None:
            self._context.show_refusal("Another page is being exported")
            return
        self._out = out

        def work(engine: EngineInterface, is_cancelled: Callable[[], bool]) -> list[Problem]:
            from app.document.resources.grants import Bounds
            from app.document.resources.ground import Ground
            from app.document.resources.search_path import user_folders
            from app.engine.host.model_export import export_model  # late: it needs NumPy

            bounds = Bounds(Ground.of(folder, user_folders()))
            return export_model(engine, plan, page, folder, out, {}, bounds, is_cancelled=is_cancelled)

        self.task.begin("Export the page", f"Writing {out.name}…", work)

    def cancel(self) -> None:
        """End the export under way; its worker is killed, and nothing is written."""
        self.task.cancel()
        if self._out is not None:
            self._end(False)

    def close(self) -> None:
        """End what is written, and give the thread a moment to end."""
        self.cancel()
        self.task.join()

    def _end(self, is_there: bool) -> None:
        self._out = None
        self.ended.emit(is_there)

    def _on_found(self, found: object) -> None:
        out = self._out
        if out is None:
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
