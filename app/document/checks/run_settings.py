"""The structure check of a page's run settings: how many steps, how fast, what the NaN guard looks at."""

from __future__ import annotations

from collections.abc import Mapping

from app.document.checks.symbol_facts import Facts
from app.document.model.conditions import parse_element
from app.document.model.diagram import Page
from app.document.model.problems import Problem, error
from app.document.model.spelling import nearest


def run_problems(page: Page, facts: Mapping[str, Facts | None]) -> list[Problem]:
    """Return what is wrong with the settings, the condition ``until`` left out; ``facts`` are those of its blocks."""
    run = page.run
    problems = []
    if run.steps is not None and run.steps < 1:
        message = f"the page's run has {run.steps} steps; at least 1 is needed"
        problems.append(error("bad-attr-value", message, hint="null runs until it is stopped"))
    if run.pace is not None and run.pace <= 0:
        message = f"the pace of the page's run is {run.pace:g} seconds a step; more than 0 is needed"
        problems.append(error("bad-attr-value", message, hint="leave it out to run at full speed"))
    if run.keep_every <= 0:
        message = f"the Variables are to be kept every {run.keep_every:g} seconds; more than 0 is needed"
        problems.append(error("bad-attr-value", message))
    for text in () if isinstance(run.guard, bool) else run.guard:
        problems += _guard_problems(text, page, facts)
    return problems


def _guard_problems(text: str, page: Page, facts: Mapping[str, Facts | None]) -> list[Problem]:
    """Return what is wrong with a pin that the guard is to look at."""
    try:
        element = parse_element(text)
    except ValueError as fault:
        return [error("bad-watch", f"the NaN guard: {fault}", actual=text)]
    if element.block not in page.blocks:
        near = nearest(element.block, page.blocks, 1)
        hint = f"did you mean {near[0]}?" if near else "choose another pin"
        message = f"the NaN guard looks at {text}, and there is no block {element.block!r} on the page"
        return [error("unknown-block", message, actual=text, hint=hint)]
    known = facts.get(element.block)
    if known is not None and element.pin.removeprefix("result_") not in known.outs:
        message = f"the NaN guard looks at {text}, and {known.symbol.name} has no output {element.pin!r}"
        hint = f"choose one of {', '.join(p.name for p in known.symbol.outputs) or 'another block'}"
        return [error("unknown-pin", message, actual=text, hint=hint)]
    return []
