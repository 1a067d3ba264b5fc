"""``tensorblocks convert``: writes what it reads as a project, and reports what did not carry over."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.exits import DONE, Refused
from app.cli.opening import Opened, check_writable, open_file
from app.document.files import FileProblem, is_page, save_project
from app.document.model import Page, Project
from app.document.problems import text_of

if TYPE_CHECKING:
    from app.document.enuspace import Array, ReadPage

_SNAPSHOT = "as saved"


def convert(options: argparse.Namespace) -> int:
    """Convert ``options.page`` to ``options.file``; the report goes to stdout, faults to stderr."""
    target = Path(options.file)
    check_writable(target, "convert:")
    if target.exists() and target.samefile(options.page):
        raise Refused(f"convert: {target} is the page itself; name another file")
    try:
        opened = _convert_page(options.page, target) if is_page(options.page) else open_file(options.page)
        save_project(opened.project, target)
    except FileProblem as fault:
        raise Refused(str(fault)) from fault
    for name, problems in opened.problems.items():
        for problem in problems:
            print(text_of(problem, name or None, opened.name), file=sys.stderr)
    for page in opened.project.pages:
        _print_report(page)
    return DONE


def _convert_page(name: str, target: Path) -> Opened:
    """Read an enuSpace page and write its larger arrays and its saved state beside the project."""
    from app.document.enuspace import read_page

    arrays, state = target.with_suffix(".arrays.npz"), target.with_suffix(".saved.npz")
    read = read_page(name, folder=target.parent, npz=arrays.name)
    snapshot = read.snapshot()
    try:
        if read.stored:
            _write_arrays(arrays, read.stored)
        if snapshot:
            _write_arrays(state, snapshot)
            read.page.snapshots = {_SNAPSHOT: {"npz": state.name}}
    except OSError as fault:
        raise Refused(f"convert: {fault.filename or arrays}: {fault.strerror or fault}") from fault
    _tell_files(read, arrays.name, state.name, snapshot)
    project = Project(pages=[read.page])
    return Opened(name, project, {read.page.name: read.problems}, target.resolve().parent)


def _tell_files(read: ReadPage, arrays: str, state: str, snapshot: dict[str, Array]) -> None:
    if read.stored:
        read.page.report.append(f"{len(read.stored)} arrays of more than 100 values lie in {arrays}")
    if snapshot:
        read.page.report.append(
            f'the state of {len(snapshot)} Variables is the snapshot "{_SNAPSHOT}", in {state}'
        )


def _write_arrays(path: Path, arrays: dict[str, Array]) -> None:
    """Write typed arrays under their keys; raises OSError."""
    import numpy as np

    from app.engine.npz_out import write_npz
    from app.engine.results import TensorValue
    from blocks.dtypes import DTYPES

    values = {}
    for key, read in arrays.items():
        label = DTYPES[read.dtype].label
        values[key] = TensorValue(label, np.asarray(read.values).astype(label).reshape(read.shape))
    write_npz(path, values)


def _print_report(page: Page) -> None:
    print(f"{page.name}: {len(page.blocks)} blocks, {len(page.wires)} wires")
    for line in page.report:
        first, *more = line.splitlines() or [""]
        print(f"  {first}" + (f" ({len(more)} lines, kept in the project's report)" if more else ""))
