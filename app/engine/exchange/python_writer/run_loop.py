"""The function ``main`` of a program: the page's run, with its steps, its condition and the end of its data."""

from __future__ import annotations

from collections.abc import Sequence

from app.engine.compiler.plan import Plan, Until
from app.engine.exchange.python_writer.module import Module, Style
from app.engine.exchange.python_writer.text import Expression, Group, Named, statement


def run_text(
    module: Module,
    calls: Sequence[tuple[bool, Sequence[Expression]]],
    before: Sequence[str] = (),
    condition: str = "",
) -> list[str]:
    """Return the lines of ``main``; ``calls`` has the dicts that make each session's results, and which come once.

    ``before`` stands within the context that the steps need, its first line; ``condition`` ends the run.
    """
    plan, steps = module.plan, module.page.run.steps
    once = [one for is_once, dicts in calls if is_once for one in dicts]
    each = [one for is_once, dicts in calls if not is_once for one in dicts]
    level = 2 if before else 1
    lines = [*before[:1], *[f"    {line}" for line in before[1:]]]
    lines = [f"    {line}" for line in lines]
    if once:
        lines += statement("begun = ", _joined(once), level=level)
    condition = condition or (condition_text(plan.until) if plan.until is not None else "")
    lines += _loop(plan, steps, each, bool(once), condition, level, module.style)
    lines += ["    for name, value in results.items():", "        show(name, value)"]
    words = _words(plan, steps, _takes_data(plan))
    return ["def main():", f'    """{words}"""', *lines]


def _joined(dicts: Sequence[Expression]) -> Expression:
    """Return one dict of several."""
    return dicts[0] if len(dicts) == 1 else Group("{", tuple([Named("**", one) for one in dicts]), "}")


def _takes_data(plan: Plan) -> bool:
    return any(session.takes_data for session in plan.sessions if not session.once)


def _loop(
    plan: Plan,
    steps: int | None,
    each: Sequence[Expression],
    begins: bool,
    condition: str,
    level: int,
    style: Style,
) -> list[str]:
    """Return the loop around the statements of a step."""
    noted = any(fetch.dead for session in plan.sessions for fetch in session.fetches)
    branches = ["taken"] if noted else []
    if noted and style == "v2":  # a session returns nothing of them, a function something in their place
        branches.insert(0, "dict.fromkeys(WITHOUT_VALUE)")
    made = _joined([*(["begun"] if begins else []), *each, *branches])
    is_single = steps == 1 and not _takes_data(plan)
    within = level if is_single else level + 1
    stopping = _stopping(plan, steps, condition)
    lines = ["    " * within + "taken.clear()"] if noted else []
    if stopping and not is_single:
        made_lines = statement("results = ", made, level=within + 1)
        blank = "    " * within
        lines += [f"{blank}try:", *made_lines, f"{blank}{stopping}", f"{blank}    break"]
    else:
        lines += statement("results = ", made, level=within)
    if is_single:
        return lines
    if condition:
        lines += ["    " * within + f"if {condition}:", "    " * within + "    break"]
    header = "while True:" if steps is None else f"for _ in range({steps}):"
    return ["    " * level + header, *lines]


def _stopping(plan: Plan, steps: int | None, condition: str) -> str:
    """Return what ends the steps from within one, if anything."""
    if _takes_data(plan):
        return "except tf.errors.OutOfRangeError:  # there are no more data"
    return "except KeyboardInterrupt:" if steps is None and not condition else ""


def condition_text(until: Until) -> str:
    """Return the condition that ends a run, of the results of a step."""
    watched, condition = until.watched, until.condition
    index = "".join(f"[{i}]" for i in watched.index)
    return f'results["{watched.key}"]{index} {condition.comparison} {condition.number!r}'


def _words(plan: Plan, steps: int | None, takes_data: bool) -> str:
    ends = [f"until {plan.until.condition}"] if plan.until is not None else []
    if takes_data:
        ends.append("until there are no more data")
    if steps == 1 and not takes_data:
        return "Run a step and print its results."
    if not ends:
        count = "steps until it is interrupted" if steps is None else f"{steps:,} steps"
        return f"Run {count} and print the results of the last one."
    most = "" if steps is None else f", at most {steps:,} steps,"
    return f"Run {' or '.join(ends)}{most} and print the last results."
