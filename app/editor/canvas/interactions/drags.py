"""What a held mouse button does, except pulling wires: panning, the rubber band, moving and resizing."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from app.document.editing.base import Edit
from app.document.editing.edits import ChangeMonitor, ChangeNote, MoveItems, ReplaceWire
from app.document.model.diagram import Wire
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.edit_builders import insertion_edits
from app.editor.canvas.items.box_item import BoxItem, dragged
from app.editor.canvas.items.note_item import NoteItem
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_state.selection import Selected
from app.editor.canvas.routing.orthogonal import Box, crosses

GRID = 10.0  # page units, unless the user has chosen another grid
_MOST_DRAWN = (
    400  # blocks that are drawn where they are dragged; of more, only the outlines until they are dropped
)
_MOST_LED = 12  # wires that are led around blocks while one of their ends is dragged
_MAGNET = 5.0  # a single block dragged this near to where a wire would be straight goes there


def at_grid(x: float, y: float, grid: float) -> tuple[float, float]:
    """Return the nearest crossing of a grid's lines."""
    return round(x / grid) * grid, round(y / grid) * grid


class Drag:
    """One gesture from press to release."""

    scrolls = True  # the page moves on while the cursor is held at the border
    goes_on = False  # after a release: the gesture goes on without the button, until the next release

    def __init__(self, context: CanvasContext, start: QPointF) -> None:
        """Remember where it began, in page units."""
        self.context, self.start = context, start

    def move(self, point: QPointF, event: QMouseEvent | None = None) -> None:
        """Follow the cursor."""

    def release(self, point: QPointF) -> None:
        """Do what the gesture was for."""

    def cancel(self) -> None:
        """Leave everything as it was."""


class PanDrag(Drag):
    """Moves the page under the cursor."""

    scrolls = False

    def __init__(self, context: CanvasContext, start: QPointF, place: QPointF) -> None:
        """Take hold at a viewport point."""
        super().__init__(context, start)
        self._last = place
        context.viewer.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def move(self, point: QPointF, event: QMouseEvent | None = None) -> None:
        """Pan by as much as the cursor moved."""
        if event is not None:
            step = event.position() - self._last
            self._last = event.position()
            self.context.viewer.pan_by(step.x(), step.y())

    def release(self, point: QPointF) -> None:
        """Let go."""
        self.cancel()

    def cancel(self) -> None:
        """Let go."""
        self.context.viewer.viewport().unsetCursor()


class BandDrag(Drag):
    """Selects all items that a rectangle touches (frames: encloses)."""

    def __init__(self, context: CanvasContext, start: QPointF, add: bool, toggle: bool) -> None:
        """Add to the selection, toggle in it, or (neither) replace it."""
        super().__init__(context, start)
        self._toggle = toggle
        self._before = context.selection.state()
        self._base = self._before if add or toggle else Selected()
        self._ids: set[str] | None = None

    def move(self, point: QPointF, event: QMouseEvent | None = None) -> None:
        """Grow the band and select."""
        band = QRectF(self.start, point).normalized()
        self.context.overlay.marks.band = band
        self.context.overlay.refresh()
        ids = self._inside(band)
        if ids != self._ids:
            self._ids = ids
            self.context.selection.restore(self._base, ids, self._toggle)

    def _inside(self, band: QRectF) -> set[str]:
        items = self.context.items
        left, top, right, bottom = band.left(), band.top(), band.right(), band.bottom()
        ids = set()
        for block_id, item in items.blocks.items():
            if item.fold is not None:
                continue
            x, y, shape = item.x_page, item.y_page, item.shape_plan
            if x <= right and y <= bottom and x + shape.width >= left and y + shape.height >= top:
                ids.add(block_id)
        for note_id, note in items.notes.items():
            if not note.isVisible():
                continue
            if band.contains(note.rect()) if note.is_frame else band.intersects(note.rect()):
                ids.add(note_id)
        ids.update(m for m, item in items.monitors.items()
                   if item.isVisible() and band.intersects(item.rect()))  # fmt: skip
        return ids

    def release(self, point: QPointF) -> None:
        """Leave selected what is selected."""
        self.context.overlay.marks.band = None
        self.context.overlay.refresh()

    def cancel(self) -> None:
        """Select what was selected before."""
        self.release(self.start)
        self.context.selection.restore(self._before)


