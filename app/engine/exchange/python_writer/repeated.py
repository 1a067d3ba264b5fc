"""Many steps of a program: in a loop of TensorFlow's where nothing is seen between them, else by calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.engine.exchange.python_writer.module import RUN, Module
from app.engine.exchange.python_writer.run_loop import Steps, is_single, joined, takes_data
from app.engine.exchange.python_writer.text import Expression, call, comment, indented, statement
from app.engine.exchange.python_writer.variables import stores
from blocks.catalog import load
from blocks.dtypes import DTYPES

# Dtypes of which TensorFlow makes what a loop begins with.
_IN_LOOPS = ("bool", "string", "float16", "float32", "float64", "int", "uint", "complex")


def repeated(module: Module, steps: Steps, in_steps: Iterable[str]) -> tuple[Steps, list[str]]:
    """Return how many steps are done, and the lines of the function for that; one step is done as it is.

    ``in_steps`` are the ops of the steps.
    """
    count = module.page.run.steps
    if not steps.each or count is None or is_single(module) or not _runs_unseen(module):
        return steps, []
    if not any(stores(op) for op in map(load().op, {*in_steps}) if op is not None):
        function = _loop(steps.each)
    elif _fits_a_loop(module):
        function = _single_loop(steps.each)
    else:
        return steps, []
    return steps._replace(each=[call(RUN, str(count))], does_all=True), function


def traced(name: str, arguments: Sequence[Expression]) -> list[str]:
    """Return the statement that traces a function once, for calls that take half the time."""
    return statement(f"{name} = ", call(f"{name}.get_concrete_function", *arguments))


def _loop(calls: Sequence[Expression]) -> list[str]:
    """Return the function whose loop AutoGraph makes one of TensorFlow's: it takes a fifth of the time of calls."""
    return [
        *_HEADER,
        "    for _ in tf.range(steps - 1):",
        *[line for one in calls for line in statement("", one, level=2)],
        *statement("return ", joined(calls), level=1),
    ]


def _single_loop(calls: Sequence[Expression]) -> list[str]:
    """Return the same with one place that does a step: of two each would have what its ops store, for itself.

    TensorFlow holds no order between random numbers of different rounds, where these may overlap.
    """
    why = "One call, a round at a time: random numbers go on from step to step."
    return [
        *_HEADER,
        "    for _ in tf.range(steps):",
        *comment(why, 2),
        *statement("", call("tf.autograph.experimental.set_loop_options", "parallel_iterations=1"), level=2),
        *statement("results = ", joined(calls), level=2),
        *indented(["return results"]),
    ]


_HEADER = [
    "@tf.function",
    f"def {RUN}(steps):",
    '    """Do so many steps; return the results of the last one."""',
]


def _runs_unseen(module: Module) -> bool:
    """Return whether all steps but the last one can go by without being looked at."""
    plan = module.plan
    noted = any(fetch.dead for session in plan.sessions for fetch in session.fetches)
    return module.has_file and plan.until is None and not plan.guard and not takes_data(plan) and not noted


def _fits_a_loop(module: Module) -> bool:
    """Return whether results can go from round to round of a loop."""
    fetches = [f for session in module.plan.sessions if not session.once for f in session.fetches]
    labels = {DTYPES[dtype].label for fetch in fetches for dtype in fetch.dtypes}
    return not any(fetch.handle for fetch in fetches) and all(one.startswith(_IN_LOOPS) for one in labels)
