"""Variables that are read before their only writer: the writer takes the value that was read along.

A Variable whose only writer does not depend on it is read after the write on a page. Where the file reads it before,
what is written goes through an IdentityN beside the value that was read, so that it depends on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.engine.exchange.accesses import Accesses, Writer
from app.engine.exchange.calls import FlatGraph, FlatNode, Ref
from app.engine.exchange.op_outputs import count_of
from blocks.catalog import Catalog
from blocks.op_facts.traits import SWITCHES
from blocks.symbol import Op


def hold_early_reads(
    flat: FlatGraph, order: list[FlatNode], accesses: Accesses, catalog: Catalog
) -> list[FlatNode]:
    """Let writers depend on what was read before them; returns the nodes in order, with those that were added."""
    writers = {
        variable: accesses.of[variable][0]
        for variable, reads in accesses.early.items()
        if len(accesses.of.get(variable, ())) == 1
        and any(not past & accesses.of[variable][0].bit for past in reads)
    }
    if not writers:
        return order
    depending = _depending(order, accesses, writers)
    before: dict[str, list[FlatNode]] = {}
    for variable, writer in writers.items():
        made = None if variable in depending else _held(flat, accesses, catalog, variable, writer)
        if made is not None:
            before.setdefault(writer.node, []).append(made)
    return [one for node in order for one in (*before.get(node.name, ()), node)]


def _depending(order: list[FlatNode], accesses: Accesses, writers: Mapping[str, Writer]) -> set[str]:
    """Return the Variables whose writers depend on them, or on a branch, by the values that they take."""
    bits = {variable: 2 << i for i, variable in enumerate(writers)}
    written = {writer.node: variable for variable, writer in writers.items()}
    masks: dict[str, int] = {}
    found: set[str] = set()
    for node in order:
        mask, by_value = bits.get(node.name, int(node.op in SWITCHES)), 0
        for place, ref in enumerate(node.inputs):
            source = accesses.sources.get((node.name, place), accesses.instead.get(ref, ref)).node
            mask |= masks.get(source, 0)
            if (node.name, place) not in accesses.sources:
                by_value |= masks.get(source, 0)
        masks[node.name] = mask
        variable = written.get(node.name)
        if variable is not None and by_value & (bits[variable] | 1):
            found.add(variable)
    return found


def _held(
    flat: FlatGraph, accesses: Accesses, catalog: Catalog, variable: str, writer: Writer
) -> FlatNode | None:
    """Lead what a writer writes through a node that takes the Variable along; None where it takes no value."""
    node = flat.nodes[writer.node]
    op = catalog.op(node.op)
    place = next((i for i in range(len(node.inputs)) if (node.name, i) not in accesses.sources), None)
    if op is None or place is None:
        return None
    types = [_dtype_at(op, node.attrs, place), str(flat.nodes[variable].attrs.get("dtype", "DT_FLOAT"))]
    name = f"{node.name}/^behind:{variable}"
    inputs = [node.inputs[place], Ref(variable, 0)]
    made = FlatNode(name, f"{node.label}/behind", "IdentityN", inputs, [], {"T": types}, node.device)
    flat.nodes[name] = made
    accesses.sources[name, 1] = Ref(variable, 0)
    node.inputs[place] = Ref(name, 0)
    return made


def _dtype_at(op: Op, attrs: dict[str, Any], place: int) -> str:
    """Return the dtype of an input of a node."""
    first = 0
    for arg in op.inputs:
        count = count_of(arg, attrs)
        if place < first + count:
            if arg.type_list_attr:
                return str(attrs[arg.type_list_attr][place - first])
            return arg.dtype or str(attrs.get(arg.type_attr or "", "DT_FLOAT"))
        first += count
    return "DT_FLOAT"
