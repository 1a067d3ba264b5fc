"""What the values of a page's blocks depend on, and which blocks compute something else than when the page was run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from app.document.model.diagram import Block, Page, Scope
from app.document.model.topology import reachable
from app.document.model.uses import PagesOf, no_pages

_NO_SYMBOL = "\0"  # no symbol is called so
Writes = Callable[[str, str], bool]  # whether the pin of a symbol gives access to what its source holds


class BlockComputation(NamedTuple):
    """All that a block's values depend on, beside its sources' values."""

    symbol: str
    pins: Mapping[str, Any]
    off: bool
    device: str
    wires: tuple[tuple[str, str], ...]  # input pin and source, in the order of the wires
    inner: tuple[PageComputation, ...] = ()  # the pages that it stands for or names, and those that these use


class PageComputation(NamedTuple):
    """All that a page's values depend on."""

    scope: Scope
    blocks: Mapping[str, BlockComputation]


def computation_of(page: Page, pages_of: PagesOf = no_pages) -> PageComputation:
    """Return what a page computes now; later edits of the page leave it as it is.

    ``pages_of`` gives the pages of the project that a block stands for: they are a part of what it computes.
    """
    computed: dict[str, PageComputation] = {}
    behind: dict[str, tuple[PageComputation, ...]] = {}  # by the name of a page: it and what it uses

    def all_behind(start: Page) -> tuple[PageComputation, ...]:
        found, todo = {start.name: start}, [start]
        while todo:
            more = {p.name: p for b in todo.pop().blocks.values() for p in pages_of(b) if p.name not in found}
            found.update(more)
            todo += more.values()
        for name, other in found.items():
            if name not in computed:
                computed[name] = _by_itself(other, lambda _: (), pages_of)
        return tuple(computed[name] for name in found)

    def inner(block: Block) -> tuple[PageComputation, ...]:
        found: list[PageComputation] = []
        for named in pages_of(block):
            if named.name not in behind:
                behind[named.name] = all_behind(named)
            found += behind[named.name]
        return tuple(found)

    return _by_itself(page, inner, pages_of)


def _by_itself(
    page: Page, inner: Callable[[Block], tuple[PageComputation, ...]], pages_of: PagesOf
) -> PageComputation:
    wires: dict[str, list[tuple[str, str]]] = {}
    for wire in page.wires:
        target = str(wire.target).partition(".")[2]
        wires.setdefault(wire.target.block, []).append((target, str(wire.source)))

    def computed(block: Block) -> BlockComputation:
        pages = inner(block)
        symbol = (
            "" if any(True for _ in pages_of(block)) else block.symbol
        )  # the name of a page computes nothing
        wired = tuple(wires.get(block.id, ()))
        return BlockComputation(symbol, dict(block.pins), block.off, block.device, wired, pages)

    return PageComputation(page.scope, {block.id: computed(block) for block in page.blocks.values()})


def changed_since(
    before: PageComputation, page: Page, writes: Writes, pages_of: PagesOf = no_pages
) -> frozenset[str]:
    """Return the blocks of a page whose values may be others than those of ``before``.

    These are the blocks that compute something else themselves, and all behind them. A block that writes what another
    one holds (a Variable, a queue) makes that one's values others, too.
    """
    now = computation_of(page, pages_of)
    if now.scope != before.scope:
        return frozenset(page.blocks)
    names = {*before.blocks, *now.blocks}
    changed = {name for name in names if before.blocks.get(name) != now.blocks.get(name)}
    if not changed:
        return frozenset()
    return reached_by(page, changed | _written_before(before, changed, writes), writes)


def reached_by(page: Page, changed: Iterable[str], writes: Writes) -> frozenset[str]:
    """Return the blocks of a page whose values depend on what some blocks give, these among them."""
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


def without(before: PageComputation, blocks: Iterable[str]) -> PageComputation:
    """Return the computation in which these blocks compute what no page does: they count as changed from now on."""
    none = {name: before.blocks[name]._replace(symbol=_NO_SYMBOL) for name in blocks if name in before.blocks}
    return before._replace(blocks={**before.blocks, **none})


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
