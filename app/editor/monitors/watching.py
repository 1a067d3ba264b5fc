"""Which elements a run reads after every step, so that the page's curves miss none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.document.model.conditions import parse_element
from app.engine.compiler.plan import Watched

if TYPE_CHECKING:
    from app.document.model.diagram import Page
    from app.engine.compiler.plan import Plan

_MOST = 32  # elements; each costs a run about a microsecond a step


def watched_by_curves(page: Page, plan: Plan) -> tuple[Watched, ...]:
    """Return the elements that the page's curves name, as far as the plan's results hold them.

    What turns out to be no number is a step without a value: no monitor ends a run. Nothing runs for a curve
    that would not run without it.
    """
    shown = {fetch.key: fetch for session in plan.sessions for fetch in session.fetches if not fetch.handle}
    found: dict[str, Watched] = {}
    for monitor in page.monitors.values():
        for pin in monitor.pins if monitor.kind == "curve" else ():
            try:
                element = parse_element(pin)
            except ValueError:
                continue
            key = f"{element.place}.{element.pin}"
            if key in shown and len(found) < _MOST:
                found[pin] = Watched(pin, key, element.index, shown[key].has_rounds, lenient=True)
    return tuple(found.values())
