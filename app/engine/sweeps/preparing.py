"""Plans all runs of a sweep before the first one begins, and finds those that can share a graph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from app.document.model.problems import Problem
from app.document.resources.grants import Bounds
from app.engine.analysis.touches import refusals_of
from app.engine.compiler.plan import Plan
from app.engine.compiler.plan_problems import unfed_arguments
from app.engine.compiler.run_values import RunValues, may_share, shared_plan, values_between
from app.engine.sweeps.cases import Case
from app.engine.sweeps.swept_page import SweptPage

_MOST_COMPARED = 64  # groups that a plan is compared with


@dataclass
class Group:
    """Runs that share a graph: the first one's own plan, the runs with the values of each, the plan that they share."""

    first: Plan
    runs: list[tuple[Case, RunValues]]

    @cached_property
    def plan(self) -> Plan:
        """Return the plan that the runs share; asked once all are there."""
        return shared_plan(self.first, [values for _, values in self.runs])


@dataclass
class Prepared:
    """The runs of a sweep. ``alone``: those that share a graph with none; each is planned again when it runs.

    ``stopped``: those that problems of the diagram prevent, with these. ``refused``: what runs would touch beyond
    their bounds. ``columns`` are the keys of the results that the runs show. ``takes_data``: elements of a
    dataset are taken, whose end ends a run.
    """

    groups: list[Group] = field(default_factory=list)
    alone: list[Case] = field(default_factory=list)
    stopped: list[tuple[Case, list[Problem]]] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    columns: tuple[str, ...] = ()
    takes_data: bool = False


def prepare(page: SweptPage, cases: Iterable[Case], bounds: Bounds) -> Prepared:
    """Plan the runs, those of one seed after each other, and group them; raises FetchError."""
    found = Prepared()
    recent: list[Group] = []  # the last used one first
    refused: dict[tuple[str, str | None, str | None, object], Problem] = {}
    for case in sorted(cases, key=lambda case: (case.seed or 0, case.number)):
        plan = page.next_plan(case)
        found.columns = found.columns or _columns(plan)
        found.takes_data |= any(session.takes_data for session in plan.sessions)
        for problem in refusals_of(plan, bounds):
            refused.setdefault((problem.code, problem.block, problem.pin, problem.sentence), problem)
        unfed = unfed_arguments(plan)
        if plan.stops or unfed:
            found.stopped.append((case, [*unfed, *plan.problems]))
        else:
            _put(case, plan, recent, found)
    for group in found.groups:
        if len(group.runs) == 1:
            found.alone.append(group.runs[0][0])
    found.groups = [group for group in found.groups if len(group.runs) > 1]
    found.alone.sort(key=lambda case: case.number)
    found.refused = list(refused.values())
    return found


def _put(case: Case, plan: Plan, recent: list[Group], found: Prepared) -> None:
    """Put a run into the group that it fits, or into a new one."""
    if not may_share(plan):
        found.alone.append(case)
        return
    for group in recent:
        values = values_between(group.first, plan)
        if values is not None:
            group.runs.append((case, values))
            recent.remove(group)
            recent.insert(0, group)
            return
    group = Group(plan, [(case, RunValues())])
    found.groups.append(group)
    recent.insert(0, group)
    del recent[_MOST_COMPARED:]


def _columns(plan: Plan) -> tuple[str, ...]:
    keys = (fetch.key for session in plan.sessions for fetch in session.fetches)
    return tuple(dict.fromkeys(key for key in keys if key not in plan.unshown))
