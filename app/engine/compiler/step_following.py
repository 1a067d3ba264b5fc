"""Follows what is assembled of lowered blocks (`assembly`) after an edit: sessions, the order of a step, the plan.

A change of texts that leaves all tensors as they are needs nothing but the nodes exchanged. A change of wires is
followed where the order of a step stays: the blocks use no reference, what they depend on stays (`Writers.masks`), and
no loop, no fed value and nothing that is shown apart from the sessions is about. All else is assembled anew.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from msgspec.structs import replace

from app.document.model.diagram import Wire
from app.document.model.problems import Problem
from app.document.model.topology import WireIndex
from app.engine.compiler.assembly import Assembled, stopping, warnings_across, with_python
from app.engine.compiler.cross_checks import is_looked_at
from app.engine.compiler.lowering import Endpoint, Lowering
from app.engine.compiler.pieces import NOTHING, Piece
from app.engine.compiler.plan import Gradients, PlanNode, PlanSession
from app.engine.compiler.plan_problems import joined_problems
from app.engine.compiler.plan_walk import sources_of, upstream_nodes
from app.engine.compiler.sessions import (
    RUN_PINS,
    Draft,
    ends_of_page,
    fetch_of,
    targets_of,
    tensor_outputs,
    used_by,
)
from app.engine.compiler.step_sessions import led, unset_variables
from blocks.op_facts.fillers import WAITS_FOR
from blocks.op_facts.traits import (
    BACK_EDGES,
    EXITS,
    FRAMES,
    MAKES_REF,
    MERGES,
    PASSING_REF,
    SWITCHES,
    WAITING,
)

Changed = Mapping[str, tuple[Piece, Piece]]  # by block, what it was lowered to before, and is now

_ORDERING = SWITCHES | MERGES | FRAMES | EXITS | BACK_EDGES | MAKES_REF | PASSING_REF


class CannotFollow(Exception):
    """A change does not fit what is known: the page must be planned anew."""


class StepFollowing:
    """The assembled plan of a page; ``plan`` is that of its present state."""

    def __init__(
        self,
        low: Lowering,
        order: Sequence[str],
        pieces: Mapping[str, Piece],
        wires: WireIndex,
        assembled: Assembled,
        everything: bool,
    ) -> None:
        """Take what `assemble` has made. The lowering and its pieces are followed by the caller."""
        self._low, self._pieces, self._wires = low, pieces, wires
        self._order = [block for block in order if block in low.symbols]
        self._everything = everything
        self.plan, self._drafted, graph, step, self._ops = assembled
        self._graph, self._step_order, self._looped = graph, step.order, bool(step.looped)
        self._drafts = list(self._drafted.sessions)
        self._sessions = {s.block: s for s in self.plan.sessions}
        self._nodes = {block: pieces[block].nodes if block in pieces else () for block in self._order}
        self._helpers: list[PlanNode] = []  # what the order of a step has added
        self._adapted: set[str] = set()  # nodes that it has changed
        if self._step_order.changes or self._looped:
            self._find_adapted()
        self._led = {f.key: f for s in self.plan.sessions for f in s.fetches}
        self._faulty = {block for block, piece in pieces.items() if piece.problems}
        of_blocks = sum(len(pieces[block].problems) for block in self._faulty)
        self._of_drafts = low.problems[of_blocks:]
        self._has_handles = any(_is_handle(end) for end in low.outs.values())
        self._has_feeds = any(d.feeds for d in self._drafts)
        self._used = used = used_by(self._drafts)
        self._shows_more = any(key.split(".", 1)[0] not in used for key in self._drafted.looked_at)
        self._shows_more |= any(key.endswith("]") for key in self._drafted.looked_at)
        self._blocks = step.blocks
        self._needed: set[str] | None = (
            None  # nodes by which the order of a step is decided, once it is asked
        )
        self._masks = dict(self._step_order.masks)
        self._place = {block: i for i, block in enumerate(self._order)}
        self._rank = {block: i for i, block in enumerate(low.page.blocks)}
        self._running = list(self.plan.used_blocks)
        self._in_file = [block for block in low.symbols if block in used]
        self._symbols = {block: symbol.name for block, symbol in low.symbols.items()}
        self._keys = _Keys(lambda block: tensor_outputs(low.symbols[block]))  # whether they are known or not
        self._given = _Keys(
            lambda block: [pin for pin, _ in pieces.get(block, NOTHING).gives]
        )  # outputs of the plan

    def _find_adapted(self) -> None:
        low, graph = self._low, self._graph
        for name, node in graph.nodes.items():
            lowered = low.nodes.get(name)
            if lowered is None:
                self._helpers.append(node)
            elif lowered is not node:
                self._adapted.add(name)
        for block in {low.nodes[name].block for name in self._adapted}:
            self._nodes[block] = tuple([graph.nodes[node.name] for node in self._nodes[block]])
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
        low, blocks, everything = self._low, self._blocks, self._everything
        problems = self._problems(changed, checked)
        nodes = self._plan_nodes()
        plan = replace(
            self.plan,
            nodes=nodes,
            gradients=tuple([g for g in self._graph.gradients.values() if everything or g.name in blocks]),
            variables=tuple([v for v in low.variables.values() if everything or v.block in blocks]),
            problems=tuple(problems),
            stops=stopping(problems),
            may_wait=()
            if WAITING.isdisjoint(self._ops)
            else tuple([n.block for n in nodes if n.op in WAITING]),
            unbuilt=tuple([b for b in low.symbols if b in low.waiting]) if low.waiting else (),
        )
        self.plan = with_python(plan, low, everything)
        return True

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
            self._nodes[block] = tuple(final)
        return True

    # --- wires

    def _follow_structure(self, changed: Changed, touched: Sequence[Wire]) -> bool:
        """Follow blocks that give other tensors or take others, and wires that went or came."""
        if self._looped or self._has_feeds or self._shows_more:
            return False
        if not (FRAMES | EXITS).isdisjoint(self._ops):
            return False
        if any((old.call is None) != (new.call is None) for old, new in changed.values()):
            return False
        if self._of_drafts or any(self._is_bound_to_order(old, new) for old, new in changed.values()):
            return False
        self._put_nodes(changed)
        if self._step_order.changes and not self._masks_stay(changed):
            return False
        used_before = self._used
        if not self._follow_upstream(touched):
            return False
        if self._step_order.changes and any(map(self._shapes_order, used_before ^ self._used)):
            return False
        self._follow_outputs(changed)
        return self._follow_sessions(changed, touched, used_before)

    def _is_bound_to_order(self, old: Piece, new: Piece) -> bool:
        """Return whether a change of a block may change the order of a step."""
        if old.reads != new.reads or (old.gradient is None) != (new.gradient is None):
            return True
        return any(
            piece.ref_uses
            or piece.variable is not None
            or any(end.is_ref for _, end in piece.outs)
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
            self._nodes[block] = nodes
            self._ops |= {n.op for n in nodes}
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
        ordered = [*chain.from_iterable(map(self._nodes.__getitem__, self._order)), *self._helpers]
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
        return self._warns or any(map(is_looked_at, self._ops))

    @property
    def _warns(self) -> bool:
        """Return whether blocks may wait for ever, or run in no fixed order."""
        return self._has_handles or not self._ops.isdisjoint(WAITS_FOR)

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
        if self._drafts[0].block == "":
            return True  # a page without sessions runs all
        sessions = {d.block for d in self._drafts}
        symbols = self._low.symbols
        counting = [w for w in touched if w.source.block in symbols and w.target.block in symbols]
        if any(w.source.block in sessions for w in counting):
            return False
        if any(w.target.block in sessions and w.target.pin not in RUN_PINS for w in counting):
            return False
        for i, draft in enumerate(self._drafts):
            upstream = self._upstream(draft, counting)
            if upstream is None:
                return False
            if upstream is draft.upstream:
                continue
            if len(self._drafts) > 1:
                return False  # what two sessions reach is shown by one of them
            self._drafts[i] = draft._replace(upstream=upstream)
            self._used = upstream
        return True

    def _upstream(self, draft: Draft, touched: Sequence[Wire]) -> set[str] | None:
        """Return the blocks upstream of a session after wires went or came; None where that is not followed."""
        known = draft.upstream
        ends = [w.source.block for w in touched if w.target.block in known or w.target.block == draft.block]
        lost = [block for block in ends if block in known and not self._is_needed(block, known, draft.block)]
        come = [block for block in ends if block not in known and self._is_needed(block, known, draft.block)]
        if not lost and not come:
            return known
        if not BACK_EDGES.isdisjoint(self._ops):
            return None  # where wires make circles, a block may be needed by itself alone
        upstream = set(known)
        for block in come:  # grows while it is walked
            if block not in upstream:
                upstream.add(block)
                come += self._sources(block)
        lost = [b for b in ends if b in upstream and not self._is_needed(b, upstream, draft.block)]
        for block in lost:  # grows while it is walked
            if block in upstream and not self._is_needed(block, upstream, draft.block):
                upstream.discard(block)
                lost += self._sources(block)
        return upstream

    def _is_needed(self, block: str, upstream: set[str], session: str) -> bool:
        return any(
            w.target.block in upstream or (w.target.block == session and w.target.pin in RUN_PINS)
            for w in self._wires.leaving.get(block, ())
        )

    def _sources(self, block: str) -> list[str]:
        return [w.source.block for wires in self._low.wires.get(block, {}).values() for w in wires]

    def _shapes_order(self, block: str) -> bool:
        """Return whether the order of a step may depend on whether a block runs."""
        piece = self._pieces.get(block, NOTHING)
        return bool(piece.reads) or self._is_bound_to_order(piece, piece)

    def _follow_outputs(self, changed: Changed) -> None:
        """Follow how outputs are fetched."""
        outputs = dict(self.plan.outputs)
        is_in_order = True
        for block, (old, new) in changed.items():
            if old.outs == new.outs:
                continue
            before, now = (
                [f"{block}.{pin}" for pin, _ in old.gives],
                [f"{block}.{pin}" for pin, _ in new.gives],
            )
            if before != now:
                is_in_order = False
                for key in before:
                    del outputs[key]
            for key, (_, end) in zip(now, new.gives, strict=True):
                outputs[key] = fetch_of(key, end)
            for key in (*before, *now):
                self._led.pop(key, None)
            self._given[block] = tuple(now)
        if not is_in_order:
            keys = list(chain.from_iterable(map(self._given.__getitem__, self._order)))
            outputs = dict(zip(keys, map(outputs.__getitem__, keys), strict=True))
        self.plan = replace(self.plan, outputs=outputs)

    def _follow_sessions(self, changed: Changed, touched: Sequence[Wire], used_before: set[str]) -> bool:
        """Follow what the sessions are wired to, and what they show."""
        low, used = self._low, self._used
        others = [block for block, (old, new) in changed.items() if old.outs != new.outs]
        if not others and not touched:
            return True
        reached = {w.target.block for block in others for w in self._wires.leaving.get(block, ())}
        reached |= {w.target.block for w in touched}
        problems = len(low.problems)
        for i, draft in enumerate(self._drafts):
            if draft.block == "":
                outs = (
                    ((b, pin), end) for b in self._order for pin, end in self._pieces.get(b, NOTHING).outs
                )
                self._drafts[i] = draft._replace(targets=ends_of_page(low.page, outs))
            elif draft.block in reached:
                self._drafts[i] = draft._replace(targets=targets_of(low, draft.block))
        if len(low.problems) != problems:
            return False
        if used is not used_before:
            self._follow_used(used_before)
        self._put_sessions({*others, *(used - used_before)})
        return True

    def _follow_used(self, used_before: set[str]) -> None:
        """Follow which blocks the page's one session runs: the lists of them stay sorted."""
        in_file = self._rank.__getitem__
        for block in used_before - self._used:
            del self._running[bisect_left(self._running, self._place[block], key=self._place.__getitem__)]
            del self._in_file[bisect_left(self._in_file, in_file(block), key=in_file)]
        for block in self._used - used_before:
            insort(self._running, block, key=self._place.__getitem__)
            insort(self._in_file, block, key=in_file)
        (draft,) = self._drafts
        shown = chain.from_iterable(map(self._keys.__getitem__, self._in_file))
        self._drafts = [draft._replace(keys=dict.fromkeys(shown))]
        symbols = self.plan.symbols
        if not self._everything:
            symbols = dict(zip(self._running, map(self._symbols.__getitem__, self._running), strict=True))
        self.plan = replace(self.plan, used_blocks=tuple(self._running), symbols=symbols)
        self._blocks = self._used

    def _put_sessions(self, blocks: Iterable[str]) -> None:
        """Make the sessions of the drafts, where some blocks give something else or run now: gates are as they were."""
        outputs, order, shown = self.plan.outputs, self._step_order, self._led
        unset = unset_variables(self._low)
        for key in chain.from_iterable(map(self._given.__getitem__, blocks)):
            shown[key] = led(self._graph, outputs[key], order, unset) if order.changes else outputs[key]
        sessions = []
        for draft in self._drafts:
            fetches = tuple(filter(None, map(shown.get, draft.keys)))
            targets = tuple(dict.fromkeys([t.split(":", 1)[0] for t in draft.targets]))
            if targets or fetches:
                closed, gates = (
                    order.closed_gates.get(draft.block, ()),
                    order.shown_gates.get(draft.block, ()),
                )
                sessions.append(
                    PlanSession(
                        block=draft.block,
                        targets=targets,
                        fetches=fetches,
                        closed_gates=closed,
                        shown_gates=gates,
                    )
                )
        self.plan = replace(self.plan, sessions=tuple(sessions))

    # --- the plan

    def _problems(self, changed: Changed, checked: Sequence[Problem]) -> list[Problem]:
        """Return all problems of the page."""
        low, pieces = self._low, self._pieces
        for block, (_, new) in changed.items():
            (self._faulty.add if new.problems else self._faulty.discard)(block)
        in_order = sorted(self._faulty, key=self._place.__getitem__)
        low.problems = [*[p for block in in_order for p in pieces[block].problems], *self._of_drafts]
        drafts, unwatchable = self._drafts, self._drafted.problems
        problems = joined_problems(
            low, self._graph, drafts, self._order, checked, unwatchable, self._ops, self._rank
        )
        if self._warns:
            problems += warnings_across(problems, low, self._graph, drafts)
        return problems

    def _plan_nodes(self) -> tuple[PlanNode, ...]:
        if self._everything:
            return (*chain.from_iterable(map(self._nodes.__getitem__, self._order)), *self._helpers)
        blocks: Iterable[str] = self.plan.used_blocks
        if self._shows_more:
            blocks = [b for b in self._order if b in self._blocks]
        helpers = [n for n in self._helpers if n.block in self._blocks]
        return (*chain.from_iterable(map(self._nodes.__getitem__, blocks)), *helpers)


class _Keys(dict[str, tuple[str, ...]]):
    """``block.pin`` of each block's outputs, made when they are asked for."""

    def __init__(self, pins_of: Callable[[str], Iterable[str]]) -> None:
        super().__init__()
        self._pins_of = pins_of

    def __missing__(self, block: str) -> tuple[str, ...]:
        found = self[block] = tuple([f"{block}.{pin}" for pin in self._pins_of(block)])
        return found


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
