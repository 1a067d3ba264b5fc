"""``tensorblocks run``: runs one page or all of them in a worker process, and prints what they give."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from msgspec import structs

from app.cli.advice import with_fixes
from app.cli.allowing import bounds_of, companions_of
from app.cli.clusters import cluster_for
from app.cli.exits import INTERRUPTED, PROBLEMS, Refused, worst
from app.cli.opening import Opened, one_page, open_file, pages_to_run, type_texts
from app.cli.out import Out
from app.cli.page_run import PageRun, open_engine, status_of
from app.cli.planning import Planned, plan_pages
from app.cli.printing import print_problems
from app.cli.progress import Progress
from app.cli.snapshots import SavedState, start_values
from app.cli.step_log import StepLog, texts_of
from app.cli.stopping import ctrl_c_stops
from app.cli.times import TimesTable
from app.document.formats.registry import is_model
from app.document.model.diagram import RunSettings
from app.document.model.problems import Problem, errors_in
from app.document.model.sentence import say
from app.document.resources.companion_files import Companions
from app.document.resources.grants import Bounds
from app.engine.analysis.cluster_fit import misfits_of
from app.engine.analysis.touches import refusals_of
from app.engine.cluster.access import Access
from app.engine.compiler.plan_problems import unfed_arguments
from app.engine.host.events import ClusterWaits, Event, Log, Resumed, Rows, Stepped, Timed
from app.engine.host.interface import ONE_STEP, EngineInterface, RunRequest
from app.engine.host.printed import PrintedLines
from app.engine.values.json_format import json_text, page_json, value_text
from app.engine.values.results import PageResult, TensorValue
from app.engine.values.snapshots import fitting
from app.messages import problem_json, sentence_text


def run(options: argparse.Namespace) -> int:
    """Run ``options.file``; return the exit status of the page, or the one that wins among all pages."""
    if not os.path.isfile(options.file) and not is_model(options.file):
        open_file(options.file, options.data)  # says why it does not open, before TensorFlow is started
    _check_options(options)
    out = Out(options.out, several=options.all_pages)
    with open_engine() as engine:
        opened = open_file(options.file, options.data, engine)
        bounds = bounds_of(opened, options)
        readable = companions_of(opened, bounds, "read")
        pages = pages_to_run(opened.project) if options.all_pages else [one_page(opened, options.page)]
        type_texts(pages, options.assignments, opened, readable)
        for page in pages:
            page.run = _run_settings(page.run, options)
        clusters = {page.name: cluster_for(page, opened, bounds, options) for page in pages}
        if options.retries is not None and not any(clusters.values()):
            raise Refused("--retries is for --cluster, or for a page that names a cluster")
        print_problems(opened.problems.get("", ()), sys.stderr, None, opened.name)
        runs: list[PageRun] = []
        found: dict[str, list[Problem]] = {}
        for planned in plan_pages(pages, opened, options.fetch, options.seed, options.watch, readable):
            done = _run_page(engine, planned, opened, bounds, clusters[planned.page.name], options)
            runs.append(done)
            print_problems(done.problems, sys.stderr, done.name if len(opened.project.pages) > 1 else None)
            if options.json:
                found[done.name] = with_fixes(done, opened, engine)
            else:
                _print_results(done, with_name=options.all_pages)
            if done.status == INTERRUPTED:
                break
    if options.json:
        _print_json(opened, runs, found)
    out.write({done.name: done.result.results for done in runs if done.result.ok or done.has_values})
    return worst(done.status for done in runs)


def _run_settings(run: RunSettings, options: argparse.Namespace) -> RunSettings:
    """Return how a page runs after what the options say."""
    given: dict[str, Any] = {}
    if options.until is not None:
        given["until"] = options.until
    if options.guard is not None:
        given["guard"] = tuple(options.guard) or True
    if options.pace is not None:
        given["pace"] = options.pace
    if options.cluster is not None:
        given["cluster"] = options.cluster
    return structs.replace(run, **given)


def _check_options(options: argparse.Namespace) -> None:
    """Refuse what belongs to one page where all run, and a log of nothing."""
    names = ("until", "watch", "log", "start", "save_snapshot", "checkpoint")
    given = [f"--{name.replace('_', '-')}" for name in names if getattr(options, name)]
    if options.all_pages and given:
        raise Refused(f"{given[0]} is for one page; choose it with --page NAME in place of --all-pages")
    if options.all_pages and options.guard:
        raise Refused("--guard PIN is for one page; leave the pins out, or choose it with --page NAME")
    if options.log and not (options.watch or options.until):
        raise Refused("--log: name what to log with --watch BLOCK.PIN")


def _run_page(
    engine: EngineInterface,
    planned: Planned,
    opened: Opened,
    bounds: Bounds,
    access: Access | None,
    options: argparse.Namespace,
) -> PageRun:
    """Run one page, unless its problems stop it, what it would touch beyond its bounds, or what its cluster lacks."""
    page, plan = planned.page, planned.plan
    refused = [*unfed_arguments(plan), *refusals_of(plan, bounds)]
    if access is not None:
        refused += misfits_of(plan, access.cluster)
    if planned.stops or refused:
        return PageRun(planned, PageResult(ok=False, problems=refused), PROBLEMS)
    saved = SavedState(
        opened, page, options.save_snapshot, options.checkpoint, companions_of(opened, bounds, "write")
    )
    if saved.needs_values and not plan.variables:
        raise Refused(f"{opened.name}: the page {page.name!r} runs no Variable whose value could be kept")
    start, misfits = _start(engine, planned, opened, options, companions_of(opened, bounds, "read"))
    if errors_in(misfits):
        return PageRun(planned, PageResult(ok=False, problems=misfits), PROBLEMS)
    steps = page.run.steps if options.steps is None else options.steps
    limit = None if options.until and options.steps is None else steps
    watch = plan.watched or ((plan.until.watched,) if options.log and plan.until else ())
    names = [watched.text for watched in watch]
    request = RunRequest(
        steps=limit,
        timeout=options.timeout,
        variables=saved.needs_values,
        watch=watch,
        until=plan.until,
        start=start,
        pace=page.run.pace,
        hand_over_every=page.run.keep_every if saved.needs_values else None,
        times=options.times,
        ground=bounds.ground,
        grants=bounds.grants,
        sandbox=options.sandbox == "on",
        cluster=access,
        retries=ONE_STEP.retries if options.retries is None else options.retries,
    )
    times, lines = TimesTable(), PrintedLines()
    with StepLog(options.log, watch) as log, Progress(page.name, limit) as progress:

        def on_event(event: Event) -> None:
            if isinstance(event, Stepped):
                progress.update(event.step)
            elif isinstance(event, Rows):
                log.add(event)
                progress.watch(dict(zip(names, texts_of(event, event.rows[-1]), strict=True)))
            elif isinstance(event, Timed):
                times.add(event)
            elif isinstance(event, ClusterWaits):
                progress.print(f"{page.name}: {_waits(event)}\n")
            elif isinstance(event, Resumed):
                log.go_back(event.step)
                progress.print(f"{page.name}: going on from step {event.step}\n")
            elif isinstance(event, Log):
                progress.print(lines.add(event.text))

        with ctrl_c_stops(engine):
            result = engine.run(plan, opened.folder, request, on_event=on_event)
        progress.print(lines.finish())
    times.show()
    if saved.needs_values and result.variables:
        saved.save(result.variables, engine)
        if result.variables_step is not None:
            print(
                f"{page.name}: the Variables kept are those after step {result.variables_step}",
                file=sys.stderr,
            )
    return PageRun(planned, replace(result, problems=[*misfits, *result.problems]), status_of(result))


def _waits(event: ClusterWaits) -> str:
    """Return why a run waits for its cluster."""
    said = say("cluster.waits", why=event.why, done=event.done, retry=event.retry, most=event.most)
    return sentence_text(said)


def _start(
    engine: EngineInterface,
    planned: Planned,
    opened: Opened,
    options: argparse.Namespace,
    companions: Companions,
) -> tuple[dict[str, TensorValue], list[Problem]]:
    """Return the values that the Variables start from, by block, and what does not fit."""
    if options.start is None:
        return {}, []
    values = start_values(options.start, planned.page, opened, engine, companions)
    return fitting(planned.plan, values, options.start)


def _print_results(done: PageRun, with_name: bool) -> None:
    """Print every result as text, under the page's name where there are several."""
    if with_name:
        print(f"== {done.name} ==")
    for key, value in done.result.results.items():
        print(value_text(key, value))


def _print_json(opened: Opened, runs: Sequence[PageRun], problems: Mapping[str, list[Problem]]) -> None:
    """Print the command's one JSON object; ``problems`` are those of the pages."""
    pages = {}
    for done in runs:
        everything = problems[done.name]
        fine = done.result.ok and not errors_in(everything)
        result = replace(done.result, ok=fine, problems=everything)
        pages[done.name] = page_json(result, [problem_json(p) for p in everything])
    print(json_text({"file": opened.name, "pages": pages}))
