"""NodeGraphQt's graph, reduced to a list of the blocks that are shown."""

from __future__ import annotations

from PySide6.QtGui import QUndoCommand, QUndoStack
from PySide6.QtWidgets import QWidget

from app.editor.canvas.nodegraph.imports import NodeGraph, NodeObject
from app.editor.canvas.nodegraph.item_bases import BlockItemBase
from app.editor.canvas.nodegraph.viewer import CanvasViewer


class StrayStack(QUndoStack):
    """Takes the place of NodeGraphQt's undo stack. Nothing of ours pushes to it.

    ``stray`` proves that in tests.
    """

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self.stray: list[str] = []

    def push(self, command: QUndoCommand) -> None:
        """Refuse a command of the library: the document would not know of it."""
        self.stray.append(type(command).__name__)

    def beginMacro(self, text: str) -> None:
        """Open nothing: a macro left open would block the stack."""

    def endMacro(self) -> None:
        """Close nothing."""


class BlockNode(NodeObject):
    """What NodeGraph knows of a block: its item and its id, which is the document's."""

    __identifier__ = "tensorblocks"
    NODE_NAME = "block"

    def __init__(self, item: BlockItemBase) -> None:
        """Take the ready item instead of making one."""
        super().__init__(lambda: item)


class CanvasGraph(NodeGraph):
    """NodeGraph around our viewer. It only lists the blocks; the document decides what they are."""

    def __init__(self, parent: QWidget) -> None:
        """Make the graph with a viewer of ours."""
        self.stack = StrayStack()
        viewer = CanvasViewer(self.stack)
        super().__init__(parent, undo_stack=self.stack, viewer=viewer)
        viewer.setParent(parent)

    def _register_builtin_nodes(self) -> None:
        """Register nothing: backdrops and groups of the library are not used."""

    def _wire_signals(self) -> None:
        """Connect nothing: no gesture of the library may change its model."""

    def add_item(self, item: BlockItemBase, block_id: str) -> None:
        """List a block and put its item into the scene."""
        node = BlockNode(item)
        node.model.id = item.id = block_id
        node._graph = self
        self._model.nodes[block_id] = node
        self._viewer.scene().addItem(item)

    def remove_item(self, item: BlockItemBase, block_id: str) -> None:
        """Take a block off the list, unless another bears its id by now, and its item out of the scene."""
        node = self._model.nodes.get(block_id)
        if node is not None and node.view is item:
            del self._model.nodes[block_id]
        self._viewer.scene().removeItem(item)
