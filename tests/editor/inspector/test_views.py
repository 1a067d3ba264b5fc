"""The inspector's views, freezing, the steps it keeps, exports read back by NumPy, copying."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from app.editor.inspector.inspector import VIEWS, Inspector
from app.editor.inspector.text_view import numbers_text, strings_text
from app.editor.inspector.window import InspectorWindow
from app.editor.results.store import ResultStore
from app.editor.values.series import STRETCHES, thinned
from app.engine.values.results import TensorValue


@pytest.fixture
def opened(qtbot: Any) -> Any:
    """Open an inspector's window on ``a.output`` with a value."""
    host = QWidget()
    qtbot.addWidget(host)

    def make(array: Any, dtype: str = "") -> InspectorWindow:
        store = ResultStore()
        window = InspectorWindow(store, "page", "a.output", host)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(window)
        window.test_store = store  # type: ignore[attr-defined]
        _put(window, array, 1, dtype)
        window.show()
        qtbot.waitUntil(lambda: window.inspector.source.step == 1)
        return window

    return make


def _put(window: Any, array: Any, step: int, dtype: str = "") -> None:
    array = np.asarray(array)
    window.test_store.put("page", {"a.output": TensorValue(dtype or array.dtype.name, array)}, step)


def _show(window: InspectorWindow, view: str) -> Any:
    window.inspector.tabs.setCurrentIndex(VIEWS.index(view))
    return window.inspector._views.currentWidget()


def test_every_view_of_every_kind_of_value_can_be_painted(opened: Any) -> None:
    values = [
        (np.arange(24.0).reshape(2, 3, 4), ""),
        (np.array([[1, np.nan], [np.inf, 2]]), ""),
        (np.zeros((2, 2, 2, 2, 2), np.int8), ""),
        (np.array(3.5), ""),
        (np.zeros((0, 3)), ""),
        (np.array([True, False]), ""),
        (np.array([1 + 1j, 2]), ""),
        (np.array([b"a", b"\xff"], object), "string"),
        (np.full(5, np.nan), ""),
        (np.array([[1.7e308, -1.7e308], [0, 1]]), ""),
        (np.array([5e-324, 0.0]), ""),
        (np.array([2**64 - 1], np.uint64), ""),
        (np.zeros((1, 0, 3), np.float32), ""),
    ]
    window = opened(np.zeros(1))
    for step, (array, dtype) in enumerate(values, start=2):
        _put(window, array, step, dtype)
        window.inspector.source.refresh()
        for view in VIEWS:
            _show(window, view)
            window.grab()


def test_small_floats_and_integers_of_tensorflow_are_shown_in_every_view(opened: Any) -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    window = opened(np.zeros(1))
    for step, name in enumerate(("bfloat16", "float8_e5m2", "int4"), start=2):
        matrix = np.array([[0, 1, 2], [3, 4, 5]], np.float32).astype(getattr(ml_dtypes, name)).T
        _put(window, matrix, step, name)
        window.inspector.source.refresh()
        assert window.inspector.statistics.text().startswith("min 0   max 5   mean 2.5")
        for view in VIEWS:
            _show(window, view)
            window.grab()
        assert window.inspector.plot.plot().curves[0] == [(0, 0.0), (1, 1.0), (2, 2.0)]
        assert sum(window.inspector.histogram.plot().shown.counts) == 6


def test_the_picture_shows_the_tensor_or_the_part_of_the_table(opened: Any) -> None:
    pictures = np.zeros((4, 8, 9, 3), np.uint8)
    pictures[2, :, :, 1] = 77
    window = opened(pictures)
    view = _show(window, "Picture")
    assert view.plot().figure.pictures().rgba.shape == (4, 8, 9, 4)
    window.inspector.table.axes.slice.setText("[2, :, :, 1]")
    window.inspector.table.axes.slice.editingFinished.emit()
    view.part.setChecked(True)
    assert view.plot().figure.pictures().rgba.shape == (1, 8, 9, 4)
    assert view.plot().figure.pictures().rgba[0, 0, 0].tolist() == [77, 77, 77, 255]


def test_the_histogram_counts_as_numpy_does_and_reads_bars_out(opened: Any, qtbot: Any) -> None:
    values = np.random.default_rng(1).normal(size=1000)
    window = opened(values)
    view = _show(window, "Histogram")
    view.bins.setValue(20)
    assert view.plot().shown.counts == np.histogram(values, 20)[0].tolist()
    window.grab()
    view.plot().read(float(values.min()), 0.0)
    assert view.plot().readout.text().startswith(f"{values.min():.6g} … ")


