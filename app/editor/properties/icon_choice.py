"""The field in which a block's icon is chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from app.editor.widgets.block_icons import BLOCK_ICONS, known_icon, menu_icon


class IconChoice(QComboBox):
    """Lists the icons with their names. ``chosen`` carries the name, None for no icon."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Show that there is none."""
        super().__init__(parent)
        self.setAccessibleName("Icon")
        self.addItem("none", None)
        for name, word in BLOCK_ICONS.items():
            self.addItem(menu_icon(name), word, name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(lambda _: self.chosen.emit(self.currentData()))

    def show_icon(self, name: str | None) -> None:
        """Show which one a block has."""
        self.setCurrentIndex(max(0, self.findData(known_icon(name) or None)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the panel instead."""
        event.ignore()
