"""Fades what a wire being pulled cannot end at, and rings the pins that would take it after a Cast."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.document.model.diagram import PinRef
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.painting import LABELS_FROM
from app.editor.canvas.items.style import CanvasStyle
from app.editor.canvas.nodegraph.item_bases import Z_OVERLAY, LiveItem
from app.editor.canvas.page_state.candidates import Candidates
from app.editor.canvas.page_state.hit_test import PINS_FROM
from app.editor.layout.block_geometry import PIN_RADIUS, RADIUS
from app.editor.widgets.guarded_paint import guarded

_BLOCK_VEIL, _PIN_VEIL = 165, 190  # alpha
_AROUND = 1.0  # page units around a block that its outline takes
_RING = PIN_RADIUS + 3.0


class Fading(LiveItem):
    """One item over all blocks, under the overlay. It is shown while a wire is pulled; hidden it costs nothing."""

    def __init__(self, style: CanvasStyle) -> None:
        """Begin with nothing faded."""
        super().__init__()
        self.style = style
        self.blocks: list[QRectF] = []  # without a pin that fits
        self.pins = QPolygonF()  # that do not fit, of blocks that have one that does
        self.after_cast: list[QPointF] = []
        self._judged: set[str] = set()
        self.setZValue(Z_OVERLAY - 1)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setVisible(False)

    def show_for(self, candidates: Candidates, blocks: Iterable[BlockItem], zoom: float) -> None:
        """Judge blocks that have not been judged for this pull; from far away pins are too small to be chosen."""
        if zoom < PINS_FROM:
            return
        before = len(self._judged)
        for block in blocks:
            if block.block_id not in self._judged:
                self._judged.add(block.block_id)
                self._judge(candidates, block)
        if len(self._judged) != before:
            self.setVisible(True)
            self.update()

    def clear(self) -> None:
        """Show everything as it is."""
        if self._judged:
            self.blocks, self.pins, self.after_cast = [], QPolygonF(), []
            self._judged.clear()
            self.setVisible(False)

    def _judge(self, candidates: Candidates, block: BlockItem) -> None:
        """Fade the block's pins that cannot take the wire, or all of it where none can."""
        direction = "in" if candidates.forward else "out"
        unfit: list[QPointF] = []
        after_cast: list[QPointF] = []
        fits = False
        for pin in block.shape_plan.pins:
            centre = QPointF(*block.pin_centre(pin))
            if pin.direction != direction or not pin.wireable:
                unfit.append(centre)
                continue
            verdict = candidates.verdict(PinRef(block.block_id, pin.name))
            if verdict is None:
                fits = True
                continue
            unfit.append(centre)
            if verdict.castable:
                after_cast.append(centre)
        if block.block_id == candidates.held.block:
            return
        if fits or after_cast:
            for centre in unfit:
                self.pins.append(centre)
            self.after_cast += after_cast
        else:
            self.blocks.append(block.rect().adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND))
            for centre in unfit:
                self.pins.append(centre)  # those on an edge stand out of it

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Lay veils over blocks and pins; ring the pins that a Cast would serve."""
        if self.part == "still":
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        veil = QColor(self.style.theme.canvas)
        veil.setAlpha(_BLOCK_VEIL)
        painter.setPen(self.style.no_pen)
        painter.setBrush(veil)
        if painter.worldTransform().m11() < LABELS_FROM:
            painter.drawRects(self.blocks)
        else:  # as the outlines are: a frame around them stays as light as it is
            for rect in self.blocks:
                painter.drawRoundedRect(rect, RADIUS + _AROUND, RADIUS + _AROUND)
        veil = QColor(self.style.theme.block_fill)
        veil.setAlpha(_PIN_VEIL)
        painter.setPen(QPen(veil, 2 * PIN_RADIUS + 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(self.pins)
        if self.after_cast:
            painter.setPen(QPen(QColor(self.style.theme.warning), 1.6, Qt.PenStyle.DotLine))
            painter.setBrush(self.style.no_brush)
            for centre in self.after_cast:
                painter.drawEllipse(centre, _RING, _RING)
