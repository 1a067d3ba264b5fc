"""Decides the order of a step: what a Variable's readers see, and in which order its writers run.

The rule (design, section 5): a Variable whose only writer depends, by its value inputs, neither on the Variable nor on
a Switch is read after the write; otherwise all readers see the value from the start of the step and the writers run
after them. Writers chained through output_ref run in chain order, others in file order, and each one's output is the
value right after its own write. Only writers that a session reaches count.

TensorFlow gets the order as control inputs and helper nodes (all named ``BLOCK/suffix``):

- ``var/read``: Identity behind the only writer, or a DeepCopy before all writers; every reader is led there;
- ``writer/after``: DeepCopy of a writer's output where another writer follows;
- ``alias/read_i``: the same for output i of an op that passes a reference on (RefSwitch, RefIdentity, ...);
- ``x/done``: a Merge that fires when x is done, dead or alive, as a control input from a dead node kills the node;
- ``x/gate_n``: an edge that does not always hold. A session that does not run the edge's source feeds the gate, and
  TensorFlow leaves the source out; so does a step that shows nothing, where the source is there only to be shown.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import NamedTuple

from app.engine.compiler.plan import Constant, Gradients, PlanNode
from app.engine.compiler.plan_walk import owner_of, sources_of
from blocks.op_facts.traits import LOOKING_AT_REF, PASSING_REF, SWITCHES, VARIABLES

_ROOTS = VARIABLES | {"TemporaryVariable"}


class StepGraph(NamedTuple):
    """The lowered nodes, and how references are used. An element of a gradient counts as the gradient."""

    nodes: dict[str, PlanNode]
    gradients: dict[str, Gradients]
    sequence: list[str]  # names of nodes and gradients, sources first
    file_order: list[str]  # the blocks as they stand in the file
    ref_uses: list[tuple[str, str]]  # (node, reference tensor) taken as a reference
    reads: list[tuple[str, int, str]]  # (node, input position, reference tensor) read as a value
    switches: bool  # whether a Switch is among the nodes


class Order(NamedTuple):
    """The decided order. ``value_of`` leads a reference tensor to what readers and fetches of it see."""

    value_of: Callable[[str], str]
    closed_gates: dict[str, tuple[str, ...]]  # by session
    shown_gates: dict[
        str, tuple[tuple[str, str], ...]
    ]  # by session: (gate, the Variable that is only shown or "")
    dead: set[str]  # nodes that may be dead in a step
    start_reads: set[str]  # tensors that show a Variable's value at the start of the step
    changes: bool = True  # False: the page has neither Variables nor Switches, so nothing needs an order


def decide(graph: StepGraph, sessions: Mapping[str, set[str]], shown: Mapping[str, set[str]]) -> Order:
    """Order one step; adds helper nodes and control inputs to ``graph.nodes``.

    ``sessions`` holds the nodes that each session runs, ``shown`` the tensors that it fetches.
    """
    if not graph.ref_uses and not graph.switches:
        return Order(_same, {}, {}, set(), set(), changes=False)
    return _Ordering(graph, sessions, shown).decide()


def _same(ref: str) -> str:
    return ref


class _Ordering:
    def __init__(
        self, graph: StepGraph, sessions: Mapping[str, set[str]], shown: Mapping[str, set[str]]
    ) -> None:
        self.graph, self.sessions, self.shown = graph, sessions, shown
        self.file_rank = {block: i for i, block in enumerate(graph.file_order)}
        self.roots: dict[str, str] = {}  # reference tensor -> Variable node
        self.used = set().union(*sessions.values()) if sessions else set()
        self.writers: dict[str, list[str]] = {}  # Variable -> its writers in the order they run
        self.parent: dict[
            tuple[str, str], str
        ] = {}  # (writer, Variable) -> the node whose reference it takes
        self.taken = set(graph.ref_uses)
        self.read_places = {(name, position) for name, position, _ in graph.reads}
        self.masks: dict[str, int] = {}  # which single-writer Variables a node depends on; bit 0: a Switch
        self.bits: dict[str, int] = {}
        self.aliases: dict[
            str, str
        ] = {}  # reference tensor of a passing op -> the Variable or writer before it
        self.alias_reads: dict[
            str, dict[str, str]
        ] = {}  # Variable -> helper node -> what is before the alias
        self.after_write: set[str] = set()  # Variables that are read after their only writer
        self.users: dict[str, set[str]] = {}  # helper node -> the sessions that use it
        self.read_by: dict[str, set[str]] = {}  # helper node -> the sessions in which a node reads it
        self.gates: dict[str, list[str]] = {s: [] for s in sessions}
        self.shown_gates: dict[str, list[tuple[str, str]]] = {s: [] for s in sessions}
        self.gate_count = 0

    def decide(self) -> Order:
        self._find_writers()
        self._find_dependences()
        self._choose_read_after_write()
        several = [v for v, writers in self.writers.items() if len(writers) > 1]
        by_sequence = {v: list(self.writers[v]) for v in several}
        for variable in several:
            self.writers[variable] = self._in_order(self.writers[variable])
        if len(several) > 1 and self._circular():
            self.writers.update(by_sequence)  # the file's order of two Variables contradicts their data
        start_reads = self._lead_readers()
        self._add_edges()
        dead = {name for name, mask in self.masks.items() if mask & 1}
        gates = {s: tuple(g) for s, g in self.gates.items()}
        shown_gates = {s: tuple(g) for s, g in self.shown_gates.items()}
        return Order(self.value_of, gates, shown_gates, dead, start_reads)

    # --- who writes what --------------------------------------------------------------------------------------

    def _find_writers(self) -> None:
        for name, node in self.graph.nodes.items():
            if node.op in _ROOTS:
                self.roots[f"{name}:0"] = name
        for name, ref in self.graph.ref_uses:
            root = self.roots.get(ref)
            node = self.graph.nodes[name]
            if root is None:
                continue
            for i in range(2 if node.op == "RefSwitch" else 1):
                self.roots.setdefault(f"{name}:{i}", root)
                if node.op in PASSING_REF:
                    self.aliases.setdefault(f"{name}:{i}", self.aliases.get(ref) or ref.split(":", 1)[0])
            if node.op in PASSING_REF or node.op in LOOKING_AT_REF:
                continue
            self.parent[name, root] = ref.split(":", 1)[0]
            if name in self.used:
                self.writers.setdefault(root, []).append(name)

    def _find_dependences(self) -> None:
        """Walk the nodes once, in topological order, and collect what each depends on, as bits."""
        single = [v for v, w in self.writers.items() if len(w) == 1]
        self.bits = {v: 1 << (i + 1) for i, v in enumerate(single)}
        for name in self.graph.sequence:
            node = self.graph.nodes.get(name)
            mask = self.bits.get(name, 0) | (1 if node is not None and node.op in SWITCHES else 0)
            for source in sources_of(self.graph, name):
                mask |= self.masks.get(source, 0)
            self.masks[name] = mask

    def _value_mask(self, writer: str) -> int:
        """Return what a writer depends on by its value inputs (its reference inputs left out)."""
        mask = 0
        for position, ref in enumerate(self.graph.nodes[writer].inputs):
            if (writer, ref) not in self.taken or (writer, position) in self.read_places:
                mask |= self.masks.get(owner_of(self.graph, ref), 0)
        return mask

    def _choose_read_after_write(self) -> None:
        """Choose the Variables that are read after their write; those that wait for each other in a circle are not."""
        needs: dict[str, int] = {}
        for variable, bit in self.bits.items():
            if self.graph.nodes[variable].op not in VARIABLES:
                continue
            mask = self._value_mask(self.writers[variable][0])
            if not mask & (bit | 1):
                needs[variable] = mask
        chosen = sum(self.bits[v] for v in needs)
        while needs:  # take away, round by round, those that wait for nothing among the rest
            free = [v for v, mask in needs.items() if not mask & chosen]
            if not free:
                break
            for variable in free:
                chosen &= ~self.bits[variable]
                del needs[variable]
                self.after_write.add(variable)

    # --- the order of writers ---------------------------------------------------------------------------------

    def _in_order(self, writers: list[str]) -> list[str]:
        """Sort the writers of one Variable: chains and data first, the file's order among the rest."""
        rank = {w: i for i, w in enumerate(sorted(writers, key=self._file_rank))}
        before: dict[str, set[str]] = {w: self._writers_before(w, rank) for w in writers}
        waiting = {w: len(b) for w, b in before.items()}
        followers: dict[str, list[str]] = {}
        for writer, earlier in before.items():
            for other in earlier:
                followers.setdefault(other, []).append(writer)
        ready = [(rank[w], w) for w, n in waiting.items() if n == 0]
        heapq.heapify(ready)
        order = []
        while ready:
            _, writer = heapq.heappop(ready)
            order.append(writer)
            for later in followers.get(writer, ()):
                waiting[later] -= 1
                if not waiting[later]:
                    heapq.heappush(ready, (rank[later], later))
        return order

    def _file_rank(self, name: str) -> int:
        return self.file_rank.get(self.graph.nodes[name].block, 0)

    def _writers_before(self, writer: str, among: Mapping[str, int]) -> set[str]:
        """Return the nearest writers of the same Variable that this one needs."""
        found: set[str] = set()
        seen = {writer}
        todo = list(sources_of(self.graph, writer))
        while todo:
            name = todo.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in among:
                found.add(name)
            else:
                todo.extend(sources_of(self.graph, name))
        return found

    def _circular(self) -> bool:
        """Whether the writers' orders, together with the data, make a circle."""
        after: dict[str, list[str]] = {}
        for writers in self.writers.values():
            for earlier, later in pairwise(writers):
                after.setdefault(later, []).append(earlier)
        position: dict[str, int] = {}
        for first in [a for a in after if position.get(a) != 2]:
            stack = [(first, iter([*sources_of(self.graph, first), *after[first]]))]
            position[first] = position.get(first, 1)
            while stack:
                name, sources = stack[-1]
                source = next(sources, None)
                if source is None:
                    position[name] = 2
                    stack.pop()
                elif position.get(source) == 1 and source in {n for n, _ in stack}:
                    return True
                elif source not in position:
                    position[source] = 1
                    stack.append((source, iter([*sources_of(self.graph, source), *after.get(source, ())])))
        return False

    # --- what readers see -------------------------------------------------------------------------------------

    def value_of(self, ref: str) -> str:
        """Return the tensor that readers of a reference see."""
        root = self.roots.get(ref)
        if root is None or root not in self.writers:
            return ref
        name = ref.split(":", 1)[0]
        if name == root:
            return f"{root}/read:0" if self.graph.nodes[root].op in VARIABLES else ref
        if name in self.writers[root][:-1]:
            return f"{name}/after:0"
        if self._alias_is_led(ref, root):
            return f"{name}/read_{ref.rsplit(':', 1)[1]}:0"
        return ref

    def _alias_is_led(self, ref: str, root: str) -> bool:
        """Tell whether a passed-on reference may be written later, and can be read before (or must be, after)."""
        origin = self.aliases.get(ref)
        writers = self.writers[root]
        if origin is None or origin == writers[-1]:
            return False
        among = {w: i for i, w in enumerate(writers)}
        earlier = self._writers_before(ref.split(":", 1)[0], among)
        return earlier <= ({origin} if origin in among else set())  # else its own data put it behind a writer

    def _lead_readers(self) -> set[str]:
        """Point every reader at the tensor it is to see, and note which sessions use which helper."""
        for name, position, ref in self.graph.reads:
            seen = self.value_of(ref)
            if seen == ref:
                continue
            self._point(name, position, seen)
            for session, nodes in self.sessions.items():
                if name in nodes:
                    self._use(seen, ref, session)
                    self.read_by.setdefault(seen.split(":", 1)[0], set()).add(session)
        for session, refs in self.shown.items():
            for ref in refs:
                if self.value_of(ref) != ref:
                    self._use(self.value_of(ref), ref, session)
        return {f"{v}/read:0" for v in self.writers if v not in self.after_write}

    def _point(self, name: str, position: int, tensor: str) -> None:
        node = self.graph.nodes.get(name)
        if node is not None:
            node.inputs[position] = tensor
            return
        old = self.graph.gradients[name]
        refs = [*old.ys, *old.xs]
        refs[position] = tensor
        count = len(old.ys)
        self.graph.gradients[name] = Gradients(name=name, ys=tuple(refs[:count]), xs=tuple(refs[count:]))

    def _use(self, tensor: str, ref: str, session: str) -> None:
        helper = tensor.split(":", 1)[0]
        if helper not in self.graph.nodes:
            owner = self.graph.nodes[ref.split(":", 1)[0]]
            root = self.roots[ref]
            origin = self.aliases.get(ref, owner.name)
            if ref in self.aliases:
                self.alias_reads.setdefault(root, {})[helper] = origin
            op = "Identity" if origin in self.after_write else "DeepCopy"
            dtype = self._dtype(owner)
            self.graph.nodes[helper] = PlanNode(
                name=helper, op=op, block=owner.block, inputs=[ref], attrs={"T": dtype}
            )
            self.masks[helper] = self.masks.get(owner.name, 0)
        self.users.setdefault(helper, set()).add(session)

    def _dtype(self, node: PlanNode) -> str:
        dtype = node.attrs.get("dtype") or node.attrs.get("T")
        if dtype is None:
            root = self.graph.nodes[self.roots[f"{node.name}:0"]]
            dtype = root.attrs["dtype"]
        return str(dtype)

    # --- control inputs ---------------------------------------------------------------------------------------

    def _add_edges(self) -> None:
        edges: dict[tuple[str, str], None] = {}
        for session, nodes in self.sessions.items():
            for variable, writers in self.writers.items():
                mine = [w for w in writers if w in nodes]
                if mine:
                    self._edges_of(variable, mine, session, edges)
        for source, target in edges:
            self._add_edge(source, target)

    def _edges_of(
        self, variable: str, writers: list[str], session: str, edges: dict[tuple[str, str], None]
    ) -> None:
        read = f"{variable}/read"
        if session in self.users.get(read, ()):
            edge = (writers[0], read) if variable in self.after_write else (read, writers[0])
            edges[edge] = None
        helpers = {h: o for h, o in self.alias_reads.get(variable, {}).items() if session in self.users[h]}
        for helper in (h for h, origin in helpers.items() if origin == variable):
            edge = (writers[0], helper) if variable in self.after_write else (helper, writers[0])
            edges[edge] = None
        for earlier, later in pairwise(writers):
            edges.update(dict.fromkeys((h, later) for h, origin in helpers.items() if origin == earlier))
            if self.parent[later, variable] != earlier:
                edges[earlier, later] = None
            if session in self.users.get(f"{earlier}/after", ()):
                edges[f"{earlier}/after", later] = None

    def _runs(self, name: str) -> set[str]:
        """Return the sessions that run a node."""
        if name in self.users:
            return self.users[name]
        return {s for s, nodes in self.sessions.items() if name in nodes}

    def _add_edge(self, source: str, target: str) -> None:
        sessions = self._runs(target)
        without = sessions - self._runs(source)
        only_shown = sessions - without - self.read_by.get(source, set()) if source in self.users else set()
        live = self._done(source) if self.masks.get(source, 0) & 1 else source
        if not without and not only_shown:
            self.graph.nodes[target].inputs.append(f"^{live}")
            return
        block = self.graph.nodes[target].block
        gate = f"{target}/gate_{self.gate_count}"
        self.gate_count += 1
        self._add_int(gate, block, [f"^{live}"])
        self.graph.nodes[f"{gate}/open"] = PlanNode(
            name=f"{gate}/open", op="Identity", block=block, inputs=[f"{gate}:0"], attrs={"T": "DT_INT32"}
        )
        self.graph.nodes[target].inputs.append(f"^{gate}/open")
        for session in without:
            self.gates[session].append(f"{gate}:0")
        variable = source.removesuffix("/read") if source.endswith("/read") else ""
        for session in only_shown:
            self.shown_gates[session].append((f"{gate}:0", variable))

    def _done(self, source: str) -> str:
        """Return a node that fires when the source is done, whether it was dead or not."""
        done, block = f"{source}/done", self.graph.nodes[source].block
        if done not in self.graph.nodes:
            self._add_int(f"{done}/live", block, [])
            self.graph.nodes[done] = PlanNode(
                name=done, op="Merge", block=block, inputs=[f"{done}/live:0", f"^{source}"],
                attrs={"T": "DT_INT32", "N": 1},
            )  # fmt: skip
        return done

    def _add_int(self, name: str, block: str, inputs: list[str]) -> None:
        self.graph.nodes[name] = PlanNode(
            name=name, op="Const", block=block, inputs=inputs, attrs={"dtype": "DT_INT32"},
            value=Constant(dtype="DT_INT32", shape=(), packed=bytes(8)),
        )  # fmt: skip
