"""What the tree of objects of a SavedModel adds: values of Variables, and ways to call it that no signature is.

A SavedModel holds the tree of objects that was saved. A function of one of them is called with its own arguments and
those objects that it captured; here a node calls it, with the nodes of the graph that stand for these objects.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from functools import cached_property
from typing import Any

from google.protobuf import message
from tensorflow.core.framework import function_pb2
from tensorflow.core.protobuf import meta_graph_pb2, saved_object_graph_pb2, trackable_object_graph_pb2

from app.engine.exchange.graph import Func, ModelGraph, Node, Signature, node_of
from app.engine.tf.models.protos import dtype_name, shape_of
from app.engine.tf.models.stored_tables import free_name
from app.engine.tf.models.structures import argument_names, fixed_arguments, result_names
from app.engine.tf.models.values import StoredValues

_OBJECTS = "_CHECKPOINTABLE_OBJECT_GRAPH"  # the entry of a checkpoint that says whose its values are
_VALUE = "VARIABLE_VALUE"
_KERAS = "_tf_keras_"
_MADE_BY_KERAS = frozenset({"keras_api", "_default_save_signature"})
_OTHERS = frozenset({"signatures", "_create_resource", "_initialize", "_destroy_resource"})
_MOST = 100  # functions


def take_objects(graph: ModelGraph, meta: meta_graph_pb2.MetaGraphDef) -> None:
    """Add to a graph the values of its objects, and what calls their functions that no signature of it calls."""
    if meta.object_graph_def.nodes:
        calling = _Calling(graph, meta)
        calling.fill_variables()
        calling.take()


class _Calling:
    def __init__(self, graph: ModelGraph, meta: meta_graph_pb2.MetaGraphDef) -> None:
        self._graph, self._meta = graph, meta
        self._objects = meta.object_graph_def
        self._shapes = {f.signature.name: _argument_shapes(f) for f in meta.graph_def.library.function}
        self._tensors = self._bound_by_calls()  # of objects, by number

    def fill_variables(self) -> None:
        """Let Variables that calls use take the entries of their objects, where the restore op gives them none.

        Loading finds values by objects. Keras 3 makes a second Variable of each one, and has that restored.
        """
        values, objects = self._graph.values, self._objects.nodes
        if not isinstance(values, StoredValues):
            return
        for number, text in self._tensors.items():
            node = self._graph.nodes.get(node_of(text))
            if node is None or node.op != "VarHandleOp" or node.name in values:
                continue
            if 0 <= number < len(objects) and objects[number].WhichOneof("kind") == "variable":
                key = self._keys.get(number, {}).get(_VALUE)
                if key is not None:
                    values.add(node.name, key)

    def take(self) -> None:
        """Add the signatures."""
        called = self._called()
        names = {signature.name for signature in self._graph.signatures}
        for count, (path, name) in enumerate(self._functions()):
            if count >= _MOST:
                break
            if name not in called and name in self._graph.functions:
                signature = self._signature(path, name)
                if signature is not None:
                    signature.name = _numbered(signature.name, names)
                    names.add(signature.name)
                    self._graph.signatures.append(signature)

    # --- which functions there are
    def _functions(self) -> Iterator[tuple[str, str]]:
        """Give the functions of objects, each with the way to it; where there are signatures, of the model itself."""
        nodes = self._objects.nodes
        has_signatures = bool(self._graph.signatures)
        by_keras = nodes[0].user_object.identifier.startswith(_KERAS)
        if has_signatures and by_keras:
            return
        only_own = has_signatures or by_keras
        seen, todo = {0}, [(0, "")]
        for number, path in todo:
            for child in nodes[number].children:
                if (
                    child.node_id in seen
                    or not 0 <= child.node_id < len(nodes)
                    or child.local_name in _OTHERS
                ):
                    continue
                if child.local_name in _MADE_BY_KERAS:
                    continue
                seen.add(child.node_id)
                inner = f"{path}.{child.local_name}" if path else child.local_name
                found = nodes[child.node_id]
                if found.WhichOneof("kind") == "function":
                    yield from self._named(inner, found.function)
                elif not only_own:
                    todo.append((child.node_id, inner))

    def _named(self, path: str, function: saved_object_graph_pb2.SavedFunction) -> Iterator[tuple[str, str]]:
        """Give the forms of a function; of several each with the values that it was made for."""
        names = argument_names(function.function_spec.fullargspec)
        for name in function.concrete_functions:
            if name not in self._objects.concrete_functions:
                continue
            concrete = self._objects.concrete_functions[name]
            fixed = fixed_arguments(concrete.canonicalized_input_signature, names)
            said = ", ".join(f"{key}={value}" for key, value in fixed.items())
            yield (f"{path}({said})" if said and len(function.concrete_functions) > 1 else path), name

    def _called(self) -> set[str]:
        """Return the functions that the signatures call, those that they call in turn too."""
        graph = self._graph
        tensors = [text for s in graph.signatures for text in s.outputs.values()]
        todo = [graph.nodes[node_of(text)] for text in tensors if node_of(text) in graph.nodes]
        found: set[str] = set()
        while todo:
            node = todo.pop()
            names = [value.name for value in node.attrs.values() if isinstance(value, Func)]
            names.append(node.op)
            for name in names:
                if name in graph.functions and name not in found:
                    found.add(name)
                    todo += graph.functions[name].nodes.values()
        return found

    # --- one of them
    def _signature(self, path: str, name: str) -> Signature | None:
        """Return what calls a function; None where something that it captured is not known."""
        graph, concrete = self._graph, self._objects.concrete_functions[name]
        function = graph.functions[name]
        bound = [self._tensor(number) for number in concrete.bound_inputs]
        count = len(function.args) - len(bound)
        captured = [text for text in bound if text is not None and node_of(text) in graph.nodes]
        if count < 0 or len(captured) < len(bound):
            return None
        call = free_name("StatefulPartitionedCall", graph)
        shapes = self._shapes[name]
        inputs = {}
        for place, (argument, dtype) in enumerate(function.args[:count]):
            fed = f"{call}/{argument}"
            shape = shapes.get(place)
            graph.nodes[fed] = Node(fed, "Placeholder", [], {"dtype": dtype, "shape": shape})
            inputs[argument] = f"{fed}:0"
        attrs = {
            "Tin": [dtype for _, dtype in function.args],
            "Tout": [dtype for _, dtype in function.results],
            "f": Func(name),
        }
        texts = [*inputs.values(), *captured]
        graph.nodes[call] = Node(call, "StatefulPartitionedCall", texts, attrs)
        keys = result_names(concrete.output_signature)
        if len(keys) != len(function.results) or len(set(keys)) < len(keys):
            keys = [key for key, _ in function.results]
        outputs = {key: f"{call}:{place}" for place, key in enumerate(keys)}
        return Signature(path, inputs, outputs, [call])

    # --- what stands for objects
    def _bound_by_calls(self) -> dict[int, str]:
        """Return what the graph itself calls functions with, for the objects that these captured."""
        found: dict[int, str] = {}
        concrete = self._objects.concrete_functions
        for node in self._graph.nodes.values():
            func = node.attrs.get("f")
            if not isinstance(func, Func) or func.name not in concrete:
                continue
            bound = concrete[func.name].bound_inputs
            inputs = [text for text in node.inputs if not text.startswith("^")]
            if len(bound) <= len(inputs):
                found.update(zip(bound, inputs[len(inputs) - len(bound) :], strict=True))
        return found

    @cached_property
    def _keys(self) -> dict[int, Mapping[str, str]]:
        """Return by object and attribute the entry of the checkpoint, as loading finds it: by names of children."""
        values = self._graph.values
        stored = values.text(_OBJECTS) if isinstance(values, StoredValues) else None
        saved = trackable_object_graph_pb2.TrackableObjectGraph()
        try:
            saved.MergeFromString(stored or b"")
        except message.DecodeError:
            return {}
        found: dict[int, Mapping[str, str]] = {}
        if not saved.nodes:
            return found
        mine, its = self._objects.nodes, saved.nodes
        todo = [(0, 0)]
        seen = {0}
        for number, other in todo:
            found[number] = {a.name: a.checkpoint_key for a in its[other].attributes}
            children = {child.local_name: child.node_id for child in its[other].children}
            for child in mine[number].children:
                partner = children.get(child.local_name, -1)
                if child.node_id in seen or not (0 <= child.node_id < len(mine) and 0 <= partner < len(its)):
                    continue
                seen.add(child.node_id)
                todo.append((child.node_id, partner))
        return found

    def _tensor(self, number: int) -> str | None:
        """Return what stands for an object in the graph; it is made where nothing does."""
        if number not in self._tensors and 0 <= number < len(self._objects.nodes):
            saved = self._objects.nodes[number]
            found = self._found(number, saved)
            if found is not None:
                self._tensors[number] = found
                if saved.WhichOneof("kind") == "resource":
                    self._fill(saved)
        return self._tensors.get(number)

    def _found(self, number: int, saved: Any) -> str | None:
        graph, kind = self._graph, saved.WhichOneof("kind")
        if kind == "constant":
            return f"{saved.constant.operation}:0" if saved.constant.operation in graph.nodes else None
        if kind == "asset":
            index = saved.asset.asset_file_def_index
            files = self._meta.asset_file_def
            return files[index].tensor_info.name if 0 <= index < len(files) else None
        if kind == "variable":
            return self._variable(number, saved.variable)
        if kind == "resource":
            return self._resource(number, saved)
        return None

    def _variable(self, number: int, saved: Any) -> str:
        values, key = self._graph.values, self._keys.get(number, {}).get(_VALUE)
        if isinstance(values, StoredValues) and key is not None:
            known = values.node_with(key)
            if known in self._graph.nodes:
                return f"{known}:0"
        name = free_name(saved.name or "variable", self._graph)
        attrs = {"dtype": dtype_name(saved.dtype), "shape": shape_of(saved.shape)}
        self._graph.nodes[name] = Node(name, "VarHandleOp", [], attrs)
        if isinstance(values, StoredValues) and key is not None:
            values.add(name, key)
        return f"{name}:0"

    def _resource(self, number: int, saved: Any) -> str | None:
        """Return the table that takes an object's entries, else a call of the function that makes the like."""
        own = {f"{key}-keys" for key in self._keys.get(number, {}).values()}
        for entry, table in self._graph.tables.items():
            if entry in own:
                return f"{table}:0"
        made = self._own_function(saved, "_create_resource")
        if made is None:
            return None
        call = free_name("StatefulPartitionedCall", self._graph)
        self._graph.nodes[call] = Node(call, "StatefulPartitionedCall", [], {"f": Func(made)})
        return f"{call}:0"

    def _fill(self, saved: Any) -> None:
        """Have a table filled when the page begins."""
        fills = self._own_function(saved, "_initialize")
        if fills is None:
            return
        texts = [self._tensor(number) for number in self._objects.concrete_functions[fills].bound_inputs]
        call = free_name("StatefulPartitionedCall", self._graph)
        known = [text for text in texts if text is not None]
        if len(known) == len(texts):
            self._graph.nodes[call] = Node(call, "StatefulPartitionedCall", known, {"f": Func(fills)})
            self._graph.setup.append(call)

    def _own_function(self, saved: Any, name: str) -> str | None:
        nodes = self._objects.nodes
        for child in saved.children:
            if child.local_name == name and 0 <= child.node_id < len(nodes):
                for found in nodes[child.node_id].function.concrete_functions:
                    if found in self._graph.functions and found in self._objects.concrete_functions:
                        return str(found)
        return None


def _numbered(name: str, taken: Container[str]) -> str:
    found, number = name, 2
    while found in taken:
        found, number = f"{name} ({number})", number + 1
    return found


def _argument_shapes(function: function_pb2.FunctionDef) -> dict[int, tuple[int, ...] | None]:
    """Return the shapes of a function's arguments, by number, as far as the file says them."""
    found = {}
    for place, said in function.arg_attr.items():
        shapes = list(said.attr["_output_shapes"].list.shape) if "_output_shapes" in said.attr else []
        if len(shapes) == 1:
            found[place] = shape_of(shapes[0])
    return found
