"""Prints problems, a line for each: with colours on a terminal, else as plain text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from app.document.model.problems import Problem, text_of

_COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


def print_problems(
    problems: Iterable[Problem], stream: TextIO, page: str | None = None, file: str | None = None
) -> None:
    """Print each problem as ``file: page: error: block.pin: message (hint)``.

    On a terminal the severity bears its colour, unless NO_COLOR is set or the terminal has none.
    """
    for problem in problems:
        text = text_of(problem, page, file)
        if stream.isatty():
            before = sum(len(f"{part}: ") for part in (file, page) if part)
            _print_coloured(text, before, problem.severity, stream)
        else:
            print(text, file=stream)


def _print_coloured(text: str, before: int, severity: str, stream: TextIO) -> None:
    """Print a line whose severity begins behind ``before`` characters."""
    from rich.console import Console  # here: rich takes time to import, and most runs print no problem
    from rich.text import Text

    line = Text(text)
    line.stylize(_COLOURS[severity], before, before + len(severity))
    Console(file=stream).print(line, soft_wrap=True)
