"""The monitor of kind ``picture``: a tensor as an image or heat map, a batch as several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF
from PySide6.QtGui import QMouseEvent, QPainter

from app.editor.monitors.base import ValueWidget
from app.editor.monitors.options import Options
from app.editor.tensor_views.picture_figure import PictureFigure

if TYPE_CHECKING:
    from app.document.model.diagram import Monitor
    from app.editor.results.store import ResultStore
    from app.editor.tensor_views.pixels import Array, Pictures, Style


class PictureMonitor(ValueWidget):
    """Shows the first pin's tensor. While the mouse is over a pixel, the caption gives its values.

    Options: ``slice``, ``transpose``, ``colours`` ("auto", "heat", "grey"), ``min``, ``max``, ``legend``;
    ``shape`` ([rows, columns]) for a value that is flat, ``scale`` (colours from low to high, "#rrggbb"), and
    ``bare`` for the picture alone, without title bar, scale and caption. Without a pin it shows its own scale.
    """

    takes_slice = True

    def __init__(self, store: ResultStore, page: str, monitor: Monitor) -> None:
        """Follow the first pin."""
        options = Options(monitor.options)
        self.figure = PictureFigure(
            _style(options), options.flag("legend", True), options.flag("bare", False)
        )
        self._shape = options.sizes("shape")
        self._mouse: QPointF | None = None
        super().__init__(store, page, monitor)
        self.setMouseTracking(True)

    def read(self) -> None:
        """Take the new value; its pictures are made when they are painted."""
        array = self.found[0].array if self.found else None
        if array is not None and len(self._shape) == 2 and array.size == self._shape[0] * self._shape[1]:
            array = array.reshape(self._shape)
        if not self.monitor.pins:
            array = _own_scale(self.figure.style)
        self.figure.set_array(array, self.found[0].dtype if self.found else "float64")

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
        return self.figure.reason() or (self.found[0].why if self.found else "choose a pin")

    def caption(self) -> str:
        """Return dtype, shape and range of the value."""
        return self.figure.caption()

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Paint pictures, colour scale and caption."""
        if self.pictures() is None:
            self.paint_reason(painter, rect, self.reason())
        else:
            self.figure.paint(painter, rect, self.look, self._mouse)


def _own_scale(style: Style | None) -> Array | None:
    """Return a column of values from high to low, where a style names its colours and their ends."""
    import numpy as np

    if style is None or not style.scale or style.low is None or style.high is None:
        return None
    return np.linspace(style.high, style.low, 64)[:, None]


def _style(options: Options) -> Style:
    from app.editor.tensor_views.pixels import STYLES, Style  # late: it needs NumPy

    return Style(
        colours=options.choice("colours", STYLES),
        low=options.number("min"),
        high=options.number("max"),
        transposed=options.flag("transpose", False),
        scale=tuple(options.colours("scale")),
    )
