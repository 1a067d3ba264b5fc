"""What the last run of each page came to: the problems that it found and the states of the blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.document.model.problems import Problem


class RunOutcomes:
    """By page: the problems of the last run, and each block's state (waiting, running, done or failed)."""

    def __init__(self) -> None:
        """Begin with nothing known."""
        self.problems: dict[str, list[Problem]] = {}
        self.states: dict[str, dict[str, str]] = {}

    def begin(self, page: str) -> None:
        """Forget the problems and states of a page that is to run."""
        self.problems.pop(page, None)
        self.states[page] = {}

    def rename(self, old: str, new: str) -> None:
        """Follow a page's new name."""
        if old in self.problems:
            self.problems[new] = self.problems.pop(old)
        if old in self.states:
            self.states[new] = self.states.pop(old)

    def forget(self, page: str | None = None) -> None:
        """Forget one page, or all."""
        if page is None:
            self.problems.clear()
            self.states.clear()
        else:
            self.problems.pop(page, None)
            self.states.pop(page, None)
