"""Where a canvas looks: zooming, fitting the page, bringing blocks into view."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF
from PySide6.QtWidgets import QWidget

from app.editor.canvas.items.overlay import Overlay
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.nodegraph.adapter import CanvasViewer
from app.editor.canvas.routing.orthogonal import Point

_FIT_MARGIN = 40.0  # page units
_READABLE = 0.6  # the least zoom at which a block is shown that was asked for


class Viewing(QWidget):
    """The half of `PageCanvas` that changes nothing but the view."""

    viewer: CanvasViewer
    items: PageItems
    overlay: Overlay

    def pin_place(self, block: str, direction: str, pin: str) -> Point | None:
        """Return a pin's centre on the page."""
        spot, item = self.items.spot(block, direction, pin), self.items.blocks.get(block)
        if spot is None or item is None:
            return None
        return (item.x_page + 0.5 + spot.x, item.y_page + 0.5 + spot.y)

    def extent(self) -> QRectF:
        """Return the rectangle around everything on the page; empty for an empty page."""
        rect = QRectF()
        for shown in (self.items.blocks, self.items.notes, self.items.monitors):
            for item in shown.values():
                rect = rect.united(item.rect())
        return rect

    def fit(self) -> None:
        """Show the whole page, at 100 % at most."""
        rect = self.extent().adjusted(-_FIT_MARGIN, -_FIT_MARGIN, _FIT_MARGIN, _FIT_MARGIN)
        size = self.viewer.viewport().size()
        if self.extent().isEmpty():
            self.viewer.centre_at(QPointF(size.width() / 2, size.height() / 2), 1.0)
            return
        scale = min(size.width() / rect.width(), size.height() / rect.height(), 1.0)
        self.viewer.centre_at(rect.center(), scale)

    def zoom(self) -> float:
        """Return the scale; 1.0 is 100 %."""
        return self.viewer.zoom()

    def zoom_in(self) -> None:
        """Show the middle larger."""
        self._zoom_to(self.viewer.zoom() * 1.25)

    def zoom_out(self) -> None:
        """Show the middle smaller."""
        self._zoom_to(self.viewer.zoom() / 1.25)

    def zoom_reset(self) -> None:
        """Show the middle at 100 %."""
        self._zoom_to(1.0)

    def _zoom_to(self, scale: float) -> None:
        viewport = self.viewer.viewport()
        self.viewer.set_zoom_at(scale, QPointF(viewport.width() / 2, viewport.height() / 2))

    def center_on(self, block: str, pin: str | None = None) -> None:
        """Show a block in the middle, large enough to read; a pin named is ringed.

        A note or monitor will do too.
        """
        item = self.items.blocks.get(block) or self.items.notes.get(block) or self.items.monitors.get(block)
        if item is None:
            return
        scale = self.viewer.zoom()
        self.viewer.centre_at(item.rect().center(), _READABLE if scale < _READABLE else None)
        place = next(
            (p for d in ("in", "out", "result") if pin and (p := self.pin_place(block, d, pin))), None
        )
        self.overlay.marks.focus_pin = place
        self.overlay.refresh()

    def menu_place(self, block: str, pin: str) -> QPoint:
        """Return where on the screen a menu of a block or of its pin belongs; the view's middle for neither."""
        self.bring_into_view(block)
        item = self.items.blocks.get(block)
        place = next((p for d in ("in", "out") if pin and (p := self.pin_place(block, d, pin))), None)
        point = QPointF(*place) if place is not None else None
        if point is None:
            point = item.rect().bottomLeft() if item is not None else self.viewer.visible_rect().center()
        viewport = self.viewer.viewport()
        return viewport.mapToGlobal(self.viewer.viewportTransform().map(point).toPoint())

    def bring_into_view(self, block: str) -> None:
        """Move the page just so far that a block is in view."""
        item = self.items.blocks.get(block)
        if item is not None and not self.viewer.visible_rect().contains(item.rect()):
            self.viewer.centre_at(item.rect().center())
