"""The types of one page as it is edited: after an edit only what is behind it is inferred again.

The answers are those of inferring the page anew. Where an edit is not followed in the plan (`compiler.following`), or
touches what stands for files, merges or loops, all is walked again; the ops that are known already are not built again
(`op_cache`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

from msgspec.structs import replace

from app.document.model.diagram import Page
from app.document.model.page_difference import PageDifference
from app.document.resources.archives import SentArchives
from app.document.resources.own_blocks import OwnBlocks
from app.document.resources.search_path import user_folders
from app.engine.compiler.following import FollowedPage
from app.engine.compiler.plan import Fetch, Gradients, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.compiler.watches import read_after_steps
from app.engine.inference.blocked_blocks import blocked_blocks
from app.engine.inference.input_types import InputTypes, required_of_uses, required_types
from app.engine.inference.plan_index import is_as_planned
from app.engine.inference.python_types import undeclared_arguments, undeclared_inputs
from app.engine.inference.result import Gone, Inference
from app.engine.inference.watched_types import condition_problems, monitor_problems
from app.engine.tf.element_shapes import typed
from app.engine.tf.error_messages import weighed
from app.engine.tf.op_cache import OpCache
from app.engine.tf.type_propagation import types_of
from blocks.op_facts.traits import BACK_EDGES
from blocks.tensor_spec import TensorSpec

_GROWTH = 4  # how many times as large what is known of ops may become until all is walked again
_FEW = 2000  # ops: so many are always kept


class TypedPage:
    """A page that is followed, with the types of its last state: ``whole`` is their answer."""

    def __init__(
        self, page: Page, folder: Path, own: OwnBlocks, archives: SentArchives, cache: OpCache
    ) -> None:
        """Infer the page; ``own`` is what is known of blocks that no catalog ships, ``archives`` of its arrays."""
        self._folder, self._own, self._cache = folder, own, cache
        data = tuple(user_folders())
        self._followed = FollowedPage(page, folder, data, own, archives, everything=True)
        self.whole = self._infer()

    def _infer(self) -> Inference:
        """Infer the whole page in its present state."""
        followed, cache = self._followed, self._cache
        plan = followed.plan
        self._view, self._walk, self._inner = typed(plan, self._folder, cache)
        self._generation, self._most = cache.generation, max(_FEW, _GROWTH * cache.size)
        self._is_walked_only = bool(plan.functions) or any(n.op in BACK_EDGES for n in plan.nodes)
        self._stood_in = {node_of(ref) for ref in self._view.stands_for}  # nodes in whose place others stand
        self._names: dict[str, list[str]] = {}  # of a block's own nodes
        for node in plan.nodes:
            if node.name in followed.low.nodes:
                self._names.setdefault(node.block, []).append(node.name)
        self._keys: dict[str, set[str]] = {}  # results by the node that gives them
        self._keys_of: dict[str, set[str]] = {}  # results by block
        self._fetches = dict(plan.outputs)
        for key, fetch in plan.outputs.items():
            self._note_key(key, fetch)
        types = types_of(self._view.plan.outputs, self._walk.type_of)
        required = required_types(followed.flat, plan, types, self._own.catalog())
        pins = followed.low.pins.values()
        self._of_uses: Collection[str] = {key for u, pin in pins if (key := f"{u}.{pin}") in required}
        return self._judged(Inference(types=types, problems=[], required=required, dtypes=plan.types))

    def _note_key(self, key: str, fetch: Fetch) -> None:
        self._keys_of.setdefault(key.partition(".")[0], set()).add(key)
        for ref in self._view.refs(fetch.refs):
            self._keys.setdefault(self._walk.owner(ref), set()).add(key)

    def _judged(self, found: Inference) -> Inference:
        """Return the inference with all problems of the present state, and what these keep from being built."""
        live, types = self._followed.live, found.types if found.gone is None else self.whole.types
        problems = [*self._walk.problems, *self._inner]
        if self._followed.low.python_calls:
            problems += undeclared_inputs(self._followed.plan, types)
        else:
            problems += undeclared_arguments(self._followed.low.declared, types)
        _, until, monitored, _ = read_after_steps(self._followed.low, ())
        problems += [*condition_problems(until, types), *monitor_problems(monitored, types)]
        found.problems = weighed(live.used, problems)
        found.plan_problems = list(live.problems)
        found.blocked = blocked_blocks(
            self._followed.flat, live.problems, live.unbuilt, found.problems, types
        )
        return found

    @property
    def page(self) -> Page:
        """Return the page in its present state."""
        return self._followed.drawn

    def follow(self, change: PageDifference, own: OwnBlocks) -> Inference | None:
        """Return what has changed in the answer, or the whole; None where the page must be inferred as a new one."""
        if not self._followed.follow(change, own):
            return None
        blocks = self._followed.changed
        if blocks is None or not self._can_follow(blocks):
            self.whole = self._infer()
            return self.whole
        return self._follow(blocks)

    def _can_follow(self, blocks: Collection[str]) -> bool:
        """Return whether no other nodes stand for those of the blocks, and all that was known of ops still is."""
        cache, followed = self._cache, self._followed
        if self._is_walked_only or cache.generation != self._generation or cache.size > self._most:
            return False
        if any(b in followed.low.python_calls or b in self._stood_in for b in blocks):
            return False
        old = (self._walk.node(name) for block in blocks for name in self._names.get(block, ()))
        new = (node for block in blocks for node in followed.nodes_of(block))
        return all(node is None or is_as_planned(node) for node in (*old, *new))

    def _follow(self, blocks: Collection[str]) -> Inference:
        """Infer again what is behind the blocks."""
        gone: list[str] = []
        nodes: list[PlanNode] = []
        gradients: list[Gradients] = []
        for block in blocks:
            now = [self._view.node(node) for node in self._followed.nodes_of(block)]
            names = [node.name for node in now]
            gone += [name for name in self._names.get(block, ()) if name not in names]
            nodes += [node for node in now if self._walk.node(node.name) != node]
            self._names[block] = names
            gradient = self._followed.gradient_of(block)
            if gradient is not None:
                ys, xs = self._view.refs(gradient.ys), self._view.refs(gradient.xs)
                gradients.append(Gradients(name=block, ys=ys, xs=xs))
        changed = self._walk.follow(gone, nodes, gradients, self._rank)
        before = self._follow_keys(blocks)
        keys = set(before)
        for name in changed:
            keys |= self._keys.get(name, set())
        types, gone_types = self._follow_types(keys, before)
        touched = {key.partition(".")[0] for key in (*types, *gone_types)}
        required, gone_required = self._follow_required({*blocks, *self._behind(touched)})
        dtypes = {k: f.dtypes[0] for k in keys if (f := self._fetches.get(k)) and f.dtypes and not f.is_list}
        gone_dtypes = tuple([key for key in keys if key not in dtypes])
        for key in gone_dtypes:
            self.whole.dtypes.pop(key, None)
        self.whole.dtypes.update(dtypes)
        lost = Gone(gone_types, gone_required, gone_dtypes)
        found = self._judged(Inference(types=types, problems=[], required=required, dtypes=dtypes, gone=lost))
        self.whole.problems, self.whole.plan_problems = found.problems, found.plan_problems
        self.whole.blocked = found.blocked
        return found

    def _rank(self, name: str) -> tuple[int, int]:
        """Return where a node or gradient stands in the plan, what the order of a step adds behind its block's own."""
        node = self._walk.node(name)
        block = name if node is None else node.block
        names = self._names.get(block, ())
        return self._followed.place.get(block, -1), names.index(name) if name in names else len(names)

    def _follow_keys(self, blocks: Collection[str]) -> dict[str, Fetch | None]:
        """Follow which results the blocks give; return how those that came, went or changed were fetched before."""
        outputs = self._followed.live.outputs
        found: dict[str, Fetch | None] = {}
        for block in blocks:
            old = self._keys_of.pop(block, set())
            for key in old.union(self._followed.outputs_of(block)):
                was, fetch = self._fetches.pop(key, None), outputs.get(key)
                if was is not None:
                    for ref in self._view.refs(was.refs):
                        self._keys.get(self._walk.owner(ref), set()).discard(key)
                if fetch is not None:
                    self._fetches[key] = fetch
                    self._note_key(key, fetch)
                if was != fetch:
                    found[key] = was
        return found

    def _follow_types(
        self, keys: Collection[str], before: Mapping[str, Fetch | None]
    ) -> tuple[dict[str, TensorSpec], tuple[str, ...]]:
        """Return the types of results that have others now, and the keys of those that have none any more.

        ``before`` is how those were fetched that are fetched otherwise now.
        """
        known, outputs = self.whole.types, self._fetches
        now = {k: replace(f, refs=self._view.refs(f.refs)) for k in keys if (f := outputs.get(k)) is not None}
        types = types_of(now, self._walk.type_of)
        old = [
            f"{key}[{i}]" if fetch.is_list else key
            for key in keys
            if (fetch := before.get(key, outputs.get(key))) is not None
            for i in range(len(fetch.refs))
        ]
        gone = tuple([key for key in old if key not in types and known.pop(key, None) is not None])
        types = {key: spec for key, spec in types.items() if known.get(key) != spec}
        known.update(types)
        return types, gone

    def _behind(self, blocks: Collection[str]) -> set[str]:
        leaving = self._followed.wires.leaving
        return {w.target.block for block in blocks for w in leaving.get(block, ())}

    def _follow_required(self, blocks: Collection[str]) -> tuple[dict[str, TensorSpec], tuple[str, ...]]:
        """Return what inputs of the blocks require now and did not before, and the keys of which nothing is known."""
        followed, known = self._followed, self.whole.required
        low = followed.low
        judge = InputTypes(
            followed.catalog,
            self._fetches,
            low.python_calls.values(),
            low.nodes,
            self.whole.types,
            followed.wires.entering,
        )
        required: dict[str, TensorSpec] = {}
        gone: list[str] = []
        for block in map(followed.flat.blocks.__getitem__, blocks):
            now = judge.required(block)
            symbol = followed.catalog.get(block.symbol)
            keys = [f"{block.id}.{p.name}" for p in symbol.inputs] if symbol is not None else []
            gone += [key for key in keys if key not in now and known.pop(key, None) is not None]
            required.update((key, spec) for key, spec in now.items() if known.get(key) != spec)
        known.update(required)
        if low.uses:
            of_uses = required_of_uses(followed.flat, known, followed.wires.leaving)
            required.update((key, spec) for key, spec in of_uses.items() if known.get(key) != spec)
            lost = [key for key in self._of_uses if key not in of_uses]
            gone += [key for key in lost if known.pop(key, None) is not None]
            known.update(of_uses)
            self._of_uses = of_uses.keys()
        return required, tuple(gone)
