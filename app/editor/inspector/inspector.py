"""The content of an inspector: what the value is, its statistics, and one of its views."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.editor.inspector.analysis import Analysis
from app.editor.inspector.course_view import CourseView
from app.editor.inspector.exporting import Exporter
from app.editor.inspector.facts import kind_text
from app.editor.inspector.histogram_view import HistogramView
from app.editor.inspector.picture_view import PictureView
from app.editor.inspector.plot_view import PlotView
from app.editor.inspector.source import Source
from app.editor.inspector.statistics_bar import StatisticsBar
from app.editor.inspector.table_view import TableView
from app.editor.inspector.text_view import TextView
from app.editor.plots.saving import painted_svg
from app.editor.values.texts import index_text
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.results.recorder import Recorder
    from app.editor.results.store import ResultStore
    from app.engine.values.results import TensorValue

VIEWS = ("Table", "Picture", "Histogram", "Plot", "Steps", "Text")


class Inspector(QWidget):
    """Shows one output in full; stays current while the page runs. ``reported`` carries a line about what was done."""

    title_changed = Signal(str)
    reported = Signal(str)

    def __init__(
        self,
        store: ResultStore,
        page: str,
        key: str,
        parent: QWidget | None = None,
        recorder: Recorder | None = None,
        initial: Callable[[], TensorValue | None] | None = None,
    ) -> None:
        """Follow ``key`` (``block.pin`` or ``block.pin[3]``) of a page; ``recorder`` has its steps.

        ``initial`` gives the value that is there before a run.
        """
        super().__init__(parent)
        self.source = Source(store, page, key, self, recorder, initial)
        self.analysis = Analysis(self)
        self.exporter = Exporter(self)
        self._shown: TensorValue | None = None
        self.element = QComboBox(self)
        self.element.setAccessibleName("Element of the list")
        self.facts = PlainLabel(parent=self)
        self.facts.setObjectName("faint")
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.facts.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.statistics = StatisticsBar(self)
        self.table = TableView(self)
        self.picture = PictureView(self)
        self.histogram = HistogramView(self.analysis, self)
        self.plot = PlotView(self.analysis, self)
        self.course = CourseView(self)
        self.text = TextView(self)
        self.reason = PlainLabel(parent=self)
        self.reason.setObjectName("emptyState")
        self.reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.reason.setWordWrap(True)
        self._lay_out()
        self._connect()
        self._show()

    def _lay_out(self) -> None:
        self.tabs = QTabBar(self)
        self.tabs.setAccessibleName("Views of the value")
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self._views = QStackedWidget(self)
        for title, view in zip(VIEWS, self.views(), strict=True):
            self.tabs.addTab(title)
            self._views.addWidget(view)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 2)
        head.addWidget(self.facts, 1)
        full = QWidget(self)
        body = QVBoxLayout(full)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addLayout(head)
        body.addWidget(self.statistics)
        body.addWidget(self.tabs)
        body.addWidget(self._views, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.reason)
        self._stack.addWidget(full)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.element)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.table)

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._on_tab)
        self.element.currentIndexChanged.connect(self.source.choose)
        self.source.changed.connect(self._show)
        self.statistics.go.connect(self._go_to)
        self.statistics.go_to_odd.connect(self._next_odd)
        self.analysis.begun.connect(self._on_begun)
        self.analysis.statistics_found.connect(self._on_statistics)
        self.analysis.lengths_found.connect(self._on_lengths)
        self.analysis.odd_found.connect(self._go_to)
        self.table.reported.connect(self.reported)
        self.table.cut_changed.connect(lambda _: self._show_view())
        self.table.place_changed.connect(self.course.set_place)
        for part in (self.exporter, self.picture, self.histogram, self.plot, self.course):
            part.reported.connect(self.reported)

    def views(self) -> tuple[Any, ...]:
        """Return the views in the order of their tabs."""
        return (self.table, self.picture, self.histogram, self.plot, self.course, self.text)

    @property
    def page(self) -> str:
        """Return the page that is followed."""
        return self.source.page

    @page.setter
    def page(self, name: str) -> None:
        self.source.page = name

    def title(self) -> str:
        """Return the heading of the original's window: ``result_output[1][35][35][3]``."""
        value = self.source.value
        return self.source.name + ("" if value is None else index_text(value.array.shape))

    def close_down(self) -> None:
        """End the work beside the window."""
        self.analysis.close()
        self.exporter.close()
        self.source.close()

    def show_view(self, title: str) -> None:
        """Bring a view to the front."""
        self.tabs.setCurrentIndex(VIEWS.index(title))

    # --- files and the clipboard
    def copy(self) -> None:
        """Copy the selected cells of the table, or the picture of another view."""
        if self._views.currentWidget() is self.table:
            self.table.grid.copy()
        elif self._views.currentWidget() is self.text:
            QGuiApplication.clipboard().setText(self.text.text.toPlainText())
            self.reported.emit("Copied the text")
        else:
            QGuiApplication.clipboard().setImage(self.image())
            self.reported.emit("Copied the picture")

    def export(self, suffix: str) -> None:
        """Ask for a file and write the value, or with ``.png`` and ``.svg`` what the view shows."""
        value = self.source.value
        if value is None:
            return
        path = self.exporter.ask(self, suffix, self.source.key.replace("[", "_").replace("]", ""))
        if path is None:
            return
        if suffix == ".png":
            self.exporter.write_image(self.image(), path)
        elif suffix == ".svg":
            self.exporter.write_bytes(self.drawing(), path)
        else:
            self.exporter.write(value, path)

    def image(self) -> QImage:
        """Return what the view in front shows; a single picture with the tensor's own pixels."""
        view = self._views.currentWidget()
        if view is self.picture:
            image = self.picture.single_image()
            if image is not None:
                return image
        if view is self.table or view is self.text:
            return view.grab().toImage()
        return view.plot().image()  # type: ignore[attr-defined]

    def drawing(self) -> bytes:
        """Return what the view in front shows as SVG."""
        view = self._views.currentWidget()
        if view is self.table or view is self.text:
            return painted_svg(view, self.source.key, lambda painter: view.render(painter, QPoint(0, 0)))
        return view.plot().svg()  # type: ignore[attr-defined]

    # --- following the source
    def _show(self) -> None:
        """Show the source's value, and recount it where it is another one."""
        source = self.source
        names = source.names
        if names != [self.element.itemText(i) for i in range(self.element.count())]:
            self.element.blockSignals(True)
            self.element.clear()
            self.element.addItems(names)
            self.element.setCurrentIndex(source.element)
            self.element.blockSignals(False)
        self.element.setVisible(len(names) > 1)
        value = source.value
        self._stack.setCurrentIndex(0 if value is None else 1)
        self.reason.setText(source.why)
        self.facts.setText("" if value is None else self._facts(value))
        if value is not self._shown:
            self._shown = value
            self.table.show_value(value, source.name)
            if value is None:
                self.statistics.show_text("")
            self.analysis.look_at(value)
        self._show_view()
        self.title_changed.emit(self.title())

    def _show_view(self) -> None:
        view = self._views.currentWidget()
        if view is not self.table and self.source.value is not None:
            view.show_source(self.source, self.table.cut)  # type: ignore[attr-defined]

    def _on_tab(self, number: int) -> None:
        self._views.setCurrentIndex(number)
        self.setFocusProxy(self._views.currentWidget())
        self._show_view()

    def _facts(self, value: TensorValue) -> str:
        step = f"   step {self.source.step}" if self.source.step else ""
        frozen = "   frozen" if self.source.is_frozen else ""
        return (
            kind_text(value) + step + frozen + ("   (before the last change)" if self.source.is_stale else "")
        )

    def _on_begun(self) -> None:
        if self.analysis.statistics is None:
            self.statistics.show_text("counting…")

    def _on_statistics(self, found: Any) -> None:
        self.statistics.show_statistics(found)
        self.table.show_statistics(found)

    def _on_lengths(self, found: Any) -> None:
        self.statistics.show_lengths(found)
        self.table.show_statistics(None)

    def _go_to(self, index: Any) -> None:
        self.tabs.setCurrentIndex(0)
        self.table.show_index(index)

    def _next_odd(self) -> None:
        if self.source.value is not None:
            self.analysis.find_odd(self.source.value, self.table.current_index())
