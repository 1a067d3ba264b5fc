"""What the inspector's views of a value have in common: what they are shown, rows of controls, numbers to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

if TYPE_CHECKING:
    import numpy as np

    from app.editor.inspector.source import Source
    from app.editor.plots.controls import CurveControls
    from app.editor.values.slicing import Cut


class View(Protocol):
    """One view: it is shown the source's value and the part that the table's cut names."""

    def show_source(self, source: Source, cut: Cut) -> None:
        """Show the source's value; called only while the view is in front."""


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
    row = QWidget(parent)
    layout = QHBoxLayout(row)
    layout.setContentsMargins(8, 6, 8, 6)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        else:
            layout.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
    return row


def fill(view: QWidget, plot: Any, controls: CurveControls | None = None) -> Any:
    """Put a plot into a view below its row of controls, which act on it; return the plot."""
    layout = view.layout()
    assert isinstance(layout, QVBoxLayout)
    layout.takeAt(1)  # what has held the row at the top
    layout.addWidget(plot, 1)
    if controls is not None:
        controls.fit_requested.connect(plot.fit)
        controls.export_requested.connect(plot.open_menu)
    return plot
