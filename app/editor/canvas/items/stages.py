"""Where the items of a page are put: behind NodeGraph for editing, or into a plain scene for pictures."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.nodegraph.graph import CanvasGraph
from app.editor.canvas.nodegraph.item_bases import HALF_SIZE


class Stage(Protocol):
    """Where items are put: the scene behind NodeGraph, or a plain one for pictures."""

    def add_block(self, item: BlockItem) -> None: ...
    def remove_block(self, item: BlockItem) -> None: ...
    def add(self, item: QGraphicsItem) -> None: ...
    def remove(self, item: QGraphicsItem) -> None: ...
    def note_places(self) -> None: ...


class PlainStage:
    """A scene of its own."""

    def __init__(self, scene: QGraphicsScene) -> None:
        """Put items into this scene."""
        self._scene = scene
        self._items: set[QGraphicsItem] = set()  # Python must own what the scene only borrows

    def add_block(self, item: BlockItem) -> None:
        """Show a block."""
        self.add(item)

    def remove_block(self, item: BlockItem) -> None:
        """Take a block away."""
        self.remove(item)

    def add(self, item: QGraphicsItem) -> None:
        """Show an item."""
        self._items.add(item)
        self._scene.addItem(item)

    def remove(self, item: QGraphicsItem) -> None:
        """Take an item away."""
        self._items.discard(item)
        self._scene.removeItem(item)

    def note_places(self) -> None:
        """Leave that to the picture that is painted."""


_CORNER = QRectF(-HALF_SIZE, -HALF_SIZE, 1.0, 1.0)  # of the page; nothing lies there


class GraphStage:
    """The scene of NodeGraph, which also lists the blocks."""

    def __init__(self, graph: CanvasGraph) -> None:
        """Put items into this graph's scene."""
        self._graph = graph
        self._scene = graph.viewer().scene()
        self.strokes_wires = True  # they are painted together: see `WireStrokes`

    def add_block(self, item: BlockItem) -> None:
        """List and show a block."""
        self._graph.add_item(item, item.block_id)

    def remove_block(self, item: BlockItem) -> None:
        """Take a block off the list and the scene."""
        self._graph.remove_item(item, item.block_id)

    def add(self, item: QGraphicsItem) -> None:
        """Show an item."""
        self._scene.addItem(item)
        if self.strokes_wires and isinstance(item, WireItem):
            item.set_stroked(True)
            item.repaint()

    def remove(self, item: QGraphicsItem) -> None:
        """Take an item away."""
        if isinstance(item, WireItem):
            item.repaint()
        self._scene.removeItem(item)

    def note_places(self) -> None:
        """Let Qt's index take where items lie that have come or moved: by itself it takes very many at once, later."""
        self._scene.items(_CORNER, Qt.ItemSelectionMode.IntersectsItemBoundingRect)
