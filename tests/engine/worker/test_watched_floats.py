"""Watched floats of quick steps are sent as rows in order, with the step that each belongs to."""

from __future__ import annotations

import numpy as np

from app.engine.compiler.plan import Watched
from app.engine.ipc.messages import Rows
from app.engine.worker.watcher import Watcher


def test_floats_arrays_and_gaps_stay_in_order() -> None:
    sent: list[Rows] = []
    watcher = Watcher((Watched("a.y", "a.y"),), None, sent.append)
    take = watcher.taker({"a.y": 0})
    steps = [*range(1, 6), *range(20, 24)]
    for step in steps:
        number = np.float32(step / 4)
        assert not take(step, [np.array([number]) if step == 3 else number])
    watcher.finish()
    found = [(rows.first + rows.every * n, *row) for rows in sent for n, row in enumerate(rows.rows)]
    assert found == [(step, step / 4) for step in steps]
