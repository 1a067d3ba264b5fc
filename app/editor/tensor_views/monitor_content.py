"""What a page's canvas asks of the content of monitors, and of whom makes it; the monitors are made elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.document.model.diagram import Monitor
from app.editor.widgets.theme import Theme

if TYPE_CHECKING:
    from app.engine.ipc.messages import Cell


class MonitorContent(QWidget):
    """The widget within a monitor's frame. ``takes_double_click``: a double click is its own, and not the page's."""

    takes_double_click = True
    remark_changed = Signal()

    @property
    def remark(self) -> str:
        """Return what the title bar is to say of the value that is shown, as that it is of before a change."""
        return ""

    def set_theme(self, theme: Theme) -> None:
        """Take other colours; what is made of the program's own widgets has them already."""


class MonitorFactory(Protocol):
    """Makes the content of a page's monitors."""

    def __call__(self, monitor: Monitor) -> MonitorContent | None:
        """Return the content, None for a monitor that shows nothing."""

    @property
    def histories(self) -> Any:
        """Return the series of what the page's curves show (`app.editor.monitors.history.Histories`)."""

    def add_rows(self, pins: Sequence[str], first: int, rows: Sequence[Sequence[Cell]], every: int) -> None:
        """Take the values that a run has read, every so many steps: a row a step, a column a pin."""

    def go_back(self, step: int) -> None:
        """Forget what was taken of later steps, which are done anew."""
