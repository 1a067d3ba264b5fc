"""Many steps of a program: in a loop of TensorFlow's where nothing is seen between them, else by calls traced once."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.exchange.python_writer.module import RUN, Module
from app.engine.exchange.python_writer.run_loop import Steps, joined, takes_data
from app.engine.exchange.python_writer.text import Expression, Group, call, statement
from app.engine.exchange.python_writer.variables import is_shared
from blocks.catalog import load
from blocks.op_facts.traits import has_session_state
from blocks.symbol import Op


def repeated(module: Module, steps: Steps) -> tuple[Steps, list[str]]:
    """Return how many steps are done, and the lines of the function for that; one step is done as it is."""
    count = module.page.run.steps
    if not steps.each or (count == 1 and not takes_data(module.plan)):
        return steps, []
    if count is not None and _runs_unseen(module):
        return steps._replace(each=[call(RUN, str(count))], does_all=True), _loop(steps.each)
    prepared, each = [], []
    for one in steps.each:
        assert isinstance(one, Group)
        name = one.head.rstrip("(")
        traced = module.names.free(f"traced_{name}")
        prepared += statement(f"{traced} = ", one._replace(head=f"{name}.get_concrete_function("))
        each.append(one._replace(head=f"{traced}("))
    return steps._replace(each=each, prepared=prepared), []


def _loop(calls: Sequence[Expression]) -> list[str]:
    """Return the function whose loop AutoGraph makes one of TensorFlow's: it takes a fifth of the time of calls."""
    return [
        "@tf.function",
        f"def {RUN}(steps):",
        '    """Do so many steps; return the results of the last one."""',
        "    for _ in tf.range(steps - 1):",
        *[line for one in calls for line in statement("", one, level=2)],
        *statement("return ", joined(calls), level=1),
    ]


def _runs_unseen(module: Module) -> bool:
    """Return whether all steps but the last one can go by without being looked at.

    The last one stands for itself, so what ops store in themselves, such as the numbers drawn, may not count.
    """
    plan = module.plan
    noted = any(fetch.dead for session in plan.sessions for fetch in session.fetches)
    if not module.has_file or plan.until is not None or plan.guard or takes_data(plan) or noted:
        return False
    ops = [load().op(name) for name in {node.op for node in module.all_nodes}]
    return not any(op is not None and _stores(op) for op in ops)


def _stores(op: Op) -> bool:
    """Return whether an op has a state of its own, rather than one behind a handle that all functions share."""
    takes_handle = any(arg.dtype == "DT_RESOURCE" for arg in op.inputs)
    return has_session_state(op) and not (takes_handle or is_shared(op) or op.name == "VarHandleOp")
