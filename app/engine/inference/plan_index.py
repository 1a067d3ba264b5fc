"""What inference makes of a plan before it builds: what counts for types, in which order, whose values may count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec.structs import replace

from app.document.model.topology import reachable
from app.engine.compiler.plan import Fetch, Gradients, Plan, PlanNode
from app.engine.compiler.plan_walk import node_of, owner_of, sources_of
from app.engine.inference.array_values import without_large_arrays
from blocks.op_facts.shape_functions import NEVER_RUN_FOR_SHAPES, VALUES_READ
from blocks.op_facts.traits import BACK_EDGES, MERGES
from blocks.tensor_spec import Shape


class Unit(NamedTuple):
    """What is settled together: one node, the nodes of one loop, or one gradient."""

    nodes: tuple[PlanNode, ...]
    gradient: Gradients | None = None

    @property
    def names(self) -> list[str]:
        """Return the names of the nodes, or of the gradient."""
        return [self.gradient.name] if self.gradient else [n.name for n in self.nodes]

    @property
    def blocks(self) -> list[str]:
        """Return the blocks that the nodes belong to, each once."""
        return [self.gradient.name] if self.gradient else list(dict.fromkeys(n.block for n in self.nodes))


class PlanIndex:
    """The nodes and gradients of one plan by name."""

    def __init__(self, plan: Plan) -> None:
        """Look through the plan once."""
        self.nodes = {n.name: n for n in plan.nodes}
        self.gradients = {g.name: g for g in plan.gradients}
        self._plan = plan

    def block(self, name: str) -> str:
        """Return the block of a node or gradient."""
        return self.nodes[name].block if name in self.nodes else name

    def owner(self, ref: str) -> str:
        """Return the node or the gradient that gives a tensor; "" where the plan has none."""
        name = owner_of(self, ref)
        return name if name in self.nodes or name in self.gradients else ""

    def sources(self, name: str) -> list[str]:
        """Return the nodes and gradients that a node or gradient takes tensors from."""
        return [s for s in sources_of(self, name) if s in self.nodes or s in self.gradients]

    def upstream(self, roots: Iterable[str]) -> set[str]:
        """Return the roots and everything that they need."""
        return reachable(roots, self.sources)

    @cached_property
    def users(self) -> dict[str, set[str]]:
        """Return the nodes and gradients that take tensors of each one."""
        found: dict[str, set[str]] = {}
        for name in (*self.nodes, *self.gradients):
            for source in sources_of(self, name):
                found.setdefault(source, set()).add(name)
        return found

    def exchange(
        self, gone: Iterable[str], nodes: Iterable[PlanNode], gradients: Iterable[Gradients]
    ) -> None:
        """Put nodes and gradients in the place of those of their names; those that are gone leave none."""
        nodes, gradients = list(nodes), list(gradients)
        users = self.users
        names = [*gone, *[n.name for n in nodes], *[g.name for g in gradients]]
        for name in names:
            for source in sources_of(self, name):
                users.get(source, set()).discard(name)
            self.nodes.pop(name, None)
            self.gradients.pop(name, None)
        self.nodes.update((n.name, n) for n in nodes)
        self.gradients.update((g.name, g) for g in gradients)
        for name in names:
            for source in sources_of(self, name):
                users.setdefault(source, set()).add(name)

    def differentiated(self) -> set[str]:
        """Return everything that gradients look through: there each node counts for itself."""
        return self.upstream(self.gradients) if self.gradients else set()

    def read_values(self) -> set[str]:
        """Return the nodes whose values a shape function may read, directly or through others."""
        roots: list[str] = []
        for node in self._plan.nodes:
            if VALUES_READ.get(node.op) != () and node.inputs:
                roots += self.read_by(node)
        return self.upstream(roots)

    def read_by(self, node: PlanNode) -> list[str]:
        """Return the nodes whose values a node's shape function may read."""
        read, inputs = VALUES_READ.get(node.op), node.inputs
        if read is not None:
            inputs = [inputs[i] for i in read if -len(inputs) <= i < len(inputs)]
        return [owner for owner in map(self.owner, inputs) if owner]

    def units(self) -> Iterator[Unit]:
        """Give nodes and gradients, those of loops together; mostly sources first."""
        if any(n.op in BACK_EDGES for n in self._plan.nodes):
            for names in self._circles():
                gradient = self.gradients.get(names[0])
                yield Unit((), gradient) if gradient else Unit(tuple(self.nodes[n] for n in names))
            return
        for node in self._plan.nodes:
            yield Unit((node,))
        for gradient in self._plan.gradients:
            yield Unit((), gradient)

    def _circles(self) -> list[list[str]]:
        """Return the strongly connected parts, sources first (Tarjan's algorithm without recursion)."""
        number: dict[str, int] = {}
        low: dict[str, int] = {}
        open_names: list[str] = []
        is_open: set[str] = set()
        parts: list[list[str]] = []
        for root in (*self.nodes, *self.gradients):
            if root in number:
                continue
            path = [(root, iter(self.sources(root)))]
            number[root] = low[root] = len(number)
            open_names.append(root)
            is_open.add(root)
            while path:
                name, sources = path[-1]
                source = next(sources, None)
                if source is None:
                    path.pop()
                    if path:
                        low[path[-1][0]] = min(low[path[-1][0]], low[name])
                    if low[name] == number[name]:
                        at = open_names.index(name)
                        parts.append(sorted(open_names[at:], key=number.__getitem__))
                        is_open.difference_update(open_names[at:])
                        del open_names[at:]
                elif source not in number:
                    number[source] = low[source] = len(number)
                    open_names.append(source)
                    is_open.add(source)
                    path.append((source, iter(self.sources(source))))
                elif source in is_open:
                    low[name] = min(low[name], number[source])
        return parts


