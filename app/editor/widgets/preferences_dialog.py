"""The preferences: theme, font size, grid, wires, and the keys of all actions, searched and edited in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.editor.widgets.narrow import WrappedLabel
from app.editor.widgets.preferences_look import SYSTEM
from app.editor.widgets.style_rules import forget_style_rules

THEMES = {SYSTEM: "As the system", "dark": "Dark", "light": "Light", "classic": "Classic (enuSpace)"}
WIRES = {"square": "Square corners", "round": "Round corners", "curved": "Curves"}
_SIZES = (5, 10, 20, 25, 50)  # of the grid, in page units
_ID = int(Qt.ItemDataRole.UserRole)
_NATIVE = QKeySequence.SequenceFormat.NativeText


class KeyRow(NamedTuple):
    """One row of the keys: the action ("" = fixed: what the page does itself), its group, words and keys."""

    action: str
    group: str
    words: str
    keys: tuple[str, ...]


class PreferencesDialog(QDialog):
    """``chosen`` carries a member of the settings and its value: every choice holds at once."""

    chosen = Signal(str, object)

    def __init__(
        self, values: Mapping[str, Any], rows: Sequence[KeyRow], parent: QWidget | None = None
    ) -> None:
        """Show the settings; ``rows`` have the keys as they are without ``values["keys"]``."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Preferences")
        self.tabs = QTabWidget(self)
        self.look = _LookPage(values, self)
        self.keys = _KeysPage(values["keys"], rows, self)
        self.tabs.addTab(self.look, "Look")
        self.tabs.addTab(self.keys, "Keys")
        self.look.chosen.connect(self.chosen)
        self.keys.chosen.connect(lambda keys: self.chosen.emit("keys", keys))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(self.tabs)
        layout.addWidget(buttons)
        self.resize(640, 520)
        forget_style_rules(self)


class _LookPage(QWidget):
    """Theme, font size, grid and wires."""

    chosen = Signal(str, object)

    def __init__(self, values: Mapping[str, Any], parent: QWidget) -> None:
        super().__init__(parent)
        form = QFormLayout(self)
        form.setContentsMargins(16, 16, 16, 16)
        self.theme = self._choice("theme", THEMES, values["theme"])
        self.font_size = QSpinBox(self)
        self.font_size.setRange(7, 24)
        self.font_size.setSpecialValueText("As the system")
        self.font_size.setSuffix(" pt")
        self.font_size.setValue(values["font_size"])
        self.font_size.valueChanged.connect(
            lambda size: self.chosen.emit("font_size", size if size > 7 else 0)
        )
        sizes = {size: f"{size} units" for size in sorted({*_SIZES, values["grid_size"]})}
        self.grid_size = self._choice("grid_size", sizes, values["grid_size"])
        self.wire_style = self._choice("wire_style", WIRES, values["wire_style"])
        for words, field in (
            ("&Theme", self.theme),
            ("&Font size", self.font_size),
            ("&Grid", self.grid_size),
            ("&Wires", self.wire_style),
        ):
            field.setAccessibleName(words.replace("&", ""))
            form.addRow(words, field)

    def _choice(self, name: str, choices: Mapping[Any, str], value: object) -> QComboBox:
        field = QComboBox(self)
        for key, words in choices.items():
            field.addItem(words, key)
        field.setCurrentIndex(max(0, field.findData(value)))
        field.currentIndexChanged.connect(lambda _: self.chosen.emit(name, field.currentData()))
        return field


