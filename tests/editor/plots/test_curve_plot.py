"""Curves that are zoomed, read out, smoothed, laid over those of earlier runs, and exported."""

import csv
import math
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from app.editor.plots.curve_plot import CurvePlot
from app.editor.plots.lines import Line, Scale
from app.editor.values.smoothing import smoothed

LOSS = [(step, 1.0 / step) for step in range(1, 101)]
RATE = [(step, float(step)) for step in range(1, 101)]


@pytest.fixture
def plot(qtbot: Any) -> CurvePlot:
    made = CurvePlot()
    qtbot.addWidget(made)
    made.resize(500, 320)
    made.show()
    qtbot.waitExposed(made)
    return made


def _saved(plot: CurvePlot, path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(plot.reported, check_params_cb=lambda words: words == f"Exported {path}"):
        plot.export(path.suffix)


def test_the_window_opens_without_the_library_of_the_plots() -> None:
    """It takes half a second to import; whoever plots nothing does not wait for it."""
    program = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.editor.application.main import make_application\n"
        "app = QApplication([])\n"
        "window = make_application(app).new_window()\n"
        "from blocks.assets import asset\n"
        "window.controllers.files.load(str(asset('samples', 'xor.tblocks')))\n"
        "app.processEvents()\n"
        "print('pyqtgraph' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_smoothing_is_the_mean_of_tensorboard() -> None:
    # TensorBoard's debiased mean, by hand: weights 0.5, 0.25, 0.125 of the newest three, over their sum 0.875.
    points = smoothed([(1, 8.0), (2, 0.0), (3, 4.0)], 0.5)
    assert points[0] == (1, 8.0)
    assert points[1][1] == pytest.approx((0.25 * 8 + 0.5 * 0) / 0.75)
    assert points[2][1] == pytest.approx((0.125 * 8 + 0.25 * 0 + 0.5 * 4) / 0.875)


def test_the_nearest_points_are_read_out_of_every_curve(plot: CurvePlot, qtbot: Any) -> None:
    plot.set_lines([Line("loss", LOSS)], Scale())
    plot.read(49.6, 0.3)
    assert plot.readout.text() == "50:  0.02"
    plot.set_lines([Line("loss", LOSS), Line("rate", RATE)], Scale())
    plot.read(49.6, 0.3)
    assert plot.near(49.6) == [(50, 0.02), (50, 50.0)]
    assert [label.text for _, label in plot._legend.items] == ["loss: 0.02", "rate: 50"]
    plot.leave()
    assert [label.text for _, label in plot._legend.items] == ["loss", "rate"]


def test_the_mouse_moves_the_cross_and_leaving_takes_it_away(plot: CurvePlot, qtbot: Any) -> None:
    plot.set_lines([Line("loss", LOSS)], Scale())
    viewport = plot.view.viewport()
    qtbot.mouseMove(viewport, viewport.rect().center())
    plot._on_mouse(QPointF(viewport.rect().center()))
    assert all(line.isVisible() for line in plot.cross)
    plot._on_mouse(QPointF(-50, -50))
    assert not any(line.isVisible() for line in plot.cross)


def test_logarithmic_axes_show_what_is_above_zero(plot: CurvePlot) -> None:
    plot.set_lines(
        [Line("odd", [(0, 5.0), (1, 0.0), (10, -2.0), (100, 1000.0)])], Scale(log=True, log_x=True)
    )
    assert plot.curves == [[(100, 1000.0)]]
    plot.set_lines([Line("loss", LOSS)], Scale(log=True))
    plot.image()
    low, high = plot.box.viewRange()[1]
    assert low == pytest.approx(-2, abs=0.3)
    assert high == pytest.approx(0, abs=0.3)
    plot.read(10, -1)
    assert plot.readout.text() == "10:  0.1"


def test_a_zoom_stays_while_values_come_and_fit_ends_it(plot: CurvePlot) -> None:
    plot.set_lines([Line("loss", LOSS[:50])], Scale())
    plot.box.setRange(xRange=(10, 20), yRange=(0, 0.1), padding=0)
    plot.set_lines([Line("loss", LOSS)], Scale())
    assert plot.box.viewRange()[0] == [10, 20]
    plot.fit()
    plot.image()
    assert plot.box.viewRange()[0][1] >= 100


@pytest.mark.parametrize(
    "values",
    [[1.7e308, -1.7e308], [5e-324, 0.0], [3.0, 3.0], [1e300, 1e-300], [2.0**62, 2.0**62 + 1024]],
)
def test_numbers_of_any_size_are_drawn(plot: CurvePlot, values: list[float]) -> None:
    line = Line("v", list(enumerate(values)))
    for scale in (Scale(), Scale(log=True), Scale(weight=0.9)):
        plot.set_lines([line], scale)
        plot.image()
        assert all(math.isfinite(end) for ends in plot.box.viewRange() for end in ends)


def test_the_numbers_are_exported_with_every_digit(
    plot: CurvePlot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    plot.set_lines([Line("loss", [(1, 0.1), (3, 1 / 3)]), Line("loss", [(2, 5.0)], run="run 1")], Scale())
    _saved(plot, tmp_path / "c.csv", monkeypatch, qtbot)
    rows = list(csv.reader((tmp_path / "c.csv").read_text(encoding="utf-8").splitlines()))
    assert rows == [
        ["step", "loss", "loss  (run 1)"],
        ["1", "0.1", ""],
        ["2", "", "5.0"],
        ["3", repr(1 / 3), ""],
    ]


def test_smoothed_numbers_are_exported_beside_their_own(plot: CurvePlot) -> None:
    plot.set_lines([Line("loss", [(1, 8.0), (2, 0.0)])], Scale(weight=0.5))
    assert plot.table()[0] == ["step", "loss", "loss smoothed 0.5"]
    assert plot.table()[2] == ["2", "0.0", repr(2.0 / 0.75)]


def test_png_and_svg_show_the_same_plot(
    plot: CurvePlot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    plot.set_lines([Line("loss", LOSS), Line("rate", RATE)], Scale(log=True))
    _saved(plot, tmp_path / "c.png", monkeypatch, qtbot)
    image = QImage(str(tmp_path / "c.png"))
    assert (image.width(), image.height()) == (2 * plot.view.width(), 2 * plot.view.height())
    _saved(plot, tmp_path / "c.svg", monkeypatch, qtbot)
    drawn = ElementTree.parse(tmp_path / "c.svg").getroot()
    words = " ".join(t.text or "" for t in drawn.iter("{http://www.w3.org/2000/svg}text"))
    assert "loss" in words
    assert "100" in words  # a step at the axis
    lines = [e for e in drawn.iter() if e.tag.endswith(("polyline", "path", "line"))]
    assert len(lines) > 10


def test_a_place_that_cannot_be_written_is_said(
    plot: CurvePlot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "c.csv"), ""))
    with qtbot.waitSignal(plot.reported, check_params_cb=lambda words: words.startswith("Not exported")):
        plot.export(".csv")


def test_the_right_button_opens_the_menu_of_exports(plot: CurvePlot, qtbot: Any) -> None:
    from PySide6.QtWidgets import QMenu

    plot.set_lines([Line("loss", LOSS)], Scale())
    viewport = plot.view.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.RightButton, pos=viewport.rect().center())
    qtbot.waitUntil(lambda: any(menu.isVisible() for menu in plot.findChildren(QMenu)))
    (menu,) = plot.findChildren(QMenu)
    assert [a.text() for a in menu.actions() if a.text()] == [
        "Show everything", "Numbers of the plot (*.csv)", "Picture of the plot (*.png)", "Drawing of the plot (*.svg)",
    ]  # fmt: skip
    menu.close()
