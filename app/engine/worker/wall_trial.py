"""A process that only raises the walls and tries them: ``-m app.engine.worker.wall_trial FOLDER [PORT...]``."""

from __future__ import annotations

import sys

import msgspec

from app.engine.ipc.walls import Walls
from app.engine.worker.fence import raise_walls


def main() -> None:
    """Print which walls hold around a run on this system; FOLDER is its folder for temporary files.

    With ports, around one that listens there.
    """
    walls = Walls(temporary=sys.argv[1], listens=tuple(map(int, sys.argv[2:])))
    sys.stdout.write(msgspec.json.encode(raise_walls(walls)).decode())


if __name__ == "__main__":
    main()
