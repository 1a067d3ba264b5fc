"""The monitor of kind ``control``: a slider, field or switch that types into an unwired pin of a block."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QSlider, QVBoxLayout
from shiboken6 import isValid

from app.document.editing.base import EditRefused
from app.document.editing.edits import SetPin
from app.document.model.diagram import ArrayRef
from app.editor.monitors.literal_number import LiteralNumber, read_number
from app.editor.monitors.options import Options
from app.editor.tensor_views.monitor_content import MonitorContent
from app.editor.widgets.plain_text import PlainLabel, unmarked
from app.messages import error_text

if TYPE_CHECKING:
    from app.document.editing.base import Change
    from app.document.editing.document import Document
    from app.document.model.diagram import Monitor, Page

_PLACES = 1000  # of a slider between its ends
_TRUE, _FALSE = ("true", "TRUE", "True"), ("false", "FALSE", "False")
_gestures = count()


class ControlMonitor(MonitorContent):
    """Shows the pin's text and writes it, each gesture as one undo step. The next run uses what it says.

    Options: ``control`` ("auto", "slider", "number", "switch", "text"), ``min``, ``max``, ``step``.
    """

    def __init__(self, document: Document, page: str, monitor: Monitor) -> None:
        """Control ``block.pin``, the first pin of a monitor."""
        super().__init__()
        self._document, self.page, self.monitor = document, page, monitor
        self._block, _, self._pin = monitor.pins[0].partition(".")
        options = Options(monitor.options)
        self._chosen = options.choice("control", ("auto", "slider", "number", "switch", "text"))
        self._low, self._high, self._step = (options.number(n) for n in ("min", "max", "step"))
        self._token: object = None
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.field = QLineEdit(self)
        self.switch = QCheckBox(self)
        self.note = PlainLabel(parent=self)
        self.note.setObjectName("faint")
        self.note.setWordWrap(True)
        for part in (self.slider, self.field, self.switch):
            part.setAccessibleName(f"Value of {monitor.pins[0]}")
        row = QHBoxLayout()
        for part, stretch in ((self.slider, 3), (self.field, 1), (self.switch, 1)):
            row.addWidget(part, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.addLayout(row)
        layout.addWidget(self.note)
        self.slider.sliderPressed.connect(self._begin)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(self._begin)
        self.field.editingFinished.connect(self._on_field)
        self.switch.clicked.connect(self._on_switch)
        unsubscribe = document.subscribe(self._follow)
        self.destroyed.connect(unsubscribe)
        self._begin()
        self.refresh()

    @property
    def kind(self) -> str:
        """Return what is shown: slider, number, switch or text."""
        number, text = read_number(self.text()), self.text().strip()
        if self._chosen == "auto":
            if text in _TRUE + _FALSE:
                return "switch"
            if number is None:
                return "text"
            return "slider" if self._low is not None and self._high is not None else "number"
        fits = {"slider": number is not None, "number": True, "switch": True, "text": True}[self._chosen]
        return self._chosen if fits else "text"

    def text(self) -> str:
        """Return the pin's text, "" where it has none."""
        page = self._model()
        block = page.blocks.get(self._block) if page is not None else None
        text = block.pins.get(self._pin) if block is not None else None
        return text if isinstance(text, str) else ""

    def why_not(self) -> str:
        """Return why the pin cannot be typed into, "" where it can."""
        page = self._model()
        block = page.blocks.get(self._block) if page is not None else None
        if page is None or block is None:
            return f"the page has no block {self._block}"
        if any(w.target.block == self._block and w.target.pin == self._pin for w in page.wires):
            return f"{self.monitor.pins[0]} is wired; the wire wins"
        if isinstance(block.pins.get(self._pin), ArrayRef):
            return f"{self.monitor.pins[0]} holds an array of a file"
        return ""

    def refresh(self) -> None:
        """Show the pin's text; a field that has the keyboard keeps its own."""
        why, kind, text = self.why_not(), self.kind, self.text()
        self.note.setText(why)
        self.note.setVisible(bool(why))
        self.slider.setVisible(kind == "slider" and not why)
        self.switch.setVisible(kind == "switch" and not why)
        self.field.setVisible(kind != "switch" and not why)
        for part in (self.slider, self.field, self.switch):
            part.setEnabled(not self._document.read_only)
        if not (self.field.hasFocus() and self.field.isModified()):
            self.field.setText(text)
        with QSignalBlocker(self.switch), QSignalBlocker(self.slider):
            self.switch.setChecked(text.strip() in _TRUE)
            self.switch.setText(unmarked(text.strip()))
            number = read_number(text)
            if number is not None and kind == "slider":
                low, high, places = self._range(number)
                self.slider.setRange(0, places)
                self.slider.setPageStep(max(1, places // 10))
                self.slider.setValue(round((number.value - low) / (high - low) * places))

    def _range(self, number: LiteralNumber) -> tuple[float, float, int]:
        """Return the slider's ends and how many places it has between them."""
        low = self._low if self._low is not None else min(0.0, number.value)
        high = self._high if self._high is not None else max(1.0, number.value)
        low, high = (low, high) if low < high else (low, low + 1)
        step = self._step or (1.0 if number.is_whole else (high - low) / _PLACES)
        return low, high, max(1, min(10**6, round((high - low) / step)))

    def _model(self) -> Page | None:
        return self._document.project.page(self.page)

    def _begin(self) -> None:
        """Let what follows be an undo step of its own."""
        self._token = ("control", self.monitor.id, next(_gestures))

    def _on_switch(self) -> None:
        self._begin()
        self._write("true" if self.switch.isChecked() else "false")

    def _on_slider(self, place: int) -> None:
        number = read_number(self.text())
        if number is not None:
            low, high, places = self._range(number)
            self._write(number.with_value(low + (high - low) * place / places))

    def _on_field(self) -> None:
        if self.field.isModified():
            self.field.setModified(False)
            self._begin()
            self._write(self.field.text())

    def _write(self, text: str) -> None:
        if text == self.text() or self._document.read_only:
            self.refresh()
            return
        try:
            self._document.apply(SetPin(self.page, self._block, self._pin, text, self._token))
        except EditRefused as refused:
            self.note.setText(error_text(refused))
            self.note.setVisible(True)

    def _follow(self, changes: list[Change]) -> None:
        """Follow the document, unless this very step has taken the monitor away."""
        if not isValid(self):
            return
        for change in changes:
            if change.kind == "page-renamed" and change.old == self.page:
                self.page = change.page
        if any(c.page == self.page or c.kind == "reset" for c in changes):
            self.refresh()
