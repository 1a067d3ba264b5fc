"""Finds the statistics of the value shown: at once where that takes no time, else beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.editor.inspector.background import Background, Job
from app.editor.values.cancelling import never

if TYPE_CHECKING:
    from app.editor.values.statistics import Statistics
    from app.engine.values.results import TensorValue

AT_ONCE = 200_000  # elements: counted within a few milliseconds


class Analysis(QObject):
    """Of one value after the other. The answers come as signals; ``begun`` says that they will take a while.

    ``odd_found`` carries the row-major number of the next NaN or infinity, -1 where there is none.
    """

    begun = Signal()
    statistics_found = Signal(object)
    lengths_found = Signal(object)
    histogram_found = Signal(object)  # a Histogram
    plot_found = Signal(object)  # (what was asked for, curves)
    odd_found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with no value."""
        super().__init__(parent)
        self.statistics: Statistics | None = None
        self._background = Background(self)
        self._background.done.connect(self._emit)

    @property
    def is_busy(self) -> bool:
        """Return whether an answer is still to come."""
        return self._background.is_busy

    def close(self) -> None:
        """Give up what is not finished."""
        self._background.close()

    def look_at(self, value: TensorValue | None) -> None:
        """Find the statistics of a value; strings have lengths instead."""
        from app.editor.values import statistics as of

        if value is None:
            self.statistics = None
            return
        array = value.array
        if of.has_statistics(array):
            self._ask("statistics", array.size, lambda cancelled: of.statistics(array, cancelled))
        else:
            self.statistics = None
            self._ask("lengths", array.size, lambda cancelled: of.lengths(array, cancelled))

    def count(self, value: TensorValue, bins: int) -> None:
        """Count a histogram of a value."""
        from app.editor.values.distribution import distribution

        array = value.array
        self._ask("histogram", array.size, lambda cancelled: distribution(array, bins, cancelled))

    def plot(self, key: object, curves: Sequence[Any], steps: range) -> None:
        """Find the points of curves; ``key`` comes back with them."""
        from app.editor.values.series import thinned

        def job(cancelled: Callable[[], bool]) -> Any:
            return key, [thinned(values, steps, cancelled) for values in curves]

        self._ask("plot", sum(len(values) for values in curves), job)

    def find_odd(self, value: TensorValue, after: int) -> None:
        """Find the next NaN or infinity behind an element, round from the beginning."""
        from app.editor.values import statistics as of

        array = value.array
        self._ask("odd", array.size, lambda cancelled: of.next_odd(array, after, cancelled))

    def _ask(self, what: str, size: int, job: Job) -> None:
        if size <= AT_ONCE and not self._background.is_busy:
            self._emit(what, job(never))
        else:
            self.begun.emit()
            self._background.ask(what, what, job)

    def _emit(self, what: Any, found: Any) -> None:
        if what == "statistics":
            self.statistics = found
            self.statistics_found.emit(found)
        elif what == "lengths":
            self.lengths_found.emit(found)
        elif what == "plot":
            self.plot_found.emit(found)
        elif what == "histogram":
            self.histogram_found.emit(found)
        else:
            self.odd_found.emit(-1 if found is None else found)
