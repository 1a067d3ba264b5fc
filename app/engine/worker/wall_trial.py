"""A process that does nothing but raise the walls and try them: ``-m app.engine.worker.wall_trial FOLDER``."""

from __future__ import annotations

import sys

import msgspec

from app.engine.ipc.walls import Walls
from app.engine.worker.fence import raise_walls


def main() -> None:
    """Print which walls hold around a run on this system; FOLDER is its folder for temporary files."""
    sys.stdout.write(msgspec.json.encode(raise_walls(Walls(temporary=sys.argv[1]))).decode())


if __name__ == "__main__":
    main()
