"""Prints problems, a line for each: with colours on a terminal, else as plain text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from app.document.model.problems import Problem
from app.messages import severity_word, text_of

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
            end = before + len(severity_word(problem))
            _print_coloured(text, before, end, _COLOURS[problem.severity], stream)
        else:
            print(text, file=stream)


def _print_coloured(text: str, begin: int, end: int, colour: str, stream: TextIO) -> None:
    """Print a line whose characters from ``begin`` to ``end``, the severity, bear a colour."""
    from rich.console import Console  # here: rich takes time to import, and most runs print no problem
    from rich.text import Text

    line = Text(text)
    line.stylize(colour, begin, end)
    Console(file=stream).print(line, soft_wrap=True)
