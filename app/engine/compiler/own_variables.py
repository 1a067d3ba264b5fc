"""Gives the resource variables without a name that stand in a use a name of that use: each use has its own.

TensorFlow distinguishes such variables by shared_name alone, so the uses of a page would share one.
"""

from __future__ import annotations

from app.document.model.diagram import Block
from app.engine.compiler.lowering import Lowering, Rewrite
from app.engine.compiler.plan import PlanNode

_NAME = "shared_name"


def shared_by(low: Lowering, node: PlanNode) -> str | None:
    """Return where a nameless resource variable is one with others: in its use, or "" on the page; None: it has one."""
    use = low.within.get(node.block)
    own = "" if use is None else _of_use(use)
    return own if (node.attrs.get(_NAME) or "") in ("", own) else None


def _rewrite(low: Lowering, block: Block, node: PlanNode) -> PlanNode:
    use = low.within.get(block.id)
    if use is None or node.attrs.get(_NAME):
        return node
    return PlanNode(node.name, node.op, node.block, node.inputs, {**node.attrs, _NAME: _of_use(use)})


def _of_use(use: str) -> str:
    return f"{use}/"  # no id of a block ends so


OWN_VARIABLES: dict[str, Rewrite] = {"VarHandleOp": _rewrite}
