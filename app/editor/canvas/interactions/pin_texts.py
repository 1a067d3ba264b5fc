"""What is typed into a block's pins, edited in the rows of the block itself."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtWidgets import QFileDialog, QWidget

from app.document.checks.typed_text import NOTHING, Check, check_accepted, file_text, takes_file
from app.document.editing.edits import SetPin
from app.document.model.diagram import PinRef
from app.editor.canvas.interactions.attrs_form import AttrsForm
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.file_choice import FileChoice
from app.editor.canvas.interactions.pin_editor import PinEditor, Visit
from app.editor.canvas.items.block_item import BlockItem
from app.editor.layout.block_geometry import ROW, PinSpot
from app.editor.widgets.fields import is_bool, is_true
from blocks.dtypes import DTYPES
from blocks.symbol import Pin, Symbol

# Kinds of inputs that take no text.
_TEXTLESS = frozenset({"scope", "operation", "feed", "initializer", "client_tensor", "status"})


@dataclass(frozen=True)
class _Typed:
    """An unwired input that can be typed into: its text, and the name that the file has it under."""

    block: str
    symbol: Symbol
    pin: Pin
    key: str
    text: str


class PinTexts:
    """Opens the editor of a row and makes edits of what is typed; ticks are set at once."""

    def __init__(self, context: CanvasContext, editor: PinEditor) -> None:
        """Edit the pins of a canvas's page."""
        self.context, self._editor = context, editor
        self.row: tuple[str, str] | None = None  # the block and pin whose row was clicked last

    def mark_row(self, item: BlockItem | None, point: QPointF | None = None) -> None:
        """Mark the row of a block at a page point, so that Enter edits it; none where it takes no text."""
        pin = self.row_at(item, point) if item is not None and point is not None else None
        self.row, marked = None, None
        if item is not None and pin is not None and self._typed(item.block_id, pin.name) is not None:
            self.row, marked = (item.block_id, pin.name), self._chip(item, pin)
        if marked != self.context.overlay.marks.row:
            self.context.overlay.marks.row = marked
            self.context.overlay.refresh()

    def edit_marked(self) -> bool:
        """Edit the row that is marked, if its block is the only one selected; return whether one is."""
        row = self.row
        if row is None or self.context.selection.ordered_blocks() != [row[0]]:
            return False
        return self.edit_pin(*row)

    def row_at(self, item: BlockItem, point: QPointF) -> PinSpot | None:
        """Return the input in whose row a page point lies."""
        shape = item.shape_plan
        x, y = point.x() - item.x_page, point.y() - item.y_page
        if shape.collapsed:
            return None
        return next((p for p in shape.left if abs(p.y - y) <= ROW / 2 and p.x < x < shape.width), None)

    def edit_first_pin(self, block: str, also_optional: bool = False) -> bool:
        """Open the editor of a block's first input that holds a text or needs one; return whether it has such a pin.

        ``also_optional``: or that may hold one.
        """
        placed = self.context.items.page.blocks.get(block)
        symbol = self.context.catalog.get(placed.symbol) if placed is not None else None
        if placed is None or symbol is None:
            return False
        pins = [p for p in symbol.inputs if not p.hidden]
        typed = [p for p in pins if any(name in placed.pins for name in (p.name, *p.aliases))]
        needed = [p for p in pins if p.required or also_optional]
        return any(self.edit_pin(block, pin.name) for pin in (*typed, *needed))

    def edit_pin(self, block: str, name: str) -> bool:
        """Edit an unwired input's text in its row, or change its tick; return whether the pin has one."""
        typed = self._typed(block, name)
        if typed is None:
            return False
        if typed.pin.kind == "bool" and is_bool(typed.text):
            on = is_true(typed.text or typed.pin.default or "false")
            self._set(typed, "false" if on else "true")
            return True
        visit = Visit(
            f"{block}.{typed.pin.name}",
            typed.text,
            lambda new, token: self._set(typed, new, token),
            lambda new: self._check(typed, new),
            typed.pin.default or "",
            lambda new: self._left(typed, new),
            choices=list(DTYPES) if typed.pin.kind == "type" else (),
            extra=(lambda parent: self._extra(typed, parent)) if self._has_extra(typed) else None,
            step=lambda by: self._step(typed, by),
        )
        row = self._row_on_screen(block, typed.pin.name)
        if row is not None:
            self._editor.open_in(row, visit)
        else:
            place = self.context.items.pin_place(block, "in", name) or (0.0, 0.0)
            self._editor.open_beside(self._to_screen(QPointF(*place)).toPoint(), visit)
        return True

    def _typed(self, block: str, name: str) -> _Typed | None:
        """Return a pin as far as its row takes a text; None where it is wired, or more than a line."""
        context, page = self.context, self.context.items.page
        placed = page.blocks.get(block)
        symbol = context.catalog.get(placed.symbol) if placed is not None else None
        pin = symbol.pin(name, "in") if symbol is not None else None
        if placed is None or symbol is None or pin is None or context.read_only or pin.kind in _TEXTLESS:
            return None
        names = (pin.name, *pin.aliases)
        is_drawn = context.items.pin_place(block, "in", name) is not None
        if not is_drawn or any(w.target.pin in names for w in page.wires_to(block)):
            return None
        key = next((n for n in names if n in placed.pins), pin.name)
        text = placed.pins.get(key, "")
        if not isinstance(text, str) or "\n" in text:
            return None  # an array file or several lines: the properties show these
        return _Typed(block, symbol, pin, key, text)

    def _set(self, typed: _Typed, new: str, token: object = None) -> None:
        self.context.apply([SetPin(self.context.page_name, typed.block, typed.key, new or None, token)])

    def _check(self, typed: _Typed, new: str) -> Check:
        if typed.pin.kind == "attrs":
            return NOTHING  # the fields say more
        accepted = self.context.feedback.wire_fit().accepted(PinRef(typed.block, typed.pin.name))
        return check_accepted(typed.pin.kind, new, typed.pin.dtype, accepted)

    def _left(self, typed: _Typed, new: str) -> None:
        if not new:
            self.context.pin_left_empty.emit(typed.block, typed.pin.name)

    @staticmethod
    def _has_extra(typed: _Typed) -> bool:
        return takes_file(typed.pin) or (typed.pin.kind == "attrs" and bool(typed.symbol.attrs))

    def _extra(self, typed: _Typed, parent: QWidget) -> QWidget:
        """Return what stands below the field: the attrs one by one, or the choice of a file."""
        if typed.pin.kind == "attrs":

            def take(text: str) -> None:
                self._set(typed, text, self._editor.token)
                self._editor.show_text(text)

            return AttrsForm(typed.symbol, typed.text, take, parent)
        picture = self.context.items.look.thumbnails.get(typed.text)
        return FileChoice(lambda: self._browse(typed), picture, parent)

    def _browse(self, typed: _Typed) -> None:
        folder = self.context.document.folder

        def ask() -> str:
            title = f"File for {typed.block}.{typed.pin.name}"
            return QFileDialog.getOpenFileName(self._editor.window(), title, str(folder))[0]

        path = self._editor.while_away(ask)
        if path:
            text = file_text(path, folder)
            self._set(typed, text, self._editor.token)
            self._editor.show_text(text)

    def _step(self, typed: _Typed, by: int) -> None:
        """Go on to the next row that takes a text, around the block."""
        item = self.context.items.blocks.get(typed.block)
        rows = [pin.name for pin in item.shape_plan.left] if item is not None else []
        if typed.pin.name not in rows:
            return
        at = rows.index(typed.pin.name)
        for away in range(1, len(rows) + 1):
            name = rows[(at + by * away) % len(rows)]
            next_one = self._typed(typed.block, name)
            if next_one is not None and next_one.pin.kind != "bool":
                self.edit_pin(typed.block, name)
                return

    def _chip(self, item: BlockItem, pin: PinSpot) -> QRectF:
        """Return the part of a pin's row that its text has, on the page."""
        left, right = item.shape_plan.chip_room(pin)
        return QRectF(item.x_page + left, item.y_page + pin.y - 6.5, max(10.0, right - left), 14.0)

    def _row_on_screen(self, block: str, name: str) -> QRect | None:
        """Return where a pin's text stands in the view; None where the look has it beside the block."""
        item, spot = self.context.items.blocks.get(block), self.context.items.spot(block, "in", name)
        is_row = spot is not None and spot.side == "left" and not self.context.items.style.classic
        if item is None or spot is None or not is_row or item.shape_plan.collapsed:
            return None
        chip = self._chip(item, spot)
        return QRectF(self._to_screen(chip.topLeft()), self._to_screen(chip.bottomRight())).toRect()

    def _to_screen(self, point: QPointF) -> QPointF:
        return QPointF(self.context.viewer.viewportTransform().map(point))
