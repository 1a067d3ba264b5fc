"""A worker as its own process, where the system cannot fork: ``-m app.engine.worker.spawned PROGRESS MODULE...``."""

from __future__ import annotations

import os
import sys

from app.engine.ipc.channel import Channel
from app.engine.ipc.progress_board import ProgressBoard
from app.engine.worker.main import preload, serve, settle


def main() -> None:
    """Serve requests that come as frames on stdin; the answers go to what was stdout."""
    progress_file, *modules = sys.argv[1:]
    reader = os.fdopen(os.dup(0), "rb", buffering=0)
    writer = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)  # what anything prints goes to the log, never between the frames
    fd = os.open(progress_file, os.O_RDWR | getattr(os, "O_BINARY", 0))
    progress = ProgressBoard(fd)
    os.close(fd)
    settle()
    serve(Channel(reader, writer), progress, lambda: preload(modules))


if __name__ == "__main__":
    main()
