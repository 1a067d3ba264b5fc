"""The log file that takes the details of what should never happen."""

from __future__ import annotations

import datetime
import platform
import traceback
from pathlib import Path

_LARGEST = 1 << 20  # bytes; a log that has grown past this starts anew


def log_file() -> Path:
    """Return the place of the log file, in the user's own log folder."""
    from platformdirs import user_log_dir

    return Path(user_log_dir("tensorblocks", appauthor=False)) / "tensorblocks.log"


def write_details(error: BaseException) -> Path | None:
    """Append the error with its stack; return the log's path, or None where it cannot be written."""
    path = log_file()
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    head = f"{now}  Python {platform.python_version()} on {platform.platform()}\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        grown = path.exists() and path.stat().st_size > _LARGEST
        with path.open("w" if grown else "a", encoding="utf-8") as log:
            log.write(head + "".join(traceback.format_exception(error)) + "\n")
    except OSError:
        return None
    return path
