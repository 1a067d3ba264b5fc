"""What the blocks of a run have printed, out of all that a worker writes: without TensorFlow's own log."""

from __future__ import annotations

import re

# A line of TensorFlow's log: severity, date, time, thread and place in its source.
_LOG = re.compile(r"(?:[IWEF]\d{4} |\d{4}-\d\d-\d\d )\d\d:\d\d:\d+\.\d+[: ].*?\S+\.(?:cc|h):\d+\] ")
_OF_LOG = ("WARNING: All log messages before absl::InitializeLog()", "To enable the following instructions:")


def printed(text: str) -> str:
    """Return a log's lines that blocks have printed."""
    return "".join(line for line in text.splitlines(keepends=True) if not _is_of_log(line))


class PrintedLines:
    """The same of a log that comes piece by piece, whole lines only."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._rest = ""

    def add(self, text: str) -> str:
        """Take a piece; return what it brings."""
        whole, newline, self._rest = (self._rest + text).rpartition("\n")
        return printed(whole + newline)

    def finish(self) -> str:
        """Return a last line that does not end."""
        rest, self._rest = self._rest, ""
        return f"{printed(rest)}\n" if printed(rest) else ""


def _is_of_log(line: str) -> bool:
    return bool(_LOG.match(line)) or line.startswith(_OF_LOG)
