"""Follows what is assembled of lowered blocks (`assembly`) after an edit: sessions, the order of a step, the plan.

A change of texts that leaves all tensors as they are needs nothing but the nodes exchanged. A change of wires is
followed where the order of a step stays: the blocks use no reference, what they depend on stays (`Writers.masks`), and
no loop, no fed value and nothing that is shown apart from the sessions is about. All else is assembled anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import chain

from msgspec.structs import replace

from app.document.model.diagram import Wire
from app.document.model.problems import Problem
from app.document.model.topology import WireIndex
from app.engine.compiler.assembly import Assembled, are_warned_of, warnings_across
from app.engine.compiler.cross_checks import is_looked_at
from app.engine.compiler.endpoints import Endpoint
from app.engine.compiler.live_plan import LivePlan
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.pieces import NOTHING, Piece
from app.engine.compiler.plan import Gradients, PlanNode
from app.engine.compiler.plan_problems import joined_problems
from app.engine.compiler.plan_walk import sources_of, upstream_nodes
from app.engine.compiler.sessions import RUN_PINS, Draft, ends_of_page, fetch_of, targets_of, used_by
from blocks.op_facts.datasets import TAKING_DATA
from blocks.op_facts.functions import CALLS
from blocks.op_facts.traits import BACK_EDGES, EXITS, FRAMES, MAKES_REF, MERGES, PASSING_REF, SWITCHES

Changed = Mapping[str, tuple[Piece, Piece]]  # by block, what it was lowered to before, and is now

_ORDERING = SWITCHES | MERGES | FRAMES | EXITS | BACK_EDGES | MAKES_REF | PASSING_REF | TAKING_DATA


class CannotFollow(Exception):
    """A change does not fit what is known: the page must be planned anew."""


class StepFollowing:
    """The assembled plan of a page; ``live`` has it in its present state."""

    def __init__(
        self,
        low: Lowering,
        order: Sequence[str],
        pieces: Mapping[str, Piece],
        wires: WireIndex,
        assembled: Assembled,
        everything: bool,
        shown: Sequence[str] = (),
    ) -> None:
        """Take what `assemble` has made. The lowering and its pieces are followed by the caller.

        ``shown`` are outputs within uses that sessions show as well where they run them.
        """
        self._shows_within = bool(shown)
        self._blocks_of_uses: dict[str, list[str]] | None = None  # once it is asked
        self._low, self._pieces, self._wires = low, pieces, wires
        plan, self._drafted, graph, step = assembled
        self._graph, self._step_order, self._looped = graph, step.order, bool(plan.looped)
        used = used_by(self._drafted.sessions)
        known = [block for block in order if block in low.symbols]
        self.live = LivePlan(low, known, pieces, assembled, used, everything)
        self._order, self._nodes = known, self.live.nodes
        self._adapted: set[str] = set()  # nodes that the order of a step has changed
        if step.order.changes or self._looped:
            self._find_adapted()
        self._faulty = {block for block, piece in pieces.items() if piece.problems}
        of_blocks = sum(len(pieces[block].problems) for block in self._faulty)
        self._of_drafts = low.problems[of_blocks:]
        self._has_handles = any(_is_handle(end) for end in low.outs.values())
        self._has_feeds = any(d.feeds for d in self.live.drafts)
        self._has_circles = any(symbol.op in BACK_EDGES for symbol in low.symbols.values())
        looked_at = self._drafted.looked_at
        self._shows_more = any(key.split(".", 1)[0] not in used or key.endswith("]") for key in looked_at)
        self._needed: set[str] | None = None  # nodes that decide on the order, once it is asked
        self._masks = dict(step.order.masks)
        self._place = self.live.place

    def _find_adapted(self) -> None:
        low, graph = self._low, self._graph
        for name, node in graph.nodes.items():
            lowered = low.nodes.get(name)
            if lowered is None:
                self.live.helpers.append(node)
            elif lowered is not node:
                self._adapted.add(name)
        for block in {low.nodes[name].block for name in self._adapted}:
            self.live.put_nodes(block, tuple([graph.nodes[node.name] for node in self._nodes[block]]))
        self._adapted |= {name for name, g in graph.gradients.items() if low.gradients[name] is not g}

    def follow(self, changed: Changed, touched: Sequence[Wire], checked: Sequence[Problem]) -> bool:
        """Follow a change of pieces and wires; return False where the plan must be assembled anew.

        ``checked`` are the problems of the check now.
        """
        other = {b: p for b, p in changed.items() if not _have_same_structure(*p)}
        if not self._put_values({b: p for b, p in changed.items() if b not in other}):
            return False
        if (other or touched) and not self._follow_structure(other, touched):
            return False
        self.live.put_problems(self._problems(changed, checked))
        return True

    def nodes_of(self, block: str) -> tuple[PlanNode, ...]:
        """Return the nodes of a block as they are in the plan; what the order of a step adds is not among them."""
        return self._nodes.get(block, ())

    def gradient_of(self, block: str) -> Gradients | None:
        """Return the gradient of a block as it is in the plan."""
        return self._graph.gradients.get(block)

    # --- texts

    def _put_values(self, changed: Changed) -> bool:
        """Exchange nodes that differ in values and attrs only."""
        for block, (old, new) in changed.items():
            final = []
            for before, now, known in zip(old.nodes, new.nodes, self._nodes[block], strict=True):
                if before.name in self._adapted:
                    if before.attrs != now.attrs:
                        return False
                    now = replace(known, value=now.value)
                self._graph.nodes[now.name] = now
                final.append(now)
            self.live.put_nodes(block, tuple(final))
        return True

    # --- wires

    def _follow_structure(self, changed: Changed, touched: Sequence[Wire]) -> bool:
        """Follow blocks that give other tensors or take others, and wires that went or came."""
        if self._looped or self._has_feeds or self._shows_more:
            return False
        if not (FRAMES | EXITS | TAKING_DATA).isdisjoint(self._graph.ops):
            return False
        if any((old.call is None) != (new.call is None) for old, new in changed.values()):
            return False
        if self._of_drafts or any(self._is_bound_to_order(old, new) for old, new in changed.values()):
            return False
        self._put_nodes(changed)
        if self._step_order.changes and not self._masks_stay(changed):
            return False
        if not self._follow_upstream(touched):
            return False
        others = {b: p for b, p in changed.items() if p[0].outs != p[1].outs}
        for block, (old, new) in others.items():
            keys = [f"{block}.{pin}" for pin, _ in old.gives]
            fetches = [fetch_of(f"{block}.{pin}", end) for pin, end in new.gives]
            self.live.put_outputs(block, keys, fetches)
        return self._follow_targets(others, touched)

    def _is_bound_to_order(self, old: Piece, new: Piece) -> bool:
        """Return whether a change of a block may change the order of a step, or what is fed in it."""
        if old.reads != new.reads or (old.gradient is None) != (new.gradient is None):
            return True
        return any(
            piece.ref_uses
            or piece.variable is not None
            or any(end.is_ref or end.feed is not None for _, end in piece.outs)
            or any(n.op in _ORDERING for n in piece.nodes)
            for piece in (old, new)
        )

    def _put_nodes(self, changed: Changed) -> None:
        graph = self._graph
        for block, (old, new) in changed.items():
            known = {n.name: n for n in self._nodes[block]}
            if _names(old) != _names(new):
                for name in known:
                    del graph.nodes[name]
            nodes = tuple([self._led_node(n, new, known.get(n.name), old) for n in new.nodes])
            graph.nodes.update((n.name, n) for n in nodes)
            if new.gradient is not None:
                graph.gradients[block] = self._led_gradient(new.gradient, new)
            self.live.put_nodes(block, nodes)
            graph.ops.update(n.op for n in nodes)
            self._has_handles = self._has_handles or any(_is_handle(end) for _, end in new.outs)
        if self._reads_in_order and any(_names(old) != _names(new) for old, new in changed.values()):
            self._put_graph_in_order()

    def _led_node(self, node: PlanNode, piece: Piece, known: PlanNode | None, old: Piece) -> PlanNode:
        """Return a node as the order of the step leaves it: led to what it reads, behind what it waits for."""
        if node.name not in self._adapted or known is None:
            return node
        inputs = list(node.inputs)
        for name, position, ref in piece.reads:
            if name == node.name:
                inputs[position] = self._step_order.value_of(ref)
        before = next(n for n in old.nodes if n.name == node.name)
        return replace(node, inputs=inputs + known.inputs[len(before.inputs) :])

    def _led_gradient(self, gradient: Gradients, piece: Piece) -> Gradients:
        refs = [*gradient.ys, *gradient.xs]
        for _, position, ref in piece.reads:
            refs[position] = self._step_order.value_of(ref)
        count = len(gradient.ys)
        return Gradients(name=gradient.name, ys=tuple(refs[:count]), xs=tuple(refs[count:]))

    def _put_graph_in_order(self) -> None:
        nodes, outs = self._graph.nodes, self._low.outs
        ordered = [*chain.from_iterable(map(self._nodes.__getitem__, self._order)), *self.live.helpers]
        nodes.clear()
        nodes.update((n.name, n) for n in ordered)
        ends = [
            ((b, pin), end) for b in self._order if b in self._pieces for pin, end in self._pieces[b].outs
        ]
        outs.clear()
        outs.update(ends)

    @property
    def _reads_in_order(self) -> bool:
        """Return whether problems are looked for among all nodes, one after the other."""
        return self._warns or any(map(is_looked_at, self._graph.ops))

    @property
    def _warns(self) -> bool:
        """Return whether the page is one of those that are warned of what stands across blocks."""
        return self._has_handles or are_warned_of(self._graph.ops)

    def _masks_stay(self, changed: Changed) -> bool:
        """Return whether all depend on the same Variables and Switches as before; what is new is taken in."""
        masks = self._masks
        if self._step_order.sorted_by_need:
            if self._needed is None:
                self._needed = upstream_nodes(self._low, self._step_order.sorted_by_need)
            if any(name in self._needed for pieces in changed.values() for p in pieces for name in _names(p)):
                return False
        for block in sorted(changed, key=self._place.__getitem__):
            old, new = changed[block]
            names = _names(new)
            for name in names:
                mask = 0
                for source in sources_of(self._low, name):
                    mask |= masks.get(source, 0)
                known = masks.get(name)
                if known != mask and (known is not None or mask & 1):
                    return False
                masks[name] = mask
            for name in set(_names(old)) - set(names):
                masks.pop(name, None)
        return True

    # --- sessions

    def _follow_upstream(self, touched: Sequence[Wire]) -> bool:
        """Follow what the sessions run."""
        if self.live.drafts[0].block == "":
            return True  # a page without sessions runs all
        sessions = {d.block for d in self.live.drafts}
        symbols = self._low.symbols
        counting = [w for w in touched if w.source.block in symbols and w.target.block in symbols]
        if any(w.source.block in sessions for w in counting):
            return False
        if any(w.target.block in sessions and w.target.pin not in RUN_PINS for w in counting):
            return False
        for draft in self.live.drafts:
            ends = [w.target.block for w in counting]
            if self._has_circles and any(b in draft.upstream or b == draft.block for b in ends):
                return False  # where wires make circles, a block may be needed by itself alone
            come, lost = self._upstream_change(draft, counting)
            if not come and not lost:
                continue
            if len(self.live.drafts) > 1 or self._shows_within:
                return False  # what two sessions reach is shown by one of them
            if self._step_order.changes and any(map(self._shapes_order, come | lost)):
                return False
            if any(symbols[block].op in CALLS for block in come | lost if block in symbols):
                return False  # other functions are called
            self.live.put_used(come, lost)
        return True

    def _upstream_change(self, draft: Draft, touched: Sequence[Wire]) -> tuple[set[str], set[str]]:
        """Return the blocks that a session needs now and did not, and those that it does no longer."""
        known, session = draft.upstream, draft.block
        ends = [w.source.block for w in touched if w.target.block in known or w.target.block == session]
        come: set[str] = set()
        lost: set[str] = set()
        todo = [b for b in ends if b not in known and self._is_needed(b, session, known, (), ())]
        for block in todo:  # grows while it is walked
            if block not in come:
                come.add(block)
                todo += [b for b in self._sources(block) if b not in known]
        todo = [block for block in ends if block in known]
        for block in todo:  # grows while it is walked
            if block not in lost and not self._is_needed(block, session, known, come, lost):
                lost.add(block)
                todo += [b for b in self._sources(block) if b in known]
        if self._low.uses:
            self._follow_uses(known, come, lost)
        return come, lost

    def _follow_uses(self, known: Collection[str], come: set[str], lost: set[str]) -> None:
        """Add the uses of which blocks are needed now, and those of which none is any longer."""
        within: Mapping[str, str] = self._low.within
        if self._blocks_of_uses is None:
            self._blocks_of_uses = {}
            for block, around in within.items():
                self._blocks_of_uses.setdefault(around, []).append(block)
        for found, is_lost in ((come, False), (lost, True)):
            todo = list(found)
            for block in todo:  # grows while it is walked
                use = within.get(block)
                if use is None or use in found or (use in known) != is_lost:
                    continue
                if is_lost and any(
                    b in come or (b in known and b not in lost) for b in self._blocks_of_uses[use]
                ):
                    continue
                found.add(use)
                todo.append(use)

    def _is_needed(
        self, block: str, session: str, known: Collection[str], come: Collection[str], lost: Collection[str]
    ) -> bool:
        """Return whether a session, or a block that it needs, takes something of a block."""
        for wire in self._wires.leaving.get(block, ()):
            target = wire.target.block
            if target in self._low.uses:
                continue  # a use needs nothing itself
            if target in come or (target in known and target not in lost):
                return True
            if target == session and wire.target.pin in RUN_PINS:
                return True
        return False

    def _sources(self, block: str) -> list[str]:
        return [w.source.block for w in self._low.wires.entering.get(block, ())]

    def _shapes_order(self, block: str) -> bool:
        """Return whether the order of a step may depend on whether a block runs."""
        piece = self._pieces.get(block, NOTHING)
        return bool(piece.reads) or self._is_bound_to_order(piece, piece)

    def _follow_targets(self, changed: Changed, touched: Sequence[Wire]) -> bool:
        """Follow what the sessions are wired to, where blocks give something else or wires went or came."""
        low = self._low
        reached = {w.target.block for block in changed for w in self._wires.leaving.get(block, ())}
        reached |= {w.target.block for w in touched}
        problems = len(low.problems)
        for i, draft in enumerate(self.live.drafts):
            if draft.block == "" and (changed or touched):
                outs = (
                    ((b, pin), end) for b in self._order for pin, end in self._pieces.get(b, NOTHING).outs
                )
                self.live.put_targets(i, ends_of_page(low, outs))
            elif draft.block in reached:
                self.live.put_targets(i, targets_of(low, draft.block))
        return len(low.problems) == problems

    # --- problems

    def _problems(self, changed: Changed, checked: Sequence[Problem]) -> list[Problem]:
        """Return all problems of the page."""
        low, pieces = self._low, self._pieces
        for block, (_, new) in changed.items():
            (self._faulty.add if new.problems else self._faulty.discard)(block)
        in_order = sorted(self._faulty, key=self._place.__getitem__)
        low.problems = [*[p for block in in_order for p in pieces[block].problems], *self._of_drafts]
        drafts, unwatchable = self.live.drafts, self._drafted.problems
        rank = self.live.rank
        problems = joined_problems(low, self._graph, drafts, self._order, checked, unwatchable, rank)
        if self._warns:
            problems += warnings_across(problems, low, self._graph, drafts)
        return problems


def _have_same_structure(old: Piece, new: Piece) -> bool:
    """Return whether two states of a block differ in values and attrs at most, and in problems."""
    if (old.outs, old.gradient, old.ref_uses, old.reads) != (new.outs, new.gradient, new.ref_uses, new.reads):
        return False
    if [(n.name, n.op, n.inputs) for n in old.nodes] != [(n.name, n.op, n.inputs) for n in new.nodes]:
        return False
    starts = [None if piece.variable is None else piece.variable.start for piece in (old, new)]
    return starts[0] == starts[1]


def _names(piece: Piece) -> list[str]:
    """Return the names of a block's nodes, or of its gradient."""
    return [n.name for n in piece.nodes] if piece.gradient is None else [piece.gradient.name]


def _is_handle(end: Endpoint) -> bool:
    return "DT_RESOURCE" in end.dtypes or (end.is_ref and "DT_STRING" in end.dtypes)
