"""What the context menu of blocks, frames and notes offers beside the actions: their colours and icons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QMenu

from app.document.editing.base import EditRefused, many
from app.document.editing.edits import ChangeNote, SetBlockViews
from app.editor.canvas.items.note_colours import COLOURS
from app.editor.canvas.items.swatches import square
from app.editor.widgets.block_icons import BLOCK_ICONS, menu_icon
from app.messages import error_text

if TYPE_CHECKING:
    from app.document.model.diagram import Block, Note
    from app.editor.context import EditorContext


class NoteController(QObject):
    """Colours the selected blocks and notes of the page shown, and gives blocks icons."""

    def __init__(self, context: EditorContext) -> None:
        """Act on the context's page."""
        super().__init__(context)
        self._context = context

    def extend_menu(self, menu: QMenu, kind: str, item: str) -> None:
        """Add the colours to the menu of a block or note, and to a block's the icons."""
        chosen: list[Block | Note] = [*self._chosen_blocks(), *self._chosen()]
        if kind not in ("block", "note") or not chosen or not self._context.editable:
            return
        before = next((a for a in reversed(menu.actions()) if a.isSeparator()), None)
        colours = QMenu("Co&lour", menu)
        now = {item.view.color for item in chosen}
        for name, colour in (("None", None), *COLOURS.items()):
            action = colours.addAction(name)
            action.setCheckable(True)
            action.setChecked(now == {colour})
            if colour is not None:
                action.setIcon(square(colour))
            action.triggered.connect(lambda _=False, c=colour: self.set_colour(c))
        colours.addSeparator()
        colours.addAction("Other…", self._ask)
        for added in (colours, self._icons_menu(menu)) if kind == "block" else (colours,):
            if before is not None:
                menu.insertMenu(before, added)
            else:
                menu.addMenu(added)

    def _icons_menu(self, menu: QMenu) -> QMenu:
        icons = QMenu("&Icon", menu)
        now = {block.view.icon for block in self._chosen_blocks()}
        offered: list[tuple[str | None, str]] = [(None, "None"), *BLOCK_ICONS.items()]
        for name, word in offered:
            action = icons.addAction(word)
            action.setCheckable(True)
            action.setChecked(now == {name})
            if name is not None:
                action.setIcon(menu_icon(name))
            action.triggered.connect(lambda _=False, n=name: self.set_icon(n))
        return icons

    def set_icon(self, name: str | None) -> None:
        """Give the selected blocks an icon, or none, as one step."""
        page, blocks = self._context.page_name, self._chosen_blocks()
        if page is not None and blocks:
            views = {block.id: msgspec.structs.replace(block.view, icon=name) for block in blocks}
            self._context.apply(SetBlockViews(page, views))

    def _chosen(self) -> list[Note]:
        canvas, page = self._context.canvas, self._context.page
        names: Iterable[str] = canvas.selection.ordered_notes() if canvas is not None else ()
        return [page.notes[name] for name in names] if page is not None else []

    def _chosen_blocks(self) -> list[Block]:
        canvas, page = self._context.canvas, self._context.page
        names: Iterable[str] = canvas.selection.ordered_blocks() if canvas is not None else ()
        return [page.blocks[name] for name in names] if page is not None else []

    def _ask(self) -> None:
        colour = QColorDialog.getColor(QColor(COLOURS["Blue"]), self._context.dialog_parent, "Colour")
        if colour.isValid():
            self.set_colour(colour.name())

    def set_colour(self, colour: str | None) -> None:
        """Give the selected blocks and notes a colour (``#rrggbb``), or (None) that of the theme, as one step."""
        document, page = self._context.document, self._context.page_name
        blocks, notes = self._chosen_blocks(), self._chosen()
        names = [block.id for block in blocks] + [note.id for note in notes]
        if document is None or page is None or not names:
            return
        views = {block.id: msgspec.structs.replace(block.view, color=colour) for block in blocks}
        try:
            with document.group(f"Colour {many(len(names), names[0], 'items')}"):
                document.apply(SetBlockViews(page, views))
                for note in notes:
                    view = msgspec.structs.replace(note.view, color=colour)
                    document.apply(ChangeNote(page, msgspec.structs.replace(note, view=view)))
        except EditRefused as refused:
            self._context.show_refusal(error_text(refused))
