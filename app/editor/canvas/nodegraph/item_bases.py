"""The bases of the items of blocks and wires: NodeGraphQt's classes without what they do by themselves.

Pins are drawn and hit by geometry instead of as PortItems, which saves thousands of scene items on a large page.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsPathItem

from app.editor.canvas.nodegraph.imports import AbstractNodeItem, PipeItem

Z_FRAME, Z_WIRE, Z_BLOCK, Z_NOTE, Z_MONITOR, Z_OVERLAY = -2.0, -1.0, 1.0, 2.0, 3.0, 10.0
HALF_SIZE = 200_000.0  # the page reaches this far from its origin to each side


Part = Literal["all", "still", "live"]


class LiveItem(QGraphicsItem):
    """Marks over the page that change at each movement.

    In a crowded view what they paint is parted: what is ``still`` into the picture that is made in pieces, what is
    ``live`` over it.
    """

    part: Part = "all"  # to be painted now
    area: QRectF | None = (
        None  # of the page, where a piece is painted: what Qt says is exposed then is all of it
    )


class BlockItemBase(AbstractNodeItem):
    """A node item without NodeGraphQt's tool tip, cache and properties of its own."""

    def __init__(self, block_id: str) -> None:
        """Make an item that is neither cached nor moved by Qt: the interactions move it."""
        QGraphicsItem.__init__(self)
        self._properties = {
            "id": block_id, "name": block_id, "type_": "block", "selected": False, "visible": True,
            "disabled": False, "layout_direction": 0,
        }  # fmt: skip
        self._width = self._height = 0.0
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_BLOCK)

    @property
    def name(self) -> str:
        """The block's id. The base class would make a tool tip of it."""
        return str(self._properties["id"])

    @name.setter
    def name(self, name: str) -> None:
        """Ignore the library's name."""

    # The base class overrides these in Python; taking Qt's own back saves a call into Python at every use.
    setSelected = QGraphicsItem.setSelected  # noqa: N815
    mousePressEvent = QGraphicsItem.mousePressEvent  # noqa: N815


class WireItemBase(PipeItem):
    """A pipe item that Qt itself paints: no arrow child, no hover, no ports."""

    def __init__(self) -> None:
        """Make an empty path."""
        QGraphicsPathItem.__init__(self)
        self._input_port = self._output_port = None
        self._active = self._highlight = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(Z_WIRE)

    itemChange = QGraphicsItem.itemChange  # noqa: N815
    paint = QGraphicsPathItem.paint
    boundingRect = QGraphicsPathItem.boundingRect  # noqa: N815
    shape = QGraphicsPathItem.shape
    hoverEnterEvent = QGraphicsItem.hoverEnterEvent  # noqa: N815
    hoverLeaveEvent = QGraphicsItem.hoverLeaveEvent  # noqa: N815
