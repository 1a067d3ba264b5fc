"""The run settings of a page in its properties: steps, condition, pace, NaN guard, hand-over of Variables, cluster."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QVBoxLayout, QWidget

from app.document.editing.edits import SetRun
from app.document.model.diagram import RunSettings
from app.editor.context import EditorContext
from app.editor.properties.cluster_field import ClusterField
from app.editor.properties.form_layout import form
from app.editor.runs import settings_text
from app.editor.widgets.fields import ChoiceField
from app.editor.widgets.plain_text import PlainLabel, plain_tip
from app.messages import error_text

_GUARDS = ("off", "any output", "chosen pins")


class PinCompleter(QCompleter):
    """Completes the name of an output pin, in a list of them the last one."""

    def __init__(self, parent: QWidget) -> None:
        """Begin without pins."""
        super().__init__(QStringListModel(parent), parent)
        self._pins: list[str] = []
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)

    def offer(self, pins: list[str]) -> None:
        """Complete these pins."""
        if pins != self._pins:
            self._pins = pins
            model = self.model()
            assert isinstance(model, QStringListModel)
            model.setStringList(pins)

    def splitPath(self, path: str) -> list[str]:
        """Return what is to be completed: the text after the last comma."""
        return [path.rpartition(",")[2].strip()]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        """Return the whole text with the chosen pin."""
        field = self.widget()
        before = field.text().rpartition(",") if isinstance(field, QLineEdit) else ("", "", "")
        return (before[0] + ", " if before[1] else "") + str(index.data())


class RunForm(QWidget):
    """Fields of a page's run settings. Wrong texts stay, marked and explained, and change nothing."""

    def __init__(self, context: EditorContext, parent: QWidget) -> None:
        """Lay out the fields."""
        super().__init__(parent)
        self._context = context
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        fields = form()
        self.steps = self._choice("Steps", settings_text.STEP_CHOICES)
        self.until = self._line(
            "Until", "cost.output < 0.01", "Ends the run after the first step that meets it"
        )
        self.pace = self._choice("Pace", tuple(map(settings_text.pace_text, settings_text.PACES)))
        self.pace.setToolTip("The least time from one step to the next, for watching: 100 ms, 2 s")
        self.guard = QComboBox(self)
        self.guard.addItems(_GUARDS)
        self.guard.setToolTip("Hold the run at the first step in which an output is NaN or infinite")
        self.pins = self._line("Guarded pins", "cost.output, w.ref", "The outputs that the NaN guard watches")
        self.hand_over = self._line(
            "Back up every",
            "5 s",
            "How often a run saves its Variables, so that nothing is lost if it must be killed",
        )
        self.cluster = ClusterField(context, self)
        for words, field in (
            ("Steps", self.steps),
            ("Until", self.until),
            ("Pace", self.pace),
            ("NaN guard", self.guard),
            ("", self.pins),
            ("Back up every", self.hand_over),
            ("Cluster", self.cluster),
        ):
            field.setAccessibleName(words or "Guarded pins")
            field.setEnabled(context.editable)
            fields.addRow(words, field)
        self.fields = fields
        self._by_setting = {
            "steps": self.steps, "until": self.until, "pace": self.pace, "guard": self.pins,
            "keep_every": self.hand_over, "cluster": self.cluster,
        }  # fmt: skip
        layout.addLayout(fields)
        self.note = PlainLabel(parent=self)
        self.note.setObjectName("wrongNote")
        self.note.setWordWrap(True)
        self.note.hide()
        layout.addWidget(self.note)
        self._shown: dict[str, object] = {}  # the texts that came from the document, by setting
        self._completers = [PinCompleter(self), PinCompleter(self)]
        for line, completer in zip((self.until, self.pins), self._completers, strict=True):
            line.setCompleter(completer)
            line.textEdited.connect(partial(self._offer_pins, completer))  # before the completer looks
            line.textEdited.connect(self.check)
            line.editingFinished.connect(self.commit)
        self.hand_over.editingFinished.connect(self.commit)
        self.cluster.editingFinished.connect(self.commit)
        self.cluster.chosen.connect(self.commit)
        for choice in (self.steps, self.pace):
            choice.left.connect(self.commit)
            choice.activated.connect(lambda _: self.commit())
            choice.edited.connect(lambda _: self.check())
        self.guard.activated.connect(self._on_guard)
        self.refresh()

    def _choice(self, name: str, choices: tuple[str, ...]) -> ChoiceField:
        return ChoiceField(choices, "", self)

    def _line(self, name: str, example: str, tip: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setPlaceholderText(example)
        line.setToolTip(plain_tip(tip))
        return line

    def refresh(self) -> None:
        """Show what the document holds; a field that has the keyboard keeps its text."""
        page = self._context.page
        if page is None:
            return
        run = page.run
        for field, text in (
            (self.steps, settings_text.steps_text(run.steps)),
            (self.until, run.until or ""),
            (self.pace, settings_text.pace_text(run.pace)),
            (self.pins, ", ".join(run.guard) if isinstance(run.guard, tuple) else self.pins.text()),
            (self.hand_over, settings_text.time_text(run.keep_every)),
            (self.cluster, run.cluster or ""),
        ):
            _show(field, text)
        self.guard.setCurrentIndex(2 if isinstance(run.guard, tuple) else int(run.guard))
        self.fields.setRowVisible(self.pins, self.guard.currentIndex() == 2)
        touched = {name: text for name, text in self._texts().items() if self._has_focus(name)}
        self._shown = {**self._texts(), **{name: self._shown.get(name) for name in touched}}
        self.check()

    def _offer_pins(self, completer: PinCompleter, _typed: str) -> None:
        page = self._context.page
        if page is not None:
            completer.offer(list(settings_text.output_pins(page, self._context.symbol)))

    def _texts(self) -> dict[str, object]:
        return {
            "steps": self.steps.text(),
            "until": self.until.text(),
            "pace": self.pace.text(),
            "guard": (self.guard.currentIndex(), self.pins.text()),
            "keep_every": self.hand_over.text(),
            "cluster": self.cluster.text(),
        }

    def _has_focus(self, name: str) -> bool:
        field = self._by_setting[name]
        line = field.lineEdit() if isinstance(field, ChoiceField) else field
        return line is not None and bool(line.hasFocus())

    def check(self) -> RunSettings | None:
        """Mark the texts that do not read and say why; return the settings with what was typed and reads."""
        page = self._context.page
        if page is None:
            return None
        faults: list[str] = []
        values: dict[str, Any] = {}

        def read(name: str, field: Any, reading: Any) -> None:
            try:
                values[name] = reading()
                wrong = False
            except ValueError as fault:
                faults.append(error_text(fault))
                wrong = True
            if bool(field.property("wrong")) != wrong:
                field.setProperty("wrong", wrong)
                field.style().unpolish(field)
                field.style().polish(field)

        read("steps", self.steps, lambda: settings_text.read_steps(self.steps.text() or "1"))
        read("until", self.until, self._until)
        read("pace", self.pace, lambda: settings_text.read_pace(self.pace.text()))
        read("guard", self.pins, self._guard)
        read("keep_every", self.hand_over, self._hand_over_every)
        read("cluster", self.cluster, lambda: self.cluster.text().strip() or None)
        self.note.setText("\n".join(faults))
        self.note.setVisible(bool(faults))
        now = self._texts()
        typed = {name: value for name, value in values.items() if now[name] != self._shown.get(name)}
        return msgspec.structs.replace(page.run, **typed)

    def _until(self) -> str | None:
        text = self.until.text().strip()
        page = self._context.page
        fault = settings_text.condition_fault(text, page, self._context.symbol) if page is not None else ""
        if fault:
            raise ValueError(fault)
        return text or None

    def _guard(self) -> bool | tuple[str, ...]:
        page = self._context.page
        if self.guard.currentIndex() < 2 or page is None:
            return self.guard.currentIndex() == 1
        return settings_text.read_pins(self.pins.text(), page, self._context.symbol)

    def _hand_over_every(self) -> float:
        seconds = settings_text.read_time(self.hand_over.text() or "5 s", "The time", "s")
        if seconds <= 0:
            raise ValueError("The time between two hand-overs must be greater than 0.")
        return seconds

    def commit(self) -> None:
        """Take all texts that read."""
        page, run = self._context.page, self.check()
        if page is not None and run is not None and self._context.editable and run != page.run:
            self._context.apply(SetRun(page.name, run))
        self._shown = self._texts()

    def _on_guard(self) -> None:
        self.fields.setRowVisible(self.pins, self.guard.currentIndex() == 2)
        if self.guard.currentIndex() == 2:
            self.pins.setFocus()
        if self.guard.currentIndex() != 2 or self.pins.text().strip():
            self.commit()


def _show(field: QLineEdit | ChoiceField, text: str) -> None:
    line = field.lineEdit() if isinstance(field, ChoiceField) else field
    if line is None or line.hasFocus() or field.text() == text:
        return
    if isinstance(field, ChoiceField):
        field.show_text(text)
    else:
        field.setText(text)
