"""The inspector's picture: the whole tensor as pictures, or the table's part as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QComboBox, QVBoxLayout, QWidget

from app.editor.inspector.views import fill, real_numbers, row_of
from app.editor.tensor_views.picture_figure import PictureFigure, image_of
from app.editor.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from app.editor.inspector.source import Source
    from app.editor.plots.image_plot import ImagePlot
    from app.editor.values.slicing import Cut

COLOURS = {"auto": "Colours as the tensor says", "heat": "Heat map", "grey": "Grey"}


class PictureView(QWidget):
    """Draws the value; which axes are rows and columns is chosen at the table."""

    reported = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nothing to draw."""
        super().__init__(parent)
        self._plot: ImagePlot | None = None  # made with the first value: its library is not there before
        self.colours = QComboBox(self)
        self.colours.setAccessibleName("Colours of the picture")
        for key, title in COLOURS.items():
            self.colours.addItem(title, key)
        self.part = QCheckBox("Only the table's part", self)
        self.part.setToolTip("The rows and columns that the table shows, at the indices chosen there")
        self.filters = QCheckBox("Filters", self)
        self.filters.setToolTip(
            "The axes are those of a convolution's filters: rows, columns, inputs, outputs"
        )
        self.filters.setVisible(False)
        self.note = PlainLabel(parent=self)
        self.note.setObjectName("faint")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row_of(self.colours, self.part, self.filters, self.note, None, parent=self))
        layout.addStretch(1)
        self._source: Source | None = None
        self._cut: Cut | None = None
        self._drawn: object = None
        self.colours.currentIndexChanged.connect(lambda _: self._draw())
        self.part.toggled.connect(lambda _: self._draw())
        self.filters.toggled.connect(lambda _: self._draw())

    def show_source(self, source: Source, cut: Cut) -> None:
        """Draw the source's value."""
        self._source, self._cut = source, cut
        self.plot()
        self._draw()

    def plot(self) -> ImagePlot:
        """Return the plot; the first call makes it."""
        if self._plot is None:
            from app.editor.plots.image_plot import ImagePlot

            self._plot = fill(self, ImagePlot(self))
            self._plot.name = "picture"
            self._plot.reported.connect(self.reported)
        return self._plot

    def single_image(self) -> QImage | None:
        """Return the picture with the tensor's own pixels where there is one, else None."""
        made = self.plot().figure.pictures()
        return image_of(made.rgba[0]) if made is not None and len(made.rgba) == 1 else None

    def _draw(self) -> None:
        value = self._source.value if self._source is not None else None
        if value is None or self._cut is None:
            return
        # A rank without pictures of its own is drawn by the table's part, whatever the switch says.
        is_part = self.part.isChecked() or value.array.ndim > 4
        self.filters.setVisible(value.array.ndim == 4)
        filters = self.filters.isChecked() and not is_part
        key = (id(value), is_part, self._cut if is_part else None, self.colours.currentData(), filters)
        if key == self._drawn:
            return
        self._drawn = key
        from app.editor.tensor_views.pixels import Style

        plot, figure = self.plot(), PictureFigure(Style(colours=self.colours.currentData(), filters=filters))
        self.note.setText(self._cut.text() if is_part else "")
        why = ""
        try:
            array = real_numbers(self._cut.view(value.array) if is_part else value.array)
        except ValueError:
            why = "string values make no picture"
        else:
            figure.set_array(array, value.dtype)
        plot.set_figure(figure)
        plot.why = why or figure.reason()
