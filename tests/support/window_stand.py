"""A window without a screen, driven by real events, and how long each act holds its event loop."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.document.model.diagram import Page
from app.editor.application.application import Application
from app.editor.application.garbage import look_after
from app.editor.settings import SettingsStore
from tests.support.fake_engine import FakeEngine
from tests.support.near_memory import bring_memory_near

_PATIENCE_S = 10.0  # a busy machine takes several turns until an action is enabled
SETTLE_S = 1.6  # of turns after an act: the check, the types and the journal come within
LEFT, CTRL, NONE = (
    Qt.MouseButton.LeftButton,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.NoModifier,
)


@dataclass
class Hold:
    """What one act cost, in seconds: the longest turn by the clock and of the window's own work, and all turns."""

    act: str
    longest: float = 0.0
    own: float = 0.0
    total: float = 0.0

    def __str__(self) -> str:
        clock, own, total = (1000 * seconds for seconds in (self.longest, self.own, self.total))
        return f"{self.act:32}{clock:8.0f} ms{own:8.0f} ms own{total:8.0f} ms all"

    def add(self, clock: float, own: float) -> None:
        """Add a turn."""
        self.longest, self.own = max(self.longest, clock), max(self.own, own)
        self.total += own


class Sampler(threading.Thread):
    """Notes where the window's thread is while a turn lasts longer than a limit."""

    def __init__(self, limit_s: float) -> None:
        """Watch the thread that makes it."""
        super().__init__(daemon=True)
        self._limit, self._watched = limit_s, threading.get_ident()
        self.since: float | None = None
        self.stacks: Counter[tuple[str, ...]] = Counter()

    def run(self) -> None:
        """Sample every two milliseconds."""
        seen: list[tuple[str, ...]] = []
        began: float | None = None
        while True:
            time.sleep(0.002)
            since = self.since
            if since != began:
                seen, began = [], since
            if since is None:
                continue
            frame = sys._current_frames().get(self._watched)
            seen.append(tuple(_places(frame)))
            if time.perf_counter() - since > self._limit:
                self.stacks.update(seen)
                seen = []

    def report(self) -> Iterator[str]:
        """Yield the functions in which most of the time was spent, with all that they called."""
        total = sum(self.stacks.values()) or 1
        within: Counter[str] = Counter()
        for stack, count in self.stacks.items():
            for place in dict.fromkeys(stack):
                within[place] += count
        for place, count in within.most_common(28):
            yield f"      {100 * count / total:5.1f} % {count * 2:6d} ms  {place}"


