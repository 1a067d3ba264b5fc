"""Curves from pin to pin: where they begin and end, and which way they leave and come."""

from __future__ import annotations

from app.editor.canvas.routing.curves import curve
from app.editor.canvas.routing.orthogonal import Box, End

LEFT, RIGHT = Box(0, 0, 100, 60), Box(300, 200, 400, 260)


def test_a_curve_leaves_to_the_right_and_comes_from_the_left() -> None:
    points = curve(End(100, 30, LEFT), End(300, 220, RIGHT))
    assert points[0] == (100, 30)
    assert points[-1] == (300, 220)
    (ax, ay), (bx, by) = points[0], points[1]
    assert bx - ax > 4 * abs(by - ay)
    assert points[12] == (200, 125)  # half way, as both ends are alike


def test_a_curve_back_swings_out_at_both_ends() -> None:
    points = curve(End(400, 30, RIGHT), End(0, 30, LEFT))
    assert max(x for x, _ in points) > 420
    assert min(x for x, _ in points) < -20


def test_a_curve_from_a_pin_below_leaves_downwards() -> None:
    points = curve(End(50, 60, LEFT, down=True), End(300, 220, RIGHT))
    assert points[1][1] - 60 > 4 * (points[1][0] - 50)
