"""Pages as blocks: making a page of the selection, unpacking one, going inside a use and back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit

from app.document.editing.base import EditRefused
from app.document.editing.edits import SetLibraries
from app.document.model.ids import free_alias
from app.document.model.page_symbol import page_symbol
from app.document.resources.libraries import SHIPPED, SUFFIX
from app.editor.widgets import dialogs
from app.editor.within import Within
from app.messages import error_text
from blocks.assets import asset

if TYPE_CHECKING:
    from app.document.model.diagram import Block
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext


class UseController(QObject):
    """Acts on the selection of the page shown. ``other_activated`` carries a block that is no use of a page."""

    other_activated = Signal(str)

    def __init__(self, context: EditorContext) -> None:
        """Follow the document of the context."""
        super().__init__(context)
        self._context = context
        context.changed.connect(self._follow)
        context.page_renamed.connect(self._follow_page_name)

    def actions(self) -> Handlers:
        """Return what each of these actions calls."""
        return {
            "page.make": self.make, "page.unpack": self.unpack, "page.enter": self.enter, "page.leave": self.leave,
            "page.library": self.add_library,
        }  # fmt: skip

    # --- making and unpacking
    def make(self) -> None:
        """Ask for a name and make a page of the selected blocks, which stands in their place."""
        from app.document.editing.page_making import STAYING, PageMaking  # late: when it is first asked for

        context, canvas = self._context, self._context.canvas
        page, document = context.page, context.document
        if canvas is None or page is None or document is None:
            return
        chosen = [i for i in canvas.selection.ordered_blocks() if page.blocks[i].symbol not in STAYING]
        name = self._ask_name() if chosen else ""
        if chosen and not name:
            return
        context.commit()
        try:
            making = PageMaking(document.project, page.name, chosen, name, context.catalog)
            edit = making.edit(set(canvas.selection.ordered_notes()))
        except EditRefused as refusal:
            context.show_refusal(error_text(refusal))
            return
        if context.apply(edit):
            context.go_to(making.use, page=page.name)
            canvas.selection.choose_ids([making.use])
            context.show_status(f"{name}: a double click goes inside, Ctrl+Shift+G unpacks it", 8000)

    def _ask_name(self) -> str:
        names, number = self._context.pages, 1
        while (free := f"part {number}") in names:
            number += 1
        parent, usual = self._context.dialog_parent, QLineEdit.EchoMode.Normal
        text, accepted = QInputDialog.getText(parent, "Make a page of the blocks", "Name", usual, free)
        return text.strip() if accepted else ""

    def unpack(self) -> None:
        """Put the blocks of the selected uses in the places of these."""
        from app.document.editing.page_unpacking import PageUnpacking  # late: when it is first asked for

        context, canvas = self._context, self._context.canvas
        page, document = context.page, context.document
        if canvas is None or page is None or document is None:
            return
        uses = [
            i for i in canvas.selection.ordered_blocks() if page_symbol(page.blocks[i].symbol) is not None
        ]
        context.commit()
        came: list[str] = []
        try:
            with document.group(f"Unpack {uses[0]}" if len(uses) == 1 else f"Unpack {len(uses)} blocks"):
                for use in uses:
                    functions = document.own.functions
                    unpacking = PageUnpacking(document.project, page.name, use, context.catalog, functions)
                    left = page.blocks[use].at[0]
                    document.apply(unpacking.edit())
                    canvas.selection_actions.make_room(list(unpacking.ids.values()), left)
                    came += unpacking.ids.values()
        except EditRefused as refusal:
            context.show_refusal(error_text(refusal))
            return
        canvas.selection.choose_ids(came)

    # --- libraries
    def add_library(self) -> None:
        """Ask for a library, one that ships with the program or another project, and let the document use it."""
        document = self._context.document
        if document is None:
            return
        place = self._ask_library()
        known = document.project.libraries
        if not place or place in known.values():
            return
        stem = place.rpartition("/")[2].rpartition(":")[2].removesuffix(SUFFIX)
        alias = free_alias(stem, known)
        if self._context.apply(SetLibraries({**known, alias: place})):
            self._context.show_status(f"The pages of {alias} are in the list of blocks", 8000)

    def _ask_library(self) -> str:
        """Return how the project's file names the library that is chosen; nothing where none is."""
        context = self._context
        shipped = sorted(path.stem for path in asset("libraries").glob(f"*{SUFFIX}"))
        choices = [dialogs.Choice(f"{SHIPPED}{name}", name.capitalize()) for name in shipped]
        choices += [dialogs.Choice("file", "Another project…"), dialogs.CANCEL]
        text = "Its pages stand as blocks on the pages of this project. They are changed in their own file."
        answer = context.ask("Use which library?", text, choices)
        if answer != "file":
            return "" if answer == dialogs.CANCEL.key else answer
        assert context.document is not None
        folder, parent = context.document.folder, context.dialog_parent
        kinds = f"Projects (*{SUFFIX})"
        chosen, _ = QFileDialog.getOpenFileName(parent, "Use a project as a library", str(folder), kinds)
        if not chosen:
            return ""
        try:
            return Path(os.path.relpath(chosen, folder)).as_posix()
        except ValueError:  # on another drive
            return Path(chosen).as_posix()

    # --- inside and back
    def activate(self, block: str) -> None:
        """Go inside a block that was double-clicked, or let others open what it shows."""
        if not self._go_inside(self._context.block(block)):
            self.other_activated.emit(block)

    def enter(self) -> None:
        """Go inside the selected use."""
        canvas = self._context.canvas
        chosen = canvas.selection.ordered_blocks() if canvas is not None else []
        if not any(self._go_inside(self._context.block(block)) for block in chosen):
            self._context.show_refusal("There is no page in this project to go into")

    def _go_inside(self, block: Block | None) -> bool:
        context, named = self._context, page_symbol(block.symbol) if block is not None else None
        page = context.page_name
        if block is None or page is None or named is None or context.page_named(named.page) is None:
            return False
        if named.library is not None:
            return False
        here = context.within or Within(page, ())
        context.look_inside(Within(here.root, (*here.uses, block.id)), named.page)
        return True

    def leave(self) -> None:
        """Go back to the page from which this one was entered."""
        within = self._context.within
        if within is not None:
            self.go_back_to(len(within.uses) - 1)

    def go_back_to(self, steps: int) -> None:
        """Go back along the way to where so many uses have been entered, and select the use that is left."""
        context, document = self._context, self._context.document
        within = context.within
        if within is None or document is None or not 0 <= steps < len(within.uses):
            return
        way, left = Within(within.root, within.uses[:steps]), within.uses[steps]
        pages = way.pages(document.project)
        if pages is not None:
            context.look_inside(way if way.uses else None, pages[-1].name)
            context.go_to(left, page=pages[-1].name)

    # --- following the document
    def _follow(self, changes: Any) -> None:
        """Give the way up where it does not lead through any more; follow uses that bear other ids."""
        within, document = self._context.within, self._context.document
        if within is None or document is None:
            return
        for change in changes:
            if change.kind == "block-renamed":
                within = self._renamed(within, change.page, str(change.old), str(change.id))
        pages = within.pages(document.project)
        shown = pages is not None and pages[-1].name == self._context.page_name
        self._context.set_within(within if shown and len(pages or ()) == len(within.uses) + 1 else None)

    def _renamed(self, within: Within, page: str, old: str, new: str) -> Within:
        document = self._context.document
        assert document is not None
        uses = list(within.uses)
        for place in range(len(uses)):
            pages = Within(within.root, tuple(uses[:place])).pages(document.project)
            if pages and len(pages) == place + 1 and pages[-1].name == page and uses[place] == old:
                uses[place] = new
        return Within(within.root, tuple(uses))

    def _follow_page_name(self, old: str, new: str) -> None:
        within = self._context.within
        if within is not None:
            self._context.set_within(within.renamed(old, new))
