"""Run as you type: a cheap page that can do no harm is run anew after each edit, while the switch is on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.model.diagram import Page

if TYPE_CHECKING:
    from pathlib import Path

    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.controllers.consent import ConsentController
    from app.editor.controllers.diagnostics_presenter import DiagnosticsPresenter
    from app.editor.controllers.run import RunController
    from app.editor.runs.consents import Permits
    from app.editor.runs.state import RunEnd

_CHEAP = 1.0  # seconds that the last run may have taken
_WELL = ("done", "reached", "ended")
_HARMLESS = frozenset({"read"})  # what a page may touch that runs by itself


class LiveRuns(QObject):
    """Off at the start of every window. A page whose run was paused, stopped or failed is never run by itself."""

    _judged = Signal(Page)  # the copy of a page that may be run

    def __init__(
        self, context: EditorContext, run: RunController, diagnostics: DiagnosticsPresenter, consents: ConsentController
    ) -> None:  # fmt: skip
        """Begin runs through ``run`` once ``diagnostics`` knows the edited page."""
        super().__init__(context)
        self._context, self._run, self._diagnostics, self._consents = context, run, diagnostics, consents
        self._on = False
        self._cheap: set[str] = set()  # pages whose last run was short and went well
        self._edited: set[str] = set()  # since a run was begun for that
        self._sought: Page | None = None  # what is judged now
        self._judged.connect(self._on_judged)
        context.page_edited.connect(self._on_edited)
        context.runner.ended.connect(self._on_ended)
        diagnostics.stale_shown.connect(self._on_known)

    def actions(self) -> Handlers:
        """Return what the switch calls."""
        return {"run.live": self.switch}

    def forget(self) -> None:
        """Forget all pages: another document comes."""
        self._cheap.clear()
        self._edited.clear()
        self._sought = None

    def switch(self, on: bool) -> None:
        """Run pages as they are edited, or no longer."""
        self._on = on
        self._edited.clear()
        page = self._context.run_page or ""
        if on and page not in self._cheap:
            self._context.show_status(
                "From the next run on that takes less than a second, each edit runs the page"
            )

    def _on_ended(self, page: str, end: RunEnd) -> None:
        cheap = end.why in _WELL and end.result is not None and end.result.seconds < _CHEAP
        (self._cheap.add if cheap else self._cheap.discard)(page)

    def _on_edited(self, page: str, results_are_stale: bool) -> None:
        if self._on and results_are_stale:
            self._edited.add(page)
            self._sought = None

    def _on_known(self, stale: bool) -> None:
        """Look whether the page is to be run, now that its problems and types are known."""
        context = self._context
        page, document = context.page_to_run, context.document
        if stale or not self._on or page is None or document is None or not self._edited:
            return
        if context.runner.running or page.name not in self._cheap or self._diagnostics.has_errors:
            return
        self._edited.clear()
        self._sought = copy = context.runner.plans.copy(page)
        given = (copy, document.folder, self._consents.permits(document))
        threading.Thread(target=self._judge, args=given, name="live", daemon=True).start()

    def _judge(self, page: Page, folder: Path, permits: Permits) -> None:
        """Find out, in a thread, whether a page runs without a fault, a question, or anything written."""
        from app.engine.analysis.touches import touches_of

        plan = self._context.runner.plans.plan(page, folder)
        if plan.stops or permits.decide(plan)[1] or {t.capability for t in touches_of(plan)} - _HARMLESS:
            return
        try:
            self._judged.emit(page)
        except RuntimeError:  # the window was closed in this moment
            return

    def _on_judged(self, page: Page) -> None:
        context = self._context
        if page is self._sought and self._on and page.name == context.run_page and not context.runner.running:
            self._sought = None
            self._run.run_anew()
