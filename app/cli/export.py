"""``tensorblocks export``: writes a page as a program or model that other people's tools take."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.cli.exits import DONE, FAILED, INTERRUPTED, PROBLEMS, TIMED_OUT, Refused
from app.cli.opening import Opened, check_writable, one_page, open_file
from app.cli.page_run import open_engine
from app.cli.planning import Planned, plan_page
from app.cli.printing import print_problems
from app.cli.snapshots import start_values
from app.cli.stopping import ctrl_c_stops
from app.document.model.problems import Problem, errors_in
from app.document.resources.companion_files import Companions
from app.document.resources.grants import Bounds
from app.document.resources.ground import Ground
from app.engine.exchange.python_writer.program import Style, python_program
from app.engine.host.model_export import FORMATS, export_model, is_replaceable
from app.engine.values.results import TensorValue
from app.engine.values.snapshots import fitting


@dataclass(frozen=True)
class Export:
    """A page that is planned and has no fault, what its Variables begin with, and where it goes."""

    opened: Opened
    planned: Planned
    start: Mapping[str, TensorValue]  # by block; what is not in it begins as the page says
    out: Path
    style: Style


Writer = Callable[[Export], list[Problem]]  # returns what cannot be exported; then nothing is written


def export(options: argparse.Namespace) -> int:
    """Write ``options.file`` as what the ending of ``options.out`` asks for; return the exit status."""
    out = Path(options.out)
    write = _writer_of(out)
    _check_place(out, options.file)
    opened = open_file(options.file, options.data)
    page = one_page(opened, options.page)
    planned = plan_page(page, opened, imported=False)
    print_problems(planned.analysis.problems, sys.stderr, None, opened.name)
    if planned.stops:
        return PROBLEMS
    start, misfits = _start(options.start, planned, opened)
    print_problems(misfits, sys.stderr, None, opened.name)
    if errors_in(misfits):
        return PROBLEMS
    found = write(Export(opened, planned, start, out, options.style))
    print_problems(found, sys.stderr, None, opened.name)
    return _status(found)


def _writer_of(out: Path) -> Writer:
    """Return what writes files of this ending; raises Refused for one that nothing writes."""
    found = _WRITERS.get("" if out.is_dir() else out.suffix.lower())
    if found is None:
        endings = ", ".join(f"X{ending}" for ending in _WRITERS if ending)
        raise Refused(
            f"export: {out}: an export goes to {endings}, or a SavedModel to a name without an ending"
        )
    return found


def _check_place(out: Path, file: str) -> None:
    """Refuse a place that cannot be written, or that holds what is not to be overwritten."""
    if not out.is_dir():
        check_writable(out, "export:")
    elif not is_replaceable(out):
        raise Refused(
            f"export: {out}: this folder holds something that is no SavedModel; it is not overwritten"
        )
    if out.exists() and out.samefile(file):
        raise Refused(f"export: {out} is the file itself; name another one")


def _status(problems: Sequence[Problem]) -> int:
    """Return the exit status: an export that did not end is no fault of the page."""
    codes = {problem.code for problem in problems if problem.severity == "error"}
    if "stopped" in codes:
        return INTERRUPTED
    if "timeout" in codes:
        return TIMED_OUT
    if codes & {"aborted", "out-of-memory", "run-failed", "no-tensorflow"}:
        return FAILED
    return PROBLEMS if codes else DONE


def _start(
    name: str | None, planned: Planned, opened: Opened
) -> tuple[Mapping[str, TensorValue], list[Problem]]:
    """Return the values of a snapshot by block, and what does not fit; without a name, none."""
    if name is None:
        return {}, []
    with ExitStack() as stack:
        engine = stack.enter_context(open_engine())
        companions = Companions.of(opened.folder, opened.data)
        values = start_values(name, planned.page, opened, engine, companions)
    return fitting(planned.plan, values, name)


def _python(task: Export) -> list[Problem]:
    """Write the page as a Python file, and its large arrays beside it."""
    program = python_program(
        task.planned.plan, task.planned.page, task.opened.folder, task.start, task.style, task.out
    )
    if not errors_in(program.problems):
        program.write(task.out)
    return program.problems


def _model(task: Export) -> list[Problem]:
    """Write the page as a model, which takes TensorFlow."""
    bounds = Bounds(Ground.of(task.opened.folder, task.opened.data))
    planned = task.planned
    try:
        with open_engine() as engine, ctrl_c_stops(engine):
            return export_model(
                engine, planned.plan, planned.page, task.opened.folder, task.out, task.start, bounds
            )
    except OSError as fault:
        raise Refused(f"export: {fault.filename or task.out}: {fault.strerror or fault}", FAILED) from fault


_WRITERS: dict[str, Writer] = {".py": _python, **dict.fromkeys(FORMATS, _model)}
