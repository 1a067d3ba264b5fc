"""The table of an output's values, as a window of its own or as a monitor on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.editor.icons import icon
from app.editor.results_model import TensorModel, value_text

if TYPE_CHECKING:
    import numpy as np

    from app.editor.results_store import ResultStore
    from app.engine.results import TensorValue

_REFRESH_MS = 60  # redraws a table at most so often while a run streams
_STATISTICS_LIMIT = 2_000_000  # elements; beyond it min, mean and max would hold up the window
_COPY_LIMIT = 200_000  # rows


class ResultTable(QWidget):
    """Type, name with index, and value of one output; stays current while the page runs."""

    title_changed = Signal(str)

    def __init__(self, store: ResultStore, page: str, key: str, parent: QWidget | None = None) -> None:
        """Follow ``key`` (``block.pin`` or ``block.pin[3]``) of a page."""
        super().__init__(parent)
        self.page, self.key = page, key
        self._store = store
        self.model = TensorModel("result_" + key.partition(".")[2], self)
        self.view = _Table(self)
        self.view.setModel(self.model)
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, 64)
        header.resizeSection(2, 96)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.element = QComboBox(self)
        self.element.setAccessibleName("Element of the list")
        self.element.setVisible(False)
        self.facts = QLabel(self)
        self.facts.setObjectName("faint")
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.reason = QLabel(self)
        self.reason.setObjectName("emptyState")
        self.reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.reason.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (self.element, self.view, self.reason, self.facts):
            layout.addWidget(part)
        self.setFocusProxy(self.view)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self.element.currentIndexChanged.connect(lambda _: self.refresh())
        store.changed.connect(self._on_changed)
        store.renamed.connect(self._on_renamed)
        self.refresh()

    def _on_changed(self, page: str) -> None:
        if page == self.page and not self._timer.isActive():
            self._timer.start()

    def _on_renamed(self, old: str, new: str) -> None:
        if self.page == old:
            self.page = new

    def refresh(self) -> None:
        """Show the store's value now."""
        tensors = self._store.tensors(self.page, self.key)
        names = [name for name, _, _ in tensors]
        if names != [self.element.itemText(i) for i in range(self.element.count())]:
            chosen = self.element.currentIndex()
            self.element.blockSignals(True)
            self.element.clear()
            self.element.addItems(names)
            self.element.setCurrentIndex(max(0, min(chosen, len(names) - 1)))
            self.element.blockSignals(False)
        self.element.setVisible(len(names) > 1)
        name, value, why = (
            tensors[max(0, self.element.currentIndex())]
            if tensors
            else (self.model.name, None, "an empty list")
        )
        self.model.name = name
        self.model.set_array(
            value.array if value is not None else None, value.dtype if value is not None else ""
        )
        self.view.setVisible(value is not None)
        self.reason.setVisible(value is None)
        self.reason.setText(why)
        self.facts.setVisible(value is not None)
        self.facts.setText("" if value is None else " " + facts(value, self._store.page(self.page).stale))
        self.title_changed.emit(self.model.title())


class _Table(QTableView):
    """A table view that copies rows as tab-separated text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(20)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setAccessibleName("Values")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the selected rows on the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted({i.row() for i in self.selectionModel().selectedRows()})[:_COPY_LIMIT]
            model = self.model()
            lines = ["\t".join(str(model.index(r, c).data()) for c in range(3)) for r in rows]
            QGuiApplication.clipboard().setText("\n".join(lines))
            return
        super().keyPressEvent(event)


class ResultWindow(QWidget):
    """The table in a window like the original's, with a button that pins it to the page as a monitor."""

    pin_wanted = Signal(str)
    closed = Signal(object)

    def __init__(self, store: ResultStore, page: str, key: str, parent: QWidget) -> None:
        """Open over the parent; closing deletes it."""
        super().__init__(parent, Qt.WindowType.Tool)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("resultWindow")
        self.table = ResultTable(store, page, key, self)
        where = QLabel(f"{key}  ·  {page}", self)
        where.setObjectName("faint")
        self.pin = QToolButton(self)
        self.pin.setIcon(icon("pin"))
        self.pin.setAutoRaise(True)
        self.pin.setToolTip("Pin to the page as a monitor")
        self.pin.setAccessibleName("Pin to the page as a monitor")
        self.pin.clicked.connect(lambda: self.pin_wanted.emit(key))
        row = QHBoxLayout()
        row.setContentsMargins(8, 2, 2, 2)
        row.addWidget(where)
        row.addStretch(1)
        row.addWidget(self.pin)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.table)
        self.resize(330, 420)
        self.table.title_changed.connect(self.setWindowTitle)
        self.setWindowTitle(self.table.model.title())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell the window, which keeps a list."""
        self.closed.emit(self)
        super().closeEvent(event)


def facts(value: TensorValue, stale: bool = False) -> str:
    """Return one line about a tensor: dtype, shape, for numbers min, mean, max, count of NaN and Inf."""
    array = value.array
    shape = "[" + ", ".join(str(s) for s in array.shape) + "]"
    line = f"{value.dtype} {shape}" + _statistics(value)
    return line + ("   (before the last change)" if stale else "")


def _statistics(value: TensorValue) -> str:
    from app.engine.results import plain_array

    array: np.ndarray = value.array
    if not 1 < array.size <= _STATISTICS_LIMIT or value.dtype == "string" or array.dtype.kind in "Ocb":
        return ""
    numbers = plain_array(value)
    text = f"   min {value_text(numbers.min())}   mean {float(numbers.mean(dtype='float64')):.6g}"
    text += f"   max {value_text(numbers.max())}"
    if numbers.dtype.kind == "f":
        import numpy as np

        odd = int(numbers.size - np.isfinite(numbers).sum())
        text += f"   {odd} NaN or Inf" if odd else ""
    return text
