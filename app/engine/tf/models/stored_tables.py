"""Tables whose contents lie in a model's checkpoint: what fills them is put into the graph, to run once."""

from __future__ import annotations

from collections.abc import Mapping

from app.engine.exchange.graph import ModelGraph, Node, Tensor
from app.engine.tf.models.values import Entry, StoredValues


def fill_tables(graph: ModelGraph, values: StoredValues, tables: Mapping[str, tuple[Entry, Entry]]) -> None:
    """Add to a graph what fills its tables; ``tables`` are the entries of their keys and values, by node."""
    for table, (keys, numbers) in tables.items():
        if table not in graph.nodes or not (values.holds(keys) and values.holds(numbers)):
            continue
        contents = [values.value(entry, table) for entry in (keys, numbers)]
        names = [
            _const(graph, f"{table}/{what}", t) for what, t in zip(("keys", "values"), contents, strict=True)
        ]
        attrs = {"Tin": contents[0].dtype, "Tout": contents[1].dtype}
        fill = free_name(f"{table}/fill", graph)
        graph.nodes[fill] = Node(fill, "LookupTableImportV2", [f"{table}:0", *names], attrs)
        graph.setup.append(fill)
        graph.tables[keys[0]] = table


def _const(graph: ModelGraph, name: str, value: Tensor) -> str:
    name = free_name(name, graph)
    graph.nodes[name] = Node(name, "Const", [], {"dtype": value.dtype, "value": value})
    if value.array.ndim < 2:
        return f"{name}:0"
    # Dense tables take what lies in their buckets; inference knows only lists of keys, so the shape is left open.
    open_name = free_name(f"{name}/open", graph)
    attrs = {"dtype": value.dtype, "shape": None}
    graph.nodes[open_name] = Node(open_name, "PlaceholderWithDefault", [f"{name}:0"], attrs)
    return f"{open_name}:0"


def free_name(name: str, graph: ModelGraph) -> str:
    """Return a name that no node of the graph has."""
    found, number = name, 1
    while found in graph.nodes:
        found, number = f"{name}_{number}", number + 1
    return found
