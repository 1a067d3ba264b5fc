"""Rows over parallel axes and as points."""

from __future__ import annotations

from typing import Any

from app.editor.plots.sweep_plots import ParallelPlot, ScatterPlot


def test_a_line_is_read_out_where_it_passes(qtbot: Any) -> None:
    plot = ParallelPlot()
    qtbot.addWidget(plot)
    plot.set_columns(["rate", "cost"], [["0.1f", "0.2f", "0.3f"], [3.0, None, 1.0]])
    assert (plot.row_at(0.2, 0.51), plot.row_at(1.0, 0.0), plot.row_at(1.0, 0.5)) == (1, 2, None)
    assert plot.text_at(1.0, 1.0) == "rate: 0.1f  cost: 3.0"
    assert plot.table() == [["rate", "cost"], ["0.1f", "3.0"], ["0.2f", "None"], ["0.3f", "1.0"]]
    plot.choose(2)
    plot.set_columns([], [])
    assert plot.row_at(0, 0) is None


def test_points_are_the_rows_with_numbers_and_a_click_gives_the_row(qtbot: Any) -> None:
    plot = ScatterPlot()
    qtbot.addWidget(plot)
    xs, ys = ["0.1f", "{1}", "10.0f", "-1.0f"], [1.0, 2.0, 100.0, 3.0]
    plot.set_points(("rate", "cost"), xs, ys, (False, False))
    assert [row for row, _, _ in plot.points] == [0, 2, 3]
    plot.set_points(("rate", "cost"), xs, ys, (True, True))
    assert plot.points == [(0, 0.1, 1.0), (2, 10.0, 100.0)]
    with qtbot.waitSignal(plot.clicked, check_params_cb=lambda row: row == 2):
        plot._spots.sigClicked.emit(plot._spots, plot._spots.points()[1:], None)
    plot.set_points(("rate", "cost"), ["a"], [None], (False, False))
    assert plot.why
