"""The exit statuses of every command, and the error that ends a command with one."""

from __future__ import annotations

from collections.abc import Iterable

DONE = 0
FAILED = 1
USAGE = 2  # wrong usage, or a file that cannot be read
PROBLEMS = 3  # problems that stop a page before it runs
TIMED_OUT = 124
INTERRUPTED = 130

_WORST_FIRST = (INTERRUPTED, TIMED_OUT, PROBLEMS, FAILED)


class Refused(Exception):
    """The command cannot do what is asked; the message is shown as it is, the status ends the process."""

    def __init__(self, message: str, status: int = USAGE) -> None:
        """Take the status beside the message."""
        super().__init__(message)
        self.status = status


def worst(statuses: Iterable[int]) -> int:
    """Return the status that wins when several pages ended: 130, 124, 3, 1 in this order, else 0."""
    seen = set(statuses)
    return next((status for status in _WORST_FIRST if status in seen), DONE)
