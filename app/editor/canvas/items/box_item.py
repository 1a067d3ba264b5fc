"""A movable, resizable rectangle on the page: what notes and monitors have in common."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem

from app.editor.canvas.items.style import CanvasStyle

HANDLE = 7.0  # page units
SMALLEST = (24.0, 18.0)


class BoxItem(QGraphicsItem):
    """A rectangle with an id. Subclasses paint its content."""

    smallest = SMALLEST

    def __init__(self, item_id: str, style: CanvasStyle) -> None:
        """Make an empty box; `place` and `resize` give it its rectangle."""
        super().__init__()
        self.item_id = item_id
        self.style = style
        self.width, self.height = self.smallest
        self.x_page = self.y_page = 0.0
        self.selected_look = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def place(self, x: float, y: float) -> None:
        """Put the top left corner at a page place."""
        self.x_page, self.y_page = float(round(x)), float(round(y))
        self.setPos(self.x_page + 0.5, self.y_page + 0.5)

    def resize(self, width: float, height: float) -> None:
        """Set the size, not below the smallest."""
        self.prepareGeometryChange()
        self.width = float(round(max(width, self.smallest[0])))
        self.height = float(round(max(height, self.smallest[1])))
        self.resized()
        self.update()

    def resized(self) -> None:
        """React to a new size (for subclasses)."""

    def rect(self) -> QRectF:
        """Return the rectangle on the page."""
        return QRectF(self.x_page + 0.5, self.y_page + 0.5, self.width, self.height)

    def full_rect(self) -> QRectF:
        """Return the rectangle that it takes on the page, shown or not."""
        return self.rect()

    def set_selected_look(self, selected: bool) -> None:
        """Show or hide the selection's outline and handles."""
        if selected != self.selected_look:
            self.selected_look = selected
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the rectangle with room for the handles."""
        return QRectF(-HANDLE, -HANDLE, self.width + 2 * HANDLE, self.height + 2 * HANDLE)

    def body_at(self, point: QPointF) -> bool:
        """Return whether a page point is where the box can be grabbed."""
        return self.rect().contains(point)

    def handle_at(self, point: QPointF, reach: float) -> str:
        """Return which edges a page point would drag ("", "r", "tl", ...).

        Only a selected box has handles.
        """
        rect = self.rect()
        if not self.selected_look or not rect.adjusted(-reach, -reach, reach, reach).contains(point):
            return ""
        vertical = (
            "t"
            if abs(point.y() - rect.top()) <= reach
            else "b"
            if abs(point.y() - rect.bottom()) <= reach
            else ""
        )
        across = (
            "l"
            if abs(point.x() - rect.left()) <= reach
            else "r"
            if abs(point.x() - rect.right()) <= reach
            else ""
        )
        return vertical + across

    def paint_selection(self, painter: QPainter) -> None:
        """Paint outline and corner handles of a selected box."""
        if not self.selected_look:
            return
        colour = QColor(self.style.theme.selection)
        painter.setPen(QPen(colour, 1.0))
        painter.setBrush(self.style.no_brush)
        painter.drawRect(QRectF(0, 0, self.width, self.height))
        painter.setBrush(colour)
        half = HANDLE / 2
        for x in (0.0, self.width):
            for y in (0.0, self.height):
                painter.drawRect(QRectF(x - half, y - half, HANDLE, HANDLE))


def dragged(rect: tuple[float, float, float, float], edges: str, dx: float, dy: float,
            smallest: tuple[float, float]) -> tuple[float, float, float, float]:  # fmt: skip
    """Return x, y, width, height of a rectangle after dragging its edges; it never turns inside out."""
    x, y, width, height = rect
    if "r" in edges:
        width = max(smallest[0], width + dx)
    if "b" in edges:
        height = max(smallest[1], height + dy)
    if "l" in edges:
        dx = min(dx, width - smallest[0])
        x, width = x + dx, width - dx
    if "t" in edges:
        dy = min(dy, height - smallest[1])
        y, height = y + dy, height - dy
    return x, y, width, height
