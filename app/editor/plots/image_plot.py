"""Pictures of a tensor, sharp to the pixel: a single one, or those of a batch side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from app.editor.plots.plot_frame import PlotFrame
from app.editor.tensor_views.picture_figure import PictureFigure, cells

if TYPE_CHECKING:
    from app.editor.tensor_views.pixels import Pictures


class ImagePlot(PlotFrame):
    """Draws the pictures that a figure makes of its array, one unit of the axes for each pixel of a single one."""

    exports = (".png", ".svg")  # its numbers are the tensor's, which has exports of its own

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without pictures."""
        self.figure = PictureFigure()
        self._items: list[Any] = []
        self._cells: list[QRectF] = []
        self._scale: Any = None
        super().__init__(parent)
        self.box.setAspectLocked(True)
        self.box.invertY(True)

    def set_figure(self, figure: PictureFigure) -> None:
        """Draw the pictures of a figure; a zoom stays where they have the same size."""
        before = self._cells
        self.figure = figure
        self.redraw()
        if self._cells != before:
            self.fit()

    def redraw(self) -> None:
        """Draw the pictures, and beside them what their colours stand for."""
        for item in self._items:
            self.plot.removeItem(item)
        self._items = []
        made = self.figure.pictures()
        is_single = made is not None and len(made.rgba) == 1
        for side in ("left", "bottom"):
            self.plot.getAxis(side).setStyle(showValues=is_single)
        self._cells = _cells(made) if made is not None else []
        for rgba, cell in zip(made.rgba if made is not None else (), self._cells, strict=True):
            item = pg.ImageItem(rgba, axisOrder="row-major")
            item.setRect(cell)
            self.plot.addItem(item)
            self._items.append(item)
        self._draw_scale(made)
        self.set_note(self.figure.caption())

    def _draw_scale(self, made: Pictures | None) -> None:
        from app.editor.tensor_views.pixels import heat_colours

        if self._scale is not None:
            self.plot.layout.removeItem(self._scale)
            self._scale.scene().removeItem(self._scale)
            self._scale = None
        if made is None or not made.is_heat:
            return
        colours = pg.ColorMap(None, heat_colours(64, self.figure.style))
        high = made.high if made.high > made.low else made.low + 1.0
        self._scale = pg.ColorBarItem(values=(made.low, high), colorMap=colours, interactive=False, width=14)
        axis, look = self._scale.getAxis("right"), self.look()
        axis.setPen(look.faint)
        axis.setTextPen(look.text)
        axis.setTickFont(look.font)
        self.plot.layout.addItem(self._scale, 2, 5)

    def text_at(self, x: float, y: float) -> str:
        """Return the place and values of the pixel at a place."""
        from app.editor.tensor_views.pixels import pixel_text

        made = self.figure.pictures()
        if made is None:
            return ""
        height, width = made.rgba.shape[1:3]
        for number, cell in enumerate(self._cells):
            if cell.left() <= x < cell.right() and cell.top() <= y < cell.bottom():
                row = int((y - cell.top()) * height / cell.height())
                column = int((x - cell.left()) * width / cell.width())
                return pixel_text(made.batch, number, row * made.stride, column * made.stride)
        return ""


def _cells(made: Pictures) -> list[QRectF]:
    """Return where the pictures lie: a single one from 0 to its size in the tensor's pixels, several in a square."""
    count, height, width = made.rgba.shape[:3]
    if count == 1:
        return [QRectF(0, 0, width * made.stride, height * made.stride)]
    side = max(1.0, (count * height * width) ** 0.5) * 4
    return cells(QRectF(0, 0, side, side), made.rgba.shape)
