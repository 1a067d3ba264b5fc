"""The attrs of a block as fields, below the text that holds them all, in the editor of its row."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from app.document.checks.typed_text import default_text
from app.document.literals.attrs import parse_attrs, remove_attr, set_attr
from app.editor.widgets.fields import value_field
from app.editor.widgets.plain_text import PlainLabel, plain_tip
from blocks.symbol import Attr, Symbol

_MOST_HEIGHT = 260


class AttrsForm(QWidget):
    """A field for each attr; ``changed`` gets the whole text after every change of one."""

    def __init__(self, symbol: Symbol, text: str, changed: Callable[[str], object], parent: QWidget) -> None:
        """Show what the text gives; attrs that it leaves out show their defaults, faint."""
        super().__init__(parent)
        self._text, self._changed = text, changed
        given = {item.name: item.value or "" for item in parse_attrs(text)}
        fields = QWidget(self)
        form = QFormLayout(fields)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(4)
        for attr in symbol.attrs:
            value = next((given[name] for name in (attr.name, *attr.aliases) if name in given), "")
            label = PlainLabel(attr.name.rstrip("_"), fields)
            label.setToolTip(plain_tip(f"{attr.name}: {attr.kind}"))
            form.addRow(label, self._field(attr, value, fields))
        area = QScrollArea(self)
        area.setWidget(fields)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedHeight(min(_MOST_HEIGHT, fields.sizeHint().height() + 4))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area)

    def _field(self, attr: Attr, value: str, parent: QWidget) -> QWidget:
        field = value_field(attr.kind, attr.allowed, default_text(attr.kind, attr.default), value, parent)
        field.setAccessibleName(attr.name)
        field.show_text(value)
        field.edited.connect(lambda text: self._set(attr.name, text))
        return field

    def _set(self, name: str, value: str) -> None:
        self._text = set_attr(self._text, name, value) if value.strip() else remove_attr(self._text, name)
        self._changed(self._text)
