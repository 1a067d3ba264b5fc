"""How long the window's event loop is held after an edit of a 1,000-block page, and when the types are there.

The same edits are made with inference (which checks the page too), with the check alone in a thread of the window's
process, and with neither, in one window and in turn, so that what each adds shows. By itself
(``python -m tests.benchmarks.editor_types``) it prints it all.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks.bench import Comparison, Row
from tests.benchmarks.pages import large_project
from tests.support.near_memory import bring_memory_near

_SIZE = 1000
_ROUNDS = 15
_WATCHED = 600  # ms after an edit
_SIDES = ("with types", "check only", "neither")

Taken = dict[str, list[float]]


class _Pulse:
    """Beats every millisecond and notes the longest time without a beat."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    def renew(self) -> None:
        self.longest, self._last = 0.0, time.perf_counter()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now


def measure() -> Taken:
    """Return the longest holds by side, and under ``found`` the times until the types were shown; in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TENSORBLOCKS_CONFIG"] = folder
        return _measured(Path(folder))


def _measured(folder: Path) -> Taken:
    from app.document.storage.writer import dumps
    from app.editor.application.main import make_application

    app = QApplication.instance() or QApplication([])
    path = folder / "large.tblocks"
    path.write_bytes(dumps(large_project(_SIZE)))
    application = make_application(app)
    window = application.new_window()
    window.resize(1600, 950)
    window.show()
    window.controllers.files.load(str(path))
    diagnostics: Any = window.controllers.diagnostics
    _wait_for(diagnostics._types.found, 60_000)  # TensorFlow has been imported by then
    asks = {"types": diagnostics._types.ask, "check": diagnostics._checker.ask}
    pulse = _Pulse()
    taken: dict[str, list[float]] = {side: [] for side in (*_SIDES, "found")}
    _turn(1000)
    for number in range(_ROUNDS):
        for side in _SIDES:
            diagnostics._types.ask = asks["types"] if side == "with types" else _nothing
            diagnostics._types.answers = side == "with types"
            diagnostics._checker.ask = _nothing if side == "neither" else asks["check"]
            held, found = _after_edit(window, pulse, number, wait=side == "with types")
            taken[side].append(held)
            if found:
                taken["found"].append(found)
    diagnostics.close()
    window.runner.close()
    return taken


def _after_edit(window: Any, pulse: _Pulse, number: int, wait: bool) -> tuple[float, float | None]:
    """Change a block's text; return the longest hold after it, and when the types were there."""
    from app.document.editing.edits import SetPin

    shown: list[float] = []
    inference = window.controllers.diagnostics._types
    page = window.context.page
    block = [b for b in page.blocks.values() if b.symbol == "Const"][(37 * number) % 200]
    bring_memory_near()
    started = time.perf_counter()

    def note() -> None:
        shown.append(time.perf_counter() - started)

    inference.found.connect(note)
    pulse.renew()
    window.document.apply(
        SetPin(page.name, block.id, "val", f"{number}.5f" if number % 2 else block.pins["val"] + " ")
    )
    pulse.renew()  # the edit itself is not inference
    _turn(_WATCHED)
    while wait and not shown:
        _turn(50)
    inference.found.disconnect(note)
    return pulse.longest, shown[0] if shown else None


def _nothing(*_: Any, **__: Any) -> None:
    """Ask for nothing."""


def _turn(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _wait_for(signal: Any, milliseconds: int) -> None:
    loop = QEventLoop()
    signal.connect(loop.quit)
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _row() -> Comparison:
    taken = measure()
    ours, theirs = (statistics.median(taken[side]) for side in ("with types", "neither"))
    return Comparison(ours, theirs, ours / theirs, ours - theirs)


ROWS = [
    Row(
        "longest hold of the event loop after an edit, 1,000 blocks",
        "the same edits without",
        0.016,
        _row,
        "extra",
    )
]


def main() -> None:
    """Print medians and worst cases in milliseconds."""
    for name, seconds in measure().items():
        what = "types shown after" if name == "found" else f"longest hold, {name}"
        print(
            f"{what:45}median {1e3 * statistics.median(seconds):7.1f} ms   worst {1e3 * max(seconds):7.1f} ms"
        )


if __name__ == "__main__":
    main()
