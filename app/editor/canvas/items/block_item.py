"""The scene item of one block: its place, its look, and its painting from shared pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.editor.canvas.items.fold import Fold
from app.editor.canvas.items.painting import (
    FADED,
    LABELS_FROM,
    PINS_FROM,
    STALE,
    WAITING,
    Tints,
    paint_badge,
    paint_block,
    paint_chip,
    paint_glow,
    paint_ring,
    paint_time,
    paint_waiting,
)
from app.editor.canvas.items.result_card import ResultCard
from app.editor.canvas.items.sprites import Frame, SpriteCache
from app.editor.canvas.items.style import CanvasStyle
from app.editor.canvas.items.thumbnails import Thumbnails
from app.editor.canvas.nodegraph.item_bases import BlockItemBase
from app.editor.canvas.routing.orthogonal import Box, End, Point
from app.editor.layout.block_geometry import (
    LABEL_DROP,
    LABEL_SIZE,
    PIN_X,
    BlockShape,
    PinSpot,
    shortened,
    text_width,
)
from app.editor.widgets.guarded_paint import guarded

_AROUND = 14.0  # page units around a block that glows and badges may take
_LABEL_HEIGHT = 18.0
_MOST_LABEL = 200  # letters that are shown of a label
_OUTER_EDGE = PIN_X - 4  # page units between a typed text left of the block and the block
_LEAST_OUTER = 30.0  # page units that such a text and its distance need
_IDENTITY = QTransform()
_LABEL_BASE = QPointF(0.0, 18.0)


class Look:
    """What all items of one canvas share: the style and the pictures made with it."""

    def __init__(self, style: CanvasStyle) -> None:
        """Take a style."""
        self.style = style
        self.sprites = SpriteCache(style)
        self.frame: Frame | None = None  # while a viewport, or a piece of one, is painted
        self.show_texts = True  # typed texts in the rows of unwired pins
        self.stale = False  # problems are those of before the last change
        self.thumbnails = Thumbnails()  # of the files that texts name
        # page units from a block's edge down to what stands below it
        self.room_below: Callable[[BlockItem], float] = lambda _: inf
        self.room_left: Callable[[BlockItem, float, float], float] = lambda _item, _y, wide: wide
        # page units from a block's left edge to what stands beside its label, which is so wide
        self.room_for_label: Callable[[BlockItem, float], float] = lambda _item, _wide: inf

    def set_style(self, style: CanvasStyle) -> None:
        """Take another theme's style."""
        self.style = style
        self.sprites = SpriteCache(style)


