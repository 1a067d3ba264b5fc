"""A plan whose parts are exchanged one by one after edits; it is put together as a whole only when it is asked for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from msgspec.structs import replace

from app.document.model.problems import Problem
from app.engine.compiler.assembly import Assembled, stopping, waiting_calls, with_python
from app.engine.compiler.lowering import Lowering
from app.engine.compiler.pieces import NOTHING, Piece
from app.engine.compiler.plan import Fetch, Plan, PlanNode, PlanSession
from app.engine.compiler.plan_walk import owner_of
from app.engine.compiler.sessions import Draft, tensor_outputs
from app.engine.compiler.step_sessions import led, unset_variables
from blocks.op_facts.traits import WAITING


class _Keys(dict[str, tuple[str, ...]]):
    """``block.pin`` of each block's outputs, made when they are asked for."""

    def __init__(self, pins_of: Callable[[str], Iterable[str]]) -> None:
        super().__init__()
        self._pins_of = pins_of

    def __missing__(self, block: str) -> tuple[str, ...]:
        found = self[block] = tuple([f"{block}.{pin}" for pin in self._pins_of(block)])
        return found


class LivePlan:
    """The parts of a page's plan in its present state. ``order`` are the blocks of known symbols, sources first.

    ``outputs`` are those of the plan, not always in its order; ``used`` the blocks that sessions run, ``nodes`` those
    of each block, ``helpers`` what the order of a step has added to them.
    """

    def __init__(
        self,
        low: Lowering,
        order: list[str],
        pieces: Mapping[str, Piece],
        assembled: Assembled,
        used: set[str],
        everything: bool,
    ) -> None:
        """Take apart what `assemble` has made."""
        self._low, self._order, self._everything = low, order, everything
        self._plan: Plan | None = assembled.plan
        self._base = assembled.plan
        self._graph, self._step_order = assembled.graph, assembled.step.order
        self.drafts: list[Draft] = list(assembled.drafted.sessions)
        self._targets = [_run_by(draft.targets) for draft in self.drafts]
        self.problems = self._base.problems
        self._waiting_calls = waiting_calls(self._base.functions)
        self.used = used
        blocks = assembled.step.blocks
        self._shown_blocks = None if blocks == used else blocks  # with what is shown apart from the sessions
        self.nodes = {block: pieces[block].nodes if block in pieces else () for block in order}
        self.helpers: list[PlanNode] = []
        self.outputs = dict(self._base.outputs)
        self.place = {block: i for i, block in enumerate(order)}
        self.rank = {block: i for i, block in enumerate(low.page.blocks)}
        self._are_outputs_sorted = self._are_sessions_made = self._is_used_listed = True
        self._running = list(self._base.used_blocks)
        self._in_file = [block for block in low.symbols if block in used and block not in low.within]
        # The nodes beside the blocks of the plan, and what is shown beside those in file order; once asked for.
        self._listed: list[tuple[PlanNode, ...]] | None = None
        self._shown_keys: list[tuple[str, ...]] | None = None
        self._symbols = {block: symbol.name for block, symbol in low.symbols.items()}
        self._led = {f.key: f for s in self._base.sessions for f in s.fetches}
        # Blocks whose outputs are fetched otherwise than before; of uses some outputs may not be shown yet.
        self._to_lead = {block for block in self._in_file if block in low.uses}
        # Of all outputs that a block of its kind has, and of those that are outputs of the plan.
        self._keys = _Keys(lambda block: tensor_outputs(low.symbols[block]))
        self._given = _Keys(lambda block: [pin for pin, _ in pieces.get(block, NOTHING).gives])

    # --- what is exchanged

    def put_nodes(self, block: str, nodes: tuple[PlanNode, ...]) -> None:
        """Take the nodes of a block."""
        self.nodes[block] = nodes
        if self._listed is not None and (self._everything or block in self.used):
            self._listed[self._place_among(block)] = nodes

    def _place_among(self, block: str) -> int:
        """Return where a block stands among those of the plan."""
        place = self.place[block]
        return place if self._everything else bisect_left(self._running, place, key=self.place.__getitem__)

    def put_problems(self, problems: Iterable[Problem]) -> None:
        """Take the problems of the present state; this is part of every change."""
        self.problems = tuple(problems)
        self._plan = None

    def put_outputs(self, block: str, old: Iterable[str], fetches: Iterable[Fetch]) -> None:
        """Take how a block's outputs are fetched, in the place of the ``old`` keys."""
        fetches, old = list(fetches), list(old)
        now = [fetch.key for fetch in fetches]
        if old != now:
            self._are_outputs_sorted = False
            for key in old:
                del self.outputs[key]
        for key in (*old, *now):
            self._led.pop(key, None)
        self.outputs.update((fetch.key, fetch) for fetch in fetches)
        self._given[block] = tuple(now)
        self._to_lead.add(block)
        self._are_sessions_made = False

    def put_used(self, come: Iterable[str], lost: Iterable[str]) -> None:
        """Take which blocks the page's one session runs besides those it ran, and no longer."""
        in_file, in_order = self.rank.__getitem__, self.place.__getitem__
        listed = None if self._everything else self._listed
        if self._shown_keys is None:
            self._shown_keys = [self._keys[block] for block in self._in_file]
        for block in lost:
            self.used.discard(block)
            at = bisect_left(self._running, self.place[block], key=in_order)
            del self._running[at]
            if listed is not None:
                del listed[at]
            if block not in self._low.within:
                at = bisect_left(self._in_file, self.rank[block], key=in_file)
                del self._in_file[at], self._shown_keys[at]
        for block in come:
            self.used.add(block)
            at = bisect_left(self._running, self.place[block], key=in_order)
            self._running.insert(at, block)
            if listed is not None:
                listed.insert(at, self.nodes[block])
            if block not in self._low.within:
                at = bisect_left(self._in_file, self.rank[block], key=in_file)
                self._in_file.insert(at, block)
                self._shown_keys.insert(at, self._keys[block])
            self._to_lead.add(block)
        self._is_used_listed = self._are_sessions_made = False

    def put_targets(self, place: int, targets: tuple[str, ...]) -> None:
        """Take what is wired to a session."""
        self.drafts[place] = self.drafts[place]._replace(targets=targets)
        self._targets[place] = _run_by(targets)
        self._are_sessions_made = False

    @property
    def unbuilt(self) -> tuple[str, ...]:
        """Return the blocks that cannot be built."""
        low = self._low
        return tuple([b for b in low.symbols if b in low.waiting]) if low.waiting else ()

    # --- the whole

    @property
    def plan(self) -> Plan:
        """Return the plan of the present state."""
        if self._plan is None:
            self._plan = self._base = self._assembled()
        return self._plan

    def _assembled(self) -> Plan:
        low, everything = self._low, self._everything
        blocks = self.used if self._shown_blocks is None else self._shown_blocks
        nodes, gradients = self._plan_nodes(blocks), self._graph.gradients.values()
        if not self._are_outputs_sorted:
            keys = list(chain.from_iterable(map(self._given.__getitem__, self._order)))
            self.outputs = dict(zip(keys, map(self.outputs.__getitem__, keys), strict=True))
            self._are_outputs_sorted = True
        used_blocks, symbols = self._base.used_blocks, self._base.symbols
        if not self._is_used_listed:
            self._is_used_listed = True
            used_blocks = tuple(self._running)
            if not everything:
                symbols = dict(zip(self._running, map(self._symbols.__getitem__, self._running), strict=True))
        waiting = [] if WAITING.isdisjoint(self._graph.ops) else [n.block for n in nodes if n.op in WAITING]
        plan = replace(
            self._base,
            nodes=nodes,
            gradients=tuple([g for g in gradients if everything or g.name in blocks]),
            variables=tuple([v for v in low.variables.values() if everything or v.block in blocks]),
            sessions=self._base.sessions if self._are_sessions_made else self._sessions(),
            problems=self.problems,
            stops=stopping(self.problems),
            outputs=dict(self.outputs),
            may_wait=(*waiting, *self._waiting_calls),
            used_blocks=used_blocks,
            symbols=symbols,
            unbuilt=self.unbuilt,
        )
        self._are_sessions_made = True
        return with_python(plan, low, everything)

    def _plan_nodes(self, blocks: set[str]) -> tuple[PlanNode, ...]:
        helpers = [n for n in self.helpers if self._everything or n.block in blocks]
        if self._shown_blocks is not None and not self._everything:
            running = [b for b in self._order if b in blocks]
            return (*chain.from_iterable(map(self.nodes.__getitem__, running)), *helpers)
        if self._listed is None:
            listed = self._order if self._everything else self._running
            self._listed = [self.nodes[block] for block in listed]
        return (*chain.from_iterable(self._listed), *helpers)

    def _runs(self, fetch: Fetch, draft: Draft) -> bool:
        """Return whether a session runs what a use shows: it may need another output of that only."""
        if fetch.key.partition(".")[0] not in self._low.uses:
            return True
        owners = [owner_of(self._graph, ref) for ref in fetch.refs]
        nodes = self._graph.nodes
        return all((nodes[o].block if o in nodes else o) in draft.upstream for o in owners)

    def _sessions(self) -> tuple[PlanSession, ...]:
        """Return the sessions of the drafts: order and gates are as they were."""
        outputs, order, shown = self.outputs, self._step_order, self._led
        unset = unset_variables(self._low)
        for key in chain.from_iterable(map(self._given.__getitem__, self._to_lead)):
            shown[key] = led(self._graph, outputs[key], order, unset) if order.changes else outputs[key]
        self._to_lead.clear()
        sessions = []
        for draft, targets in zip(self.drafts, self._targets, strict=True):
            keys = draft.keys if self._shown_keys is None else chain.from_iterable(self._shown_keys)
            fetches = tuple(filter(None, map(shown.get, keys)))
            if self._low.uses:
                fetches = tuple([f for f in fetches if f.handle or self._runs(f, draft)])
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
                        once=draft.once,
                    )
                )
        return tuple(sessions)


def _run_by(targets: Iterable[str]) -> tuple[str, ...]:
    """Return the nodes that tensors and ops wired to a session let it run."""
    return tuple(dict.fromkeys([target.split(":", 1)[0] for target in targets]))
