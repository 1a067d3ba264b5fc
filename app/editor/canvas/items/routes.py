"""Leads the wires of a page around its blocks and monitors as these come, go and move."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.routing.obstacle_avoiding import Obstacles
from app.editor.canvas.routing.orthogonal import Box

_CLEAR = 4.0  # page units that a wire should stay away from a block
_REACH = 26.0  # page units; a wire that passes this near to a changed block is routed again


class Routes:
    """The obstacles of a page, and which wires to route again after a change."""

    def __init__(self, blocks: Mapping[str, BlockItem], monitors: Mapping[str, MonitorItem]) -> None:
        """Follow these items; `settle` looks at them."""
        self._blocks, self._monitors = blocks, monitors
        self._boxes: dict[str, Box] = {}
        self.obstacles = Obstacles()

    def clear(self) -> None:
        """Forget all boxes."""
        self._boxes.clear()
        self.obstacles = Obstacles()

    def is_new(self, item_id: str) -> bool:
        """Return whether a block or monitor has come, gone, moved or changed its size since it was settled."""
        return self._boxes.get(item_id) != self._box(item_id)

    def settle(self, ids: Iterable[str], wires: Iterable[WireItem], others: Collection[WireItem]) -> None:
        """Look at the blocks and monitors of these ids; route ``wires``, and what passes where these were or are.

        ``others`` are all wires of the page.
        """
        changed: list[Box] = []
        for item_id in ids:
            old, new = self._boxes.get(item_id), self._box(item_id)
            if old == new:
                continue
            changed += [box for box in (old, new) if box is not None]
            if new is None:
                self._boxes.pop(item_id, None)
                self.obstacles.drop(item_id)
            else:
                self._boxes[item_id] = new
                self.obstacles.put(item_id, new)
        again = set(wires)
        if changed:
            # A wire that led around a box, or runs into one now, passes within reach of it.
            near = Obstacles({str(number): _grown(box, _REACH) for number, box in enumerate(changed)})
            again.update(wire for wire in others if wire not in again and near.crossed(wire.points, ()))
        for wire in again:
            wire.reroute(self.obstacles)

    def _box(self, item_id: str) -> Box | None:
        """Return the box of a block or monitor as it is drawn now."""
        block = self._blocks.get(item_id)
        if block is not None:
            return _grown(block.box(), _CLEAR)
        monitor = self._monitors.get(item_id)
        if monitor is None:
            return None
        rect = monitor.rect()
        return _grown(Box(rect.left(), rect.top(), rect.right(), rect.bottom()), _CLEAR)


def _grown(box: Box, by: float) -> Box:
    return Box(box.left - by, box.top - by, box.right + by, box.bottom + by)
