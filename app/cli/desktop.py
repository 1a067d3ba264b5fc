"""``tensorblocks edit`` and ``picture``: the commands that need Qt, which only they import."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.allowing import allows_more
from app.cli.exits import FAILED, Refused
from app.cli.opening import Opened, check_writable, data_folders, one_page, open_file
from app.document.formats.registry import is_model
from app.document.model.diagram import Page
from app.document.resources.function_pages import FunctionPages, page_at
from app.editor.application.qt_libraries import explain

_PICTURES = (".png", ".svg", ".pdf")


def edit(options: argparse.Namespace) -> int:
    """Open the editor, with the files that are named; return its exit status."""
    data = data_folders(options.data)
    with _qt_or_words():
        from app.editor.application.main import edit as open_editor

        return open_editor(*options.files, data=data)


def picture(options: argparse.Namespace) -> int:
    """Draw one page into a picture file; return the exit status."""
    target = Path(options.out)
    if target.suffix.lower() not in _PICTURES:
        raise Refused(f"-o {options.out}: a picture's name ends in .png, .svg or .pdf")
    check_writable(target, "-o")
    if not options.run and allows_more(options):
        raise Refused("--allow-...: only a run touches anything; add --run")
    opened = open_file(options.file)
    page = one_page(opened, options.page)
    inner = _page_inside(opened, page, options.inside)
    with _qt_or_words():
        if options.run:
            return _picture_of_run(opened, page, inner, target, options)
        from app.editor.canvas.render import picture as draw

        project = (
            opened.project if is_model(options.file) else None
        )  # any other file is read again, in no time
        return draw(options.file, inner.name, options.out, project)


def _page_inside(opened: Opened, page: Page, inside: str) -> Page:
    """Return the page to draw: the one that runs, or one that a way of uses leads to. Raises Refused."""
    if not inside:
        return page
    inner = page_at(page, FunctionPages.of(opened.project.pages), inside.split("/"))
    if inner is None:
        raise Refused(f"--inside {inside}: no block of the page {page.name!r} stands for a page there")
    return inner


def _picture_of_run(
    opened: Opened, page: Page, inner: Page, target: Path, options: argparse.Namespace
) -> int:
    """Run a page and draw it, or one inside it, with its values; a run that fails leaves the picture as it was."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.cli.shown_run import run_shown
    from app.editor.application.run_picture import RunPicture
    from app.editor.canvas.render import Beside

    own = opened.own_blocks([page])
    shown = RunPicture(opened.project, page, Beside(opened.folder, own), inner, options.inside)
    done, types = run_shown(opened, page, options, shown.watched_in, shown.add_rows)
    if done.result.ok or done.has_values:
        try:
            shown.draw(target, done.result, done.planned.plan.used_blocks, done.problems, types)
        except OSError as fault:
            raise Refused(f"-o {target}: {fault.strerror or fault}", FAILED) from fault
    return done.status


@contextmanager
def _qt_or_words() -> Iterator[None]:
    """Turn an import that fails where Qt is missing into words; a fault in our own imports stays one."""
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] in ("app", "blocks"):
            raise
        raise Refused(explain(error), FAILED) from error
