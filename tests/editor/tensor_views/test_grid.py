"""The grid: any number of cells at no cost, keys, selection, copying, colours."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from app.editor.tensor_views import cell_selection
from app.editor.tensor_views.grid import TensorGrid
from app.editor.tensor_views.sheets import MatrixSheet, Sheet
from app.editor.values.formats import NumberFormat
from app.editor.values.slicing import cut_of, first_cut

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def show(qtbot: Any) -> Any:
    """Make a grid of 400 x 300 that shows a sheet."""

    def make(sheet: Sheet) -> TensorGrid:
        grid = TensorGrid()
        qtbot.addWidget(grid)
        grid.resize(400, 300)
        grid.set_sheet(sheet)
        with qtbot.waitExposed(grid):
            grid.show()
        return grid

    return make


def _matrix(array: Any, text: str = "") -> MatrixSheet:
    array = np.asarray(array)
    cut = cut_of(text, array.shape) if text else first_cut(array.shape)
    return MatrixSheet(array, cut, NumberFormat())


def _seen(grid: TensorGrid) -> tuple[list[list[str]], range, range]:
    assert grid.sheet is not None
    return (
        grid.sheet.texts(grid.cells.seen_rows(), grid.cells.seen_columns()),
        grid.cells.seen_rows(),
        grid.cells.seen_columns(),
    )


def test_a_hundred_million_rows_scroll_to_both_ends_without_memory(show: Any, qtbot: Any) -> None:
    array = np.broadcast_to(np.int8(7), (100_000_000,))
    grid = show(_matrix(array))
    tracemalloc.start()
    bar = grid.verticalScrollBar()
    for part in range(0, 101, 5):
        bar.setValue(bar.maximum() * part // 100)
        grid.grab()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5e6
    assert grid.cells.seen_rows().stop == 100_000_000
    bar.setValue(0)
    assert grid.cells.seen_rows().start == 0


def test_more_rows_than_a_scroll_bar_counts_are_all_reached(show: Any, qtbot: Any) -> None:
    rows = 5_000_000_000
    grid = show(_matrix(np.broadcast_to(np.int8(1), (rows, 3))))
    bar = grid.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert grid.cells.seen_rows().stop == rows
    grid.grab()  # the current cell is far away
    grid.select(3_333_333_333, 1)
    assert 3_333_333_333 in grid.cells.seen_rows()
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.span.current == (3_333_333_334, 1)
    assert grid.sheet.row_label(3_333_333_334) == "3333333334"


def test_columns_are_without_end_too(show: Any) -> None:
    grid = show(_matrix(np.broadcast_to(np.float32(0.5), (2, 100_000_000))))
    bar = grid.horizontalScrollBar()
    bar.setValue(bar.maximum())
    assert grid.cells.seen_columns().stop == 100_000_000
    assert grid.sheet.column_label(99_999_999) == "99999999"


def test_keys_move_the_current_cell_and_shift_selects(show: Any, qtbot: Any) -> None:
    grid = show(_matrix(np.arange(1000 * 40).reshape(1000, 40)))
    for key, mods, expected in (
        (Qt.Key.Key_Right, None, (0, 1)),
        (Qt.Key.Key_Down, None, (1, 1)),
        (Qt.Key.Key_End, None, (1, 39)),
        (Qt.Key.Key_Home, None, (1, 0)),
        (Qt.Key.Key_End, CTRL, (999, 39)),
        (Qt.Key.Key_Down, None, (999, 39)),
        (Qt.Key.Key_Up, CTRL, (0, 39)),
        (Qt.Key.Key_Home, CTRL, (0, 0)),
    ):
        qtbot.keyClick(grid, key, mods or Qt.KeyboardModifier.NoModifier)
        assert grid.span.current == expected
        assert expected[0] in grid.cells.seen_rows()
        assert expected[1] in grid.cells.seen_columns()
    qtbot.keyClick(grid, Qt.Key.Key_PageDown)
    assert grid.span.current[0] > 5
    qtbot.keyClick(grid, Qt.Key.Key_Home, CTRL)
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(grid, Qt.Key.Key_Down, SHIFT)
    assert (grid.span.rows(), grid.span.columns()) == (range(2), range(2))


def test_selected_cells_are_copied_as_tab_separated_text(show: Any, qtbot: Any) -> None:
    grid = show(_matrix(np.array([[0.5, 1, 2], [3, 4, 5], [6, 7, 8]])))
    reported: list[str] = []
    grid.reported.connect(reported.append)
    first, last = grid.cells.cell_rect(0, 0).center(), grid.cells.cell_rect(1, 1).center()
    qtbot.mousePress(grid.viewport(), Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(grid.viewport(), last)
    qtbot.mouseRelease(grid.viewport(), Qt.MouseButton.LeftButton, pos=last)
    qtbot.keyClick(grid, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == "0.5\t1.0\n3.0\t4.0"
    assert reported == ["Copied 4 values"]
    qtbot.keyClick(grid, Qt.Key.Key_A, CTRL)
    qtbot.keyClick(grid, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text().split("\n")[2] == "6.0\t7.0\t8.0"


def test_heads_select_whole_rows_and_columns(show: Any, qtbot: Any) -> None:
    grid = show(_matrix(np.arange(12).reshape(3, 4)))
    body = grid.cells.body()
    qtbot.mouseClick(
        grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(3, grid.cells.cell_rect(1, 0).center().y())
    )
    assert (grid.span.rows(), grid.span.columns()) == (range(1, 2), range(4))
    qtbot.mouseClick(
        grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(grid.cells.cell_rect(0, 2).center().x(), 4)
    )
    assert (grid.span.rows(), grid.span.columns()) == (range(3), range(2, 3))
    assert body.left() > 0


def test_what_is_left_out_of_a_huge_copy_is_said(show: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell_selection, "MOST_COPIED", 2_000)
    grid = show(_matrix(np.broadcast_to(np.int8(1), (10_000_000,))))
    reported: list[str] = []
    grid.reported.connect(reported.append)
    grid.select_all()
    grid.copy()
    assert reported == [
        "Copied 2,000 values: the first 2,000 of 10,000,000 rows; export the tensor to have all"
    ]


def test_columns_grow_to_show_their_numbers_whole(show: Any, qtbot: Any) -> None:
    grid = show(_matrix(np.array([[1.0, -1.2345678901234567e-100]])))
    needed = grid.fontMetrics().horizontalAdvance("-1.2345678901234567e-100")
    qtbot.waitUntil(lambda: grid.cells.cell_rect(0, 1).width() >= needed)


def test_cells_are_coloured_from_the_least_to_the_greatest_value(show: Any) -> None:
    grid = show(_matrix(np.array([[0.0, 1.0, np.nan]])))
    grid.span = grid.span.moved(0, 1, False)
    grid.colour_range = (0.0, 1.0)
    image = grid.grab().toImage()
    ends = ((0, "#440154"), (2, "#ff00ff"))  # the low end of matplotlib's viridis; NaN
    for column, colour in ends:
        rect = grid.cells.cell_rect(0, column)
        place = grid.viewport().mapTo(grid, rect.topLeft() + QPoint(3, 3))
        assert image.pixelColor(place).name() == colour


def test_new_values_of_the_same_shape_keep_place_and_selection(show: Any) -> None:
    grid = show(_matrix(np.zeros((1000, 4))))
    grid.select(500, 2)
    before = _seen(grid)[1:]
    grid.set_sheet(_matrix(np.ones((1000, 4))))
    assert _seen(grid)[1:] == before
    assert grid.span.current == (500, 2)
    assert _seen(grid)[0][0][0] == "1.0"
    grid.set_sheet(_matrix(np.ones((3, 4))))
    assert grid.span.current == (2, 2)


def test_an_empty_tensor_has_no_cells_and_takes_keys(show: Any, qtbot: Any) -> None:
    grid = show(_matrix(np.zeros((0, 3))))
    assert grid.cells.seen_rows() == range(0)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClick(grid, Qt.Key.Key_C, CTRL)
    grid.grab()