class ForTypes(NamedTuple):
    """A plan with what its types depend on, and the tensors that stand there for what comes from files."""

    plan: Plan
    stands_for: dict[str, str]

    def refs(self, refs: Iterable[str]) -> tuple[str, ...]:
        """Return tensors of the plan as they are called here."""
        return tuple([self.stands_for.get(ref, ref) for ref in refs])

    def node(self, node: PlanNode) -> PlanNode:
        """Return a node of the plan as it is here; not of what reads files, nor of a Merge."""
        inputs = [i for i in self.refs(node.inputs) if i[0] != "^"]
        (node,) = without_large_arrays((node,))
        return node if inputs == node.inputs else replace(node, inputs=inputs)


def is_as_planned(node: PlanNode) -> bool:
    """Return whether a node stands for itself where types are inferred, but for its inputs."""
    return node.op not in NEVER_RUN_FOR_SHAPES and node.op not in MERGES and node.op not in BACK_EDGES


def for_types(plan: Plan) -> ForTypes:
    """Return the plan with what its types depend on.

    It has no control inputs, nothing that comes from files, and no back edges from blocks that are not built.
    """
    plan, stands_for = _without_files(plan)
    if plan.functions:
        functions = tuple([replace(f, nodes=tuple(without_large_arrays(f.nodes))) for f in plan.functions])
        plan = replace(plan, functions=functions)
    nodes: Sequence[PlanNode] = without_large_arrays(plan.nodes)
    if any(n.inputs and n.inputs[-1][0] == "^" for n in nodes):
        nodes = [_without_controls(n) for n in nodes]
    if any(n.op in MERGES for n in nodes):
        nodes = _without_open_ends(nodes, {g.name for g in plan.gradients})
    return ForTypes(plan if nodes is plan.nodes else replace(plan, nodes=tuple(nodes)), stands_for)


def _without_controls(node: PlanNode) -> PlanNode:
    inputs = [i for i in node.inputs if i[0] != "^"]
    return node if len(inputs) == len(node.inputs) else replace(node, inputs=inputs)


def _without_open_ends(nodes: Sequence[PlanNode], gradients: set[str]) -> list[PlanNode]:
    """Let a Merge whose back edge comes from a block that is not built take something unknown there."""
    names = {n.name for n in nodes}
    found: list[PlanNode] = []
    for node in nodes:
        inputs = list(node.inputs)
        for i, ref in enumerate(inputs if node.op in MERGES else ()):
            if node_of(ref) not in names and node_of(ref).rpartition("/")[0] not in gradients:
                attrs = {"dtype": node.attrs["T"], "shape": None}
                found.append(PlanNode(f"{node.name}/open_{i}", "Placeholder", node.block, [], attrs))
                inputs[i] = f"{node.name}/open_{i}:0"
        found.append(replace(node, inputs=inputs) if inputs != node.inputs else node)
    return found


def _without_files(plan: Plan) -> tuple[Plan, dict[str, str]]:
    """Return the plan with placeholders in place of what no shape function knows: files and Python's functions.

    What comes from files has an unknown shape, what a function gives the declared one.
    """
    declared: dict[str, Shape | None] = {
        f"{call.block}:{i}": result.spec.shape
        for call in plan.python_calls
        for i, result in enumerate(call.results)
    }
    reading = {n.name for n in plan.nodes if n.op in NEVER_RUN_FOR_SHAPES}
    reading.update(call.block for call in plan.python_calls)
    if not reading:
        return plan, {}
    stands_for: dict[str, str] = {}
    nodes: list[PlanNode] = []
    for fetch in plan.outputs.values():
        for ref, dtype in zip(fetch.refs, fetch.dtypes, strict=True):
            name, _, index = ref.partition(":")
            if name in reading and ref not in stands_for:
                placeholder = f"{name}/file_{index}"
                stands_for[ref] = f"{placeholder}:0"
                attrs = {"dtype": dtype, "shape": declared.get(ref)}
                nodes.append(PlanNode(placeholder, "Placeholder", name, [], attrs))
    for node in plan.nodes:
        if node.name in reading:
            continue
        inputs = [stands_for.get(i, i) for i in node.inputs if i.lstrip("^") not in reading]
        nodes.append(replace(node, inputs=inputs))
    outputs = {k: _stood_in(f, stands_for) for k, f in plan.outputs.items()}
    gradients = tuple(
        [
            Gradients(
                name=g.name,
                ys=tuple(stands_for.get(r, r) for r in g.ys),
                xs=tuple(stands_for.get(r, r) for r in g.xs),
            )
            for g in plan.gradients
        ]
    )
    return replace(plan, nodes=tuple(nodes), outputs=outputs, gradients=gradients), stands_for


def _stood_in(fetch: Fetch, stands_for: dict[str, str]) -> Fetch:
    return replace(fetch, refs=tuple(stands_for.get(r, r) for r in fetch.refs))
