"""Notes on the page: texts, frames behind the blocks, and shapes; with their editor in place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QKeyEvent, QPainter, QPen, QPolygonF, QTextOption
from PySide6.QtWidgets import QGraphicsTextItem, QStyleOptionGraphicsItem, QWidget

from app.document.model.diagram import Note
from app.document.model.text_size import NOTE_MARGIN
from app.editor.canvas.items.box_item import BoxItem
from app.editor.canvas.items.fold import (
    SIGN,
    TITLE,
    Fold,
    folded_width,
    paint_caption,
    paint_faults,
    paint_sign,
    sign_place,
)
from app.editor.canvas.items.note_colours import ground
from app.editor.canvas.items.painting import LABELS_FROM, far_size
from app.editor.canvas.items.style import CanvasStyle, page_font
from app.editor.canvas.nodegraph.item_bases import Z_FRAME, Z_NOTE
from app.editor.widgets.guarded_paint import guarded

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_MOST_POINTS = 20_000  # of a note's lines
_DRAWN = ("ellipse", "lines")  # parts of drawings, on which nothing lies
_DARK, _GREY = 0.5, 0.25  # lightness and saturation below which an area is dark, or without colour
_MOST_TEXT = 20_000  # letters of a note that are painted
FRAME_TITLE = 26.0  # height of the strip by which a frame is moved
_DEFAULT_SIZE = {"text": 13, "frame": 15, "shape": 13}


class NoteItem(BoxItem):
    """One note. Its style: color, fill, outline ("#rrggbb"), size (6 to 96), bold, shape ("ellipse", "lines").

    Of shapes also opacity, dash, radius (corners of a rectangle), and lines: lists of points as parts of the
    note's width and height.
    """

    smallest = (2.0, 2.0)

    def __init__(self, note: Note, style: CanvasStyle) -> None:
        """Show a note."""
        super().__init__(note.id, style)
        self.note = note
        self.fold: Fold | None = None  # what it hides, while it is folded
        self.editor: NoteEditor | None = None
        # Closed and hidden: Qt may still be in the very event that closed it.
        self.spent: NoteEditor | None = None
        self.set_note(note)

    @property
    def is_frame(self) -> bool:
        """Return whether blocks on it move along with it."""
        return self.note.kind == "frame"

    @property
    def is_folded(self) -> bool:
        """Return whether it is a frame that shows its title only."""
        return self.is_frame and self.note.view.collapsed

    def set_note(self, note: Note) -> None:
        """Show the note as it is now."""
        self.note = note
        behind = note.kind in ("frame", "shape")  # they would hide the blocks; the larger lie deeper
        behind = behind and not self.is_folded
        self.setZValue(Z_FRAME - note.size[0] * note.size[1] * 1e-9 if behind else Z_NOTE)
        self.place(*note.at)
        if self.is_folded:
            self.resize(
                folded_width(note.text, self.text_size()), TITLE if self.fold is None else self.height
            )
        else:
            self.resize(*note.size)

    def fold_to(self, height: float) -> bool:
        """Take the height that the wires at a folded frame's edges need; returns whether it has another now."""
        if height == self.height:
            return False
        self.resize(self.width, height)
        return True

    def full_rect(self) -> QRectF:
        """Return the rectangle on the page that a frame takes when it is open."""
        if not self.is_folded:
            return self.rect()
        return QRectF(self.x_page + 0.5, self.y_page + 0.5, *self.note.size)

    def body_at(self, point: QPointF) -> bool:
        """A frame is grabbed by its title strip or its edge; the rest belongs to what lies on it."""
        rect = self.rect()
        if not rect.contains(point) or not self.is_frame or self.is_folded:
            return rect.contains(point)
        inner = rect.adjusted(4, FRAME_TITLE, -4, -4)
        return not inner.contains(point)

    def sign_at(self, point: QPointF) -> bool:
        """Return whether a page point lies on the sign that folds and opens a frame."""
        shown = self.is_frame and not self.style.classic
        return shown and sign_place().translated(self.rect().topLeft()).contains(point)

    def handle_at(self, point: QPointF, reach: float) -> str:
        """Return which edges a page point would drag; a folded frame has a size of its own."""
        return "" if self.is_folded else super().handle_at(point, reach)

    def boundingRect(self) -> QRectF:
        """Return the rectangle with what is drawn around it, of a folded frame with its whole place on the page."""
        return (
            super().boundingRect().united(self.full_rect().translated(-self.x_page - 0.5, -self.y_page - 0.5))
        )

    def _colour(self, key: str, default: str) -> QColor:
        """Return a colour of the note's own style, or the theme's."""
        value = self.note.style.get(key)
        colour = QColor(value) if isinstance(value, str) else QColor()
        return colour if colour.isValid() else QColor(default)

    @property
    def _is_dark_ground(self) -> bool:
        """Return whether it is a dark area of a foreign page on a light page, where wires and texts are dark, too."""
        if self.style.theme.dark or "fill" not in self.note.style or self.note.style.get("shape") in _DRAWN:
            return False
        fill = self._colour("fill", self.style.theme.frame_fill)
        return fill.lightnessF() < _DARK and fill.hsvSaturationF() < _GREY

    def _ground(self, key: str, default: str) -> QColor:
        """Return a colour of an area, which is the theme's where its own would hide what lies on it."""
        return QColor(default) if self._is_dark_ground else self._colour(key, default)

    def text_size(self) -> int:
        """Return the size of the text in page units."""
        value = self.note.style.get("size", _DEFAULT_SIZE.get(self.note.kind, 13))
        return int(max(6, min(96, value))) if isinstance(value, (int, float)) else 13

    def text_rect(self) -> QRectF:
        """Return where the text stands, relative to the note."""
        if self.is_frame:
            before = 9.0 if self.style.classic else 6.0 + SIGN
            high = QRectF(before, 3.0, self.width - before - 9.0, FRAME_TITLE)
            return QRectF(before, 0.0, high.width(), TITLE) if self.is_folded else high
        across, down = NOTE_MARGIN
        return QRectF(across, down, self.width - 2 * across, self.height - 2 * down)

    @guarded
    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Paint background, outline, text and selection."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        theme = self.style.theme
        body = QRectF(0, 0, self.width, self.height)
        painter.setBrush(self.style.no_brush)
        if self.is_frame:
            self._paint_frame(painter, body)
        elif self._given_colour() is not None and self.note.kind == "text":
            painter.setPen(QPen(QColor(self._given_colour()), 1.0))
            painter.setBrush(QColor(ground(str(self._given_colour()))))
            painter.drawRoundedRect(body, 4, 4)
        elif self.note.kind == "shape":
            self._paint_shape(painter, body)
        elif "fill" in self.note.style:
            painter.fillRect(body, self._ground("fill", theme.frame_fill))
        if self.editor is None and self.is_frame and not self.style.classic:
            self._paint_title(painter)
        elif self.editor is None:
            self._paint_text(painter)
        self.paint_selection(painter)

    def _given_colour(self) -> str | None:
        """Return the colour that the note was given on this page, or None."""
        colour = self.note.view.color
        return colour if colour is not None and _COLOUR.match(colour) else None

    def _paint_frame(self, painter: QPainter, body: QRectF) -> None:
        theme, colour = self.style.theme, self._given_colour()
        if colour is not None:
            painter.setPen(QPen(QColor(colour), 1.0))
            painter.setBrush(QColor(ground(colour)))
        else:
            pen = QPen(self._ground("outline", theme.frame_outline), 1.0, Qt.PenStyle.DashLine)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.setBrush(self._ground("fill", theme.frame_fill))
        if self.is_folded:
            self._paint_folded(painter, body)
            return
        painter.drawRect(body)

    def _paint_folded(self, painter: QPainter, body: QRectF) -> None:
        """Paint a folded frame as a card over the place that it takes when it is open."""
        faint = QPen(painter.pen().color(), 1.0, Qt.PenStyle.DotLine)
        ground = painter.brush()
        painter.setPen(faint)
        painter.setBrush(self.style.no_brush)
        painter.drawRect(self.full_rect().translated(-self.x_page - 0.5, -self.y_page - 0.5))
        for brush in (self.style.fill, ground):
            painter.setPen(QPen(faint.color(), 1.2) if brush is ground else self.style.no_pen)
            painter.setBrush(brush)
            painter.drawRoundedRect(body, 6, 6)
        if self.fold is not None:
            paint_faults(painter, self.fold, self.style, body)

    def _paint_title(self, painter: QPainter) -> None:
        """Paint a frame's title and the sign that folds it; seen from afar the title alone, as large as a block's."""
        scale = painter.worldTransform().m11()
        colour, place = self._text_colour(), self.text_rect()
        flags = int(Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip | Qt.AlignmentFlag.AlignVCenter)
        if scale < LABELS_FROM:
            sizes = self.style.overview_fonts
            painter.setFont(sizes[min(far_size(self.style, scale), max(sizes))])  # the strip holds no larger
            place.setLeft(9.0)
        else:
            paint_sign(painter, colour, self.is_folded)
            if self.fold is not None:
                place.setRight(place.right() - paint_caption(painter, self.fold, self.style, place))
            painter.setFont(self._font())
        painter.setPen(colour)
        text = self.note.text[:_MOST_TEXT].replace("\n", " ")
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
        painter.drawText(place, flags, shown)

    def _paint_shape(self, painter: QPainter, body: QRectF) -> None:
        """Paint a rectangle, an ellipse or lines; lines that end where they begin are filled."""
        theme, style = self.style.theme, self.note.style
        dashes = Qt.PenStyle.DotLine if style.get("dash") is True else Qt.PenStyle.SolidLine
        painter.setPen(QPen(self._ground("outline", theme.frame_outline), 2.0, dashes))
        fill = QColor(self._given_colour() or self._ground("fill", theme.frame_fill))
        if isinstance(style.get("opacity"), float) and 0.0 <= style["opacity"] <= 1.0:
            fill.setAlphaF(style["opacity"])
        if style.get("shape") == "lines":
            for line in drawn_lines(style.get("lines"), body):
                closed = line.isClosed() and "fill" in style
                painter.setBrush(fill if closed else self.style.no_brush)
                (painter.drawPolygon if closed else painter.drawPolyline)(line)
            return
        painter.setBrush(fill)
        radius = style.get("radius")
        if style.get("shape") == "ellipse":
            painter.drawEllipse(body)
        elif isinstance(radius, (int, float)) and 0 < radius <= 500:
            painter.drawRoundedRect(body, float(radius), float(radius))
        else:
            painter.drawRect(body)

    def _text_colour(self) -> QColor:
        """Return the text's colour; one that a foreign page chose for its white ground is no use on a dark one."""
        theme = self.style.theme
        default = QColor(theme.frame_title if self.is_frame else theme.note_text)
        colour = self._colour("color", default.name())
        if self._is_dark_ground or (self.note.kind == "text" and "fill" not in self.note.style):
            return colour if abs(colour.lightnessF() - QColor(theme.canvas).lightnessF()) > 0.2 else default
        return colour

    def _paint_text(self, painter: QPainter) -> None:
        """Paint the text, wrapped at the note's width; a shape's text stands in its middle."""
        flags = (
            int(Qt.TextFlag.TextWordWrap)
            if not self.is_frame
            else int(Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip)
        )
        if self.is_frame:
            flags |= int(Qt.AlignmentFlag.AlignVCenter)
        elif self.note.kind == "shape":
            flags |= int(Qt.AlignmentFlag.AlignCenter)
        painter.setFont(self._font())
        painter.setPen(self._text_colour())
        painter.drawText(self.text_rect(), flags, self.note.text[:_MOST_TEXT])

    def _font(self) -> QFont:
        is_bold = bool(self.note.style.get("bold", self.style.classic))
        return page_font(self.text_size(), QFont.Weight.Bold if is_bold else QFont.Weight.Normal)

    def edit(self, done: Callable[[str], None]) -> None:
        """Open the editor in place; ``done`` gets the text when it closes, unless it was cancelled."""
        if self.editor is None and self.scene() is not None:
            if self.spent is not None:
                self.scene().removeItem(self.spent)
                self.spent = None
            self.editor = NoteEditor(self, done)
            self.editor.setFont(self._font())
            self.editor.setDefaultTextColor(self._colour("color", self.style.theme.note_text))
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.update()

    def close_editor(self, keep: bool) -> None:
        """Close the editor if one is open; Qt ends where a note leaves the scene while its editor has the keyboard."""
        if self.editor is not None:
            self.editor.close(keep)


