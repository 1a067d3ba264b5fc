"""What monitors on the page show: a table, or a value as text, of the outputs that they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from app.editor.results_store import split_index
from app.editor.results_window import ResultTable

if TYPE_CHECKING:
    from app.document.model import Monitor
    from app.editor.results_store import ResultStore


class ValueLabel(QLabel):
    """The value of one output or element as text, for monitors of kind ``number`` and ``text``."""

    def __init__(self, store: ResultStore, page: str, pin: str) -> None:
        """Follow ``block.pin`` or one element of it, ``block.pin[0][1]``."""
        super().__init__()
        self._store, self._page, self._pin = store, page, pin
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        store.changed.connect(self._on_changed)
        self._show()

    def _on_changed(self, page: str) -> None:
        if page == self._page:
            self._show()

    def _show(self) -> None:
        self.setText(value_at(self._store, self._page, self._pin))


class MonitorMaker:
    """The factory that a canvas calls for each monitor; None for a kind that it does not know."""

    def __init__(self, store: ResultStore, page: str) -> None:
        """Make monitors that follow a page's results."""
        self._store, self._page = store, page

    def __call__(self, monitor: Monitor) -> QWidget | None:
        """Return the widget of a monitor."""
        if not monitor.pins:
            return None
        if monitor.kind == "table":
            return ResultTable(self._store, self._page, monitor.pins[0])
        if monitor.kind in ("number", "text"):
            return ValueLabel(self._store, self._page, monitor.pins[0])
        return None


def value_at(store: ResultStore, page: str, pin: str) -> str:
    """Return the value that ``block.pin[0][1]`` names as text, or why there is none."""
    from app.editor.results_model import first_values, value_text
    from app.engine.results import ListValue

    key, _ = split_index(pin)
    indices = [int(i) for i in pin[len(key) :].replace("[", " ").replace("]", " ").split() if i.isdigit()]
    value = store.page(page).values.get(key)
    if isinstance(value, ListValue) and indices:
        key, indices = f"{key}[{indices[0]}]", indices[1:]
    tensors = store.tensors(page, key)
    if not tensors:
        return "no value"
    _, tensor, why = tensors[0]
    if tensor is None:
        return why
    try:
        chosen = tensor.array[tuple(indices)]
    except IndexError:
        return f"no element {''.join(f'[{i}]' for i in indices)}"
    return first_values(chosen, 100) if getattr(chosen, "shape", ()) else value_text(chosen)
