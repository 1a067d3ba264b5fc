"""The window of a sweep: what is varied above, the table as it grows below, and its plots beside that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QSplitter,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.document.model.sentence import Unreadable
from app.editor.plots.sweep_plots import ParallelPlot, ScatterPlot
from app.editor.runs.sweep_run import SweepSettings
from app.editor.sweeps.pin_list import PinList
from app.editor.sweeps.table_model import SortedRows, SweepTable
from app.editor.widgets.narrow import WrappedLabel
from app.editor.widgets.plain_text import PlainLabel, unstarred
from app.editor.widgets.side_window import SideWindow
from app.engine.sweeps.cases import Choice, cases_of
from app.engine.sweeps.table import Columns, Table, TableFault
from app.engine.sweeps.varied import varied, words_of
from app.messages import error_text, message_of

if TYPE_CHECKING:
    from app.engine.sweeps.cases import Case
    from app.engine.sweeps.rows import Row

_WAYS = {"Every combination": "all", "Zipped": "zip", "At random": "random"}
_REFRESH_MS = 250  # the plots are drawn at most so often while rows come
_MOST = 100_000
_SIZE = (1080, 620)


class SweepWindow(SideWindow):
    """``run_requested`` carries SweepSettings; ``page_requested`` the texts of a row, by pin, and its seed."""

    run_requested = Signal(SweepSettings)
    stop_requested = Signal()
    page_requested = Signal(int, object, object)  # the run's number, texts by pin, the seed

    def __init__(self, page: str, pins: Mapping[str, str], chosen: Sequence[str], parent: QWidget) -> None:
        """Offer the pins of a page; ``chosen`` are varied at first."""
        super().__init__(parent)
        self.setWindowTitle(unstarred(f"Sweep of {page}"))
        self.page, self._running = page, False
        self._cases: list[Case] = []
        self.pins = PinList(pins, self)
        self._make_controls()
        self.table = SweepTable()
        self._sorted = SortedRows(self)
        self._sorted.setSourceModel(self.table)
        self.view = QTableView(self)
        self.view.setModel(self._sorted)
        self.view.setSortingEnabled(True)
        self.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.verticalHeader().setVisible(False)
        self.view.setAccessibleName("Runs")
        self.view.doubleClicked.connect(lambda _: self._open_row())
        self.view.selectionModel().currentRowChanged.connect(self._on_row)
        self._make_plots()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh_plots)
        for pin in chosen:
            self.pins.add(pin)
        self.pins.changed.connect(self._check)
        self.resize(*_SIZE)
        self._check()
        self.refresh_plots()

    # --- what it is made of
    def _make_controls(self) -> None:
        self.way = QComboBox(self)
        self.way.addItems(list(_WAYS))
        self.way.setAccessibleName("Which combinations")
        self.count = _number(self, 1, _MOST, 20, "How many combinations")
        self.seeds = _number(self, 0, _MOST, 0, "Seeds for each combination")
        self.seeds.setSpecialValueText("the page's own")
        self.jobs = _number(self, 1, 64, 1, "Runs at a time")
        self.fetch = QLineEdit(self)
        self.fetch.setPlaceholderText("those wired to the sessions")
        self.fetch.setToolTip("Outputs that the table shows, BLOCK.PIN, apart by blanks")
        self.fetch.setAccessibleName("Outputs")
        self.start = QPushButton("&Run", self)
        self.halt = QPushButton("&Stop", self)
        self.open_row = QPushButton("&Open as a page", self)
        self.open_row.setToolTip("Add a page with the values of the selected run; Ctrl+Z takes it away again")
        self.save = QPushButton("&Export…", self)
        self.words = WrappedLabel(parent=self)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(True)
        self.way.currentTextChanged.connect(self._check)
        for box in (self.count, self.seeds):
            box.valueChanged.connect(self._check)
        self.start.clicked.connect(self._on_start)
        self.halt.clicked.connect(self.stop_requested)
        self.open_row.clicked.connect(self._open_row)
        self.save.clicked.connect(self.export)

    def _make_plots(self) -> None:
        self.parallel, self.scatter = ParallelPlot(self), ScatterPlot(self)
        self.across, self.up = QComboBox(self), QComboBox(self)
        self.across.setAccessibleName("Across")
        self.up.setAccessibleName("Upwards")
        self.log_across, self.log_up = QCheckBox("Logarithmic", self), QCheckBox("Logarithmic", self)
        for box in (self.across, self.up):
            box.activated.connect(lambda _: self.refresh_plots())
        for tick in (self.log_across, self.log_up):
            tick.toggled.connect(lambda _: self.refresh_plots())
        self.scatter.clicked.connect(self.choose)
        for plot in (self.parallel, self.scatter):
            plot.reported.connect(self.words.setText)

    def _lay_out(self) -> None:
        controls = QHBoxLayout()
        for part in (
            self.way, self.count, PlainLabel("Seeds", self), self.seeds, PlainLabel("At a time", self), self.jobs,
            PlainLabel("Outputs", self), self.fetch, self.start, self.halt,
        ):  # fmt: skip
            controls.addWidget(part, 1 if part is self.fetch else 0)
        beside = QWidget(self)
        choosing = QHBoxLayout()
        for chooser in (self.across, self.log_across, PlainLabel("against", self), self.up, self.log_up):
            choosing.addWidget(chooser)
        choosing.addStretch(1)
        inside = QVBoxLayout(beside)
        inside.setContentsMargins(0, 6, 0, 0)
        inside.addLayout(choosing)
        inside.addWidget(self.scatter, 1)
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self.parallel, "Parallel axes")
        self.tabs.addTab(beside, "Scatter")
        parts = QSplitter(Qt.Orientation.Horizontal, self)
        parts.addWidget(self.view)
        parts.addWidget(self.tabs)
        parts.setSizes([_SIZE[0] // 2, _SIZE[0] // 2])
        foot = QHBoxLayout()
        foot.addWidget(self.progress, 1)
        foot.addWidget(self.open_row)
        foot.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        for row in (self.pins, controls, self.words, parts, foot):
            if isinstance(row, QWidget):
                layout.addWidget(row, 1 if row is parts else 0)
            else:
                layout.addLayout(row)

    # --- what is asked for
    def settings(self) -> SweepSettings:
        """Return what is to be run; raises Unreadable."""
        pins = tuple(varied(pin, words_of(text)) for pin, text in self.pins.texts().items())
        seeds = self.seeds.value() or None
        choice = Choice(_WAYS[self.way.currentText()], self.count.value(), seeds)  # type: ignore[arg-type]
        return SweepSettings(
            pins=pins, choice=choice, fetch=tuple(self.fetch.text().split()), jobs=self.jobs.value()
        )

    def _check(self) -> None:
        """Say how many runs there will be, or what is wrong."""
        self.count.setVisible(_WAYS[self.way.currentText()] == "random")
        words, fits = "Choose the pins that are to take other values", False
        if self.pins.fields:
            try:
                settings = self.settings()
                count = len(cases_of(settings.pins, settings.choice))
                words, fits = f"{count:,} {'run' if count == 1 else 'runs'}", True
            except Unreadable as fault:
                words = error_text(fault)
        self.words.setText(words)
        self._fits = fits
        self._show_state()

    def _show_state(self) -> None:
        self.start.setEnabled(self._fits and not self._running)
        self.halt.setEnabled(self._running)
        self.save.setEnabled(bool(self.table_rows()) and not self._running)
        self.open_row.setEnabled(self.chosen() is not None)

    def _on_start(self) -> None:
        settings = self.settings()
        self._cases = cases_of(settings.pins, settings.choice)
        self.run_requested.emit(settings)

    # --- following the sweep
    def begin(self, pins: Sequence[str], keys: Sequence[str], count: int) -> None:
        """Show an empty table: so many runs come."""
        self.table.begin(Columns(tuple(pins), tuple(keys)))
        self.progress.setRange(0, count)
        self.progress.setValue(0)
        heads = list(self.table.columns.names[1:-2])  # up to the seconds
        for box, at in ((self.across, 0), (self.up, len(pins) + 1)):
            box.clear()
            box.addItems(heads)
            box.setCurrentIndex(min(at, len(heads) - 1))
        self.refresh_plots()

    def add(self, rows: Sequence[Row]) -> None:
        """Show further rows."""
        self.table.add(rows)
        self.progress.setValue(len(self.table.rows))
        if not self._timer.isActive():
            self._timer.start()
        seeded = any(row.seed is not None for row in self.table.rows[:1])
        seed = len(self.table.columns.pins) + 1
        for column in range(self.table.columnCount()):  # the seed had another place with other pins
            self.view.setColumnHidden(column, column == seed and not seeded)

    def set_running(self, running: bool, words: str = "") -> None:
        """Show whether the sweep is at it, and say something."""
        self._running = running
        if words:
            self.words.setText(words)
        if not running:
            self.refresh_plots()
            self.view.resizeColumnsToContents()
        self._show_state()

    def table_rows(self) -> list[Row]:
        """Return the rows so far."""
        return self.table.rows if hasattr(self, "table") else []

    def refresh_plots(self) -> None:
        """Draw the rows as they are now."""
        table = self.table
        columns = list(zip(*map(table.cells, table.rows), strict=True)) or [()] * len(table.columns.names)
        shown = table.shown_columns() if table.rows else []
        self.parallel.why = "" if table.rows else "No run has ended yet"
        self.parallel.set_columns([table.columns.names[i] for i in shown], [columns[i] for i in shown])
        across, up = self.across.currentIndex() + 1, self.up.currentIndex() + 1
        if across and up:
            heads = (self.across.currentText(), self.up.currentText())
            log = (self.log_across.isChecked(), self.log_up.isChecked())
            self.scatter.set_points(heads, columns[across], columns[up], log)

    # --- a row
    def chosen(self) -> Row | None:
        """Return the selected run, or None."""
        rows = self.view.selectionModel().selectedRows() if hasattr(self, "view") else []
        return self.table.rows[self._sorted.mapToSource(rows[0]).row()] if rows else None

    def choose(self, row: int) -> None:
        """Select a row of the table."""
        self.view.selectRow(self._sorted.mapFromSource(self.table.index(row, 0)).row())

    def _on_row(self, current: QModelIndex, before: QModelIndex) -> None:
        row = self._sorted.mapToSource(current).row() if current.isValid() else None
        self.parallel.choose(row)
        self.scatter.choose(row)
        QTimer.singleShot(0, self, self._show_state)  # the selection follows

    def _open_row(self) -> None:
        row = self.chosen()
        if row is not None:
            texts = dict(zip(self.table.columns.pins, row.texts, strict=True))
            self.page_requested.emit(row.number, texts, row.seed)

    # --- the end
    def export(self) -> None:
        """Ask for a file and write the table."""
        kinds = "Table (*.csv);;JSON (*.json)"
        chosen, kind = QFileDialog.getSaveFileName(self, "Export", "sweep.csv", kinds)
        if chosen:
            path = Path(chosen)
            if path.suffix not in (".csv", ".json"):
                path = path.with_name(path.name + (".json" if "json" in kind else ".csv"))
            self.words.setText(self.write(path))

    def write(self, path: Path) -> str:
        """Write the table in the place of what the file has; return a line about that."""
        try:
            path.unlink(missing_ok=True)
            with Table(path, self.table.columns, self._cases, message_of) as table:
                for row in sorted(self.table.rows, key=lambda row: row.number):
                    table.add(row)
        except (OSError, TableFault) as fault:
            return f"Not exported: {fault}"
        return f"Exported {path}"


def _number(parent: QWidget, low: int, high: int, value: int, name: str) -> QSpinBox:
    box = QSpinBox(parent)
    box.setRange(low, high)
    box.setValue(value)
    box.setAccessibleName(name)
    box.setToolTip(name)
    return box
