"""Runs a page for its picture: within the same bounds as ``run``, with the page's own settings."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping

from app.cli.allowing import bounds_of, companions_of
from app.cli.exits import PROBLEMS
from app.cli.opening import Opened
from app.cli.page_run import PageRun, open_engine, status_of
from app.cli.planning import plan_page, plan_pages
from app.cli.printing import print_problems
from app.cli.progress import Progress
from app.cli.stopping import ctrl_c_stops
from app.document.model.addresses import monitored_within
from app.document.model.diagram import Page
from app.document.resources.companion_files import Companions
from app.engine.analysis.touches import refusals_of
from app.engine.compiler.plan import Plan, Watched
from app.engine.host.engine import Engine
from app.engine.host.events import Event, Log, Rows, Stepped
from app.engine.host.interface import RunRequest
from app.engine.host.printed import PrintedLines
from app.engine.values.results import PageResult
from blocks.tensor_spec import TensorSpec

_INFERENCE = 60.0  # seconds for the page's types; without them they are not written


def run_shown(
    opened: Opened,
    page: Page,
    options: argparse.Namespace,
    watched_in: Callable[[Plan], tuple[Watched, ...]],
    on_rows: Callable[[Rows], None],
) -> tuple[PageRun, Mapping[str, TensorSpec]]:
    """Run a page, unless it may not, and print its problems; return as well the types that TensorFlow infers.

    ``on_rows`` takes what ``watched_in`` names of each step.
    """
    types: Mapping[str, TensorSpec] = {}
    bounds = bounds_of(opened, options)
    with open_engine() as engine:
        fetch = ["**"] if options.inside else []
        companions = companions_of(opened, bounds, "read")
        (planned,) = plan_pages(
            [page], opened, fetch, None, companions=companions, shown=monitored_within(page)
        )
        plan = planned.plan
        refused = refusals_of(plan, bounds)
        if planned.stops or refused:
            done = PageRun(planned, PageResult(ok=False, problems=refused), PROBLEMS)
        else:
            request = RunRequest(
                steps=page.run.steps,
                watch=watched_in(plan),
                until=plan.until,
                pace=page.run.pace,
                ground=bounds.ground,
                grants=bounds.grants,
                sandbox=options.sandbox == "on",
            )
            lines = PrintedLines()
            with Progress(page.name, page.run.steps) as progress:

                def on_event(event: Event) -> None:
                    if isinstance(event, Stepped):
                        progress.update(event.step)
                    elif isinstance(event, Rows):
                        on_rows(event)
                    elif isinstance(event, Log):
                        progress.print(lines.add(event.text))

                with ctrl_c_stops(engine):
                    result = engine.run(plan, opened.folder, request, on_event=on_event)
                progress.print(lines.finish())
            types = _types(engine, page, opened, companions)
            done = PageRun(planned, result, status_of(result))
    print_problems(done.problems, sys.stderr)
    return done, types


def _types(
    engine: Engine, page: Page, opened: Opened, companions: Companions | None
) -> Mapping[str, TensorSpec]:
    """Return the types of all outputs, also of blocks that nothing runs."""
    plan = plan_page(page, opened, everything=True, companions=companions).plan
    return engine.infer(plan, opened.folder, timeout=_INFERENCE, companions=companions).types
