"""A window that compares two states of a page's Variables: a row for each, and a picture of the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.editor.results.store import ResultStore
from app.editor.tensor_views.pixels import Style, pictures_of
from app.editor.values.formats import number_text
from app.editor.widgets.plain_text import PlainLabel, unstarred
from app.editor.widgets.side_window import SideWindow

if TYPE_CHECKING:
    from app.engine.values.comparison import Difference

_PAGE = "difference"
_PICTURE = QSize(220, 220)
_DIVERGING = ((33, 102, 172), (146, 197, 222), (247, 247, 247), (244, 165, 130), (178, 24, 43))  # blue to red


class CompareWindow(SideWindow):
    """A double click opens a difference in the inspector."""

    def __init__(self, first: str, second: str, rows: list[Difference], parent: QWidget) -> None:
        """Show the rows over the parent; closing deletes the window."""
        super().__init__(parent)
        self.setWindowTitle(unstarred(f"{first} compared with {second}"))
        self.rows = {row.block: row for row in rows}
        self._store = ResultStore(self)
        words = PlainLabel(f"The difference is {second} minus {first}.", self)
        words.setObjectName("faint")
        self.list = QTreeWidget(self)
        self.list.setAccessibleName("Differences")
        self.list.setHeaderLabels(["Variable", "Shape", "Max |difference|", "Mean |difference|", ""])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for row in rows:
            texts = [row.block, row.shape, number_text(row.largest), number_text(row.mean), row.words]
            item = QTreeWidgetItem(texts)
            for column in (2, 3):
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.list.addTopLevelItem(item)
        self.picture = PlainLabel(parent=self)
        self.picture.setFixedSize(_PICTURE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.scale = PlainLabel(parent=self)
        self.scale.setObjectName("faint")
        self.scale.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.inspect = QPushButton("Open in the inspector", self)
        self.inspect.clicked.connect(self._inspect)
        side = QVBoxLayout()
        side.addWidget(self.picture)
        side.addWidget(self.scale)
        side.addWidget(self.inspect)
        side.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self.list, 1)
        middle.addLayout(side)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addLayout(middle)
        self.resize(820, 380)
        self.list.currentItemChanged.connect(lambda *_: self._show_picture())
        self.list.itemDoubleClicked.connect(lambda *_: self._inspect())
        first_item = self.list.topLevelItem(0)
        if first_item is not None:
            self.list.setCurrentItem(first_item)
        self._show_picture()

    def _current(self) -> Difference | None:
        item = self.list.currentItem()
        return self.rows.get(item.text(0)) if item is not None else None

    def _show_picture(self) -> None:
        """Draw the difference from blue (less) to red (more), white where there is none."""
        row = self._current()
        self.inspect.setEnabled(row is not None and row.array is not None)
        self.scale.setText("")
        try:
            if row is None or row.array is None:
                raise ValueError(row.words if row is not None else "")
            import numpy as np

            array = np.abs(row.array) if np.iscomplexobj(row.array) else row.array
            array = array.reshape(1, 1) if array.ndim == 0 else array
            finite = array[np.isfinite(array)]
            reach = float(np.abs(finite).max()) if finite.size else 0.0
            style = Style(colours="heat", low=-(reach or 1.0), high=reach or 1.0, scale=_DIVERGING)
            rgba = np.ascontiguousarray(pictures_of(array, style).rgba[0])
        except ValueError as why:
            self.picture.setPixmap(QPixmap())
            self.picture.setText(str(why))
            return
        height, width = rgba.shape[:2]
        image = QImage(rgba.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888).copy()
        shape = (
            Qt.AspectRatioMode.KeepAspectRatio
            if max(height, width) < 8 * min(height, width)
            else Qt.AspectRatioMode.IgnoreAspectRatio
        )
        self.picture.setPixmap(QPixmap.fromImage(image.scaled(_PICTURE, shape)))
        self.scale.setText(f"blue {number_text(-reach)}   white 0   red {number_text(reach)}")

    def _inspect(self) -> None:
        """Open the difference of the current row in the inspector."""
        row = self._current()
        if row is None or row.array is None:
            return
        from app.editor.inspector.window import InspectorWindow
        from app.engine.values.results import tensor_of

        key = f"{row.block}.difference"
        self._store.put(_PAGE, {key: tensor_of(row.array)}, 0)
        shown = InspectorWindow(self._store, _PAGE, key, self)
        shown.pin.hide()  # a difference belongs to no page
        shown.show()
