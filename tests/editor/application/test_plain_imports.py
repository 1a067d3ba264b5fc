"""Qt is loaded without a change of how Python imports modules."""

from __future__ import annotations

import os
import subprocess
import sys

_SCRIPT = """
import builtins
import gc
before = builtins.__import__
from app.editor.application.plain_imports import load_qt
load_qt()
import PySide6.QtGui
import linecache
import app.document.model.diagram
read = sum("/app/" in name for name in linecache.cache)
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
label = QLabel("shown")
try:
    QLabel(1, 2, 3, 4)
except TypeError:
    print(label.text(), builtins.__import__ is before, read, gc.isenabled())
"""


def test_modules_are_imported_after_qt_as_before_and_their_sources_are_not_read() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.stdout.split() == ["shown", "True", "0", "False"]
