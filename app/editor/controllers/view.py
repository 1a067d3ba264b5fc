"""The actions of the View and Help menus."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTreeWidget, QTreeWidgetItem, QVBoxLayout

from app.editor.actions.command_palette import CommandPalette
from app.editor.actions.table import ACTIONS
from app.editor.widgets.icons import icon

if TYPE_CHECKING:
    from app.editor.window.main_window import EditorWindow

# What the page itself does with keys; the actions' own keys come from their table.
_PAGE_KEYS = (
    ("Tab", "Search the catalog and place a block"),
    ("Arrows", "Go to the nearest block"),
    ("Ctrl+Arrows", "Move the selected blocks"),
    ("Enter or W", "Wire from the selected block; Tab chooses the pin, Enter connects"),
    ("F2, or double click on a block", "Show its result as a table"),
    ("Double click on an input pin", "Type its text there; wired ones have none"),
    ("Wheel", "Zoom"),
    ("Middle button, or Space and left button", "Pan"),
    ("Escape", "Leave what is under way, or clear the selection"),
)


class ViewController:
    """The View and Help menus."""

    def __init__(self, window: EditorWindow) -> None:
        """Act on the window."""
        self.window = window

    def commands(self) -> None:
        """Open the command palette."""
        CommandPalette(self.window.action_set.all(), self.window).open_over(self.window)

    def go_palette(self) -> None:
        """Put the keyboard into the block palette's filter."""
        self.window.docks.reveal("palette", focus=True)
        self.window.palette_panel.filter.selectAll()

    def go_properties(self) -> None:
        """Put the keyboard into the first field of the properties."""
        self.window.docks.reveal("properties", focus=True)
        self.window.properties.focus_first()

    def next_panel(self) -> None:
        """Move the keyboard to the next panel."""
        self.window.docks.cycle(1, self.window.center_focus())

    def previous_panel(self) -> None:
        """Move the keyboard to the previous panel."""
        self.window.docks.cycle(-1, self.window.center_focus())

    def zoom_in(self) -> None:
        """Zoom in."""
        if (canvas := self.window.tabs.current_canvas()) is not None:
            canvas.viewport.zoom_in()

    def zoom_out(self) -> None:
        """Zoom out."""
        if (canvas := self.window.tabs.current_canvas()) is not None:
            canvas.viewport.zoom_out()

    def zoom_reset(self) -> None:
        """Show the page at its own size."""
        if (canvas := self.window.tabs.current_canvas()) is not None:
            canvas.viewport.zoom_reset()

    def fit(self) -> None:
        """Show the whole page."""
        if (canvas := self.window.tabs.current_canvas()) is not None:
            canvas.viewport.fit()

    def grid(self, on: bool) -> None:
        """Show or hide the grid, in every page."""
        self.window.store.change(grid=on)
        for canvas in self.window.tabs.canvases():
            canvas.set_grid(on)

    def snap(self, on: bool) -> None:
        """Let blocks snap to the grid or not, in every page."""
        self.window.store.change(snap=on)
        for canvas in self.window.tabs.canvases():
            canvas.snap = on

    def minimap(self, on: bool) -> None:
        """Show or hide the map, in every page."""
        self.window.store.change(minimap=on)
        for canvas in self.window.tabs.canvases():
            canvas.minimap.set_shown(on)

    def texts(self, on: bool) -> None:
        """Show or hide the typed texts beside their pins, in every page."""
        self.window.store.change(texts=on)
        for canvas in self.window.tabs.canvases():
            canvas.set_show_texts(on)

    def types_on_wires(self, on: bool) -> None:
        """Write dtype and shape along the wires or not, in every page."""
        self.window.store.change(types_on_wires=on)
        for canvas in self.window.tabs.canvases():
            canvas.feedback.set_types_on_wires(on)

    def colour_by_dtype(self, on: bool) -> None:
        """Colour the wires by dtype or not, in every page."""
        self.window.store.change(colour_by_dtype=on)
        for canvas in self.window.tabs.canvases():
            canvas.feedback.set_colour_by_dtype(on)

    def light(self, on: bool) -> None:
        """Take the light theme or the dark one."""
        self.window.application.set_theme("light" if on else "dark")

    def reset_panels(self) -> None:
        """Put every panel back to its place."""
        self.window.docks.reset()

    def block_help(self) -> None:
        """Show the help of the selected block: the lower end of its properties."""
        self.window.docks.reveal("properties")
        self.window.properties.show_help()

    def keys(self) -> None:
        """List all keys."""
        dialog = QDialog(self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Keys")
        table = QTreeWidget(dialog)
        table.setHeaderLabels(["Action", "Keys"])
        table.setRootIsDecorated(False)
        table.setAccessibleName("Keys")
        native = QKeySequence.SequenceFormat.NativeText
        rows = [
            (
                row.text.replace("&", "").rstrip("…"),
                ", ".join(QKeySequence(k).toString(native) for k in row.keys),
                row.icon,
            )
            for row in ACTIONS
            if row.keys
        ]
        rows += [(what, keys, "") for keys, what in _PAGE_KEYS]
        for what, keys, picture in rows:
            item = QTreeWidgetItem([what, keys])
            item.setIcon(0, icon(picture))
            table.addTopLevelItem(item)
        table.setColumnWidth(0, 360)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(dialog.close)
        layout = QVBoxLayout(dialog)
        layout.addWidget(table)
        layout.addWidget(buttons)
        dialog.resize(620, 520)
        dialog.open()

    def about(self) -> None:
        """Say which versions run."""
        self.window.tell(self.window, "TensorBlocks", about_text(self.window.application.store.path.parent))


def version_of(*names: str) -> str:
    """Return the version of the first of these distributions that is installed, without importing it."""
    for name in names:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return ""


def about_text(settings_folder: object) -> str:
    """Return the versions that a report needs."""
    lines = [
        "Draw a TensorFlow graph out of blocks, run it, and see every tensor.",
        "",
        f"TensorBlocks {version_of('tensorblocks') or '(from source)'}",
        f"TensorFlow {version_of('tensorflow', 'tensorflow-cpu') or '(not installed)'}",
        f"PySide6 {version_of('PySide6-Essentials', 'PySide6')}, NodeGraphQt {version_of('NodeGraphQt')}",
        f"Python {platform.python_version()} on {platform.platform(terse=True)}",
        f"Settings: {settings_folder}",
    ]
    return "\n".join(lines)
