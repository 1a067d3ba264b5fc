"""The items of one page: blocks, wires, notes and monitors, kept in step with the document's changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Sequence, Set

from PySide6.QtCore import QObject, QPointF

from app.document.editing.base import Change
from app.document.model.diagram import Block, Page, PinRef, Wire
from app.editor.canvas.items.block_item import BlockItem, Look
from app.editor.canvas.items.block_plans import BlockPlans
from app.editor.canvas.items.block_words import describe
from app.editor.canvas.items.folding import Folding
from app.editor.canvas.items.late_changes import HoldsWires, LateChanges
from app.editor.canvas.items.page_boxes import PageBoxes
from app.editor.canvas.items.page_places import PagePlaces
from app.editor.canvas.items.routes import Routes
from app.editor.canvas.items.stages import Stage
from app.editor.canvas.items.style import CanvasStyle
from app.editor.canvas.items.taking_out import taken, taken_wires
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.items.wire_places import WirePlaces
from app.editor.canvas.routing.orthogonal import Point
from app.editor.layout.block_geometry import BlockShape, PinSpot
from app.editor.tensor_views.monitor_content import MonitorFactory
from app.editor.widgets.slices import LARGE
from blocks.catalog import Catalog
from blocks.symbol import Direction

WireKey = tuple[PinRef, PinRef]
_AT_ONCE = (
    300  # blocks and wires that a change draws at once; those of a larger one follow between the events
)
_MOST_WIRES = 2 * _AT_ONCE  # of more the ends are not even looked at


class PageItems:
    """Items by id. `build` makes all of them, `follow` applies a batch of the document's changes.

    What has gone from the page is gone from here at once. The blocks and wires that a large change brings, moves or
    alters are drawn between the events, from ``late``; until then they are not here, or lie as they lay. `finish`
    draws them now.
    """

    def __init__(self, stage: Stage, catalog: Catalog, look: Look, parent: QObject | None = None) -> None:
        """Start empty. What can wait ends with ``parent``."""
        self._stage, self._look = stage, look
        self._plans = BlockPlans(catalog)
        self.page = Page(name="")
        self.blocks: dict[str, BlockItem] = {}
        self.wires: dict[WireKey, WireItem] = {}
        self.boxes = PageBoxes(stage)
        self.notes, self.monitors = self.boxes.notes, self.boxes.monitors
        self.wires_at: dict[str, set[WireItem]] = {}
        self.folding = Folding(self.blocks, self.notes, self.monitors, self.wires)
        self._wire_places: WirePlaces[WireItem] = WirePlaces()
        self.routes = Routes(self.blocks, self.monitors, self._wire_places, parent)
        self.routes.note_places = self.note_places = stage.note_places
        self.routes.folds, self.routes.texts = (lambda: self.folding.folds), (lambda: self.boxes.texts)
        look.room_for_label = lambda item, wide: self.routes.room_for_label(item.block_id, item.box(), wide)
        look.room_below = lambda item: self.routes.room_below(item.block_id, item.box(), item.result_reach)
        look.room_left = lambda item, y, wide: self.routes.room_left(item.block_id, item.box(), y, wide)
        self._unrouted: set[WireItem] = set()
        self._curved = look.style.theme.wire_curved
        self.late = LateChanges(self, self._take_out, parent)
        self.dress: Callable[[BlockItem], None] = lambda _: None  # puts on a late block what is known of it
        self._model_wires: dict[str, list[Wire]] = {}  # of the blocks that are being followed
        self.places = PagePlaces(
            lambda: self.page, self.blocks, self.boxes, self.late, self._plan, self.routes
        )

    def build(self, page: Page, later: bool = False) -> None:
        """Show a page with all items made anew; ``later``: those before go, and blocks and wires come, from `late`."""
        if later:
            self._let_go(set(self.blocks))
        self.clear(later)
        self.page = page
        self._plans.view = page.view
        self._index_wires(page.blocks)
        if later:
            self.boxes.sync_notes(page, page.notes, self.style)
            self.boxes.sync_monitors(page, page.monitors, self.style)
            self.late.take((*page.blocks, *page.monitors), (), (), ())
            return
        for block in page.blocks.values():
            self._show_block(block)
        self._sync_wires({(wire.source, wire.target): wire for wire in page.wires}, (), set(), fresh=True)
        self.boxes.sync_notes(page, page.notes, self.style)
        self.boxes.sync_monitors(page, page.monitors, self.style)
        self._settle({*self.blocks, *self.monitors})

    def clear(self, later: bool = False) -> None:
        """Take everything out of the scene; ``later``: what has gone already goes between the events."""
        self.boxes.clear()
        if later:
            self.late.forget()
        else:
            self.late.clear()
        for wire in self.wires.values():
            self._stage.remove(wire)
        for block in self.blocks.values():
            self._stage.remove_block(block)
        for shown in (self.blocks, self.wires, self.wires_at, self._model_wires):
            shown.clear()
        self._unrouted.clear()
        self.routes.clear()
        self._wire_places.clear()

    def forget(self, then: Callable[[], None]) -> None:
        """Let go of all items, then call ``then``, by which the scene goes.

        Of few items the scene disposes by itself: taking out each would take long. Very many would hold the window
        as they go, so they are taken out between the events.
        """
        self.late.forget()
        self.boxes.clear()
        loose: list[HoldsWires] = [*self._wire_places.clear(), *self.wires_at.values()]
        forgotten = [self.routes.clear()]
        leaving: list[BlockItem | WireItem] = [*self.wires.values(), *self.blocks.values()]
        for shown in (self.blocks, self.wires, self.wires_at, self._model_wires):
            shown.clear()
        self._unrouted.clear()

        def go_on() -> None:
            forgotten.clear()
            self.late.take_out((), then)

        if len(leaving) + self.late.gone > LARGE:
            self.late.take_out(leaving, go_on, loose)
        else:
            then()

    def follow(self, page: Page, changes: Sequence[Change]) -> bool:
        """Apply changes of the page that is shown; returns whether wires or what they pass lie differently now.

        Where that follows later `late` says so.
        """
        self.page = page
        self.places.forget()
        ids: dict[str, set[str]] = {"block": set(), "note": set(), "monitor": set()}
        moved: set[str] = set()
        wired: set[str] = (
            set()
        )  # the blocks at wires that have come, gone or changed, as far as these are few
        many = any(len(change.wires) > _MOST_WIRES for change in changes)
        for change in changes:
            word, _, what = change.kind.partition("-")
            if word == "block" and what == "moved":
                moved.update(change.ids)
            elif word == "wire":
                for wire in () if many else (*change.wires, change.wire, change.old):
                    if isinstance(wire, Wire):
                        wired.update((wire.source.block, wire.target.block))
            elif word in ids:
                ids[word].update(change.ids or ((change.id,) if change.id else ()))
                if what == "renamed":
                    ids[word].add(str(change.old))
        self.boxes.sync_notes(page, ids["note"], self.style)
        for block in self.blocks.values() if ids["note"] else ():
            if block.result_reach:
                block.update()  # its card may have come under a text, or out from under it
        self.boxes.sync_monitors(page, ids["monitor"], self.style)
        if many or len(ids["block"]) + len(moved) + len(wired) > _AT_ONCE:
            self._follow_late(ids["block"] | ids["monitor"], moved)
            return False
        if self.late.is_busy and (wired or ids["block"]):
            self.late.again()
        if wired or ids["block"]:
            self._follow_blocks(ids["block"], wired)
        for block_id in moved & self.blocks.keys():
            self.blocks[block_id].place(*self.page.blocks[block_id].at)
        settled = {i for i in ids["block"] | ids["monitor"] if self.routes.is_new(i)} | moved
        return self._settle(settled) or bool(wired)

    def _follow_blocks(self, ids: set[str], wired: set[str]) -> None:
        """Follow blocks that have come, gone or changed, and the wires at these and at ``wired`` blocks."""
        affected = ids | wired
        drawn = {
            (w.source, w.target): w
            for w in self.page.wires
            if w.source.block in affected or w.target.block in affected
        }
        shown = {item for block_id in affected for item in self.wires_at.get(block_id, ())}
        ends = {end.block for key in (*drawn, *(item.key for item in shown)) for end in key}
        self._index_wires(affected | ends)
        touched = self._sync_blocks(ids)
        self._sync_wires(drawn, shown, touched)

    # large changes ----------------------------------------------------------------------------------

    def _follow_late(self, ids: set[str], moved: set[str]) -> None:
        """Let go of the blocks that have gone, with their wires; leave all else for later."""
        gone = ids - self.page.blocks.keys()
        ends = self._let_go(gone) if gone else set()
        self.late.take(ids - gone, moved, gone, ends)

    def _let_go(self, gone: set[str]) -> set[str]:
        """Let go of blocks and of the wires at them; return the other blocks at the ends of these wires."""
        blocks = taken(self.blocks, gone)
        for block in blocks:
            block.gone = True
        loose = taken(self.wires_at, gone)
        if self.blocks:
            at_gone = set[WireItem]().union(*loose)
            wires = taken_wires(self.wires, at_gone)
            # Each wire is at two blocks: where all are counted twice, both its blocks have gone.
            ends = self._left_ends(wires, gone) if sum(map(len, loose)) != 2 * len(wires) else set[str]()
        else:  # without a block no wire stays, and of thousands none need be looked at
            wires, ends = list(self.wires.values()), set[str]()
            self.wires.clear()
        if self._unrouted:
            self._unrouted.difference_update(wires)
        self._wire_places.note_gone(wires)
        self.routes.forget(wires)
        # To free what leads from the blocks to their wires takes as long as all else here.
        self.late.take_out((*wires, *blocks), loose=loose)
        return ends

    def _left_ends(self, wires: Iterable[WireItem], gone: set[str]) -> set[str]:
        """Take wires that go from the blocks that stay; return these blocks."""
        ends: set[str] = set()
        for wire in wires:
            for end in wire.key:
                if end.block not in gone:
                    self.wires_at[end.block].discard(wire)
                    ends.add(end.block)
        return ends

    def _take_out(self, item: BlockItem | WireItem) -> None:
        """Take a block or wire that has gone out of the scene."""
        if isinstance(item, BlockItem):
            self._stage.remove_block(item)
        else:
            self._wire_places.drop(item)
            self._stage.remove(item)

    def take_changed_wires(self) -> list[WireItem] | None:
        """Return the wires of which the ways have come, gone or changed since this was asked; None: very many."""
        return self._wire_places.take_changed()

    def finish(self) -> None:
        """Draw all blocks and wires of the page now."""
        self.late.finish()

    def draw_now(self, ids: Collection[str]) -> None:
        """Draw these blocks now, where they wait to be drawn; their wires follow."""
        self.late.draw_now(ids)

    def known_wires(self) -> Set[WireKey]:
        """Return the ends of the wires that are drawn, or will be."""
        if self.late.is_busy:
            return {(wire.source, wire.target) for wire in self.page.wires}
        return self.wires.keys()

    def index_late_wires(self) -> None:
        """Index all wires of the page by their blocks."""
        self._index_wires(self.page.blocks)

    def draw_block(self, block_id: str) -> None:
        """Make or renew a block as the page has it now."""
        self.places.forget_extent()
        if block_id not in self.page.blocks:
            return
        before = self.blocks.get(block_id)
        if self._sync_blocks((block_id,)):  # its pins lie elsewhere
            for wire in list(self.wires_at.get(block_id, ())):
                self._drop_wire(wire.key, wire, self._stage.remove)
        if before is None:
            self.dress(self.blocks[block_id])

    def place_block(self, block_id: str) -> None:
        """Put a block where the page has it."""
        block, item = self.page.blocks.get(block_id), self.blocks.get(block_id)
        if block is not None and item is not None:
            item.place(*block.at)

    def draw_wires(self) -> Iterator[tuple[str, ...]]:
        """Make, renew and take away wires until they fit the page's; yield the blocks at the ends of each.

        The wires between blocks that have moved alike move along, until they are led anew.
        """
        drawn = {(wire.source, wire.target): wire for wire in self.page.wires}
        for key, item in list(self.wires.items()):
            wire = drawn.get(key)
            if wire is None:
                self._drop_wire(key, item, self._stage.remove)
                yield key[0].block, key[1].block
                continue
            if wire is not item.wire:
                item.wire = wire
                item.set_style(self._look.style)
                self._unrouted.add(item)
            else:
                item.follow_ends()
            yield ()
        for key, wire in drawn.items():
            if key not in self.wires:
                self._show_wire(key, wire)
                yield key[0].block, key[1].block

    def draw_ends(self, block_id: str) -> None:
        """Let a block gain or lose the pins that only wires name, and show which of its pins bear a wire."""
        if block_id in self.blocks and block_id in self.page.blocks:
            for key, wire in self._reshape(block_id).items():
                self._show_wire(key, wire)
            self.mark_wired(block_id)

    def settle_late(self, ids: Collection[str]) -> None:
        """Lead the wires around blocks that have come, gone or moved."""
        self._settle(ids, later=True)

    # blocks -----------------------------------------------------------------------------------------

    def _index_wires(self, blocks: Container[str]) -> None:
        """Index the page's wires by these blocks."""
        index: dict[str, list[Wire]] = {}
        for wire in self.page.wires:
            source, target = wire.source.block, wire.target.block
            if source in blocks:
                index.setdefault(source, []).append(wire)
            if target != source and target in blocks:
                index.setdefault(target, []).append(wire)
        self._model_wires = index
        self.places.forget()

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
        item = BlockItem(block.id, self._plan(block), self._look)
        self._describe(item, block)
        item.place(*block.at)
        self.blocks[block.id] = item
        self._stage.add_block(item)

    def _refresh_block(self, item: BlockItem, block: Block) -> None:
        item.set_shape_plan(self._plan(block))
        was_off = item.off
        self._describe(item, block)
        item.place(*block.at)
        if item.off != was_off:
            for wire in self.wires_at.get(block.id, ()):
                wire.fade()

    def _describe(self, item: BlockItem, block: Block) -> None:
        """Set what the block shows beside its symbol."""
        describe(item, block, self._plans, self._look.show_texts and self.page.view.chips)

    def shape_of(self, block: Block, wires: Iterable[Wire]) -> BlockShape:
        """Return the shape that a block would have on this page, whether or not it stands there."""
        return self._plans.shape(block, wires)

    def _plan(self, block: Block) -> BlockShape:
        return self._plans.shape(block, self._model_wires.get(block.id, ()))

    def spot(self, block_id: str, direction: Direction, pin: str) -> PinSpot | None:
        """Return the drawn pin of a block by direction and name or alias."""
        item, block = self.blocks.get(block_id), self.page.blocks.get(block_id)
        if item is None or block is None:
            return None
        index = self._plans.index(item.shape_plan, block.symbol, direction, pin)
        return None if index is None else item.shape_plan.pins[index]

    def pin_index(self, block_id: str, pin: str) -> int | None:
        """Return the position among a block's drawn pins of the pin that a problem names, or None."""
        item, block = self.blocks.get(block_id), self.page.blocks.get(block_id)
        if item is None or block is None:
            return None
        name = pin.partition("[")[0]
        found = (self._plans.index(item.shape_plan, block.symbol, d, name) for d in ("in", "out", "result"))
        return next((index for index in found if index is not None), None)

    def pin_place(self, block_id: str, direction: Direction, pin: str) -> Point | None:
        """Return a pin's centre on the page."""
        spot, item = self.spot(block_id, direction, pin), self.blocks.get(block_id)
        return item.pin_centre(spot) if item is not None and spot is not None else None

    def widget_at(self, point: QPointF) -> bool:
        """Return whether a page point lies on a monitor's content or on the open editor of a note."""
        if any(m.content_at(point) for m in self.monitors.values()):
            return True
        editors = (n.editor for n in self.notes.values())
        return any(e is not None and e.sceneBoundingRect().contains(point) for e in editors)

    def takes_double_click(self, point: QPointF) -> bool:
        """Return whether a double click at a page point, where a widget lies, is the widget's own."""
        under = next((m for m in self.monitors.values() if m.content_at(point)), None)
        return under is None or under.takes_double_click

    def set_monitor_factory(self, factory: MonitorFactory | None) -> None:
        """Make the content of all monitors with another factory."""
        self.boxes.set_factory(self.page, factory, self.style)

    # wires ------------------------------------------------------------------------------------------

    def _sync_wires(
        self, drawn: dict[WireKey, Wire], shown: Iterable[WireItem], touched: set[str], fresh: bool = False
    ) -> None:
        """Make the wire items ``shown`` fit the page's wires ``drawn``; those at ``touched`` blocks are made anew.

        ``fresh``: all blocks were made just now, so they have the pins that wires name.
        """
        dirty: set[str] = set()
        for item in shown:
            key = item.key
            wire = drawn.get(key)
            if wire is None or (touched and (key[0].block in touched or key[1].block in touched)):
                self._drop_wire(key, item, self._stage.remove)
                dirty.update((key[0].block, key[1].block))
            elif wire is not item.wire and wire != item.wire:
                item.wire = wire
                item.set_style(self._look.style)
                self._unrouted.add(item)
            else:
                item.wire = wire
        missing = {key: wire for key, wire in drawn.items() if key not in self.wires}
        for key in missing:
            dirty.update((key[0].block, key[1].block))
        if not fresh:
            for block_id in dirty & self.blocks.keys():
                missing.update(self._reshape(block_id))
        for key, wire in missing.items():
            self._show_wire(key, wire)
        for block_id in dirty:
            self.mark_wired(block_id)

    def _reshape(self, block_id: str) -> dict[WireKey, Wire]:
        """Let a block gain or lose the pins that only wires name; returns the wires that were dropped for that."""
        item = self.blocks[block_id]
        before = item.shape_plan
        item.set_shape_plan(self._plan(self.page.blocks[block_id]))
        dropped: dict[WireKey, Wire] = {}
        if item.shape_plan is not before:
            for wire in list(self.wires_at.get(block_id, ())):
                dropped[wire.key] = wire.wire
                self._drop_wire(wire.key, wire, self._stage.remove)
        return dropped

    def _show_wire(self, key: WireKey, wire: Wire) -> None:
        source, target = self.blocks.get(wire.source.block), self.blocks.get(wire.target.block)
        out = self.spot(wire.source.block, "out", wire.source.pin)
        into = self.spot(wire.target.block, "in", wire.target.pin)
        if source is None or target is None or out is None or into is None:
            return
        item = WireItem(wire, source, out, target, into, self._look.style, self._wire_places)
        self.wires[key] = item
        self.wires_at.setdefault(wire.source.block, set()).add(item)
        self.wires_at.setdefault(wire.target.block, set()).add(item)
        self._unrouted.add(item)
        self._stage.add(item)

    def _drop_wire(self, key: WireKey, item: WireItem, remove: Callable[[WireItem], None]) -> None:
        del self.wires[key]
        self._unrouted.discard(item)
        self.routes.forget((item,))
        self._wire_places.drop(item)
        for end in key:
            self.wires_at.get(end.block, set()).discard(item)
        remove(item)

    @property
    def look(self) -> Look:
        """What all items share."""
        return self._look

    @property
    def style(self) -> CanvasStyle:
        """The pens, brushes and fonts in use."""
        return self._look.style

    def mark_wired(self, block_id: str) -> None:
        """Let a block show which of its pins bear a wire, and of which colour."""
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

    def _settle(self, ids: Collection[str], later: bool = False) -> bool:
        """Route the wires at changed blocks, the new ones, and those that pass where something changed.

        Returns whether there is any.
        """
        self.places.forget_extent()
        refolded = self.folding.renew()
        ids = refolded.ids.union(ids)
        wires = {wire for i in ids for wire in self.wires_at.get(i, ())} | self._unrouted | refolded.wires
        self._unrouted = set()
        if ids or wires:
            self.routes.settle(ids, wires, len(self.wires), later)
        return bool(ids or wires)

    def lead_around(self, ids: Collection[str]) -> None:
        """Lead the wires around blocks that take another room than before."""
        self._settle(ids)

    def show_model(self, ids: Iterable[str]) -> None:
        """Draw blocks where the page has them, after a drag that drew them elsewhere."""
        here = {i for i in ids if i in self.blocks and i in self.page.blocks}
        for block_id in here:
            self.blocks[block_id].place(*self.page.blocks[block_id].at)
        self._settle(here)

    def set_style(self, style: CanvasStyle) -> None:
        """Take another theme's pens and brushes."""
        self.boxes.set_style(style)
        for wire in self.wires.values():
            wire.set_style(style)
        for block in self.blocks.values():
            block.refresh()
        if style.theme.wire_curved != self._curved:
            self._curved = style.theme.wire_curved
            self._unrouted.update(self.wires.values())
            self._settle(())
