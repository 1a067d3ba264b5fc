"""Sums up the times of traced steps, by page, and shows them on the page and in their dock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.editor.runs.state import duration_text

if TYPE_CHECKING:
    from app.editor.context import EditorContext

_SHOW_MS = 250


class StepTimes(QObject):
    """The times by page: seconds by block, summed over so many traced steps."""

    switched = Signal(bool)
    shown = Signal(int, object)  # traced steps, seconds by block: of the page shown

    def __init__(self, context: EditorContext) -> None:
        """Follow the context's runner."""
        super().__init__(context)
        self._context = context
        self._steps: dict[str, int] = {}
        self._sums: dict[str, dict[str, float]] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_SHOW_MS)
        self._soon.timeout.connect(self.show)
        context.runner.timed.connect(self._on_timed)
        context.runner.planned.connect(self._on_planned)

    def switch(self, on: bool) -> None:
        """Measure from now on, or no longer: then nothing is left of it on the page."""
        self._context.runner.set_times(on)
        self._steps.clear()
        self._sums.clear()
        self.switched.emit(on)
        self.show()

    def _on_planned(self, page: str, _: object) -> None:
        if self._steps.pop(page, None) is not None:
            self._sums.pop(page, None)
            self.show()

    def _on_timed(self, page: str, steps: int, blocks: Any) -> None:
        if not self._context.runner.times:
            return  # of a step that was traced before it was switched off
        sums = self._sums.setdefault(page, {})
        for block, seconds in blocks.items():
            sums[block] = sums.get(block, 0.0) + seconds
        self._steps[page] = self._steps.get(page, 0) + steps
        if not self._soon.isActive():
            self._soon.start()

    def show(self) -> None:
        """Show the times of the page that is current."""
        page, canvas = self._context.page_name or "", self._context.canvas
        steps, sums = self._steps.get(page, 0), self._sums.get(page, {})
        self.shown.emit(steps, sums)
        if canvas is not None:
            total = sum(sums.values())
            shares = {b: (s, s / total) for b, s in sums.items() if b and total}
            canvas.block_marks.set_times(
                {b: (f"{duration_text(s / steps)}  {share:.0%}", share) for b, (s, share) in shares.items()}
            )
