"""What interactions know of the canvas: the page they edit, what is drawn of it, and what they say to the user.

The canvas meets `CanvasContext`; nothing here imports it. An interaction that needs less takes a role alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import SignalInstance

from app.document.editing.base import Edit
from app.document.editing.document import Document
from app.document.model.diagram import Page
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.nodegraph.viewer import CanvasViewer
from app.editor.canvas.overlays.overlay import Overlay
from app.editor.canvas.page_feedback import PageFeedback
from app.editor.canvas.page_state.block_marks import BlockMarks
from app.editor.canvas.page_state.selection import Selection
from app.editor.canvas.page_state.wiring_rules import WiringRules
from app.editor.canvas.viewport import Viewport
from blocks.catalog import Catalog


class EditedPage(Protocol):
    """The page in the document, what may be done to it, and the one way to do it."""

    @property
    def document(self) -> Document: ...
    @property
    def page_name(self) -> str: ...
    @property
    def page(self) -> Page | None:
        """The page in the document, or None once it was removed."""

    @property
    def read_only(self) -> bool: ...
    @property
    def catalog(self) -> Catalog: ...
    @property
    def rules(self) -> WiringRules: ...
    def apply(self, edits: Sequence[Edit], name: str = "") -> bool:
        """Apply edits as one entry of the history; return whether the document took them."""


class DrawnPage(Protocol):
    """What is drawn of the page, what is selected of it, and the view that shows it."""

    @property
    def items(self) -> PageItems: ...
    @property
    def selection(self) -> Selection: ...
    @property
    def overlay(self) -> Overlay: ...
    @property
    def viewer(self) -> CanvasViewer: ...
    @property
    def viewport(self) -> Viewport: ...
    @property
    def grid_size(self) -> float:
        """Return the page units from one line of the grid that items snap to, to the next."""

    @property
    def snap(self) -> bool:
        """Return whether dragged items snap to the grid."""


class KnownOfPage(Protocol):
    """What checks, inference and runs have found out about the page."""

    @property
    def block_marks(self) -> BlockMarks: ...
    @property
    def feedback(self) -> PageFeedback: ...


class Announcements(Protocol):
    """What goes from an interaction to the user and to the window."""

    @property
    def status_text(self) -> SignalInstance:
        """A sentence for the status line."""

    @property
    def block_activated(self) -> SignalInstance:
        """A block's id: open what the block has to show."""

    @property
    def pin_activated(self) -> SignalInstance:
        """A block's id and a pin: open the pin's value."""

    @property
    def monitor_activated(self) -> SignalInstance:
        """A monitor's id: show its value in full."""

    @property
    def pin_left_empty(self) -> SignalInstance:
        """A block's id and a pin: the pin's editor was left with nothing in it."""

    @property
    def monitor_requested(self) -> SignalInstance:
        """``block.pin``, a monitor's kind, and a page point: put a monitor there."""

    @property
    def context_menu_requested(self) -> SignalInstance:
        """A place on the screen, what lies there (page, block, wire, note, monitor), and its id."""

    def say(self, text: str, wrong: bool = False) -> None:
        """Show a short text at the cursor; "" takes it away."""


class CanvasContext(EditedPage, DrawnPage, KnownOfPage, Announcements, Protocol):
    """The whole of what an interaction may reach."""