def _places(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        code = frame.f_code
        if "/app/" in code.co_filename:
            yield f"{code.co_filename.rpartition('/app/')[2]}:{code.co_name}"
        frame = frame.f_back


class WindowStand:
    """A window without a screen, and the time that each act holds it."""

    def __init__(
        self,
        folder: Path,
        make_engine: Callable[[], Any] | None = FakeEngine,
        profile: float = 0.0,
        settle: float = SETTLE_S,
        warm: bool = True,
    ) -> None:
        """Make it; settings lie in ``folder``. ``profile``: seconds from which a hold is looked into.

        ``warm``: memory is brought near before each act, as is to be where holds are measured.
        """
        os.environ["TENSORBLOCKS_CONFIG"] = str(folder)
        known = QApplication.instance()
        self.app = known if isinstance(known, QApplication) else QApplication([])
        self.application = Application(self.app, SettingsStore(), make_engine)
        look_after(self.application)  # as the program does
        self.window = self.application.new_window()
        self.window.context.ask = lambda *_, **__: "discard"  # type: ignore[method-assign]
        self.holds: list[Hold] = []
        self.profile, self._settle, self._warm = profile, settle, warm
        self.sampler: Sampler | None = None
        self.current = Hold("start")
        self.settle(0.5)

    # measuring
    @contextmanager
    def act(self, name: str) -> Iterator[None]:
        """Measure an act: what the body does at once, and the turns that follow."""
        if self._warm:
            bring_memory_near()
        hold = self.current = Hold(name)
        self.holds.append(hold)
        if self.profile:
            self.sampler = Sampler(self.profile)
            self.sampler.start()
        yield
        self.settle()
        self.report(hold)
        self.sampler = None

    def report(self, hold: Hold) -> None:
        """Print an act, where holds are looked into."""
        if self.profile:
            print(hold, flush=True)
            if self.sampler is not None and self.sampler.stacks:
                print("\n".join(self.sampler.report()), flush=True)

    def turn(self, work: Callable[[], Any] | None = None) -> float:
        """Make one turn of the event loop, or do ``work`` as an event would; return its seconds."""
        began, own = time.perf_counter(), time.thread_time()
        if self.sampler is not None:
            self.sampler.since = began
        (work or self._process)()
        if self.sampler is not None:
            self.sampler.since = None
        clock = time.perf_counter() - began
        self.current.add(clock, time.thread_time() - own)
        return clock

    def _process(self) -> None:
        self.app.processEvents()
        self.app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # as a running event loop does by itself

    def settle(self, seconds: float | None = None) -> None:
        """Make turns until so many seconds (None: those of an act) without much work have passed."""
        seconds = self._settle if seconds is None else seconds
        quiet = time.perf_counter()
        while time.perf_counter() < quiet + seconds:
            if self.turn() > 0.004:
                quiet = max(quiet, time.perf_counter() - seconds + min(seconds, 0.4))
            time.sleep(0.001)

    # the parts
    @property
    def canvas(self) -> Any:
        """Return the canvas of the page shown."""
        canvas = self.window.tabs.current_canvas()
        assert canvas is not None
        return canvas

    @property
    def page(self) -> Page:
        """Return the page shown."""
        page = self.window.context.page
        assert page is not None
        return page

    def place(self, x: float, y: float) -> QPoint:
        """Return the viewport point of a page point."""
        return self.canvas.viewer.viewportTransform().map(QPointF(x, y)).toPoint()

    def middle(self, block: str) -> QPoint:
        """Return the viewport point of a block's title."""
        rect = self.canvas.items.blocks[block].rect()
        return self.place(rect.center().x(), rect.top() + 10)

    # events
    def mouse(self, kind: str, at: QPoint, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Send a mouse event to the canvas."""
        viewport = self.canvas.viewer.viewport()
        if kind == "move":
            self.turn(lambda: QTest.mouseMove(viewport, at))
        else:
            send = QTest.mousePress if kind == "press" else QTest.mouseRelease
            self.turn(lambda: send(viewport, LEFT, modifiers, at))
        self.turn()

    def drag(self, start: QPoint, end: QPoint, steps: int = 8) -> None:
        """Drag from one viewport point to another."""
        self.mouse("press", start)
        for step in range(1, steps + 1):
            self.mouse("move", start + (end - start) * step / steps)
        self.mouse("release", end)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE, to: QWidget | None = None) -> None:
        """Press a key on the canvas or another widget."""
        self.turn(lambda: QTest.keyClick(to or self.canvas.viewer, key, modifiers))
        self.turn()

    def type(self, text: str, to: QWidget) -> None:
        """Type a text, letter by letter."""
        for letter in text:
            self.turn(lambda letter=letter: QTest.keyClicks(to, letter))  # type: ignore[misc]
            self.turn()

    def wheel(self, at: QPoint, angle: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Turn the wheel over the canvas."""
        viewport = self.canvas.viewer.viewport()
        event = QWheelEvent(
            QPointF(at), viewport.mapToGlobal(QPointF(at)), QPoint(), QPoint(0, angle), Qt.MouseButton.NoButton,
            modifiers, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        self.turn(lambda: QApplication.sendEvent(viewport, event))
        self.turn()

    def trigger(self, action: str) -> None:
        """Choose an action of a menu, once it is enabled: what a step of the document leaves to later comes first."""
        chosen, until = self.window.action_set[action], time.perf_counter() + _PATIENCE_S
        self.turn()
        while time.perf_counter() < until:
            self.turn()
            if chosen.isEnabled():
                break
        assert chosen.isEnabled(), action
        self.turn(chosen.trigger)
