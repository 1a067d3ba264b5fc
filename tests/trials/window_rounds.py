"""Opens two windows, runs a page in each and closes them, again and again: nothing of them may stay.

``python -m tests.trials.window_rounds --count 100`` prints what lives after the tenth round and after the last:
widgets, canvases, threads, worker processes, memory. ``--engine real`` runs TensorFlow, which takes longer.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QGraphicsItem

from app.editor.application.application import Application
from app.editor.application.garbage import look_after
from app.editor.settings import SettingsStore
from app.editor.widgets.slices import is_idle
from app.editor.window.main_window import EditorWindow
from blocks.assets import asset
from tests.support.fake_engine import FakeEngine

GROWTH = 0.05  # of the memory after the first rounds
FIRST = 10  # rounds in which what all windows share is made
_MOST_S = 60.0  # that is waited for threads and workers to end, and for a run whose workers do nothing
_AT_WORK_S = 0.1  # of processor time, by which it is seen that workers do something
_MOST_WORK_S = 120.0  # of processor time that a run may take them: the import of TensorFlow is most of it
_SAMPLES = ("xor.tblocks", "matrix_product.tblocks")


@dataclass(frozen=True)
class Census:
    """What lives: objects by type, threads by name, child processes, the bytes of memory of this process and all."""

    objects: Counter[str]
    threads: tuple[str, ...]
    processes: int
    memory: int
    memory_of_all: int

    def left_since(self, before: Census) -> dict[str, int]:
        """Return what has come since and did not go, by name."""
        found = {name: count - before.objects[name] for name, count in self.objects.items()}
        threads = Counter(self.threads) - Counter(before.threads)
        found |= {f"thread {name}": count for name, count in threads.items()}
        found["processes"] = self.processes - before.processes
        return {name: count for name, count in found.items() if count > 0}


def census() -> Census:
    """Count what lives now."""
    gc.unfreeze()  # the program sets aside what it has looked at, until some time after a document closes
    gc.collect()
    kinds = (QObject, QGraphicsItem, threading.Thread)
    own = Counter(
        type(thing).__name__
        for thing in gc.get_objects()
        if isinstance(thing, kinds)
        or str(type(thing).__module__).startswith(("app.editor", "app.document.editing"))
    )
    threads = tuple(sorted(thread.name for thread in threading.enumerate()))
    children = list(_children())
    memory = memory_taken()
    return Census(own, threads, len(children), memory, memory + sum(map(memory_taken, children)))


def _children() -> Iterator[int]:
    """Yield this process's child processes and theirs; none where the system does not say."""
    todo = [os.getpid()]
    while todo:
        for folder in Path(f"/proc/{todo.pop()}/task").glob("*/children"):
            try:
                found = [int(child) for child in folder.read_text().split()]
            except OSError:  # it has ended
                continue
            yield from found
            todo += found


def memory_taken(process: int | str = "self") -> int:
    """Return the bytes of memory that a process has made its own; 0 where the system does not say.

    Pages of files that it reads or runs do not count: the system takes them back when it likes.
    """
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(("RssAnon:", "VmSwap:")))


def work_done() -> float:
    """Return the seconds of processor time that this process's children have spent; 0 where the system does not say."""
    spent = 0.0
    for child in _children():
        with contextlib.suppress(OSError):  # it has ended
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            spent += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


