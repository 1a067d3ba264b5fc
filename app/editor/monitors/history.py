"""The values of pins over the steps of a run, in bounded memory: old ones are thinned to extremes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.editor.monitors.element import look_up

if TYPE_CHECKING:
    from app.editor.results_store import ResultStore

LIMIT = 1024  # points of one series; more than a monitor has pixels
_GROUP = 4

Point = tuple[int, float]


class Series:
    """One value by step. When full, each group of four points is thinned to its least and greatest one."""

    def __init__(self) -> None:
        """Make an empty series."""
        self.points: list[Point] = []  # (step, value), finite values only, by step
        self.current: float | None = None
        self.not_finite = 0  # how many NaN and infinite values came

    def clear(self) -> None:
        """Forget everything."""
        self.points.clear()
        self.current, self.not_finite = None, 0

    def add(self, step: int, value: float) -> None:
        """Take the value of a step."""
        self.current = value
        if not math.isfinite(value):
            self.not_finite += 1
            return
        if len(self.points) >= LIMIT:
            self._thin()
        self.points.append((step, value))

    def _thin(self) -> None:
        first, *middle, last = self.points
        kept = [first]
        for at in range(0, len(middle), _GROUP):
            group = middle[at : at + _GROUP]
            extremes = {min(group, key=_value), max(group, key=_value)}
            kept.extend(sorted(extremes))
        self.points = [*kept, last]


class Histories(QObject):
    """The series of the pins that a page's curves show; they outlive the widgets that draw them."""

    def __init__(self, store: ResultStore, page: str, parent: QObject | None = None) -> None:
        """Follow a page's results."""
        super().__init__(parent)
        self._store, self._page = store, page
        self._series: dict[str, Series] = {}
        self._step: int | None = None
        store.changed.connect(self._on_changed)
        store.restarted.connect(self._on_restarted)
        store.renamed.connect(self._on_renamed)

    def follow(self, pin: str) -> Series:
        """Return the series of a pin, from now on; it begins with the value that is there."""
        if pin not in self._series:
            self._series[pin] = Series()
            self._add(pin, self._store.page(self._page).step)
        return self._series[pin]

    def _add(self, pin: str, step: int) -> None:
        value = look_up(self._store, self._page, pin).number()
        if value is not None:
            self._series[pin].add(step, value)

    def _on_changed(self, page: str) -> None:
        results = self._store.page(page)
        if page != self._page or not results.values or results.step == self._step:
            return
        self._step = results.step
        for pin in self._series:
            self._add(pin, results.step)

    def _on_restarted(self, page: str) -> None:
        if page == self._page:
            self._step = None
            for series in self._series.values():
                series.clear()

    def _on_renamed(self, old: str, new: str) -> None:
        if self._page == old:
            self._page = new


def _value(point: Point) -> float:
    return point[1]
