"""The bases of the items of a page: what NodeGraphQt needs of them, without what its own do by themselves.

Pins are drawn and hit by geometry instead of as PortItems, which saves thousands of scene items on a large page.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem, QGraphicsRectItem

from app.editor.canvas.nodegraph.imports import PipeItem

Z_FRAME, Z_WIRE, Z_BLOCK, Z_NOTE, Z_MONITOR, Z_OVERLAY = -2.0, -1.0, 1.0, 2.0, 3.0, 10.0
HALF_SIZE = 200_000.0  # the page reaches this far from its origin to each side
_NO_PEN = QPen(Qt.PenStyle.NoPen)


Part = Literal["all", "still", "live"]


class WholePageItem(QGraphicsRectItem):
    """An item as large as the page. Qt itself knows its bounds: it asks for them very often."""

    def __init__(self) -> None:
        """Take the whole page; what is painted there is the subclass's."""
        super().__init__(-HALF_SIZE, -HALF_SIZE, 2 * HALF_SIZE, 2 * HALF_SIZE)
        self.setPen(_NO_PEN)


class LiveItem(WholePageItem):
    """Marks over the page that change at each movement.

    In a crowded view what they paint is parted: what is ``still`` into the picture that is made in pieces, what is
    ``live`` over it.
    """

    part: Part = "all"  # to be painted now

    def set_part(self, part: Part, area: QRectF | None = None) -> None:
        """Prepare to be painted; ``area``: of a piece, as what Qt says is exposed then is all of the page.

        While Qt paints a piece, its scene finds no items that are painted already: who needs some finds them here.
        """
        self.part = part


class BlockItemBase(QGraphicsRectItem):
    """What NodeGraph needs of a node's item, and no more: a name, an id, and what it writes into the item.

    It is a rectangle of Qt's, the bounds, so that Qt reads them without a call into Python: a scene of thousands of
    items reads them many times at each change. The library's own base of node items cannot give that.
    """

    def __init__(self, block_id: str) -> None:
        """Make an item that is neither cached nor moved by Qt: the interactions move it."""
        super().__init__()
        self.id = block_id
        self.type_ = "block"
        self.layout_direction = 0
        self.setPen(_NO_PEN)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_BLOCK)

    @property
    def name(self) -> str:
        """The block's id."""
        return self.id

    @name.setter
    def name(self, name: str) -> None:
        """Ignore the library's name."""


class WireItemBase(PipeItem):
    """A pipe item that Qt itself paints: no arrow child, no hover, no ports."""

    is_stroked = False  # another item paints it with others

    def __init__(self) -> None:
        """Make an empty path."""
        QGraphicsPathItem.__init__(self)
        self._input_port = self._output_port = None
        self._active = self._highlight = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_WIRE)

    def set_stroked(self, on: bool) -> None:
        """Let another item paint it, or not: Qt then passes it by, and does not know where its picture has changed."""
        if on == self.is_stroked:
            return
        self.is_stroked = on
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemHasNoContents, on)

    itemChange = QGraphicsItem.itemChange  # noqa: N815
    paint = QGraphicsPathItem.paint
    boundingRect = QGraphicsPathItem.boundingRect  # noqa: N815
    shape = QGraphicsPathItem.shape
    hoverEnterEvent = QGraphicsItem.hoverEnterEvent  # noqa: N815
    hoverLeaveEvent = QGraphicsItem.hoverLeaveEvent  # noqa: N815
