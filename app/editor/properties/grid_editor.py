"""The grid editor: a tensor's text as a table, one slice of the last two dimensions at a time."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.document.checks.typed_text import check_accepted
from app.document.checks.wire_types import AcceptedText
from app.editor.properties.grid_text import Cells, read_cells, resized, write_cells
from app.editor.widgets.item_index import ROOT, Index
from app.editor.widgets.plain_text import PlainLabel, unstarred
from app.messages import sentence_text

_LARGEST = 1_000_000  # elements: beyond it an array file beside the project serves better


class GridModel(QAbstractTableModel):
    """One slice of the cells; editing a cell changes the whole. ``changed`` follows every change."""

    changed = Signal()

    def __init__(self, cells: Cells, parent: Any = None) -> None:
        """Show the first slice."""
        super().__init__(parent)
        self.cells = cells
        self._slice = 0

    @property
    def rows(self) -> int:
        """Rows of a slice: a vector is one column, a scalar one cell."""
        shape = self.cells.shape
        return 1 if not shape else shape[0] if len(shape) == 1 else shape[-2]

    @property
    def columns(self) -> int:
        """Columns of a slice."""
        shape = self.cells.shape
        return shape[-1] if len(shape) > 1 else 1

    def slices(self) -> int:
        """Return how many slices there are."""
        count = 1
        for size in self.cells.shape[:-2]:
            count *= size
        return count

    def show_slice(self, number: int) -> None:
        """Show another slice."""
        self.beginResetModel()
        self._slice = number
        self.endResetModel()

    def set_cells(self, cells: Cells) -> None:
        """Show other cells."""
        self.beginResetModel()
        self.cells = cells
        self._slice = min(self._slice, max(0, self.slices() - 1))
        self.endResetModel()
        self.changed.emit()

    def _flat(self, index: Index) -> int:
        return (self._slice * self.rows + index.row()) * self.columns + index.column()

    def rowCount(self, parent: Index = ROOT) -> int:
        """Count the rows of the slice."""
        return 0 if parent.isValid() else self.rows

    def columnCount(self, parent: Index = ROOT) -> int:
        """Count the columns of the slice."""
        return 0 if parent.isValid() else self.columns

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Number rows and columns from 0, as the indices of the results."""
        return str(section) if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every cell can be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's text."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.cells.texts[self._flat(index)]
        if role == Qt.ItemDataRole.TextAlignmentRole and not self.cells.strings:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a cell's text as it was typed."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        self.cells.texts[self._flat(index)] = str(value)
        self.dataChanged.emit(index, index, [])
        self.changed.emit()
        return True

    def paste(self, top: int, left: int, text: str) -> None:
        """Put tab- or comma-separated lines into the cells from a place on; the rest is left out."""
        for r, line in enumerate(text.rstrip("\n").split("\n")):
            for c, word in enumerate(
                line.split("\t") if "\t" in line or self.cells.strings else line.split(",")
            ):
                if top + r < self.rows and left + c < self.columns:
                    self.cells.texts[self._flat(self.index(top + r, left + c))] = word.strip()
        self.dataChanged.emit(self.index(0, 0), self.index(self.rows - 1, self.columns - 1), [])
        self.changed.emit()


class _GridView(QTableView):
    """A table that copies and pastes rectangles, as spreadsheets do."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle copy, paste and Delete."""
        model = self.model()
        assert isinstance(model, GridModel)
        chosen = self.selectedIndexes()
        if event.matches(QKeySequence.StandardKey.Copy) and chosen:
            rows: dict[int, list[str]] = {}
            for index in sorted(chosen, key=lambda i: (i.row(), i.column())):
                rows.setdefault(index.row(), []).append(str(index.data()))
            QGuiApplication.clipboard().setText("\n".join("\t".join(r) for r in rows.values()))
        elif event.matches(QKeySequence.StandardKey.Paste) and self.currentIndex().isValid():
            model.paste(
                self.currentIndex().row(), self.currentIndex().column(), QGuiApplication.clipboard().text()
            )
        elif event.key() == Qt.Key.Key_Delete:
            for index in chosen:
                model.setData(index, "")
        else:
            super().keyPressEvent(event)


class GridEditor(QDialog):
    """Edits the text of a tensor pin. ``text()`` is the literal; a cell that does not read is named below."""

    def __init__(
        self,
        title: str,
        text: str,
        dtype: str | None,
        parent: QWidget | None = None,
        requirement: AcceptedText | None = None,
    ) -> None:
        """Raises LiteralError where the text has no rectangular structure; ``requirement`` is what the pin accepts."""
        super().__init__(parent)
        self.setWindowTitle(unstarred(title))
        self._dtype, self._requirement = dtype, requirement or AcceptedText()
        self.model = GridModel(read_cells(text, dtype), self)
        self.view = _GridView(self)
        self.view.setModel(self.model)
        self.view.setAccessibleName(title)
        self.view.horizontalHeader().setDefaultSectionSize(84)
        self.view.verticalHeader().setDefaultSectionSize(24)
        self.slice = QSpinBox(self)
        self.slice.setAccessibleName("Slice")
        self.sizes = QHBoxLayout()
        self.verdict = PlainLabel(parent=self)
        self.verdict.setObjectName("faint")
        self.verdict.setWordWrap(True)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, parent=self
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addLayout(self.sizes)
        layout.addWidget(self.view)
        layout.addWidget(self.verdict)
        layout.addWidget(self.buttons)
        self._lay_sizes()
        self.slice.valueChanged.connect(self.model.show_slice)
        self.model.changed.connect(self._judge)
        self.resize(560, 420)
        self._judge()

    def text(self) -> str:
        """Return the literal of the cells."""
        return write_cells(self.model.cells.shape, self.model.cells.texts, self.model.cells.strings)

    def _lay_sizes(self) -> None:
        shape = self.model.cells.shape
        self.sizes.addWidget(PlainLabel("Shape"))
        self._spins: list[QSpinBox] = []
        for axis, size in enumerate(shape):
            spin = QSpinBox(self)
            spin.setRange(1, _LARGEST)
            spin.setValue(size)
            spin.setAccessibleName(f"Size of dimension {axis}")
            spin.editingFinished.connect(self._resize)
            self._spins.append(spin)
            self.sizes.addWidget(spin)
        if not shape:
            self.sizes.addWidget(PlainLabel("scalar"))
        self.sizes.addStretch(1)
        self._slice_label = PlainLabel("Slice", self)
        self.sizes.addWidget(self._slice_label)
        self.sizes.addWidget(self.slice)
        self._show_slices()

    def _show_slices(self) -> None:
        count = self.model.slices()
        self.slice.setRange(0, max(0, count - 1))
        for part in (self._slice_label, self.slice):
            part.setVisible(count > 1)

    def _resize(self) -> None:
        shape = tuple(s.value() for s in self._spins)
        total = 1
        for size in shape:
            total *= size
        if total > _LARGEST:
            self.verdict.setText(
                f"The grid holds at most {_LARGEST:,} elements; larger arrays belong into a file."
            )
            return
        self.model.set_cells(resized(self.model.cells, shape, "" if self.model.cells.strings else "0"))
        self._show_slices()

    def _judge(self) -> None:
        check = check_accepted("tensor", self.text(), self._dtype, self._requirement)
        self.verdict.setObjectName("faint" if check.ok else "wrongNote")
        self.verdict.style().unpolish(self.verdict)
        self.verdict.style().polish(self.verdict)
        self.verdict.setText(sentence_text(check.note))
