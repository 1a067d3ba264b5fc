"""The functions of a file as flat graphs, as they are called: which Variables each writes, and whether it does more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from app.document.model.sentence import say
from app.engine.exchange.accesses import Accesses, accesses_of, in_order, with_merged
from app.engine.exchange.calls import ARGUMENT, FlatGraph, FlatNode, flatten
from app.engine.exchange.early_reads import hold_early_reads
from app.engine.exchange.gates import lead_constants_in
from app.engine.exchange.graph import Func, Function, GraphFault, ModelGraph
from app.engine.exchange.old_ops import renew
from app.engine.exchange.op_outputs import argument_places
from app.engine.exchange.roots import has_effect
from app.engine.exchange.slot_reads import follow_slots, has_slots
from blocks.catalog import Catalog
from blocks.op_facts.functions import TAKING_REFERENCES

_DEEPEST = 64  # functions within one another

Bound = tuple[str | None, ...]  # by argument the dtype of the Variable that it stands for


class FunctionGraph(NamedTuple):
    """A function as a flat graph, its nodes in order; ``acts`` are those that it runs for what they do."""

    flat: FlatGraph
    order: list[FlatNode]
    accesses: Accesses
    acts: list[str]


class FunctionGraphs:
    """Flattens the functions of a model, each once for each way in which it is called."""

    def __init__(self, graph: ModelGraph, catalog: Catalog) -> None:
        """Flatten nothing yet."""
        self._graph, self._catalog = graph, catalog
        self._known: dict[tuple[str, Bound], FunctionGraph] = {}
        self._within: list[str] = []

    def of(self, name: str, bound: Bound) -> FunctionGraph:
        """Return a function whose arguments stand for Variables where ``bound`` has their dtypes; raises GraphFault."""
        key = name, bound
        if key not in self._known:
            if name in self._within:
                raise GraphFault(say("model.recursive", function=name))
            if len(self._within) >= _DEEPEST:
                raise GraphFault(say("model.too-deep", function=name, most=_DEEPEST))
            self._within.append(name)
            try:
                self._known[key] = self._read(self._graph.functions[name], bound)
            finally:
                self._within.pop()
        return self._known[key]

    def written(self, node: FlatNode, taken: dict[int, str]) -> frozenset[int]:
        """Return which inputs of a call are Variables that one of its functions writes; ``taken`` has their dtypes."""
        op = self._catalog.op(node.op)
        assert op is not None
        places = argument_places(op, node.attrs)
        found: set[int] = set()
        for function in self._functions(node):
            args = function.args
            first = places.stop - len(args)  # the inputs that are its arguments are the last ones
            bound = tuple([taken.get(first + i) for i in range(len(args))])
            accesses = self.of(function.name, bound).accesses
            found.update(first + i for i, (name, _) in enumerate(args) if name in accesses.of)
        return frozenset(found)

    def acting(self, nodes: Collection[FlatNode]) -> set[str]:
        """Return the nodes that are run for what they do."""
        ops = {
            op
            for op in {node.op for node in nodes}
            if op in TAKING_REFERENCES or has_effect(op, self._catalog)
        }
        return {node.name for node in nodes if node.op in ops and self.is_acting(node)}

    def is_acting(self, node: FlatNode) -> bool:
        """Return whether a node is run for what it does: it gives nothing, or a function of it does so."""
        if has_effect(node.op, self._catalog):
            return True
        return node.op in TAKING_REFERENCES and any(
            self.of(function.name, (None,) * len(function.args)).acts for function in self._functions(node)
        )

    def _functions(self, node: FlatNode) -> Iterator[Function]:
        """Give the functions that a node calls."""
        for value in node.attrs.values():
            for one in value if isinstance(value, list) else (value,):
                if isinstance(one, Func) and one.name in self._graph.functions:
                    yield self._graph.functions[one.name]

    def _read(self, function: Function, bound: Bound) -> FunctionGraph:
        texts = [function.returns[name] for name, _ in function.results]
        flat = flatten(self._graph, self._catalog, texts, {"step": function.controls}, function)
        renew(flat)
        lead_constants_in(flat, self._catalog)
        for (name, dtype), variable in zip(function.args, bound, strict=True):
            if name not in flat.nodes:
                flat.nodes[name] = FlatNode(name, name, ARGUMENT, [], [], {"dtype": dtype})
            if variable is not None:
                flat.nodes[name].attrs = {"dtype": variable}
        order = in_order(flat)
        variables = [name for (name, _), dtype in zip(function.args, bound, strict=True) if dtype is not None]
        if has_slots(flat) and follow_slots(flat, accesses_of(flat, order, self._catalog, variables)):
            order = in_order(flat)
        accesses = accesses_of(flat, order, self._catalog, variables, written=self.written)
        order = hold_early_reads(flat, with_merged(order, accesses), accesses, self._catalog)
        run = upstream_of(flat, flat.effects.get("step", ()))
        acts = [
            node.name
            for node in order
            if node.name in run and (node.name in accesses.writers or self.is_acting(node))
        ]
        return FunctionGraph(flat, order, accesses, acts)


def upstream_of(flat: FlatGraph, names: Iterable[str]) -> set[str]:
    """Return nodes with all that they need or wait for."""
    found: set[str] = set()
    todo = list(names)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            node = flat.nodes[name]
            todo += [ref.node for ref in node.inputs]
            todo += node.controls
    return found
