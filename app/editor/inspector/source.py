"""The value that an inspector shows: it follows a pin's results until it is frozen, and knows the recorded steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.editor.results.recorder import Recorder, RowsOfRun, Run

if TYPE_CHECKING:
    from app.editor.results.store import ResultStore
    from app.engine.values.results import TensorValue

_REFRESH_MS = 60  # shows new values at most so often while a run streams


class Source(QObject):
    """One tensor of a page's results. ``changed`` comes when there is another value to show.

    An output that is a list gives one tensor after the other (``element``).
    """

    changed = Signal()

    def __init__(
        self,
        store: ResultStore,
        page: str,
        key: str,
        parent: QObject | None = None,
        recorder: Recorder | None = None,
        initial: Callable[[], TensorValue | None] | None = None,
    ) -> None:
        """Follow ``key`` (``block.pin`` or ``block.pin[3]``) of a page; None records for this window alone.

        ``initial`` gives the value that is there before a run.
        """
        super().__init__(parent)
        self._initial = initial
        self.page, self.key = page, key
        self._store = store
        self._recorder = recorder or Recorder(store, parent=self)
        self._recorded = ""
        self.element = 0
        self.names: list[str] = []
        self.name = ""
        self.value: TensorValue | None = None
        self.why = ""
        self.step = 0
        self.is_stale = False
        self._is_frozen = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        store.changed.connect(self._on_changed)
        store.renamed.connect(self._on_renamed)
        self.refresh()

    @property
    def is_frozen(self) -> bool:
        """Return whether the value stays although the page runs on."""
        return self._is_frozen

    def freeze(self, frozen: bool) -> None:
        """Hold the value, or follow the page again."""
        if frozen != self._is_frozen:
            self._is_frozen = frozen
            self.refresh()

    def choose(self, element: int) -> None:
        """Show another tensor of a list."""
        if element != self.element and 0 <= element < max(1, len(self.names)):
            self.element = element
            self._read()
            self.changed.emit()

    def retained(self) -> list[tuple[int, TensorValue]]:
        """Return the recorded values of the last run by step."""
        run = self._recorder.last(self.page, self._recorded)
        return list(run.values) if run is not None else []

    def earlier_runs(self) -> list[Run]:
        """Return the recorded runs before the last one."""
        last = self._recorder.last(self.page, self._recorded)
        return [run for run in self._recorder.runs(self.page, self._recorded) if run is not last]

    def rows(self, place: Sequence[int]) -> list[RowsOfRun]:
        """Return the points of an element where runs read it after each step: by run, the last one first."""
        return self._recorder.rows(self.page, self._recorded + "".join(f"[{i}]" for i in place))

    def show_step(self, number: int) -> None:
        """Show one of the recorded steps by its place among them; freezes."""
        retained = self.retained()
        if 0 <= number < len(retained):
            self._is_frozen = True
            self.step, self.value = retained[number]
            self.why = ""
            self.changed.emit()

    def close(self) -> None:
        """Record no more for this window alone."""
        self._recorder.leave(self.page, self._recorded)

    def refresh(self) -> None:
        """Show the store's value now, unless frozen."""
        if not self._is_frozen:
            self._read()
        self.is_stale = self._store.page(self.page).is_stale(self.key)
        self.changed.emit()

    def _read(self) -> None:
        """Take the store's value."""
        tensors = self._store.tensors(self.page, self.key)
        self.names = [name for name, _, _ in tensors]
        self.element = max(0, min(self.element, len(tensors) - 1))
        if tensors:
            self.name, self.value, self.why = tensors[self.element]
            if self.value is None and self._initial is not None and self._store.is_empty(self.page, self.key):
                self.value = self._initial()
        else:
            self.name = "result_" + self.key.partition(".")[2]
            self.value, self.why = None, "an empty list"
        recorded = f"{self.key}[{self.element}]" if len(tensors) > 1 else self.key
        if recorded != self._recorded:
            if self._recorded:
                self._recorder.leave(self.page, self._recorded)
            self._recorded = recorded
            self._recorder.follow(self.page, recorded)
        results = self._store.page(self.page)
        self.step, self.is_stale = results.step, results.is_stale(self.key)

    def _on_changed(self, page: str) -> None:
        if page == self.page and not self._timer.isActive():
            self._timer.start()

    def _on_renamed(self, old: str, new: str) -> None:
        if self.page == old:
            self.page = new
