"""Lets large structures grow without Python's garbage collector looking at them again and again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# What the collector waits for as long as nothing large has grown; Python's own, which differs between versions.
_USUAL = gc.get_threshold()


@contextmanager
def without_collector() -> Iterator[None]:
    """Spare the garbage collector what only grows, such as a plan or a graph, while the block runs."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def collect_when_doubled() -> None:
    """Let the collector look again only when as many objects have come as since it last looked.

    To be called when a large structure has grown, before the collector goes on: else it would look at all of it at
    once, for nothing. What is made in circles meanwhile takes no more than the structure.
    """
    usual, *others = _USUAL
    gc.set_threshold(max(usual, 2 * gc.get_count()[0]), *others)


def collect_as_usual() -> None:
    """Take back what ``collect_when_doubled`` has put off."""
    gc.set_threshold(*_USUAL)