class BlockItem(BlockItemBase):
    """One block. It knows nothing of the document: `PageItems` sets what it shows."""

    def __init__(self, block_id: str, shape: BlockShape, look: Look) -> None:
        """Make an item at the origin."""
        super().__init__(block_id)
        self.block_id = block_id
        self.look = look
        self.shape_plan = shape
        self.x_page = self.y_page = 0.0  # where it is drawn: the page place on whole units
        self.wired = 0  # bit i: pin i of the shape bears a wire
        self.tints: Tints = ()  # colours of the wires at pins
        self.selected_look = False
        self.off = False
        self.gone = False  # from the page; it is about to leave the scene
        self.fold: Fold | None = None  # of the frame that hides it
        self.label = ""
        self.status = ""
        self.time: tuple[str, float] | None = None  # what a step of it takes, and the share of all
        self.problem = ""  # severity of the block's own problem
        self.pin_problems: dict[int, str] = {}  # severity by pin
        self.related_pins: dict[int, str] = {}  # severity by pin, of problems of other pins
        self.waits = False  # cannot be judged for a fault before it
        self.texts: tuple[tuple[int, str], ...] = ()  # typed texts by pin
        self.pictures: dict[int, str] = {}  # of these, the ones that name a picture
        self.result: ResultCard | None = None  # what its output gave in the last run
        self.is_stale = False  # that, and the status, are of before a change of the page
        self._plain_look = True
        self._look_number = 0
        self._measure()

    # what it shows ----------------------------------------------------------------------------------

    def set_shape_plan(self, shape: BlockShape) -> None:
        """Change the drawing plan, as when a wire names a pin that the symbol does not have."""
        if shape is not self.shape_plan:
            self.shape_plan = shape
            self._measure()

    def set_label(self, label: str) -> None:
        """Show a text above the block."""
        label = shortened(label, _MOST_LABEL)
        if label != self.label:
            self.label = label
            self._measure()

    def set_result(self, card: ResultCard | None) -> None:
        """Show a value below the block, or none."""
        if card is None and self.result is None:
            return
        reach = self.result_reach
        self.result = card
        if self.result_reach != reach:
            self._measure()
        else:
            self.refresh()

    @property
    def result_reach(self) -> float:
        """Return how far what is shown of the last run reaches down from the block's edge."""
        return self.result.height if self.result is not None else 0.0

    @property
    def label_reach(self) -> float:
        """Return how far the label reaches up from the block's edge."""
        return _LABEL_HEIGHT if self.label else 0.0

    def label_rect(self) -> QRectF:
        """Return where the label stands, from the block's corner; empty where there is none."""
        if not self.label:
            return QRectF()
        width = min(text_width(self.label, 11.0), self._label_room())
        return QRectF(2.0, -_LABEL_HEIGHT, width, _LABEL_HEIGHT)

    def _label_room(self) -> float:
        """Return how wide the label may be: it ends before what stands to the right."""
        wide = text_width(self.label, 11.0)
        return self.look.room_for_label(self, wide) if wide > self.shape_plan.width else inf

    def outer_texts(self) -> Iterator[QRectF]:
        """Yield where typed texts stand left of the block, as the classic look has them, from the block's corner."""
        if self.look.style.classic and self.look.show_texts:
            for place, _ in self._outer_texts():
                yield place

    def _outer_texts(self) -> Iterator[tuple[QRectF, str]]:
        """Yield what is typed into unwired pins but ``attrs``, and where: it ends before what stands to the left."""
        for index, text in self.texts:
            pin, shown = self.shape_plan.pins[index], _outer_text(text)
            if self.wired >> index & 1 or pin.name == "attrs":
                continue
            width = text_width(shown, LABEL_SIZE) + _OUTER_EDGE
            width = min(width, self.look.room_left(self, pin.y, width))
            if width >= _LEAST_OUTER:
                yield QRectF(-width, pin.y - 8 + LABEL_DROP - 4, width - _OUTER_EDGE + 2, 16), shown

    def card_rect(self) -> QRectF:
        """Return where the value of the last run is shown, from the block's corner; empty where none is."""
        card = self.result
        return card.rect(self.shape_plan, self.look.room_below(self)) if card is not None else QRectF()

    def place(self, x: float, y: float) -> bool:
        """Put the block at a page place; returns whether it moved. Outlines are sharp on half units."""
        x, y = float(round(x)), float(round(y))
        if (x, y) == (self.x_page, self.y_page) and not self.pos().isNull():
            return False
        self.x_page, self.y_page = x, y
        self.setPos(x + 0.5, y + 0.5)
        return True

    def refresh(self) -> None:
        """Repaint after any of the plain attributes changed."""
        faults = self.problem or self.pin_problems or self.related_pins or self.time
        self._plain_look = not (faults or self.status or self.waits or self.off)
        if self.fold is not None:
            self.fold.frame.update()
        self._has_words = bool(self.label or self.texts)  # they are painted near by only
        self._look_number = self.look.sprites.look_number(
            self.shape_plan, self.wired, self.selected_look, self.tints
        )
        self.update()

    def _measure(self) -> None:
        """Set the bounds: the outline and what may stand around it."""
        shape = self.shape_plan
        over = _LABEL_HEIGHT if self.label else 0.0
        wide = max(shape.width, text_width(self.label, 13.0)) if self.label else shape.width
        height = shape.height + over + 2 * _AROUND + self.result_reach
        self.setRect(-_AROUND, -_AROUND - over, wide + 2 * _AROUND, height)
        self.refresh()

    # where its parts are ----------------------------------------------------------------------------

    def box(self) -> Box:
        """Return the outline on the page, as routing takes it."""
        x, y = self.x_page + 0.5, self.y_page + 0.5
        return Box(x, y, x + self.shape_plan.width, y + self.shape_plan.height)

    def rect(self) -> QRectF:
        """Return the outline on the page. (Qt's rectangle of the item are its bounds, `boundingRect`.)"""
        return QRectF(self.x_page + 0.5, self.y_page + 0.5, self.shape_plan.width, self.shape_plan.height)

    def pin_centre(self, pin: PinSpot) -> Point:
        """Return a pin's centre on the page, or where its wires end while a folded frame hides the block."""
        if self.fold is not None:
            end = self.fold.end(self.block_id, pin)
            return (end.x, end.y)
        return (self.x_page + 0.5 + pin.x, self.y_page + 0.5 + pin.y)

    def end(self, pin: PinSpot) -> End:
        """Return a wire's end at a pin."""
        if self.fold is not None:
            return self.fold.end(self.block_id, pin)
        return End(*self.pin_centre(pin), self.box(), pin.row, pin.side == "bottom")

    @property
    def obstacle(self) -> str:
        """The id of what its wires end at: the block, or the folded frame that hides it."""
        return self.fold.frame.item_id if self.fold is not None else self.block_id

    # painting ---------------------------------------------------------------------------------------

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Copy a shared picture on screen; paint with plain commands elsewhere (PNG, SVG) and when huge.

        This runs for each block in view at each frame, so it is written for speed: the place is kept to half a
        device pixel, where the picture meets the wires, which Qt paints at their exact place.
        """
        frame = self.look.frame
        if frame is None:
            self._paint_plain(painter)
            return
        half_x = round((self.x_page + 0.5) * frame.scale * 2.0 + frame.dx * 2.0)
        half_y = round((self.y_page + 0.5) * frame.scale * 2.0 + frame.dy * 2.0)
        key = self._look_number * 4 + (half_x & 1) * 2 + (half_y & 1)
        pixmap, margin = frame.sprites.get(key) or self.look.sprites.paint(frame, key)
        near = frame.scale / frame.ratio
        has_more = (self._has_words and near >= LABELS_FROM) or (self.result and near >= PINS_FROM)
        if self._plain_look and not has_more:
            painter.setWorldTransform(_IDENTITY)
            if frame.ratio == 1.0:
                painter.drawPixmap((half_x >> 1) - margin, (half_y >> 1) - margin, pixmap)
                return
            place = QPointF(((half_x >> 1) - margin) / frame.ratio, ((half_y >> 1) - margin) / frame.ratio)
            painter.drawPixmap(place, pixmap)
            return
        transform = painter.worldTransform()
        painter.setWorldTransform(_IDENTITY)
        painter.setOpacity(self._opacity())
        place = QPointF(((half_x >> 1) - margin) / frame.ratio, ((half_y >> 1) - margin) / frame.ratio)
        painter.drawPixmap(place, pixmap)
        painter.setWorldTransform(transform)
        self._paint_extras(painter, frame.scale / frame.ratio)
        painter.setOpacity(1.0)

    def _opacity(self) -> float:
        return FADED if self.off else WAITING if self.waits else 1.0

    def _paint_plain(self, painter: QPainter) -> None:
        """Paint without pictures."""
        scale = painter.worldTransform().m11()
        painter.setOpacity(self._opacity())
        paint_block(
            painter, self.shape_plan, self.look.style, self.wired, self.selected_look, scale, self.tints
        )
        self._paint_extras(painter, scale)
        painter.setOpacity(1.0)

    def _paint_extras(self, painter: QPainter, scale: float) -> None:
        """Paint what differs from block to block: label, texts, problems, status."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        style = self.look.style
        if self.label and scale >= LABELS_FROM:
            painter.setFont(style.caption_font)
            painter.setPen(style.block_note)
            painter.drawText(
                self.boundingRect().adjusted(_AROUND + 2, 2, 0, 0).topLeft() + _LABEL_BASE,
                style.cut_label(self.label, self._label_room()),
            )
        if self.texts and self.look.show_texts and scale >= LABELS_FROM:
            self._paint_texts(painter, style)
        if self.result is not None:
            opacity = painter.opacity()
            painter.setOpacity(opacity * (STALE if self.is_stale else 1.0))
            self.result.paint(painter, self.shape_plan, style, scale, self.look.room_below(self))
            painter.setOpacity(opacity)
        if self.waits:
            painter.setOpacity(FADED if self.off else 1.0)
            paint_waiting(painter, self.shape_plan, style)
        if self.problem or self.pin_problems or self.related_pins:
            self._paint_faults(painter, style)
        if self.status:
            paint_badge(painter, self.shape_plan, style, self.status)
        if self.time and scale >= PINS_FROM:
            paint_time(painter, self.shape_plan, style, *self.time, scale)

    def _paint_faults(self, painter: QPainter, style: CanvasStyle) -> None:
        """Let the block, its pins and the pins that have a part in another's fault glow; dim while stale."""
        opacity = painter.opacity()
        painter.setOpacity(opacity * (STALE if self.look.stale else 1.0))
        if self.problem:
            painter.setPen(style.problem_outline[self.problem])
            painter.setBrush(style.no_brush)
            shape = self.shape_plan
            painter.drawRoundedRect(QRectF(-4.5, -4.5, shape.width + 9, shape.height + 9), 13, 13)
        for index, severity in self.related_pins.items():
            pin = self.shape_plan.pins[index]
            paint_ring(painter, pin.x, pin.y, style.severity[severity])
        for index, severity in self.pin_problems.items():
            pin = self.shape_plan.pins[index]
            paint_glow(painter, pin.x, pin.y, style.severity[severity])
        painter.setOpacity(opacity)

    def _paint_texts(self, painter: QPainter, style: CanvasStyle) -> None:
        """Paint typed texts: as chips in their pins' rows; in the classic look left of the pins, outside the block."""
        painter.setFont(style.label_font)
        if not style.classic:
            for index, text in self.texts:
                if self.wired >> index & 1:
                    continue  # the wire wins
                picture = self.look.thumbnails.get(self.pictures[index]) if index in self.pictures else None
                paint_chip(painter, self.shape_plan, self.shape_plan.pins[index], style, text, picture)
            return
        painter.setPen(style.typed)
        metrics = painter.fontMetrics()
        for place, text in self._outer_texts():
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()) + 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.TextFlag.TextDontClip, shown)


def _outer_text(text: str) -> str:
    """Return what stands beside a block of a typed text."""
    return shortened(" ".join(text.split()), 18)
