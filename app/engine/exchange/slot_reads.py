"""Variables that are read after a writer that does not give them on, as the slots of an optimizer are.

Where such a Variable is read before, too, or written again, a page has no wire that says which value is meant. There a
subtraction of zeros follows the writer, which changes no bit and gives the Variable as it is then.
"""

from __future__ import annotations

from app.engine.exchange.accesses import VARIABLES, Accesses
from app.engine.exchange.calls import ARGUMENT, FlatGraph, FlatNode, Ref
from blocks.op_facts.traits import SWITCHES

_FLOATS = frozenset({"DT_HALF", "DT_BFLOAT16", "DT_FLOAT", "DT_DOUBLE"})
_APPLIES = ("ResourceApply", "ResourceSparseApply", "Apply", "SparseApply")


def has_slots(flat: FlatGraph) -> bool:
    """Return whether there is an op of an optimizer, which gives on the first of its Variables alone."""
    return any(node.op.startswith(_APPLIES) for node in flat.nodes.values())


def follow_slots(flat: FlatGraph, accesses: Accesses) -> bool:
    """Add what gives the slots that are read late; returns whether anything was added."""
    if any(node.op in SWITCHES for node in flat.nodes.values()):
        return False  # what follows a writer of a branch has no value where the branch is not taken
    added: set[str] = set()
    for variable, writer, reader in accesses.late:
        if not _is_unclear(accesses, variable):
            continue
        handle = flat.nodes[variable]
        dtype = str(handle.attrs.get("dtype", "DT_FLOAT"))
        if handle.op not in {*VARIABLES, ARGUMENT} or dtype not in _FLOATS:
            continue
        name = f"{writer}/^slot:{variable}"
        if name not in added:
            added.add(name)
            _follow(flat, name, flat.nodes[writer], handle, dtype)
        flat.nodes[reader].controls.append(name)
    return bool(added)


def _is_unclear(accesses: Accesses, variable: str) -> bool:
    """Return whether not all reads of a Variable follow its only writer."""
    writers = accesses.of[variable]
    return len(writers) > 1 or any(not past & writers[0].bit for past in accesses.early.get(variable, ()))


def _follow(flat: FlatGraph, name: str, writer: FlatNode, variable: FlatNode, dtype: str) -> None:
    label = f"{writer.label}/{variable.label}"
    read, zeros = f"{name}/read", f"{name}/zeros"
    ref = Ref(variable.name, 0)
    device = writer.device
    flat.nodes[read] = FlatNode(read, f"{label}/read", "ReadVariableOp", [ref], [], {"dtype": dtype}, device)
    flat.nodes[zeros] = FlatNode(
        zeros, f"{label}/zeros", "ZerosLike", [Ref(read, 0)], [], {"T": dtype}, device
    )
    inputs, controls = [ref, Ref(zeros, 0)], [writer.name]
    flat.nodes[name] = FlatNode(
        name, label, "AssignSubVariableOp", inputs, controls, {"dtype": dtype}, device
    )
