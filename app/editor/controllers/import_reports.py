"""Shows the report of a page's import, and leads from its rows to the blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.editor.widgets.import_report import ImportReport

if TYPE_CHECKING:
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext


class ImportReports(QObject):
    """Opens the report of the page shown; closes it with the document."""

    def __init__(self, context: EditorContext) -> None:
        """Begin with none open."""
        super().__init__(context)
        self._context = context
        self.dialog: ImportReport | None = None
        context.document_closing.connect(self.close)
        context.report_requested.connect(self.open)

    def actions(self) -> Handlers:
        """Return what the action calls."""
        return {"page.report": self.open}

    def open(self) -> None:
        """Show the report of the page shown."""
        page, document = self._context.page, self._context.document
        if page is None or document is None:
            return
        if not page.report:
            self._context.show_status(f"{page.name} was not imported: there is no report")
            return
        self.close()
        problems = [
            p for p in document.load_problems.get(page.name, ()) if not p.block or p.block in page.blocks
        ]
        name = page.name
        self.dialog = ImportReport(name, page.report, problems, page.blocks, self._context.dialog_parent)
        self.dialog.place_chosen.connect(lambda block, pin: self._context.go_to(block, pin, page=name))
        self.dialog.finished.connect(self._forget)
        self.dialog.destroyed.connect(self._forget)
        self.dialog.show()

    def close(self) -> None:
        """Close what is open."""
        if self.dialog is not None:
            self.dialog.close()

    def _forget(self, *_: object) -> None:
        self.dialog = None
