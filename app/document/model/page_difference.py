"""How two states of a page differ, as data that can travel: a few texts and wires, or more than is worth following."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from operator import is_, not_

import msgspec

from app.document.model.diagram import Block, Page, Wire, copy_block

_PORTIONS = (4096, 256, 16, 1)  # wires that are compared at once, the fewer the nearer the difference is
_MOST = 200  # blocks and wires that differ; beyond that the whole page is looked at anew


class PageDifference(msgspec.Struct, frozen=True, kw_only=True):
    """What leads from one state of a page to the next: other texts in the same blocks, wires gone and wires added.

    All else that a plan is made of is the same in both states.
    """

    blocks: tuple[Block, ...] = ()  # as they are now
    removed: tuple[int, ...] = ()  # places of wires among the old ones, ascending
    added: tuple[tuple[int, Wire], ...] = ()  # wires with their places among the new ones, ascending

    def __bool__(self) -> bool:
        """Return whether there is any difference."""
        return bool(self.blocks or self.removed or self.added)


def difference(old: Page, new: Page) -> PageDifference | None:
    """Return how two states of a page differ; None where more than texts and wires differs, or too much.

    Quick where both share what is the same in them, as copies of `SharedCopies` do. What a plan is not made of, such
    as places, labels and routes, counts as the same.
    """
    if (old.name, old.scope, old.run, old.seeds) != (new.name, new.scope, new.run, new.seeds):
        return None
    if old.monitors is not new.monitors and _shown(old) != _shown(new):
        return None
    blocks = _changed_blocks(old, new)
    wires = _changed_wires(old.wires, new.wires)
    if blocks is None or len(blocks) + len(wires[0]) + len(wires[1]) > _MOST:
        return None
    return PageDifference(blocks=tuple(blocks), removed=tuple(wires[0]), added=tuple(wires[1]))


def apply_difference(page: Page, difference: PageDifference) -> list[Wire]:
    """Lead a page to its next state; return the wires that went."""
    for block in difference.blocks:
        page.blocks[block.id] = copy_block(block)
    removed = [page.wires[place] for place in difference.removed]
    for place in reversed(difference.removed):
        del page.wires[place]
    for place, wire in difference.added:
        page.wires.insert(place, wire)
    return removed


def _shown(page: Page) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, monitor.pins) for name, monitor in page.monitors.items()]


def _changed_blocks(old: Page, new: Page) -> list[Block] | None:
    """Return the blocks of other texts; None where blocks came, went, or are of another kind."""
    if old.blocks is new.blocks:
        return []
    if len(old.blocks) != len(new.blocks):
        return None
    same = bytes(map(is_, old.blocks.values(), new.blocks.values()))
    if same.count(0) > len(same) // 2 + _MOST:
        return None
    found = []
    others = map(not_, same)
    pairs = zip(old.blocks.values(), new.blocks.values(), strict=True)
    for before, after in compress(pairs, others):
        if _kind(before) != _kind(after):
            return None
        if before.pins != after.pins or list(before.pins) != list(after.pins):
            found.append(after)
    return found


def _kind(block: Block) -> tuple[str, str, bool, str]:
    return block.id, block.symbol, block.off, block.device


def _changed_wires(old: Sequence[Wire], new: Sequence[Wire]) -> tuple[list[int], list[tuple[int, Wire]]]:
    """Return the places of the wires that went, and those that came with theirs."""
    if old is new:
        return [], []
    start = _alike_at_start(old, new)
    end = _alike_at_end(old, new, min(len(old), len(new)) - start)
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    staying = set(map(id, before)) & set(map(id, after))
    in_order = [w for w in before if id(w) in staying], [w for w in after if id(w) in staying]
    if len(in_order[0]) != len(in_order[1]) or not all(map(is_, *in_order)):
        staying = set()  # their order has changed: all of them go and come
    removed = [start + i for i, w in enumerate(before) if id(w) not in staying]
    added = [(start + i, w) for i, w in enumerate(after) if id(w) not in staying]
    if removed == [place for place, _ in added] and _same_ends([old[i] for i in removed], added):
        return [], []  # other routes only
    return removed, added


def _same_ends(old: Sequence[Wire], new: Sequence[tuple[int, Wire]]) -> bool:
    return all((a.source, a.target) == (b.source, b.target) for a, (_, b) in zip(old, new, strict=True))


def _alike_at_start(old: Sequence[Wire], new: Sequence[Wire]) -> int:
    """Return how many wires are alike from the beginning on; quick where they are the same ones."""
    most, at = min(len(old), len(new)), 0
    for portion in _PORTIONS:
        while at + portion <= most and old[at : at + portion] == new[at : at + portion]:
            at += portion
    return at


def _alike_at_end(old: Sequence[Wire], new: Sequence[Wire], most: int) -> int:
    """Return how many wires are alike from the end back, at most so many."""
    before, after, at = len(old), len(new), 0
    for portion in _PORTIONS:
        while (
            at + portion <= most
            and old[before - at - portion : before - at] == new[after - at - portion : after - at]
        ):
            at += portion
    return at
