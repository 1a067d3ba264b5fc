"""The monitor of kind ``picture``: a tensor as an image or heat map, a batch as several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QMouseEvent, QPainter

from app.editor.monitors.base import ValueWidget
from app.editor.monitors.options import Options
from app.editor.monitors.picture_figure import PictureFigure

if TYPE_CHECKING:
    from app.document.model import Monitor
    from app.editor.monitors.pixels import Pictures, Style
    from app.editor.results_store import ResultStore


class PictureMonitor(ValueWidget):
    """Shows the first pin's tensor. While the mouse is over a pixel, the caption gives its values.

    Options: ``slice``, ``transpose``, ``colours`` ("auto", "heat", "grey"), ``min``, ``max``, ``legend``.
    """

    takes_slice = True

    def __init__(self, store: ResultStore, page: str, monitor: Monitor) -> None:
        """Follow the first pin."""
        options = Options(monitor.options)
        self.figure = PictureFigure(_style(options), options.flag("legend", True))
        self._mouse: QPointF | None = None
        super().__init__(store, page, monitor)
        self.setMouseTracking(True)

    def read(self) -> None:
        """Take the new value; its pictures are made when they are painted."""
        self.figure.set_array(self.found[0].array, self.found[0].dtype)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show the value of the pixel under the mouse."""
        self._mouse = event.position()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Show the whole tensor's range again."""
        self._mouse = None
        self.update()

    def pixel(self) -> str:
        """Return the place and values of the pixel under the mouse, or ""."""
        return self.figure.pixel(self._mouse)

    def pictures(self) -> Pictures | None:
        """Return the pictures of the value that is there, or None (see `reason`)."""
        return self.figure.pictures()

    def reason(self) -> str:
        """Return why there is no picture."""
        return self.figure.reason() or self.found[0].why

    def caption(self) -> str:
        """Return dtype, shape and range of the value."""
        return self.figure.caption()

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Paint pictures, colour scale and caption."""
        if self.pictures() is None:
            self.paint_reason(painter, rect, self.reason())
        else:
            self.figure.paint(painter, rect, self.look, self._mouse)


def _style(options: Options) -> Style:
    from app.editor.monitors.pixels import STYLES, Style  # late: it needs NumPy

    return Style(
        colours=options.choice("colours", STYLES),
        low=options.number("min"),
        high=options.number("max"),
        transposed=options.flag("transpose", False),
    )
