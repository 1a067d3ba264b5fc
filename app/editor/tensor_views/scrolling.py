"""Scrolling over any number of pixels: Qt's scroll bars count to 2^31, a tall table has more pixels."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollBar

_MOST = 1 << 30  # what a scroll bar counts to; longer ways are scaled


class Track:
    """The place on one axis in pixels, exact where the bar can only be near."""

    def __init__(self, bar: QScrollBar, step: int) -> None:
        """Move a scroll bar; ``step`` is what an arrow of it goes."""
        self._bar = bar
        self._step = step
        self._moving = False  # the bar is moved by us, not by the user
        self.offset = 0
        self.most = 0  # the greatest offset

    def set_extent(self, extent: int, shown: int) -> None:
        """Take the length of everything and of what is seen; the place stays as far as it is left."""
        self.most = max(0, extent - shown)
        self._moving = True  # not blocked: the scroll area hides a bar that has nothing to scroll
        self._bar.setRange(0, min(self.most, _MOST))
        scale = max(1, self.most // _MOST)
        self._bar.setPageStep(max(1, shown // scale))
        self._bar.setSingleStep(max(1, self._step // scale))
        self._moving = False
        self.go(self.offset)

    def go(self, offset: int) -> bool:
        """Go to a place, or as near as there is one; return whether it is another one."""
        before = self.offset
        self.offset = min(max(0, offset), self.most)
        self._moving = True
        self._bar.setValue(self.offset if self.most <= _MOST else round(self.offset * _MOST / self.most))
        self._moving = False
        return self.offset != before

    def follow(self, value: int) -> None:
        """Go where the user has put the bar."""
        if self._moving:
            return
        if self.most <= _MOST:
            self.offset = value
        elif value >= _MOST:
            self.offset = self.most
        else:
            self.offset = value * self.most // _MOST

    def reveal(self, start: int, end: int, shown: int) -> bool:
        """Go as little as it takes to show a stretch; return whether the place is another one."""
        if start < self.offset:
            return self.go(start)
        return self.go(end - shown) if end > self.offset + shown else False
