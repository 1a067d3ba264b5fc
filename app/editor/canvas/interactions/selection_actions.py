"""What is done to the selection as a whole: deleting, the clipboard, duplicating, hiding wires."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication

from app.document.editing.base import Edit
from app.document.editing.clipboard import from_fragment, place_fragment, to_fragment
from app.document.editing.clipboard_libraries import bring_libraries
from app.document.editing.clipboard_pages import bring_pages
from app.document.editing.edits import ReplaceWire
from app.document.model.diagram import Block, Monitor, Note, Page
from app.editor.canvas.interactions.bends import Bends
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import GRID, at_grid
from app.editor.canvas.interactions.edit_builders import deletion_edits, moving_edits
from app.editor.layout.annotations import Point, Rect
from app.editor.layout.room import free_offset, overlap

_STEP = 20.0  # page units between an original and its duplicate


@dataclass
class _Copied:
    """What a window of this program copied last, and the folder where the files lie that it names.

    That stays here: a clipboard that holds data of Python's own ends the program with a fault when that ends.
    """

    text: str = ""
    folder: str = ""


_last_copied = _Copied()


class SelectionActions:
    """Deletes, copies and pastes what is selected."""

    def __init__(self, context: CanvasContext) -> None:
        """Act on the page of a canvas."""
        self.context = context

    @property
    def _page(self) -> Page:
        return self.context.items.page

    def delete(self) -> None:
        """Delete the selection; neighbours of deleted blocks stay wired where it is plain how.

        A note that is undeleted comes back with the text that was being typed.
        """
        context = self.context
        context.items.boxes.commit_notes()
        if not context.read_only:
            wires = context.selection.ordered_wires()
            blocks, notes, monitors = self._whole()
            edits = deletion_edits(context.rules, blocks, wires, notes, monitors)
            context.apply(edits, edits[-1].name if edits else "")

    def copy(self) -> None:
        """Put the selection on the clipboard as text."""
        if self.context.selection.ids():
            _last_copied.text, _last_copied.folder = self._text(), str(self.context.document.folder)
            QGuiApplication.clipboard().setText(_last_copied.text)

    def _text(self) -> str:
        """Return the selection as the clipboard holds it."""
        project = self.context.document.project
        return to_fragment(self._page, *self._whole(), project.pages, project.libraries)

    def _whole(self) -> tuple[list[str], list[str], list[str]]:
        """Return the selected blocks, notes and monitors, with what the folded frames among them hide."""
        ids = self.context.items.folding.whole(self.context.selection.ids())
        parts = (self._page.blocks, self._page.notes, self._page.monitors)
        blocks, notes, monitors = ([i for i in part if i in ids] for part in parts)
        return blocks, notes, monitors

    def cut(self) -> None:
        """Copy, then delete."""
        if self.context.selection.ids():
            self.copy()
        self.delete()

    def paste(self, complete: Callable[[Page, str], Page | None] | None = None) -> None:
        """Paste with the middle at the cursor, where it is over the page, else in the middle of the view.

        ``complete`` gets what is to be pasted and the folder of the project that it was copied from; it returns what
        is pasted then, or None.
        """
        context = self.context
        clipboard = QGuiApplication.clipboard()
        fragment = from_fragment(clipboard.text())
        if context.read_only or fragment is None:
            if not context.read_only:
                context.status_text.emit("The clipboard holds no blocks")
            return
        pasted, document = fragment.page, context.document
        is_ours = clipboard.text() == _last_copied.text
        if complete is not None and is_ours:
            completed = complete(pasted, _last_copied.folder)
            if completed is None:
                return
            pasted = completed
        folder = Path(_last_copied.folder) if is_ours and _last_copied.folder else None
        brought = bring_libraries(
            document.project, pasted, fragment.pages, fragment.libraries, folder, Path(document.folder)
        )
        edits, named = bring_pages(document.project, brought.page, brought.pages)
        edits = [*brought.edits, *edits]
        place = context.viewer.pointer() or context.viewer.viewport().rect().center()
        self._place(named, context.viewer.to_page(place), edits)

    def _place(self, fragment: Page, middle: QPointF, edits: Sequence[Edit]) -> None:
        """Place a fragment's items around a page point, on the grid, and select them; before that do some edits."""
        corners = [
            item.at for part in (fragment.blocks, fragment.notes, fragment.monitors) for item in part.values()
        ]
        if not corners:
            return
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        right, bottom = max(x for x, _ in corners) + 100, max(y for _, y in corners) + 80
        dx, dy = middle.x() - (left + right) / 2, middle.y() - (top + bottom) / 2
        add_copies(self.context, fragment, at_grid(dx, dy, self.context.grid_size), edits)

    def duplicate(self) -> None:
        """Copy the selection to the nearest free place down and to the right, without the clipboard."""
        context = self.context
        if context.read_only or not context.selection.ids():
            return
        fragment = from_fragment(self._text())
        if fragment is not None:
            add_copies(context, fragment.page, (_STEP, _STEP))

    def make_room(self, came: Sequence[str], left: float) -> None:
        """Let blocks that came cover no others: they begin at ``left``, and all from there on moves to the right."""
        items, page = self.context.items, self._page
        corners = {i: at.at for part in (page.blocks, page.monitors) for i, at in part.items()}
        drawn = {i: (*corners[i], r[2], r[3]) for i, r in items.rects(corners).items()}
        theirs = [drawn.pop(block) for block in came if block in drawn]
        if not any(overlap(rect, other) for rect in theirs for other in drawn.values()):
            return
        x, y = min(r[0] for r in theirs), min(r[1] for r in theirs)
        right, bottom = max(r[0] + r[2] for r in theirs), max(r[1] + r[3] for r in theirs)
        ground = (left, y, right - x, bottom - y)
        covered = min((r[0] for r in drawn.values() if overlap(ground, r)), default=left)
        aside = -(-(left + right - x + _STEP - covered) // GRID) * GRID
        places = {i: (r[0] + aside, r[1]) for i, r in drawn.items() if r[0] >= covered}
        places |= {block: (corners[block][0] + left - x, corners[block][1]) for block in came}
        self.context.apply(moving_edits(page, places))

    def add_bend(self, near: QPointF) -> None:
        """Set a bend on the only selected wire, as near to a page point as it comes."""
        wires = self.context.selection.ordered_wires()
        item = self.context.items.wires.get((wires[0].source, wires[0].target)) if len(wires) == 1 else None
        if item is None or not item.points:
            self.context.status_text.emit("Select one wire to set a bend on")
        else:
            Bends(self.context).add(item, near)

    def straighten_wires(self) -> None:
        """Take the bends of the selected wires away."""
        Bends(self.context).straighten(self.context.selection.ordered_wires())

    def hide_wires(self) -> None:
        """Hide the selected wires, or show them where all of them are hidden."""
        wires = self.context.selection.ordered_wires()
        hidden = not all(w.hidden for w in wires)
        edits = [
            ReplaceWire(self.context.page_name, w, msgspec.structs.replace(w, hidden=hidden))
            for w in wires
            if w.hidden != hidden
        ]
        if not self.context.read_only:
            self.context.apply(edits, "Hide wires" if hidden else "Show wires")


def add_copies(context: CanvasContext, fragment: Page, offset: Point, before: Sequence[Edit] = ()) -> None:
    """Add a fragment's items, ``offset`` away or as near to that as they cover nothing, and select them.

    ``before`` are edits that come first, in the same step of the history.
    """
    items = context.items
    moved, standing = _solid(context, fragment, offset), {*items.blocks, *items.monitors}
    notes = [_moved(note.at, note.size, offset) for note in fragment.notes.values()]
    if not moved:
        moved, standing = notes, {*items.notes}
    elif any(note.kind == "frame" for note in fragment.notes.values()):
        moved, standing = moved + notes, standing | {*items.notes}  # a frame takes what it covers for its own
    dx, dy = free_offset(moved, list(items.rects(standing).values()))
    edit = place_fragment(items.page, fragment, (offset[0] + dx, offset[1] + dy))
    if context.apply([*before, edit], edit.name):
        added: list[Block | Note | Monitor] = [*edit.blocks, *edit.notes, *edit.monitors]
        context.selection.choose_ids([item.id for item in added])


def _solid(context: CanvasContext, fragment: Page, offset: Point) -> list[Rect]:
    """Return the rectangles of what may cover nothing: blocks and monitors."""
    rects = [_moved(monitor.at, monitor.size, offset) for monitor in fragment.monitors.values()]
    for block in fragment.blocks.values():
        shape = context.items.shape_of(block, fragment.wires)
        rects.append(_moved(block.at, (shape.width, shape.height), offset))
    return rects


def _moved(at: Point, size: Point, offset: Point) -> Rect:
    return at[0] + offset[0], at[1] + offset[1], *size
