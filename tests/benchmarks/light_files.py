"""Loading and saving a project of 1,000 blocks against the json module on the same data."""

from __future__ import annotations

import json

from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from tests.benchmarks.bench import Comparison, Row, side_by_side
from tests.benchmarks.pages import large_project

_REPEAT = 5  # per round


def load_1000() -> Comparison:
    """Compare reading the file's text."""
    content = dumps(large_project(1000))
    return side_by_side(
        lambda: [loads(content) for _ in range(_REPEAT)],
        lambda: [json.loads(content) for _ in range(_REPEAT)],
    )


def save_1000() -> Comparison:
    """Compare making the file's text."""
    project = large_project(1000)
    tree = json.loads(dumps(project))
    return side_by_side(
        lambda: [dumps(project) for _ in range(_REPEAT)], lambda: [json.dumps(tree) for _ in range(_REPEAT)]
    )


ROWS = [
    Row("load a project of 1,000 blocks", "json.loads of the same data", 3.0, load_1000),
    Row("save a project of 1,000 blocks", "json.dumps of the same data", 3.0, save_1000),
]
