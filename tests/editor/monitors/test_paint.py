"""What monitors paint: a tensor's own colours, a number's digits, curves, and why there is nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage

from app.document.model.diagram import Monitor
from app.editor.monitors.factory import MonitorMaker
from app.editor.results.store import ResultStore
from app.editor.tensor_views.picture_figure import cells
from app.editor.tensor_views.pixels import pixel_text
from app.editor.widgets.theme import DARK, LIGHT
from app.engine.values.results import TensorValue

Show = Callable[..., Any]


@pytest.fixture
def show(qtbot: Any) -> Show:
    """Make a monitor of 200 x 150 of one or more pins of block ``a``, with a value."""

    def make(
        kind: str, array: Any = None, dtype: str = "", pins: tuple[str, ...] = ("a.output",), **options: Any
    ) -> Any:
        store = ResultStore()
        maker = MonitorMaker(store, "page")
        widget = maker(Monitor(id="m", kind=kind, pins=pins, options=options))
        assert widget is not None
        widget.setParent(None)
        qtbot.addWidget(widget)
        widget.test_store, widget.test_maker = store, maker
        widget.resize(200, 150)
        if array is not None:
            store.put("page", {"a.output": TensorValue(dtype or array.dtype.name, array)}, 1)
            widget.refresh()
        return widget

    return make


def _image(widget: Any) -> QImage:
    return widget.grab().toImage()


def _colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_picture_shows_the_tensors_own_colours_where_they_belong(show: Show) -> None:
    red, green, blue, grey = (255, 0, 0), (0, 255, 0), (0, 0, 255), (90, 90, 90)
    widget = show("picture", np.array([[[red, green], [blue, grey]]], np.uint8))
    image = _image(widget)
    (place,) = cells(QRectF(6, 6, 188, 150 - 6 - _caption_height(widget)), (1, 2, 2))
    step = place.width() / 2
    for row, col, colour in ((0, 0, red), (0, 1, green), (1, 0, blue), (1, 1, grey)):
        for part in (0.1, 0.5, 0.9):  # sharp: a pixel is one colour up to its edge
            x, y = place.left() + (col + part) * step, place.top() + (row + part) * step
            assert image.pixelColor(int(x), int(y)) == QColor(*colour)
    assert widget.caption() == "uint8 [1, 2, 2, 3]  0 … 255"


def test_the_pixel_under_the_mouse_is_read_out(show: Show, qtbot: Any) -> None:
    widget = show("picture", np.array([[1.5, 2.5], [3.5, 4.5]]))
    with qtbot.waitExposed(widget):
        widget.show()
    _image(widget)
    (cell,) = widget.figure.cells
    qtbot.mouseMove(widget, (cell.topLeft() + (cell.bottomRight() - cell.topLeft()) * 0.75).toPoint())
    qtbot.waitUntil(lambda: widget.pixel() == "row 1, column 1: 4.5")
    qtbot.mouseMove(widget, (cell.topLeft() + QPointF(2, 2)).toPoint())
    qtbot.waitUntil(lambda: widget.pixel() == "row 0, column 0: 1.5")
    batch = np.arange(24).reshape(2, 2, 2, 3)
    assert pixel_text(batch, 1, 0, 1) == "picture 1, row 0, column 1: 15, 16, 17"


def _caption_height(widget: Any) -> float:
    from PySide6.QtGui import QFontMetricsF

    return QFontMetricsF(widget.look.font).height() + 4


@pytest.mark.parametrize(
    ("array", "why"),
    [
        (np.float32(1), "a single value makes no picture"),
        (np.zeros((1, 1, 1, 1, 1)), "rank 5"),
        (np.zeros((0, 3)), "no elements"),
        (np.zeros((2, 2), complex), "complex values"),
        (np.array([[b"x"]], object), "string values"),
    ],
)
def test_what_makes_no_picture_says_why(show: Show, array: Any, why: str) -> None:
    widget = show("picture", np.asarray(array), "whatever")
    assert widget.pictures() is None
    assert why in widget.reason()
    _image(widget)  # and can be painted


def test_what_a_picture_leaves_out_is_said(show: Show) -> None:
    assert "64 of 100" in show("picture", np.zeros((100, 5, 7, 3), np.uint8)).caption()
    assert "every 3. pixel" in show("picture", np.zeros((3000, 2000), np.uint8)).caption()


@pytest.mark.parametrize(
    ("array", "pin", "text"),
    [
        (np.float32(0.1), "a.output", "0.1"),
        (np.array([[1, 2], [3, 4]], np.int32), "a.output[1][0]", "3"),
        (np.int64(2**53 + 1), "a.output", "9007199254740993"),
        (np.float64(1 / 3), "a.output", "0.3333333"),
        (np.float32(np.nan), "a.output", "nan"),
        (np.array(True), "a.output", "True"),
        (np.array([2.5]), "a.output", "2.5"),
    ],
)
def test_a_number_is_shown(show: Show, array: Any, pin: str, text: str) -> None:
    widget = show("number", np.asarray(array), pins=(pin,))
    assert widget.text == text
    assert widget.look.lcd_text.name() in _colours(_image(widget))
    assert widget.look.lcd.name() in _colours(_image(widget))


def test_a_number_of_a_whole_matrix_says_how_to_name_an_element(show: Show) -> None:
    widget = show("number", np.zeros((2, 2)))
    assert widget.text == ""
    assert widget.why == "the shape is [2, 2]: name one element, as a.output[0][0]"


def test_a_curve_draws_each_pin_and_names_its_current_value(show: Show) -> None:
    widget = show("curve", pins=("a.output[0]", "a.output[1]"), names=["one", "two"])
    widget.resize(320, 200)
    for step in range(1, 20):
        widget.test_store.put(
            "page", {"a.output": TensorValue("float32", np.array([step, -step], "f4"))}, step
        )
    widget.refresh()
    assert widget.legend() == ["one  19", "two  -19"]
    assert [p[0] for p in widget.points()] == [(1, 1.0), (1, -1.0)]
    found = _colours(_image(widget))
    assert {widget.look.line(0).name(), widget.look.line(1).name()} <= found


def test_a_curve_of_samples_says_how_many_steps_it_has_seen(show: Show) -> None:
    widget = show("curve")
    for step in (1, 2, 3):
        widget.test_store.put("page", {"a.output": TensorValue("float32", np.float32(step))}, step)
    widget.points()
    assert widget.figure.note == ""
    widget.test_store.put("page", {"a.output": TensorValue("float32", np.float32(5))}, 1000)
    widget.points()
    assert widget.figure.note == "4 of 1,000 steps sampled"
    _image(widget)


def test_a_logarithmic_curve_leaves_out_what_is_not_above_zero(show: Show) -> None:
    widget = show("curve", log=True)
    for step, value in enumerate((1000.0, 0.0, 1.0), start=1):
        widget.test_store.put("page", {"a.output": TensorValue("float64", np.float64(value))}, step)
    assert widget.points() == [[(1, 1000.0), (3, 1.0)]]
    _image(widget)


def test_a_curve_of_equal_values_of_one_step_or_of_huge_ones_can_be_painted(show: Show) -> None:
    for values in ([3.0], [3.0, 3.0], [0.0], [-1e300, 1e300], [1e-300, 2e-300]):
        widget = show("curve")
        for step, value in enumerate(values):
            widget.test_store.put("page", {"a.output": TensorValue("float64", np.float64(value))}, step)
        assert widget.look.line(0).name() in _colours(_image(widget))


def test_the_theme_reaches_the_paint(show: Show) -> None:
    widget = show("picture", np.zeros((2, 2), np.uint8))
    for theme in (DARK, LIGHT):
        widget.set_theme(theme)
        assert _image(widget).pixelColor(1, 1) == QColor(theme.monitor_fill)


def test_strings_are_decoded_one_a_line_and_the_rest_is_counted(show: Show) -> None:
    widget = show("text", np.array(["한글".encode(), b"b"], object), "string")
    assert widget.view.toPlainText() == "한글\nb"
    many = show("text", np.zeros(510, np.int32))
    assert many.view.toPlainText().endswith("\n… and 10 more elements")


def test_a_histogram_counts_all_finite_values(show: Show) -> None:
    values = np.array([0.0, 1.0, 1.0, 3.0, np.nan])
    widget = show("histogram", values)
    assert sum(widget.counts) == 4
    assert (widget.counts[0], widget.counts[10], widget.counts[-1]) == (1, 2, 1)
    assert "1 NaN or Inf" in widget.figure.note
    assert (widget.figure.shown.low, widget.figure.shown.high) == (0.0, 3.0)
    _image(widget)


@pytest.mark.parametrize("kind", ["picture", "number", "curve", "text", "histogram"])
def test_a_monitor_without_a_value_is_calm(show: Show, kind: str) -> None:
    widget = show(kind)
    assert widget.found[0].why == "no value yet: run the page"
    assert len(_colours(_image(widget))) > 1  # the sign and the text on their ground


def test_unknown_kinds_and_monitors_without_pins_have_no_widget() -> None:
    maker = MonitorMaker(ResultStore(), "page")
    assert maker(Monitor(id="m", kind="control", pins=("a.output",))) is None
    assert maker(Monitor(id="m", kind="curve")) is None
