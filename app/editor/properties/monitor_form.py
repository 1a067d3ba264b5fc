"""The properties of a monitor: its kind, title, pins, and the options of its kind."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import msgspec
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.document.editing.edits import ChangeMonitor
from app.document.model.diagram import Monitor
from app.editor.context import EditorContext
from app.editor.monitors.element import split_pin
from app.editor.monitors.kinds import OPTIONS, TITLES, Option
from app.editor.properties.form_layout import form, section
from app.editor.widgets.plain_text import PlainLabel, plain_tip
from app.messages import error_text

_LINES = 4  # of a field with several


class _Lines(QPlainTextEdit):
    """A text of several lines that is taken when the keyboard leaves."""

    def __init__(self, name: str, take: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * _LINES + 12)
        self._take = take

    def focusOutEvent(self, event: Any) -> None:
        """Take the text."""
        super().focusOutEvent(event)
        self._take()


class MonitorForm(QWidget):
    """One monitor of the page shown. Texts that do not read stay, marked below, and change nothing."""

    def __init__(self, context: EditorContext, monitor_id: str, parent: QWidget) -> None:
        """Lay out the form of a monitor of the page."""
        super().__init__(parent)
        self._context, self.monitor_id = context, monitor_id
        self._document, self._page_name = context.document, context.page_name
        monitor = self._monitor()
        assert monitor is not None
        self._kind = monitor.kind
        self.fields: dict[str, QWidget] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 12)
        layout.setSpacing(5)
        head = PlainLabel("Monitor", self)
        head.setObjectName("blockTitle")
        layout.addWidget(head)
        fields = form()
        self.kind = QComboBox(self)
        self.kind.setAccessibleName("Kind of monitor")
        for key, title in TITLES.items():
            self.kind.addItem(title, key)
        if monitor.kind not in TITLES:
            self.kind.addItem(monitor.kind, monitor.kind)
        self.kind.activated.connect(self._on_kind)
        self.title = self._line("Title")
        self.title.setPlaceholderText("the pins' names")
        self.pins = _Lines("Pins", self._take_pins, self)
        self.pins.setToolTip("One a line: block.pin, or an element as block.pin[0][1]")
        fields.addRow("Kind", self.kind)
        fields.addRow("Title", self.title)
        fields.addRow("Pins", self.pins)
        layout.addLayout(fields)
        if OPTIONS.get(monitor.kind):
            layout.addWidget(section("Options", self))
            fields = form()
            for option in OPTIONS[monitor.kind]:
                fields.addRow(*self._row(option))
            layout.addLayout(fields)
        self.note = PlainLabel(parent=self)
        self.note.setObjectName("wrongNote")
        self.note.setWordWrap(True)
        layout.addWidget(self.note)
        layout.addStretch(1)
        self.title.editingFinished.connect(self._take_title)
        self.setEnabled(context.editable)
        self.refresh()

    def _line(self, name: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setAccessibleName(name)
        return field

    def _row(self, option: Option) -> tuple[str, QWidget]:
        """Return the label and the field of an option."""
        field: QWidget
        label = option.title
        if option.kind == "flag":
            field = QCheckBox(option.title, self)
            field.clicked.connect(partial(self._take, option))
            label = ""
        elif option.kind == "choice":
            field = QComboBox(self)
            for value, words in option.choices:
                field.addItem(words, value)
            field.activated.connect(partial(self._take, option))
        elif option.kind == "texts":
            field = _Lines(option.title, partial(self._take, option), self)
        else:
            field = self._line(option.title)
            field.editingFinished.connect(partial(self._take, option))
            field.setPlaceholderText("automatic" if option.kind in ("number", "whole") else "")
        field.setAccessibleName(option.title)
        field.setToolTip(plain_tip(option.tip))
        self.fields[option.name] = field
        return label, field

    def _monitor(self) -> Monitor | None:
        page = self._context.page
        return page.monitors.get(self.monitor_id) if page is not None else None

    def fits(self) -> bool:
        """Return whether the form is the monitor's."""
        context, monitor = self._context, self._monitor()
        same = context.document is self._document and context.page_name == self._page_name
        return same and monitor is not None and monitor.kind == self._kind

    def refresh(self) -> None:
        """Show what the document holds; a field that has the keyboard keeps its text."""
        monitor = self._monitor()
        if monitor is None:
            return
        self.kind.setCurrentIndex(self.kind.findData(monitor.kind))
        title = monitor.options.get("title")
        _show(self.title, title if isinstance(title, str) else "")
        _show(self.pins, "\n".join(monitor.pins))
        for option in OPTIONS.get(self._kind, ()):
            self._show_option(option, monitor.options.get(option.name))

    def _show_option(self, option: Option, value: Any) -> None:
        field = self.fields[option.name]
        if isinstance(field, QCheckBox):
            field.setChecked(value if isinstance(value, bool) else option.default)
        elif isinstance(field, QComboBox):
            field.setCurrentIndex(max(0, field.findData(value)))
        elif option.kind == "texts":
            _show(field, "\n".join(map(str, value)) if isinstance(value, list) else "")
        elif option.kind == "text":
            _show(field, value if isinstance(value, str) else "")
        else:
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            _show(field, f"{value:.12g}" if is_number else "")

    def commit(self) -> None:
        """Take all texts."""
        self._take_title()
        self._take_pins()
        for option in OPTIONS.get(self._kind, ()):
            if option.kind not in ("flag", "choice"):
                self._take(option)

    # --- what the user does
    def _on_kind(self, _: int) -> None:
        self._apply(kind=self.kind.currentData())

    def _take_title(self) -> None:
        self._set_option("title", self.title.text().strip() or None)

    def _take_pins(self) -> None:
        monitor = self._monitor()
        pins = tuple(line.strip() for line in self.pins.toPlainText().splitlines() if line.strip())
        if monitor is None or not self.fits() or pins == monitor.pins:
            return
        for pin in pins:
            try:
                split_pin(pin)
            except ValueError as wrong:
                self.note.setText(f"{error_text(wrong)}; the pins are not changed.")
                return
        if not pins:
            self.note.setText("A monitor needs a pin; the pins are not changed.")
            return
        self._apply(pins=pins)

    def _take(self, option: Option, *_: object) -> None:
        """Take an option's field."""
        field = self.fields[option.name]
        value: Any
        if isinstance(field, QCheckBox):
            value = None if field.isChecked() == option.default else field.isChecked()
        elif isinstance(field, QComboBox):
            value = None if field.currentIndex() == 0 else field.currentData()
        elif option.kind == "texts":
            value = field.toPlainText().splitlines() or None  # type: ignore[attr-defined]
        else:
            text = field.text().strip()  # type: ignore[attr-defined]
            value = text or None
            if text and option.kind in ("number", "whole"):
                value = _number(text, whole=option.kind == "whole")
                if value is None:
                    what = "a whole number" if option.kind == "whole" else "a number"
                    self.note.setText(f"{option.title} must be {what}; {text!r} is not used.")
                    return
        self._set_option(option.name, value)

    def _set_option(self, name: str, value: Any) -> None:
        """Set an option, or with None let it go: what is not said is automatic."""
        monitor = self._monitor()
        if monitor is None or not self.fits() or monitor.options.get(name) == value:
            return
        options = {k: v for k, v in monitor.options.items() if k != name}
        if value is not None:
            options[name] = value
        self._apply(options=options)

    def _apply(self, **changed: Any) -> None:
        monitor = self._monitor()
        if monitor is None or not self._context.editable:
            return
        self.note.setText("")
        new = msgspec.structs.replace(monitor, **changed)
        if new != monitor:
            self._context.apply(ChangeMonitor(self._context.page_name or "", new))


def _show(field: QWidget, text: str) -> None:
    if field.hasFocus():
        return
    if isinstance(field, QLineEdit) and field.text() != text:
        field.setText(text)
    elif isinstance(field, QPlainTextEdit) and field.toPlainText() != text:
        field.setPlainText(text)


def _number(text: str, whole: bool) -> int | float | None:
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
