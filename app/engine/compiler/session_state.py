"""Which blocks hold a state that no Variable holds: it ends with TensorFlow's session."""

from __future__ import annotations

from app.engine.compiler.plan import Plan
from blocks.catalog import load
from blocks.op_facts.traits import has_session_state


def begin_anew(plan: Plan) -> list[str]:
    """Return the blocks whose state no Variable holds (queues, readers, random numbers, values of Python files).

    A new session loses it.
    """
    catalog = load()
    found: dict[str, None] = {}
    for node in plan.nodes:
        op = catalog.op(node.op)
        if op is not None and has_session_state(op):
            found[node.block] = None
    found.update({call.block: None for call in plan.python_calls if call.has_state})
    return list(found)