class MoveDrag(Drag):
    """Moves the selected items, and what lies on selected frames; the document follows at the end."""

    def __init__(self, context: CanvasContext, start: QPointF, held: str) -> None:
        """Move the selection, holding the item ``held``, which is the one that snaps to the grid."""
        super().__init__(context, start)
        items, page = context.items, context.items.page
        items.finish()
        ids = with_frame_content(items, context.selection.ids() | {held})
        self._at = {i: page.blocks[i].at for i in ids if i in page.blocks}
        self._boxes: dict[str, tuple[BoxItem, tuple[float, float]]] = {}
        for shown, model in ((items.notes, page.notes), (items.monitors, page.monitors)):
            self._boxes.update({i: (shown[i], model[i].at) for i in ids if i in shown})
        self._held_at = self._at[held] if held in self._at else self._boxes[held][1]
        self._outlined = len(self._at) > _MOST_DRAWN
        if self._outlined:
            outlines = [items.blocks[i].rect() for i in self._at]
            context.overlay.marks.outlines = outlines + [box.rect() for box, _ in self._boxes.values()]
            routed = ((w.source, w.target) for w in page.wires if w.route)
            wires = {items.wires[key] for key in routed if key in items.wires}
        else:
            wires = {wire for i in self._at for wire in items.wires_at.get(i, ())}
        self._inner = [w for w in wires if w.source.block_id in self._at and w.target.block_id in self._at]
        self._border = [
            w for w in wires if not (w.source.block_id in self._at and w.target.block_id in self._at)
        ]
        self._single = held if len(self._at) == 1 and not self._boxes else ""
        self._delta = (0.0, 0.0)
        self._target: WireItem | None = None

    def move(self, point: QPointF, event: QMouseEvent | None = None) -> None:
        """Draw the items where they would come to lie."""
        free = event is not None and bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        dx, dy = point.x() - self.start.x(), point.y() - self.start.y()
        x, y = self._held_at[0] + dx, self._held_at[1] + dy
        x, y = (
            at_grid(x, y, self.context.grid_size) if self.context.snap and not free else (round(x), round(y))
        )
        self._delta = (x - self._held_at[0], y - self._held_at[1])
        self._show(*self._delta)
        if self._single and not free:
            self._pull_straight()
            self._look_for_wire()
        elif self._target is not None:
            self._mark_target(None)

    def _show(self, dx: float, dy: float) -> None:
        if self._outlined:
            self.context.overlay.marks.outlines_at = (dx, dy)
            self.context.overlay.refresh()
            return
        blocks = self.context.items.blocks
        for block_id, (x, y) in self._at.items():
            blocks[block_id].place(x + dx, y + dy)
        for box, (x, y) in self._boxes.values():
            box.place(x + dx, y + dy)
        for wire in self._inner:
            wire.shift(dx, dy)
        obstacles = self.context.items.routes.obstacles if len(self._border) <= _MOST_LED else None
        for wire in self._border:
            wire.reroute(obstacles, self._at)

    def _pull_straight(self) -> None:
        """Let a single block go where one of its wires becomes straight, if that is very near."""
        best = _MAGNET + 0.01
        for wire in self._border:
            mine, other = (
                (wire.source, wire.target)
                if wire.source.block_id == self._single
                else (wire.target, wire.source)
            )
            my_pin, other_pin = (
                (wire.source_pin, wire.target_pin)
                if mine is wire.source
                else (wire.target_pin, wire.source_pin)
            )
            away = other.y_page + other_pin.y - mine.y_page - my_pin.y
            if abs(away) < abs(best):
                best = away
        if abs(best) <= _MAGNET and best:
            self._delta = (self._delta[0], self._delta[1] + best)
            self._show(*self._delta)

    def _look_for_wire(self) -> None:
        """Mark the wire that a single unwired block would be inserted into."""
        target = None
        if not self._border:
            item = self.context.items.blocks[self._single]
            box = item.box()
            inner = Box(box.left + 10, box.top + 6, box.right - 10, box.bottom - 6)
            for wire in self.context.items.wires.values():
                if crosses(wire.points, inner) and insertion_edits(
                    self.context.rules, wire.wire, self._single
                ):
                    target = wire
                    break
        if target is not self._target:
            self._mark_target(target)

    def _mark_target(self, target: WireItem | None) -> None:
        self._target = self.context.overlay.marks.target_wire = target
        self.context.overlay.refresh()

    def release(self, point: QPointF) -> None:
        """Make it an edit, if anything moved."""
        dx, dy = self._delta
        target, self._target = self._target, None
        self._unmark()
        if not (dx or dy):
            if not self._outlined:
                self._show(0.0, 0.0)
            return
        page = self.context.page_name
        places = {i: (x + dx, y + dy) for i, (x, y) in self._at.items()}
        places.update({i: (x + dx, y + dy) for i, (_, (x, y)) in self._boxes.items()})
        edits: list[Edit] = [MoveItems(page, places)]
        edits += [
            ReplaceWire(page, w.wire, _moved_route(w.wire, dx, dy)) for w in self._inner if w.wire.route
        ]
        if target is not None:
            edits += insertion_edits(self.context.rules, target.wire, self._single)
        name = "Insert " + self._single if target else ""
        self.context.apply(edits, name)
        if not self._outlined:
            self.context.items.show_model(self._at)

    def cancel(self) -> None:
        """Draw everything where the document has it."""
        self._unmark()
        if not self._outlined:
            self._show(0.0, 0.0)
            self.context.items.show_model(self._at)

    def _unmark(self) -> None:
        self.context.overlay.marks.target_wire = None
        self.context.overlay.marks.outlines = ()
        self.context.overlay.refresh()


