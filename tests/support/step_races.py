"""Finds accesses of one Variable that nothing orders in a step's plan, and draws small pages that have many of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from app.document.model.diagram import Page
from app.engine.compiler.plan import Plan, PlanNode, PlanSession
from app.engine.compiler.plan_walk import node_of
from app.engine.compiler.value_guards import positions
from blocks.catalog import load
from blocks.op_facts.traits import DESTROYING, LOOKING_AT_REF, MAKES_REF, PASSING_REF, TEMPORARY
from tests.support.pages import page

_START = {"initvalues": "1.0f"}
_NO_START = {"initvalues": "", "shape": "{}", "dtype": "DT_FLOAT"}


class _Access(NamedTuple):
    """A node, or "" for what fetches, that writes, reads, looks at or ends a Variable, and behind which nodes."""

    kind: str  # "write", "read", "look", "end"
    name: str
    needs: frozenset[str]

    def meets(self, other: _Access) -> bool:
        """Return whether it matters which of two comes first, and nothing says it."""
        kinds = {self.kind, other.kind}
        matters = "end" in kinds or ("write" in kinds)
        return matters and self.name not in other.needs and other.name not in self.needs


def races(plan: Plan) -> list[str]:
    """Return what nothing orders in the steps of a plan: two accesses of a Variable, or a circle of nodes."""
    nodes = {node.name: node for node in plan.nodes}
    roots = _roots(plan)
    return [f"{s.block}: {found}" for s in plan.sessions for found in _in_session(nodes, roots, s)]


def _in_session(
    nodes: Mapping[str, PlanNode], roots: Mapping[str, str], session: PlanSession
) -> Iterator[str]:
    fed = {node_of(gate) for gate in session.closed_gates}
    sources = {n: [] if n in fed else [node_of(i) for i in node.inputs] for n, node in nodes.items()}
    fetched = {ref for fetch in session.fetches if not fetch.handle for ref in fetch.refs}
    runs = _needed([*session.targets, *map(node_of, fetched)], sources)
    found: dict[str, list[_Access]] = {}
    for name in runs:
        needs = frozenset(_needed(sources[name], sources))
        if name in needs:
            yield f"{name} waits for itself"
        for variable, kind in _accesses(nodes[name], roots):
            found.setdefault(variable, []).append(_Access(kind, name, needs))
    for ref in fetched & roots.keys():
        needs = frozenset(_needed([node_of(ref)], sources))
        found.setdefault(roots[ref], []).append(_Access("read", "", needs))
    for variable, accesses in found.items():
        for i, one in enumerate(accesses):
            yield from (
                f"{variable}: {one[:2]}, {other[:2]}" for other in accesses[i + 1 :] if one.meets(other)
            )
        if nodes[variable].op == TEMPORARY:
            yield from (f"{variable}: {one[:2]} before each write" for one in _too_early(accesses))


def _too_early(accesses: list[_Access]) -> list[_Access]:
    """Return who reads a Variable of the step before it is written, though a writer would not need that."""
    writers = [a for a in accesses if a.kind == "write"]
    reading = [a for a in accesses if a.kind == "read"]
    return [
        one
        for one in reading
        if writers
        and not any(w.name in one.needs for w in writers)
        and not (one.name and all(one.name in w.needs for w in writers))
    ]


def _needed(names: list[str], sources: Mapping[str, list[str]]) -> set[str]:
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name in sources and name not in found:
            found.add(name)
            todo += sources[name]
    return found


def _taken(node: PlanNode) -> list[int]:
    op = load().op(node.op)
    return [] if op is None else [at for arg, at in positions(op, node) if arg.is_ref]


def _roots(plan: Plan) -> dict[str, str]:
    """Return the Variable of each reference; the nodes of these pages stand behind what they take."""
    roots = {f"{node.name}:0": node.name for node in plan.nodes if node.op in MAKES_REF}
    for node in plan.nodes:
        root = next((roots[node.inputs[at]] for at in _taken(node) if node.inputs[at] in roots), None)
        op = load().op(node.op)
        if root is not None and op is not None:
            roots.update({f"{node.name}:{i}": root for i, arg in enumerate(op.outputs) if arg.is_ref})
    return roots


def _accesses(node: PlanNode, roots: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    taken = _taken(node)
    for at, ref in enumerate(node.inputs):
        if ref not in roots or (at in taken and node.op in PASSING_REF):
            continue
        if at not in taken:
            yield roots[ref], "read"
        elif node.op in LOOKING_AT_REF:
            if ref == f"{roots[ref]}:0":  # behind a write it sees the same, whatever else is written
                yield roots[ref], "look"
        else:
            yield roots[ref], "end" if node.op == DESTROYING else "write"


class _Drawing:
    """A page on its way: the outputs that give references, with their Variable, values and truths."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.blocks: dict[str, Any] = {}
        self.wires: list[str] = []
        self.refs: list[tuple[str, str]] = []
        self.values: list[str] = []
        self.truths: list[str] = []

    def take(self, block: str, pin: str, known: list[str], texts: tuple[str, ...]) -> dict[str, str]:
        """Wire a pin to one of the known outputs, or type a text."""
        if not known or self.random.random() < 0.4:
            return {pin: self.random.choice(texts)}
        self.wires.append(f"{self.random.choice(known)} -> {block}.{pin}")
        return {}

    def value(self, block: str, pin: str) -> dict[str, str]:
        known = self.values if self.random.random() < 0.5 else [ref for ref, _ in self.refs]
        return self.take(block, pin, known, ("2.0f", "3.0f"))

    def reference(self, block: str, pin: str) -> str:
        ref, root = self.random.choice(self.refs)
        self.wires.append(f"{ref} -> {block}.{pin}")
        return root

    def add(self, block: str, kind: str) -> None:
        """Add a block of a kind, wired at random to what is there."""
        pins: dict[str, str] = {}
        if kind in ("Assign", "AssignAdd"):
            self.refs.append((f"{block}.output_ref", self.reference(block, "ref")))
            pins = self.value(block, "value")
        elif kind == "RefIdentity":
            self.refs.append((f"{block}.output", self.reference(block, "input")))
        elif kind == "IsVariableInitialized":
            self.reference(block, "ref")
            self.truths.append(f"{block}.is_initialized")
        elif kind == "RefSwitch":
            root = self.reference(block, "data")
            self.refs += [(f"{block}.output_true", root), (f"{block}.output_false", root)]
            pins = self.take(block, "pred", self.truths, ("true", "false"))
        elif kind == "Switch":
            pins = self.value(block, "data") | self.take(block, "pred", self.truths, ("true", "false"))
            self.values += [f"{block}.output_true", f"{block}.output_false"]
        elif kind == "Less":
            pins = self.value(block, "x") | {"y": "3.0f"}
            self.truths.append(f"{block}.z")
        else:
            pins = self.value(block, "x") | self.value(block, "y")
            self.values.append(f"{block}.z")
        self.blocks[block] = (kind, pins)


