"""Keeps what painting raises away from Qt, which would paint on with the exception pending and end the process.

What is raised is reported as of a slot, once the painting is over; where a picture is made for a file, it is raised
there instead.
"""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from PySide6.QtCore import QTimer

_Paint = TypeVar("_Paint", bound=Callable[..., Any])

_collected: list[list[Exception]] = []  # of pictures that are being made; the newest takes what is raised
_due: list[Exception] = []  # to be reported in the next turn of the event loop


def guarded(paint: _Paint) -> _Paint:
    """Let a method that Qt calls while it paints raise nothing. Where it fails, it gives None."""

    @functools.wraps(paint)
    def safe(*given: Any) -> Any:
        try:
            return paint(*given)
        except Exception as fault:
            _take(fault)
            return None

    return safe  # type: ignore[return-value]


def _take(fault: Exception) -> None:
    traceback.clear_frames(fault.__traceback__)  # a painter in them would go on holding what it paints on
    if _collected:
        _collected[-1].append(fault)
        return
    if not _due:  # each item may fail at each frame
        QTimer.singleShot(0, _report)
        _due.append(fault)


def _report() -> None:
    while _due:
        fault = _due.pop()
        sys.excepthook(type(fault), fault, fault.__traceback__)


@contextmanager
def faults_raised() -> Iterator[None]:
    """Raise at the end of the block what painting has raised in it: half a picture is none."""
    found: list[Exception] = []
    _collected.append(found)
    try:
        yield
    finally:
        _collected.remove(found)
    if found:
        raise found[0]
