"""The actions of the Edit, Arrange and Page menus, on the page that is shown."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QLineEdit

from app.document.editing.base import EditRefused, many
from app.document.editing.edits import AddPage, MovePage, RemovePage, RenamePage, SwitchBlocks
from app.document.editing.relocation import Move, bring_along, move_of_blocks
from app.document.editing.text_replacement import text_edits
from app.document.model.diagram import Page
from app.document.model.view import PageView
from app.editor.layout.block_geometry import shortened
from app.editor.widgets import dialogs
from app.messages import error_text

if TYPE_CHECKING:
    from app.editor.actions.action_set import Handlers
    from app.editor.canvas.page_canvas import PageCanvas
    from app.editor.context import EditorContext


_MOST_NAMED = 24  # letters of a text in the name of a step


class _CanvasController(QObject):
    """Acts on the canvas shown."""

    def __init__(self, context: EditorContext) -> None:
        super().__init__(context)
        self._context = context

    @property
    def canvas(self) -> PageCanvas:
        """Return the canvas shown; actions that need one are off where there is none."""
        canvas = self._context.canvas
        assert canvas is not None
        return canvas


class EditController(_CanvasController):
    """The Edit menu."""

    find_requested = Signal()

    def actions(self) -> Handlers:
        """Return what each action of the Edit menu calls."""
        return {
            "edit.undo": self.undo, "edit.redo": self.redo, "edit.cut": self.cut, "edit.copy": self.copy,
            "edit.paste": self.paste, "edit.duplicate": self.duplicate, "edit.delete": self.delete,
            "edit.select_all": self.select_all, "edit.select_kind": self.select_kind,
            "edit.find": self.find_requested.emit, "edit.add_block": self.add_block, "edit.add_note": self.add_note,
            "edit.replace": self.replace, "edit.insert": self.insert, "edit.rename": self.rename,
            "edit.add_frame": self.add_frame, "edit.add_shape": self.add_shape, "edit.wire": self.wire,
            "edit.switch": self.switch, "edit.hide_wires": self.hide_wires, "edit.add_bend": self.add_bend,
            "edit.straighten": self.straighten,
        }  # fmt: skip

    def undo(self) -> None:
        """Undo the last step; a text that waits for Enter is taken first, so it is what is undone."""
        self._context.commit()
        if self._context.document is not None:
            self._context.document.undo()

    def redo(self) -> None:
        """Redo the next step."""
        if self._context.document is not None:
            self._context.document.redo()

    def go_to(self, position: int) -> None:
        """Undo or redo to a row of the history list."""
        self._context.commit()
        document = self._context.document
        if document is not None and 0 <= position <= len(document.history.names()):
            document.history.go_to(position)

    def cut(self) -> None:
        """Cut the selection."""
        self.canvas.selection_actions.cut()

    def copy(self) -> None:
        """Copy the selection."""
        self.canvas.selection_actions.copy()

    def paste(self) -> None:
        """Paste; of blocks from a project in another folder, with the files that they name."""
        context = self._context
        page, within = context.page_name, context.within

        def stay() -> None:
            if page is not None and context.page_name != page:  # a page that came along was shown
                context.look_inside(within, page)

        self.canvas.selection_actions.paste(self._with_files, stay)

    def _with_files(self, fragment: Page, folder: str) -> Page | None:
        """Let the files go along that pasted blocks need in this folder; return what to paste, None: nothing."""
        document = self._context.document
        assert document is not None
        old, new = Path(folder), document.folder
        move = move_of_blocks(fragment, self.canvas.catalog, old, new)
        if not move.names:
            return fragment
        choices = [dialogs.Choice("paste", "Paste without them", dialogs.DISCARD.role), dialogs.CANCEL]
        text = f"They lie in {old}. From {new} they would not be found."
        if document.path is None:
            text = f"They lie in {old}. Save this project first and paste again to bring them along."
        elif set(move.names) - set(move.replaced):
            choices.insert(0, dialogs.Choice("copy", "Copy them along"))
        if move.replaced:
            text += f" Other files of these names are there and stay: {', '.join(move.replaced[:6])}."
        if move.outside:
            text += f" These lie outside and stay where they are: {', '.join(move.outside[:6])}."
        title = f"The blocks name {many(len(move.names), 'a file', 'files')} of another folder"
        answer = self._context.ask(title, text, choices, "\n".join(move.names))
        if answer == "copy":
            return self._copied_along(fragment, move, old, new)
        return fragment if answer == "paste" else None

    def _copied_along(self, fragment: Page, move: Move, old: Path, new: Path) -> Page | None:
        try:
            brought = bring_along(fragment, move, old, new)
        except OSError as fault:
            self._context.show_message("Nothing is pasted", f"{fault.filename}: {fault.strerror or fault}")
            return None
        self._context.log(f"copied {', '.join(move.names)} to {new}")
        return brought

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

    def replace_texts(self, old: str, new: str) -> None:
        """Put a text in the place of another wherever it was typed, on all pages, and say where that was."""
        document, context = self._context.document, self._context
        context.commit()
        edits = text_edits(document.project, old, new) if document is not None else []
        if document is None or not edits:
            context.show_status(f"“{old}” was not typed anywhere; capitals count")
            return
        try:
            with document.group(f"Replace {shortened(old, _MOST_NAMED)} by {shortened(new, _MOST_NAMED)}"):
                for edit in edits:
                    document.apply(edit)
        except EditRefused as refused:
            context.show_refusal(error_text(refused))
            return
        context.show_status(f"Replaced in {many(len(edits), 'one place', 'places')}; Undo takes it back")

    def add_block(self) -> None:
        """Open the search on the page."""
        self.canvas.placer.open_search()

    def replace(self) -> None:
        """Open the search for what takes the selected blocks' place."""
        self.canvas.exchange.search_replacement()

    def rename(self) -> None:
        """Open the editor of the selected block's id, or of the selected note's text."""
        self.canvas.keyboard.rename()

    def insert(self) -> None:
        """Open the search for a block that goes into the selected wire."""
        self.canvas.exchange.search_for_selected_wire()

    def add_note(self) -> None:
        """Add a text."""
        self.canvas.texts.add_note("text")

    def add_frame(self) -> None:
        """Add a frame."""
        self.canvas.texts.add_note("frame")

    def add_shape(self) -> None:
        """Add a filled rectangle."""
        self.canvas.texts.add_note("shape")

    def add_bend(self) -> None:
        """Set a bend on the selected wire, where its menu was asked for."""
        self.canvas.selection_actions.add_bend(self.canvas.events.menu_point)

    def straighten(self) -> None:
        """Take the bends of the selected wires away."""
        self.canvas.selection_actions.straighten_wires()

    def hide_wires(self) -> None:
        """Hide the selected wires, or show them where all of them are hidden."""
        self.canvas.selection_actions.hide_wires()

    def wire(self) -> None:
        """Begin a wire by keyboard."""
        self.canvas.setFocus()
        self.canvas.keyboard.start_wire()

    def switch(self) -> None:
        """Switch the selected blocks off, or on where all of them are off."""
        context = self._context
        chosen = [b for i in self.canvas.selection.ordered_blocks() if (b := context.block(i)) is not None]
        off = not all(b.off for b in chosen)
        context.apply(SwitchBlocks(context.page_name or "", [b.id for b in chosen], off))