class _KeysPage(QWidget):
    """The keys by menu. ``chosen`` carries those that are not the usual ones, by action."""

    chosen = Signal(object)

    def __init__(self, chosen: Mapping[str, Sequence[str]], rows: Sequence[KeyRow], parent: QWidget) -> None:
        super().__init__(parent)
        self._chosen = {action: list(keys) for action, keys in chosen.items()}
        self._rows = {row.action: row for row in rows if row.action}
        self.filter = QLineEdit(self)
        self.filter.setPlaceholderText("Search actions and keys")
        self.filter.setAccessibleName("Search actions and keys")
        self.filter.setClearButtonEnabled(True)
        self.tree = QTreeWidget(self)
        self.tree.setHeaderLabels(["Action", "Keys"])
        self.tree.setAccessibleName("Keys")
        self.tree.setColumnWidth(0, 360)
        groups: dict[str, QTreeWidgetItem] = {}
        for row in rows:
            if row.group not in groups:
                groups[row.group] = QTreeWidgetItem([row.group])
                self.tree.addTopLevelItem(groups[row.group])
            item = QTreeWidgetItem([row.words, ""])
            item.setData(0, _ID, row.action)
            item.setText(1, self._text(row.action) if row.action else ", ".join(row.keys))
            item.setToolTip(0, row.words)
            groups[row.group].addChild(item)
        self._groups = list(groups.values())
        self.tree.expandAll()
        self.edit = QKeySequenceEdit(self)
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName("New key of the action")
        self.set_key, self.reset = QPushButton("Set", self), QPushButton("As usual", self)
        self.reset.setToolTip("Give the action its usual keys again")
        self.note = WrappedLabel("", self)
        self.note.setObjectName("wrongNote")
        row_below = QHBoxLayout()
        for part in (self.edit, self.set_key, self.reset):
            row_below.addWidget(part)
            part.setEnabled(False)
        for button in (self.set_key, self.reset):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        for widget in (self.filter, self.tree):
            layout.addWidget(widget)
        layout.addLayout(row_below)
        layout.addWidget(self.note)
        self.filter.textChanged.connect(self._search)
        self.tree.currentItemChanged.connect(lambda *_: self._show_current())
        self.set_key.clicked.connect(self._set)
        self.reset.clicked.connect(self._reset)

    def _keys_of(self, action: str) -> list[str]:
        return self._chosen.get(action, list(self._rows[action].keys))

    def _text(self, action: str) -> str:
        return ", ".join(QKeySequence(key).toString(_NATIVE) for key in self._keys_of(action))

    def items(self) -> list[QTreeWidgetItem]:
        """Return the rows of all groups."""
        return [top.child(n) for top in self._groups for n in range(top.childCount())]

    def _search(self, words: str) -> None:
        """Show the rows that hold all words, and the groups that have such."""
        parts = words.lower().split()
        for item in self.items():
            text = f"{item.text(0)} {item.text(1)} {item.parent().text(0)}".lower()
            item.setHidden(not all(part in text for part in parts))
        for top in self._groups:
            top.setHidden(all(top.child(n).isHidden() for n in range(top.childCount())))

    def _current(self) -> str:
        item = self.tree.currentItem()
        return str(item.data(0, _ID) or "") if item is not None else ""

    def _show_current(self) -> None:
        action = self._current()
        for part in (self.edit, self.set_key, self.reset):
            part.setEnabled(bool(action))
        with QSignalBlocker(self.edit):
            keys = self._keys_of(action) if action else []
            self.edit.setKeySequence(QKeySequence(keys[0]) if keys else QKeySequence())
        self.note.setText("")

    def _set(self) -> None:
        """Give the current action the key that was typed, unless another one has it; an empty one takes it away."""
        action, key = self._current(), self.edit.keySequence().toString()
        if not action:
            return
        for other, row in self._rows.items():
            if key and other != action and QKeySequence(key) in map(QKeySequence, self._keys_of(other)):
                shown = QKeySequence(key).toString(_NATIVE)
                self.note.setText(f"{shown} belongs to {row.words}. Give that another key first.")
                return
        self._chosen[action] = [key] if key else []
        self._take()

    def _reset(self) -> None:
        self._chosen.pop(self._current(), None)
        self._take()

    def _take(self) -> None:
        usual = {action: list(row.keys) for action, row in self._rows.items()}
        self._chosen = {a: keys for a, keys in self._chosen.items() if a in usual and keys != usual[a]}
        item = self.tree.currentItem()
        if item is not None:
            item.setText(1, self._text(self._current()))
        self.note.setText("")
        self.chosen.emit(dict(self._chosen))
