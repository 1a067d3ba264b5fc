"""Histograms and pictures that are zoomed, read out and exported."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from app.editor.plots.bars_plot import BarsPlot
from app.editor.plots.image_plot import ImagePlot
from app.editor.tensor_views.picture_figure import PictureFigure
from app.editor.values.distribution import distribution
from app.editor.widgets.style_sheet import dress
from app.editor.widgets.theme import DARK, LIGHT


def test_a_histogram_says_range_and_count_of_the_bar_under_the_mouse(qtbot: Any) -> None:
    plot = BarsPlot()
    qtbot.addWidget(plot)
    plot.set_histogram(distribution(np.array([0.0, 0.1, 0.2, 1.0]), 4), log=False)
    plot.read(0.1, 1)
    assert plot.readout.text() == "0 … 0.25: 3  (75 %)"
    plot.read(1.0, 1)
    assert plot.readout.text() == "0.75 … 1: 1  (25 %)"
    assert plot.table() == [
        ["from", "to", "count"], ["0.0", "0.25", "3"], ["0.25", "0.5", "0"], ["0.5", "0.75", "0"],
        ["0.75", "1.0", "1"],
    ]  # fmt: skip
    plot.set_histogram(plot.shown, log=True)
    plot.image()
    assert plot.box.viewRange()[1][1] == pytest.approx(np.log10(3), abs=0.2)


def test_a_picture_has_one_unit_for_each_pixel_and_says_its_values(qtbot: Any) -> None:
    plot = ImagePlot()
    qtbot.addWidget(plot)
    figure = PictureFigure()
    figure.set_array(np.arange(24, dtype=np.uint8).reshape(2, 4, 3), "uint8")
    plot.set_figure(figure)
    plot.read(3.5, 1.5)
    assert plot.readout.text() == "row 1, column 3: 21, 22, 23"
    plot.read(9, 9)
    assert plot.readout.text() == plot.figure.caption()
    assert plot.exports == (".png", ".svg")


def test_each_picture_of_a_batch_is_read_out(qtbot: Any) -> None:
    plot = ImagePlot()
    qtbot.addWidget(plot)
    figure = PictureFigure()
    figure.set_array(np.arange(3 * 2 * 2).reshape(3, 2, 2, 1).astype(np.float32), "float32")
    plot.set_figure(figure)
    cell = plot._cells[2]
    plot.read(cell.left() + 0.9 * cell.width(), cell.top() + 0.1 * cell.height())
    assert plot.readout.text() == "picture 2, row 0, column 1: 9.0"


def test_plots_follow_the_theme(qtbot: Any, qapp: QApplication) -> None:
    before = qapp.styleSheet(), qapp.palette()
    try:
        dress(qapp, LIGHT)
        plot = BarsPlot()
        qtbot.addWidget(plot)
        plot.show()
        plot.set_histogram(distribution(np.arange(10.0), 5), log=False)
        corner = plot.image().pixelColor(2, 2)
        assert corner.lightness() > 200
        dress(qapp, DARK)
        qtbot.waitUntil(lambda: plot.image().pixelColor(2, 2).lightness() < 80)
    finally:
        qapp.setStyleSheet(before[0])
        qapp.setPalette(before[1])


def test_no_widget_goes_while_qt_gives_all_of_them_another_theme(qtbot: Any, qapp: QApplication) -> None:
    """Qt holds the widgets that it visits: one that went meanwhile would end the program."""
    before = qapp.styleSheet(), qapp.palette()
    plot = ImagePlot()
    qtbot.addWidget(plot)
    plot.show()
    gone: list[str] = []
    try:
        dress(qapp, DARK)
        qapp.processEvents()
        figure = PictureFigure()
        figure.set_array(np.arange(16, dtype=np.float32).reshape(4, 4), "float32")
        plot.set_figure(figure)
        for widget in qapp.allWidgets():
            widget.destroyed.connect(lambda *_: gone.append("a widget"))
        dress(qapp, LIGHT)
        assert gone == []
        qtbot.waitUntil(lambda: plot.view.backgroundBrush().color().lightness() > 128)
    finally:
        qapp.setPalette(before[1])
        qapp.setStyleSheet(before[0])