def test_large_tensors_are_counted_beside_the_window_for_the_histogram_too(opened: Any, qtbot: Any) -> None:
    values = np.linspace(0, 1, 700_000)
    window = opened(values)
    view = _show(window, "Histogram")
    qtbot.waitUntil(lambda: view.plot().shown is not None, timeout=20_000)
    assert view.plot().shown.counts == np.histogram(values, 40)[0].tolist()


def test_a_plot_draws_along_rows_or_columns(opened: Any) -> None:
    array = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, np.nan]])
    view = _show(opened(array), "Plot")
    assert view.plot().curves == [[(0, 1.0), (1, 2.0), (2, 3.0)], [(0, 10.0), (1, 20.0)]]
    view.along.setCurrentIndex(1)
    assert view.plot().curves[0] == [(0, 1.0), (1, 10.0)]
    assert [line.name for line in view.plot().lines] == ["axis 0: 0", "axis 0: 1", "axis 0: 2"]


def test_a_large_tensor_is_plotted_beside_the_window(opened: Any, qtbot: Any) -> None:
    values = np.zeros(3_000_000, np.float32)
    values[2_345_678] = 7
    view = _show(opened(values), "Plot")
    qtbot.waitUntil(lambda: not view.plot().is_empty, timeout=20_000)
    assert (2_345_678, 7.0) in view.plot().curves[0]


def test_a_long_plot_keeps_each_peak() -> None:
    values = np.zeros(1_000_003, np.float32)
    for place in (0, 500_000, 1_000_002):
        values[place] = 9
    values[123_456] = -9
    values[222_222] = np.nan
    points = thinned(values, range(len(values)))
    assert len(points) <= 2 * STRETCHES + 1002
    assert {(0, 9.0), (500_000, 9.0), (1_000_002, 9.0), (123_456, -9.0)} <= set(points)
    assert thinned(np.array([1.0, np.nan, 3.0]), range(10, 16, 2)) == [(10, 1.0), (14, 3.0)]


def test_the_last_steps_are_retained_and_one_can_go_back_to_them(opened: Any, qtbot: Any) -> None:
    window = opened(np.array([1.0, 5.0]))
    for step in range(2, 6):
        _put(window, np.array([step, step * 10.0]), step)
    window.inspector.source.refresh()
    view = _show(window, "Steps")
    window.inspector.table.grid.select(1, 0)
    window.inspector._show_view()
    assert view.plot().curves == [[(1, 5.0), (2, 20.0), (3, 30.0), (4, 40.0), (5, 50.0)]]
    view.of.setCurrentIndex(view.of.findData("range"))
    assert view.plot().curves[0] == [(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0), (5, 5.0)]
    view.slider.setFocus()
    qtbot.keyClick(view.slider, Qt.Key.Key_Home)
    assert window.inspector.source.value.array.tolist() == [1.0, 5.0]
    assert "step 1   frozen" in window.inspector.facts.text()
    assert window.freeze.isChecked()
    _put(window, np.array([9.0, 9.0]), 6)
    window.inspector.source.refresh()
    assert window.inspector.source.value.array.tolist() == [1.0, 5.0]
    qtbot.mouseClick(window.freeze, Qt.MouseButton.LeftButton)
    assert window.inspector.source.value.array.tolist() == [9.0, 9.0]


def test_retained_steps_stay_within_bounds(opened: Any) -> None:
    from app.editor.results.recorder import MOST_STEPS

    window = opened(np.array(1.0))
    for step in range(2, 2000):
        _put(window, np.array(float(step)), step)
    steps = [step for step, _ in window.inspector.source.retained()]
    assert MOST_STEPS / 2 <= len(steps) <= MOST_STEPS
    assert (steps[0], steps[-1]) == (1, 1999)
    gaps = np.diff(steps[:-1])
    assert gaps.max() <= 2 * gaps.min()  # every part of the run is as fine as any other
    view = _show(window, "Steps")
    assert view.plot().readout.text() == f"{len(steps):,} of 1,999 steps sampled"
    window.test_store.restart("page")
    assert window.inspector.source.retained() == []


def test_text_is_decoded_and_what_is_left_out_is_counted() -> None:
    assert strings_text(np.array(["한글".encode(), b"b\nc"], object)) == "[0]\n한글\n[1]\nb\nc"
    many = strings_text(np.array([b"x"] * 1500, object))
    assert many.endswith("… and 500 more strings")
    assert numbers_text(np.array([[1, -20], [300, 4]])) == "  1  -20\n300    4"
    assert "… and 100 more rows" in numbers_text(np.zeros((600, 2), np.int8))


