"""``tensorblocks export``: writes a page as a program or model that other people's tools take."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.cli.exits import DONE, PROBLEMS, Refused
from app.cli.opening import Opened, check_writable, one_page, open_file
from app.cli.page_run import open_engine
from app.cli.planning import Planned, plan_page
from app.cli.printing import print_problems
from app.cli.snapshots import start_values
from app.document.model.problems import Problem, errors_in
from app.document.resources.companion_files import Companions
from app.engine.compiler.plan_problems import unfed_arguments
from app.engine.exchange.python_writer.program import Style, python_program
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
    opened = open_file(options.file, options.data)
    page = one_page(opened, options.page)
    check_writable(out, "export:")
    if out.exists() and out.samefile(options.file):
        raise Refused(f"export: {out} is the file itself; name another one")
    planned = plan_page(page, opened, imported=False)
    problems = [*planned.analysis.problems, *unfed_arguments(planned.plan)]
    print_problems(problems, sys.stderr, None, opened.name)
    if planned.stops or errors_in(unfed_arguments(planned.plan)):
        return PROBLEMS
    start, misfits = _start(options.start, planned, opened)
    print_problems(misfits, sys.stderr, None, opened.name)
    if errors_in(misfits):
        return PROBLEMS
    found = write(Export(opened, planned, start, out, options.style))
    print_problems(found, sys.stderr, None, opened.name)
    return PROBLEMS if errors_in(found) else DONE


def _writer_of(out: Path) -> Writer:
    """Return what writes files of this ending; raises Refused for one that nothing writes."""
    found = _WRITERS.get(out.suffix.lower())
    if found is None:
        endings = ", ".join(f"X{ending}" for ending in _WRITERS)
        raise Refused(f"export: {out}: an export goes to {endings}")
    return found


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


_WRITERS: dict[str, Writer] = {".py": _python}