class ArrangeController(_CanvasController):
    """The Arrange menu."""

    def actions(self) -> Handlers:
        """Return what each action of the Arrange menu calls."""
        return {
            "arrange.layout": self.layout, "arrange.left": self.left, "arrange.center": self.center,
            "arrange.right": self.right, "arrange.top": self.top, "arrange.middle": self.middle,
            "arrange.bottom": self.bottom, "arrange.horizontal": self.horizontal, "arrange.vertical": self.vertical,
        }  # fmt: skip

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


class PageController(QObject):
    """The Page menu."""

    def __init__(self, context: EditorContext) -> None:
        """Act on the context's document."""
        super().__init__(context)
        self._context = context

    def actions(self) -> Handlers:
        """Return what each action of the Page menu calls."""
        return {
            "page.add": self.add, "page.rename": self.rename, "page.remove": self.remove, "page.next": self.next,
            "page.previous": self.previous, "page.left": self.move_left, "page.right": self.move_right,
        }  # fmt: skip

    def add(self) -> None:
        """Add an empty page after the one shown."""
        names = self._context.pages
        number = len(names) + 1
        while f"page {number}" in names:
            number += 1
        current = self._context.page_name
        at = names.index(current) + 1 if current in names else None
        self._context.apply(AddPage(Page(name=f"page {number}", view=PageView(wide=True)), at))

    def rename(self) -> None:
        """Ask for another name."""
        old = self._context.page_name
        if old is None or not self._context.editable:
            return
        parent = self._context.dialog_parent
        new, accepted = QInputDialog.getText(
            parent, "Rename the page", "Name", QLineEdit.EchoMode.Normal, old
        )
        if accepted and new.strip() and new.strip() != old:
            self._context.apply(RenamePage(old, new.strip()))

    def remove(self) -> None:
        """Remove the page; undo brings it back, so only a page with content is asked about."""
        page = self._context.page
        if page is None:
            return
        if page.blocks:
            text = f"It has {len(page.blocks)} blocks. Undo brings it back."
            choices = [dialogs.Choice("remove", "Remove"), dialogs.CANCEL]
            if self._context.ask(f"Remove the page “{page.name}”?", text, choices) != "remove":
                return
        self._context.apply(RemovePage(page.name))

    def next(self) -> None:
        """Show the next page."""
        self._turn(1)

    def previous(self) -> None:
        """Show the previous page."""
        self._turn(-1)

    def _turn(self, by: int) -> None:
        name, names = self._context.page_name, self._context.pages
        if name in names:
            self._context.go_to(page=names[(names.index(name) + by) % len(names)], keep_focus=True)

    def move_left(self) -> None:
        """Move the page one place to the left."""
        self._move(-1)

    def move_right(self) -> None:
        """Move the page one place to the right."""
        self._move(1)

    def _move(self, by: int) -> None:
        name, names = self._context.page_name, self._context.pages
        if name in names and 0 <= names.index(name) + by < len(names):
            self._context.apply(MovePage(name, names.index(name) + by))
