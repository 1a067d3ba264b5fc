"""The actions of the View and Help menus."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from app.editor.actions.action_set import Handlers
    from app.editor.context import EditorContext


class ViewController(QObject):
    """The View and Help menus. What concerns the window's frame is asked for by signals."""

    commands_requested = Signal()  # open the command palette
    panel_focus_requested = Signal(str)  # put the keyboard into a panel
    panel_cycled = Signal(int)  # move the keyboard so many panels on
    panels_reset = Signal()

    def __init__(self, context: EditorContext) -> None:
        """Act on the context's canvases."""
        super().__init__(context)
        self._context = context

    def actions(self) -> Handlers:
        """Return what each action of the View and Help menus calls."""
        return {
            "view.commands": self.commands_requested.emit,
            "view.palette": lambda: self.panel_focus_requested.emit("palette"),
            "view.properties": lambda: self.panel_focus_requested.emit("properties"),
            "view.next_panel": lambda: self.panel_cycled.emit(1),
            "view.previous_panel": lambda: self.panel_cycled.emit(-1),
            "view.zoom_in": self.zoom_in, "view.zoom_out": self.zoom_out, "view.zoom_reset": self.zoom_reset,
            "view.fit": self.fit, "view.grid": self.grid, "view.snap": self.snap, "view.minimap": self.minimap,
            "view.texts": self.texts, "view.types_on_wires": self.types_on_wires,
            "view.colour_by_dtype": self.colour_by_dtype, "view.light": self.light, "view.classic": self.classic,
            "view.reset": self.panels_reset.emit, "help.about": self.about,
        }  # fmt: skip

    def ticks(self) -> dict[str, bool]:
        """Return which of the actions that switch something are on, as the settings say."""
        values = self._context.store.values
        return {
            "view.grid": values.grid, "view.snap": values.snap, "view.minimap": values.minimap,
            "view.texts": values.texts, "view.types_on_wires": values.types_on_wires,
            "view.colour_by_dtype": values.colour_by_dtype,
        }  # fmt: skip

    def zoom_in(self) -> None:
        """Zoom in."""
        if (canvas := self._context.canvas) is not None:
            canvas.viewport.zoom_in()

    def zoom_out(self) -> None:
        """Zoom out."""
        if (canvas := self._context.canvas) is not None:
            canvas.viewport.zoom_out()

    def zoom_reset(self) -> None:
        """Show the page at its own size."""
        if (canvas := self._context.canvas) is not None:
            canvas.viewport.zoom_reset()

    def fit(self) -> None:
        """Show the whole page."""
        if (canvas := self._context.canvas) is not None:
            canvas.viewport.fit()

    def grid(self, on: bool) -> None:
        """Show or hide the grid, in every page."""
        self._context.store.change(grid=on)
        for canvas in self._context.canvases():
            canvas.set_grid(on)

    def snap(self, on: bool) -> None:
        """Let blocks snap to the grid or not, in every page."""
        self._context.store.change(snap=on)
        for canvas in self._context.canvases():
            canvas.snap = on

    def minimap(self, on: bool) -> None:
        """Show or hide the map, in every page."""
        self._context.store.change(minimap=on)
        for canvas in self._context.canvases():
            canvas.minimap.set_shown(on)

    def texts(self, on: bool) -> None:
        """Show or hide the typed texts beside their pins, in every page."""
        self._context.store.change(texts=on)
        for canvas in self._context.canvases():
            canvas.set_show_texts(on)

    def types_on_wires(self, on: bool) -> None:
        """Write dtype and shape along the wires or not, in every page."""
        self._context.store.change(types_on_wires=on)
        for canvas in self._context.canvases():
            canvas.feedback.set_types_on_wires(on)

    def colour_by_dtype(self, on: bool) -> None:
        """Colour the wires by dtype or not, in every page."""
        self._context.store.change(colour_by_dtype=on)
        for canvas in self._context.canvases():
            canvas.feedback.set_colour_by_dtype(on)

    def light(self, on: bool) -> None:
        """Take the light theme or the dark one."""
        self._context.theme_chosen.emit("light" if on else "dark")

    def classic(self, on: bool) -> None:
        """Take the look of enuSpace or the dark theme."""
        self._context.theme_chosen.emit("classic" if on else "dark")

    def about(self) -> None:
        """Say which versions run."""
        self._context.show_message("TensorBlocks", about_text(self._context.store.path.parent))


def version_of(*names: str) -> str:
    """Return the version of the first of these distributions that is installed, without importing it."""
    from importlib import metadata  # late: the first picture does not need it

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
