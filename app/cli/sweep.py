"""``tensorblocks sweep``: runs a page many times with other texts in some of its pins, into a table."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from msgspec import structs

from app.cli.allowing import bounds_of, companions_of
from app.cli.exits import DONE, FAILED, INTERRUPTED, PROBLEMS, Refused
from app.cli.opening import Opened, check_writable, one_page, open_file, type_texts
from app.cli.page_run import open_engine
from app.cli.printing import print_problems
from app.cli.progress import Progress
from app.cli.stopping import ctrl_c_stops
from app.document.model.diagram import Page
from app.document.model.sentence import Unreadable
from app.document.resources.grants import Bounds
from app.engine.compiler.errors import FetchError
from app.engine.host.interface import RunRequest
from app.engine.sweeps.cases import Case, Choice, cases_of
from app.engine.sweeps.machines import Machines, MachinesFault, connected
from app.engine.sweeps.pool import Pool
from app.engine.sweeps.preparing import Prepared, prepare
from app.engine.sweeps.rows import Row
from app.engine.sweeps.swept_page import SweptPage
from app.engine.sweeps.table import Columns, Table, TableFault
from app.engine.sweeps.varied import Varied, varied
from app.messages import error_text, message_of


def sweep(options: argparse.Namespace) -> int:
    """Sweep over ``options.file``; return 0 where every run went well, 1 where one did not."""
    if options.insecure and options.scheduler is None:
        raise Refused("--insecure is for --scheduler tcp://HOST:PORT")
    out = Path(options.out)
    check_writable(out, "--out")
    with open_engine() as engine:
        opened = open_file(options.file, options.data, engine)
        page = one_page(opened, options.page)
        pins = _varied(options.vary)
        cases = _cases(pins, page, options)
        bounds = bounds_of(opened, options)
        swept = _swept_page(opened, page, pins, bounds, options)
        request = _request(page, bounds, options)
        prepared = _prepared(swept, cases, bounds)
        print_problems(opened.problems.get("", ()), sys.stderr, None, opened.name)
        if request.steps is None and not (page.run.until or request.timeout or prepared.takes_data):
            raise Refused(
                f"the page {page.name!r} runs until it is stopped; say when with --steps or --until"
            )
        if prepared.refused or len(prepared.stopped) == len(cases):
            print_problems(prepared.refused or prepared.stopped[0][1], sys.stderr, None)
            return PROBLEMS
        columns = Columns(tuple(pin.pin for pin in pins), prepared.columns)
        with ExitStack() as stack:
            if options.scheduler is not None:
                client = stack.enter_context(_connected(options))
            table = stack.enter_context(_table(out, columns, cases))
            done = frozenset(table.done)
            if options.scheduler is not None:
                return _filled(table, Machines(client, swept, prepared, request, done), page, len(cases))
            jobs = (options.jobs or 1) - 1
            engines = [engine, *[stack.enter_context(engine.companion()) for _ in range(jobs)]]
            return _filled(table, Pool(swept, prepared, request, engines, done), page, len(cases))


def _connected(options: argparse.Namespace) -> Any:
    """Return a client of the scheduler; raises Refused."""
    try:
        return connected(options.scheduler, insecure=options.insecure)
    except MachinesFault as fault:
        raise Refused(f"--scheduler: {error_text(fault)}") from fault


def _varied(given: Sequence[Sequence[str]]) -> list[Varied]:
    """Return the varied pins and their texts; raises Refused."""
    found: list[Varied] = []
    for pin, *words in given:
        if pin in [other.pin for other in found]:
            raise Refused(f"--vary {pin}: the pin is given twice")
        try:
            found.append(varied(pin, words))
        except Unreadable as fault:
            raise Refused(f"--vary {pin}: {error_text(fault)}") from fault
    return found


def _cases(pins: Sequence[Varied], page: Page, options: argparse.Namespace) -> list[Case]:
    """Return the runs; raises Refused."""
    own = options.seed if options.seed is not None else page.scope.seed
    choice = Choice(
        how="zip" if options.zip else "random" if options.random else "all",
        count=options.random or 0,
        seeds=options.seeds or (None if options.seed is None else 1),
        first_seed=1 if own is None else own,
    )
    try:
        return cases_of(pins, choice)
    except Unreadable as fault:
        raise Refused(f"sweep: {error_text(fault)}") from fault


def _swept_page(
    opened: Opened, page: Page, pins: Sequence[Varied], bounds: Bounds, options: argparse.Namespace
) -> SweptPage:
    """Type what is the same in all runs, and the first text of each varied pin; raises Refused."""
    readable = companions_of(opened, bounds, "read")
    type_texts([page], options.assignments, opened, readable)
    for pin in pins:
        block, dot, name = pin.pin.partition(".")
        if not (block and dot and name):
            raise Refused(f"--vary {pin.pin}: this is not BLOCK.PIN")
        type_texts([page], [(block, name, pin.texts[0])], opened, readable, option="--vary")
    if options.until is not None:
        page.run = structs.replace(page.run, until=options.until)
    try:
        return SweptPage(
            opened.project,
            page,
            [pin.pin for pin in pins],
            opened.folder,
            fetch=options.fetch,
            data=opened.data,
            companions=readable,
        )
    except FetchError as fault:
        raise Refused(f"--fetch: {error_text(fault)}") from fault


def _request(page: Page, bounds: Bounds, options: argparse.Namespace) -> RunRequest:
    """Return how each run is done."""
    steps = page.run.steps if options.steps is None else options.steps
    if options.until and options.steps is None:
        steps = None
    return RunRequest(
        steps=steps,
        timeout=options.timeout,
        ground=bounds.ground,
        grants=bounds.grants,
        sandbox=options.sandbox == "on",
    )


def _prepared(page: SweptPage, cases: Sequence[Case], bounds: Bounds) -> Prepared:
    try:
        return prepare(page, cases, bounds)
    except FetchError as fault:
        raise Refused(f"--fetch: {error_text(fault)}") from fault


def _table(path: Path, columns: Columns, cases: Sequence[Case]) -> Table:
    try:
        return Table(path, columns, cases, message_of)
    except TableFault as fault:
        raise Refused(f"--out: {error_text(fault)}") from fault
    except OSError as fault:
        raise Refused(f"--out {path}: {fault.strerror or fault}") from fault


def _filled(table: Table, pool: Pool | Machines, page: Page, count: int) -> int:
    """Do the runs that the table does not have; return the exit status."""
    there, failed = len(table.done), 0
    if there:
        print(f"{there} of {count} runs are in the table already", file=sys.stderr)
    with Progress(page.name, count) as progress:

        def on_row(row: Row) -> None:
            nonlocal failed
            table.add(row)
            if row.status != "done":
                failed += 1
                problem = f": {message_of(row.problem)}" if row.problem is not None else ""
                progress.print(f"run {row.number} {row.status}{problem}\n")
            progress.update(len(table.done))

        with ctrl_c_stops(pool):
            is_whole = pool.run(on_row)
    if pool.fatal:
        print_problems(pool.fatal, sys.stderr, None)
        return FAILED
    done = len(table.done) - there
    print(f"{done} {'run' if done == 1 else 'runs'} done, {failed} not well", file=sys.stderr)
    if not is_whole:
        return INTERRUPTED
    return FAILED if failed else DONE