def _moved_route(wire: Wire, dx: float, dy: float) -> Wire:
    return msgspec.structs.replace(wire, route=tuple((x + dx, y + dy) for x, y in wire.route))


def with_frame_content(items: PageItems, ids: set[str]) -> set[str]:
    """Return the ids and those of all items that lie wholly on the frames among them."""
    result = set(ids)
    frames = [items.notes[i].full_rect() for i in ids if i in items.notes and items.notes[i].is_frame]
    for frame in frames:
        for blocks_or_monitors in (items.blocks, items.monitors):
            result.update(i for i, item in blocks_or_monitors.items() if frame.contains(item.rect()))
        result.update(i for i, note in items.notes.items() if frame.contains(note.full_rect()))
    return result


class ResizeDrag(Drag):
    """Drags the edges of a note or monitor."""

    def __init__(self, context: CanvasContext, start: QPointF, item: BoxItem, edges: str) -> None:
        """Take hold of edges ("r", "tl", ...)."""
        super().__init__(context, start)
        self._item, self._edges = item, edges
        self._before = (item.x_page, item.y_page, item.width, item.height)

    def move(self, point: QPointF, event: QMouseEvent | None = None) -> None:
        """Draw the new size."""
        dx, dy = point.x() - self.start.x(), point.y() - self.start.y()
        if self.context.snap:
            dx, dy = at_grid(dx, dy, self.context.grid_size)
        self._draw(dragged(self._before, self._edges, dx, dy, self._item.smallest))

    def _draw(self, rect: tuple[float, float, float, float]) -> None:
        self._item.place(rect[0], rect[1])
        self._item.resize(rect[2], rect[3])

    def release(self, point: QPointF) -> None:
        """Make it an edit."""
        item, page = self._item, self.context.items.page
        at, size = (item.x_page, item.y_page), (item.width, item.height)
        if (*at, *size) == self._before:
            return
        if isinstance(item, NoteItem):
            new = msgspec.structs.replace(page.notes[item.item_id], at=at, size=size)
            self.context.apply([ChangeNote(self.context.page_name, new)])
        else:
            monitor = msgspec.structs.replace(page.monitors[item.item_id], at=at, size=size)
            self.context.apply([ChangeMonitor(self.context.page_name, monitor)])

    def cancel(self) -> None:
        """Draw the size of before."""
        self._draw(self._before)
