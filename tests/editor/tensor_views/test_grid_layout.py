"""Where the parts of a grid lie: which cells are seen, how far one scrolls, which edges can be held."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QScrollBar

from app.editor.tensor_views.grid_layout import GridLayout
from app.editor.tensor_views.sheets import MatrixSheet
from app.editor.values.formats import NumberFormat
from app.editor.values.slicing import first_cut

VIEW = QRect(0, 0, 300, 200)


@pytest.fixture
def cells(qtbot: Any) -> GridLayout:
    """Return the layout of 1,000 rows and 50 columns in a view of 300 x 200 pixels."""
    bars = QScrollBar(), QScrollBar()
    for bar in bars:
        qtbot.addWidget(bar)
    made = GridLayout(QFontMetrics(QFont()), *bars)
    array = np.broadcast_to(np.int8(7), (1000, 50))
    made.lay_out(MatrixSheet(array, first_cut(array.shape), NumberFormat()), VIEW)
    return made


def test_a_cell_lies_where_it_is_found_again(cells: GridLayout) -> None:
    for row, column in ((0, 0), (3, 2), (700, 40)):
        cells.reveal(row, column)
        rect = cells.cell_rect(row, column)
        assert cells.body().contains(rect)
        assert cells.cell_at(rect.center()) == (row, column)
        assert row in cells.seen_rows()
        assert column in cells.seen_columns()


def test_the_cells_lie_beside_heads_and_row_labels(cells: GridLayout) -> None:
    assert cells.body().topLeft() == cells.cell_rect(0, 0).topLeft()
    assert cells.body().left() > cells.metrics.horizontalAdvance("999")
    assert cells.body().bottomRight() == VIEW.bottomRight()


def test_an_edge_of_the_head_sets_the_width_of_all_columns(cells: GridLayout) -> None:
    edge = cells.cell_rect(0, 1).right()
    assert cells.edge_at(QPoint(edge, 2)) == 1
    assert cells.edge_at(QPoint(edge, cells.body().top() + 2)) is None
    assert cells.edge_at(QPoint(cells.cell_rect(0, 1).center().x(), 2)) is None
    cells.drag_edge(1, cells.body().left() + 120)
    assert [cells.cell_rect(0, column).width() for column in (0, 1, 49)] == [60, 60, 60]


def test_nothing_is_seen_of_no_sheet(cells: GridLayout) -> None:
    cells.lay_out(None, VIEW)
    assert (cells.seen_rows(), cells.seen_columns()) == (range(0), range(0))
    assert (cells.down.most, cells.across.most) == (0, 0)
