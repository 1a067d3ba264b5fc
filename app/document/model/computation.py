"""What the values of a page's blocks depend on, and which blocks compute something else than when the page was run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from app.document.model.diagram import Page, Scope
from app.document.model.topology import reachable

Writes = Callable[[str, str], bool]  # whether the pin of a symbol gives access to what its source holds


class BlockComputation(NamedTuple):
    """All that a block's values depend on, beside its sources' values."""

    symbol: str
    pins: Mapping[str, Any]
    off: bool
    wires: tuple[tuple[str, str], ...]  # input pin and source, in the order of the wires


class PageComputation(NamedTuple):
    """All that a page's values depend on."""

    scope: Scope
    blocks: Mapping[str, BlockComputation]


def computation_of(page: Page) -> PageComputation:
    """Return what a page computes now; later edits of the page leave it as it is."""
    wires: dict[str, list[tuple[str, str]]] = {}
    for wire in page.wires:
        target = str(wire.target).partition(".")[2]
        wires.setdefault(wire.target.block, []).append((target, str(wire.source)))
    return PageComputation(
        page.scope,
        {
            block.id: BlockComputation(
                block.symbol, dict(block.pins), block.off, tuple(wires.get(block.id, ()))
            )
            for block in page.blocks.values()
        },
    )


def changed_since(before: PageComputation, page: Page, writes: Writes) -> frozenset[str]:
    """Return the blocks of a page whose values may be others than those of ``before``.

    These are the blocks that compute something else themselves, and all behind them. A block that writes what another
    one holds (a Variable, a queue) makes that one's values others, too.
    """
    now = computation_of(page)
    if now.scope != before.scope:
        return frozenset(page.blocks)
    names = {*before.blocks, *now.blocks}
    changed = {name for name in names if before.blocks.get(name) != now.blocks.get(name)}
    if not changed:
        return frozenset()
    changed |= _written_before(before, changed, writes)
    next_of: dict[str, list[str]] = {}
    for wire in page.wires:
        next_of.setdefault(wire.source.block, []).append(wire.target.block)
        target = page.blocks.get(wire.target.block)
        if target is not None and writes(target.symbol, wire.target.pin):
            next_of.setdefault(target.id, []).append(wire.source.block)
    return frozenset(reachable(changed, lambda block: next_of.get(block, ())) & page.blocks.keys())


def _written_before(before: PageComputation, changed: set[str], writes: Writes) -> set[str]:
    """Return the blocks that those which are gone or changed had access to: what they hold may be other now."""
    found: set[str] = set()
    for name in changed:
        block = before.blocks.get(name)
        if block is not None:
            found |= {
                source.partition(".")[0]
                for pin, source in block.wires
                if writes(block.symbol, pin.partition("[")[0])
            }
    return found


def with_new_id(before: PageComputation, old: str, new: str) -> PageComputation:
    """Return the same computation with a block under another id."""

    def renamed(block: BlockComputation) -> BlockComputation:
        wires = tuple(
            (pin, new + source[len(old) :] if source.partition(".")[0] == old else source)
            for pin, source in block.wires
        )
        return block if wires == block.wires else block._replace(wires=wires)

    blocks = {new if name == old else name: renamed(block) for name, block in before.blocks.items()}
    return before._replace(blocks=blocks)
