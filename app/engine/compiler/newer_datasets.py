"""Lets datasets whose first form TensorFlow can no longer begin be of the second one, which gives the same elements.

An iterator writes its dataset down first, and TensorFlow writes these with the inputs of the second form only.
"""

from __future__ import annotations

from app.document.model.diagram import Block
from app.engine.compiler.lowering import Lowering, Rewrite
from app.engine.compiler.plan import Constant, PlanNode

# By op: its second form, and the input that this has besides, with the value by which both are the same.
_SECOND_FORMS = {
    "BatchDataset": (
        "BatchDatasetV2",
        "drop_remainder",
        Constant(dtype="DT_BOOL", shape=(), packed=b"\0"),
    ),
    "FixedLengthRecordDataset": (
        "FixedLengthRecordDatasetV2",
        "compression_type",
        Constant(dtype="DT_STRING", shape=(), strings=(b"",)),
    ),
    "PaddedBatchDataset": (
        "PaddedBatchDatasetV2",
        "drop_remainder",
        Constant(dtype="DT_BOOL", shape=(), packed=b"\0"),
    ),
}


def _rewrite(low: Lowering, block: Block, node: PlanNode) -> PlanNode:
    """Return the node of the second form; the input that it has besides is added."""
    op, argument, value = _SECOND_FORMS[node.op]
    more = low.add_constant(node.block, argument, None, value)
    return PlanNode(node.name, op, node.block, [*node.inputs, more], node.attrs)


SECOND_FORMS: dict[str, Rewrite] = dict.fromkeys(_SECOND_FORMS, _rewrite)
