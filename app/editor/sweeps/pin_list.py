"""The pins of a sweep and the values that each takes, as fields."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QToolButton, QWidget

from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel
from app.editor.widgets.style_rules import discard

_ADD = "Add a pin…"
_HINT = (
    "Values apart by blanks, or range:FROM:TO:STEP, log:FROM:TO:COUNT, @FILE; 0.1f is float32, 0.1 float64"
)


class PinList(QWidget):
    """A row for each pin that is varied; the last one adds another. ``changed`` comes with every change."""

    changed = Signal()

    def __init__(self, pins: Mapping[str, str], parent: QWidget | None = None) -> None:
        """Offer pins, by address, with the texts that they have."""
        super().__init__(parent)
        self._pins = dict(pins)
        self.fields: dict[str, QLineEdit] = {}  # by pin
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.more = QComboBox(self)
        self.more.setAccessibleName("Add a pin")
        self.more.activated.connect(self._on_more)
        self._lay_out()

    def add(self, pin: str) -> None:
        """Vary a pin; its values begin with the text that it has."""
        if pin in self.fields or pin not in self._pins:
            return
        field = QLineEdit(self._pins[pin], self)
        field.setPlaceholderText(_HINT)
        field.setToolTip(_HINT)
        field.setAccessibleName(f"Values of {pin}")
        field.textChanged.connect(self.changed)
        self.fields[pin] = field
        self._lay_out()
        self.changed.emit()

    def remove(self, pin: str) -> None:
        """Vary a pin no longer."""
        discard(self.fields.pop(pin))
        self._lay_out()
        self.changed.emit()

    def texts(self) -> dict[str, str]:
        """Return what stands in the fields, by pin."""
        return {pin: field.text() for pin, field in self.fields.items()}

    def _on_more(self, index: int) -> None:
        if index > 0:
            self.add(self.more.itemText(index))

    def _lay_out(self) -> None:
        """Put the rows into the grid again."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None and not isinstance(widget, (QLineEdit, QComboBox)):
                discard(widget)
        for row, (pin, field) in enumerate(self.fields.items()):
            away = QToolButton(self)
            away.setIcon(icon("close"))
            away.setAutoRaise(True)
            away.setToolTip(f"Leave {pin} as it is")
            away.setAccessibleName(f"Leave {pin} as it is")
            away.clicked.connect(lambda _=False, pin=pin: self.remove(pin))
            self._grid.addWidget(PlainLabel(pin, self), row, 0)
            self._grid.addWidget(field, row, 1)
            self._grid.addWidget(away, row, 2)
        self.more.clear()
        self.more.addItems([_ADD, *(pin for pin in self._pins if pin not in self.fields)])
        self._grid.addWidget(self.more, len(self.fields), 0)
