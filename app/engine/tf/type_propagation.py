"""Walks a plan with what inference knows already: which tensors its nodes give, and which blocks are refused."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from app.document.model.problems import Problem
from app.engine.compiler.plan import Plan, PlanNode
from app.engine.compiler.plan_walk import node_of
from app.engine.inference.plan_index import PlanIndex, Unit
from app.engine.tf.op_cache import OpCache
from blocks.dtypes import BY_NUMBER
from blocks.tensor_spec import TensorSpec


class Walk:
    """One page's walk. Afterwards ``type_of`` and ``problems`` have what came out."""

    def __init__(self, plan: Plan, folder: Path, cache: OpCache) -> None:
        """Look through the plan; ``cache`` may forget what it knows from before."""
        cache.begin()
        self.plan = plan
        self.problems: list[Problem] = []
        self._unbuilt: set[str] = set()  # nodes that are at fault, or wait for one that is
        self._folder = folder
        self._cache = cache
        self._index = PlanIndex(plan)
        self._named = self._index.differentiated()
        self._exact = self._index.read_values() | self._named
        self._tensors: dict[str, int] = {}  # by ref
        self._settled: set[str] = set()

    def type_of(self, ref: str) -> TensorSpec | None:
        """Return a tensor's type; None where its block is at fault, or waits for one that is."""
        number = self._tensors.get(ref)
        return None if number is None else self._cache.types[number]

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
        self.problems += mine
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
        nodes = [replace(n, inputs=n.inputs) for n in (picked.get(n.name) for n in self.plan.nodes) if n]
        gradients = [g for g in self.plan.gradients if g.name in picked]
        return replace(self.plan, nodes=nodes, gradients=gradients)

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
