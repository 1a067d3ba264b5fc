"""Leads the wires of a page around its blocks and monitors as these come, go and move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from math import inf
from time import perf_counter

from PySide6.QtCore import QObject, QRectF
from shiboken6 import isValid

from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.fold import Fold
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.items.wire_places import WirePlaces
from app.editor.canvas.routing.obstacle_avoiding import Obstacles
from app.editor.canvas.routing.orthogonal import Box
from app.editor.widgets.slices import Slices

_LABEL = 18.0  # page units that a block's label takes over its edge
_CLEAR = 4.0  # page units that a wire should stay away from a block
_REACH = 26.0  # page units; a wire that passes this near to a changed block is routed again
_AT_ONCE = 60  # wires that are led at once; of more, those that this leaves time for
_TIME = 0.012  # seconds
_MOST_LOOKED_AT = 1000  # wires near a change that are looked at at once
_CELL = 1024.0  # page units
_NOWHERE = (inf, inf, -inf, -inf)  # left, top, right and bottom around nothing


class Routes:
    """The obstacles of a page, and which wires to route again after a change.

    A change leads the wires that it touches at once, as long as they are few. Of many, the others follow between the
    events (`finish` waits for none): until then a new wire is not drawn, and another lies where it lay.
    """

    def __init__(
        self,
        blocks: Mapping[str, BlockItem],
        monitors: Mapping[str, MonitorItem],
        wires: WirePlaces[WireItem],
        parent: QObject | None = None,
    ) -> None:
        """Follow these items; `settle` looks at them. What can wait ends with ``parent``."""
        self._blocks, self._monitors, self._wires = blocks, monitors, wires
        self.folds: Callable[[], Mapping[str, Fold]] = dict  # the frames that are folded
        self.texts: Callable[[], Obstacles] = Obstacles  # where texts stand: results do not cover them
        self._boxes: dict[str, Box] = {}
        self.obstacles = Obstacles()
        self._crowd: Counter[tuple[int, int]] = Counter()  # blocks and monitors, by the cell of their corner
        self._waiting: dict[WireItem, None] = {}  # to be led, in this order
        self._near = Obstacles()  # where something was or is, for the wires not looked at yet
        self._around = _NOWHERE  # the rectangle around that
        self._noted = 0  # places that were noted so, ever
        self._is_fresh = False  # whether some were noted since the wires were listed that are to be looked at
        self._unseen: list[WireItem] = []
        self._unboxed: dict[str, None] = {}  # ids whose boxes are to be taken before anything is led
        self._count = 0  # of all wires of the page
        self._later = Slices(self._go_on, parent)
        self.note_places: Callable[[], None] = lambda: None  # called after each slice of what waited
        self.on_settled: Callable[[], None] = lambda: None  # called when what waited has been led

    def clear(self) -> object:
        """Forget all boxes and wires; return what holds them, as to let go of many takes a while."""
        self._later.stop()
        forgotten = self._boxes, self._crowd, self.obstacles
        self._boxes, self._crowd, self.obstacles = {}, Counter(), Obstacles()
        self._waiting.clear()
        self._is_fresh = False
        self._unseen.clear()
        self._unboxed.clear()
        return forgotten

    def is_new(self, item_id: str) -> bool:
        """Return whether a block or monitor has come, gone, moved or changed its size since it was settled."""
        return self._boxes.get(item_id) != self._box(item_id)

    def settle(
        self,
        ids: Iterable[str],
        wires: Iterable[WireItem],
        count: int,
        later: bool = False,
    ) -> None:
        """Look at the blocks and monitors of these ids; route ``wires``, and what passes where these were or are.

        ``count`` is that of all wires of the page. ``later``: all of it between the events.
        """
        self._unboxed.update(dict.fromkeys(ids))
        self._count = count
        self._waiting.update(dict.fromkeys(wires))
        if not later:
            self._take_boxes(inf)
            until = perf_counter() + _TIME
            if len(self._unseen) <= _MOST_LOOKED_AT:
                self._look(inf)
            self._lead(until, _AT_ONCE)
        if not self.is_settled:
            self._later.start()

    def take_boxes(self) -> None:
        """Put what waits for it among the obstacles now; the wires follow as before."""
        self._take_boxes(inf)

    def prefer(self, wires: Iterable[WireItem]) -> None:
        """Lead these wires first, of those that wait."""
        if self._waiting:
            first = {wire: None for wire in wires if wire in self._waiting}
            self._waiting = {**first, **self._waiting}

    def count_in(self, rect: QRectF) -> int:
        """Return about how many blocks and monitors a rectangle of the page holds."""
        left, top, right, bottom = (int(side // _CELL) for side in rect.getCoords())
        crowd = self._crowd
        if (right - left + 1) * (bottom - top + 1) > len(crowd):
            return sum(n for (x, y), n in crowd.items() if left <= x <= right and top <= y <= bottom)
        return sum(crowd[x, y] for x in range(left, right + 1) for y in range(top, bottom + 1))

    def blocks_in(self, area: Box) -> Iterable[str] | None:
        """Return the ids of the blocks and monitors that may reach into an area; None where not all are known."""
        if self._unboxed:
            return None
        hidden = [item_id for fold in self.folds().values() for item_id in fold.hidden]
        return [*self.obstacles.reaching_into(area), *hidden]

    def room_below(self, block: str, box: Box, most: float) -> float:
        """Return how far it is from a block's lower edge to what stands next below, infinite beyond ``most``."""
        low, high = box.bottom + 0.5, box.bottom + most + _CLEAR
        columns = (box.left + _CLEAR, (box.left + box.right) / 2, box.right - _CLEAR)
        found: dict[str, Box] = {}
        texts = self.texts()
        for x in columns:
            found.update(self.obstacles.crossed([(x, low), (x, high)], (block,)))
            found.update(texts.crossed([(x, low), (x, high)], ()))
        return min((below.top - box.bottom - _CLEAR for below in found.values()), default=inf)

    def room_for_label(self, block: str, box: Box, wide: float) -> float:
        """Return how far it is from a block's left edge to what stands beside its label; infinite beyond ``wide``.

        What stands beside is a block or monitor as high as the label, or a little lower, with a label of its own.
        """
        end = box.left + wide + _CLEAR
        found: dict[str, Box] = {}
        for y in (box.top - _LABEL / 2, box.top + _LABEL - 1.0):
            found.update(self.obstacles.crossed([(box.left, y), (end, y)], (block,)))
        beside = (other.left for other in found.values() if other.left > box.left)
        return min((left - box.left - _CLEAR for left in beside), default=inf)

    def room_left(self, block: str, box: Box, y: float, wide: float) -> float:
        """Return how far it is from a block's left edge, so far below its top, to what stands there; else ``wide``."""
        level = box.top + y
        found = self.obstacles.crossed([(box.left - wide, level), (box.left, level)], (block,))
        return max(0.0, min((box.left - other.right for other in found.values()), default=wide))

    @property
    def is_settled(self) -> bool:
        """Return whether no wire waits."""
        return not (self._waiting or self._unseen or self._unboxed)

    @property
    def knows_boxes(self) -> bool:
        """Return whether the boxes of all blocks and monitors have been taken: `count_in` counts those."""
        return not self._unboxed

    def finish(self) -> None:
        """Lead all wires that wait now."""
        self._later.finish()

    def forget(self, wires: Iterable[WireItem]) -> None:
        """Wires have gone."""
        if self._waiting:
            for wire in wires:
                self._waiting.pop(wire, None)

    def _take_boxes(self, until: float) -> None:
        """Put the boxes of the noted ids among the obstacles, up to a moment; after the last, see to the wires."""
        unboxed = self._unboxed
        while unboxed and perf_counter() < until:
            item_id, _ = unboxed.popitem()
            self._take_box(item_id)
        if unboxed or not self._is_fresh:
            return
        self._is_fresh = False
        waiting = self._waiting
        self._unseen = [
            w for w in self._wires.reaching_into(*self._around) if not w.gone and w not in waiting
        ]

    def _take_box(self, item_id: str) -> None:
        """Put the present box of a block or monitor among the obstacles; note where it was and is."""
        old, new = self._boxes.get(item_id), self._box(item_id)
        if old == new:
            return
        for box, count in ((old, -1), (new, 1)):
            if box is not None:
                self._suspect(_grown(box, _REACH))
                self._crowd[int(box.left // _CELL), int(box.top // _CELL)] += count
        if new is None:
            self._boxes.pop(item_id, None)
            self.obstacles.drop(item_id)
        else:
            self._boxes[item_id] = new
            self.obstacles.put(item_id, new)

    def _suspect(self, near: Box) -> None:
        """Note that wires which pass here may lead around what was here, or run into what is here now."""
        if len(self._waiting) >= self._count:
            return  # every wire is led anyway
        if not (self._is_fresh or self._unseen):  # what was not looked at yet is looked at for both changes
            self._near, self._around = Obstacles(), _NOWHERE
        self._is_fresh = True
        self._noted += 1
        self._near.put(str(self._noted), near)
        left, top, right, bottom = self._around
        self._around = (
            min(left, near.left), min(top, near.top), max(right, near.right), max(bottom, near.bottom)
        )  # fmt: skip

    def _go_on(self, until: float) -> bool:
        """Take boxes, look at wires and lead them, up to a moment; return whether some are left."""
        self._take_boxes(until)
        if self._unboxed:
            return True
        self._look(until)
        self._lead(until)
        self.note_places()
        if self.is_settled:
            self.on_settled()
        return not self.is_settled

    def _look(self, until: float) -> None:
        near, unseen = self._near, self._unseen
        while unseen and perf_counter() < until:
            for wire in unseen[-50:]:
                if near.crossed(wire.points, ()):
                    self._waiting[wire] = None
            del unseen[-50:]

    def _lead(self, until: float, least: int = 1) -> None:
        waiting, led = self._waiting, 0
        while waiting and (led < least or perf_counter() < until):
            wire = next(iter(waiting))
            del waiting[wire]
            if not isValid(wire):  # Qt took the page away, and nobody has let go of it here
                continue
            wire.reroute(self.obstacles)
            led += 1

    def _box(self, item_id: str) -> Box | None:
        """Return the box of a block, monitor or folded frame as it is drawn now; None where it is not shown."""
        block = self._blocks.get(item_id)
        if block is not None:
            return self._box_of_block(block) if block.fold is None else None
        fold = self.folds().get(item_id)
        if fold is not None:
            return _grown(fold.box(), _CLEAR)
        monitor = self._monitors.get(item_id)
        if monitor is None or not monitor.isVisible():
            return None
        rect = monitor.rect()
        return _grown(Box(rect.left(), rect.top(), rect.right(), rect.bottom()), _CLEAR)

    def _box_of_block(self, block: BlockItem) -> Box:
        """Return a block's box with its label, down to the end of the result that it shows, as far as there is room."""
        box = _grown(block.box(), _CLEAR)
        box = Box(box.left, box.top - block.label_reach, box.right, box.bottom)
        reach = block.result_reach
        if reach:
            room = self.room_below(block.block_id, block.box(), reach)
            box = Box(box.left, box.top, box.right, box.bottom + min(reach, max(0.0, room)))
        return box


def _grown(box: Box, by: float) -> Box:
    return Box(box.left - by, box.top - by, box.right + by, box.bottom + by)
