"""Variables of a flat graph: which reads follow which writes, as wires from the Variable or from its last writer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec

from app.document.model.sentence import say
from app.engine.exchange.branch_contexts import BranchContexts, Branches, shared
from app.engine.exchange.calls import ARGUMENT, FlatGraph, FlatNode, Ref
from app.engine.exchange.graph import GraphFault
from app.engine.exchange.op_outputs import argument_places
from blocks.catalog import Catalog
from blocks.op_facts.functions import COUNTED, TAKING_REFERENCES
from blocks.op_facts.traits import MERGES
from blocks.symbol import Op

VARIABLES = frozenset({"VarHandleOp", "VariableV2", "Variable"})
_PASSES = frozenset(
    {"Identity", "RefIdentity", "Enter", "RefEnter", "Switch", "RefSwitch", "Merge", "RefMerge", "Exit"}
)
_LOOPS = frozenset({"NextIteration", "RefNextIteration"})
_OWN_NAMES = {
    "AssignVariableOp": "Assign",
    "AssignAddVariableOp": "AssignAdd",
    "AssignSubVariableOp": "AssignSub",
    "VarIsInitializedOp": "IsVariableInitialized",
    "VariableShape": "Shape",
}
_READ = "ReadVariableOp"

# Returns which inputs of a call are Variables that its functions write, of those that are Variables, by their dtypes.
Written = Callable[[FlatNode, dict[int, str]], frozenset[int]]


class Writer(NamedTuple):
    """A node that writes a Variable; ``bit`` stands for it, ``gives`` is its output that is the Variable."""

    bit: int
    node: str
    gives: Ref | None


class Accesses(msgspec.Struct):
    """What stands for what on the page.

    ``instead``: tensors that others give there. ``sources``: by node and number of input what is wired to it where
    that is a Variable. ``ops``: the ops that read and write reference Variables, by node. ``undrawn``: nodes without a
    block. ``unsaid``: writers that have no such form. ``of``: by Variable what writes it, in order. ``given_on``: of
    calls the arguments of their functions that are written. ``early``: by Variable, those that read it at its start.
    ``late``: Variable, writer and reader where a read follows a writer that does not give the Variable on.
    """

    variables: list[str] = []
    instead: dict[Ref, Ref] = {}
    sources: dict[tuple[str, int], Ref] = {}
    ops: dict[str, str] = {}
    undrawn: set[str] = set()
    unsaid: list[str] = []
    writers: list[str] = []
    dtypes: dict[Ref, str] = {}  # of the Variables that inputs are
    of: dict[str, list[Writer]] = {}
    given_on: dict[str, tuple[int, ...]] = {}
    early: dict[str, list[int]] = {}  # the bits of the writers that each of them follows
    late: list[tuple[str, str, str]] = []
    merged: dict[
        str, list[FlatNode]
    ] = {}  # by node what stands before it: a Variable as either branch leaves it

    def last(self, variable: str) -> Ref:
        """Return what gives a Variable once all has been written."""
        given = (writer.gives for writer in reversed(self.of.get(variable, ())))
        return next((ref for ref in given if ref is not None), Ref(variable, 0))


def in_order(flat: FlatGraph) -> list[FlatNode]:
    """Return the nodes, each after its inputs and what it waits for; raises GraphFault for a circle that is no loop."""
    nodes = flat.nodes
    done: dict[str, bool] = {}
    order: list[FlatNode] = []
    for start in nodes:
        if start in done:
            continue
        todo = [start]
        while todo:
            name = todo[-1]
            known = done.get(name)
            if known:
                todo.pop()
                continue
            node = nodes[name]
            if known is None and node.op in _LOOPS:
                done[name] = False
                continue
            if known is not None or not (node.inputs or node.controls):
                done[name] = True
                order.append(node)
                todo.pop()
                continue
            done[name] = False
            for before in _before(node) if node.controls else [ref.node for ref in node.inputs]:
                known = done.get(before)
                if known is None:
                    todo.append(before)
                elif not known and nodes[before].op not in _LOOPS:
                    raise GraphFault(say("model.circle", node=before))
    return order


def _before(node: FlatNode) -> Iterable[str]:
    return [*(ref.node for ref in node.inputs), *node.controls]


def with_merged(order: list[FlatNode], accesses: Accesses) -> list[FlatNode]:
    """Return the nodes in order, with those that give a Variable as either branch leaves it."""
    if not accesses.merged:
        return order
    return [one for node in order for one in (*accesses.merged.get(node.name, ()), node)]


def accesses_of(
    flat: FlatGraph,
    order: list[FlatNode],
    catalog: Catalog,
    bound: Iterable[str] = (),
    initial: Collection[str] = (),
    written: Written | None = None,
) -> Accesses:
    """Return how the Variables of a flat graph are read and written.

    ``bound``: arguments that stand for Variables. ``initial``: nodes that only give Variables their first value.
    ``written`` knows what calls of functions write (None: nothing). Calls of branches get an output for each Variable
    that they write. What a function gives (roots of ``bound``) is read there, and drawn.
    """
    return _Reading(flat, catalog, frozenset(bound), initial, written).read(order)


class _Reading:
    def __init__(
        self,
        flat: FlatGraph,
        catalog: Catalog,
        bound: frozenset[str],
        initial: Collection[str],
        written: Written | None,
    ) -> None:
        self._flat, self._catalog, self._bound, self._initial = flat, catalog, bound, initial
        self._calls = written
        self._given = {ref.node for ref in flat.roots} if bound else set()
        self._found = Accesses()
        self._before: dict[str, int] = {}  # by node the bits of the writers that ran before or with it
        self._branches = BranchContexts(flat)
        self._placed: set[str] = set()  # nodes that are in the order

    def read(self, order: list[FlatNode]) -> Accesses:
        """Return how the nodes, each after what it waits for, read and write Variables."""
        found = self._found
        found.variables = [n.name for n in order if n.op in VARIABLES]
        if not found.variables and not self._bound:
            return found
        self._placed.update([node.name for node in order])
        for node in order:
            past = 0
            for name in _before(node):
                past |= self._before.get(name, 0)
            self._branches.meet(node)
            self._access(node, past)
            self._before[node.name] = past | self._bit(node)
        return found

    def variable_of(self, ref: Ref) -> str | None:
        """Return the Variable of which a tensor is the handle or reference."""
        for _ in range(len(self._flat.nodes) + 1):
            node = self._flat.nodes[ref.node]
            if node.op in VARIABLES or (node.op == ARGUMENT and node.name in self._bound):
                return node.name
            if not node.inputs or not self._passes(node, ref.number):
                return None
            ref = node.inputs[0]
        return None

    def _passes(self, node: FlatNode, number: int) -> bool:
        """Return whether an output of a node is the handle or reference that is its first input."""
        if node.op in _PASSES:
            return number == 0 or "Switch" in node.op
        op = self._catalog.op(node.op)
        if op is None or not op.inputs or not op.outputs or number:
            return False
        return op.inputs[0].is_ref and op.outputs[0].is_ref

    def _access(self, node: FlatNode, past: int) -> None:
        found, op = self._found, self._catalog.op(node.op)
        of = [self.variable_of(ref) for ref in node.inputs]
        if node.op in VARIABLES or node.name in self._initial or not any(of):
            return
        if node.op == _READ or (node.op == "Identity" and of[0] is not None):
            self._note_late(node, of[0] or "", past)
            source = self._last(node, of[0] or "", past, node.inputs[0])
            if node.name in self._given:
                found.ops[node.name], found.sources[node.name, 0] = "Identity", source
                return
            found.instead[Ref(node.name, 0)] = source
            found.undrawn.add(node.name)
            return
        if op is None:
            return
        if node.op in TAKING_REFERENCES and self._calls is not None:
            self._call(node, op, of, past)
            return
        name = self._form(node, op)
        written = self._written(name, node)
        for place, variable in enumerate(of):
            if variable is not None:
                self._take(node, place, variable, past, is_written=place in written)
        if name != node.op:
            found.ops[node.name] = name
        for place in written:
            variable = of[place] if place < len(of) else None
            if variable is not None:  # its output is the first of those that it writes
                gives = Ref(node.name, 0) if self.variable_of(node.inputs[0]) == variable else None
                self._note(node, variable, gives)

    def _take(self, node: FlatNode, place: int, variable: str, past: int, *, is_written: bool) -> None:
        """Note from where a node takes a Variable."""
        found, ref = self._found, node.inputs[place]
        if not is_written:
            self._note_late(node, variable, past)
        found.sources[node.name, place] = self._last(node, variable, past, ref, is_read=not is_written)
        found.dtypes[ref] = self._dtype(variable)

    def _note_late(self, node: FlatNode, variable: str, past: int) -> None:
        """Note that a node reads a Variable that its last writer does not give on."""
        before = (writer for writer in reversed(self._found.of.get(variable, ())) if past & writer.bit)
        last = next(before, None)
        if last is not None and last.gives is None:
            self._found.late.append((variable, last.node, node.name))

    def _dtype(self, variable: str) -> str:
        return str(self._flat.nodes[variable].attrs.get("dtype", "DT_FLOAT"))

    def _note(self, node: FlatNode, variable: str, gives: Ref | None) -> None:
        """Note that a node writes a Variable."""
        found = self._found
        if node.name not in found.writers:
            found.writers.append(node.name)
        bit = 1 << (len(found.writers) - 1)
        found.of.setdefault(variable, []).append(Writer(bit, node.name, gives))

    def _call(self, node: FlatNode, op: Op, of: list[str | None], past: int) -> None:
        """Note what a call of functions does with the Variables that it is given."""
        assert self._calls is not None
        places = argument_places(op, node.attrs)
        taken = {i: self._dtype(v) for i, v in enumerate(of) if v is not None and i in places}
        written = self._calls(node, taken) if taken else frozenset()
        for place, variable in enumerate(of):
            if variable is not None:
                self._take(node, place, variable, past, is_written=place in written)
        self._found.given_on[node.name] = tuple([place - places.start for place in sorted(written)])
        for place in sorted(written):
            variable = of[place] or ""
            number = place - places.start
            if node.op not in COUNTED:
                types = [*node.attrs.get("Tout", ()), self._dtype(variable)]
                attrs = {key: value for key, value in node.attrs.items() if key != "output_shapes"}
                node.attrs, number = {**attrs, "Tout": types}, len(types) - 1
            self._note(node, variable, Ref(node.name, number))

    def _form(self, node: FlatNode, op: Op) -> str:
        """Return the op that does the same to a reference."""
        takes = any(a.dtype == "DT_RESOURCE" for a in op.inputs)
        if not takes or any(a.number_attr or a.type_list_attr for a in op.inputs):
            return node.op
        name = _OWN_NAMES.get(node.op, node.op.removeprefix("Resource"))
        if self._catalog.op(name) is None or name == node.op:
            self._found.unsaid.append(node.name)
            return node.op
        return name

    def _written(self, name: str, node: FlatNode) -> list[int]:
        op = self._catalog.op(name)
        if op is None or (name in _PASSES):
            return []
        return [
            place for place, arg in enumerate(op.inputs) if arg.is_ref and name != "IsVariableInitialized"
        ]

    def _bit(self, node: FlatNode) -> int:
        writers = self._found.writers
        return 1 << (len(writers) - 1) if writers and writers[-1] == node.name else 0

    def _last(self, node: FlatNode, variable: str, past: int, ref: Ref, *, is_read: bool = True) -> Ref:
        """Return where an access gets a Variable: of the last of its writers before, else of itself."""
        source = self._flat.nodes[ref.node]
        writers = [w for w in self._found.of.get(variable, ()) if past & w.bit and w.gives is not None]
        leads_in = source.op == "RefSwitch" or (source.op == "Switch" and is_read)
        if writers and not (leads_in and self._before[source.name] & writers[-1].bit):
            within = self._branches.behind(ref) if node.op in MERGES else self._branches.of(node.name)
            return self._behind(node, variable, writers, within)
        if source.op in _PASSES - {"Identity", "RefIdentity"}:
            return ref
        if is_read:
            self._found.early.setdefault(variable, []).append(past)
        return Ref(variable, 0)

    def _behind(self, node: FlatNode, variable: str, writers: Sequence[Writer], within: Branches) -> Ref:
        """Return a Variable behind writers, as it is within some branches; ``node`` is what takes it."""
        last = writers[-1]
        assert last.gives is not None
        around = self._branches.of(last.node)
        common = shared([around, within])
        if len(common) == len(around):
            return last.gives
        condition, _ = around[len(common)]
        sides = []
        for output in (0, 1):
            side = (*common, (condition, output))
            inside = [w for w in writers if self._branches.of(w.node)[: len(side)] == side]
            switch = self._switch_before(last.node, common)
            if not inside and switch is None:
                return last.gives
            sides.append(self._behind(node, variable, inside, side) if inside else Ref(switch or "", output))
        return self._either(node, variable, sides)

    def _switch_before(self, writer: str, around: Branches) -> str | None:
        """Return the RefSwitch by which a writer's reference comes into a branch."""
        node = self._flat.nodes[writer]
        for _ in range(len(self._flat.nodes)):
            if node.op == "RefSwitch" and self._branches.of(node.name) == around:
                return node.name
            if not node.inputs:
                return None
            node = self._flat.nodes[node.inputs[0].node]
        return None

    def _either(self, node: FlatNode, variable: str, sides: list[Ref]) -> Ref:
        """Return a Variable as either branch leaves it, which is made once."""
        name = f"{variable}/^either:{sides[0].node}:{sides[1].node}"
        if name not in self._placed:
            self._placed.add(name)
            attrs = {"T": self._dtype(variable), "N": len(sides)}
            label = f"{self._flat.nodes[variable].label}/either"
            made = self._flat.nodes[name] = FlatNode(name, label, "RefMerge", sides, [], attrs)
            self._found.merged.setdefault(node.name, []).append(made)
        return Ref(name, 0)
