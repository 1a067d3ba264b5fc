"""Problems and run states on the blocks: what glows and which badge it bears."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.document.problems import Problem
from app.editor.canvas.block_item import BlockItem
from app.editor.canvas.page_items import PageItems

_RANK = {"info": 0, "warning": 1, "error": 2}


class Marking:
    """Keeps problems and states by block and puts them on the items, also on those made later."""

    def __init__(self, items: PageItems) -> None:
        """Start without any."""
        self._items = items
        self.problems: dict[str, list[Problem]] = {}
        self.status: dict[str, str] = {}

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems and no others."""
        before = set(self.problems)
        self.problems = {}
        for problem in problems:
            if problem.block:
                self.problems.setdefault(problem.block, []).append(problem)
        self.renew(before | set(self.problems))

    def set_status(self, status: Mapping[str, str]) -> None:
        """Show these states and no others."""
        changed = {b for b in {*self.status, *status} if self.status.get(b, "") != status.get(b, "")}
        self.status = dict(status)
        self.renew(changed)

    def renew(self, blocks: Iterable[str] | None = None) -> None:
        """Put what is known on the items of these blocks (None: all)."""
        for block_id in [*self.problems, *self.status] if blocks is None else blocks:
            item = self._items.blocks.get(block_id)
            if item is not None:
                item.status = self.status.get(block_id, "")
                self._mark(item)
                item.refresh()

    def _mark(self, item: BlockItem) -> None:
        """Set the worst severity of the block and of each pin."""
        item.problem, item.pin_problems = "", {}
        for problem in self.problems.get(item.block_id, ()):
            index = self._items.pin_index(item.block_id, problem.pin) if problem.pin else None
            if index is None:
                item.problem = max(item.problem or "info", problem.severity, key=_RANK.__getitem__)
            else:
                worst = item.pin_problems.get(index, "info")
                item.pin_problems[index] = max(worst, problem.severity, key=_RANK.__getitem__)
