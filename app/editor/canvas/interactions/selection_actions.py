"""What is done to the selection as a whole: deleting, the clipboard, duplicating, hiding wires."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtGui import QGuiApplication

from app.document.editing.base import Edit
from app.document.editing.clipboard import from_fragment, placed_fragment, to_fragment
from app.document.editing.clipboard_libraries import bring_libraries
from app.document.editing.clipboard_pages import bring_pages
from app.document.editing.edits import AddBlocks, ReplaceWire
from app.document.model.diagram import Block, Monitor, Note, Page, Wire
from app.document.model.ids import IdGiver
from app.editor.canvas.interactions.bends import Bends
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.interactions.drags import GRID, at_grid
from app.editor.canvas.interactions.edit_builders import deletion_edits, moving_edits
from app.editor.canvas.interactions.unhurried import Steps, Unhurried, do_now
from app.editor.canvas.items.page_items import PageItems
from app.editor.layout.annotations import Point, Rect
from app.editor.layout.block_geometry import BlockShape
from app.editor.layout.room import REACH, free_offset, overlap

_STEP = 20.0  # page units between an original and its duplicate
_ShapeOf = Callable[[Block, Iterable[Wire]], BlockShape]
_FEW = 100  # blocks whose shapes are found at once
_MUCH = 100_000  # letters on the clipboard; more is pasted in steps


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

    def __init__(self, context: CanvasContext, parent: QObject | None = None) -> None:
        """Act on the page of a canvas. What is done in steps ends with ``parent``."""
        self.context = context
        self._unhurried = Unhurried(parent)

    def forget(self) -> None:
        """Call off what is being pasted, and what was said of it."""
        if self._unhurried.is_busy:
            self.context.status_text.emit("")
        self._unhurried.stop()

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
            blocks, notes, monitors = self._whole()
            wires = context.selection.ordered_wires(set(blocks))
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

    def paste(
        self,
        complete: Callable[[Page, str], Page | None] | None = None,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        """Paste with the middle at the cursor, where it is over the page, else in the middle of the view.

        ``complete`` gets what is to be pasted and the folder of the project that it was copied from; it returns what
        is pasted then, or None. ``then`` is called after that. Very much is pasted in steps, between the events.
        """
        if self.context.read_only:
            return
        text = QGuiApplication.clipboard().text()
        if len(text) > _MUCH:
            self._unhurried.begin(self._announced("Pasting…", self._pasting(text, complete, then)))
        else:
            self._unhurried.finish()
            do_now(self._pasting(text, complete, then))

    def _announced(self, text: str, steps: Steps) -> Steps:
        """Return steps that say what goes on while they do, unless they have something else to say."""
        said: list[str] = []
        self.context.status_text.emit(text)
        self.context.status_text.connect(said.append)
        yield from steps
        self.context.status_text.disconnect(said.append)
        if not said:
            self.context.status_text.emit("")

    def _pasting(
        self, text: str, complete: Callable[[Page, str], Page | None] | None, then: Callable[[], None]
    ) -> Steps:
        """Paste step by step; while a step goes on in a thread the page may change."""
        context = self.context
        place = context.viewer.pointer() or context.viewer.viewport().rect().center()
        middle = context.viewer.to_page(place)
        fragment = yield lambda: from_fragment(text)
        if fragment is None:
            context.status_text.emit("The clipboard holds no blocks")
            return
        pasted, document = fragment.page, context.document
        is_ours = text == _last_copied.text
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
        offset = _offset_to(named, middle, context.grid_size)
        if offset is not None:
            yield None
            yield from adding_copies(context, named, offset, [*brought.edits, *edits])
        then()

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
        drawn = {i: (*corners[i], r[2], r[3]) for i, r in items.places.rects(corners).items()}
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


def add_copies(context: CanvasContext, fragment: Page, offset: Point) -> None:
    """Add a fragment's items, ``offset`` away or as near to that as they cover nothing, and select them."""
    do_now(adding_copies(context, fragment, offset))


