"""The values of pins over the steps of the last runs, for the curves of a page; they outlive what draws them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.editor.monitors.element import look_up
from app.editor.values.series import Point, Series, sampled_note

if TYPE_CHECKING:
    from app.editor.results.store import ResultStore
    from app.engine.ipc.messages import Cell


MOST_EARLIER = 4  # runs before the last one


@dataclass(frozen=True)
class EarlierRun:
    """A run that another has followed: its name and the points of each pin, as fine as they were drawn."""

    name: str
    points: dict[str, list[Point]]


class Histories(QObject):
    """The series of the pins that a page's curves show: from the rows of watched pins, else from samples."""

    def __init__(self, store: ResultStore, page: str, parent: QObject | None = None) -> None:
        """Follow a page's results."""
        super().__init__(parent)
        self._store, self._page = store, page
        self._series: dict[str, Series] = {}
        self._step: int | None = None
        self._by_rows: set[str] = set()  # pins with a value for every step
        self._number = 1  # of the run that is under way, or was last
        self.earlier: deque[EarlierRun] = deque(maxlen=MOST_EARLIER)
        store.changed.connect(self._on_changed)
        store.restarted.connect(self._on_restarted)
        store.renamed.connect(self._on_renamed)

    def follow(self, pin: str) -> Series:
        """Return the series of a pin, from now on; it begins with the value that is there."""
        if pin not in self._series:
            self._series[pin] = Series()
            self._add(pin, self._store.page(self._page).step)
        return self._series[pin]

    def runs(self, pin: str) -> list[tuple[str, list[Point], str]]:
        """Return the runs in which a pin was followed, the last one first; [] for other pins.

        Of each its name, its points and, of the last one, what is not sampled.
        """
        if pin not in self._series:
            return []
        last = self._series[pin]
        earlier = [(run.name, run.points[pin], "") for run in reversed(self.earlier) if pin in run.points]
        return [(f"run {self._number}", last.points, sampled_note([last])), *earlier]

    def pins(self) -> list[str]:
        """Return the pins that are followed."""
        return list(self._series)

    def add_rows(
        self, pins: Sequence[str], first: int, rows: Sequence[Sequence[Cell]], every: int = 1
    ) -> None:
        """Take the values of every so many steps, a row a step, a column a pin.

        Where a step gives one value for each round of a loop, the series is that of the last step's rounds.
        """
        self._by_rows.update(pins)
        for column, pin in enumerate(pins):
            series = self._series.get(pin)
            if series is None:
                continue
            cells = [row[column] for row in rows]
            rounds = next((cell for cell in reversed(cells) if isinstance(cell, tuple)), None)
            if rounds is not None:
                series.clear()
                series.extend(1, rounds)
            else:
                series.extend(first, [cell for cell in cells if not isinstance(cell, tuple)], every)

    def go_back(self, step: int) -> None:
        """Forget the values of later steps, which are done anew."""
        for series in self._series.values():
            series.go_back(step)

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
            if pin not in self._by_rows:
                self._add(pin, results.step)

    def _on_restarted(self, page: str) -> None:
        if page == self._page:
            self._put_away()
            self._step = None
            self._by_rows.clear()
            for series in self._series.values():
                series.clear()

    def _put_away(self) -> None:
        """Hold the points of the run that has ended; without any the number stays for the run that begins."""
        if not self._store.page(self._page).values:  # the page's results are forgotten
            self.earlier.clear()
            self._number = 1
            return
        points = {pin: list(series.points) for pin, series in self._series.items() if series.points}
        if points:
            self.earlier.append(EarlierRun(f"run {self._number}", points))
            self._number += 1

    def _on_renamed(self, old: str, new: str) -> None:
        if self._page == old:
            self._page = new
