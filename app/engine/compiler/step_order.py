"""Decides the order of a step: what a Variable's readers see, and in which order its writers run.

The rule (design, section 5): a Variable whose only writer depends, by its value inputs, neither on the Variable nor on
a Switch is read after the write; otherwise all readers see the value from the start of the step and the writers run
after them. Writers chained through output_ref run in chain order, others in file order, and each one's output is the
value right after its own write. Only writers that a session reaches count. All that a session changes it changes after
it has got its elements of datasets (`data_order`). What a Variable of the step (TemporaryVariable) holds at its start
is not defined: it is read after its first write, and before it ends. Who looks whether a Variable has a value comes
where its readers come, unless that decides on the write.

TensorFlow gets the order as control inputs and helper nodes (all named ``BLOCK/suffix``):

- ``var/read``: Identity behind the only writer, or a DeepCopy before all writers (of a Variable of the step behind the
  first); every reader is led there;
- ``writer/after``: DeepCopy of a writer's output where another writer follows (``after_i`` of output i of a call);
- ``alias/read_i``: the same for output i of an op that passes a reference on (RefSwitch, RefIdentity, ...);
- ``x/done``: a Merge that fires when x is done, dead or alive, as a control input from a dead node kills the node;
- ``x/gate_n``: an edge that does not always hold. A session that does not run the edge's source feeds the gate, and
  TensorFlow leaves the source out; so does a step that shows nothing, where the source is there only to be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from msgspec.structs import replace

from app.engine.compiler.data_order import data_edges
from app.engine.compiler.loops import entry_of, loop_levels
from app.engine.compiler.plan import Constant, Gradients, PlanNode
from app.engine.compiler.step_graph import StepGraph, behind
from app.engine.compiler.writers import Writers


class StepOrder(NamedTuple):
    """The decided order. ``value_of`` leads a reference tensor to what readers and fetches of it see."""

    value_of: Callable[[str], str]
    closed_gates: dict[str, tuple[str, ...]]  # by session
    shown_gates: dict[str, tuple[tuple[str, str], ...]]  # by session: (gate, the Variable only shown or "")
    dead: set[str]  # nodes that may be dead in a step
    start_reads: set[str]  # tensors that show a Variable's value at the start of the step
    changes: bool = True  # False: the page has neither Variables nor Switches, so nothing needs an order
    masks: Mapping[str, int] = {}  # what each lowered node depends on (see `Writers.masks`)
    # Nodes of which all that they need decides on the order, not only what they depend on: the writers where a Variable
    # has several, and what passes references on.
    sorted_by_need: frozenset[str] = frozenset()


def decide_order(
    graph: StepGraph, sessions: Mapping[str, set[str]], shown: Mapping[str, set[str]]
) -> StepOrder:
    """Order one step; adds helper nodes and control inputs to ``graph.nodes``.

    ``sessions`` holds the nodes that each session runs, ``shown`` the tensors that it fetches.
    """
    data = data_edges(graph, sessions)
    if not graph.ref_uses and not graph.switches and not data:
        return StepOrder(_same, {}, {}, set(), set(), changes=False)
    return _Ordering(graph, sessions, shown, data).decide()


def _same(ref: str) -> str:
    return ref


class _Ordering:
    """Leads the readers of Variables to what they are to see, and adds the edges that make it so."""

    def __init__(
        self,
        graph: StepGraph,
        sessions: Mapping[str, set[str]],
        shown: Mapping[str, set[str]],
        data: Sequence[tuple[str, str]],
    ) -> None:
        self.graph, self.sessions, self.shown, self.data = graph, sessions, shown, data
        self.levels = loop_levels(graph)
        self.writers = Writers(graph, sessions.values(), self.levels)
        self.masks = dict(self.writers.masks)  # and those of the helper nodes
        self.alias_reads: dict[str, dict[str, str]] = {}  # Variable -> helper -> what the alias stands behind
        self.users: dict[str, set[str]] = {}  # helper node -> the sessions that use it
        self.read_by: dict[str, set[str]] = {}  # helper node -> the sessions in which a node reads it
        self.gates: dict[str, list[str]] = {s: [] for s in sessions}
        self.shown_gates: dict[str, list[tuple[str, str]]] = {s: [] for s in sessions}
        self.gate_count = 0

    def decide(self) -> StepOrder:
        """Lead the readers, add the edges, and return what was decided."""
        start_reads = self._lead_readers()
        self._add_edges()
        dead = {name for name, mask in self.masks.items() if mask & 1}
        gates = {s: tuple(g) for s, g in self.gates.items()}
        shown_gates = {s: tuple(g) for s, g in self.shown_gates.items()}
        writers = self.writers
        several = {w for those in writers.of.values() if len(those) > 1 for w in those}
        passing = {ref.split(":", 1)[0] for ref in writers.aliases}
        return StepOrder(
            self.value_of,
            gates,
            shown_gates,
            dead,
            start_reads,
            masks=writers.masks,
            sorted_by_need=frozenset(several | passing),
        )

    # --- what readers see -------------------------------------------------------------------------------------

    def value_of(self, ref: str) -> str:
        """Return the tensor that readers of a reference see."""
        root = self.writers.roots.get(ref)
        if root is None or root not in self.writers.of:
            return ref
        name = ref.split(":", 1)[0]
        if name == root:
            return f"{root}/read:0"
        if name in self.writers.of[root][:-1]:
            return f"{self._after(ref)}:0"
        if self._alias_is_led(ref, root):
            return f"{name}/read_{ref.rsplit(':', 1)[1]}:0"
        return ref

    def _after(self, ref: str) -> str:
        """Return the helper that reads what a writer has written, by the reference that the writer gives."""
        name, _, index = ref.partition(":")
        return f"{name}/after_{index}" if ref in self.graph.passed else f"{name}/after"

    def _alias_is_led(self, ref: str, root: str) -> bool:
        """Return whether a passed-on reference may be written later, and can be read before (or must be, after)."""
        return ref in self.writers.aliases and self.writers.behind(ref) != self.writers.of[root][-1]

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
            # In an order of their own: that of a set is another in each process.
            for ref in sorted(ref for ref in refs if self.value_of(ref) != ref):
                self._use(self.value_of(ref), ref, session)
        return {f"{v}/read:0" for v in self.writers.of if not self.writers.is_read_after_write(v)}

    def _point(self, name: str, position: int, tensor: str) -> None:
        node = self.graph.nodes.get(name)
        if node is not None:
            inputs = list(node.inputs)
            inputs[position] = tensor
            self.graph.nodes[name] = replace(node, inputs=inputs)
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
            root = self.writers.roots[ref]
            origin = self.writers.behind(ref) if ref in self.writers.aliases else owner.name
            if ref in self.writers.aliases:
                self.alias_reads.setdefault(root, {})[helper] = origin
            op = "Identity" if self.writers.is_read_after_write(origin) else "DeepCopy"
            dtype = self._dtype(self.graph.nodes[root] if ref in self.graph.passed else owner)
            self.graph.nodes[helper] = PlanNode(
                name=helper, op=op, block=owner.block, inputs=[ref], attrs={"T": dtype}
            )
            self.masks[helper] = self.masks.get(owner.name, 0)
        self.users.setdefault(helper, set()).add(session)

    def _dtype(self, node: PlanNode) -> str:
        dtype = node.attrs.get("dtype") or node.attrs.get("T")
        if dtype is None:
            root = self.graph.nodes[self.writers.roots[f"{node.name}:0"]]
            dtype = root.attrs["dtype"]
        return str(dtype)

    # --- control inputs ---------------------------------------------------------------------------------------

    def _add_edges(self) -> None:
        edges: dict[tuple[str, str], None] = {}
        for session, nodes in self.sessions.items():
            for variable, writers in self.writers.of.items():
                mine = [w for w in writers if w in nodes]
                if mine:
                    self._edges_of(variable, mine, session, edges)
        for source, target in (*edges, *self.data):
            self._add_edge(source, target)

    def _edges_of(
        self, variable: str, writers: list[str], session: str, edges: dict[tuple[str, str], None]
    ) -> None:
        helpers = {h: o for h, o in self.alias_reads.get(variable, {}).items() if session in self.users[h]}
        read = f"{variable}/read"
        if session in self.users.get(read, ()):
            helpers[read] = variable
        looks = self._looks(variable, session)
        for who, where in ((helpers, self.writers.read_behind), (looks, self.writers.looked_at_behind)):
            earlier_ones = set(self.writers.of[variable][: where.get(variable, 0)])
            before = [w for w in writers if w in earlier_ones][-1:]
            behind_it = [w for w in writers if w not in earlier_ones][:1]
            for helper in (h for h, origin in who.items() if origin == variable):
                edges.update(dict.fromkeys((w, helper) for w in before))
                edges.update(dict.fromkeys((helper, w) for w in behind_it))
        helpers |= looks
        for earlier, later in pairwise(writers):
            edges.update(dict.fromkeys((h, later) for h, origin in helpers.items() if origin == earlier))
            if self.writers.parent[later, variable] != earlier:
                edges[earlier, later] = None
            for after in self._afters(earlier, variable):
                if session in self.users.get(after, ()):
                    edges[after, later] = None

    def _looks(self, variable: str, session: str) -> dict[str, str]:
        """Return who looks at a Variable in a session, and the writer that it comes behind or the Variable itself."""
        looks = self.writers.looks.get(variable, ())
        return {name: self.writers.behind(ref) for name, ref in looks if name in self.sessions[session]}

    def _afters(self, writer: str, variable: str) -> list[str]:
        """Return the helpers that may read a Variable right after a writer."""
        roots = self.writers.roots
        passed = [
            ref for ref in self.graph.passed if ref.rpartition(":")[0] == writer and roots[ref] == variable
        ]
        return [f"{writer}/after", *map(self._after, passed)]

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
            self._put_behind(target, live)
            return
        block = self.graph.nodes[target].block
        gate = f"{target}/gate_{self.gate_count}"
        self.gate_count += 1
        self._add_int(gate, block, [f"^{live}"])
        self.graph.nodes[f"{gate}/open"] = PlanNode(
            name=f"{gate}/open", op="Identity", block=block, inputs=[f"{gate}:0"], attrs={"T": "DT_INT32"}
        )
        self._put_behind(target, f"{gate}/open")
        for session in without:
            self.gates[session].append(f"{gate}:0")
        variable = source.removesuffix("/read") if source.endswith("/read") else ""
        for session in only_shown:
            self.shown_gates[session].append((f"{gate}:0", variable))

    def _put_behind(self, target: str, other: str) -> None:
        target = entry_of(self.graph, self.levels, target, other) if self.levels else target
        self.graph.nodes[target] = behind(self.graph.nodes[target], other)

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
