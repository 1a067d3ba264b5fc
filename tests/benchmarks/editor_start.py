"""From the start of Python to a usable window, against an empty window after ``import NodeGraphQt``."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.bench import Comparison, Row, children_time, side_by_side

_ROOT = Path(__file__).resolve().parent.parent.parent
_ROUNDS = 7

_EMPTY = """
import warnings
warnings.simplefilter("ignore")
import NodeGraphQt
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1320, 840)
window.show()
window.grab()
app.processEvents()
"""

# The worker that imports TensorFlow starts once the window is usable; here it would only disturb the next round.
_OURS = """
from app.editor.application.plain_imports import load_qt
load_qt()
from PySide6.QtWidgets import QApplication
from app.editor.runs.runner import Runner
usable = []
Runner.warm_up = lambda self: usable.append(True)
app = QApplication([])
from app.editor.application.main import make_application
window = make_application(app).new_window()
window.grab()
while not usable:
    app.processEvents()
"""

_PAGE = """
window.action_set["file.new"].trigger()
window.grab()
app.processEvents()
"""


def _against_empty(script: str) -> Callable[[], Comparison]:
    def measure() -> Comparison:
        with tempfile.TemporaryDirectory() as settings:
            return side_by_side(
                lambda: _until_usable(script, settings),
                lambda: _until_usable(_EMPTY, settings),
                rounds=_ROUNDS,
                clock=children_time,  # both keep the processor busy all the while
            )

    return measure


def _until_usable(script: str, settings: str) -> None:
    """Run the script until its window has been painted and takes events; how it ends takes no part."""
    command = [sys.executable, "-c", script + "\nimport os\nos.write(1, b'usable')\nos._exit(0)"]
    given = {"QT_QPA_PLATFORM": "offscreen", "TENSORBLOCKS_CONFIG": settings}
    done = subprocess.run(
        command,
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        check=True,
    )
    assert done.stdout == b"usable"


ROWS = [
    Row(
        "start the editor, usable start page",
        "an empty window, import NodeGraphQt",
        1.5,
        _against_empty(_OURS),
    ),
    Row(
        "start the editor, usable empty page",
        "an empty window, import NodeGraphQt",
        1.5,
        _against_empty(_OURS + _PAGE),
    ),
]