class Rounds:
    """Makes the rounds, with engines that ``make_engine`` makes (None: the real one)."""

    def __init__(self, folder: Path, make_engine: Callable[[], Any] | None = FakeEngine) -> None:
        """Make the application; settings lie in ``folder``."""
        os.environ["TENSORBLOCKS_CONFIG"] = str(folder)
        known = QApplication.instance()
        self.app = known if isinstance(known, QApplication) else QApplication([])
        self.app.setQuitOnLastWindowClosed(False)
        self.application = Application(self.app, SettingsStore(), make_engine)
        self.garbage = look_after(self.application)  # as the program does
        self.files = [folder / name for name in _SAMPLES]
        for file in self.files:
            file.write_bytes(asset("samples", file.name).read_bytes())

    def turns(self, until: Callable[[], bool] = lambda: False, seconds: float = _MOST_S) -> bool:
        """Make turns of the event loop until something holds, for so many seconds at most; return whether it holds."""
        end = time.perf_counter() + seconds
        while not until():
            if time.perf_counter() > end:
                return False
            self.app.processEvents()
            self.app.sendPostedEvents(
                None, QEvent.Type.DeferredDelete
            )  # as a running event loop does by itself
            time.sleep(0.001)
        return True

    def round(self) -> None:
        """Open both files, run both pages, close both windows, and one in the turn that opens its file.

        The window's thread then does what is left to do.
        """
        windows = [self._open(file) for file in self.files]
        ended: list[str] = []
        for window in windows:
            window.runner.ended.connect(lambda page, _: ended.append(page))
            window.action_set["run.run"].trigger()
        if not self._works_until(lambda: len(ended) == len(self.files)):
            states = [(w.runner.state, w.runner.page) for w in windows]
            raise AssertionError(f"a run does not end: {states}, {[t.name for t in threading.enumerate()]}")
        for window in windows:
            assert window.close()
        del windows, window
        assert self._opened(self.files[0]).close()
        assert self.turns(lambda: not self.application.windows and is_idle())
        self.turns(seconds=0.05)

    def _works_until(self, until: Callable[[], bool]) -> bool:
        """Make turns until something holds, as long as the workers come on; return whether it holds.

        A machine that is busy with other things may take minutes for what is the work of seconds.
        """
        before = at = work_done()
        while not self.turns(until):
            now = work_done()
            if abs(now - at) < _AT_WORK_S or now - before > _MOST_WORK_S:
                return False
            at = now
        return True

    def _open(self, file: Path) -> EditorWindow:
        window = self._opened(file)
        self.turns(seconds=0.05)
        return window

    def _opened(self, file: Path) -> EditorWindow:
        """Return a window that has just opened a file, before the event loop has had a turn."""
        window = self.application.new_window()
        window.context.ask = lambda *_, **__: "discard"  # type: ignore[method-assign]
        opened = self.application.open_path(str(file), window)
        assert opened is window
        return window

    def rest(self) -> Census:
        """Wait until the threads of the windows have ended, and count what lives."""
        usual = {"MainThread", *(t.name for t in threading.enumerate() if not t.daemon)}
        self.turns(lambda: {t.name for t in threading.enumerate()} <= usual, seconds=3.0)
        self.garbage.look_at_all()  # the program does so a moment after the last document has closed
        return census()


def measure(
    count: int, first: int = FIRST, make_engine: Callable[[], Any] | None = FakeEngine
) -> tuple[Census, Census]:
    """Make rounds; return what lives after the first ones and after all."""
    with tempfile.TemporaryDirectory() as made:
        rounds = Rounds(Path(made), make_engine)
        for _ in range(first):
            rounds.round()
        before = rounds.rest()
        for _ in range(count - first):
            rounds.round()
        return before, rounds.rest()


def _growth(name: str, before: int, after: int) -> float:
    """Print how memory has grown; return by which part of what it was."""
    growth = after / before - 1 if before else 0.0
    print(f"memory of {name}: {before / 2**20:.1f} MiB, then {after / 2**20:.1f} MiB: {100 * growth:+.1f} %")
    return growth


def main() -> int:
    """Run the trial from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--count", type=int, default=100)
    options.add_argument("--engine", choices=("fake", "real"), default="fake")
    given = options.parse_args()
    before, after = measure(
        given.count, min(FIRST, given.count // 2), FakeEngine if given.engine == "fake" else None
    )
    growth = max(
        _growth("window process", before.memory, after.memory),
        _growth("with all that it starts", before.memory_of_all, after.memory_of_all),
    )
    print(f"threads {after.threads}, processes {after.processes}")
    left = after.left_since(before)
    for name, number in sorted(left.items(), key=lambda pair: -pair[1])[:40]:
        print(f"  {number:6d} more  {name}")
    return 1 if left or growth > GROWTH else 0


if __name__ == "__main__":
    sys.exit(main())
