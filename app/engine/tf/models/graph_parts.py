"""Cuts a page's graph into what each session runs: one graph that holds a part of its own for each signature.

Handles of variables, tables, queues and iterators, and what is fed, are shared by all parts; everything else is a
part's own, so that a gate which one session closes is open in another, and one session can be put behind another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import tensorflow as tf
from tensorflow.core.framework import graph_pb2, node_def_pb2, op_def_pb2, types_pb2
from tensorflow.python.framework import op_def_registry

from app.engine.compiler.plan_walk import node_of
from app.engine.exchange.model_plan import Named, Signature
from blocks.op_facts.traits import CHECKING, PLACEHOLDERS

_QUIET = CHECKING | {
    "ReadVariableOp",
    "VarHandleOp",
    "VarIsInitializedOp",
}  # nothing is changed by running them


class Part(NamedTuple):
    """One session's nodes in the graph."""

    prefix: str
    inputs: tuple[Named, ...]  # those that are needed, and outputs, by their tensors in the new graph
    outputs: tuple[Named, ...]
    end: (
        str | None
    )  # the node that runs once all that the session changes is changed; None: it changes nothing


class GraphParts:
    """Makes a graph of parts of another one."""

    def __init__(self, page: tf.Graph) -> None:
        """Take the page's whole graph."""
        whole = page.as_graph_def()
        self._page = page
        self.graph = graph_pb2.GraphDef(versions=whole.versions, library=whole.library)
        self._nodes = {node.name: node for node in whole.node}
        self._order = {node.name: i for i, node in enumerate(whole.node)}
        self._made: set[str] = set()
        self._of_page: dict[str, str] = {}  # by output of the new graph: the page's tensor
        self._names: dict[str, dict[str, str]] = {}  # by prefix: of the whole graph's nodes

    def add(self, prefix: str, signature: Signature, after: str | None = None) -> Part:
        """Add what a signature runs, its nodes under a prefix; ``after`` is a node that must have run before."""
        roots = [*map(node_of, signature.targets), *(node_of(one.tensor) for one in signature.outputs)]
        names = self._needed(roots, signature)
        called = {name: name if self._is_shared(name) else f"{prefix}{name}" for name in names}
        self._names[prefix] = called
        taken = {_tensor(ref) for name in names for ref in self._nodes[name].input}
        taken.update(one.tensor for one in signature.outputs)
        fed = {one.tensor: self._fed(one) for one in signature.inputs if one.tensor in taken}
        for name in names:
            if called[name] not in self._made:
                self._made.add(called[name])
                self._copy(self._nodes[name], called, fed, signature, prefix, after)
        end = self._end(prefix, signature, called, names)
        inputs = [Named(one.name, fed[one.tensor]) for one in signature.inputs if one.tensor in fed]
        outputs = [
            Named(one.name, _renamed(fed.get(one.tensor, one.tensor), called)) for one in signature.outputs
        ]
        for one, new in zip(signature.outputs, outputs, strict=True):
            self._of_page[new.tensor] = one.tensor
        return Part(prefix, tuple(inputs), tuple(outputs), end)

    def name_of(self, prefix: str, node: str) -> str | None:
        """Return what a node is called in a part; None where it is not there."""
        return self._names[prefix].get(node)

    def dtype_of(self, output: Named) -> int:
        """Return the number of an output's dtype."""
        tensor = self._of_page[output.tensor]
        return int(self._page.get_tensor_by_name(tensor).dtype.base_dtype.as_datatype_enum)

    def _needed(self, roots: Iterable[str], signature: Signature) -> list[str]:
        """Return the nodes that the roots need, up to what is fed and to closed gates, in the graph's order."""
        fed = {one.tensor for one in signature.inputs}
        found: set[str] = set()
        todo = [name for name in roots if f"{name}:0" not in fed]
        while todo:
            name = todo.pop()
            if name in found:
                continue
            found.add(name)
            if name not in signature.closed_gates:
                todo += [node_of(ref) for ref in self._nodes[name].input if _tensor(ref) not in fed]
        return sorted(found, key=self._order.__getitem__)

    def _is_shared(self, name: str) -> bool:
        """Return whether a node gives a handle out of nothing, so that all parts speak of the same."""
        node = self._nodes[name]
        if node.op in PLACEHOLDERS:
            return True
        definition = op_def_registry.get(node.op)
        return (
            definition is not None
            and not definition.input_arg
            and any(map(_is_handle, definition.output_arg))
        )

    def _fed(self, one: Named) -> str:
        """Return the tensor that is fed for an input, a Placeholder; it is made where the page has another op there."""
        name = node_of(one.tensor)
        node = self._nodes.get(name)
        if node is not None and node.op in PLACEHOLDERS:
            if name not in self._made:
                self._made.add(name)
                self.graph.node.add().CopyFrom(node)
            return one.tensor
        fed = f"{one.name}.fed"
        if fed not in self._made:
            self._made.add(fed)
            tensor = self._page.get_tensor_by_name(one.tensor)
            made = self.graph.node.add(name=fed, op="Placeholder")
            made.attr["dtype"].type = tensor.dtype.base_dtype.as_datatype_enum
            made.attr["shape"].shape.CopyFrom(tensor.shape.as_proto())
        return f"{fed}:0"

    def _copy(
        self,
        node: node_def_pb2.NodeDef,
        called: Mapping[str, str],
        fed: Mapping[str, str],
        signature: Signature,
        prefix: str,
        after: str | None,
    ) -> None:
        copied = self.graph.node.add()
        copied.CopyFrom(node)
        copied.name = called[node.name]
        copied.attr.pop("_class", None)  # a node beside which it is to stand may be left out
        refs = [] if node.name in signature.closed_gates else list(node.input)
        inputs = [_renamed(fed.get(_tensor(ref), ref), called) for ref in refs]
        del copied.input[:]
        copied.input.extend(inputs)
        if prefix and "frame_name" in copied.attr:  # two parts are two loops
            copied.attr["frame_name"].s = prefix.encode() + copied.attr["frame_name"].s
        shared = {name for name, new in called.items() if name == new} if prefix else set()
        is_first = not any(node_of(ref) in called and node_of(ref) not in shared for ref in refs)
        if after is not None and is_first and not self._is_shared(node.name):
            copied.input.append(f"^{after}")
        if self._is_shared(node.name) and "shared_name" in copied.attr and not copied.attr["shared_name"].s:
            copied.attr["shared_name"].s = node.name.encode()  # else each signature would have one of its own

    def _end(
        self, prefix: str, signature: Signature, called: Mapping[str, str], names: Sequence[str]
    ) -> str | None:
        """Add the node that waits for all that a session runs, where any of it changes anything."""
        if not signature.once and not any(self._changes(name) for name in names):
            return None
        waits = []
        for target in signature.targets:
            name = called.get(target)
            if name is None:
                continue
            waits.append(f"^{self._done(name) if target in signature.late_targets else name}")
        end = f"{prefix}step.end"
        self.graph.node.add(name=end, op="NoOp", input=dict.fromkeys(waits))
        return end

    def _changes(self, name: str) -> bool:
        node = self._nodes[name]
        definition = op_def_registry.get(node.op)
        if node.op in _QUIET or definition is None or self._is_shared(name):
            return False
        return definition.is_stateful and "seed2" not in node.attr

    def _done(self, name: str) -> str:
        """Return a node that runs once another one is done, whether it had a value or not."""
        done = f"{name}.done"
        if done not in self._made:
            self._made.add(done)
            live = self.graph.node.add(name=f"{done}.live", op="Const")
            live.attr["dtype"].type = types_pb2.DT_INT32
            live.attr["value"].tensor.dtype = types_pb2.DT_INT32
            live.attr["value"].tensor.tensor_shape.SetInParent()
            live.attr["value"].tensor.int_val.append(0)
            merge = self.graph.node.add(name=done, op="Merge", input=[live.name, f"^{name}"])
            merge.attr["T"].type = types_pb2.DT_INT32
            merge.attr["N"].i = 1
        return done


def _is_handle(arg: op_def_pb2.OpDef.ArgDef) -> bool:
    return bool(arg.type == types_pb2.DT_RESOURCE or arg.is_ref)


def _tensor(ref: str) -> str:
    """Return the whole name of a tensor; a control input as it is."""
    return ref if ref.startswith("^") or ":" in ref else f"{ref}:0"


def _renamed(ref: str, called: Mapping[str, str]) -> str:
    """Return an input under the new name of its node."""
    name = node_of(ref)
    new = called.get(name, name)
    return f"^{new}" if ref.startswith("^") else f"{new}{ref[len(name) :]}"
