"""The value that an inspector shows: it follows a pin's results until it is frozen, and retains the last steps."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from app.editor.results.store import ResultStore
    from app.engine.values.results import TensorValue

_REFRESH_MS = 60  # shows new values at most so often while a run streams
MOST_RETAINED = 500  # steps
_MOST_BYTES = 64 << 20  # of all retained steps
_LARGE = _MOST_BYTES // 8  # a value beyond this is not retained: to copy it would hold up the window


class Source(QObject):
    """One tensor of a page's results. ``changed`` comes when there is another value to show.

    An output that is a list gives one tensor after the other (``element``).
    """

    changed = Signal()

    def __init__(self, store: ResultStore, page: str, key: str, parent: QObject | None = None) -> None:
        """Follow ``key`` (``block.pin`` or ``block.pin[3]``) of a page."""
        super().__init__(parent)
        self.page, self.key = page, key
        self._store = store
        self.element = 0
        self.names: list[str] = []
        self.name = ""
        self.value: TensorValue | None = None
        self.why = ""
        self.step = 0
        self.is_stale = False
        self._is_frozen = False
        self._retained: deque[tuple[int, TensorValue]] = deque()
        self._bytes = 0
        self._seen: int | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        store.changed.connect(self._on_changed)
        store.restarted.connect(self._on_restarted)
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
            self._forget()
            self._read()
            self.changed.emit()

    def retained(self) -> list[tuple[int, TensorValue]]:
        """Return the retained values by step."""
        return list(self._retained)

    def show_step(self, number: int) -> None:
        """Show one of the retained steps by its place among them; freezes."""
        if 0 <= number < len(self._retained):
            self._is_frozen = True
            self.step, self.value = self._retained[number]
            self.why = ""
            self.changed.emit()

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
        else:
            self.name = "result_" + self.key.partition(".")[2]
            self.value, self.why = None, "an empty list"
        results = self._store.page(self.page)
        self.step, self.is_stale = results.step, results.is_stale(self.key)

    def _on_changed(self, page: str) -> None:
        if page != self.page:
            return
        if not self._is_frozen:
            self._retain()
        if not self._timer.isActive():
            self._timer.start()

    def _retain(self) -> None:
        """Retain the value of a new step; the oldest go where there are too many or too large ones."""
        results = self._store.page(self.page)
        if results.step == self._seen or not results.values:
            return
        self._seen = results.step
        tensors = self._store.tensors(self.page, self.key)
        if not tensors or self.element >= len(tensors):
            return
        value = tensors[self.element][1]
        if value is None or value.array.nbytes > _LARGE:
            return
        # A copy: the array may be a part of a buffer that holds all results of its step.
        self._retained.append((results.step, replace(value, array=value.array.copy())))
        self._bytes += value.array.nbytes
        while len(self._retained) > 1 and (len(self._retained) > MOST_RETAINED or self._bytes > _MOST_BYTES):
            self._bytes -= self._retained.popleft()[1].array.nbytes

    def _forget(self) -> None:
        self._retained.clear()
        self._bytes, self._seen = 0, None

    def _on_restarted(self, page: str) -> None:
        if page == self.page:
            self._forget()

    def _on_renamed(self, old: str, new: str) -> None:
        if self.page == old:
            self.page = new
