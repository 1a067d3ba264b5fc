"""Calling off work on an array in the middle."""

from __future__ import annotations


class Cancelled(Exception):
    """The caller wants no answer any more."""


def never() -> bool:
    """Tell that nobody has called the work off."""
    return False
