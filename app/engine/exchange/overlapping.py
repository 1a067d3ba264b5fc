"""Lets the rounds of a file's loops that draw or write come one after the other: their order is left to the page.

How many rounds may overlap says nothing of what a loop computes, but where it draws or writes. There a page orders the
rounds by itself, unless its blocks say how many may overlap.
"""

from __future__ import annotations

from app.engine.exchange.calls import FlatGraph, FlatNode
from blocks.catalog import Catalog
from blocks.op_facts.traits import EXITS, FRAMES, acts

_OVERLAPPING = "parallel_iterations"


def order_rounds_of(flat: FlatGraph, catalog: Catalog) -> None:
    """Leave out how many rounds of the graph's loops may overlap, where one of these draws or writes."""
    enters = [node for node in flat.nodes.values() if node.op in FRAMES and _OVERLAPPING in node.attrs]
    if enters and any(_acts(node, catalog) for node in _within(flat, enters)):
        for node in enters:
            node.attrs = {key: value for key, value in node.attrs.items() if key != _OVERLAPPING}


def _acts(node: FlatNode, catalog: Catalog) -> bool:
    op = catalog.op(node.op)
    return op is not None and acts(op)


def _within(flat: FlatGraph, enters: list[FlatNode]) -> list[FlatNode]:
    """Return the nodes that follow those that enter loops, up to those that leave them."""
    followers: dict[str, list[FlatNode]] = {}
    for node in flat.nodes.values():
        for source in [*(ref.node for ref in node.inputs), *node.controls]:
            followers.setdefault(source, []).append(node)
    todo, found = list(enters), dict[str, FlatNode]()
    while todo:
        node = todo.pop()
        if node.name not in found and node.op not in EXITS:
            found[node.name] = node
            todo += followers.get(node.name, ())
    return list(found.values())
