"""Lets Restore and RestoreSlice, made for checkpoints of TensorFlow's first form, read those of the second."""

from __future__ import annotations

from app.document.literals.parser import parse_literal
from app.document.literals.types import LiteralError
from app.document.model.diagram import Block
from app.engine.compiler.constants import int_vector, pack
from app.engine.compiler.lowering import Lowering, Rewrite
from app.engine.compiler.plan import Constant, PlanNode
from blocks.op_facts.dtype_pins import CONSTANTS


def rewrite(low: Lowering, block: Block, node: PlanNode) -> PlanNode:
    """Return the node of a Restore or RestoreSlice; for a checkpoint of the second form one that reads it."""
    return _as_second_form(low, node) if _is_second_form(low, block) else node


REWRITES: dict[str, Rewrite] = {"Restore": rewrite, "RestoreSlice": rewrite}


def _is_second_form(low: Lowering, block: Block) -> bool:
    """Return whether the checkpoint that a block names lies there in the second form (``NAME.index``)."""
    name = _name(low, block)
    try:
        return bool(name) and (low.folder / f"{name}.index").is_file() and not (low.folder / name).is_file()
    except (OSError, ValueError):
        return False


def _name(low: Lowering, block: Block) -> str:
    """Return the name that is typed into the block or into the Const that is wired to it; "" for any other."""
    wires = low.wires.at(block.id, "file_pattern")
    source = low.page.blocks.get(wires[0].source.block) if wires else None
    if source is not None and source.symbol not in CONSTANTS:
        return ""
    text = low.text(block, "file_pattern") if source is None else low.text(source, "val")
    try:
        values = parse_literal(text, "DT_STRING").values if isinstance(text, str) else ()
    except LiteralError:
        return ""
    return bytes(values[0]).decode("utf-8", "surrogateescape") if len(values) == 1 else ""  # type: ignore[arg-type]


def _as_second_form(low: Lowering, node: PlanNode) -> PlanNode:
    """Return the node that reads the same tensor, under the same name; what it needs besides is added."""
    name, block = node.name, node.block
    low.put(_constant(f"{name}/one", block, pack(int_vector((1,)))))
    names = _vector(low, node, "names", node.inputs[1])
    if node.op == "RestoreSlice":
        slices = _vector(low, node, "slices", node.inputs[2])
    else:
        low.put(_constant(f"{name}/slices", block, Constant(dtype="DT_STRING", shape=(1,), strings=(b"",))))
        slices = f"{name}/slices:0"
    attrs = {"dtypes": (node.attrs["dt"],)}
    return PlanNode(name, "RestoreV2", block, [node.inputs[0], names, slices], attrs)


def _vector(low: Lowering, node: PlanNode, what: str, scalar: str) -> str:
    """Add what makes a vector of one string out of a string; return its tensor."""
    name = f"{node.name}/{what}"
    attrs = {"T": "DT_STRING", "Tshape": "DT_INT32"}
    low.put(PlanNode(name, "Reshape", node.block, [scalar, f"{node.name}/one:0"], attrs))
    return f"{name}:0"


def _constant(name: str, block: str, value: Constant) -> PlanNode:
    return PlanNode(name, "Const", block, [], {"dtype": value.dtype}, value)
