"""Opens mutated samples as a stranger might send them: nothing may raise, nothing may hold the window for long.

``python -m tests.trials.hostile_openings --seed 1 --count 1000`` prints each fault with the number of its variant, and
the longest holds of the window's event loop. A variant is made of the seed and its number alone: ``--only 17``.

One window opens most of them, and the next comes once nothing is pending; each fiftieth has a window of its own, which
shows it until a while is quiet. Holds are of the time that the event loop's own thread computes.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import logging
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication

from app.document.checks.page import check_page
from app.document.editing.document import Document
from app.document.formats.registry import open_project
from app.document.model.sentence import Sentence
from app.document.storage.errors import FileProblem
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.editor.application.application import Application
from app.editor.settings import SettingsStore
from app.editor.window.main_window import EditorWindow
from app.engine.compiler.make_plan import make_plan
from app.engine.ipc.requests import planned_part
from app.messages import error_text, text_of
from blocks.assets import asset
from blocks.catalog import load
from tests.support.fake_engine import FakeEngine
from tests.trials.hostile_variants import lay_traps, write_variant

GOAL_MS = 100.0
_ALONE = 50  # of so many variants one has a window of its own
_COLLECT = (
    20  # variants after which what is left of them is collected, as the program does while nobody waits
)
_PROGRESS = 1000  # variants after which the command says how far it is
_QUIET_S = 0.05  # after which a window of its own counts as having shown all
_QUIET_TURNS = 2  # without work after which the common one does
_TURN_MS = 2.0  # of a turn that counts as work
_SOON_MS = 500  # what is to come within it is brought on at once
_MOST_S = 30.0  # that anything is waited for


Note = Callable[[float, float, str], None]  # a hold: milliseconds of the own thread, of the clock; doing what


@dataclass
class Report:
    """What was seen: how many variants opened, what went wrong, how long the window was held."""

    opened: int = 0
    refused: int = 0
    seconds: float = 0.0  # that it took, by the clock
    computed: float = 0.0  # and by the process
    plain: float = 0.0  # the longest hold in milliseconds of a sample as it ships
    faults: list[str] = field(default_factory=list)
    holds: list[tuple[float, float, int, str]] = field(default_factory=list)  # see ``Note``, with the variant

    @property
    def longest(self) -> float:
        """Return the longest hold in milliseconds of the window's own work, whatever else the machine does."""
        return max((own for own, *_ in self.holds), default=0.0)

    @property
    def summary(self) -> str:
        """Return the numbers in one line."""
        found = f"{self.opened} opened, {self.refused} refused, {len(self.faults)} faults"
        return f"{found}, longest hold {self.longest:.1f} ms"


# --- opening ------------------------------------------------------------------------------------------------------


def open_in_layers(path: Path) -> bool:
    """Open, check, plan, save and send a file; return whether it opened. Raises what none of these may raise."""
    try:
        loaded = open_project(path)
    except FileProblem as fault:
        _words(error_text(fault))
        return False
    for page in loaded.project.pages:
        found = [*loaded.problems.get(page.name, ()), *check_page(page, load(), path.parent)]
        plan = make_plan(page, path.parent)
        msgspec.msgpack.encode((planned_part(page), plan))
        for problem in (*found, *plan.problems):
            assert isinstance(problem.sentence, Sentence)
            _words(text_of(problem))
    saved = dumps(loaded.project)
    assert dumps(loads(saved).project) == saved
    return True


def _words(text: str) -> None:
    assert "unexpected" not in text, text
    assert "pickle" not in text, text


class Window:
    """A window without a screen that opens one file after the other, and how long each holds it."""

    def __init__(self, folder: Path) -> None:
        """Make it; settings lie in ``folder``."""
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.environ["TENSORBLOCKS_CONFIG"] = str(folder)
        known = QApplication.instance()
        self.app = known if isinstance(known, QApplication) else QApplication([])
        self.application = Application(self.app, SettingsStore(), FakeEngine)
        self.raised: list[str] = []
        self._hook = sys.excepthook
        sys.excepthook = lambda *fault: self.raised.append("".join(traceback.format_exception(*fault)))
        self._log = _Errors(self.raised)
        logging.getLogger("app").addHandler(self._log)
        self._threads = set(threading.enumerate())
        self._common = self._new()

    def _new(self) -> EditorWindow:
        window = self.application.new_window()
        window.context.ask = lambda *_, **__: "discard"  # type: ignore[method-assign]
        window.context.show_message = lambda title, text: _words(text)  # type: ignore[method-assign]
        return window

    def open(self, path: Path, note: Note) -> None:
        """Open a file in the common window, in place of the one before, until nothing is pending any more."""
        self._show(self._common, path, note)
        until, quiet = time.perf_counter() + _MOST_S, 0
        while quiet < _QUIET_TURNS:
            assert time.perf_counter() < until, f"the window still works after {_MOST_S:g} s"
            own = self._turn(note)
            busy = own > _TURN_MS or self._pending(self._common, note)
            quiet = 0 if busy else quiet + 1

    def open_alone(self, path: Path, note: Note) -> None:
        """Open a file in a window of its own until a while was quiet, and close that."""
        window = self._new()
        self._show(window, path, note)
        until = time.perf_counter() + _MOST_S
        quiet = time.perf_counter()
        while time.perf_counter() < min(until, quiet + _QUIET_S):
            quiet = time.perf_counter() if self._turn(note) > _TURN_MS else quiet
            time.sleep(0.002)
        note(*_timed(window.close), "closing")
        self._turn(note)

    def _show(self, window: EditorWindow, path: Path, note: Note) -> None:
        """Read a file and let a window show it."""
        found: list[Document | None] = []
        files = window.controllers.files
        note(*_timed(lambda: found.append(files.read(str(path)))), "reading")
        document = found[0]
        if document is not None:
            note(*_timed(lambda: files.show(document, str(path), remember=False)), "showing")

    def _turn(self, note: Note) -> float:
        """Let the event loop turn once, with the deletions that a running one does by itself; return its own time."""
        own, clock = _timed(self.app.processEvents)
        note(own, clock, "events")
        note(*_timed(lambda: self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)), "deleting")
        return own

    def _pending(self, window: EditorWindow, note: Note) -> bool:
        """Return whether a window waits for a thread or for a moment to come, which is brought on."""
        working = [thread for thread in threading.enumerate() if thread not in self._threads]
        for thread in working:
            thread.join(0.01)
        if working:
            return True
        timers = [t for t in window.findChildren(QTimer) if t.isActive() and t.isSingleShot()]
        soon = [timer for timer in timers if timer.interval() < _SOON_MS]
        if soon:  # one after the other, as time would bring them
            first = min(soon, key=lambda timer: timer.remainingTime())
            pause = first.interval()
            first.start(0)
            self._turn(note)
            first.setInterval(pause)
        return bool(soon)

    def close(self) -> None:
        """Close the window and give the process back its hooks."""
        self._common.close()
        sys.excepthook = self._hook
        logging.getLogger("app").removeHandler(self._log)


