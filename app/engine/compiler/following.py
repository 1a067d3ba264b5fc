"""Plans one page again and again: after an edit of texts and wires only what the edit touches is looked at.

The plan is equal, in every member, to the one that `make_plan` gives. How it is followed:

1. `page_difference` says which texts and wires differ. Where anything else does (blocks that came or went, a scope, the
   run settings), and on pages with cycles or with wires that lead nowhere, the page is planned anew.
2. The structure check looks again at the blocks that were touched, and at those whose texts may name files.
3. The touched blocks are lowered again, then those behind them as long as anything in them changes (`pieces`); where
   one of these calls pages, all is planned anew.
4. Sessions, the order of a step and the rest follow where the change leaves them as they are (`step_following`); else
   they are assembled anew, of blocks that are lowered and checked already.

Whatever does not fit raises CannotFollow, and the page is planned anew: that is always right.
"""

from __future__ import annotations

import dataclasses
import heapq
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from app.document.model.diagram import ArrayRef, Block, Page, Wire
from app.document.model.function_page import ARGUMENT
from app.document.model.page_difference import PageDifference, apply_difference, difference
from app.document.model.problems import Problem
from app.document.model.topology import WireIndex, closes_loop, stays_sorted, topological_order
from app.document.resources.archives import Archives, StoredArchives
from app.document.resources.companion_files import Companions
from app.document.resources.inlining import FollowedInlining, inlined
from app.document.resources.own_blocks import OwnBlocks
from app.document.resources.references import FileTexts, may_name_files
from app.document.resources.search_path import located_blocks, missing_among, user_folders, written_names
from app.engine.compiler.assembly import assemble
from app.engine.compiler.collector import without_collector
from app.engine.compiler.elements import begun_by, lowering_order
from app.engine.compiler.live_plan import LivePlan
from app.engine.compiler.make_plan import lowered, usable_seed
from app.engine.compiler.page_check import at_uses, checked_page, drawn_part, problems_within
from app.engine.compiler.pieces import (
    NOTHING,
    Piece,
    lowered_again,
    pieces_of,
    put_in_order,
    put_piece,
)
from app.engine.compiler.plan import Gradients, Plan, PlanNode
from app.engine.compiler.plan_problems import with_missing
from app.engine.compiler.restore_v1 import REWRITES
from app.engine.compiler.step_following import CannotFollow, StepFollowing
from app.engine.compiler.use_blocks import arranged, readers_of_texts
from blocks.catalog import Catalog
from blocks.op_facts.functions import CALLS
from blocks.op_facts.side_effects import EFFECTS
from blocks.op_facts.traits import BACK_EDGES, MERGES


class Planner:
    """The plan of one page as it is edited. Not for several threads at once."""

    def __init__(self, everything: bool = False, fetch: Sequence[str] = ()) -> None:
        """Begin with no page; ``everything`` and ``fetch`` are those of `make_plan`."""
        self._everything, self._fetch = everything, fetch
        self._given: Page | None = None
        self._companions: Companions | None = None
        self._followed: FollowedPage | None = None

    def plan(
        self,
        page: Page,
        folder: Path,
        data: Sequence[Path] | None = None,
        own: OwnBlocks | None = None,
        companions: Companions | None = None,
        shown: tuple[str, ...] = (),
    ) -> Plan:
        """Return the plan of the page as it is now; all but the page is as for `make_plan`.

        ``companions``: which files beside the project may be read (None: as of a saved project). ``shown`` are
        addresses within uses, or patterns of them, that sessions show as well where they run them.

        The page given must not change afterwards: it is compared with the next one. That is quick where both share
        what is the same in them (see `SharedCopies`).
        """
        places = (folder, tuple(user_folders() if data is None else data))
        companions = companions or Companions.of(*places)
        followed, before = self._followed, self._given
        self._followed = None  # should anything be raised, the next page is planned anew
        if (
            followed is not None
            and before is not None
            and (followed.places, followed.shown) == (places, shown)
            and self._companions == companions
        ):
            change = difference(before, page)
            if change is not None and followed.follow(change, own):
                self._followed, self._given = followed, page
                return followed.plan
        with without_collector():
            if own is None:
                own = OwnBlocks.on([page], folder)
            archives = StoredArchives(companions)
            self._companions = companions
            self._followed = FollowedPage(page, *places, own, archives, self._everything, shown, self._fetch)
            self._given = page
        return self._followed.plan


