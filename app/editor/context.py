"""What the parts of one window share: the document, the page shown, runs and results, and what they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from app.document.editing.base import EditRefused
from app.document.editing.page_uses import pages_used
from app.document.model.diagram import Block, Page
from app.document.model.uses import users_of
from app.editor.page_changes import edited_pages
from app.editor.runs.offered_devices import OfferedDevices
from app.editor.runs.outcomes import RunOutcomes
from app.editor.widgets import dialogs
from app.messages import error_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.document.editing.base import Change, Edit
    from app.document.editing.document import Document
    from app.editor.canvas.page_canvas import PageCanvas
    from app.editor.results.store import ResultStore
    from app.editor.runs.runner import Runner
    from app.editor.settings import SettingsStore
    from app.editor.widgets.theme import Theme
    from app.editor.within import Within
    from blocks.catalog import Catalog
    from blocks.symbol import Symbol


class Canvases(Protocol):
    """The canvases made so far, one for each page that was shown."""

    def current_canvas(self) -> PageCanvas | None:
        """Return the canvas of the page shown, or None."""

    def canvas(self, page: str) -> PageCanvas | None:
        """Return a page's canvas where it has been made."""

    def canvases(self) -> list[PageCanvas]:
        """Return all canvases."""


class EditorContext(QObject):
    """The state that controllers and panels share, and the signals by which they reach each other and the window.

    None of them knows the window or the application: these connect the signals.
    """

    # What has happened to the document.
    document_closing = Signal()  # ``document`` is about to be another one, or None
    document_opened = Signal()  # ``document`` is another one now, or None
    changed = Signal(object)  # list[Change]: one step of the document
    page_renamed = Signal(str, str)  # old name, new name
    block_renamed = Signal(str, str)  # old id, new id; on the page shown
    within_changed = Signal()  # the page shown is looked at inside another use, or by itself
    pin_left_empty = Signal(str, str)  # block, pin of the page shown: its field was left with nothing in it
    page_edited = Signal(str, bool)  # page; whether its results are stale by it

    # What is asked of the window.
    commit_requested = Signal()  # take the texts that are being typed
    place_requested = Signal(str, str, str, bool)  # page, block, pin; whether the keyboard stays where it is
    inspector_requested = Signal(str)  # "block.pin"
    report_requested = Signal()  # of the import of the page shown
    panel_requested = Signal(str)  # a dock's name
    actions_changed = Signal()  # what actions may be used has changed
    status_changed = Signal(str, int)  # text, milliseconds
    logged = Signal(str, str)  # text, kind: info, good, warning or error
    close_requested = Signal()

    # What is asked of the application.
    new_requested = Signal()
    open_requested = Signal(object)  # list[str]: paths of files and folders
    copy_requested = Signal(str)  # path of a sample
    data_folders_chosen = Signal(object)  # list[str]
    theme_chosen = Signal(str)
    preferences_changed = Signal()  # in the settings; all windows are to follow
    fault_found = Signal(str)  # the report of a fault of the program itself
    quit_requested = Signal()

    def __init__(
        self,
        store: SettingsStore,
        theme: Theme,
        runner: Runner,
        results: ResultStore,
        canvases: Canvases,
        window: QWidget,
    ) -> None:
        """Begin with no document. ``window`` is the parent of dialogs and menus, and nothing else."""
        super().__init__(window)
        self.store, self.theme = store, theme
        self.runner, self.results = runner, results
        self.outcomes = RunOutcomes()
        self.devices = OfferedDevices(self)
        runner.devices_seen.connect(self.devices.note)
        self.dialog_parent = window
        self.document: Document | None = None
        self.page_name: str | None = None
        self.within: Within | None = None  # the way into the use in which the page shown is looked at
        self._canvases = canvases
        self._unsubscribe: Callable[[], None] | None = None

    # --- the document
    def set_document(self, document: Document | None) -> None:
        """Let everything follow another document; the one before is let go without a question."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self.document_closing.emit()
        self.set_within(None)
        self.document, self.page_name = document, None
        self.runner.plans.forget(document)
        self._unsubscribe = document.subscribe(self._on_changes) if document is not None else None
        self.document_opened.emit()

    def _on_changes(self, changes: list[Change]) -> None:
        """Follow a step of the document: names first, since all that follows speaks of them."""
        self.runner.plans.note(changes)
        for change in changes:
            if change.kind == "page-renamed" and isinstance(change.old, str):
                if self.page_name == change.old:
                    self.page_name = change.page
                self.page_renamed.emit(change.old, change.page)
            elif change.kind == "block-renamed" and change.page == self.page_name:
                self.block_renamed.emit(str(change.old), str(change.id))
        self.changed.emit(changes)
        for page, is_stale in self._with_users(edited_pages(changes)).items():
            self.page_edited.emit(page, is_stale)

    def _with_users(self, edited: dict[str, bool]) -> dict[str, bool]:
        """Return the edited pages and those that bear one of them as a block, with whether results are stale by it."""
        if self.document is None or not self.document.own.functions.pages:
            return edited
        found = dict(edited)
        for name, is_stale in edited.items():
            page = self.page_named(name)
            users = users_of(self.document.project, page, self.pages_of) if page is not None else []
            found.update((user.name, found.get(user.name, False) or is_stale) for user in users)
        return found

    def pages_of(self, block: Block) -> Iterator[Page]:
        """Give the pages of the project that a block stands for, or names as functions."""
        return pages_used(self.document.project, block) if self.document is not None else iter(())

    @property
    def page(self) -> Page | None:
        """Return the page that is shown, or None."""
        return self.page_named(self.page_name) if self.page_name is not None else None

    @property
    def pages(self) -> list[str]:
        """Return the names of the document's pages, in their order."""
        return [page.name for page in self.document.project.pages] if self.document is not None else []

    @property
    def editable(self) -> bool:
        """Return whether the document takes edits."""
        return self.document is not None and not self.document.read_only

    def page_named(self, name: str) -> Page | None:
        """Return a page of the document, or None."""
        return self.document.project.page(name) if self.document is not None else None

    @property
    def run_page(self) -> str | None:
        """Return the page that runs and is checked: that on which the way begins, if the one shown is inside a use."""
        return self.page_name if self.within is None else self.within.root

    @property
    def page_to_run(self) -> Page | None:
        """Return that page, or None."""
        return self.page_named(self.run_page) if self.run_page is not None else None

    @property
    def prefix(self) -> str:
        """Return what stands before the ids of the page shown in the addresses of the page that runs."""
        return "" if self.within is None else self.within.prefix

    def set_within(self, within: Within | None) -> None:
        """Look at the page shown inside a use, or (None) by itself."""
        if within != self.within:
            self.within = within
            self.within_changed.emit()

    def look_inside(self, within: Within | None, page: str) -> None:
        """Show a page, inside a use or by itself."""
        self.set_within(None)
        self.go_to(page=page)
        if self.page_name == page:
            self.set_within(within)

    def block(self, block_id: str) -> Block | None:
        """Return a block of the page shown, or None."""
        page = self.page
        return page.blocks.get(block_id) if page is not None else None

    @property
    def catalog(self) -> Catalog:
        """Return the catalog of the document, which has its own blocks besides; without a document the shipped one."""
        if self.document is not None:
            return self.document.catalog
        from blocks.catalog import load  # late: the window shows before the catalog is read

        return load()

    def symbol(self, name: str) -> Symbol | None:
        """Return a symbol of the catalog, or None."""
        return self.catalog.get(name)

    def output_to_show(self, block_id: str) -> str | None:
        """Return a block's first output that has a value (``block.pin``), else its first; None without any."""
        block = self.block(block_id)
        symbol = self.symbol(block.symbol) if block is not None else None
        keys = [f"{block_id}.{p.name}" for p in symbol.outputs] if symbol is not None else []
        known = self.results.page(self.page_name or "").values
        return next((key for key in keys if key in known), keys[0] if keys else None)

    def commit(self) -> None:
        """Take the texts that are being typed, in the properties and on the page."""
        self.commit_requested.emit()

    def apply(self, edit: Edit) -> bool:
        """Apply an edit; return whether it was accepted. A refusal changes nothing and is shown."""
        if self.document is None:
            return False
        try:
            self.document.apply(edit)
        except EditRefused as refusal:
            self.show_refusal(error_text(refusal))
            return False
        return True

    # --- the canvases
    @property
    def canvas(self) -> PageCanvas | None:
        """Return the canvas of the page shown, or None."""
        return self._canvases.current_canvas()

    def canvas_of(self, page: str) -> PageCanvas | None:
        """Return a page's canvas where it has been made."""
        return self._canvases.canvas(page)

    def canvases(self) -> list[PageCanvas]:
        """Return the canvases of all pages shown so far."""
        return self._canvases.canvases()

    # --- what is shown
    def go_to(
        self, block: str = "", pin: str = "", *, page: str | None = None, keep_focus: bool = False
    ) -> None:
        """Show a block or pin in the middle of its page; None is the page shown."""
        self.place_requested.emit(self.page_name or "" if page is None else page, block, pin, keep_focus)

    def open_inspector(self, key: str) -> None:
        """Show ``block.pin`` of the page in full."""
        self.inspector_requested.emit(key)

    def show_panel(self, name: str) -> None:
        """Bring a panel to the front."""
        self.panel_requested.emit(name)

    def refresh_actions(self) -> None:
        """Enable the actions that the present state allows."""
        self.actions_changed.emit()

    def show_status(self, text: str, milliseconds: int = 6000) -> None:
        """Show a text in the status line for a while."""
        self.status_changed.emit(text, milliseconds)

    def show_refusal(self, text: str) -> None:
        """Say why something was not done."""
        self.show_status(text, 8000)
        self.log(text, "warning")

    def log(self, text: str, kind: str = "info") -> None:
        """Note what happened; ``kind`` is ``info``, ``good``, ``warning`` or ``error``."""
        self.logged.emit(text, kind)

    # --- questions; tests answer in their place
    def ask(self, title: str, text: str, choices: Sequence[dialogs.Choice], details: str = "") -> str:
        """Ask the user and wait; return the key of the choice."""
        return dialogs.ask(self.dialog_parent, title, text, choices, details)

    def show_message(self, title: str, text: str) -> None:
        """Show a message and wait until it is read."""
        dialogs.show_message(self.dialog_parent, title, text)
