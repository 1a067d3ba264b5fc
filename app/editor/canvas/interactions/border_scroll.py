"""Scrolls the page on while a drag is held at the border of the view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QTimer

from app.editor.canvas.nodegraph.viewer import CanvasViewer
from app.editor.widgets.slices import turn_has_room

_BORDER = 14.0  # pixels at the border where a drag scrolls the page
_STEP = 16.0  # pixels per tick
_TICK = 30  # ms


class BorderScroll:
    """A timer that scrolls a step at each tick and lets the drag follow."""

    def __init__(self, viewer: CanvasViewer, follow: Callable[[QPointF], None]) -> None:
        """Scroll a viewer; ``follow`` gets the place of the cursor in the viewport after each step."""
        self._viewer, self._follow = viewer, follow
        self._place = QPointF()
        self._timer = QTimer(viewer)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self.scroll)

    def hold(self, place: QPointF) -> None:
        """Scroll while the cursor is held at this place of the viewport, if that is at the border."""
        self._place = place
        if self._step() == (0.0, 0.0):
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """Scroll no more."""
        self._timer.stop()

    def _step(self) -> tuple[float, float]:
        viewport, place = self._viewer.viewport(), self._place
        dx = _STEP * ((place.x() < _BORDER) - (place.x() > viewport.width() - _BORDER))
        dy = _STEP * ((place.y() < _BORDER) - (place.y() > viewport.height() - _BORDER))
        return dx, dy

    def scroll(self) -> None:
        """Scroll a step, unless this turn of the event loop has done much already."""
        if not turn_has_room():  # as where what was scrolled before has been painted just now
            return
        self._viewer.pan_by(*self._step())
        self._follow(self._place)