class FollowedPage:
    """A planned page, with all that is needed to plan it again after a change.

    ``drawn`` is the page as it is drawn, ``flat`` the same with uses put in, ``page`` that with files led to where they
    lie.
    ``place`` is where each block stands in the order of the plan, ``changed`` are the blocks that the last change has
    changed in the plan, or of which wires went or came; None where anything else has, too.
    """

    def __init__(
        self,
        page: Page,
        folder: Path,
        data: tuple[Path, ...],
        own: OwnBlocks,
        archives: Archives,
        everything: bool = False,
        shown: tuple[str, ...] = (),
        fetch: Sequence[str] = (),
    ) -> None:
        """Plan a page anew; ``archives`` knows its arrays, and is asked again where an edit is followed."""
        self.places, self.shown, self._fetch = (folder, data), shown, fetch
        self.changed: Collection[str] | None = None
        self._own = own
        self._everything = everything
        whole = inlined(page, own.pages)
        self.drawn = replace(page, blocks=dict(page.blocks), wires=list(page.wires))
        self.flat, self._inlining = self.drawn, None
        self.catalog = own.catalog()
        self._drawn_wires = self.wires = WireIndex(self.drawn.wires)
        if whole.uses:
            self._inlining = FollowedInlining(self.drawn, whole, own.pages)
            self.flat = replace(whole.page, blocks=dict(whole.page.blocks), wires=list(whole.page.wires))
            self.wires = WireIndex(self.flat.wires)
        self._outside = {
            b.id for b in self.flat.blocks.values() if b.pins and _looks_outside(b, self.catalog)
        }
        led = self._located()
        self.page = replace(self.flat, blocks={**self.flat.blocks, **led})
        self._whole = whole = dataclasses.replace(whole, page=self.page)
        sorted_page = topological_order(self.page)
        seed, self._seed_faults = usable_seed(page.scope.seed)
        self._archives = archives
        self._part = self.page if self._inlining is None else drawn_part(self.drawn, whole)
        self._check = checked_page(self.drawn, whole, self.catalog, folder, archives, own)
        self._within = problems_within(whole, sorted_page.cycles, self.catalog, folder, archives, own)
        self._rank = {block: i for i, block in enumerate(self.page.blocks)}
        order = lowering_order(self.page, self.catalog, sorted_page.order)
        self.low = lowered(whole, folder, archives, order, seed, own, data)
        self._order = arranged(self.low, sorted_page.order)
        self._sort(sorted_page.order)
        self._looking: dict[str, list[str]] | None = None  # see `readers_of_texts`; once it is asked
        self._pieces = pieces_of(self.low)
        self._assembled = assemble(
            self.low, self._order, self._checked(), fetch, everything=everything, shown=shown
        )
        self._has_loops = any(s.op in BACK_EDGES for s in self.low.symbols.values())
        ends = self.wires.leaving.keys() | self.wires.entering.keys()
        self._is_followed = (
            not any(b.symbol == ARGUMENT for b in page.blocks.values())
            and not sorted_page.cycles
            and ends <= self.flat.blocks.keys()
            and not begun_by(self.page, self.catalog)
            and self._are_calls_settled()
        )
        self._begin_steps()

    @property
    def plan(self) -> Plan:
        """Return the plan of the page's present state."""
        return self.live.plan

    @property
    def live(self) -> LivePlan:
        """Return the parts of that plan."""
        return self._steps.live

    def nodes_of(self, block: str) -> tuple[PlanNode, ...]:
        """Return the nodes of a block as they are in the plan; what the order of a step adds is not among them."""
        return self._steps.nodes_of(block)

    def gradient_of(self, block: str) -> Gradients | None:
        """Return the gradient of a block as it is in the plan."""
        return self._steps.gradient_of(block)

    def outputs_of(self, block: str) -> list[str]:
        """Return the keys of a block's results."""
        return [f"{block}.{pin}" for pin, _ in self._pieces.get(block, NOTHING).gives]

    def _begin_steps(self) -> None:
        self.place = {block: i for i, block in enumerate(self._order)}
        self._steps = StepFollowing(
            self.low, self._order, self._pieces, self.wires, self._assembled, self._everything, self.shown
        )

    def _are_calls_settled(self) -> bool:
        """Return whether pages that blocks call stay as they are beside a change: none looks at files, or is watched.

        None takes Variables by reference either, as the order of the step is then that of whole pages.

        A block that calls and cannot be built says why only when it is lowered.
        """
        calling = [b for b, s in self.low.symbols.items() if s.op in CALLS]
        functions = self.low.functions
        if not calling or functions is None:
            return True
        if functions.take_handles or functions.rounds.is_watching or not self.low.waiting.isdisjoint(calling):
            return False
        blocks = (block for page in functions.pages() for block in page.blocks.values())
        return not any(_looks_outside(block, self.catalog) for block in blocks)

    def follow(self, change: PageDifference, own: OwnBlocks | None) -> bool:
        """Follow a change; where it returns False the page must be planned anew, as nothing here is right any more.

        ``own`` is what is known now of the blocks that are not of the catalog (None: it is looked up).
        """
        self.changed = None
        removed = apply_difference(self.drawn, change)
        if not self._is_followed or (self._fetch and (removed or change.added)):
            return False
        flat = change if self._inlining is None else self._inlining.changed(change)
        if flat is None:
            return False
        if own is None:
            own = self._own.again(self.places[0])
        if own != self._own:
            return False
        try:
            self._follow_drawn(change, removed)
            self._follow(flat, removed if self._inlining is None else apply_difference(self.flat, flat))
        except CannotFollow:
            return False
        return True

    def _follow_drawn(self, change: PageDifference, removed: Sequence[Wire]) -> None:
        """Take over what has changed of the page as it is drawn, for the check of it."""
        self._touched_here = [*removed, *[wire for _, wire in change.added]]
        self._texts_here = {block.id for block in change.blocks}
        if self._inlining is not None:
            if any(w.target.block not in self.drawn.blocks for w in self._touched_here):
                raise CannotFollow
            self._drawn_wires.follow(self.drawn.wires, removed, change.added)

    def _check_again(self, blocks: Collection[str]) -> None:
        """Check again what is drawn of some blocks, and what the change has touched."""
        here = self._part.blocks
        if self._inlining is not None:
            uses = self._whole.uses
            for name in (here.keys() & blocks) | self._texts_here:
                here[name] = self.drawn.blocks[name] if name in uses else self.page.blocks[name]
            if any(name in self._whole.within for name in self._outside):
                places = self.places[0], self._archives, self._own
                self._within = problems_within(self._whole, (), self.catalog, *places)
            blocks = here.keys() & blocks
        self._check.run_again(
            self._part, self._texts_here | set(blocks), self._touched_here, self._drawn_wires
        )

    def _follow(self, change: PageDifference, removed: Sequence[Wire]) -> None:
        """Follow a change of the page with uses put in."""
        texts = {block.id for block in change.blocks}
        touched = [*removed, *[wire for _, wire in change.added]]
        ends = {end.block for wire in touched for end in (wire.source, wire.target)}
        if not ends <= self.flat.blocks.keys():
            raise CannotFollow
        self.wires.follow(self.flat.wires, removed, change.added)
        again = texts | self._outside
        for block in change.blocks:
            (self._outside.add if _looks_outside(block, self.catalog) else self._outside.discard)(block.id)
        again |= self._outside
        if any(block.symbol == "ClientSession" for block in change.blocks):
            raise CannotFollow  # its texts say when it runs
        self._take_blocks(again)
        is_sorted = self._follow_order(touched, self._take_wires(touched))
        self._check_again(again)
        changed = self._lower_again(again | self._looking_at(texts), touched)
        checked = self._checked()
        if is_sorted and self._steps.follow(changed, touched, checked):
            self.changed = changed.keys() | {w.target.block for w in touched}
            return
        put_in_order(self.low, self._order, self._pieces)
        self._assembled = assemble(
            self.low, self._order, checked, self._fetch, everything=self._everything, shown=self.shown
        )
        self._begin_steps()

    # --- files

    def _located(self) -> dict[str, Block]:
        """Return the blocks of which texts name files that lie elsewhere, these led there."""
        texts = list(self._file_texts(self.flat).of(self._outsiders(self.flat)))
        return located_blocks(self.flat, texts, *self.places)

    def _file_texts(self, page: Page) -> FileTexts:
        return FileTexts(page, self.catalog, self.wires)

    def _outsiders(self, page: Page) -> list[Block]:
        """Return the blocks whose texts may name files, in file order."""
        if len(self._outside) > 1:
            return [page.blocks[name] for name in page.blocks if name in self._outside]
        return [page.blocks[name] for name in self._outside]

    def _take_blocks(self, blocks: Collection[str]) -> None:
        """Take over blocks as they are drawn, with files led to where they lie now."""
        for name in blocks:
            block = self.page.blocks[name] = self.flat.blocks[name]
            (self.low.placed.add if block.device else self.low.placed.discard)(name)
        if self._outside:
            self.page.blocks.update(self._located())

    def _checked(self) -> list[Problem]:
        """Return the problems of the check, and of files that are not there."""
        missing: list[Problem] = []
        written: frozenset[str] = frozenset()
        if self._outside:
            texts = list(self._file_texts(self.page).of(self._outsiders(self.page)))
            missing = at_uses(missing_among(texts, *self.places), self._whole)
            written = written_names(texts)
        found = self._check.found
        order = self._part.blocks if len(found) > 50 else sorted(found.keys() - {""}, key=self._rank_of)
        checked = [*self._check.problems(order), *self._within]
        return [*with_missing(checked, missing, written), *self._seed_faults]

    def _rank_of(self, block: str) -> int:
        return self._rank[block]

    # --- order and blocks

    def _sort(self, order: list[str]) -> None:
        """Take the order of the blocks, sources first, before Arguments that wait stand where they do."""
        self._sorted, self._sorted_place = order, {block: i for i, block in enumerate(order)}
        self._is_in_file_order = order == [b.id for b in self.page.blocks.values() if not b.off]

    def _follow_order(self, touched: Iterable[Wire], do_others_wait: bool) -> bool:
        """Sort the blocks anew where that is necessary; return whether their order has stayed.

        ``do_others_wait``: other Arguments than before have a wire that brings them something.
        """
        counting = [(w.source.block, w.target.block) for w in touched if self._orders(w)]
        if not counting:
            return True
        place = self._sorted_place
        if not do_others_wait and all(place[source] < place[target] for source, target in counting):
            if self._is_in_file_order:
                return True
            if stays_sorted(self._sorted, place, self._rank, self._sources, counting):
                return True
        sorted_page = topological_order(self.page)
        if sorted_page.cycles:
            raise CannotFollow
        order = arranged(self.low, sorted_page.order)
        self._sort(sorted_page.order)
        if order == self._order:
            return True
        self._order = order
        self.place = {block: i for i, block in enumerate(order)}
        if self.low.pins:
            self.low.place = self.place
        return False

    def _orders(self, wire: Wire) -> bool:
        """Return whether a wire counts for the order of the blocks."""
        source, target = wire.source.block, wire.target.block
        blocks = self.page.blocks
        return (
            source in self.place
            and target in self.place
            and not closes_loop(blocks[source].symbol, blocks[target].symbol)
        )

    def _sources(self, block: str) -> list[str]:
        return [w.source.block for w in self.wires.entering.get(block, ()) if self._orders(w)]

    def _looking_at(self, blocks: Iterable[str]) -> set[str]:
        """Return the blocks that look at the texts of others, not only at what these give."""
        found = {w.target.block for block in blocks for w in self.wires.leaving.get(block, ())}
        symbols = self.low.symbols
        return {b for b in found if b in symbols and (symbols[b].op is None or symbols[b].op in REWRITES)}

    def _lower_again(
        self, blocks: Collection[str], touched: Iterable[Wire]
    ) -> dict[str, tuple[Piece, Piece]]:
        """Lower blocks again, and what is behind them as far as anything changes; return what has."""
        low, place = self.low, self.place
        first = {*blocks, *[w.target.block for w in touched]}
        if low.pins and self._looking is None:
            self._looking = readers_of_texts(low, self.wires.entering)
        looking = self._looking or {}
        first |= {argument for block in first for argument in looking.get(block, ())}
        todo = [(place[b], b) for b in first if b in low.symbols]
        heapq.heapify(todo)
        met = {block for _, block in todo}
        changed: dict[str, tuple[Piece, Piece]] = {}
        while todo:
            _, block = heapq.heappop(todo)
            symbol = low.symbols[block]
            if (self._has_loops and symbol.op in MERGES) or symbol.op in CALLS:
                raise CannotFollow  # what it takes was lowered after it; or its functions would be made again
            old, new = self._pieces.get(block, NOTHING), lowered_again(low, block)
            if new != old:
                changed[block] = (old, new)
                self._pieces[block] = new
                put_piece(low, block, old, new)
            elif new.nodes or not new.outs:
                continue  # else its outputs are other blocks' tensors, which may have changed
            for wire in self.wires.leaving.get(block, ()):
                behind = wire.target.block
                if behind in low.symbols and behind not in met:
                    met.add(behind)
                    heapq.heappush(todo, (place[behind], behind))
            for argument in looking.get(block, ()):
                if argument not in met and place[argument] > place[block]:
                    met.add(argument)
                    heapq.heappush(todo, (place[argument], argument))
        return changed

    def _take_wires(self, touched: Iterable[Wire]) -> bool:
        """Let the lowering know the wires to the pins of which any went or came.

        Return whether an Argument has a wire that had none, or the other way round.
        """
        low, do_others_wait = self.low, False
        for block in {w.target.block for w in touched}:
            had_any = block in low.wires.entering
            low.wires.renew(block, self.wires.entering.get(block, ()))
            do_others_wait |= block in low.pins and had_any != (block in low.wires.entering)
        return do_others_wait


def _looks_outside(block: Block, catalog: Catalog) -> bool:
    """Return whether what a block is depends, or may depend, on files: these may change without an edit."""
    if may_name_files(block) or any(isinstance(text, ArrayRef) for text in block.pins.values()):
        return True
    symbol = catalog.get(block.symbol)
    return symbol is not None and (symbol.op in EFFECTS or symbol.op in REWRITES)
