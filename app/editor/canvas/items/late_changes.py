"""What a large change of a page leaves to draw between the events: blocks, then wires, then the ways of wires."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from time import perf_counter
from typing import Any, Protocol

from PySide6.QtCore import QObject

from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.widgets.slices import Slices

Item = BlockItem | WireItem
HoldsWires = set[WireItem] | dict[WireItem, Any]
_AT_A_TIME = 8  # items taken out of the scene between two looks at the clock


class Drawing(Protocol):
    """What draws single blocks and wires as the page has them now; what is drawn already costs little."""

    def index_late_wires(self) -> None:
        """Prepare for a pass over blocks and wires."""

    def draw_block(self, block_id: str) -> None:
        """Make or renew a block."""

    def place_block(self, block_id: str) -> None:
        """Put a block where the page has it."""

    def draw_wires(self) -> Iterator[tuple[str, ...]]:
        """Make, renew and take away wires one by one; yield the blocks at the ends of those that came or went."""

    def draw_ends(self, block_id: str) -> None:
        """Let a block show which of its pins bear wires."""

    def settle_late(self, ids: Collection[str]) -> None:
        """Lead the wires around these blocks."""

    def note_places(self) -> None:
        """Let the scene know where lies what was drawn."""


class LateChanges:
    """Blocks and wires of one page that are not drawn yet as the page has them, and items that have gone from it."""

    def __init__(self, drawing: Drawing, remove: Callable[[Item], None], parent: QObject | None) -> None:
        """Begin with nothing to do; ``remove`` takes an item out of the scene. What waits ends with ``parent``."""
        self._drawing, self._remove = drawing, remove
        self._blocks: dict[str, bool] = {}  # whether more than the place has changed
        self._wires = False
        self._unsettled: dict[str, None] = {}
        self._ends: dict[str, None] = {}  # blocks whose pins have gained or lost wires
        self._gone: list[Item] = []
        self._loose: list[HoldsWires] = []
        self._then: Callable[[], None] | None = None
        self._steps: Iterator[None] | None = None
        self._slices = Slices(self._go_on, parent)
        self.drawn: Callable[[], Iterable[None]] = tuple  # what follows when all is drawn, step by step

    @property
    def is_busy(self) -> bool:
        """Return whether something of the page is not drawn yet as the page has it."""
        return bool(self._blocks or self._wires or self._unsettled or self._steps is not None)

    @property
    def gone(self) -> int:
        """Return how many items have gone that are still in the scene."""
        return len(self._gone)

    def take(
        self, changed: Iterable[str], moved: Iterable[str], gone: Iterable[str], ends: Iterable[str]
    ) -> None:
        """Draw these blocks, and look at all wires, from the next turn; ``ends`` have lost wires already."""
        for block_id in moved:
            self._blocks.setdefault(block_id, False)
            self._unsettled[block_id] = None
        for block_id in changed:
            self._blocks[block_id] = True
            self._unsettled[block_id] = None
        self._unsettled.update(dict.fromkeys(gone))
        self._ends.update(dict.fromkeys(ends))
        self.again()

    def prepare(self) -> None:
        """Let it be known which pins the wires name, before single blocks are drawn or measured."""
        if self._steps is None:
            self._drawing.index_late_wires()

    def draw_now(self, ids: Iterable[str]) -> None:
        """Draw these blocks now, of those that wait."""
        waiting = [block_id for block_id in ids if block_id in self._blocks]
        if waiting:
            self.prepare()
        for block_id in waiting:
            self._draw(block_id, self._blocks.pop(block_id))

    def again(self) -> None:
        """Look at all wires again: the page has changed meanwhile."""
        self._wires = True
        self._steps = None
        self._slices.start()

    def take_out(
        self,
        items: Iterable[Item],
        then: Callable[[], None] | None = None,
        loose: Iterable[HoldsWires] = (),
    ) -> None:
        """Take items out of the scene later; whoever finds one there until then must look at its ``gone``.

        ``then`` is called when the last is out. ``loose`` is what else leads to them, and is freed later as well.
        """
        self._gone.extend(items)
        self._loose.extend(loose)
        self._then = then
        self._slices.start()

    def finish(self) -> None:
        """Draw all now."""
        if self.is_busy:
            self._slices.finish()

    def clear(self) -> None:
        """Forget what was to be drawn; take out what has gone."""
        self.forget()
        for item in self._gone:
            self._remove(item)
        self._gone.clear()
        self._loose.clear()

    def forget(self) -> None:
        """Forget what was to be drawn."""
        self._slices.stop()
        self._blocks.clear()
        self._unsettled.clear()
        self._ends.clear()
        self._wires, self._steps = False, None

    def _go_on(self, until: float) -> bool:
        """Do steps up to a moment; return whether some are left."""
        while self._gone and perf_counter() < until:
            for item in self._gone[-_AT_A_TIME:]:
                self._remove(item)
            del self._gone[-_AT_A_TIME:]
        while self._loose and perf_counter() < until:
            self._free(self._loose[-1])
        if self._then is not None and not (self._gone or self._loose):
            then, self._then = self._then, None
            then()
            return self._then is not None
        if self._gone or self._loose or not self.is_busy:
            return bool(self._gone or self._loose)
        if self._steps is None:
            self._steps = self._all_steps()
        for _ in self._steps:
            if perf_counter() > until:
                self._drawing.note_places()
                return True
        self._steps = None
        return False

    def _free(self, wires: HoldsWires) -> None:
        """Let go of some of what holds wires, as of the last block that has gone: it may have had thousands."""
        take = wires.pop if isinstance(wires, set) else wires.popitem
        for _ in range(min(_AT_A_TIME, len(wires))):
            take()
        if not wires:
            self._loose.pop()

    def _all_steps(self) -> Iterator[None]:
        """Yield after each step. What is left is noted outside of this, so that it can begin anew at any moment."""
        drawing, blocks = self._drawing, self._blocks
        drawing.index_late_wires()
        yield
        while blocks:
            block_id, whole = next(iter(blocks.items()))
            del blocks[block_id]
            self._draw(block_id, whole)
            yield
        ends = self._ends
        for at_wire in drawing.draw_wires():
            ends.update(dict.fromkeys(at_wire))
            yield
        while ends:
            end, _ = ends.popitem()
            drawing.draw_ends(end)
            yield
        self._wires = False
        settled = list(self._unsettled)
        self._unsettled.clear()
        drawing.settle_late(settled)
        yield
        yield from self.drawn()

    def _draw(self, block_id: str, whole: bool) -> None:
        if whole:
            self._drawing.draw_block(block_id)
        else:
            self._drawing.place_block(block_id)
