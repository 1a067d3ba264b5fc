"""How rich draws the progress of a run. Imported a second after a run has begun, as rich takes time to import."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

_PERIOD = 5.0  # seconds that the speed is a mean of


class _Speed(ProgressColumn):
    """The steps in a second, once two drawings have shown them."""

    def render(self, task: Task) -> Text:
        """Return the speed as text, empty while it is unknown."""
        if task.speed is None:
            return Text()
        return Text(f"{task.speed:,.{0 if task.speed >= 10 else 1}f} steps/s")


class ProgressLine:
    """``page ━━━━━━━━╸    50/100 00:02 25 steps/s loss.output=0.25`` on a terminal, cut to its width."""

    def __init__(self, page: str, steps: int | None, stream: TextIO) -> None:
        """Make the line; ``draw`` shows it. Without a number of ``steps`` it has no bar."""
        if steps is None:
            count: list[ProgressColumn] = [TextColumn("step {task.completed}")]
        else:
            count = [
                BarColumn(complete_style="cyan"),
                MofNCompleteColumn(),
                TimeRemainingColumn(compact=True),
            ]
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            *count,
            _Speed(),
            TextColumn("{task.fields[watched]}", markup=False),
            console=Console(file=stream),
            auto_refresh=False,  # no thread: it is drawn when steps are reported
            transient=True,
            redirect_stdout=False,  # else what is printed to stdout would go to stderr
            redirect_stderr=False,
            speed_estimate_period=_PERIOD,
        )
        self._task = self._progress.add_task(page, total=steps, watched="")
        self._is_fit = self._progress.console.is_interactive  # not a terminal that cannot move its cursor

    def draw(self, done: int, watched: str) -> None:
        """Draw the number of steps done, and the watched values as one text."""
        if self._is_fit:
            self._progress.update(self._task, completed=done, watched=watched)
            self._progress.start()  # the first time
            self._progress.refresh()

    def stop(self) -> None:
        """Wipe the line away."""
        if self._is_fit:
            self._progress.stop()
