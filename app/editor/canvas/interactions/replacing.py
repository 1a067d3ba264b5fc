"""Replacing blocks by blocks of another symbol, and inserting one into a wire; neighbours make room where they must."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from app.document.editing.base import Edit, many
from app.document.editing.edits import AddBlocks, AddWire, ReplaceWire
from app.document.editing.replacement import Replacement, replacement
from app.document.model.diagram import PinRef, Wire
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import GRID, at_grid
from app.editor.canvas.interactions.edit_builders import moving_edits
from app.editor.canvas.interactions.placing import BlockPlacer
from app.editor.canvas.interactions.search_popup import SearchPopup
from app.editor.layout.annotations import Rect
from app.editor.layout.room import pushed_aside

_GAP = 2 * GRID  # between a block in a wire and the blocks at the wire's ends
_MOST_NAMED = 4  # of what is lost, in one sentence


class BlockExchange:
    """Asks which block is to come in, with the search on the page, and lets it take over what fits."""

    def __init__(self, context: CanvasContext, popup: SearchPopup, placer: BlockPlacer) -> None:
        """Exchange blocks on the page of a canvas."""
        self.context, self._popup, self._placer = context, popup, placer

    # a block for another ------------------------------------------------------------------------------

    def search_replacement(self) -> None:
        """Search a block that takes the place of each one selected."""
        context = self.context
        blocks = context.selection.ordered_blocks()
        if context.read_only or not blocks:
            return
        placed = context.items.page.blocks
        symbols = {placed[b].symbol for b in blocks}
        context.viewport.bring_into_view(blocks[0])
        corner = context.items.blocks[blocks[0]].rect().bottomLeft()
        place = context.viewer.viewportTransform().map(corner).toPoint()
        title = f"Replace {many(len(blocks), f'{blocks[0]} ({placed[blocks[0]].symbol})', 'blocks')} by"
        self._popup.ask(place, self.replace, lambda name: {name} != symbols, title)

    def replace(self, name: str) -> bool:
        """Make each selected block one of a symbol, as one entry of the history; return whether it was done."""
        context = self.context
        blocks, symbol = context.selection.ordered_blocks(), context.catalog.get(name)
        if symbol is None or context.read_only or not blocks:
            return False
        done: list[Replacement] = []
        with context.document.group(f"Replace {many(len(blocks), blocks[0], 'blocks')} by {name}"):
            for block in blocks:
                page = context.page
                assert page is not None
                found = replacement(page, context.catalog, block, symbol, context.feedback.specs())
                if context.apply(found.edits):
                    done.append(found)
            for block in blocks if done else ():
                self._make_room(block, name)
        context.status_text.emit(_lost(done) if done else "")
        return bool(done)

    def _make_room(self, block: str, symbol: str) -> None:
        page = self.context.page
        assert page is not None
        self.context.items.finish()
        shape, drawn = self._placer.shape(symbol), self.context.items.blocks[block].rect()
        width = max(shape.width, drawn.width())  # what widens a block for its texts, most of which stay
        self.context.apply(self._pushing((*page.blocks[block].at, width, shape.height), block))

    def _pushing(self, rect: Rect, without: str = "") -> list[Edit]:
        """Return the edits that move blocks and monitors aside for a block."""
        items, page = self.context.items, self.context.page
        assert page is not None
        places = {i: at.at for part in (page.blocks, page.monitors) for i, at in part.items()}
        drawn = items.places.rects({*page.blocks, *page.monitors} - {without})
        rects = {i: (*places[i], r[2], r[3]) for i, r in drawn.items() if i in places}
        return moving_edits(page, pushed_aside(rect, rects, int(GRID)))

    # a block into a wire ------------------------------------------------------------------------------

    def search_for_selected_wire(self) -> None:
        """Search a block for the selected wire, half way along it."""
        wires = self.context.selection.ordered_wires()
        item = self.context.items.wires.get((wires[0].source, wires[0].target)) if wires else None
        if item is not None and item.points:
            (ax, ay), (bx, by) = item.points[0], item.points[-1]
            self.search_insertion(item.wire, QPointF((ax + bx) / 2, (ay + by) / 2))

    def search_insertion(self, wire: Wire, point: QPointF) -> None:
        """Search a block that goes between the ends of a wire, and insert it around a point of the page."""
        context = self.context
        if context.read_only:
            return
        takes = self._placer.candidates(wire.source, "in")
        gives = self._placer.candidates(wire.target, "out")

        def fits(name: str) -> bool:
            symbol = context.catalog.get(name)
            return (
                symbol is not None and takes.pin_of(symbol) is not None and gives.pin_of(symbol) is not None
            )

        place = context.viewer.viewportTransform().map(point).toPoint()
        title = f"Between {wire.source} and {wire.target}"
        self._popup.ask(place, lambda name: self.insert(name, wire, point), fits, title)

    def insert(self, name: str, wire: Wire, point: QPointF) -> str:
        """Place, wire and select a block between the ends of a wire; return its id, "" where it may not be."""
        context, page = self.context, self.context.page
        symbol = context.catalog.get(name)
        if symbol is None or page is None or wire not in page.wires:
            return ""
        into = self._placer.candidates(wire.source, "in").pin_of(symbol)
        out = self._placer.candidates(wire.target, "out").pin_of(symbol)
        if into is None or out is None:
            return ""
        block = self._placer.new_block(name, self._between(name, wire, point, into.name))
        with context.document.group(f"Insert {block.id}"):
            context.apply([AddBlocks(page.name, [block])])
            first = context.rules.wire(wire.source, PinRef(block.id, into.name))
            second = context.rules.wire(PinRef(block.id, out.name), wire.target)
            if first is not None and second is not None:
                onward = Wire(source=second.source, target=second.target)
                context.apply([ReplaceWire(page.name, wire, onward), AddWire(page.name, first)])
            shape = self._placer.shape(name)
            context.apply(self._pushing((*block.at, shape.width, shape.height), block.id))
        context.selection.choose_ids([block.id])
        return block.id

    def _between(self, name: str, wire: Wire, point: QPointF, into: str) -> tuple[float, float]:
        """Return where a block goes: its input on the wire, right of the wire's source, and left of its target."""
        shape, blocks = self._placer.shape(name), self.context.items.blocks
        source, target = blocks[wire.source.block].rect(), blocks[wire.target.block].rect()
        spot = shape.pin("in", into)
        x, y = point.x() - shape.width / 2, point.y() - (spot.y if spot is not None else shape.height / 2)
        if target.left() > source.right():
            x = max(min(x, target.left() - _GAP - shape.width), source.right() + _GAP)
        return at_grid(x, y, self.context.grid_size) if self.context.snap else (round(x), round(y))


def _lost(done: list[Replacement]) -> str:
    """Return the sentence that names what replaced blocks could not take over; "" for nothing."""
    lost = [f"the wire {w.source} to {w.target}" for one in done for w in one.lost_wires]
    lost += [f"the text of {pin}" for one in done for pin in one.lost_texts]
    if not lost:
        return ""
    more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
    return f"Not carried over: {', '.join(lost[:_MOST_NAMED])}{more}. Undo takes it back"
