"""The windows that show outputs as tables: one for each output, opened, found again, pinned to the page, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.editor.inspector.window import InspectorWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.controllers.monitors import MonitorController

_MOST_AT_ONCE = 8  # tables that one action opens
_CASCADE = 24  # pixels from one table to the next


class TableController(QObject):
    """The tables of one window."""

    def __init__(self, context: EditorContext, monitors: MonitorController, over: QWidget) -> None:
        """Begin without tables. ``monitors`` puts a table onto the page; new ones lie over the widget ``over``."""
        super().__init__(context)
        self._context, self._monitors, self._over = context, monitors, over
        self.tables: dict[tuple[str, str], InspectorWindow] = {}  # by page and "block.pin"

    def actions(self) -> Handlers:
        """Return what each action about tables calls."""
        return {"run.table": self.open_selected}

    def open_selected(self) -> None:
        """Show the first output of each selected block as a table."""
        canvas = self._context.canvas
        for block in canvas.selection.ordered_blocks()[:_MOST_AT_ONCE] if canvas is not None else ():
            self.open_block(block)

    def open_block(self, block_id: str) -> None:
        """Show a block's first output as a table (its double click)."""
        key = self._context.output_to_show(block_id)
        if key is None:
            self._context.show_status(f"{block_id} has no output to show", 4000)
        else:
            self.open_table(key)

    def open_pin(self, block_id: str, pin: str) -> None:
        """Show the output that a pin stands for (a result pin shows its output)."""
        self.open_table(f"{block_id}.{pin.removeprefix('result_')}")

    def open_table(self, key: str) -> None:
        """Show ``block.pin`` of the page as a table; one that is open already comes to the front."""
        page = self._context.page_name
        if page is None:
            return
        table = self.tables.get((page, key))
        if table is None:
            table = InspectorWindow(self._context.results, page, key, self._context.dialog_parent)
            table.pin_requested.connect(self.pin_table)
            table.closed.connect(self._forget_table)
            self.tables[page, key] = table
            self._place(table)
        table.show()
        table.raise_()
        table.activateWindow()

    def _place(self, table: InspectorWindow) -> None:
        """Put a new table over the upper left corner, a little beside the one before."""
        corner = self._over.mapToGlobal(self._over.rect().topLeft())
        offset = _CASCADE * (len(self.tables) % 8)
        table.move(corner.x() + 40 + offset, corner.y() + 60 + offset)

    def pin_table(self, key: str) -> None:
        """Put the table on the page as a monitor, near its block."""
        page = self._context.page_name
        if self._monitors.add("table", key) and page is not None and (page, key) in self.tables:
            self.tables[page, key].close()

    def follow_page_name(self, old: str, new: str) -> None:
        """Let the tables of a page that has another name now show that."""
        for (page, key), table in list(self.tables.items()):
            if page == old:
                table.table.page = new
                self.tables[new, key] = self.tables.pop((page, key))

    def close_all(self) -> None:
        """Close every table, as the document goes."""
        for table in list(self.tables.values()):
            table.close()

    def _forget_table(self, table: object) -> None:
        for key, known in list(self.tables.items()):
            if known is table:
                del self.tables[key]
