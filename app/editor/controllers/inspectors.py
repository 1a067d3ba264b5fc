"""The inspectors of a window: one for each output, opened, found again, pinned to the page, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.editor.inspector.window import InspectorWindow

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext
    from app.editor.controllers.monitors import MonitorController

_MOST_AT_ONCE = 8  # inspectors that one action opens
_CASCADE = 24  # pixels from one inspector to the next


class InspectorController(QObject):
    """Opens and closes the inspectors of one window."""

    def __init__(self, context: EditorContext, monitors: MonitorController, over: QWidget) -> None:
        """Begin with none. ``monitors`` puts a value onto the page; new windows lie over the widget ``over``."""
        super().__init__(context)
        self._context, self._monitors, self._over = context, monitors, over
        self.windows: dict[tuple[str, str], InspectorWindow] = {}  # by page and "block.pin"

    def actions(self) -> Handlers:
        """Return what each action about inspectors calls."""
        return {"run.table": self.open_selected}

    def open_selected(self) -> None:
        """Show the first output of each selected block."""
        canvas = self._context.canvas
        for block in canvas.selection.ordered_blocks()[:_MOST_AT_ONCE] if canvas is not None else ():
            self.open_block(block)

    def open_block(self, block_id: str) -> None:
        """Show a block's first output (its double click)."""
        key = self._context.output_to_show(block_id)
        if key is None:
            self._context.show_status(f"{block_id} has no output to show", 4000)
        else:
            self.open(key)

    def open_pin(self, block_id: str, pin: str) -> None:
        """Show the output that a pin stands for (a result pin shows its output)."""
        self.open(f"{block_id}.{pin.removeprefix('result_')}")

    def open(self, key: str) -> None:
        """Show ``block.pin`` of the page; a window that is open already comes to the front."""
        page = self._context.page_name
        if page is None:
            return
        window = self.windows.get((page, key))
        if window is None:
            window = InspectorWindow(self._context.results, page, key, self._context.dialog_parent)
            window.pin_requested.connect(self._pin)
            window.closed.connect(self._forget)
            self.windows[page, key] = window
            self._place(window)
        window.show()
        window.raise_()
        window.activateWindow()

    def _place(self, window: InspectorWindow) -> None:
        """Put a new window over the upper left corner, a little beside the one before."""
        corner = self._over.mapToGlobal(self._over.rect().topLeft())
        offset = _CASCADE * (len(self.windows) % 8)
        window.move(corner.x() + 40 + offset, corner.y() + 60 + offset)

    def _pin(self, key: str) -> None:
        """Put the value on the page as a table, near its block, in place of the window."""
        page = self._context.page_name
        if self._monitors.add("table", key) and page is not None and (page, key) in self.windows:
            self.windows[page, key].close()

    def follow_page_name(self, old: str, new: str) -> None:
        """Let the inspectors of a page that has another name now show that."""
        for (page, key), window in list(self.windows.items()):
            if page == old:
                window.inspector.page = new
                self.windows[new, key] = self.windows.pop((page, key))

    def close_all(self) -> None:
        """Close every inspector, as the document goes."""
        for window in list(self.windows.values()):
            window.close()

    def _forget(self, window: object) -> None:
        for key, known in list(self.windows.items()):
            if known is window:
                del self.windows[key]
