"""What the walls around a worker cost at its start: raised and tried from within, against none."""

from __future__ import annotations

import tempfile

from app.engine.host.engine import Engine
from app.engine.ipc.handlers import LOAD_CHECKPOINT
from app.engine.ipc.requests import LoadRequest
from app.engine.ipc.walls import Walls
from tests.benchmarks.bench import Comparison, Row, side_by_side


def worker_start() -> Comparison:
    """Fork a worker, have it answer a small request, and end it."""
    with tempfile.TemporaryDirectory() as folder, Engine() as engine:
        request = LoadRequest(f"{folder}/none")
        engine.ask(LOAD_CHECKPOINT, request)  # TensorFlow is imported now

        def start(walls: Walls) -> None:
            with engine.companion() as other:
                other.ask(LOAD_CHECKPOINT, request, walls=walls)

        on = Walls(reads=(folder,), writes=(folder,))
        return side_by_side(lambda: start(on), lambda: start(Walls(are_on=False)), rounds=21)


ROWS = [Row("start a worker within its walls", "one without walls", 0.010, worker_start, "extra")]
