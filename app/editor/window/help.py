"""The actions of the Help menu that lead into the manual: to what has the keyboard, or to its beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.editor.panels.manual_text import FIRST

if TYPE_CHECKING:
    from app.editor.actions.action_set import Handlers
    from app.editor.window.docks import Docks
    from app.editor.window.panels import Panels

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
    """F1, the help on a block, and the manual."""

    def __init__(self, docks: Docks, panels: Panels) -> None:
        """Lead into the panels of the docks."""
        self._docks, self._panels = docks, panels

    def actions(self) -> Handlers:
        """Return what each action about help calls."""
        return {"help.here": self.here, "help.block": self.block, "help.manual": self.manual}

    def here(self) -> None:
        """Show the help that fits: of the problem or panel with the keyboard, else of the block selected."""
        panel = self._docks.focused()
        problem = self._panels.problems.current() if panel == "problems" else None
        if problem is not None:
            self.open(f"problems.md#{problem.code}")
        elif panel in PLACES:
            self.open(PLACES[panel])
        elif panel != "manual" and self._panels.properties.shows_block:
            self.block()
        elif panel == "properties":
            self.open("running.md#run-settings")
        else:
            self.manual()

    def block(self) -> None:
        """Show the help of the selected block: the lower end of its properties."""
        self._docks.reveal("properties")
        self._panels.properties.show_help()

    def manual(self) -> None:
        """Show the manual where it was left, at first its list of chapters."""
        self.open(self._panels.manual.place or FIRST)

    def open(self, place: str) -> None:
        """Show a place of the manual beside the page."""
        docks, manual = self._docks, self._panels.manual
        if not docks["manual"].isVisible():
            docks.reveal("manual", focus=True)
            docks.widen("manual", _WIDTH)
        docks.reveal("manual", focus=True)
        if place != manual.place:
            manual.open(place)
