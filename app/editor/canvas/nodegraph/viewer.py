"""NodeGraphQt's view, with its own behaviour switched off: exact zooming, and all events handed to the canvas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import thread_time
from typing import Any, Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QUndoStack,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QGraphicsProxyWidget,
    QGraphicsView,
    QStyleOptionGraphicsItem,
)

from app.editor.canvas.nodegraph.imports import NodeViewer
from app.editor.canvas.nodegraph.item_bases import HALF_SIZE, LiveItem, Part
from app.editor.canvas.nodegraph.tiles import Tiles
from app.editor.widgets.guarded_paint import guarded
from app.editor.widgets.slices import note_paint

ZOOM_LIMITS = (0.03, 8.0)
_TABS = (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_SHOWN_OR_HIDDEN = (QEvent.Type.Show, QEvent.Type.Hide)
_DIVISIONS = (
    14  # halvings of the page, across and down in turn: to pieces of 3,125 units, a few hundred blocks
)
_NO_GRID = 0  # the grid mode in which the library draws none


class EventHandler(Protocol):
    """What the viewer passes events of mouse and keys to."""

    def mouse_press(self, event: QMouseEvent) -> None: ...
    def widget_press(self, event: QMouseEvent) -> None: ...
    def mouse_move(self, event: QMouseEvent) -> None: ...
    def mouse_release(self, event: QMouseEvent) -> None: ...
    def mouse_double_click(self, event: QMouseEvent) -> None: ...
    def key_press(self, event: QKeyEvent) -> bool: ...
    def key_release(self, event: QKeyEvent) -> bool: ...
    def context_menu(self, event: QContextMenuEvent) -> None: ...
    def tool_tip(self, event: QHelpEvent) -> None: ...
    def leave(self) -> None: ...


class DropHandler(Protocol):
    """What the viewer passes to what is dragged here from elsewhere."""

    def drag_move(self, event: QDragMoveEvent) -> None: ...
    def drag_leave(self) -> None: ...
    def drop(self, event: QDropEvent) -> None: ...


class CanvasViewer(NodeViewer):
    """The view of a page: exact zooming, native scrolling, and all events handed to the handlers."""

    view_changed = Signal()  # zoom or place

    # Class attributes, because the library's constructor already causes events.
    handler: EventHandler | None = None
    drop_handler: DropHandler | None = None
    paint_background: Callable[[QPainter, QRectF], None] | None = None
    frame_hook: Callable[[QTransform | None, QRectF], None] | None = None
    is_crowded: Callable[[], bool] | None = None  # whether so much is in view that it is painted in pieces
    is_large: Callable[[], bool] | None = None  # whether painting may take long
    is_busy: Callable[[], bool] | None = None  # whether very much changes at each turn of the event loop
    live_items: Sequence[LiveItem] = ()  # painted over the pieces, the topmost last
    _ready = False
    _widget_grab = False

    def __init__(self, stack: QUndoStack) -> None:
        """Switch off what the library does by itself."""
        super().__init__(undo_stack=stack)
        search = self._search_widget  # without a parent it would outlive every page that is closed
        search.setParent(self, search.windowFlags())
        for action in (self.qaction_for_undo(), self.qaction_for_redo()):
            action.setShortcuts([])  # the window owns Ctrl+Z; two owners would make it ambiguous
        for item in (self._cursor_text, self._LIVE_PIPE, self._SLICER_PIPE):
            self.scene().removeItem(item)
        self.scene().grid_mode = _NO_GRID  # the view paints the ground; a picture of the scene has its own
        self.scene().setBackgroundBrush(Qt.BrushStyle.NoBrush)
        # Without a size of its own a scene measures all its items after each change of one.
        self.scene().setSceneRect(-HALF_SIZE, -HALF_SIZE, 2 * HALF_SIZE, 2 * HALF_SIZE)
        self.setSceneRect(-HALF_SIZE, -HALF_SIZE, 2 * HALF_SIZE, 2 * HALF_SIZE)
        # Qt itself would choose how finely its index of places is divided by the items that come first, once for all.
        self.scene().setBspTreeDepth(_DIVISIONS)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        flags = QGraphicsView.OptimizationFlag
        self.setOptimizationFlags(flags.DontSavePainterState | flags.DontAdjustForAntialiasing)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.tiles = Tiles(self, self._paint_piece)
        self._ready = True

    # zoom and place -------------------------------------------------------------------------------

    def _update_scene(self) -> None:
        """Ignore the library's own fitting, which loses four pixels at each call."""

    def zoom(self) -> float:
        """Return the scale: 1.0 shows one page unit as one (device-independent) pixel."""
        return self.transform().m11()

    def set_zoom_at(self, scale: float, anchor: QPointF) -> None:
        """Scale the page so that the point under ``anchor`` (viewport coordinates) stays under it."""
        scale = max(ZOOM_LIMITS[0], min(ZOOM_LIMITS[1], scale))
        page_point = self.to_page(anchor)
        self.setTransform(QTransform.fromScale(scale, scale))
        self._scroll_so(page_point, anchor)
        self.view_changed.emit()

    def centre_at(self, point: QPointF, scale: float | None = None) -> None:
        """Show a page point in the middle of the viewport."""
        if scale is not None:
            scale = max(ZOOM_LIMITS[0], min(ZOOM_LIMITS[1], scale))
            self.setTransform(QTransform.fromScale(scale, scale))
        self._scroll_so(point, QPointF(self.viewport().width() / 2, self.viewport().height() / 2))
        self.view_changed.emit()

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the page by so many pixels, to the right and down."""
        horizontal, vertical = self.horizontalScrollBar(), self.verticalScrollBar()
        horizontal.setValue(horizontal.value() - round(dx))
        vertical.setValue(vertical.value() - round(dy))
        self.view_changed.emit()

    def _scroll_so(self, page_point: QPointF, anchor: QPointF) -> None:
        """Scroll so that a page point comes to lie at a viewport point, on a whole pixel."""
        now = self.viewportTransform().map(page_point)
        horizontal, vertical = self.horizontalScrollBar(), self.verticalScrollBar()
        horizontal.setValue(horizontal.value() + round(now.x() - anchor.x()))
        vertical.setValue(vertical.value() + round(now.y() - anchor.y()))

    def to_page(self, point: QPointF | QPoint) -> QPointF:
        """Return the page point at a viewport point."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.map(QPointF(point))

    def pointer(self) -> QPoint | None:
        """Return where the mouse is over the page, in the viewport; None where it is elsewhere."""
        viewport = self.viewport()
        place = viewport.mapFromGlobal(QCursor.pos())
        return place if viewport.rect().contains(place) and viewport.underMouse() else None

    def visible_rect(self) -> QRectF:
        """Return the part of the page that is in view."""
        return QRectF(
            self.to_page(QPointF(0, 0)),
            self.to_page(QPointF(self.viewport().width(), self.viewport().height())),
        )

    # events ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the top left corner where it is."""
        QGraphicsView.resizeEvent(self, event)
        if self._ready:
            self.view_changed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pass a press to the handler, or to the widget that it is for."""
        if self.handler and not self._for_widget(event):
            self.handler.mouse_press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pass a move to the handler, or to the widget that it is for."""
        if self.handler and not self._for_widget(event):
            self.handler.mouse_move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Pass a release to the handler, or to the widget that was pressed."""
        if self.handler and not self._for_widget(event):
            self.handler.mouse_release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Pass a double click to the handler, or to the widget under it."""
        if not self.handler:
            return
        if self.widget_at(event.position()) and self.takes_double_click(event.position()):
            QGraphicsView.mouseDoubleClickEvent(self, event)
        else:
            self.handler.mouse_double_click(event)

    widget_at: Callable[[QPointF], bool] = staticmethod(lambda _point: False)  # set by the canvas
    takes_double_click: Callable[[QPointF], bool] = staticmethod(lambda _point: True)  # likewise

    def _for_widget(self, event: QMouseEvent) -> bool:
        """Pass an event to a widget embedded in the page (a monitor's content, an editor) if it is for it."""
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._widget_grab = self.widget_at(event.position())
            if self._widget_grab and self.handler:
                self.handler.widget_press(event)
        if not self._widget_grab and not (
            kind == QEvent.Type.MouseMove and not event.buttons() and self.widget_at(event.position())
        ):
            return False
        {
            QEvent.Type.MouseButtonPress: QGraphicsView.mousePressEvent,
            QEvent.Type.MouseMove: QGraphicsView.mouseMoveEvent,
            QEvent.Type.MouseButtonRelease: QGraphicsView.mouseReleaseEvent,
        }[kind](self, event)
        if kind == QEvent.Type.MouseButtonRelease:
            self._widget_grab = False
        return True

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom to the cursor; Shift scrolls sideways, Ctrl or a touchpad's pixels scroll freely."""
        if self.widget_at(event.position()):
            QGraphicsView.wheelEvent(self, event)
            if event.isAccepted():
                return
        pixels, angle = event.pixelDelta(), event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan_by(angle.y() or angle.x(), 0)
        elif not pixels.isNull() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.pan_by(pixels.x(), pixels.y())
        elif angle.y():
            self.set_zoom_at(self.zoom() * 1.2 ** (angle.y() / 120.0), event.position())
        event.accept()

    def _is_editing(self) -> bool:
        """Return whether a text on the page has the keyboard; a monitor's content shares it with the page."""
        focus = self.scene().focusItem()
        return focus is not None and not isinstance(focus, QGraphicsProxyWidget)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass a key to the text or monitor on the page that has the focus; what no monitor takes, to the handler."""
        if self.scene().focusItem() is not None:
            QGraphicsView.keyPressEvent(self, event)
            if self._is_editing() or event.isAccepted():
                return
        event.setAccepted(bool(self.handler and self.handler.key_press(event)))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Pass a key to the text or monitor on the page that has the focus; what no monitor takes, to the handler."""
        if self.scene().focusItem() is not None:
            QGraphicsView.keyReleaseEvent(self, event)
            if self._is_editing() or event.isAccepted():
                return
        event.setAccepted(bool(self.handler and self.handler.key_release(event)))

    def event(self, event: QEvent) -> bool:
        """Let the handler have Tab and Shift+Tab first: the scene would give the focus to a widget on the page."""
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() in _TABS
            and not self._is_editing()
            and self.handler
            and self.handler.key_press(event)
        ):
            self.scene().clearFocus()
            event.accept()
            return True
        return bool(QGraphicsView.event(self, event))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Leave out the library's hidden menu bar."""
        QGraphicsView.focusInEvent(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Leave out the library's hidden menu bar."""
        QGraphicsView.focusOutEvent(self, event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Pass the question for a menu to the handler."""
        if self.handler:
            self.handler.context_menu(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Treat it as the first move."""
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Pass it to the handler of drops, which accepts what it can place."""
        event.ignore()
        if self.drop_handler:
            self.drop_handler.drag_move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Let the handler of drops take its marks away."""
        if self.drop_handler:
            self.drop_handler.drag_leave()

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass it to the handler of drops."""
        event.ignore()
        if self.drop_handler:
            self.drop_handler.drop(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Pass the handler the question for a tool tip, and that the mouse has left."""
        if self.handler and event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self.handler.tool_tip(event)
            return True
        if self.handler and event.type() == QEvent.Type.Leave:
            self.handler.leave()
        if event.type() in _SHOWN_OR_HIDDEN and (event.type() == QEvent.Type.Hide or self.scene().isActive()):
            # Qt would announce to each item that the scene is active, or no longer so: nothing here heeds that.
            return QAbstractScrollArea.viewportEvent(self, event)
        return QGraphicsView.viewportEvent(self, event)

    @guarded
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and take note of how long a large page takes."""
        began = thread_time()
        self._paint_page(event)
        note_paint(thread_time() - began if self.is_large is not None and self.is_large() else 0.0)

    def _paint_page(self, event: QPaintEvent) -> None:
        """Paint the items; where they are very many, copy their picture and paint what lives over it."""
        crowded = self.is_crowded is not None and self.is_crowded()
        self.tiles.follow(crowded and not (self.is_busy is not None and self.is_busy()))
        if not crowded:
            self.tiles.forget()
            self._begin_frame(self.viewportTransform(), self._page_area(event.region().boundingRect()))
            try:
                QGraphicsView.paintEvent(self, event)
            finally:
                self._end_frame()
            return
        # A view that has not painted since it was shown announces no changes: let it paint nothing.
        QGraphicsView.paintEvent(self, QPaintEvent(QRect(-2, -2, 1, 1)))
        painter = QPainter(self.viewport())
        painter.setWorldTransform(self.viewportTransform())
        self.drawBackground(painter, self.visible_rect())
        painter.resetTransform()
        self.tiles.paint(painter, event.region())
        self._paint_live(painter, event.rect())
        painter.end()

    def _begin_frame(self, transform: QTransform, area: QRectF) -> None:
        """Let the items' owner prepare for a paint of an area of the page under this transform."""
        if self.frame_hook:
            self.frame_hook(transform, area)

    def _end_frame(self) -> None:
        if self.frame_hook:
            self.frame_hook(None, QRectF())

    def _page_area(self, rect: QRect) -> QRectF:
        """Return the part of the page in a rectangle of the viewport."""
        return QRectF(self.to_page(rect.topLeft()), self.to_page(rect.bottomRight() + QPoint(1, 1)))

    def _paint_live(self, painter: QPainter, rect: QRect) -> None:
        painter.setWorldTransform(self.viewportTransform())
        option = QStyleOptionGraphicsItem()
        option.exposedRect = QRectF(self.to_page(rect.topLeft()), self.to_page(rect.bottomRight()))
        self._set_part("live")
        for item in self.live_items:
            if item.isVisible():
                item.paint(painter, option, self.viewport())
        self._set_part("all")

    def _set_part(self, part: Part, area: QRectF | None = None) -> None:
        for item in self.live_items:
            item.set_part(part, area)

    def _paint_piece(self, painter: QPainter, rect: QRect) -> None:
        """Paint a rectangle of the viewport, without what lives."""
        shift = QTransform.fromTranslate(-rect.x(), -rect.y())
        area = self._page_area(rect)
        self._begin_frame(self.viewportTransform() * shift, area)
        painter.setRenderHints(self.renderHints())
        self._set_part("still", area)
        self.render(painter, QRectF(0, 0, rect.width(), rect.height()), rect)
        self._set_part("all")
        self._end_frame()

    @guarded
    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Paint our grid instead of the scene's."""
        if self.paint_background:
            self.paint_background(painter, rect)

    # NodeScene calls these for every mouse event that reaches it; the handler has had them already.

    def sceneMousePressEvent(self, event: Any) -> None:
        """Do nothing."""

    def sceneMouseMoveEvent(self, event: Any) -> None:
        """Do nothing."""

    def sceneMouseReleaseEvent(self, event: Any) -> None:
        """Do nothing."""
