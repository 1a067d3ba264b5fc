"""Asks TensorFlow, in a worker beside the runs', for the dtypes and shapes of a page while it is edited."""

from __future__ import annotations

import logging
import threading
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.document.model.diagram import Page
from app.editor.runs.state import snapshot

if TYPE_CHECKING:
    from app.editor.runs.runner import Runner

_LOG = logging.getLogger(__name__)
PAUSE_MS = 60  # after an edit, for the next letter
_TIMEOUT = 10.0  # seconds


class TypeFinder(QObject):
    """``stale`` carries the page as soon as it is asked about, ``found`` page and Inference.

    ``found`` comes only for the last state asked about. ``answers`` tells whether the worker answered last time, so
    that an answer may be counted on soon. One question is under way at a time; of those that come
    meanwhile only the last one is put. The page is planned in the worker: here it is only copied and sent.
    """

    stale = Signal(str)
    found = Signal(str, object)
    _done = Signal(int, str, object)

    def __init__(self, runner: Runner, parent: QObject | None = None) -> None:
        """Use the runner's engine for what need not wait for a run."""
        super().__init__(parent)
        self._runner = runner
        self.answers = False
        self._number = 0
        self._wanted: tuple[Page, Path] | None = None
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._start)
        self._done.connect(self._deliver)

    def ask(self, page: Page, folder: Path, at_once: bool = False) -> None:
        """Find the types of the page after a short pause (or at once); what was asked before is dropped."""
        self._number += 1
        self._wanted = (page, folder)
        self._timer.start(0 if at_once else PAUSE_MS)
        self.stale.emit(page.name)

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
        if self._wanted is None or self._thread is not None:
            return  # when the question under way is answered, this comes again
        page, folder = self._wanted
        self._wanted = None
        work = (self._number, snapshot(page), folder)
        self._thread = threading.Thread(target=self._work, args=work, name="types", daemon=True)
        self._thread.start()

    def _work(self, number: int, page: Page, folder: Path) -> None:
        inference = None
        try:
            inference = self._runner.infer(page, folder, _TIMEOUT)
        except Exception:
            _LOG.error("the types of page %s were not found:\n%s", page.name, traceback.format_exc())
        try:
            self._done.emit(number, page.name, inference)
        except RuntimeError:
            _LOG.debug("types were found after their window had closed")

    def _deliver(self, number: int, page: str, inference: Any) -> None:
        self._thread = None
        self.answers = inference is not None and inference.planned is not None
        if number == self._number and inference is not None:
            self.found.emit(page, inference)
        elif self._wanted is not None and not self._timer.isActive():
            self._start()
