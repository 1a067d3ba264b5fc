"""The actions of the Help menu that lead into the manual: to what has the keyboard, or to its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.editor.panels.manual_text import FIRST

if TYPE_CHECKING:
    from app.editor.window.main_window import EditorWindow

_WIDTH = 470  # pixels that the manual gets where it comes up narrower
# Where the manual speaks of a panel.
PLACES = {
    "palette": "editor.md#drawing",
    "outline": "editor.md#panels",
    "problems": "problems.md",
    "results": "running.md#seeing-values",
    "log": "editor.md#panels",
    "history": "editor.md#panels",
    "snapshots": "running.md#snapshots",
    "times": "running.md#time-per-block",
}


class HelpController:
    """F1 and the manual."""

    def __init__(self, window: EditorWindow) -> None:
        """Act on the window."""
        self._window = window

    def here(self) -> None:
        """Show the help that fits: of the problem or panel with the keyboard, else of the block selected."""
        window = self._window
        panel = window.docks.focused()
        problem = window.problems_panel.current() if panel == "problems" else None
        if problem is not None:
            self.open(f"problems.md#{problem.code}")
        elif panel in PLACES:
            self.open(PLACES[panel])
        elif panel != "manual" and window.properties.shows_block:
            window.view.block_help()
        elif panel == "properties":
            self.open("running.md#run-settings")
        else:
            self.manual()

    def manual(self) -> None:
        """Show the manual where it was left, at first its list of chapters."""
        self.open(self._window.manual_panel.place or FIRST)

    def open(self, place: str) -> None:
        """Show a place of the manual beside the page."""
        window = self._window
        if not window.docks["manual"].isVisible():
            window.docks.reveal("manual", focus=True)
            window.docks.widen("manual", _WIDTH)
        window.docks.reveal("manual", focus=True)
        if place != window.manual_panel.place:
            window.manual_panel.open(place)
