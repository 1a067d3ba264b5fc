"""The axes of curves: round ticks, and where points are drawn, on linear and logarithmic ones, whatever the range."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QRectF

from app.editor.tensor_views.axes import Axis, decades, points_of, ticks
from app.editor.tensor_views.curve_figure import fewer

_AREA = QRectF(10, 20, 200, 100)


@pytest.mark.parametrize(
    ("axis", "value", "part"),
    [
        (Axis(0, 10, []), 2.5, 0.25),
        (Axis(-1, 1, []), 1, 1.0),
        (Axis(0, 1e-320, []), 5e-321, 0.5),
        (Axis(-1.5e308, 1.5e308, []), 0.0, 0.5),
        (Axis(1, 10_000, [], log=True), 100, 0.5),
    ],
)
def test_a_value_lies_at_its_part_of_the_axis(axis: Axis, value: float, part: float) -> None:
    (point,) = points_of(_AREA, Axis(0, 4, []), axis, [(1, value)])
    assert math.isclose(point.x(), 10 + 200 * 0.25)
    assert math.isclose(point.y(), 120 - 100 * part, abs_tol=0.1)
    (turned,) = points_of(_AREA, axis, Axis(0, 4, []), [(value, 1)])
    assert math.isclose(turned.x(), 10 + 200 * part, abs_tol=0.1)


def test_what_is_left_of_many_points_keeps_ends_and_extremes() -> None:
    points = [(step, math.sin(step / 50)) for step in range(4000)]
    points[1234] = (1234, 9.0)
    points[1235] = (1235, -9.0)
    chosen = fewer(points, 200)
    assert len(chosen) <= 2 * 200 + 2
    assert chosen == sorted(chosen)
    assert {points[0], points[1234], points[1235], points[-1]} <= set(chosen)
    assert fewer(points[:300], 200) == points[:300]


def test_ticks_are_round_and_few() -> None:
    assert ticks(0, 1, 5) == [0, 0.2, 0.4, 0.6, 0.8, 1.0] or ticks(0, 1, 5) == [0, 0.5, 1.0]
    assert ticks(-0.013, 0.71, 4) == [0, 0.2, 0.4, 0.6]
    assert ticks(1, 500, 6) == [100, 200, 300, 400, 500]
    assert decades(0.001, 1000, 10) == [10.0**n for n in range(-3, 4)]
    assert decades(1e-12, 1, 5) == [1e-12, 1e-9, 1e-6, 1e-3, 1.0]
