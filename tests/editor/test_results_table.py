"""The table of a tensor: rows as the original's, any dtype, and ten million elements at no cost."""

import tracemalloc

import numpy as np
import pytest
from PySide6.QtCore import Qt

from app.editor.results_model import TensorModel, first_values, shape_text
from app.editor.results_store import ResultStore, split_index
from app.editor.results_window import ResultTable, ResultWindow, facts
from app.engine.results import ListValue, NoValue, TensorValue


def _row(model: TensorModel, row: int) -> tuple[str, str, str]:
    return tuple(model.index(row, c).data() for c in range(3))  # type: ignore[return-value]


def test_rows_are_type_name_with_index_and_value() -> None:
    model = TensorModel("result_output")
    model.set_array(np.arange(3675, dtype=np.float32).reshape(1, 35, 35, 3), "float32")
    assert model.title() == "result_output[1][35][35][3]"
    assert model.rowCount() == 3675
    assert _row(model, 0) == ("float32", "result_output[0][0][0][0]", "0.0")
    assert _row(model, 3674) == ("float32", "result_output[0][34][34][2]", "3674.0")
    assert _row(model, 35 * 3 + 4) == ("float32", "result_output[0][1][1][1]", "109.0")
    assert model.row_of((0, 1, 1, 1)) == 109


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
def test_a_value_is_shown_exactly(array: np.ndarray, dtype: str, text: str) -> None:
    model = TensorModel("result_y")
    model.set_array(array, dtype)
    assert _row(model, 0) == (dtype, "result_y", text)


def test_an_empty_tensor_has_no_rows() -> None:
    model = TensorModel("result_y")
    model.set_array(np.zeros((0, 3)), "float64")
    assert model.rowCount() == 0
    assert model.title() == "result_y[0][3]"


def test_ten_million_elements_take_no_memory_of_their_own(qtbot: object) -> None:
    array = np.zeros((10, 1000, 1000), dtype=np.float32)
    store = ResultStore()
    store.put("page", {"a.output": TensorValue("float32", array)}, 1)
    tracemalloc.start()
    table = ResultTable(store, "page", "a.output")
    qtbot.addWidget(table)  # type: ignore[attr-defined]
    table.resize(300, 400)
    table.show()
    table.view.scrollToBottom()
    table.grab()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20e6
    assert _row(table.model, 9_999_999)[1] == "result_output[9][999][999]"


def test_values_come_first_in_row_major_order_also_from_a_transposed_array() -> None:
    assert first_values(np.arange(6).reshape(2, 3).T, 4) == "0, 3, 1, 4, …"
    assert shape_text((2, 3)) == "[2][3]"


def test_the_table_follows_the_store_and_keeps_its_place(qtbot: object) -> None:
    store = ResultStore()
    store.put("page", {"a.output": TensorValue("int32", np.arange(1000))}, 1)
    table = ResultTable(store, "page", "a.output")
    qtbot.addWidget(table)  # type: ignore[attr-defined]
    table.resize(300, 200)
    table.show()
    table.view.scrollTo(table.model.index(500, 0))
    place = table.view.verticalScrollBar().value()
    assert place > 0
    store.put("page", {"a.output": TensorValue("int32", np.arange(1000) * 2)}, 2)
    qtbot.waitUntil(lambda: _row(table.model, 500)[2] == "1000")  # type: ignore[attr-defined]
    assert table.view.verticalScrollBar().value() == place


def test_a_list_output_is_shown_element_by_element(qtbot: object) -> None:
    store = ResultStore()
    items = (TensorValue("int32", np.array([1, 2])), NoValue("int32", "dead"))
    store.put("page", {"s.output": ListValue(items)}, 1)
    table = ResultTable(store, "page", "s.output")
    qtbot.addWidget(table)  # type: ignore[attr-defined]
    assert _row(table.model, 1) == ("int32", "result_output[0][1]", "2")
    table.element.setCurrentIndex(1)
    assert table.model.rowCount() == 0
    assert "not taken" in table.reason.text()
    assert split_index("s.output[1]") == ("s.output", 1)


def test_without_a_run_the_table_says_what_to_do(qtbot: object) -> None:
    table = ResultTable(ResultStore(), "page", "a.output")
    qtbot.addWidget(table)  # type: ignore[attr-defined]
    assert "run the page" in table.reason.text()


def test_the_window_closes_on_escape_and_offers_the_pin(qtbot: object) -> None:
    from PySide6.QtWidgets import QWidget

    host = QWidget()
    qtbot.addWidget(host)  # type: ignore[attr-defined]
    store = ResultStore()
    store.put("page", {"a.output": TensorValue("int32", np.array([[1, 2]]))}, 1)
    made = ResultWindow(store, "page", "a.output", host)
    made.show()
    assert made.windowTitle() == "result_output[1][2]"
    with qtbot.waitSignal(made.pin_wanted) as caught:  # type: ignore[attr-defined]
        qtbot.mouseClick(made.pin, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    assert caught.args == ["a.output"]
    with qtbot.waitSignal(made.closed):  # type: ignore[attr-defined]
        qtbot.keyClick(made, Qt.Key.Key_Escape)  # type: ignore[attr-defined]


def test_facts_count_nan_and_name_the_range() -> None:
    line = facts(TensorValue("float32", np.array([1, np.nan, 3], dtype=np.float32)))
    assert "float32 [3]" in line
    assert "1 NaN or Inf" in line
    assert "min 1 " in facts(TensorValue("uint8", np.array([1, 255], dtype=np.uint8)))
