"""Says in words that there is no display to open a window on; Qt itself would abort the process."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_STATUS = 2  # what is asked for cannot be done here
_ADVICE = (
    "start it in a desktop session, over ssh with -X, or under xvfb-run; without a display, run, check, picture "
    "and convert do the work (tensorblocks --help)"
)


@contextmanager
def display_or_words() -> Iterator[None]:
    """End the process with a sentence of ours where Qt finds no display while its application is made.

    Qt does not return from there: it calls the handler of its messages with a fatal one, and aborts after it.
    """
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler

    said: list[str] = []

    def take(kind: QtMsgType, context: Any, text: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            print(f"tensorblocks: {_sentence(said)}", file=sys.stderr, flush=True)
            os._exit(_STATUS)
        said.append(text)

    before = qInstallMessageHandler(take)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
    for text in said:
        print(text, file=sys.stderr)


def _sentence(said: list[str]) -> str:
    """Return what is wrong: a library of the display's plugin that is missing, else the display."""
    missing = next((text for text in said if "is needed to load the Qt" in text), None)
    if (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and missing is not None:
        return f"the editor cannot open a window: {missing.strip()} Or {_ADVICE}"
    return f"the editor finds no display to open a window on: {_ADVICE}"
