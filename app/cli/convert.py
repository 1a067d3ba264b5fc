"""``tensorblocks convert``: writes enuSpace pages, or a model, as one project, and reports what did not carry over."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from app.cli.exits import DONE, USAGE, Refused
from app.cli.opening import Opened, check_writable, data_folders, open_file
from app.cli.printing import print_problems
from app.document.formats.registry import is_model, is_page
from app.document.model.diagram import Page
from app.document.resources.lookup import file_beside
from app.document.resources.search_path import missing_files
from app.document.storage.errors import FileProblem
from app.document.storage.project_file import save_project
from app.messages import error_text, report_lines
from blocks.catalog import load


def convert(options: argparse.Namespace) -> int:
    """Convert ``options.pages`` to ``options.file``; reports go to stdout, faults to stderr.

    The status is 2 where a file that was named does not read; the others are converted all the same.
    """
    target, sources = Path(options.file), [Path(name) for name in options.pages]
    check_writable(target, "convert:")
    for source in sources:
        if not source.exists():
            raise Refused(f"convert: {source}: there is no such file or folder")
        if target.exists() and target.samefile(source):
            raise Refused(f"convert: {target} is the page itself; name another file")
    try:
        if any(map(is_model, sources)):
            opened, unread = _convert_model(sources, target, options.signature), 0
        elif len(sources) > 1 or sources[0].is_dir() or is_page(sources[0]):
            opened, unread = _convert_pages(sources, target, data_folders(options.data))
        else:
            opened, unread = open_file(options.pages[0]), 0
        save_project(opened.project, target)
    except FileProblem as fault:
        raise Refused(error_text(fault)) from fault
    _print_problems(opened)
    for page in opened.project.pages:
        _print_report(page)
    return USAGE if unread else DONE


def _convert_model(sources: Sequence[Path], target: Path, signature: str | None) -> Opened:
    """Read a model, and write its arrays and files beside the project."""
    from app.engine.host.engine import Engine
    from app.engine.host.models import convert_model

    if len(sources) > 1:
        raise Refused("convert: a model is converted alone; name it and the project")
    try:
        with Engine() as engine:
            made = convert_model(engine, sources[0], target, signature)
    except OSError as fault:
        raise Refused(f"convert: {fault.filename or target}: {fault.strerror or fault}") from fault
    for page in made.loaded.project.pages:
        page.report = report_lines(made.reports[page.name])
    return Opened(str(sources[0]), made.loaded.project, made.loaded.problems, target.resolve().parent)


def _convert_pages(sources: Sequence[Path], target: Path, data: tuple[Path, ...]) -> tuple[Opened, int]:
    """Read the pages, and write their larger arrays, saved states and results beside the project."""
    from app.document.formats.enuspace import ReadPage, pages_in, read_page, read_pages
    from app.engine.values.imported_state import keep_beside

    files = pages_in(sources)
    several = len(files.found) > 1

    def stem(page: str) -> str:
        return f"{target.stem}.{page}" if several else target.stem

    def read(path: Path, name: str) -> ReadPage:
        if target.exists() and target.samefile(path):
            raise Refused(f"convert: {target} is one of the pages; name another file")
        return read_page(path, folder=target.parent, npz=file_beside(stem(name), "arrays"), data=data)

    pages = read_pages(files, read)
    loaded = pages.loaded()
    for page in pages.pages:
        try:
            beside = keep_beside(page, target.parent, stem(page.page.name))
        except OSError as fault:
            raise Refused(f"convert: {fault.filename or target}: {fault.strerror or fault}") from fault
        page.page.report = report_lines([*page.report, *beside])
    folder = target.resolve().parent
    name = str(sources[0]) if len(sources) == 1 else str(target)
    return Opened(name, loaded.project, loaded.problems, folder, data, loaded.imported), pages.unread


def _print_problems(opened: Opened) -> None:
    print_problems(opened.problems.get("", ()), sys.stderr, None, opened.name)
    for page in opened.project.pages:
        missing = missing_files(page, load(), opened.folder, opened.data)
        # what was imported stands in the page's report
        others = (p for p in opened.problems.get(page.name, ()) if p.code != "imported")
        print_problems([*others, *missing], sys.stderr, page.name, opened.name)


def _print_report(page: Page) -> None:
    print(f"{page.name}: {len(page.blocks)} blocks, {len(page.wires)} wires")
    for line in page.report:
        first, *more = line.splitlines() or [""]
        print(f"  {first}" + (f" ({len(more)} lines, kept in the project's report)" if more else ""))
