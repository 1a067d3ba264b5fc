"""The function ``main`` of a program: the page's run, with its steps, its condition and the end of its data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.engine.compiler.plan import Plan, Until
from app.engine.exchange.python_writer.guard import guard_lines, show_lines
from app.engine.exchange.python_writer.module import Module
from app.engine.exchange.python_writer.text import (
    Expression,
    Group,
    Named,
    fits,
    indented,
    statement,
    wrapped,
)

_FIRST = "first_taken"  # what is noted before the first step
_SHOWN = " and print the last results."


class Steps(NamedTuple):
    """What ``main`` calls: expressions that give results as dicts."""

    once: Sequence[Expression]  # before the first step
    each: Sequence[Expression]  # in every step
    does_all: bool = False  # ``each`` does all steps in one


def run_text(module: Module, steps: Steps, before: Sequence[str] = (), condition: str = "") -> list[str]:
    """Return the lines of ``main``.

    ``before`` stands within the context that the steps need, its first line; ``condition`` ends the run.
    """
    plan, level = module.plan, 2 if before else 1
    lines = indented([*before[:1], *indented(before[1:])])
    if steps.once:
        lines += statement("begun = ", joined(steps.once), level=level)
        if _notes_at_the_start(plan):
            lines += indented([f"{_FIRST} = dict(taken)"], level)
    condition = condition or (condition_text(plan.until) if plan.until is not None else "")
    lines += _loop(module, steps, condition, level)
    lines += indented(show_lines(plan))
    words = _words(plan, module.page.run.steps, takes_data(plan))
    return ["def main():", *indented(words), *lines]


def joined(dicts: Sequence[Expression]) -> Expression:
    """Return one dict of several."""
    return dicts[0] if len(dicts) == 1 else Group("{", tuple([Named("**", one) for one in dicts]), "}")


def is_single(module: Module) -> bool:
    """Return whether a run is one step."""
    return module.page.run.steps == 1 and not takes_data(module.plan)


def _notes_at_the_start(plan: Plan) -> bool:
    """Return whether sessions that run once note values of branches."""
    return any(fetch.dead for session in plan.sessions if session.once for fetch in session.fetches)


def takes_data(plan: Plan) -> bool:
    """Return whether the end of a dataset ends the run."""
    return any(session.takes_data for session in plan.sessions if not session.once)


def _loop(module: Module, calls: Steps, condition: str, level: int) -> list[str]:
    """Return the loop around the statements of a step."""
    plan, steps = module.plan, 1 if calls.does_all else module.page.run.steps
    noted = any(fetch.dead for session in plan.sessions for fetch in session.fetches)
    branches = [*([_FIRST] if _notes_at_the_start(plan) else []), "taken"] if noted else []
    # A session returns nothing of them, a function something in their place.
    if noted and module.style == "v2":
        branches.insert(0, "dict.fromkeys(WITHOUT_VALUE)")
    made = joined([*(["begun"] if calls.once else []), *calls.each, *branches])
    single = steps == 1 and not takes_data(plan)
    within = level if single else level + 1
    stopping = _stopping(plan, steps, condition)
    lines = ["    " * within + "taken.clear()"] if noted else []
    if stopping and not single:
        made_lines = statement("results = ", made, level=within + 1)
        blank = "    " * within
        lines += [f"{blank}try:", *made_lines, f"{blank}{stopping}", f"{blank}    break"]
    else:
        lines += statement("results = ", made, level=within)
    lines += indented(guard_lines(plan, not single), within)
    if single:
        return lines
    if condition:
        lines += ["    " * within + f"if {condition}:", "    " * within + "    break"]
    header = "while True:" if steps is None else f"for _ in range({steps}):"
    return ["    " * level + header, *lines]


def _stopping(plan: Plan, steps: int | None, condition: str) -> str:
    """Return what ends the steps from within one, if anything."""
    if takes_data(plan):
        return "except tf.errors.OutOfRangeError:  # there are no more data"
    return "except KeyboardInterrupt:" if steps is None and not condition else ""


def condition_text(until: Until) -> str:
    """Return the condition that ends a run, of the results of a step."""
    watched, condition = until.watched, until.condition
    index = "".join(f"[{i}]" for i in watched.index)
    return f'results["{watched.key}"]{index} {condition.comparison} {condition.number!r}'


def _words(plan: Plan, steps: int | None, takes_data: bool) -> list[str]:
    """Return the docstring: what runs, and where it ends."""
    found = f'"""{_sentence(plan, steps, takes_data)}"""'
    if fits(found, 1):
        return [found]
    ends = _sentence(plan, steps, takes_data).removeprefix("Run ").removesuffix(_SHOWN).rstrip(",")
    return ['"""Run steps and print the last results.', "", *wrapped(f"{ends[0].upper()}{ends[1:]}."), '"""']


def _sentence(plan: Plan, steps: int | None, takes_data: bool) -> str:
    ends = [f"until {plan.until.condition}"] if plan.until is not None else []
    if takes_data:
        ends.append("until there are no more data")
    if plan.guard and steps != 1:
        ends.append("until a result is NaN or infinite")
    if steps == 1 and not takes_data:
        return "Run a step and print its results."
    if not ends:
        count = "steps until it is interrupted" if steps is None else f"{steps:,} steps"
        return f"Run {count} and print the results of the last one."
    most = "" if steps is None else f", at most {steps:,} steps,"
    return f"Run {' or '.join(ends)}{most}{_SHOWN}"
