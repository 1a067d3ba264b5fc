"""The table monitor: elements as a list, a part as a grid, one tensor of a list."""

from typing import Any

import numpy as np

from app.document.model.diagram import Monitor
from app.editor.monitors.factory import MonitorMaker
from app.editor.results.store import ResultStore
from app.engine.values.results import ListValue, TensorValue


def _table(qtbot: Any, value: Any, pin: str = "a.output", **options: Any) -> Any:
    store = ResultStore()
    store.put("page", {"a.output": value}, 1)
    widget = MonitorMaker(store, "page")(Monitor(id="m", kind="table", pins=(pin,), options=options))
    qtbot.addWidget(widget)
    return widget


def test_the_table_monitor_lists_elements_or_shows_a_part_as_a_grid(qtbot: Any) -> None:
    value = TensorValue("int32", np.arange(24, dtype=np.int32).reshape(2, 3, 4))
    sheet = _table(qtbot, value).grid.sheet
    assert sheet.texts(range(23, 24), range(3)) == [["int32", "result_output[1][2][3]", "23"]]
    grid = _table(qtbot, value, layout="grid", slice="[1, :, 2:]", format="hex").grid.sheet
    assert grid.texts(range(3), range(2)) == [
        [f"0x{n:08x}" for n in r] for r in ((14, 15), (18, 19), (22, 23))
    ]
    wrong = _table(qtbot, value, layout="grid", slice="[9]")
    assert wrong.grid.sheet is None
    assert "9 is beyond axis 0" in wrong.why
    row = _table(qtbot, value, pin="a.output[1][2]").grid.sheet
    assert row.texts(range(1), range(3)) == [["int32", "result_output[1][2][0]", "20"]]


def test_the_table_monitor_lets_choose_from_a_list(qtbot: Any) -> None:
    items = tuple(TensorValue("int32", np.array([n, n + 1])) for n in (5, 8))
    widget = _table(qtbot, ListValue(items))
    assert widget.grid.sheet.texts(range(1), range(2, 3)) == [["5"]]
    widget.element.setCurrentIndex(1)
    assert widget.grid.sheet.texts(range(1), range(2, 3)) == [["8"]]


def test_a_narrow_table_shows_indices_and_values_rather_than_the_type(qtbot: Any) -> None:
    widget = _table(qtbot, TensorValue("float32", np.array([[1.5, 2.5]], np.float32)))
    for width, first in ((400, 60), (185, 0)):
        widget.resize(width, 110)
        qtbot.waitExposed(widget.show() or widget)
        columns, room = widget.grid.cells.columns, widget.grid.viewport().width()
        assert columns.left(1) == first
        assert columns.total() <= room
        assert columns.left(2) - columns.left(1) >= 60