_KINDS = (
    "Assign", "Assign", "AssignAdd", "Add", "Add", "RefIdentity", "IsVariableInitialized", "Less", "RefSwitch",
    "Switch",
)  # fmt: skip


def drawn(seed: int) -> Page:
    """Return a small page whose Variables, some of them of the step, are written and read by many."""
    drawing = _Drawing(seed)
    rng = drawing.random
    for i in range(rng.randint(1, 2)):
        drawing.blocks[f"v{i}"] = ("Variable", _START if rng.random() < 0.7 else _NO_START)
        drawing.refs.append((f"v{i}.ref", f"v{i}"))
    temporary = [f"t{i}" for i in range(rng.randint(0, 2))]
    for name in temporary:
        drawing.blocks[name] = (TEMPORARY, {"shape": "{}", "dtype": "DT_FLOAT"})
        drawing.refs.append((f"{name}.ref", name))
    for i in range(rng.randint(2, 12)):
        drawing.add(f"n{i}", rng.choice(_KINDS))
    ends = [
        *drawing.values,
        *drawing.truths,
        *(ref for ref, root in drawing.refs if not ref.startswith(root)),
    ]
    for name in temporary:
        if rng.random() < 0.7:
            own = [ref for ref, root in drawing.refs if root == name]
            drawing.blocks[f"end_{name}"] = (DESTROYING, {"var_name": name})
            drawing.wires.append(f"{rng.choice(own)} -> end_{name}.ref")
            ends.append(f"end_{name}.value")
    blocks = list(drawing.blocks.items())
    rng.shuffle(blocks)
    made = dict(blocks)
    for session in ("s", "s2")[: rng.choice((1, 1, 2))]:
        made[session] = "ClientSession"
        for end in rng.sample(ends, rng.randint(1, len(ends))) if ends else ():
            drawing.wires.append(f"{end} -> {session}.{rng.choice(('run_outputs', 'fetch_outputs'))}")
    return page(made, "\n".join(drawing.wires))
