"""Takes function calls apart: what is upstream of some tensors, as one flat graph without calls."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from app.document.model.sentence import say
from app.engine.exchange.graph import Func, Function, GraphFault, ModelGraph, Node, node_of
from app.engine.exchange.node_checks import NodeChecks
from app.engine.exchange.op_outputs import first_of
from blocks.catalog import Catalog

CALLS = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
ARGUMENT = "_Arg"  # the op of what a function is called with
MOST_NODES = 400_000  # of a page, before it is folded
_DEEPEST = 64  # calls within one another
_MOST_CALLS = 20_000
_LONGEST_WAY = 100_000  # calls that a tensor passes
_CALL_NAME = re.compile(r"(Stateful)?PartitionedCall(_\d+)?")


class Ref(NamedTuple):
    """A tensor of the flat graph: the node's name, and the number of its output."""

    node: str
    number: int


class FlatNode(msgspec.Struct):
    """A node of the flat graph; ``label`` is its name without the calls that it came through."""

    name: str
    label: str
    op: str
    inputs: list[Ref]
    controls: list[str]
    attrs: dict[str, Any]
    device: str = ""


class FlatGraph(msgspec.Struct):
    """What is upstream of ``roots`` (tensors) and ``effects`` (nodes that are run), sources first where acyclic."""

    nodes: dict[str, FlatNode]
    roots: list[Ref]
    effects: dict[str, list[str]]  # by group
    calls: int = 0
    called: set[str] = set()
    renewed: dict[str, str] = {}  # old ops, and what stands in their place


class _Frame:
    """The graph, or one call of a function, in which names are looked up."""

    def __init__(
        self,
        nodes: Mapping[str, Node],
        function: Function | None = None,
        prefix: str = "",
        label: str = "",
        parent: _Frame | None = None,
        call: Node | None = None,
    ) -> None:
        self.nodes, self.function, self.prefix, self.label = nodes, function, prefix, label
        self.parent, self.call = parent, call
        self.args = {} if function is None else {name: i for i, (name, _) in enumerate(function.args)}
        self.inputs = [] if call is None else [i for i in call.inputs if not i.startswith("^")]
        self.depth: int = 0 if parent is None else parent.depth + 1


def flatten(
    graph: ModelGraph,
    catalog: Catalog,
    roots: Iterable[str],
    effects: Mapping[str, Iterable[str]] | None = None,
    function: Function | None = None,
) -> FlatGraph:
    """Return what is upstream of tensors and of nodes that are to run, of the graph or within a function of it.

    Raises GraphFault for tensors that are not there, calls without end, and more nodes than can be shown.
    """
    return _Flattening(graph, catalog, function).run(roots, effects or {})


