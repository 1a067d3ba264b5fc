"""What is shown on blocks beside their look: problems that glow, run states, times."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.document.model.problems import Problem
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.page_items import PageItems

_RANK = {"info": 0, "warning": 1, "error": 2}


class BlockMarks:
    """Holds problems, states and times by block and puts them on the items, also on those made later."""

    def __init__(self, items: PageItems) -> None:
        """Start without any."""
        self._items = items
        self.problems: dict[str, list[Problem]] = {}
        self.related: dict[str, list[tuple[str, Problem]]] = {}  # by block: its pin, and whose problem it is
        self.waiting: dict[str, str] = {}  # block -> the block at fault that it waits for
        self.status: dict[str, str] = {}
        self.stale: Collection[str] = ()  # blocks whose state and results are of before a change of the page
        self.times: dict[str, tuple[str, float]] = {}

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Let the blocks and pins that have these problems glow, and no others."""
        before, related = self.problems, self.related
        self.problems, self.related = {}, {}
        for problem in problems:
            if not problem.block:
                continue
            self.problems.setdefault(problem.block, []).append(problem)
            for other in problem.related:
                block, dot, pin = other.partition(".")
                if dot and (block, pin) != (problem.block, problem.pin):
                    self.related.setdefault(block, []).append((pin, problem))
        self.renew(
            block
            for block in {*before, *self.problems, *related, *self.related}
            if before.get(block) != self.problems.get(block) or related.get(block) != self.related.get(block)
        )

    def set_waiting(self, waiting: Mapping[str, str]) -> None:
        """Show the blocks that cannot be judged for a fault before them; ``waiting`` names the block at fault."""
        changed = {b for b in {*self.waiting, *waiting} if (b in self.waiting) != (b in waiting)}
        self.waiting = dict(waiting)
        self.renew(changed)

    def update_faults(self) -> None:
        """Paint again what glows."""
        for block_id in {*self.problems, *self.related}:
            item = self._items.blocks.get(block_id)
            if item is not None:
                item.update()

    def problems_of(self, block: str) -> list[Problem]:
        """Return the problems of a block and of its pins."""
        return self.problems.get(block, [])

    def status_of(self, block: str) -> str:
        """Return a block's state in the last run, "" for none."""
        return self.status.get(block, "")

    def shown_status(self, block: str) -> str:
        """Return what stands on the block: its state in the last run, or "stale" where it was changed since."""
        status = self.status.get(block, "")
        return "stale" if status in ("done", "failed") and block in self.stale else status

    def of_pin(self, block: str, *names: str) -> list[Problem]:
        """Return the problems of a pin (under any of its names), its own and those that it has a part in."""
        own = [p for p in self.problems.get(block, ()) if p.pin is not None and _bare(p.pin) in names]
        return own + [p for pin, p in self.related.get(block, ()) if _bare(pin) in names and p not in own]

    def set_status(self, status: Mapping[str, str]) -> None:
        """Show each block's state in a run: waiting, running, done or failed; blocks not named show none."""
        changed = {b for b in {*self.status, *status} if self.status.get(b, "") != status.get(b, "")}
        self.status = dict(status)
        self.renew(changed)

    def set_stale(self, blocks: Collection[str]) -> None:
        """Show that what the last run has shown of these blocks is of before a change of the page."""
        changed = set(self.stale) ^ set(blocks)
        self.stale = blocks
        self.renew(changed)

    def set_times(self, times: Mapping[str, tuple[str, float]]) -> None:
        """Show what a step of each block takes: a text, and its share of the whole step (0 to 1)."""
        changed = {b for b in {*self.times, *times} if self.times.get(b) != times.get(b)}
        self.times = dict(times)
        self.renew(changed)

    def renew(self, blocks: Iterable[str] | None = None) -> None:
        """Put what is known on the items of these blocks (None: all)."""
        every = (self.problems, self.related, self.waiting, self.status, self.times)
        for block_id in {b for known in (*every, self.stale) for b in known} if blocks is None else blocks:
            item = self._items.blocks.get(block_id)
            if item is not None:
                item.status = self.shown_status(block_id)
                item.is_stale = block_id in self.stale
                item.time = self.times.get(block_id)
                item.waits = block_id in self.waiting
                self._mark(item)
                item.refresh()

    def _mark(self, item: BlockItem) -> None:
        """Set the worst severity of the block and of each pin."""
        item.problem, item.pin_problems, item.related_pins = "", {}, {}
        for problem in self.problems.get(item.block_id, ()):
            index = self._items.pin_index(item.block_id, problem.pin) if problem.pin else None
            if index is None:
                item.problem = max(item.problem or "info", problem.severity, key=_RANK.__getitem__)
            else:
                worst = item.pin_problems.get(index, "info")
                item.pin_problems[index] = max(worst, problem.severity, key=_RANK.__getitem__)
        for pin, problem in self.related.get(item.block_id, ()):
            index = self._items.pin_index(item.block_id, pin)
            if index is not None and index not in item.pin_problems:
                worst = item.related_pins.get(index, "info")
                item.related_pins[index] = max(worst, problem.severity, key=_RANK.__getitem__)


def _bare(pin: str) -> str:
    """Return a pin's name without the index of an element."""
    return pin.partition("[")[0]
