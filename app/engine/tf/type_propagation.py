"""Walks a plan with what inference knows already: which tensors its nodes give, and which blocks are refused."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.document.model.problems import Problem
from app.document.model.topology import reachable
from app.engine.compiler.plan import Fetch, Gradients, Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.diagnostics.unfit_cells import unfit_weights
from app.engine.inference.plan_index import PlanIndex, Unit
from app.engine.tf.op_cache import OpCache
from blocks.dtypes import BY_NUMBER
from blocks.op_facts.cell_sizes import RECURRENT
from blocks.op_facts.shape_functions import VALUES_READ
from blocks.tensor_spec import TensorSpec


def types_of(
    outputs: Mapping[str, Fetch], type_of: Callable[[str], TensorSpec | None]
) -> dict[str, TensorSpec]:
    """Return the types of all outputs that have one; a block that is at fault, or waits for one, has none."""
    types = {}
    for key, fetch in outputs.items():
        for i, ref in enumerate(fetch.refs):
            found = type_of(ref)
            if found is not None:
                if fetch.element is not None:
                    found = replace(found, element=fetch.element)
                types[f"{key}[{i}]" if fetch.is_list else key] = found
    return types


def _not_in(known: set[str], names: Iterable[str]) -> list[str]:
    return [name for name in names if name not in known]


def _sources_not_in(index: PlanIndex, known: set[str], name: str) -> list[str]:
    return _not_in(known, index.sources(name))


class Walk:
    """One page's walk. Afterwards ``type_of`` and ``problems`` have what came out."""

    def __init__(self, plan: Plan, folder: Path, cache: OpCache) -> None:
        """Look through the plan; ``cache`` may forget what it knows from before."""
        cache.begin()
        cache.know(plan.functions)
        self.plan = plan
        self._problems: dict[str, list[Problem]] = {}  # by the first name of what was refused
        self._unbuilt: set[str] = set()  # nodes that are at fault, or wait for one that is
        self._folder = folder
        self._cache = cache
        self._index = PlanIndex(plan)
        self._named = self._index.differentiated()
        self._exact = self._index.read_values() | self._named
        self._tensors: dict[str, int] = {}  # by ref
        self._settled: set[str] = set()
        self._rank: Callable[[str], Any] | None = None  # once the page is followed

    @property
    def problems(self) -> list[Problem]:
        """Return the faults that the walk has shown."""
        return [problem for found in self._problems.values() for problem in found]

    def type_of(self, ref: str) -> TensorSpec | None:
        """Return a tensor's type; None where its block is at fault, or waits for one that is."""
        number = self._tensors.get(ref)
        return None if number is None else self._cache.types[number]

    def types(self) -> Iterator[tuple[str, TensorSpec]]:
        """Give each tensor that has a type, with it."""
        for ref, number in self._tensors.items():
            yield ref, self._cache.types[number]

    def node(self, name: str) -> PlanNode | None:
        """Return a node as it was walked."""
        return self._index.nodes.get(name)

    def owner(self, ref: str) -> str:
        """Return the node or gradient that gives a tensor, "" where there is none."""
        return self._index.owner(ref)

    def go(self) -> None:
        """Settle all nodes and gradients, sources first; what waits for each other in a circle at last."""
        waiting: dict[str, list[Unit]] = {}
        for first in self._index.units():
            todo = [first]
            while todo:
                unit = todo.pop()
                missing = self._missing(unit)
                if missing:
                    waiting.setdefault(missing, []).append(unit)
                    continue
                self._settle(unit)
                if waiting:
                    for name in unit.names:
                        todo += waiting.pop(name, ())
        left = [unit for units in waiting.values() for unit in units]
        if left:
            self._refuse(Unit(tuple(n for unit in left for n in unit.nodes)))

    def follow(
        self,
        gone: Iterable[str],
        nodes: Sequence[PlanNode],
        gradients: Sequence[Gradients],
        rank: Callable[[str], Any],
    ) -> set[str]:
        """Follow an exchange of nodes and gradients of a page without loops; return those whose tensors have changed.

        ``rank`` says of a name where it stands in the plan, sources first. Nodes whose values may be read remain such,
        as nothing but sharing depends on it.
        """
        index, gone, self._rank = self._index, set(gone), rank
        changed = {name for name in gone if self._clear(name) != ((), False)}
        dirty = {user for name in gone for user in index.users.get(name, ())}
        names = {*[n.name for n in nodes], *[g.name for g in gradients]}
        before = {name: self._clear(name) for name in names}
        index.exchange(gone, nodes, gradients)
        dirty = ({*dirty, *self._read_more(nodes, gradients)} - gone) | names
        before |= {name: self._clear(name) for name in dirty - names}
        todo = [(rank(name), name) for name in dirty]
        heapq.heapify(todo)
        while todo:
            _, name = heapq.heappop(todo)
            gradient = index.gradients.get(name)
            self._settle(Unit((index.nodes[name],)) if gradient is None else Unit((), gradient))
            if before[name] == (self._numbers(name), name in self._unbuilt):
                continue
            changed.add(name)
            for user in index.users.get(name, set()) - before.keys() - gone:
                before[user] = self._clear(user)
                heapq.heappush(todo, (rank(user), user))
        self._problems = {name: self._problems[name] for name in sorted(self._problems, key=rank)}
        return changed

    def _clear(self, name: str) -> tuple[tuple[int, ...], bool]:
        """Forget what a node or gradient gives; return it, and whether it was not built."""
        numbers, unbuilt = self._numbers(name), name in self._unbuilt
        for i in range(len(numbers)):
            del self._tensors[self._ref(name, i)]
        self._unbuilt.discard(name)
        self._settled.discard(name)
        self._problems.pop(name, None)
        return numbers, unbuilt

    def _numbers(self, name: str) -> tuple[int, ...]:
        found: list[int] = []
        while (number := self._tensors.get(self._ref(name, len(found)))) is not None:
            found.append(number)
        return tuple(found)

    def _ref(self, name: str, i: int) -> str:
        return f"{name}/{i}:0" if name in self._index.gradients else f"{name}:{i}"

    def _read_more(self, nodes: Iterable[PlanNode], gradients: Iterable[Gradients]) -> set[str]:
        """Return the nodes whose values may be read from now on, or that a gradient looks through from now on."""
        index = self._index
        named = [s for g in gradients for s in index.sources(g.name)]
        exact: list[str] = []
        for node in nodes:
            if VALUES_READ.get(node.op) != ():
                exact += index.read_by(node)
            if node.name in self._exact:
                exact += index.sources(node.name)
            if node.name in self._named:
                named += index.sources(node.name)
        grown: set[str] = set()
        for roots, known in ((named, self._named), (exact + named, self._exact)):
            new = reachable(_not_in(known, roots), partial(_sources_not_in, index, known))
            known |= new
            grown |= new
        return grown

    def _missing(self, unit: Unit) -> str:
        """Return a source that is not settled yet, or ""."""
        if unit.gradient is not None:
            refs: Iterable[str] = (*unit.gradient.ys, *unit.gradient.xs)
            own: set[str] = set()
        elif len(unit.nodes) == 1:
            refs, own = unit.nodes[0].inputs, set()
        else:
            refs, own = (i for n in unit.nodes for i in n.inputs), set(unit.names)
        for ref in refs:
            if ref not in self._tensors:
                owner = self._index.owner(ref)
                if owner and owner not in self._settled and owner not in own:
                    return owner
        return ""

    def _settle(self, unit: Unit) -> None:
        if unit.gradient is not None:
            self._settle_gradient(unit)
        elif len(unit.nodes) == 1:
            self._settle_node(unit.nodes[0], unit)
        else:
            self._settle_circle(unit)
        self._settled.update(unit.names)

    def _settle_node(self, node: PlanNode, unit: Unit) -> None:
        inputs = self._inputs(node.inputs, unit)
        if inputs is None:
            return
        name = node.name
        found = self._cache.build(node, inputs, name in self._exact, name if name in self._named else "")
        if found is None:
            self._refuse(unit)
            return
        for i, number in enumerate(found):
            self._tensors[f"{name}:{i}"] = number
        if node.op in RECURRENT:
            self._judge_weights(node, inputs)

    def _judge_weights(self, node: PlanNode, inputs: Sequence[int]) -> None:
        """Note weights of a cell that its kernel will refuse, though TensorFlow's shape function takes them."""
        problem = unfit_weights(self.plan, node, [self._cache.types[i].shape for i in inputs])
        if problem is not None:
            self._problems[node.name] = [problem]

    def _settle_circle(self, unit: Unit) -> None:
        own = set(unit.names)
        rows: list[list[int | str]] = []
        for node in unit.nodes:
            refs = node.inputs
            if any(r not in self._tensors and node_of(r) not in own for r in refs):
                self._refuse(unit)  # a part of the loop may be built nevertheless
                return
            rows.append([r if node_of(r) in own else self._tensors[r] for r in refs])
        found = self._cache.build_circle(unit.nodes, rows)
        if found is None:
            self._refuse(unit)
            return
        for node, numbers in zip(unit.nodes, found, strict=True):
            for i, number in enumerate(numbers):
                self._tensors[f"{node.name}:{i}"] = number

    def _settle_gradient(self, unit: Unit) -> None:
        gradient = unit.gradient
        assert gradient is not None
        ys, xs = self._inputs(gradient.ys, unit), self._inputs(gradient.xs, unit)
        if ys is None or xs is None:
            return
        found = self._cache.differentiate(ys, xs, gradient.name in self._exact)
        if found is None:
            self._refuse(unit)
            return
        for i, number in enumerate(found):
            self._tensors[f"{gradient.name}/{i}:0"] = number

    def _inputs(self, refs: Iterable[str], unit: Unit) -> list[int] | None:
        """Return the tensors of a unit's inputs; None where one is not there: then the unit is not built."""
        found = []
        for ref in refs:
            number = self._tensors.get(ref)
            if number is None:
                if self._index.owner(ref) in self._unbuilt:
                    self._unbuilt.update(unit.names)
                else:
                    self._refuse(unit)
                return None
            found.append(number)
        return found

    # --- faults -------------------------------------------------------------------------------------------------

    def _refuse(self, unit: Unit) -> None:
        """Let an excerpt of the page be built as a run would build it: that says what is wrong, and what is not."""
        excerpt = self._excerpt(unit)
        problems, types = self._cache.verdict(excerpt, self._folder, unit.names)
        blocks = set(unit.blocks)
        mine = [p for p in problems if p.block in blocks or p.block is None]
        if mine:
            self._problems[unit.names[0]] = mine
        for ref, (dtype, shape) in types.items():
            self._tensors[ref] = self._cache.stand_in(dtype, shape)
        built = {node_of(ref) for ref in types}
        self._unbuilt.update(n for n in unit.names if n not in built)

    def _excerpt(self, unit: Unit) -> Plan:
        """Return a plan of the unit and what it needs, with stand-ins where only dtype and shape count."""
        blocks = set(unit.blocks)
        todo = [*unit.names, *(b for b in blocks if b in self._index.nodes and b not in self._settled)]
        picked: dict[str, PlanNode | None] = {}
        while todo:
            name = todo.pop()
            if name in picked:
                continue
            node = self._index.nodes.get(name)
            picked[name] = node if node is None or node.block in blocks else self._stood_in(node)
            if picked[name] is node:
                todo += self._index.sources(name)
        nodes = [
            replace(n, inputs=n.inputs) for n in (picked.get(name) for name in self._in_order(picked)) if n
        ]
        gradients = [self._index.gradients[name] for name in self._index.gradients if name in picked]
        return replace(self.plan, nodes=nodes, gradients=gradients)

    def _in_order(self, names: Collection[str]) -> list[str]:
        """Return names of nodes in the order of the plan."""
        if self._rank is not None:
            return sorted(names, key=self._rank)
        return [n.name for n in self.plan.nodes if n.name in names]

    def _stood_in(self, node: PlanNode) -> PlanNode:
        """Return a placeholder of the node's type in its place, or the node where that would not do."""
        number = self._tensors.get(f"{node.name}:0")
        if number is None or node.name in self._exact or f"{node.name}:1" in self._tensors:
            return node
        if node.op == "Const" or node.name != node.block:  # messages say what stands there
            return node
        dtype = BY_NUMBER.get(self._cache.dtypes[number])
        if dtype is None or dtype.kind == "handle":  # a reference, or a handle of something that may count
            return node
        attrs = {"dtype": dtype.name, "shape": self._cache.types[number].shape}
        return PlanNode(node.name, "Placeholder", node.block, [], attrs)