class _Flattening:
    def __init__(self, graph: ModelGraph, catalog: Catalog, function: Function | None) -> None:
        self._graph, self._catalog = graph, catalog
        self._top = _Frame(graph.nodes if function is None else function.nodes, function)
        self._frames: dict[str, _Frame] = {}
        self._calling = CALLS | set(graph.functions)  # ops of nodes that call
        self._checks = NodeChecks(catalog)
        self._flat: dict[str, FlatNode] = {}
        self._outputs: dict[str, float] = {}  # by node, how many tensors it gives
        self._todo: list[tuple[_Frame, Node, FlatNode]] = []
        self._called: set[str] = set()

    def run(self, roots: Iterable[str], effects: Mapping[str, Iterable[str]]) -> FlatGraph:
        """Return the flat graph upstream of all of them."""
        found = [self._tensor(self._top, root) for root in roots]
        run = {
            group: list(dict.fromkeys(n for text in texts for n in self._waited(self._top, node_of(text))))
            for group, texts in effects.items()
        }
        todo, tensor = self._todo, self._tensor
        while todo:
            frame, node, flat = todo.pop()
            for text in node.inputs:
                if text[:1] == "^":
                    flat.controls += self._waited(frame, text[1:])
                else:
                    flat.inputs.append(tensor(frame, text))
        return FlatGraph(self._flat, found, run, len(self._frames), self._called)

    def _tensor(self, frame: _Frame, text: str) -> Ref:
        """Return the tensor of the flat graph that a name stands for, through all calls on the way."""
        for _ in range(_LONGEST_WAY):
            if frame.function is not None and text in frame.args:
                if frame.parent is None:
                    return Ref(self._argument(text), 0)
                place = frame.args[text]
                if place >= len(frame.inputs):
                    raise GraphFault(say("model.bad-call", node=frame.prefix, function=frame.function.name))
                frame, text = frame.parent, frame.inputs[place]
                continue
            node, index = self._located(frame, text)
            called = self._function(node) if node.op in self._calling else None
            if called is None:
                put = self._put(frame, node)
                if not 0 <= index < self._outputs[put]:
                    raise GraphFault(say("model.no-tensor", tensor=frame.prefix + text))
                return Ref(put, index)
            inner = self._inner(frame, node, called)
            if not 0 <= index < len(called.results) or called.results[index][0] not in called.returns:
                raise GraphFault(say("model.no-tensor", tensor=frame.prefix + text))
            frame, text = inner, called.returns[called.results[index][0]]
        raise GraphFault(say("model.endless", tensor=text))

    def _waited(self, frame: _Frame, name: str) -> list[str]:
        """Return the nodes of the flat graph that are waited for: of a call those that it runs in any case."""
        found: list[str] = []
        todo = [(frame, name)]
        while todo:
            frame, name = todo.pop()
            if frame.function is not None and name in frame.args:
                if frame.parent is None:
                    found.append(self._argument(name))
                elif frame.args[name] < len(frame.inputs):
                    todo.append((frame.parent, node_of(frame.inputs[frame.args[name]])))
                continue
            node = frame.nodes.get(name)
            if node is None:
                raise GraphFault(say("model.no-node", node=frame.prefix + name))
            called = self._function(node) if node.op in self._calling else None
            if called is None:
                found.append(self._put(frame, node))
            else:
                inner = self._inner(frame, node, called)
                todo += [(inner, name) for name in called.controls]
            if len(todo) > _LONGEST_WAY:
                raise GraphFault(say("model.endless", tensor=name))
        return found

    def _function(self, node: Node) -> Function:
        """Return the function that a node calls."""
        if node.op not in CALLS:
            return self._graph.functions[node.op]
        named = node.attrs.get("f")
        if not isinstance(named, Func) or named.name not in self._graph.functions:
            name = named.name if isinstance(named, Func) else "?"
            raise GraphFault(say("model.no-function", node=node.name, function=name))
        return self._graph.functions[named.name]

    def _inner(self, frame: _Frame, node: Node, called: Function) -> _Frame:
        prefix = f"{frame.prefix}{node.name}/"
        known = self._frames.get(prefix)
        if known is not None:
            return known
        outer: _Frame | None = frame
        while outer is not None:
            if outer.function is called:
                raise GraphFault(say("model.recursive", function=called.name))
            outer = outer.parent
        label = frame.label + stripped(node.name)
        label = f"{label}/" if label and not label.endswith("/") else label
        made = _Frame(called.nodes, called, prefix, label, frame, node)
        if made.depth > _DEEPEST:
            raise GraphFault(say("model.too-deep", function=called.name, most=_DEEPEST))
        if len(self._frames) >= _MOST_CALLS:
            raise GraphFault(say("model.too-many-calls", most=_MOST_CALLS))
        self._frames[prefix] = made
        self._called.add(called.name)
        return made

    def _located(self, frame: _Frame, text: str) -> tuple[Node, int]:
        """Return the node that a name means in its frame, and the number of the output."""
        name, colon, rest = text.partition(":")
        node = frame.nodes.get(name)
        if node is None:
            raise GraphFault(say("model.no-tensor", tensor=frame.prefix + text))
        if not colon:
            return node, 0
        try:
            output, *parts = rest.split(":")
            return node, (self._first(node, output) + int(parts[0])) if parts else int(output)
        except ValueError:
            raise GraphFault(say("model.no-tensor", tensor=frame.prefix + text)) from None

    def _first(self, node: Node, output: str) -> int:
        if node.op in self._calling and node.op not in CALLS:
            names = [name for name, _ in self._function(node).results]
            if output not in names:
                raise ValueError(output)
            return names.index(output)
        op = self._catalog.op(node.op)
        first = first_of(op, node.attrs, output) if op is not None else 0
        if first is None:
            raise ValueError(output)
        return first

    def _argument(self, name: str) -> str:
        function = self._top.function
        assert function is not None
        if name not in self._flat:
            dtype = dict(function.args)[name]
            self._flat[name] = FlatNode(name, name, ARGUMENT, [], [], {"dtype": dtype})
        return name

    def _put(self, frame: _Frame, node: Node) -> str:
        name = frame.prefix + node.name
        if name not in self._flat:
            if len(self._flat) >= MOST_NODES:
                raise GraphFault(say("model.too-many", most=MOST_NODES))
            outputs = self._checks.outputs_of(node)
            own = stripped(node.name) or node.name
            flat = FlatNode(name, frame.label + own, node.op, [], [], node.attrs, node.device)
            self._flat[name] = flat
            self._outputs[name] = outputs if outputs is not None else math.inf
            self._todo.append((frame, node, flat))
        return name


def stripped(name: str) -> str:
    """Return a name without the parts that only say that a function was called."""
    if "PartitionedCall" not in name:
        return name
    return "/".join(part for part in name.split("/") if not _CALL_NAME.fullmatch(part))
