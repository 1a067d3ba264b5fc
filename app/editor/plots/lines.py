"""The lines of a curve plot as plain data, and their rows as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.editor.values.series import Point
from app.editor.values.smoothing import smoothed


@dataclass(frozen=True)
class Line:
    """One curve: its name, the earlier run that it is of (if any), its points, a colour in place of the theme's."""

    name: str
    points: Sequence[Point]
    run: str = ""
    colour: tuple[int, int, int] | None = None

    @property
    def title(self) -> str:
        """Return the name with the run."""
        return f"{self.name}  ({self.run})" if self.run else self.name


@dataclass(frozen=True)
class Scale:
    """How lines are drawn: logarithmic axes, and the weight of the past in the smoothed ones (0: as they are)."""

    log: bool = False
    log_x: bool = False
    weight: float = 0.0

    def fits(self, point: Point) -> bool:
        """Return whether a point can be on these axes."""
        return (not self.log or point[1] > 0) and (not self.log_x or point[0] > 0)


def table_of(lines: Sequence[Line], weight: float = 0.0) -> list[list[str]]:
    """Return a head and a row for each step with a column for each line, empty where it has no point.

    With a ``weight`` each line has a second column of its smoothed values. Numbers are written with every digit.
    """
    columns = [(line.title, dict(line.points)) for line in lines]
    if weight:
        columns = [
            column
            for line, plain in zip(lines, columns, strict=True)
            for column in (plain, (f"{line.title} smoothed {weight:g}", dict(smoothed(line.points, weight))))
        ]
    steps = sorted(set().union(*(values for _, values in columns)))
    rows = [["step", *(title for title, _ in columns)]]
    for step in steps:
        rows.append([str(step), *(repr(v[step]) if step in v else "" for _, v in columns)])
    return rows
