"""The window's toolbar. Where it is too narrow a sign at its end opens the rest."""

from __future__ import annotations

from PySide6.QtWidgets import QToolBar, QToolButton, QWidget

from app.editor.widgets.icons import icon


class ToolBar(QToolBar):
    """A toolbar that stays where it is. Qt's own sign for what has no room is black, on a dark theme unseen."""

    def __init__(self, parent: QWidget) -> None:
        """Make it empty."""
        super().__init__("Toolbar", parent)
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.renew_sign()

    def renew_sign(self) -> None:
        """Give the sign its look; Qt takes it back with every change of the style."""
        sign = self.sign
        if sign is not None:
            sign.setIcon(icon("more"))
            sign.setToolTip("More")
            sign.setAccessibleName("More of the toolbar")

    @property
    def sign(self) -> QToolButton | None:
        """Return the button that opens what has no room."""
        return self.findChild(QToolButton, "qt_toolbar_ext_button")