def _export(window: InspectorWindow, path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(
        window.inspector.reported, check_params_cb=lambda words: words.startswith("Exported")
    ):
        window.inspector.export(path.suffix)
    assert window.where.text() == f"Exported {path}"


@pytest.mark.parametrize(
    ("array", "dtype"),
    [
        (np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 7, ""),
        (np.array(2**53 + 1), ""),
        (np.zeros((0, 3)), ""),
        (np.array([[1 + 2j]]), ""),
        (np.broadcast_to(np.int8(3), (5, 4)), ""),
    ],
)
def test_exported_arrays_are_read_back_exactly(
    opened: Any, array: Any, dtype: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    window = opened(array, dtype)
    _export(window, tmp_path / "v.npy", monkeypatch, qtbot)
    _export(window, tmp_path / "v.npz", monkeypatch, qtbot)
    for read in (np.load(tmp_path / "v.npy"), np.load(tmp_path / "v.npz")["value"]):
        np.testing.assert_array_equal(read, array)
        assert read.dtype == np.asarray(array).dtype
    assert sorted(p.name for p in tmp_path.glob("*v*")) == ["v.npy", "v.npz"]  # nothing half-written stays


def _csv(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8").splitlines()))


def test_csv_holds_rows_and_columns_or_indices(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    matrix = np.array([[0.1, 2.0], [3.0, np.nan]], np.float32)
    _export(opened(matrix), tmp_path / "m.csv", monkeypatch, qtbot)
    np.testing.assert_array_equal(np.loadtxt(tmp_path / "m.csv", delimiter=",", dtype=np.float32), matrix)
    _export(opened(np.arange(8).reshape(2, 2, 2)), tmp_path / "c.csv", monkeypatch, qtbot)
    rows = _csv(tmp_path / "c.csv")
    assert rows[0] == ["axis 0", "axis 1", "axis 2", "value"]
    assert rows[6] == ["1", "0", "1", "5"]
    _export(
        opened(np.array([b'a,"b', "한".encode()], object), "string"), tmp_path / "s.csv", monkeypatch, qtbot
    )
    assert _csv(tmp_path / "s.csv") == [['a,"b'], ["한"]]


def test_a_picture_is_exported_with_the_tensors_own_pixels(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    array = np.random.default_rng(2).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    window = opened(array)
    _show(window, "Picture")
    _export(window, tmp_path / "p.png", monkeypatch, qtbot)
    image = QImage(str(tmp_path / "p.png"))
    assert (image.width(), image.height()) == (7, 5)
    for row, column in ((0, 0), (4, 6), (2, 3)):
        assert image.pixelColor(QPoint(column, row)).getRgb()[:3] == tuple(array[row, column].tolist())


def test_a_file_that_cannot_be_written_is_said(
    opened: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    window = opened(np.zeros(2))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "v.npy"), ""))
    with qtbot.waitSignal(
        window.inspector.reported, check_params_cb=lambda words: words.startswith("Not exported")
    ):
        window.inspector.export(".npy")


def test_copying_takes_what_the_view_shows(opened: Any, qtbot: Any) -> None:
    window = opened(np.array([[1, 2], [3, 4]], np.uint8))
    window.inspector.table.grid.select_all()
    qtbot.mouseClick(window.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "1\t2\n3\t4"
    _show(window, "Picture")
    qtbot.mouseClick(window.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().image().size().width() == 2


def test_closing_calls_off_what_is_being_counted(opened: Any) -> None:
    window = opened(np.zeros(1))
    _put(window, np.broadcast_to(np.float32(1), (30_000, 10_000)), 2)
    window.inspector.source.refresh()
    assert window.inspector.analysis.is_busy
    window.close()  # waits for a piece, not for the tensor


def test_an_inspector_of_a_page_that_runs_fast_is_not_overrun(qtbot: Any) -> None:
    store = ResultStore()
    inspector = Inspector(store, "page", "a.output")
    qtbot.addWidget(inspector)
    shown: list[int] = []
    inspector.source.changed.connect(lambda: shown.append(inspector.source.step))
    for step in range(1, 1001):
        store.put("page", {"a.output": TensorValue("int64", np.array([step]))}, step)
    qtbot.waitUntil(lambda: inspector.source.step == 1000)
    assert len(shown) < 20
