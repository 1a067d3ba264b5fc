"""The path at the top of a page that is looked at inside a use: a click on a step leads back there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from app.editor.layout.block_geometry import shortened
from app.editor.widgets.icons import icon
from app.editor.widgets.plain_text import PlainLabel, plain_tip, unmarked
from app.editor.widgets.style_rules import discard
from app.editor.within import Within

_MOST_NAME = 40  # letters of a name on a step


class WayBar(QFrame):
    """``chosen`` carries how many uses in the step lies that was clicked: 0 is the page where the way begins."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        """Make an empty bar, which is hidden."""
        super().__init__(parent)
        self.setObjectName("banner")
        self.setAccessibleName("Path")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(8, 2, 8, 2)
        self._layout.setSpacing(2)
        self.steps: list[QToolButton] = []
        self.setVisible(False)

    def show_way(self, way: Within | None) -> None:
        """Show the steps of a way; the last one is where the user is."""
        while (item := self._layout.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                discard(widget)
        self.steps = []
        names = (way.root, *way.uses) if way is not None else ()
        for place, name in enumerate(names):
            if place:
                self._layout.addWidget(PlainLabel("›", self))
            self._layout.addWidget(self._step(place, name, is_last=place == len(names) - 1))
        self._layout.addStretch(1)
        self.setVisible(bool(names))

    def _step(self, place: int, name: str, *, is_last: bool) -> QToolButton:
        step = QToolButton(self)
        step.setText(unmarked(shortened(name, _MOST_NAME)))
        step.setToolTip(plain_tip(f"Back to {name}" if not is_last else f"Here: inside {name}"))
        step.setAutoRaise(True)
        if not is_last:
            step.setObjectName("link")
        step.setEnabled(not is_last)
        step.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if not place:
            step.setIcon(icon("back"))
        step.clicked.connect(partial(self.chosen.emit, place))
        self.steps.append(step)
        return step
