"""Turns the viewer's events into gestures: what a press takes hold of, what a click selects, menus, keys."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent, QKeyEvent, QMouseEvent

from app.document.model.diagram import PinRef
from app.document.model.page_symbol import names_page
from app.editor.canvas.interactions.bends import Bends
from app.editor.canvas.interactions.border_scroll import BorderScroll
from app.editor.canvas.interactions.copy_drag import CopyDrag
from app.editor.canvas.interactions.drags import BandDrag, Drag, MoveDrag, PanDrag, ResizeDrag
from app.editor.canvas.interactions.hovering import Hovering
from app.editor.canvas.interactions.keyboard import Keyboard
from app.editor.canvas.interactions.monitor_drag import MonitorDrag, drags_monitor
from app.editor.canvas.interactions.pin_texts import PinTexts
from app.editor.canvas.interactions.replacing import BlockExchange
from app.editor.canvas.interactions.text_editing import TextEditing
from app.editor.canvas.interactions.wire_pull import PullTools, WirePull
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.box_item import BoxItem
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.note_item import NoteItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_state.hit_test import EMPTY, Hit, hit_at
from app.editor.canvas.page_state.selection import Selected
from app.editor.layout.block_geometry import PinSpot

_START = 4.0  # pixels that the mouse must go before a press becomes a drag


class EventDispatch:
    """The viewer's event handler. At most one drag is under way."""

    def __init__(
        self,
        tools: PullTools,
        keyboard: Keyboard,
        texts: TextEditing,
        pin_texts: PinTexts,
        exchange: BlockExchange,
    ) -> None:
        """Serve the canvas of these tools; keys that end no drag go to ``keyboard``."""
        self.context = tools.context
        self._tools, self._placer, self._keyboard, self._texts = tools, tools.placer, keyboard, texts
        self._pin_texts, self._exchange = pin_texts, exchange
        self._bends = Bends(self.context)
        self.menu_point = QPointF()  # where the context menu was asked for last, on the page
        self.pressed_pin = ""  # the pin, of any direction, whose context menu was asked for last
        self.menu_pin: PinRef | None = None  # the output whose context menu was asked for last
        self.drag: Drag | None = None
        self._held_open = False  # a pull that goes on without a button
        self._press: tuple[Hit, QPointF, QPointF, Qt.KeyboardModifier] | None = None
        self._space = False
        self.last = QPointF()  # where the mouse was last, in the viewport
        self._hovering = Hovering(self.context)
        self._scroll = BorderScroll(self.context.viewer, self._on_scrolled)

    # mouse ------------------------------------------------------------------------------------------

    def mouse_press(self, event: QMouseEvent) -> None:
        """Take hold of what lies under the cursor."""
        context, place = self.context, event.position()
        point = context.viewer.to_page(place)
        context.viewer.setFocus()
        context.viewer.scene().clearFocus()
        self._keyboard.leave()
        self._pin_texts.mark_row(None)
        self.menu_pin = None
        if event.button() == Qt.MouseButton.LeftButton and self._held_open:
            return  # the release finishes the pull
        if self.drag is not None:
            self.cancel()
            if event.button() == Qt.MouseButton.RightButton:
                return
        pan = event.button() == Qt.MouseButton.MiddleButton or self._space
        alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
        if pan or (alt and event.button() == Qt.MouseButton.LeftButton and self._hit(point).kind == "empty"):
            self.drag = PanDrag(context, point, place)
        elif event.button() == Qt.MouseButton.LeftButton:
            hit = self._hit(point)
            self._press = (hit, point, place, event.modifiers())
            self._press_on(hit, event.modifiers())
        elif event.button() == Qt.MouseButton.RightButton:
            self._select_for_menu(self._hit(point))

    def widget_press(self, event: QMouseEvent) -> None:
        """Select the monitor whose content is pressed; the press itself is the content's."""
        hit = self._hit(self.context.viewer.to_page(event.position()))
        self._keyboard.leave()
        if hit.id and hit.id not in self.context.selection.ids():
            self.context.selection.choose_ids([hit.id])

    def _press_on(self, hit: Hit, modifiers: Qt.KeyboardModifier) -> None:
        """Select what was pressed, unless the release must decide (a part of the selection, a modifier)."""
        selection = self.context.selection
        if modifiers & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier):
            return
        if isinstance(hit.item, WireItem):
            selection.choose(wires=[(hit.item.wire.source, hit.item.wire.target)])
            return
        grabs = hit.kind in ("block", "card", "note", "monitor") or (
            hit.pin is not None and hit.wire_end is None
        )
        if grabs and hit.id not in selection.ids():
            selection.choose_ids([hit.id])

    def mouse_move(self, event: QMouseEvent) -> None:
        """Go on with the drag, begin one, or hover."""
        self.last = event.position()
        point = self.context.viewer.to_page(event.position())
        if self.drag is not None:
            self.drag.move(point, event)
            if self.drag.scrolls and not self._held_open:
                self._scroll.hold(event.position())
        elif self._press is not None:
            away = event.position() - self._press[2]
            if max(abs(away.x()), abs(away.y())) >= _START:
                self.drag = self._begin(*self._press)
                self._press = None
                if self.drag is not None:
                    self.drag.move(point, event)
        elif not event.buttons():
            self._hovering.show(self._hit(point))

    def _begin(self, hit: Hit, point: QPointF, place: QPointF, modifiers: Qt.KeyboardModifier) -> Drag | None:
        """Return the drag that a press on this begins; None where nothing may be changed."""
        context = self.context
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if hit.kind == "empty":
            return BandDrag(context, point, shift, ctrl)
        if context.read_only or hit.kind == "content":
            return None
        if isinstance(hit.item, BoxItem) and hit.kind == "edge":
            return ResizeDrag(context, point, hit.item, hit.edges)
        alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        if isinstance(hit.item, WireItem):
            return self._bends.drag(hit.item, point, adds=alt) or self._pull_end(hit.item, point)
        if isinstance(hit.item, BlockItem) and hit.pin is not None:
            if drags_monitor(context.items, hit.item, hit.pin, alt):
                return MonitorDrag(context, point, hit.item, hit.pin)
            if hit.wire_end is not None:
                return self._pull(hit.item, hit.wire_end, point)
        if hit.id not in context.selection.ids():
            context.selection.restore(context.selection.state() if shift else Selected(), [hit.id])
        if ctrl:
            return CopyDrag(context, point, hit.id)
        return MoveDrag(context, point, hit.id)

    def _pull(self, item: BlockItem, pin: PinSpot, point: QPointF) -> Drag:
        """Begin a wire at a pin; an input that takes one wire and has it gives that wire's end."""
        if pin.direction == "in":
            at = [w for w in self.context.items.wires_at.get(item.block_id, ())
                  if w.target is item and w.target_pin is pin]  # fmt: skip
            chosen = [w for w in at if (w.wire.source, w.wire.target) in self.context.selection.wires]
            held = (chosen or ([] if pin.many else at))[:1]
            if held:
                return WirePull(self._tools, point, held[0].source, held[0].source_pin, held[0].wire)
        return WirePull(self._tools, point, item, pin)

    def _pull_end(self, wire: WireItem, point: QPointF) -> Drag:
        """Take a wire off at the end that is nearer to where it was pressed."""
        (ax, ay), (bx, by) = wire.points[0], wire.points[-1]
        to_source = abs(point.x() - ax) + abs(point.y() - ay)
        to_target = abs(point.x() - bx) + abs(point.y() - by)
        if to_source < to_target:
            return WirePull(self._tools, point, wire.target, wire.target_pin, wire.wire)
        return WirePull(self._tools, point, wire.source, wire.source_pin, wire.wire)

    def mouse_release(self, event: QMouseEvent) -> None:
        """Finish the drag, or treat it as a click."""
        self._scroll.stop()
        point = self.context.viewer.to_page(event.position())
        if self.drag is not None:
            drag, self.drag, self._held_open = self.drag, None, False
            if not isinstance(drag, PanDrag):
                drag.move(point, event)
            self._release(drag, point)
            self._press = None
        elif self._press is not None:
            (hit, start, _, modifiers), self._press = self._press, None
            self._click(hit, start, modifiers)

    def _release(self, drag: Drag, point: QPointF) -> None:
        """Let a drag do what it was for; one that goes on although the button is up stays the one under way."""
        drag.release(point)
        if drag.goes_on:
            self.drag, self._held_open = drag, True

    def _click(self, hit: Hit, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Select one item or (Shift, Ctrl) toggle it; on a pin, begin a wire that follows the cursor."""
        selection, several = self.context.selection, modifiers & (
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
        )  # fmt: skip
        if hit.kind == "empty":
            if not several:
                selection.choose()
        elif isinstance(hit.item, WireItem):
            key = (hit.item.wire.source, hit.item.wire.target)
            if modifiers & Qt.KeyboardModifier.AltModifier:
                self._bends.toggle(hit.item, point)
            elif several:
                blocks, wires, notes, monitors = selection.state()
                selection.choose(blocks, wires ^ {key}, notes, monitors)
            else:
                selection.choose(wires=[key])
        elif (
            isinstance(hit.item, BlockItem) and hit.wire_end is not None
            and not several and not self.context.read_only
        ):  # fmt: skip
            drag = self._pull(hit.item, hit.wire_end, point)
            drag.move(point)
            self._release(drag, point)
        elif several:
            selection.restore(selection.state(), [hit.id], toggle=True)
        elif isinstance(hit.item, NoteItem) and hit.item.sign_at(point):
            selection.choose_ids([hit.id])
            self._texts.fold_frame(hit.id)
        else:
            selection.choose_ids([hit.id])
            if hit.kind == "card" and isinstance(hit.item, BlockItem) and hit.item.result is not None:
                self.context.pin_activated.emit(hit.id, hit.item.result.pin)
            elif hit.kind == "block" and isinstance(hit.item, BlockItem):
                self._pin_texts.mark_row(hit.item, point)

    def mouse_double_click(self, event: QMouseEvent) -> None:
        """Open what was clicked: block, pin, note; on a wire or empty page, the search."""
        context = self.context
        if self.drag is not None:
            self.cancel()
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = context.viewer.to_page(event.position())
        hit = self._hit(point)
        self._press = None
        if (
            hit.kind == "pin"
            and hit.pin is not None
            and (hit.pin.direction != "in" or f"{hit.id}.{hit.pin.name}" in context.feedback.failed_inputs)
        ):
            context.pin_activated.emit(hit.id, hit.pin.name)
        elif hit.kind == "block" and self._is_entered(hit, point):
            context.block_activated.emit(hit.id)
        elif self._edit_typed(hit, point):
            return
        elif hit.kind in ("pin", "block"):
            if hit.kind == "pin" or not self._pin_texts.edit_first_pin(hit.id):
                context.block_activated.emit(hit.id)
        elif isinstance(hit.item, WireItem):
            self._exchange.search_insertion(hit.item.wire, point)
        elif isinstance(hit.item, NoteItem) and (hit.item.is_folded or hit.item.sign_at(point)):
            if not hit.item.sign_at(point):  # there the first click has done it
                self._texts.fold_frame(hit.id)
        elif hit.kind == "note":
            self._texts.edit_note(hit.id)
        elif isinstance(hit.item, MonitorItem):
            context.monitor_activated.emit(hit.id)
        elif hit.kind == "empty":
            self._placer.open_search(event.position().toPoint())

    def _is_entered(self, hit: Hit, point: QPointF) -> bool:
        """Return whether a block stands for a page and was not hit where a text is typed."""
        block = self.context.items.page.blocks.get(hit.id)
        if block is None or not names_page(block.symbol) or not isinstance(hit.item, BlockItem):
            return False
        pin = self._pin_texts.row_at(hit.item, point)
        return pin is None or not block.pins.get(pin.name)

    def _edit_typed(self, hit: Hit, point: QPointF) -> bool:
        """Edit the text of the pin that was hit, or of the one in whose row the block was; return whether one is."""
        if hit.pin is not None:
            return self._pin_texts.edit_pin(hit.id, hit.pin.name)
        pin = self._pin_texts.row_at(hit.item, point) if isinstance(hit.item, BlockItem) else None
        return pin is not None and self._pin_texts.edit_pin(hit.id, pin.name)

    def _hit(self, point: QPointF) -> Hit:
        return hit_at(self.context.viewer.scene(), point, self.context.viewer.zoom())

    # hovering ---------------------------------------------------------------------------------------

    def leave(self) -> None:
        """Unmark what was under the cursor."""
        if self.drag is None:
            self._hovering.clear()

    def tool_tip(self, event: QHelpEvent) -> None:
        """Show what is known of the pin, block or wire under the cursor; nothing during a drag."""
        at = self.context.viewer.to_page(QPointF(event.pos()))
        hit = self._hit(at) if self.drag is None else EMPTY
        if hit.kind == "block" and isinstance(hit.item, BlockItem):
            # A row says what its pin would, the text whole.
            hit = replace(hit, pin=self._pin_texts.row_at(hit.item, at))
        self._hovering.tool_tip(event, hit)

    def renew_tip(self) -> None:
        """Let a tip that is shown say what is known by now."""
        self._hovering.renew_tip()

    def context_menu(self, event: QContextMenuEvent) -> None:
        """Ask the window for a menu for what lies there."""
        keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menu_point = self.context.viewer.to_page(QPointF(event.pos()))
        hit = self._hit(self.menu_point)
        if keyboard and self.context.selection.blocks:
            kind, item_id = "block", next(iter(self.context.selection.blocks))
        else:
            kind = {
                "empty": "page",
                "pin": "block",
                "card": "block",
                "edge": "note",
                "content": "monitor",
            }.get(hit.kind, hit.kind)
            item_id = hit.id
        out = not keyboard and hit.pin is not None and hit.pin.direction in ("out", "result")
        pin = hit.pin.name.removeprefix("result_") if out and hit.pin is not None else ""
        self.menu_pin = PinRef(hit.id, pin) if pin else None
        self.pressed_pin = hit.pin.name if hit.pin is not None and not keyboard else ""
        self.context.context_menu_requested.emit(event.globalPos(), kind, item_id)

    def _select_for_menu(self, hit: Hit) -> None:
        """Select what a menu is asked for, unless it belongs to the selection."""
        selection = self.context.selection
        if isinstance(hit.item, WireItem):
            key = (hit.item.wire.source, hit.item.wire.target)
            if key not in selection.wires:
                selection.choose(wires=[key])
        elif hit.kind == "empty":
            selection.choose()
        elif hit.id not in selection.ids():
            selection.choose_ids([hit.id])

    # keys -------------------------------------------------------------------------------------------

    def key_press(self, event: QKeyEvent) -> bool:
        """Esc ends a drag, Space pans, all else is the keyboard's."""
        if event.key() == Qt.Key.Key_Escape and (self.drag is not None or self._press is not None):
            self.cancel()
            return True
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self._space = True
            return True
        return self._keyboard.key_press(event)

    def key_release(self, event: QKeyEvent) -> bool:
        """Space up ends panning."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            return True
        return False

    def _on_scrolled(self, place: QPointF) -> None:
        """Let the drag follow the page that was scrolled under the cursor."""
        if self.drag is not None:
            self.drag.move(self.context.viewer.to_page(place))

    def cancel(self) -> None:
        """End the drag without effect."""
        self._scroll.stop()
        drag, self.drag, self._held_open, self._press = self.drag, None, False, None
        if drag is not None:
            drag.cancel()
