"""``tensorblocks run``: runs one page or all of them in a worker process, and prints what they give."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.cli.exits import DONE, FAILED, INTERRUPTED, PROBLEMS, TIMED_OUT, worst
from app.cli.opening import Opened, one_page, open_file, type_texts
from app.cli.out import Out
from app.cli.planning import Planned, plan_pages
from app.cli.progress import Progress
from app.document.problems import Problem, text_of
from app.engine.process import Engine
from app.engine.results import PageResult
from app.engine.results_json import json_text, page_json, value_text
from app.engine.supervise import Event, Stepped
from blocks.catalog import load


@dataclass(frozen=True)
class PageRun:
    """One planned page, what came of it, and the exit status that it alone would give."""

    planned: Planned
    result: PageResult
    status: int

    @property
    def name(self) -> str:
        """The page's name."""
        return self.planned.page.name

    @property
    def problems(self) -> list[Problem]:
        """What was known before the run and what the run brought, each once."""
        return [*self.planned.problems, *(p for p in self.result.problems if p not in self.planned.problems)]


def run(options: argparse.Namespace) -> int:
    """Run ``options.file``; return the exit status of the page, or the one that wins among all pages."""
    if not os.path.isfile(options.file):
        open_file(options.file)  # says why it does not open, before TensorFlow is started
    out = Out(options.out, several=options.all_pages)
    with open_engine() as engine:
        opened = open_file(options.file)
        pages = opened.project.pages if options.all_pages else [one_page(opened, options.page)]
        type_texts(pages, options.assignments, load())
        _show(opened.problems.get("", ()), None, opened.name)
        runs: list[PageRun] = []
        for planned in plan_pages(pages, opened, options.fetch, options.seed):
            done = _run_page(engine, planned, opened, options)
            runs.append(done)
            _show(done.problems, done.name if len(opened.project.pages) > 1 else None)
            if not options.json:
                _print_results(done, with_name=options.all_pages)
            if done.status == INTERRUPTED:
                break
    if options.json:
        _print_json(opened, runs)
    out.write({done.name: done.result.results for done in runs if done.result.ok})
    return worst(done.status for done in runs)


def open_engine() -> Engine:
    """Return an engine that has begun to start: TensorFlow is imported while the file is read."""
    engine = Engine()
    engine.start()
    return engine


def _run_page(engine: Engine, planned: Planned, opened: Opened, options: argparse.Namespace) -> PageRun:
    """Run one page, unless its problems stop it."""
    if planned.stops:
        return PageRun(planned, PageResult(ok=False), PROBLEMS)
    page = planned.page
    steps = page.run.steps if options.steps is None else options.steps
    with Progress(page.name, steps) as progress:

        def hear(event: Event) -> None:
            if isinstance(event, Stepped):
                progress.update(event.step)

        result = engine.run(planned.plan, opened.folder, steps=steps, timeout=options.timeout, on_event=hear)
    return PageRun(planned, result, _status(result))


def _status(result: PageResult) -> int:
    if result.interrupted:
        return INTERRUPTED
    if result.timed_out:
        return TIMED_OUT
    return DONE if result.ok else FAILED


def _show(problems: Iterable[Problem], page: str | None, file: str | None = None) -> None:
    for problem in problems:
        print(text_of(problem, page, file), file=sys.stderr)


def _print_results(done: PageRun, with_name: bool) -> None:
    """Print every result as text, under the page's name where there are several."""
    if with_name:
        print(f"== {done.name} ==")
    for key, value in done.result.results.items():
        print(value_text(key, value))


def _print_json(opened: Opened, runs: Sequence[PageRun]) -> None:
    """Print the command's one JSON object."""
    pages = {}
    for done in runs:
        everything = done.problems
        fine = done.result.ok and not any(p.severity == "error" for p in everything)
        pages[done.name] = page_json(replace(done.result, ok=fine, problems=everything))
    print(json_text({"file": opened.name, "pages": pages}))
