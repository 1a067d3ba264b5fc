"""Calling off work on an array in the middle."""

from __future__ import annotations


class Cancelled(Exception):
    """The caller needs no answer any more."""


def never() -> bool:
    """Return False: nobody has called the work off."""
    return False
