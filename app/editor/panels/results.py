"""The Results dock: every output of the page's last step with dtype, shape and first values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.editor.results.summaries import summary_cells
from app.editor.widgets.item_index import ROOT, Index
from app.editor.widgets.plain_text import PlainLabel, plain_tip

if TYPE_CHECKING:
    from app.editor.results.store import PageResults, ResultStore
    from app.engine.values.results import Value

_HEADS = ("Output", "dtype", "shape", "values")
_REFRESH_MS = 80
_SAVED = "As saved in the file, from an earlier run. F5 makes new results."
_TO_RUN = "Run the page (F5) to see every tensor here."
_TO_RUN_AGAIN = (
    "Run again (F5) to see every tensor in this block: a run gives those of the blocks that are open."
)
_STALE = (
    "The page or a file that it reads was changed since the run: dim rows are of before the last change. "
    "F5 makes new results."
)


class ResultsModel(QAbstractTableModel):
    """Rows of one page; texts are made when a row is shown."""

    def __init__(self, parent: Any = None) -> None:
        """Make an empty model."""
        super().__init__(parent)
        self._values: dict[str, Value] = {}
        self._inputs: dict[str, Value] = {}  # of blocks that failed: they come first
        self._keys: list[str] = []
        self._results: PageResults | None = None
        self._filter = ""

    def show_results(self, results: PageResults) -> None:
        """Show these results; only the values change where the outputs are the same."""
        self._results, self._inputs = results, results.inputs
        self._values = {
            **results.inputs,
            **{k: v for k, v in results.values.items() if k not in self._inputs},
        }
        keys = self._fitting()
        if keys == self._keys:
            if keys:
                self.dataChanged.emit(self.index(0, 0), self.index(len(keys) - 1, 3), [])
            return
        self.beginResetModel()
        self._keys = keys
        self.endResetModel()

    def set_filter(self, text: str) -> None:
        """Show only outputs whose name holds the text."""
        self.beginResetModel()
        self._filter = text.strip().lower()
        self._keys = self._fitting()
        self.endResetModel()

    def key(self, row: int) -> str:
        """Return ``block.pin`` of a row."""
        return self._keys[row]

    def _fitting(self) -> list[str]:
        return [k for k in self._values if self._filter in k.lower()]

    def rowCount(self, parent: Index = ROOT) -> int:
        """Count the outputs."""
        return 0 if parent.isValid() else len(self._keys)

    def columnCount(self, parent: Index = ROOT) -> int:
        """Return 4."""
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the heads."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return _HEADS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the texts; those of values of before the last change are dim."""
        if role == Qt.ItemDataRole.ForegroundRole and self._is_stale(index.row()):
            return QGuiApplication.palette().placeholderText()
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        text = self._text(self._keys[index.row()], index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        return plain_tip(f"{text}\nbefore the last change" if self._is_stale(index.row()) else text)

    def _is_stale(self, row: int) -> bool:
        return self._results is not None and self._results.is_stale(self._keys[row])

    def _text(self, key: str, column: int) -> str:
        if column == 0:
            return f"{key}  (input)" if key in self._inputs else key
        return summary_cells(self._values[key])[column - 1]


class ResultsPanel(QWidget):
    """The dock's content. ``opened`` carries the output to show as a table, ``chosen`` the one to go to."""

    opened = Signal(str)
    counted = Signal(int)  # outputs
    chosen = Signal(str)

    def __init__(self, store: ResultStore, parent: QWidget | None = None) -> None:
        """Follow the store."""
        super().__init__(parent)
        self._store = store
        self._page = ""
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Filter the outputs")
        self.filter.setAccessibleName("Filter the results")
        self.filter.setClearButtonEnabled(True)
        self.model = ResultsModel(self)
        self.view = QTableView(self)
        self.view.setModel(self.model)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(22)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setShowGrid(False)
        self.view.setWordWrap(False)
        self.view.setFrameShape(QTableView.Shape.NoFrame)
        self.view.setAccessibleName("Results")
        header = self.view.horizontalHeader()
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate((220, 80, 130)):
            header.resizeSection(column, width)
        full = QWidget(self)
        column_layout = QVBoxLayout(full)
        column_layout.setContentsMargins(6, 4, 6, 0)
        self.saved = PlainLabel(_SAVED, self)
        self.saved.setObjectName("faint")
        self.saved.hide()
        column_layout.addWidget(self.saved)
        column_layout.addWidget(self.filter)
        column_layout.addWidget(self.view)
        self.empty = PlainLabel(_TO_RUN, self)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setObjectName("emptyState")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(full)
        self.setFocusProxy(self.view)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        self.filter.textChanged.connect(self.model.set_filter)
        self.view.doubleClicked.connect(lambda i: self.opened.emit(self.model.key(i.row())))
        self.view.activated.connect(lambda i: self.opened.emit(self.model.key(i.row())))
        self.view.clicked.connect(lambda i: self.chosen.emit(self.model.key(i.row())))
        store.changed.connect(self._on_changed)

    def show_page(self, page: str) -> None:
        """Show another page's results."""
        self._page = page
        self.refresh()

    def refresh(self) -> None:
        """Show the store's values now."""
        results = self._store.page(self._page)
        self.model.show_results(results)
        stale = results.stale
        self.saved.setText(_SAVED if results.saved else _STALE)
        self.saved.setVisible(stale)
        self.empty.setText(_TO_RUN_AGAIN if self._store.has_run_around(self._page) else _TO_RUN)
        self._stack.setCurrentIndex(1 if results.values or results.inputs else 0)
        self.counted.emit(len(results.values.keys() | results.inputs.keys()))

    def _on_changed(self, page: str) -> None:
        if page == self._page and not self._timer.isActive():
            self._timer.start()
