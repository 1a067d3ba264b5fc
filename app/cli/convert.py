"""``tensorblocks convert``: writes what it reads as a project, and reports what did not carry over."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.cli.exits import DONE, Refused
from app.cli.opening import check_writable, open_file
from app.document.files import FileProblem, save_project
from app.document.problems import text_of


def convert(options: argparse.Namespace) -> int:
    """Convert ``options.page`` to ``options.file``; the report goes to stdout, faults to stderr."""
    target = Path(options.file)
    check_writable(target, "convert:")
    if target.exists() and Path(options.page).exists() and target.samefile(options.page):
        raise Refused(f"convert: {options.page} would be overwritten; name another file")
    opened = open_file(options.page)
    for name, problems in opened.problems.items():
        for problem in problems:
            print(text_of(problem, name or None, opened.name), file=sys.stderr)
    try:
        save_project(opened.project, target)
    except FileProblem as fault:
        raise Refused(str(fault)) from fault
    for page in opened.project.pages:
        print(f"{page.name}: {len(page.blocks)} blocks, {len(page.wires)} wires")
        for line in page.report:
            print(f"  {line}")
    return DONE