def _timed(act: Callable[[], Any]) -> tuple[float, float]:
    """Return what an act took of its own thread and by the clock, in milliseconds."""
    began, own = time.perf_counter(), time.thread_time()
    act()
    return 1000 * (time.thread_time() - own), 1000 * (time.perf_counter() - began)


class _Errors(logging.Handler):
    """Takes what the program logs as its own fault."""

    def __init__(self, found: list[str]) -> None:
        super().__init__(logging.ERROR)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        """Take one."""
        self._found.append(record.getMessage() + (self.format(record) if record.exc_info else ""))


def run(
    seed: int,
    numbers: Iterable[int],
    *,
    in_window: bool = True,
    most_s: float = 1e9,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Open the variants of a seed that bear these numbers, for at most so many seconds or until Ctrl+C."""
    report = Report()
    began, computed = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as made, _collecting_between():
        folder = Path(made)
        lay_traps(folder)
        window = Window(folder) if in_window else None
        if window is not None:  # the first opening imports and draws what all share
            shipped = Report()
            for act in (lambda *_: None, partial(_note, shipped, 0)):
                window.open(asset("samples", "xor.tblocks"), act)
            report.plain = shipped.longest
        with contextlib.suppress(KeyboardInterrupt):  # what was seen until then is reported
            for number in numbers:
                if time.perf_counter() - began > most_s:
                    break
                _open_variant(folder, seed, number, window, report)
                if number % _COLLECT == 0:
                    gc.collect()
                if number % _PROGRESS == 0 and progress is not None:
                    progress(f"{number}: {report.summary}")
        if window is not None:
            window.close()
    report.seconds, report.computed = time.perf_counter() - began, time.process_time() - computed
    return report


def _open_variant(folder: Path, seed: int, number: int, window: Window | None, report: Report) -> None:
    path = write_variant(folder, seed, number)
    try:
        opened = open_in_layers(path)
        report.opened += opened
        report.refused += not opened
        if window is not None:
            opening = window.open_alone if number % _ALONE == _ALONE - 1 else window.open
            opening(path, partial(_note, report, number))
    except Exception:
        report.faults.append(f"variant {number}:\n{traceback.format_exc()}")
    if window is not None and window.raised:
        report.faults.append(f"variant {number}, in the window:\n{window.raised[0]}")
        window.raised.clear()
    path.unlink()
    report.holds = sorted(report.holds, reverse=True)[:20]


@contextlib.contextmanager
def _collecting_between() -> Iterator[None]:
    """Let Python collect garbage only where it is asked to: the program does that in moments of its own."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _note(report: Report, number: int, own: float, clock: float, what: str) -> None:
    report.holds.append((own, clock, number, what))


def main() -> int:
    """Run the trial from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=1000)
    options.add_argument("--from", dest="first", type=int, default=0)
    options.add_argument("--seconds", type=float, default=1e9)
    options.add_argument("--only", type=int)
    options.add_argument("--no-window", action="store_true")
    given = options.parse_args()
    numbers = range(given.first, given.count) if given.only is None else [given.only]
    report = run(
        given.seed,
        numbers,
        in_window=not given.no_window,
        most_s=given.seconds,
        progress=partial(print, file=sys.stderr, flush=True),
    )
    for fault in report.faults:
        print(fault)
    print(report.summary)
    print(f"  in {report.seconds:.0f} s, of which the process computed {report.computed:.0f} s")
    if report.holds:
        print(f"  {report.plain:7.1f} ms for a sample as it ships; the longest of the others:")
    for own, clock, number, what in report.holds[:12]:
        print(f"  {own:7.1f} ms ({clock:.1f} by the clock) {what}, variant {number}")
    return 1 if report.faults or report.longest > GOAL_MS else 0


if __name__ == "__main__":
    sys.exit(main())
