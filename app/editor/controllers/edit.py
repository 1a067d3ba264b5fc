"""The actions of the Edit, Arrange and Page menus, on the page that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog, QLineEdit

from app.document.editing.edits import AddPage, MovePage, RemovePage, RenamePage, SwitchBlocks
from app.document.model.diagram import Page
from app.editor.widgets import dialogs

if TYPE_CHECKING:
    from app.editor.canvas.page_canvas import PageCanvas
    from app.editor.window.main_window import EditorWindow


class _PageController:
    def __init__(self, window: EditorWindow) -> None:
        self.window = window

    @property
    def canvas(self) -> PageCanvas:
        """Return the canvas shown; actions that need one are off where there is none."""
        canvas = self.window.tabs.current_canvas()
        assert canvas is not None
        return canvas


class EditController(_PageController):
    """The Edit menu."""

    def undo(self) -> None:
        """Undo the last step; a text that waits for Enter is taken first, so it is what is undone."""
        self.window.commit()
        if self.window.document is not None:
            self.window.document.undo()

    def redo(self) -> None:
        """Redo the next step."""
        if self.window.document is not None:
            self.window.document.redo()

    def go_to(self, position: int) -> None:
        """Undo or redo to a row of the history list."""
        self.window.commit()
        document = self.window.document
        if document is not None and 0 <= position <= len(document.history.names()):
            document.history.go_to(position)

    def cut(self) -> None:
        """Cut the selection."""
        self.canvas.selection_actions.cut()

    def copy(self) -> None:
        """Copy the selection."""
        self.canvas.selection_actions.copy()

    def paste(self) -> None:
        """Paste."""
        self.canvas.selection_actions.paste()

    def duplicate(self) -> None:
        """Duplicate the selected blocks with the wires between them."""
        self.canvas.selection_actions.duplicate()

    def delete(self) -> None:
        """Delete the selection."""
        self.canvas.selection_actions.delete()

    def select_all(self) -> None:
        """Select everything on the page."""
        self.canvas.selection.choose_all()

    def select_kind(self) -> None:
        """Select all blocks of the selected blocks' symbols."""
        self.canvas.selection.choose_same_symbols()

    def find(self) -> None:
        """Open the find bar."""
        self.window.find_bar.open_bar()

    def add_block(self) -> None:
        """Open the search on the page."""
        self.canvas.placer.open_search()

    def add_note(self) -> None:
        """Add a text."""
        self.canvas.texts.add_note("text")

    def add_frame(self) -> None:
        """Add a frame."""
        self.canvas.texts.add_note("frame")

    def add_shape(self) -> None:
        """Add a filled rectangle."""
        self.canvas.texts.add_note("shape")

    def hide_wires(self) -> None:
        """Hide the selected wires, or show them where all of them are hidden."""
        self.canvas.selection_actions.hide_wires()

    def wire(self) -> None:
        """Begin a wire by keyboard."""
        self.canvas.setFocus()
        self.canvas.keyboard.start_wire()

    def switch(self) -> None:
        """Switch the selected blocks off, or on where all of them are off."""
        context = self.window.context
        chosen = [b for i in self.canvas.selection.ordered_blocks() if (b := context.block(i)) is not None]
        off = not all(b.off for b in chosen)
        context.apply(SwitchBlocks(context.page_name or "", [b.id for b in chosen], off))


class ArrangeController(_PageController):
    """The Arrange menu."""

    def layout(self) -> None:
        """Lay out the selected blocks, or all."""
        self.canvas.arranger.auto_layout(selected_only=len(self.canvas.selection.ordered_blocks()) > 1)

    def left(self) -> None:
        """Align left edges."""
        self.canvas.arranger.align("left")

    def right(self) -> None:
        """Align right edges."""
        self.canvas.arranger.align("right")

    def center(self) -> None:
        """Align centres in a column."""
        self.canvas.arranger.align("center")

    def top(self) -> None:
        """Align top edges."""
        self.canvas.arranger.align("top")

    def bottom(self) -> None:
        """Align bottom edges."""
        self.canvas.arranger.align("bottom")

    def middle(self) -> None:
        """Align middles in a row."""
        self.canvas.arranger.align("middle")

    def horizontal(self) -> None:
        """Make equal gaps in a row."""
        self.canvas.arranger.distribute("horizontal")

    def vertical(self) -> None:
        """Make equal gaps in a column."""
        self.canvas.arranger.distribute("vertical")


class PageController(_PageController):
    """The Page menu."""

    def _names(self) -> list[str]:
        document = self.window.document
        return [p.name for p in document.project.pages] if document is not None else []

    def add(self) -> None:
        """Add an empty page after the one shown."""
        names = self._names()
        number = len(names) + 1
        while f"page {number}" in names:
            number += 1
        current = self.window.context.page_name
        at = names.index(current) + 1 if current in names else None
        self.window.context.apply(AddPage(Page(name=f"page {number}"), at))

    def rename(self) -> None:
        """Ask for another name."""
        old = self.window.context.page_name
        if old is None or not self.window.context.editable:
            return
        new, accepted = QInputDialog.getText(
            self.window, "Rename the page", "Name", QLineEdit.EchoMode.Normal, old
        )
        if accepted and new.strip() and new.strip() != old:
            self.window.context.apply(RenamePage(old, new.strip()))

    def remove(self) -> None:
        """Remove the page; undo brings it back, so only a page with content is asked about."""
        page = self.window.context.page
        if page is None:
            return
        if page.blocks:
            text = f"It has {len(page.blocks)} blocks. Undo brings it back."
            choices = [dialogs.Choice("remove", "Remove"), dialogs.CANCEL]
            if self.window.ask(self.window, f"Remove the page “{page.name}”?", text, choices) != "remove":
                return
        self.window.context.apply(RemovePage(page.name))

    def next(self) -> None:
        """Show the next page."""
        self._turn(1)

    def previous(self) -> None:
        """Show the previous page."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        tabs = self.window.tabs
        if tabs.count():
            tabs.setCurrentIndex((tabs.currentIndex() + by) % tabs.count())

    def move_left(self) -> None:
        """Move the page one place to the left."""
        self._move(-1)

    def move_right(self) -> None:
        """Move the page one place to the right."""
        self._move(1)

    def _move(self, by: int) -> None:
        name, names = self.window.context.page_name, self._names()
        if name in names and 0 <= names.index(name) + by < len(names):
            self.window.context.apply(MovePage(name, names.index(name) + by))
