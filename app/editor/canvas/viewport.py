"""Where a canvas looks: zooming, fitting the page, bringing blocks into view."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF

from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.nodegraph.viewer import ZOOM_LIMITS, CanvasViewer
from app.editor.canvas.overlays.overlay import Overlay
from app.editor.canvas.routing.orthogonal import Point
from blocks.symbol import Direction

_FIT_MARGIN = 40.0  # page units
_AROUND = 20.0  # page units that a block stands off the edge to which it is brought
_READABLE = 0.6  # the least zoom at which a block is shown that was asked for


class Viewport:
    """Moves the view over the page; changes nothing but the view and the ring around a pin."""

    def __init__(self, viewer: CanvasViewer, items: PageItems, overlay: Overlay) -> None:
        """Move this viewer over these items."""
        self._viewer, self._items, self._overlay = viewer, items, overlay
        self.covered: Callable[[], float] = lambda: 0.0  # pixels at the lower edge that something lies over
        self._fitted: tuple[float, int, int, QRectF] | None = None  # view and page as `fit` left them

    def fit(self) -> None:
        """Show the whole page, at 100 % at most."""
        self._fit_to(self._items.places.extent())

    def follow_size(self) -> None:
        """Fit the page to the view's new size, if neither the view nor the page has changed since it was fitted."""
        fitted = self._fitted
        if fitted is None or fitted[:3] != self._view():
            return
        extent = self._items.places.extent()
        if extent == fitted[3]:
            self._fit_to(extent)

    def _fit_to(self, extent: QRectF) -> None:
        self._fit(extent)
        self._fitted = (*self._view(), extent)

    def _view(self) -> tuple[float, int, int]:
        """Return zoom and place."""
        viewer = self._viewer
        return (viewer.zoom(), viewer.horizontalScrollBar().value(), viewer.verticalScrollBar().value())

    def _fit(self, extent: QRectF) -> None:
        size = self._viewer.viewport().size()
        if extent.isEmpty():
            self._viewer.centre_at(QPointF(size.width() / 2, size.height() / 2), 1.0)
            return
        rect = extent.adjusted(-_FIT_MARGIN, -_FIT_MARGIN, _FIT_MARGIN, _FIT_MARGIN)
        covered = min(self.covered(), size.height() / 3)
        scale = min(size.width() / rect.width(), (size.height() - covered) / rect.height(), 1.0)
        scale = max(scale, ZOOM_LIMITS[0])
        self._viewer.centre_at(rect.center() + QPointF(0.0, covered / 2 / scale), scale)

    def zoom_in(self) -> None:
        """Show the middle larger."""
        self._zoom_to(self._viewer.zoom() * 1.25)

    def zoom_out(self) -> None:
        """Show the middle smaller."""
        self._zoom_to(self._viewer.zoom() / 1.25)

    def zoom_reset(self) -> None:
        """Show the middle at 100 %."""
        self._zoom_to(1.0)

    def _zoom_to(self, scale: float) -> None:
        viewport = self._viewer.viewport()
        self._viewer.set_zoom_at(scale, QPointF(viewport.width() / 2, viewport.height() / 2))

    def center_on(self, item_id: str, pin: str | None = None) -> None:
        """Show a block, note or monitor in the middle, large enough to read; a block's pin named is ringed."""
        items = self._items
        items.draw_now((item_id,))
        item = items.blocks.get(item_id) or items.notes.get(item_id) or items.monitors.get(item_id)
        if item is None:
            return
        scale = self._viewer.zoom()
        self._viewer.centre_at(item.rect().center(), _READABLE if scale < _READABLE else None)
        self._overlay.marks.focus_pin = (
            self._pin_place(item_id, pin, ("in", "out", "result")) if pin else None
        )
        self._overlay.refresh()

    def menu_place(self, block: str, pin: str) -> QPoint:
        """Return where on the screen a menu of a block or of its pin belongs; the view's middle for neither."""
        self.bring_into_view(block)
        item = self._items.blocks.get(block)
        place = self._pin_place(block, pin, ("in", "out")) if pin else None
        if place is not None:
            point = QPointF(*place)
        elif item is not None:
            point = item.rect().bottomLeft()
        else:
            point = self._viewer.visible_rect().center()
        return self._viewer.viewport().mapToGlobal(self._viewer.viewportTransform().map(point).toPoint())

    def _pin_place(self, block: str, pin: str, directions: Sequence[Direction]) -> Point | None:
        """Return the centre of the first pin of that name among these directions."""
        places = (self._items.pin_place(block, direction, pin) for direction in directions)
        return next((place for place in places if place), None)

    def bring_into_view(self, block: str) -> None:
        """Move the page just so far that a block is in view."""
        self._items.draw_now((block,))
        item, seen = self._items.blocks.get(block), self._viewer.visible_rect()
        if item is None or seen.contains(item.rect()):
            return
        rect = item.rect().adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND)
        if rect.width() > seen.width() or rect.height() > seen.height():
            self._viewer.centre_at(rect.center())
            return
        right, down = max(0.0, rect.right() - seen.right()), max(0.0, rect.bottom() - seen.bottom())
        left, up = min(0.0, rect.left() - seen.left()), min(0.0, rect.top() - seen.top())
        self._viewer.centre_at(seen.center() + QPointF(left + right, up + down))
