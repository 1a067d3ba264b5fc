"""What the panels share: the open document, the page shown, the catalog, and one way to apply edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.editing.base import EditRefused
from app.document.model.diagram import Block, Page
from app.messages import error_text

if TYPE_CHECKING:
    from app.document.editing.base import Edit
    from app.document.editing.document import Document
    from blocks.symbol import Symbol


class EditorContext(QObject):
    """The document and page that panels work on. Edits that do not fit are told through ``refused``."""

    refused = Signal(str)
    go = Signal(str, str)  # block, pin ("" for the block): show it on the page
    open_table = Signal(str)  # "block.pin"

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin with no document."""
        super().__init__(parent)
        self.document: Document | None = None
        self.page_name: str | None = None

    @property
    def page(self) -> Page | None:
        """Return the page that is shown, or None."""
        if self.document is None or self.page_name is None:
            return None
        return self.document.project.page(self.page_name)

    @property
    def editable(self) -> bool:
        """Return whether the document takes edits."""
        return self.document is not None and not self.document.read_only

    def block(self, block_id: str) -> Block | None:
        """Return a block of the page, or None."""
        page = self.page
        return page.blocks.get(block_id) if page is not None else None

    def symbol(self, name: str) -> Symbol | None:
        """Return a symbol of the catalog, or None."""
        from blocks.catalog import load  # late: the window shows before the catalog is read

        return load().get(name)

    def apply(self, edit: Edit) -> bool:
        """Apply an edit; a refusal changes nothing and is told. Returns whether it was accepted."""
        if self.document is None:
            return False
        try:
            self.document.apply(edit)
        except EditRefused as refusal:
            self.refused.emit(error_text(refusal))
            return False
        return True