def adding_copies(
    context: CanvasContext, fragment: Page, offset: Point, before: Sequence[Edit] = ()
) -> Steps:
    """Do that in steps; ``before`` are edits that come first, in the same step of the history."""
    items = context.items
    edit = yield _preparing(items, fragment, offset)
    page = items.page
    ids = {item.id for part in (edit.blocks, edit.notes, edit.monitors) for item in part}
    taken = (ids & page.blocks.keys()) | (ids & page.notes.keys()) | (ids & page.monitors.keys())
    if taken or edit.page != page.name:  # the page has changed meanwhile
        edit = _preparing(items, fragment, offset)()
    if context.apply([*before, edit], edit.name):
        yield None
        added: list[Block | Note | Monitor] = [*edit.blocks, *edit.notes, *edit.monitors]
        context.selection.choose_ids([item.id for item in added])


def _preparing(items: PageItems, fragment: Page, offset: Point) -> Callable[[], AddBlocks]:
    """Return what makes the edit that adds a fragment's copies where they cover nothing; it may be called elsewhere."""
    page = items.page
    name, giver = page.name, IdGiver(page)
    few = _placed(fragment, offset, items.shape_of) if len(fragment.blocks) <= _FEW else None
    standing = _standing(fragment, items, few)

    def prepare() -> AddBlocks:
        moved = few or _placed(fragment, offset, items.shape_of)
        dx, dy = free_offset(moved, standing)
        edit = placed_fragment(name, giver, fragment, (offset[0] + dx, offset[1] + dy))
        edit.prepare()
        return edit

    return prepare


def _standing(fragment: Page, items: PageItems, placed: Sequence[Rect] | None) -> list[Rect]:
    """Return what of a page a fragment may not cover, around where it is ``placed``: a frame owns what it covers."""
    places = items.places
    if not fragment.blocks and not fragment.monitors:
        return list(places.rects_of_boxes(items.notes).values())
    boxes = {*items.monitors, *(items.notes if _has_frames(fragment) else ())}
    if placed is None:
        return list(places.rects({*items.page.blocks, *boxes}).values())
    left, top = min(r[0] for r in placed), min(r[1] for r in placed)
    right, bottom = max(r[0] + r[2] for r in placed), max(r[1] + r[3] for r in placed)
    blocks = places.rects_around(QRectF(left, top, right - left, bottom - top), REACH)
    return [*blocks, *places.rects_of_boxes(boxes).values()]


def _placed(fragment: Page, offset: Point, shape_of: _ShapeOf) -> list[Rect]:
    """Return the rectangles of what is to find room."""
    found = _solid(fragment, offset, shape_of)
    if not found or _has_frames(fragment):
        found += [_moved(note.at, note.size, offset) for note in fragment.notes.values()]
    return found


def _has_frames(fragment: Page) -> bool:
    return any(note.kind == "frame" for note in fragment.notes.values())


def _offset_to(fragment: Page, middle: QPointF, grid: float) -> Point | None:
    """Return how far a fragment is from having its middle at a page point, on the grid; None for an empty one."""
    corners = [
        item.at for part in (fragment.blocks, fragment.notes, fragment.monitors) for item in part.values()
    ]
    if not corners:
        return None
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    right, bottom = max(x for x, _ in corners) + 100, max(y for _, y in corners) + 80
    return at_grid(middle.x() - (left + right) / 2, middle.y() - (top + bottom) / 2, grid)


def _solid(fragment: Page, offset: Point, shape_of: _ShapeOf) -> list[Rect]:
    """Return the rectangles of what may cover nothing: blocks and monitors."""
    rects = [_moved(monitor.at, monitor.size, offset) for monitor in fragment.monitors.values()]
    wires: dict[str, list[Wire]] = {}
    for wire in fragment.wires:
        for end in {wire.source.block, wire.target.block}:
            wires.setdefault(end, []).append(wire)
    for block in fragment.blocks.values():
        shape = shape_of(block, wires.get(block.id, ()))
        rects.append(_moved(block.at, (shape.width, shape.height), offset))
    return rects


def _moved(at: Point, size: Point, offset: Point) -> Rect:
    return at[0] + offset[0], at[1] + offset[1], *size
