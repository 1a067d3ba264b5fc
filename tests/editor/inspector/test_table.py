"""The inspector: a pin's value in full, live, stale, frozen, of lists, and why there is none."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.editor.inspector.inspector import Inspector
from app.editor.inspector.window import InspectorWindow
from app.editor.results.store import ResultStore, split_index
from app.engine.values.results import ListValue, NoValue, TensorValue


@pytest.fixture
def inspect(qtbot: Any) -> Any:
    """Make an inspector of ``a.output``, with a value if one is given."""

    def make(array: Any = None, dtype: str = "") -> Inspector:
        store = ResultStore()
        if array is not None:
            array = np.asarray(array)
            store.put("page", {"a.output": TensorValue(dtype or array.dtype.name, array)}, 1)
        made = Inspector(store, "page", "a.output")
        made.test_store = store  # type: ignore[attr-defined]
        qtbot.addWidget(made)
        made.resize(500, 400)
        made.show()
        return made

    return make


def _rows(inspector: Inspector, rows: range, columns: range) -> list[list[str]]:
    sheet = inspector.table.grid.sheet
    assert sheet is not None
    return sheet.texts(rows, columns)


def _put(inspector: Any, array: Any, step: int) -> None:
    inspector.test_store.put("page", {"a.output": TensorValue(array.dtype.name, array)}, step)


@pytest.mark.parametrize(
    ("array", "dtype", "text"),
    [
        (np.array(2**53 + 1, dtype=np.int64), "int64", "9007199254740993"),
        (np.array(2**64 - 1, dtype=np.uint64), "uint64", "18446744073709551615"),
        (np.array(0.1, dtype=np.float32), "float32", "0.1"),
        (np.array(1 / 3), "float64", "0.3333333333333333"),
        (np.array(True), "bool", "True"),
        (np.array(1 + 2j), "complex128", "(1+2j)"),
        (np.array(b"\xff\x00", dtype=object), "string", "b'\\xff\\x00'"),
        (np.array("한글".encode(), dtype=object), "string", "한글"),
        (np.array(np.nan), "float64", "nan"),
    ],
)
def test_a_value_is_shown_exactly(inspect: Any, array: Any, dtype: str, text: str) -> None:
    inspector = inspect(array, dtype)
    assert _rows(inspector, range(1), range(1)) == [[text]]
    assert text in inspector.table.place.text()
    inspector.grab()


def test_what_the_value_is_and_its_statistics_are_shown(inspect: Any) -> None:
    inspector = inspect(np.array([[1, np.nan], [3, np.inf]], np.float32))
    assert inspector.title() == "result_output[2][2]"
    assert inspector.facts.text() == "float32 [2, 2]   4 elements   16 B   step 1"
    assert inspector.statistics.text() == "min 1   max 3   mean 2   std 1   1 NaN   1 +inf"
    assert inspect(np.array([1, 255], np.uint8)).statistics.text().startswith("min 1   max 255   mean 128")
    strings = inspect(np.array([b"a", b"abc"], object), "string")
    assert strings.statistics.text() == "1 to 3 bytes each   4 B in all"
    assert inspect(np.zeros((0, 3))).statistics.text() == "no elements"


def test_links_go_to_the_extremes_and_to_each_nan(inspect: Any, qtbot: Any) -> None:
    array = np.zeros((3, 4, 5))
    array[2, 1, 3], array[0, 3, 4], array[1, 0, 0], array[1, 2, 0] = 9, -9, np.nan, np.inf
    inspector = inspect(array)
    left = Qt.MouseButton.LeftButton
    for button, place in (
        (inspector.statistics.high, (2, 1, 3)),
        (inspector.statistics.low, (0, 3, 4)),
        (inspector.statistics.odd, (1, 0, 0)),
        (inspector.statistics.odd, (1, 2, 0)),
        (inspector.statistics.odd, (1, 0, 0)),
    ):
        qtbot.mouseClick(button, left)
        assert inspector.table.current_place() == place
    assert inspector.table.axes.slice.text() == "[1, :, :]"


def test_large_tensors_are_counted_beside_the_window(inspect: Any, qtbot: Any) -> None:
    array = np.zeros((1000, 1000), np.float32)
    array[999, 998] = 5
    inspector = inspect(array)
    assert inspector.statistics.text() == "counting…"
    qtbot.waitUntil(lambda: inspector.statistics.text().startswith("min 0   max 5"))
    qtbot.mouseClick(inspector.statistics.high, Qt.MouseButton.LeftButton)
    assert inspector.table.current_place() == (999, 998)


def test_a_part_is_chosen_by_slice_text_axes_and_sliders(inspect: Any, qtbot: Any) -> None:
    array = np.arange(4 * 5 * 6).reshape(4, 5, 6)
    inspector = inspect(array)
    axes = inspector.table.axes
    axes.slice.setText("[3, :, ::2]")
    qtbot.keyClick(axes.slice, Qt.Key.Key_Return)
    shown = [[str(v) for v in row] for row in array[3, :, ::2]]
    assert _rows(inspector, range(5), range(3)) == shown
    assert inspector.table.grid.sheet.column_label(1) == "2"
    qtbot.mouseClick(axes.swap, Qt.MouseButton.LeftButton)
    assert _rows(inspector, range(3), range(5)) == [list(row) for row in zip(*shown, strict=True)]
    axes.slice.setText("[7]")
    qtbot.keyClick(axes.slice, Qt.Key.Key_Return)
    assert axes.note.text() == "7 is beyond axis 0, which has 4"
    assert _rows(inspector, range(1), range(1)) == [["90"]]  # as before
    slider, _ = axes._sliders[0]
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert axes.slice.text() == "[0, :, ::2]"
    axes.rows.setCurrentIndex(axes.rows.findData(0))
    axes.rows.activated.emit(axes.rows.currentIndex())
    assert axes.cut.rows == 0
    assert len(axes._sliders) == 1


def test_the_list_names_every_element(inspect: Any) -> None:
    inspector = inspect(np.arange(6, dtype=np.float32).reshape(2, 3))
    inspector.table.layout_choice.setCurrentIndex(1)
    assert _rows(inspector, range(4, 5), range(3)) == [["float32", "result_output[1][1]", "4.0"]]


def test_number_formats_apply_to_the_table(inspect: Any) -> None:
    inspector = inspect(np.array([0.5, 2.0]))
    table = inspector.table
    table.style_choice.setCurrentIndex(table.style_choice.findData("scientific"))
    table.digits.setValue(1)
    assert _rows(inspector, range(2), range(1)) == [["5.0e-01"], ["2.0e+00"]]


def test_the_inspector_follows_the_store_and_keeps_its_place(inspect: Any, qtbot: Any) -> None:
    inspector = inspect(np.arange(1000))
    grid = inspector.table.grid
    grid.select(500, 0)
    seen = grid.cells.seen_rows()
    _put(inspector, np.arange(1000) * 2, 2)
    qtbot.waitUntil(lambda: "step 2" in inspector.facts.text())
    assert _rows(inspector, range(500, 501), range(1)) == [["1000"]]
    assert grid.cells.seen_rows() == seen
    assert inspector.statistics.text().startswith("min 0   max 1998")


def test_values_of_a_changed_page_are_marked(inspect: Any, qtbot: Any) -> None:
    inspector = inspect(np.arange(3))
    inspector.test_store.mark_old("page")
    qtbot.waitUntil(lambda: "before the last change" in inspector.facts.text())
    inspector.test_store.rename("page", "other")
    assert inspector.page == "other"
    _put_other = TensorValue("int64", np.array([7]))
    inspector.test_store.put("other", {"a.output": _put_other}, 2)
    qtbot.waitUntil(lambda: inspector.title() == "result_output[1]")


def test_a_list_output_is_shown_element_by_element(qtbot: Any) -> None:
    store = ResultStore()
    items = (TensorValue("int32", np.array([1, 2])), NoValue("int32", "dead"))
    store.put("page", {"s.output": ListValue(items)}, 1)
    inspector = Inspector(store, "page", "s.output")
    qtbot.addWidget(inspector)
    assert _rows(inspector, range(1, 2), range(1)) == [["2"]]
    assert inspector.title() == "result_output[0][2]"
    inspector.element.setCurrentIndex(1)
    assert inspector.table.grid.sheet is None
    assert "not taken" in inspector.reason.text()
    inspector.element.setCurrentIndex(0)
    assert _rows(inspector, range(1), range(1)) == [["1"]]
    assert split_index("s.output[1]") == ("s.output", 1)


def test_without_a_run_the_inspector_says_what_to_do(inspect: Any) -> None:
    assert "run the page" in inspect().reason.text()


def test_the_window_closes_on_escape_and_offers_the_pin(qtbot: Any) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    store = ResultStore()
    store.put("page", {"a.output": TensorValue("int32", np.array([[1, 2]]))}, 1)
    made = InspectorWindow(store, "page", "a.output", host)
    made.show()
    assert made.windowTitle() == "result_output[1][2]"
    with qtbot.waitSignal(made.pin_requested) as caught:
        qtbot.mouseClick(made.pin, Qt.MouseButton.LeftButton)
    assert caught.args == ["a.output"]
    with qtbot.waitSignal(made.closed):
        qtbot.keyClick(made, Qt.Key.Key_Escape)


def test_inputs_of_failed_blocks_are_opened_as_outputs_are(qtbot: Any) -> None:
    store = ResultStore()
    inputs = {"m.a": TensorValue("float32", np.ones((2, 3), np.float32))}
    store.put("page", {"m.product": NoValue("float32", "failed")}, 4, inputs)
    inspector = Inspector(store, "page", "m.a")
    qtbot.addWidget(inspector)
    assert inspector.title() == "a[2][3]"
    assert _rows(inspector, range(1), range(3)) == [["1.0", "1.0", "1.0"]]
    assert "the step failed" in store.tensors("page", "m.product")[0][2]
    store.put("page", {"m.product": TensorValue("float32", np.ones(1, np.float32))}, 5)
    qtbot.waitUntil(lambda: "run the page" in inspector.reason.text())