def drawn_lines(given: Any, body: QRectF) -> list[QPolygonF]:
    """Return the lines of a note's style within a rectangle; what does not read as points is left out."""
    lines: list[QPolygonF] = []
    count = 0
    for line in given if isinstance(given, list) else ():
        points = [p for p in line if _is_point(p)] if isinstance(line, list) else []
        count += len(points)
        if len(points) > 1 and count <= _MOST_POINTS:
            lines.append(
                QPolygonF(
                    [QPointF(body.x() + x * body.width(), body.y() + y * body.height()) for x, y in points]
                )
            )
    return lines


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(type(v) in (int, float) and 0 <= v <= 1 for v in value)
    )


class NoteEditor(QGraphicsTextItem):
    """The text of a note while it is edited: Ctrl+Enter or a click elsewhere keeps it, Escape does not."""

    def __init__(self, item: NoteItem, done: Callable[[str], None]) -> None:
        """Start with the note's text, all of it selected."""
        super().__init__(item.note.text, item)
        self._item, self._done = item, done
        self._closing = False
        rect = item.text_rect()
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextEditorInteraction)
        self.setTextWidth(max(60.0, rect.width() + 8))
        self.document().setDefaultTextOption(QTextOption(Qt.AlignmentFlag.AlignLeft))
        self.setPos(rect.left() - 4, rect.top() - 4)
        cursor = self.textCursor()
        cursor.select(cursor.SelectionType.Document)
        self.setTextCursor(cursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape and Ctrl+Enter (a frame's title on Enter too)."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.close(keep=False)
        elif enter and (self._item.is_frame or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.close(keep=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep the text when the focus goes elsewhere, but not for a menu."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.close(keep=True)

    def close(self, keep: bool) -> None:
        """Give the keyboard back and go; ``keep`` hands the text on."""
        if self._closing:
            return
        self._closing = True
        self._item.editor = None
        self._item.update()
        text = self.toPlainText()
        self._item.spent = self
        self.hide()
        if keep and text != self._item.note.text:
            self._done(text)
