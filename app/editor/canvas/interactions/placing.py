"""Placing blocks: from the palette, from the search on the page, and at the end of a wire that was let go."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF

from app.document.editing.edits import AddBlocks
from app.document.model.diagram import Block, PinRef
from app.document.model.ids import free_id
from app.document.model.view import BlockView
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import at_grid
from app.editor.canvas.interactions.edit_builders import insertion_edits
from app.editor.canvas.interactions.search_popup import SearchPopup
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_state.candidates import Candidates
from app.editor.layout.block_geometry import BlockShape, placeholder_shape, shape_of
from app.editor.layout.room import REACH, free_place

_BESIDE = 80.0  # page units between a block and the one that is placed beside it


class BlockPlacer:
    """Adds blocks to the page, where the user points or in the middle of the view."""

    def __init__(self, context: CanvasContext, popup: SearchPopup) -> None:
        """Place on the page of a canvas; ``popup`` searches the catalog over it."""
        self.context, self._popup = context, popup

    def add_symbol(self, name: str, pos: QPointF) -> str:
        """Place a block around a page point, or as near as it covers no other; return its id, "" if it may not be."""
        items = self.context.items
        if self.context.read_only or self.context.page is None:
            return ""
        width, height = self._size(name)
        x, y = pos.x() - width / 2, pos.y() - height / 2
        if self.context.snap:
            x, y = at_grid(x, y, self.context.grid_size)
        x, y = round(x), round(y)
        x, y = free_place(items.places.rects_around(QRectF(x, y, width, height), REACH), x, y, width, height)
        block = self.new_block(name, (x, y))
        return block.id if self.context.apply([AddBlocks(self.context.page_name, [block])]) else ""

    def new_block(self, name: str, at: tuple[float, float]) -> Block:
        """Return a block of a symbol with a free id, as wide as its texts need."""
        page = self.context.items.page
        view = BlockView() if page.view.wide else BlockView(wide=True)
        return Block(id=free_id(page, name), symbol=name, at=at, view=view)

    def place_beside(self, name: str) -> str:
        """Place and select a block beside the selected one, wired to it where that is plain; else in the middle.

        Plain: one block is selected, nothing is wired to its only output yet, and one pin of the new block takes that.
        Returns the id, "" where nothing may be placed.
        """
        block = self._only_selected()
        if block is None:
            return self.place_symbol(name, self.context.viewer.visible_rect().center())
        held, beside = self._free_output(block), self.right_of(block)
        symbol = self.context.catalog.get(name)
        if held is not None and symbol is not None and self.candidates(held, "in").plain_pin_of(symbol):
            placed = self._place_for_wire(name, held, "in", beside)
        else:
            width, _ = self._size(name)
            placed = self.place_symbol(name, QPointF(beside.x() + width / 2, beside.y()))
        self.context.viewport.bring_into_view(placed)
        return placed

    def _only_selected(self) -> str | None:
        chosen = self.context.selection.ordered_blocks()
        return chosen[0] if len(chosen) == 1 else None

    def _free_output(self, block: str) -> PinRef | None:
        """Return a block's output if it has one only, and nothing is wired to it."""
        symbol = self.context.catalog.get(self.context.items.page.blocks[block].symbol)
        outputs = [p for p in symbol.outputs if not p.hidden] if symbol else []
        if len(outputs) != 1 or self.context.items.page.wires_from(block):
            return None
        return PinRef(block, outputs[0].name)

    def right_of(self, block: str) -> QPointF:
        """Return the point where the input of a block beside this one would lie."""
        rect = self.context.items.blocks[block].rect()
        pins = self.context.items.blocks[block].shape_plan.pins
        out = next((p for p in pins if p.direction == "out"), None)
        return QPointF(rect.right() + _BESIDE, rect.top() + out.y if out else rect.center().y())

    def place_symbol(self, name: str, pos: QPointF, wire: WireItem | None = None) -> str:
        """Place and select a block; into a wire, if one is given and the block fits."""
        context = self.context
        model = wire.wire if wire is not None else None
        placed = ""
        with context.document.group(f"Add {name}"):
            placed = self.add_symbol(name, pos)
            if placed and model is not None:
                edits = insertion_edits(context.rules, model, placed)
                if not edits:
                    context.status_text.emit(
                        f"{name} has no input and output that fit this wire; it was placed beside"
                    )
                context.apply(edits)
        if placed:
            context.selection.choose_ids([placed])
        return placed

    def shape(self, symbol_name: str) -> BlockShape:
        """Return the shape that a new block of a symbol has."""
        symbol = self.context.catalog.get(symbol_name)
        return shape_of(symbol) if symbol else placeholder_shape(symbol_name, (), ())

    def _size(self, symbol_name: str) -> tuple[float, float]:
        shape = self.shape(symbol_name)
        return shape.width, shape.height

    def open_search(self, pos: QPoint | None = None) -> None:
        """Search a block and place it: at ``pos`` in the viewer, else at the pointer, else beside the selection.

        A pointer that rests on the selected block means that block: what is placed comes beside it.
        """
        viewer = self.context.viewer
        if self.context.read_only:
            return
        place = pos if pos is not None else self._pointed()
        if place is not None:
            point = viewer.to_page(QPointF(place))
            self._popup.ask(place, lambda name: self.place_symbol(name, point))
            return
        block = self._only_selected()
        if block is None:
            self._popup.ask(viewer.rect().center(), self.place_beside)
            return
        self.context.viewport.bring_into_view(block)
        self._popup.ask(viewer.viewportTransform().map(self.right_of(block)).toPoint(), self.place_beside)

    def _pointed(self) -> QPoint | None:
        """Return where the pointer is in the viewer, None where it is not over it or on the one selected block."""
        place, block = self.context.viewer.pointer(), self._only_selected()
        if place is None or block is None:
            return place
        on = self.context.items.blocks[block].rect().contains(self.context.viewer.to_page(QPointF(place)))
        return None if on else place

    def search_for_wire(self, held: PinRef, direction: str, point: QPointF) -> None:
        """Search a block for a wire that is held at a pin and was let go on empty page; wire it when it is placed.

        Only blocks with a fitting pin of the ``direction`` ("in" or "out") are offered.
        """
        context = self.context
        pin = context.rules.pin(held, "out" if direction == "in" else "in")
        if pin is None:
            return
        candidates = self.candidates(held, direction)

        def fits(name: str) -> bool:
            symbol = context.catalog.get(name)
            return symbol is not None and candidates.pin_of(symbol) is not None

        def place(name: str) -> None:
            self._place_for_wire(name, held, direction, point)

        at = context.viewer.viewportTransform().map(point).toPoint()
        kind = context.feedback.type_text(str(held)) if direction == "in" else ""
        title = f"What takes {held}" if direction == "in" else f"What gives to {held}"
        self._popup.ask(at, place, fits, f"{title}, {kind}" if kind else title)

    def candidates(self, held: PinRef, direction: str) -> Candidates:
        """Return the judge of pins for a wire held at a pin; ``direction`` is that of the pin sought."""
        return Candidates(self.context.rules, self.context.feedback.wire_fit(), held, direction == "in")

    def _place_for_wire(self, name: str, held: PinRef, direction: str, point: QPointF) -> str:
        """Place a block so that its fitting pin lies at the point, and wire it; return its id, "" where none is."""
        context = self.context
        symbol = context.catalog.get(name)
        other = self.candidates(held, direction).pin_of(symbol) if symbol else None
        if symbol is None or other is None:
            return ""
        shape = shape_of(symbol)
        spot = shape.pin(other.direction, other.name)
        x, y = (spot.x, spot.y) if spot else (0.0, 0.0)
        place = QPointF(point.x() - x + shape.width / 2, point.y() - y + shape.height / 2)
        with context.document.group(f"Add {name}"):
            placed = self.add_symbol(name, place)
            if placed:
                ref = PinRef(placed, other.name)
                wire = context.rules.wire(held, ref) if direction == "in" else context.rules.wire(ref, held)
                context.apply(context.rules.edits_to_connect(wire) if wire else [])
        if placed:
            context.selection.choose_ids([placed])
        return placed
