"""What a page and its blocks show: compact rows, results, widths, collapsed blocks and frames; stored and undoable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QObject

from app.document.editing.base import EditRefused
from app.document.editing.edits import SetBlockViews, SetPageView
from app.document.editing.frames import fold_frame
from app.document.model.view import ALL_ROWS, USED_ROWS, PageView
from app.messages import error_text

if TYPE_CHECKING:
    from app.document.editing.base import Edit
    from app.document.model.diagram import Block, Note
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext


class PageViewController(QObject):
    """The actions that change the ``view`` of the page shown, or of its selected blocks."""

    def __init__(self, context: EditorContext) -> None:
        """Act on the context's page."""
        super().__init__(context)
        self._context = context

    def actions(self) -> Handlers:
        """Return what each of the actions calls."""
        return {
            "view.compact": lambda on: self._set_page(compact=on),
            "view.results": lambda on: self._set_page(results=on),
            "view.wide": self.set_wide,
            "view.collapse": self.collapse, "view.rows": self.fold_rows, "view.result": self.show_result,
        }  # fmt: skip

    def ticks(self) -> dict[str, bool]:
        """Return which of the page's actions are on."""
        page = self._context.page
        view = page.view if page is not None else PageView()
        return {"view.compact": view.compact, "view.results": view.results, "view.wide": view.wide}

    def _set_page(self, **members: bool) -> None:
        page = self._context.page
        if page is not None:
            self._context.apply(SetPageView(page.name, msgspec.structs.replace(page.view, **members)))

    def set_wide(self, on: bool) -> None:
        """Give the page's blocks the width of their texts, all but those that would run into their neighbours."""
        document, page, canvas = self._context.document, self._context.page, self._context.canvas
        if document is None or page is None or canvas is None:
            return
        items = canvas.items
        items.finish()
        before = {name: item.shape_plan.width for name, item in items.blocks.items()}
        try:
            with document.group(f'View of "{page.name}"'):
                document.apply(SetPageView(page.name, msgspec.structs.replace(page.view, wide=on)))
                items.finish()
                items.routes.take_boxes()
                grown = [name for name, item in items.blocks.items() if item.shape_plan.width > before[name]]
                around = items.routes.obstacles
                touching = [n for n in grown if items.places.touches_right(around, n, before[n])]
                crowded = [page.blocks[name] for name in touching]
                views = {block.id: msgspec.structs.replace(block.view, wide=False) for block in crowded}
                document.apply(SetBlockViews(page.name, views))
        except EditRefused as refused:
            self._context.show_refusal(error_text(refused))

    def _chosen(self) -> list[Block]:
        canvas = self._context.canvas
        names = canvas.selection.ordered_blocks() if canvas is not None else []
        return [block for name in names if (block := self._context.block(name)) is not None]

    def _chosen_frames(self) -> list[Note]:
        canvas, page = self._context.canvas, self._context.page
        if canvas is None or page is None:
            return []
        notes = [page.notes[name] for name in canvas.selection.ordered_notes()]
        return [note for note in notes if note.kind == "frame"]

    def _set_blocks(self, blocks: list[Block], **members: Any) -> None:
        views = {block.id: msgspec.structs.replace(block.view, **members) for block in blocks}
        self._context.apply(SetBlockViews(self._context.page_name or "", views))

    def collapse(self) -> None:
        """Collapse the selected blocks and frames to their titles, or expand them where all of them are."""
        canvas = self._context.canvas
        blocks, frames = self._chosen(), self._chosen_frames()
        if canvas is None or not (blocks or frames):
            return
        states = [block.view.collapsed for block in blocks] + [frame.view.collapsed for frame in frames]
        collapsed = not all(states)
        views = {block.id: msgspec.structs.replace(block.view, collapsed=collapsed) for block in blocks}
        edits: list[Edit] = [SetBlockViews(canvas.page_name, views)] if views else []
        edits += [fold_frame(canvas.page_name, frame, collapsed) for frame in frames]
        canvas.apply(edits, "Collapse" if collapsed else "Expand")

    def fold_rows(self) -> None:
        """Fold the unused rows of the selected blocks away, or show them where all have them folded."""
        page, chosen = self._context.page, self._chosen()
        if page is not None:
            usual = USED_ROWS if page.view.compact else ALL_ROWS
            rows = ALL_ROWS if all((b.view.rows or usual) == USED_ROWS for b in chosen) else USED_ROWS
            self._set_blocks(chosen, rows=None if rows == usual else rows)

    def show_result(self) -> None:
        """Show results on the selected blocks, or hide them where all of them show theirs."""
        page, chosen = self._context.page, self._chosen()
        if page is not None:
            usual = page.view.results
            shown = not all(usual if b.view.result is None else b.view.result for b in chosen)
            self._set_blocks(chosen, result=None if shown == usual else shown)
