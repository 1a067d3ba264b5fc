"""The inspector's other views of a value: picture, histogram, plot along an axis, course over steps, text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.editor.tensor_views.empty import paint_empty
from app.editor.tensor_views.look import Look, look_of
from app.editor.widgets.theme import DARK, LIGHT

if TYPE_CHECKING:
    import numpy as np

    from app.editor.inspector.source import Source
    from app.editor.values.slicing import Cut


class View(Protocol):
    """One view: it is shown the source's value and the part that the table's cut names."""

    def show_source(self, source: Source, cut: Cut) -> None:
        """Show the source's value; called only while the view is in front."""


class FigureArea(QWidget):
    """Paints a figure of the monitors and reads out what is below the mouse. Subclasses say what is drawn."""

    kind = "picture"

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nothing to draw."""
        super().__init__(parent)
        self.why = ""
        self.mouse: QPointF | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(120, 80)

    def look(self) -> Look:
        """Return the colours of the theme that the window has."""
        is_dark = self.palette().base().color().lightness() < 128
        return look_of(DARK if is_dark else LIGHT)

    def draw(self, painter: QPainter, rect: QRectF, look: Look) -> None:
        """Draw the figure (for subclasses)."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the figure, or why there is none."""
        painter = QPainter(self)
        look = self.look()
        painter.fillRect(self.rect(), look.ground)
        if self.why:
            paint_empty(painter, QRectF(self.rect()), self.kind, self.why, look)
        else:
            self.draw(painter, QRectF(self.rect()), look)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read out what is below the mouse."""
        self.mouse = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Read out nothing."""
        self.mouse = None
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()


def real_numbers(array: np.ndarray[Any, Any]) -> Any:
    """Return an array in a dtype that pictures and plots take: small floats widened, complex by magnitude.

    Raises ValueError for strings.
    """
    from app.editor.values.statistics import numbers_of

    if array.dtype.kind == "O":
        raise ValueError("strings have none: see the text")
    return numbers_of(array)


def row_of(*parts: QWidget | None, parent: QWidget) -> QWidget:
    """Return a row of controls; None leaves what is over."""
    from PySide6.QtWidgets import QHBoxLayout

    row = QWidget(parent)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(8, 6, 8, 6)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        else:
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
    return row
