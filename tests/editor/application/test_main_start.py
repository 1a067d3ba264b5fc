"""Starting: without TensorFlow, quickly to a usable window; a fault in a slot is reported and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from app.document.editing.document import Document
from app.editor.application.main import install_hook
from app.editor.widgets.dialogs import ReportDialog
from blocks.assets import asset

_START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import app.editor.runs.runner as runner
runner.Runner.warm_up = lambda self: None
from app.editor.application.main import edit
def look():
    window = QApplication.topLevelWidgets()
    names = [m for m in ("tensorflow", "NodeGraphQt", "numpy") if m in sys.modules]
    print("loaded:", names)
    QApplication.instance().closeAllWindows()
app = QApplication([])
QTimer.singleShot(0, lambda: QTimer.singleShot(0, look))
sys.exit(edit(*sys.argv[1:]))
"""


_IGNORING = """
import signal
import sys
for name in sys.argv[1:]:
    signal.signal(getattr(signal, name), signal.SIG_IGN)
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import app.editor.runs.runner as runner
runner.Runner.warm_up = lambda self: None
from app.editor.application.main import edit
def look():
    names = ("SIGINT", "SIGHUP", "SIGTERM")
    print([n for n in names if signal.getsignal(getattr(signal, n)) == signal.SIG_IGN])
    QApplication.instance().closeAllWindows()
app = QApplication([])
QTimer.singleShot(0, lambda: QTimer.singleShot(0, look))
sys.exit(edit())
"""


def _start(*arguments: str, script: str = _START) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=60
    )


def test_the_first_window_needs_neither_tensorflow_nor_the_canvas_nor_numpy() -> None:
    done = _start()
    assert done.stdout == "loaded: []\n", done.stderr
    assert done.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")
@pytest.mark.usefixtures("ctrl_c", "hang_up")
def test_what_was_ignored_when_it_was_started_stays_ignored() -> None:
    """As ``nohup`` and the shell's background jobs expect; all else is answered."""
    assert _start(script=_IGNORING).stdout == "[]\n"
    assert _start("SIGINT", "SIGHUP", script=_IGNORING).stdout == "['SIGINT', 'SIGHUP']\n"


def test_a_file_opens_without_tensorflow(tmp_path: Path) -> None:
    document = Document.new()
    document.save(tmp_path / "a.tblocks")
    done = _start(str(tmp_path / "a.tblocks"))
    assert "tensorflow" not in done.stdout
    assert "NodeGraphQt" in done.stdout


def test_a_window_that_closes_at_once_leaves_nothing_to_do(application: Any, qapp: Any, qtbot: Any) -> None:
    for _ in range(5):
        assert application.new_window().close()
        qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    with qtbot.captureExceptions() as faults:
        qapp.processEvents()
    assert faults == []


def test_a_fault_in_a_slot_is_shown_and_the_journal_is_written(
    application: Any, window: Any, qtbot: Any, monkeypatch: Any
) -> None:
    from app.document.editing.edits import AddBlocks
    from app.document.model.diagram import Block
    from app.editor.settings import journals_folder

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    install_hook(application)
    window.context.set_document(Document.new())
    window.document.apply(AddBlocks("page 1", [Block(id="kept", symbol="Const")]))

    try:
        raise ZeroDivisionError("made for the test")
    except ZeroDivisionError as fault:  # PySide hands what a slot raises to this hook
        sys.excepthook(ZeroDivisionError, fault, fault.__traceback__)
    shown = [w for w in QApplication.topLevelWidgets() if isinstance(w, ReportDialog) and w.isVisible()]
    assert shown
    assert "made for the test" in shown[0].report.toPlainText()
    assert "test_main_start.py" in shown[0].report.toPlainText()
    assert b"kept" in next(journals_folder().glob("*.journal")).read_bytes()  # type: ignore[union-attr]
    for dialog in shown:
        dialog.close()
    window.place_symbol("Abs")  # the program goes on
    assert "abs" in window.context.page.blocks


def test_an_exception_in_a_slot_does_not_end_the_program() -> None:
    script = _START.replace(
        "def look():",
        "def look():\n    QTimer.singleShot(0, lambda: 1 / 0)\n    QTimer.singleShot(50, end)\ndef end():",
    )
    done = _start(script=script)
    assert "loaded" in done.stdout  # what comes after the fault still runs
    assert "ZeroDivisionError" in done.stderr
    assert done.returncode == 0


_PAINTING = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import app.editor.runs.runner as runner
runner.Runner.warm_up = lambda self: None
from app.editor.application.main import edit
app = QApplication([])
class Broken:
    def __init__(self, known):
        self.known = known
    def __getattr__(self, name):
        if name == "frame":  # which painting alone asks for: what the check of the page brings meanwhile is right
            raise ZeroDivisionError("made for the test")
        return getattr(self.known, name)
def each(kind):
    return [w for w in app.topLevelWidgets() if type(w).__name__ == kind]
def look():
    canvas = each("EditorWindow")[0].tabs.current_canvas()
    looks = [(block, block.look) for block in canvas.items.blocks.values()]
    for block, known in looks:
        block.look = Broken(known)
    for _ in range(3):
        canvas.viewer.viewport().repaint()
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, lambda: end(canvas, looks)))
def end(canvas, looks):
    reports = each("ReportDialog")
    print("reports", len(reports), "made for the test" in reports[0].report.toPlainText())
    for block, known in looks:
        block.look = known
    canvas.viewer.viewport().repaint()
    print("paints again", not canvas.viewer.viewport().grab().isNull())
    app.closeAllWindows()
QTimer.singleShot(0, lambda: QTimer.singleShot(0, look))
sys.exit(edit(*sys.argv[1:]))
"""


def test_an_exception_while_a_page_is_painted_is_shown_once_and_ends_nothing() -> None:
    """Qt paints on with an exception that is pending, and the process ends by a signal."""
    done = _start(str(asset("samples", "matrix_product.tblocks")), script=_PAINTING)
    assert done.stdout.splitlines() == ["reports 1 True", "paints again True"], done.stderr
    assert done.returncode == 0
