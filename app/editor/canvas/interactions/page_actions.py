"""What the canvas's actions do: placing, searching, the clipboard, deleting, arranging, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QCursor, QGuiApplication

from app.document.checks.typed_text import Check, check_wanted
from app.document.editing.base import Edit
from app.document.editing.clipboard import from_fragment, place_fragment, to_fragment
from app.document.editing.edits import AddBlocks, AddNote, ChangeNote, MoveItems, ReplaceWire, SetPin, free_id
from app.document.model.diagram import Block, Monitor, Note, Page, PinRef
from app.editor.canvas.interactions.drags import snapped
from app.editor.canvas.interactions.edit_builders import (
    Places,
    Rect,
    aligned,
    deletion_edits,
    distributed,
    free_place,
    insertion_edits,
)
from app.editor.canvas.items.note_item import FRAME_TITLE
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_state.candidates import Candidates
from app.editor.layout import layered
from app.editor.layout.annotations import followers, holds
from app.editor.layout.block_geometry import placeholder_shape, shape_of

if TYPE_CHECKING:
    from app.editor.canvas.page_canvas import PageCanvas

_STEP = 20.0  # page units between an original and its duplicate
_FRAME_MARGIN = 24.0
_SIZES = {"text": (200.0, 60.0), "frame": (320.0, 220.0), "shape": (140.0, 90.0)}
_TEXTLESS = frozenset(
    {"scope", "operation", "feed", "initializer", "client_tensor", "status"}
)  # kinds of inputs
_TEXTS = {"text": "Note", "frame": "Frame", "shape": ""}


class Actions:
    """The editing half of a canvas."""

    def __init__(self, canvas: PageCanvas) -> None:
        """Serve a canvas."""
        self.canvas = canvas

    @property
    def _page(self) -> Page:
        return self.canvas.items.page

    # placing ----------------------------------------------------------------------------------------

    def add_symbol(self, name: str, pos: QPointF | None) -> str:
        """Place a block around a page point, or in the middle of the view beside what is there."""
        if self.canvas.read_only or self.canvas.page is None:
            return ""
        width, height = self._size(name)
        middle = pos if pos is not None else self.canvas.viewer.visible_rect().center()
        x, y = middle.x() - width / 2, middle.y() - height / 2
        if self.canvas.snap:
            x, y = snapped(x), snapped(y)
        x, y = free_place(self._rects(self.canvas.items.blocks).values(), round(x), round(y), width, height)
        block = Block(id=free_id(self._page, name), symbol=name, at=(x, y))
        return block.id if self.canvas.apply([AddBlocks(self.canvas.page_name, [block])]) else ""

    def place_symbol(self, name: str, pos: QPointF, wire: WireItem | None = None) -> str:
        """Place and select a block; insert it into a wire where it fits."""
        canvas = self.canvas
        model = wire.wire if wire is not None else None
        placed = ""
        with canvas.document.group(f"Add {name}"):
            placed = self.add_symbol(name, pos)
            if placed and model is not None:
                edits = insertion_edits(canvas.rules, model, placed)
                if not edits:
                    canvas.status_text.emit(
                        f"{name} has no input and output that fit this wire; it was placed beside"
                    )
                canvas.apply(edits)
        if placed:
            canvas.select([placed])
        return placed

    def _size(self, symbol_name: str) -> tuple[float, float]:
        symbol = self.canvas.catalog.get(symbol_name)
        shape = shape_of(symbol) if symbol else placeholder_shape(symbol_name, (), ())
        return shape.width, shape.height

    def open_search(self, pos: QPoint | None) -> None:
        """Search a block and place it where the search was opened."""
        canvas = self.canvas
        if canvas.read_only:
            return
        place = pos if pos is not None else canvas.rect().center()
        point = canvas.viewer.to_page(QPointF(place))
        canvas.popup.ask(place, lambda name: self.place_symbol(name, point))

    def search_for_wire(self, held: PinRef, wanted: str, point: QPointF) -> None:
        """Search a block with a pin that fits a wire held at another pin; wire it when it is placed."""
        canvas = self.canvas
        pin = canvas.rules.pin(held, "out" if wanted == "in" else "in")
        if pin is None:
            return
        candidates = Candidates(canvas.rules, canvas.wire_fit(), held, wanted == "in")

        def fits(name: str) -> bool:
            symbol = canvas.catalog.get(name)
            return symbol is not None and candidates.pin_of(symbol) is not None

        def place(name: str) -> None:
            self._place_for_wire(name, held, wanted, point)

        at = canvas.viewer.viewportTransform().map(point).toPoint()
        kind = canvas.type_text(str(held)) if wanted == "in" else ""
        title = f"What takes {held}" if wanted == "in" else f"What gives to {held}"
        canvas.popup.ask(at, place, fits, f"{title}, {kind}" if kind else title)

    def _place_for_wire(self, name: str, held: PinRef, wanted: str, point: QPointF) -> None:
        """Place a block so that its fitting pin lies at the point, and wire it."""
        canvas = self.canvas
        symbol = canvas.catalog.get(name)
        candidates = Candidates(canvas.rules, canvas.wire_fit(), held, wanted == "in")
        other = candidates.pin_of(symbol) if symbol else None
        if symbol is None or other is None:
            return
        shape = shape_of(symbol)
        spot = shape.pin(other.direction, other.name)
        x, y = (spot.x, spot.y) if spot else (0.0, 0.0)
        place = QPointF(point.x() - x + shape.width / 2, point.y() - y + shape.height / 2)
        with canvas.document.group(f"Add {name}"):
            placed = self.add_symbol(name, place)
            if placed:
                ref = PinRef(placed, other.name)
                wire = canvas.rules.wire(held, ref) if wanted == "in" else canvas.rules.wire(ref, held)
                canvas.apply(canvas.rules.edits_to_connect(wire) if wire else [])
        if placed:
            canvas.select([placed])

    def hide_wires(self) -> None:
        """Hide the selected wires, or show them where all of them are hidden."""
        wires = self.canvas.selected_wires()
        hidden = not all(w.hidden for w in wires)
        edits = [
            ReplaceWire(self.canvas.page_name, w, msgspec.structs.replace(w, hidden=hidden))
            for w in wires
            if w.hidden != hidden
        ]
        if not self.canvas.read_only:
            self.canvas.apply(edits, "Hide wires" if hidden else "Show wires")

    # deleting and the clipboard -----------------------------------------------------------------------

    def delete_selected(self) -> None:
        """Delete what is selected; a note comes back with the text that was being typed."""
        canvas = self.canvas
        canvas.commit()
        blocks, wires = canvas.selected_blocks(), canvas.selected_wires()
        notes, monitors = canvas.selected_notes(), canvas.selected_monitors()
        if not canvas.read_only:
            edits = deletion_edits(canvas.rules, blocks, wires, notes, monitors)
            canvas.apply(edits, edits[-1].name if edits else "")

    def copy(self) -> None:
        """Put the selection on the clipboard as text."""
        canvas = self.canvas
        text = to_fragment(
            self._page, canvas.selected_blocks(), canvas.selected_notes(), canvas.selected_monitors()
        )
        if canvas.selection.ids():
            QGuiApplication.clipboard().setText(text)

    def cut(self) -> None:
        """Copy, then delete."""
        if self.canvas.selection.ids():
            self.copy()
        self.delete_selected()

    def paste(self) -> None:
        """Paste with the middle at the cursor, where it is over the page, else in the middle of the view."""
        canvas = self.canvas
        fragment = from_fragment(QGuiApplication.clipboard().text())
        if canvas.read_only or fragment is None:
            if not canvas.read_only:
                canvas.status_text.emit("The clipboard holds no blocks")
            return
        viewport = canvas.viewer.viewport()
        place = viewport.mapFromGlobal(QCursor.pos())
        over = viewport.rect().contains(place) and viewport.underMouse()
        point = canvas.viewer.to_page(place if over else viewport.rect().center())
        self._place(fragment, point)

    def _place(self, fragment: Page, middle: QPointF) -> None:
        """Place a fragment's items around a page point, on the grid, and select them."""
        corners = [
            item.at for part in (fragment.blocks, fragment.notes, fragment.monitors) for item in part.values()
        ]
        if not corners:
            return
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        right, bottom = max(x for x, _ in corners) + 100, max(y for _, y in corners) + 80
        dx, dy = middle.x() - (left + right) / 2, middle.y() - (top + bottom) / 2
        taken = {block.at for block in self._page.blocks.values()}
        offset = (snapped(dx), snapped(dy))
        while any((x + offset[0], y + offset[1]) in taken for x, y in corners):
            offset = (offset[0] + _STEP, offset[1] + _STEP)
        self._add(fragment, offset)

    def _add(self, fragment: Page, offset: tuple[float, float]) -> None:
        edit = place_fragment(self._page, fragment, offset)
        if self.canvas.apply([edit]):
            added: list[Block | Note | Monitor] = [*edit.blocks, *edit.notes, *edit.monitors]
            self.canvas.select([item.id for item in added])

    def duplicate(self) -> None:
        """Copy the selection a step down and to the right, without the clipboard."""
        canvas = self.canvas
        if canvas.read_only or not canvas.selection.ids():
            return
        text = to_fragment(
            self._page, canvas.selected_blocks(), canvas.selected_notes(), canvas.selected_monitors()
        )
        fragment = from_fragment(text)
        if fragment is not None:
            self._add(fragment, (_STEP, _STEP))

    # arranging --------------------------------------------------------------------------------------

    def _rects(self, ids: Mapping[str, object] | set[str]) -> dict[str, Rect]:
        """Return the rectangles of items."""
        items = self.canvas.items
        found: dict[str, Rect] = {}
        for shown in (items.blocks, items.notes, items.monitors):
            for item_id, item in shown.items():
                if item_id in ids:
                    rect = item.rect()
                    found[item_id] = (rect.x() - 0.5, rect.y() - 0.5, rect.width(), rect.height())
        return found

    def _move(self, places: Places, name: str) -> None:
        """Move items and forget the corners of wires that no longer fit."""
        canvas = self.canvas
        if canvas.read_only or not places:
            return
        edits: list[Edit] = [MoveItems(canvas.page_name, places)]
        for wire in self._page.wires:
            if wire.route and (wire.source.block in places or wire.target.block in places):
                edits.append(ReplaceWire(canvas.page_name, wire, msgspec.structs.replace(wire, route=())))
        canvas.apply(edits, name)

    def align(self, how: str) -> None:
        """Align the selected items."""
        self._move(aligned(self._rects(self.canvas.selection.ids()), how), f"Align {how}")

    def distribute(self, axis: str) -> None:
        """Make equal gaps between the selected items."""
        self._move(distributed(self._rects(self.canvas.selection.ids()), axis), f"Distribute {axis}ly")

    def auto_layout(self, selected_only: bool) -> None:
        """Lay out blocks in layers, with the top left corner of what they took before."""
        canvas = self.canvas
        blocks = canvas.items.blocks
        chosen = set(canvas.selected_blocks()) if selected_only else set(blocks)
        if not chosen:
            return
        sizes = {i: (b.shape_plan.width, b.shape_plan.height) for i, b in blocks.items() if i in chosen}
        edges = [
            layered.Edge(w.source.block_id, w.target.block_id, w.source_pin.y, w.target_pin.y)
            for w in canvas.items.wires.values()
        ]
        left, top = min(blocks[i].x_page for i in chosen), min(blocks[i].y_page for i in chosen)
        places = layered.layered(sizes, edges, (left, top))
        if not selected_only:
            places = {**places, **self._followers(places)}
        self._move(places, "Lay out automatically")
        if not selected_only:
            canvas.fit()

    def _followers(self, places: Places) -> Places:
        """Return the places of notes and monitors for new places of all blocks; frames around blocks stay."""
        items = self.canvas.items
        blocks = self._rects(items.blocks)
        notes, monitors = self._rects(items.notes), self._rects(items.monitors)
        labels = {i: r for i, r in notes.items() if items.notes[i].note.kind == "text"}
        others = {i: r for i, r in notes.items() if i not in labels}
        rest = {i: r for i, r in others.items() if not any(holds(r, block) for block in blocks.values())}
        return followers(blocks, places, labels, {**rest, **monitors})

    def find(self, text: str) -> list[str]:
        """Return the blocks that a text is found in, ids first."""
        wanted = text.strip().lower()
        if not wanted:
            return []
        named, other = [], []
        for block in self._page.blocks.values():
            if wanted in block.id.lower():
                named.append(block.id)
            elif any(
                wanted in t.lower() for t in (block.symbol, block.label or "", *map(str, block.pins.values()))
            ):
                other.append(block.id)
        return named + other

    # notes ------------------------------------------------------------------------------------------

    def add_note(self, kind: str) -> str:
        """Add a note in the middle of the view; a frame goes around the selected blocks."""
        canvas = self.canvas
        if canvas.read_only:
            return ""
        size = _SIZES.get(kind, _SIZES["text"])
        middle = canvas.viewer.visible_rect().center()
        at = (snapped(middle.x() - size[0] / 2), snapped(middle.y() - size[1] / 2))
        around = self._rects(canvas.selection.ids()).values()
        if kind == "frame" and around:
            left, top = min(r[0] for r in around) - _FRAME_MARGIN, min(r[1] for r in around) - _FRAME_MARGIN
            right = max(r[0] + r[2] for r in around) + _FRAME_MARGIN
            bottom = max(r[1] + r[3] for r in around) + _FRAME_MARGIN
            at, size = (left, top - FRAME_TITLE), (right - left, bottom - top + FRAME_TITLE)
        note = Note(id=free_id(self._page, kind), kind=kind, at=at, size=size, text=_TEXTS.get(kind, "Note"))
        if not canvas.apply([AddNote(canvas.page_name, note)]):
            return ""
        canvas.select([note.id])
        self.edit_note(note.id)
        return note.id

    def edit_note(self, note: str) -> None:
        """Open a note's editor."""
        item = self.canvas.items.notes.get(note)
        if item is None or self.canvas.read_only:
            return

        def keep(text: str) -> None:
            model = self._page.notes.get(note)
            if model is not None:
                self.canvas.apply(
                    [ChangeNote(self.canvas.page_name, msgspec.structs.replace(model, text=text))]
                )

        self.canvas.viewer.setFocus()
        item.edit(keep)

    # pins -------------------------------------------------------------------------------------------

    def edit_pin(self, block: str, name: str) -> bool:
        """Open the editor of an input's text, if the input is unwired and takes one."""
        canvas, page = self.canvas, self._page
        placed = page.blocks.get(block)
        symbol = canvas.catalog.get(placed.symbol) if placed is not None else None
        pin = symbol.pin(name, "in") if symbol is not None else None
        place = canvas.pin_place(block, "in", name)
        if placed is None or pin is None or place is None or canvas.read_only or pin.kind in _TEXTLESS:
            return False
        names = (pin.name, *pin.aliases)
        if any(w.target.pin in names for w in page.wires_to(block)):
            return False
        key = next((n for n in names if n in placed.pins), pin.name)
        text = placed.pins.get(key, "")
        if not isinstance(text, str) or "\n" in text:
            return False  # an array file or several lines: the properties show these

        def keep(new: str, token: object) -> None:
            canvas.apply([SetPin(canvas.page_name, block, key, new or None, token)])

        def check(new: str) -> Check:
            wants = canvas.wire_fit().wants(PinRef(block, pin.name))
            return check_wanted(pin.kind, new, pin.dtype, wants)

        at = canvas.viewer.viewportTransform().map(QPointF(*place)).toPoint()
        canvas.pin_editor.open_at(at, f"{block}.{pin.name}", text, keep, check, pin.default or "")
        return True

    def widget_at(self, point: QPointF) -> bool:
        """Return whether a page point lies on a monitor's content or on an open editor."""
        items = self.canvas.items
        if any(m.content_at(point) for m in items.monitors.values()):
            return True
        return any(
            n.editor is not None and n.editor.sceneBoundingRect().contains(point)
            for n in items.notes.values()
        )
