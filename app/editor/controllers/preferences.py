"""The preferences: shows what can be chosen, stores it, and lets all windows follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.editor.actions.action_set import plain_text
from app.editor.actions.table import ACTIONS

if TYPE_CHECKING:
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.widgets.preferences_dialog import KeyRow, PreferencesDialog

_PAGE = "On the page"
# What the page itself does with keys; they cannot be changed.
_PAGE_KEYS = (
    ("Tab", "Search the catalog and place a block"),
    ("Arrows", "Go to the nearest block"),
    ("Ctrl+Arrows", "Move the selected blocks"),
    ("Enter or W", "Wire from the selected block; Tab chooses the pin, Enter connects"),
    ("E", "Type the values of the selected block; Tab goes to the next, Enter ends"),
    ("Click on a row, then Enter", "Type what stands there"),
    ("Alt and click on a wire", "Set a bend, or remove the one there; bends are dragged"),
    ("F2", "Rename the selected block, or write the selected note"),
    ("Double click on a block", "Type its first value; of one that takes none, show the result as a table"),
    ("Double click on an input pin or its row", "Type its text there; wired ones have none"),
    ("Wheel", "Zoom"),
    ("Middle button, or Space and left button", "Pan"),
    ("Escape", "Leave what is under way, or clear the selection"),
)


class PreferencesController(QObject):
    """File > Preferences, and Help > Keys, which is a part of them."""

    def __init__(self, context: EditorContext) -> None:
        """Begin with no dialog."""
        super().__init__(context)
        self._context = context
        self.dialog: PreferencesDialog | None = None

    def actions(self) -> Handlers:
        """Return what each action about preferences calls."""
        return {"file.preferences": self.open, "help.keys": self.open_keys}

    def open(self) -> None:
        """Show the preferences."""
        from app.editor.widgets.preferences_dialog import PreferencesDialog  # late: few open them

        values = self._context.store.values
        shown = {
            name: getattr(values, name) for name in ("theme", "font_size", "grid_size", "wire_style", "keys")
        }
        self.dialog = PreferencesDialog(shown, _rows(), self._context.dialog_parent)
        self.dialog.chosen.connect(self._choose)
        self.dialog.destroyed.connect(self._forget)
        self.dialog.open()

    def open_keys(self) -> None:
        """Show the keys."""
        self.open()
        assert self.dialog is not None
        self.dialog.tabs.setCurrentWidget(self.dialog.keys)
        self.dialog.keys.filter.setFocus()

    def _choose(self, name: str, value: object) -> None:
        self._context.store.change(**{name: value})
        self._context.preferences_changed.emit()

    def _forget(self) -> None:
        self.dialog = None


def _rows() -> list[KeyRow]:
    from app.editor.widgets.preferences_dialog import KeyRow

    rows = [KeyRow(row.id, row.menu.replace("&", ""), plain_text(row), row.keys) for row in ACTIONS]
    return rows + [KeyRow("", _PAGE, words, (keys,)) for keys, words in _PAGE_KEYS]
