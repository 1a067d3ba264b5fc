"""What all plots have: a pyqtgraph view in the theme's colours, zoom, pan, a line of values, and their export."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from app.editor.plots.saving import FILTERS, ask_and_save, painted_svg
from app.editor.tensor_views.look import Look, look_of
from app.editor.widgets.narrow import ElidedLabel
from app.editor.widgets.plain_text import PlainLabel
from app.editor.widgets.theme import DARK, LIGHT

GRID = 0.16  # of the colour of the axes, for the lines behind the curves
_SHARPNESS = 2  # pixels of an exported picture for one on the screen


class PlotFrame(QWidget):
    """One plot. Subclasses draw into ``plot`` and say what lies under the mouse; ``why`` replaces the plot by words.

    The wheel zooms, dragging pans, with the right button it stretches the axes; a double click shows everything.
    """

    reported = Signal(str)
    exports: tuple[str, ...] = (".csv", ".png", ".svg")

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin with nothing to draw."""
        super().__init__(parent)
        self.name = "plot"  # that an exported file is offered under
        self.view = pg.PlotWidget(self, enableMenu=False)
        self.plot = self.view.getPlotItem()
        self.plot.hideButtons()
        self.box = self.plot.getViewBox()
        self.readout = ElidedLabel(parent=self)
        self.readout.setObjectName("faint")
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.readout.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.note = ""  # what the readout says while the mouse is elsewhere
        self._reason = PlainLabel(parent=self)
        self._reason.setObjectName("emptyState")
        self._reason.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reason.setWordWrap(True)
        shown = QWidget(self)
        inside = QVBoxLayout(shown)
        inside.setSpacing(2)
        inside.addWidget(self.view, 1)
        inside.addWidget(self.readout)
        inside.setContentsMargins(6, 4, 6, 4)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(shown)
        self._stack.addWidget(self._reason)
        self.cross = [pg.InfiniteLine(angle=angle, movable=False) for angle in (90, 0)]
        for line in self.cross:
            line.setVisible(False)
            self.plot.addItem(line, ignoreBounds=True)
        self.view.scene().sigMouseMoved.connect(self._on_mouse)
        self.view.scene().sigMouseClicked.connect(self._on_click)
        self.view.viewport().installEventFilter(self)
        self.setMinimumSize(120, 80)
        self._restyling = QTimer(self)
        self._restyling.setSingleShot(True)
        self._restyling.setInterval(0)
        self._restyling.timeout.connect(self.restyle)
        self.restyle()

    # --- what is shown
    @property
    def why(self) -> str:
        """Return why there is nothing to draw, or ""."""
        return self._reason.text() if self._stack.currentIndex() else ""

    @why.setter
    def why(self, words: str) -> None:
        self._reason.setText(words)
        self._stack.setCurrentIndex(1 if words else 0)

    def look(self) -> Look:
        """Return the colours of the theme that the window has."""
        return look_of(DARK if self.palette().base().color().lightness() < 128 else LIGHT)

    def restyle(self) -> None:
        """Take the theme's colours."""
        look = self.look()
        self.view.setBackground(look.ground)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(look.faint)
            axis.setTextPen(look.text)
            axis.setTickFont(look.font)
        for line in self.cross:
            line.setPen(pg.mkPen(look.faint, width=1, style=Qt.PenStyle.DashLine))
        self.redraw()

    def redraw(self) -> None:
        """Draw again in the colours of the theme (for subclasses)."""

    def fit(self) -> None:
        """Show everything, and go on to while values come."""
        self.box.enableAutoRange()

    def text_at(self, x: float, y: float) -> str:
        """Return what lies at a place of the plot (for subclasses)."""
        return ""

    def table(self) -> list[list[str]]:
        """Return the numbers that are drawn: a head and rows (for subclasses)."""
        return []

    # --- the mouse
    def _on_mouse(self, at: QPointF) -> None:
        if not self.box.sceneBoundingRect().contains(at):
            self.leave()
            return
        place = self.box.mapSceneToView(at)
        self.read(place.x(), place.y())

    def read(self, x: float, y: float) -> None:
        """Put the cross at a place of the plot and say what lies there."""
        for line, at in zip(self.cross, (x, y), strict=True):
            line.setValue(at)
            line.setVisible(True)
        self.readout.setText(self.text_at(x, y) or self.note)

    def leave(self) -> None:
        """Take the cross away."""
        for line in self.cross:
            line.setVisible(False)
        self.readout.setText(self.note)

    def set_note(self, words: str) -> None:
        """Say something while the mouse is elsewhere."""
        self.note = words
        if not self.cross[0].isVisible():
            self.readout.setText(words)

    def _on_click(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            self.open_menu(event.screenPos().toPoint())
        elif event.double():
            self.fit()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        """Take the cross away when the mouse leaves."""
        if event.type() == QEvent.Type.Leave:
            self.leave()
        return super().eventFilter(watched, event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme, after Qt has given it to all widgets: drawing anew lets go of some, as those of scales."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_restyling"):
            self._restyling.start()

    # --- export
    def open_menu(self, at: QPoint) -> None:
        """Open the menu of the plot at a place of the screen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show everything", self.fit)
        menu.addSeparator()
        for suffix in self.exports:
            menu.addAction(FILTERS[suffix], partial(self.export, suffix))
        menu.popup(at)

    def export(self, suffix: str) -> None:
        """Ask for a file and write the plot."""
        words = ask_and_save(self, suffix, self.name, self)
        if words:
            self.reported.emit(words)

    def image(self) -> QImage:
        """Return what is seen, two pixels for each of the screen."""
        size = self.view.size()
        made = QImage(size * _SHARPNESS, QImage.Format.Format_RGB32)
        made.setDevicePixelRatio(_SHARPNESS)
        painter = QPainter(made)
        self._paint(painter)
        painter.end()
        return made

    def svg(self) -> bytes:
        """Return what is seen as SVG, painted by Qt."""
        return painted_svg(self.view, self.name, self._paint)

    def _paint(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        area = QRectF(QPointF(0, 0), self.view.size().toSizeF())
        painter.fillRect(area, self.look().ground)
        self.view.render(painter, area, self.view.rect())


def pen(colour: QColor, width: float = 1.6, part: float = 1.0) -> Any:
    """Return a pen of a colour, of which only a part may be there."""
    shown = QColor(colour)
    shown.setAlphaF(part)
    return pg.mkPen(shown, width=width)


def within(value: float) -> float:
    """Return a coordinate that the arithmetic of a plot can take: beyond, its squares are infinite."""
    return math.copysign(min(abs(value), 1e150), value)
