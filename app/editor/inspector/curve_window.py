"""The curves of a monitor in a window of their own: zoomed, read out, smoothed, with earlier runs, exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.editor.inspector.views import row_of
from app.editor.monitors.curve import reason_of
from app.editor.monitors.options import Options
from app.editor.plots.controls import CurveControls
from app.editor.plots.curve_plot import CurvePlot
from app.editor.plots.lines import Line
from app.editor.values.series import sampled_note
from app.editor.widgets.plain_text import unstarred
from app.editor.widgets.side_window import SideWindow

if TYPE_CHECKING:
    from app.document.model.diagram import Monitor
    from app.editor.monitors.history import Histories
    from app.editor.results.store import ResultStore

_REFRESH_MS = 60  # draws at most so often while a run streams


class CurveWindow(SideWindow):
    """Follows the pins of a curve."""

    def __init__(
        self, store: ResultStore, page: str, monitor: Monitor, histories: Histories, parent: QWidget
    ) -> None:
        """Open over the parent; closing deletes it."""
        super().__init__(parent)
        self.setWindowTitle(unstarred(monitor.options.get("title") or ", ".join(monitor.pins)))
        self.page, self.monitor = page, monitor
        self._store, self._histories = store, histories
        self._series = [histories.follow(pin) for pin in monitor.pins]
        options = Options(monitor.options)
        self._names, self._colours = options.texts("names"), options.colours("colours")
        self.controls = CurveControls(self, over_steps=True)
        for box, name in ((self.controls.log, "log"), (self.controls.log_x, "log_x")):
            with QSignalBlocker(box):
                box.setChecked(options.flag(name, False))
        self.plot = CurvePlot(self)
        self.plot.name = monitor.id
        self.plot.reported.connect(self._on_report)
        self.controls.changed.connect(self.refresh)
        self.controls.fit_requested.connect(self.plot.fit)
        self.controls.export_requested.connect(self.plot.open_menu)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row_of(self.controls, None, parent=self))
        layout.addWidget(self.plot, 1)
        self.resize(820, 520)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)
        store.changed.connect(self._on_changed)
        store.restarted.connect(self._on_changed)
        store.renamed.connect(self._on_renamed)
        self.refresh()

    def refresh(self) -> None:
        """Draw the curves as they are now."""
        earlier = list(reversed(self._histories.earlier))
        self.controls.set_runs([run.name for run in earlier])
        lines = [self._line(number, series.points) for number, series in enumerate(self._series)]
        for run in earlier:
            if self.controls.shows(run.name):
                lines += [
                    self._line(number, run.points[pin], run.name)
                    for number, pin in enumerate(self.monitor.pins)
                    if pin in run.points
                ]
        self.plot.set_lines(lines, self.controls.scale())
        self.plot.set_note(sampled_note(self._series))
        has_points = any(line.points for line in lines)
        self.plot.why = (
            reason_of(self._store, self.page, self.monitor, has_points) if self.plot.is_empty else ""
        )

    def _line(self, number: int, points: list[tuple[int, float]], run: str = "") -> Line:
        """Return a curve; one of an earlier run has a colour of its own, as only the last run's are chosen."""
        name = self._names[number] if number < len(self._names) else self.monitor.pins[number]
        own = self._colours[number] if number < len(self._colours) and not run else None
        return Line(name, points, run, own)

    def _on_changed(self, page: str) -> None:
        if page == self.page and not self._timer.isActive():
            self._timer.start()

    def _on_renamed(self, old: str, new: str) -> None:
        if self.page == old:
            self.page = new

    def _on_report(self, words: str) -> None:
        self.plot.set_note(words)
