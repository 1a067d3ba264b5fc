"""The items of one page: blocks, wires, notes and monitors, kept in step with the document's changes."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem, QWidget

from app.document.editing.base import Change
from app.document.model.diagram import Block, Monitor, Page, PinRef, Wire
from app.editor.canvas.items.block_item import BlockItem, Look
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.note_item import NoteItem
from app.editor.canvas.items.routes import Routes
from app.editor.canvas.items.style import CanvasStyle
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.routing.orthogonal import Point
from app.editor.layout.block_geometry import BlockShape, PinSpot, placeholder_shape, shape_of
from blocks.catalog import Catalog

WireKey = tuple[PinRef, PinRef]
Rect = tuple[float, float, float, float]  # left, top, width, height
MonitorFactory = Callable[[Monitor], QWidget | None]


class Stage(Protocol):
    """Where items are put: the scene behind NodeGraph, or a plain one for pictures."""

    def add_block(self, item: BlockItem) -> None: ...
    def remove_block(self, item: BlockItem) -> None: ...
    def add(self, item: QGraphicsItem) -> None: ...
    def remove(self, item: QGraphicsItem) -> None: ...


class PageItems:
    """Items by id. `build` makes all of them, `follow` applies a batch of the document's changes."""

    def __init__(
        self, stage: Stage, catalog: Catalog, look: Look, monitor_factory: MonitorFactory | None = None
    ) -> None:
        """Start empty."""
        self._stage, self._catalog, self._look = stage, catalog, look
        self.monitor_factory = monitor_factory
        self.page = Page(name="")
        self.blocks: dict[str, BlockItem] = {}
        self.wires: dict[WireKey, WireItem] = {}
        self.notes: dict[str, NoteItem] = {}
        self.monitors: dict[str, MonitorItem] = {}
        self.wires_at: dict[str, set[WireItem]] = {}
        self.routes = Routes(self.blocks, self.monitors)
        self._unrouted: set[WireItem] = set()
        self._model_wires: dict[str, list[Wire]] = {}
        self._indexes: dict[tuple[int, str, str], int | None] = {}

    def build(self, page: Page) -> None:
        """Show a page from scratch."""
        self.clear()
        self.page = page
        self._index_wires()
        for block in page.blocks.values():
            self._show_block(block)
        self._sync_wires(set(), fresh=True)
        self._sync_notes(page.notes)
        self._sync_monitors(page.monitors)
        self._settle({*self.blocks, *self.monitors})

    def clear(self) -> None:
        """Take everything out of the scene."""
        for note in self.notes.values():
            note.close_editor(keep=False)
        others: list[QGraphicsItem] = [*self.wires.values(), *self.notes.values(), *self.monitors.values()]
        for item in others:
            self._stage.remove(item)
        for block in self.blocks.values():
            self._stage.remove_block(block)
        for kept in (self.blocks, self.wires, self.notes, self.monitors, self.wires_at, self._model_wires):
            kept.clear()
        self._unrouted.clear()
        self.routes.clear()

    def commit_notes(self) -> None:
        """Take over the text of a note that is being edited."""
        for note in list(self.notes.values()):
            note.close_editor(keep=True)

    def follow(self, page: Page, changes: Iterable[Change]) -> bool:
        """Apply changes of the page that is shown; returns whether wires or what they pass lie differently now."""
        self.page = page
        ids: dict[str, set[str]] = {"block": set(), "note": set(), "monitor": set()}
        moved: set[str] = set()
        seen: set[str] = set()
        for change in changes:
            word, _, what = change.kind.partition("-")
            seen.add(word)
            if word == "block" and what == "moved":
                moved.update(change.ids)
            elif word in ids:
                ids[word].update(change.ids or ((change.id,) if change.id else ()))
                if what == "renamed":
                    ids[word].add(str(change.old))
        if "wire" in seen or ids["block"]:
            self._index_wires()
            touched = self._sync_blocks(ids["block"])
            self._sync_wires(touched)
        for block_id in moved & self.blocks.keys():
            self.blocks[block_id].place(*self.page.blocks[block_id].at)
        self._sync_notes(ids["note"])
        self._sync_monitors(ids["monitor"])
        if moved or self._unrouted or ids["block"] or ids["monitor"]:
            settled = {i for i in ids["block"] | ids["monitor"] if self.routes.is_new(i)} | moved
            redrawn = bool(settled or self._unrouted)
            self._settle(settled)
            return redrawn or "wire" in seen
        return False

    # blocks -----------------------------------------------------------------------------------------

    def _index_wires(self) -> None:
        """Index the page's wires by block."""
        index: dict[str, list[Wire]] = {}
        for wire in self.page.wires:
            index.setdefault(wire.source.block, []).append(wire)
            if wire.target.block != wire.source.block:
                index.setdefault(wire.target.block, []).append(wire)
        self._model_wires = index

    def _sync_blocks(self, ids: Iterable[str]) -> set[str]:
        """Add, remove and refresh blocks; returns those whose wires must be made anew."""
        touched: set[str] = set()
        for block_id in ids:
            block, item = self.page.blocks.get(block_id), self.blocks.get(block_id)
            if block is None:
                if item is not None:
                    touched.add(block_id)
                    del self.blocks[block_id]
                    self._stage.remove_block(item)
            elif item is None:
                self._show_block(block)
            else:
                before = item.shape_plan
                self._refresh_block(item, block)
                if item.shape_plan is not before:
                    touched.add(block_id)
        return touched

    def _show_block(self, block: Block) -> None:
        item = BlockItem(block.id, self._shape(block), self._look)
        self._describe(item, block)
        item.place(*block.at)
        self.blocks[block.id] = item
        self._stage.add_block(item)

    def _refresh_block(self, item: BlockItem, block: Block) -> None:
        item.set_shape_plan(self._shape(block))
        was_off = item.off
        self._describe(item, block)
        item.place(*block.at)
        if item.off != was_off:
            for wire in self.wires_at.get(block.id, ()):
                wire.fade()

    def _describe(self, item: BlockItem, block: Block) -> None:
        """Set what the block shows beside its symbol."""
        item.off = block.off
        item.set_label(block.label or "")
        item.texts = tuple(
            (index, text if isinstance(text, str) else f"{text.npz} {text.key}")
            for pin, text in block.pins.items()
            if pin != "attrs" and (index := self._index(item.shape_plan, block.symbol, "in", pin)) is not None
        ) if self._look.show_texts else ()  # fmt: skip
        item.refresh()

    def _shape(self, block: Block) -> BlockShape:
        """Return the drawing plan: the symbol's pins, and those that only texts or wires of the page name."""
        symbol = self._catalog.get(block.symbol)
        inputs: dict[str, None] = {}
        outputs: dict[str, None] = {}
        for wire in self._model_wires.get(block.id, ()):
            for end, direction, loose in ((wire.target, "in", inputs), (wire.source, "out", outputs)):
                if end.block == block.id and (symbol is None or _hidden(symbol, end.pin, direction)):
                    loose[end.pin] = None
        if symbol is None:
            inputs.update(dict.fromkeys(pin for pin in block.pins if pin not in inputs))
            return placeholder_shape(block.symbol, tuple(inputs), tuple(outputs))
        return shape_of(symbol, tuple(inputs), tuple(outputs))

    def _index(self, shape: BlockShape, symbol_name: str, direction: str, pin: str) -> int | None:
        """Return the position among the shape's pins of a pin's name or alias."""
        key = (id(shape), direction, pin)
        if key not in self._indexes:
            symbol = self._catalog.get(symbol_name)
            known = symbol.pin(pin, direction) if symbol else None  # type: ignore[arg-type]
            spot = shape.pin(direction, known.name if known else pin) or shape.pin(direction, pin)
            self._indexes[key] = shape.pins.index(spot) if spot else None
        return self._indexes[key]

    def spot(self, block_id: str, direction: str, pin: str) -> PinSpot | None:
        """Return the drawn pin of a block by direction and name or alias."""
        item, block = self.blocks.get(block_id), self.page.blocks.get(block_id)
        if item is None or block is None:
            return None
        index = self._index(item.shape_plan, block.symbol, direction, pin)
        return None if index is None else item.shape_plan.pins[index]

    def pin_index(self, block_id: str, pin: str) -> int | None:
        """Return the position among a block's drawn pins of the pin that a problem names, or None."""
        item, block = self.blocks.get(block_id), self.page.blocks.get(block_id)
        if item is None or block is None:
            return None
        name = pin.partition("[")[0]
        found = (self._index(item.shape_plan, block.symbol, d, name) for d in ("in", "out", "result"))
        return next((index for index in found if index is not None), None)

    def pin_place(self, block_id: str, direction: str, pin: str) -> Point | None:
        """Return a pin's centre on the page."""
        spot, item = self.spot(block_id, direction, pin), self.blocks.get(block_id)
        if spot is None or item is None:
            return None
        return (item.x_page + 0.5 + spot.x, item.y_page + 0.5 + spot.y)

    def extent(self) -> QRectF:
        """Return the rectangle around everything on the page; empty for an empty page."""
        rect = QRectF()
        for shown in (self.blocks, self.notes, self.monitors):
            for item in shown.values():
                rect = rect.united(item.rect())
        return rect

    def rects(self, ids: Container[str]) -> dict[str, Rect]:
        """Return the rectangles of the blocks, notes and monitors among ``ids``, on whole page units."""
        found: dict[str, Rect] = {}
        for shown in (self.blocks, self.notes, self.monitors):
            for item_id, item in shown.items():
                if item_id in ids:
                    rect = item.rect()
                    found[item_id] = (rect.x() - 0.5, rect.y() - 0.5, rect.width(), rect.height())
        return found

    def widget_at(self, point: QPointF) -> bool:
        """Return whether a page point lies on a monitor's content or on the open editor of a note."""
        if any(m.content_at(point) for m in self.monitors.values()):
            return True
        editors = (n.editor for n in self.notes.values())
        return any(e is not None and e.sceneBoundingRect().contains(point) for e in editors)

    # wires ------------------------------------------------------------------------------------------

    def _sync_wires(self, touched: set[str], fresh: bool = False) -> None:
        """Make the wire items fit the page's wires; those at ``touched`` blocks are made anew.

        ``fresh``: all blocks were made just now, so they have the pins that wires name.
        """
        wanted = {(wire.source, wire.target): wire for wire in self.page.wires}
        dirty: set[str] = set()
        for key, item in list(self.wires.items()):
            wire = wanted.get(key)
            if wire is None or (touched and (key[0].block in touched or key[1].block in touched)):
                self._drop_wire(key, item)
                dirty.update((key[0].block, key[1].block))
            elif wire is not item.wire and wire != item.wire:
                item.wire = wire
                item.set_style(self._look.style)
                self._unrouted.add(item)
            else:
                item.wire = wire
        for key in wanted.keys() - self.wires.keys():
            dirty.update((key[0].block, key[1].block))
        if not fresh:
            for block_id in dirty & self.blocks.keys():
                self._reshape(block_id)
        for key, wire in wanted.items():
            if key not in self.wires:
                self._show_wire(key, wire)
        for block_id in dirty:
            self.mark_wired(block_id)

    def _reshape(self, block_id: str) -> None:
        """Let a block gain or lose the pins that only wires name."""
        item = self.blocks[block_id]
        before = item.shape_plan
        item.set_shape_plan(self._shape(self.page.blocks[block_id]))
        if item.shape_plan is not before:
            for wire in list(self.wires_at.get(block_id, ())):
                self._drop_wire((wire.wire.source, wire.wire.target), wire)

    def _show_wire(self, key: WireKey, wire: Wire) -> None:
        source, target = self.blocks.get(wire.source.block), self.blocks.get(wire.target.block)
        out = self.spot(wire.source.block, "out", wire.source.pin)
        into = self.spot(wire.target.block, "in", wire.target.pin)
        if source is None or target is None or out is None or into is None:
            return
        item = WireItem(wire, source, out, target, into, self._look.style)
        self.wires[key] = item
        self.wires_at.setdefault(wire.source.block, set()).add(item)
        self.wires_at.setdefault(wire.target.block, set()).add(item)
        self._unrouted.add(item)
        self._stage.add(item)

    def _drop_wire(self, key: WireKey, item: WireItem) -> None:
        del self.wires[key]
        self._unrouted.discard(item)
        for end in key:
            self.wires_at.get(end.block, set()).discard(item)
        self._stage.remove(item)

    @property
    def look(self) -> Look:
        """What all items share."""
        return self._look

    @property
    def style(self) -> CanvasStyle:
        """The pens, brushes and fonts in use."""
        return self._look.style

    def mark_wired(self, block_id: str) -> None:
        """Tell a block which of its pins bear a wire, and of which colour."""
        item = self.blocks.get(block_id)
        if item is None:
            return
        positions = {id(pin): index for index, pin in enumerate(item.shape_plan.pins)}
        wired = 0
        tints: dict[int, str] = {}
        for wire in self.wires_at.get(block_id, ()):
            for end, pin in ((wire.source, wire.source_pin), (wire.target, wire.target_pin)):
                if end is item:
                    position = positions[id(pin)]
                    wired |= 1 << position
                    if wire.tint:
                        tints[position] = wire.tint
        found = tuple(sorted(tints.items()))
        if wired != item.wired or found != item.tints:
            item.wired, item.tints = wired, found
            item.refresh()

    # routes -----------------------------------------------------------------------------------------

    def _settle(self, ids: set[str]) -> None:
        """Route the wires at changed blocks, the new ones, and those that pass where something changed."""
        wires = {wire for i in ids for wire in self.wires_at.get(i, ())} | self._unrouted
        self._unrouted = set()
        self.routes.settle(ids, wires, self.wires.values())

    def show_model(self, ids: Iterable[str]) -> None:
        """Draw blocks where the page has them, after a drag that drew them elsewhere."""
        here = {i for i in ids if i in self.blocks and i in self.page.blocks}
        for block_id in here:
            self.blocks[block_id].place(*self.page.blocks[block_id].at)
        self._settle(here)

    # notes and monitors -----------------------------------------------------------------------------

    def _sync_notes(self, ids: Iterable[str]) -> None:
        for note_id in ids:
            note, item = self.page.notes.get(note_id), self.notes.get(note_id)
            if note is None and item is not None:
                item.close_editor(keep=False)
                self._stage.remove(self.notes.pop(note_id))
            elif note is not None and item is not None:
                item.set_note(note)
            elif note is not None:
                self.notes[note_id] = NoteItem(note, self._look.style)
                self._stage.add(self.notes[note_id])

    def _sync_monitors(self, ids: Iterable[str]) -> None:
        for monitor_id in ids:
            monitor, item = self.page.monitors.get(monitor_id), self.monitors.get(monitor_id)
            same = monitor is not None and item is not None and _same_content(monitor, item.monitor)
            if item is not None and not same:
                self._stage.remove(self.monitors.pop(monitor_id))
            if monitor is None:
                continue
            if same:
                self.monitors[monitor_id].set_monitor(monitor)
            else:
                content = self.monitor_factory(monitor) if self.monitor_factory else None
                self.monitors[monitor_id] = MonitorItem(monitor, self._look.style, content)
                self._stage.add(self.monitors[monitor_id])

    def set_monitor_factory(self, factory: MonitorFactory | None) -> None:
        """Make the content of all monitors with another factory."""
        self.monitor_factory = factory
        for monitor_id in list(self.monitors):
            self._stage.remove(self.monitors.pop(monitor_id))
        self._sync_monitors(self.page.monitors)

    def set_style(self, style: CanvasStyle) -> None:
        """Take another theme's pens and brushes."""
        for box in (*self.notes.values(), *self.monitors.values()):
            box.style = style
            box.update()
        for wire in self.wires.values():
            wire.set_style(style)
        for block in self.blocks.values():
            block.refresh()


def _hidden(symbol: object, pin: str, direction: str) -> bool:
    """Return whether a symbol does not draw a pin of that name."""
    known = symbol.pin(pin, direction)  # type: ignore[attr-defined]
    return known is None or known.hidden


def _same_content(a: Monitor, b: Monitor) -> bool:
    """Return whether two monitors differ at most in place and size."""
    return (a.kind, a.pins, a.options) == (b.kind, b.pins, b.options)
