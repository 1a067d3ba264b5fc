"""Asks TensorFlow, in the worker, for the dtypes and shapes of a page while it is edited; a run goes first."""

from __future__ import annotations

import logging
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.model import Page
from app.editor.run_state import snapshot

if TYPE_CHECKING:
    from app.editor.runner import Runner

_LOG = logging.getLogger(__name__)
PAUSE_MS = 400
_TIMEOUT = 10.0  # seconds


class TypeFinder(QObject):
    """``found`` carries page and Inference; it comes only for the last state asked about."""

    found = Signal(str, object)
    _done = Signal(int, str, object)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        """Use the engine of the runner."""
        super().__init__(parent)
        self._runner = runner
        self._number = 0
        self._wanted: tuple[Page, Path] | None = None
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._start)
        self._done.connect(self._deliver)

    def ask(self, page: Page, folder: Path) -> None:
        """Find the types of the page after a pause; what was asked before is dropped."""
        self._number += 1
        self._wanted = (page, folder)
        self._timer.start()

    def drop(self) -> None:
        """Forget what was asked."""
        self._number += 1
        self._wanted = None
        self._timer.stop()

    def close(self) -> None:
        """Forget what was asked, for good; the runner's end ends the engine's work."""
        self.drop()
        if self._thread is not None:
            self._thread.join(2.0)

    def _start(self) -> None:
        if self._wanted is None:
            return
        if self._runner.running or (self._thread is not None and self._thread.is_alive()):
            self._timer.start()
            return
        page, folder = self._wanted
        self._wanted = None
        work = (self._number, snapshot(page), folder)
        self._thread = threading.Thread(target=self._work, args=work, name="types", daemon=True)
        self._thread.start()

    def _work(self, number: int, page: Page, folder: Path) -> None:
        try:
            from app.engine.plan import make_plan

            plan = make_plan(page, folder, everything=True)
            inference = self._runner.infer(plan, folder, _TIMEOUT)
        except Exception:
            _LOG.error("the types of page %s were not found:\n%s", page.name, traceback.format_exc())
            return
        if inference is None:
            return
        try:
            self._done.emit(number, page.name, inference)
        except RuntimeError:
            _LOG.debug("types were found after their window had closed")

    def _deliver(self, number: int, page: str, inference: object) -> None:
        if number == self._number:
            self.found.emit(page, inference)
