"""``tensorblocks edit`` and ``picture``: the commands that need Qt, which only they import."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.cli.exits import FAILED, Refused
from app.cli.opening import check_writable, data_folders, one_page, open_file
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
    page = one_page(open_file(options.file), options.page)
    with _qt_or_words():
        from app.editor.canvas.render import picture as draw

        return draw(options.file, page.name, options.out)


@contextmanager
def _qt_or_words() -> Iterator[None]:
    """Turn an import that fails where Qt is missing into words; a fault in our own imports stays one."""
    try:
        yield
    except ImportError as error:
        if (error.name or "").partition(".")[0] in ("app", "blocks"):
            raise
        raise Refused(explain(error), FAILED) from error
