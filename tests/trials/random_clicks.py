"""Clicks, drags, types and chooses at random in a window: no exception, no warning of Qt, and all of it can be undone.

``python -m tests.trials.random_clicks --count 5000 --seed 1`` prints what was seen, ``--minutes 30`` in place of a
count goes on for so long and says how much memory was taken. What opens and waits (menus, dialogs) is closed again by
a timer, so that nothing stands still.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QMessageLogContext, QPoint, Qt, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.document.storage.writer import dumps
from app.editor.application.application import Application
from app.editor.application.garbage import look_after
from app.editor.settings import SettingsStore
from app.editor.window.main_window import EditorWindow
from blocks.assets import asset
from tests.support.fake_engine import FakeEngine
from tests.trials.window_rounds import memory_taken

_LAST_TURNS = 50
_CLOSING_MS = 20  # between two looks for menus and dialogs
_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_MODIFIERS = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
_KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_F2),
    *(Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Space, Qt.Key.Key_Home),
    *(Qt.Key.Key_1, Qt.Key.Key_BraceLeft, Qt.Key.Key_Comma, Qt.Key.Key_A, Qt.Key.Key_M, Qt.Key.Key_E),
)  # fmt: skip
# What leaves the window, opens another one, or goes to the disk; and Ctrl+A to W with the keys above is none of these.
_LEFT_OUT = ("file.", "help.")
_SILENT = ("propagateSizeHints", "does not support")  # of the platform without a screen
_ROUND = 500  # things done before all of it is undone and the history is let go, in a trial that is measured


class Seen:
    """What went wrong so far."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def take_exception(
        self, kind: type[BaseException], value: BaseException, trace: TracebackType | None
    ) -> None:
        """Note an exception that nothing caught."""
        self.faults.append("".join(traceback.format_exception(kind, value, trace)))

    def take_message(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        """Note a warning of Qt."""
        if kind != QtMsgType.QtDebugMsg and not any(word in text for word in _SILENT):
            self.faults.append(f"Qt: {text}")


@contextmanager
def _watching(seen: Seen) -> Iterator[None]:
    hook, sys.excepthook = sys.excepthook, seen.take_exception
    handler = qInstallMessageHandler(seen.take_message)
    try:
        yield
    finally:
        sys.excepthook = hook
        qInstallMessageHandler(handler)


def _close_what_waits() -> None:
    popup, modal = QApplication.activePopupWidget(), QApplication.activeModalWidget()
    if popup is not None:
        popup.close()
    elif isinstance(modal, QDialog):
        modal.reject()


def _do_something(window: EditorWindow, chance: random.Random) -> str:
    """Do one random thing; return its name."""
    what = chance.choice(("click", "click", "drag", "key", "key", "type", "compose", "action", "widget"))
    canvas = window.tabs.current_canvas()
    ground = canvas.viewer.viewport() if canvas is not None else window
    if what == "action":
        actions = [
            a for a in window.action_set.all() if a.isEnabled() and not a.objectName().startswith(_LEFT_OUT)
        ]
        chosen = chance.choice(actions)
        chosen.trigger()
        return f"action {chosen.objectName()}"
    if what == "widget":
        target = _widget_at_random(window, chance)
        QTest.mouseClick(target, _LEFT, pos=_place(target, chance))
        return f"click on {type(target).__name__}"
    if what == "key":
        QTest.keyClick(QApplication.focusWidget() or ground, chance.choice(_KEYS), chance.choice(_MODIFIERS))
    elif what == "type":
        QTest.keyClicks(QApplication.focusWidget() or ground, chance.choice(("{1,2}", "ab", "0.5f")))
    elif what == "compose":
        composed = QInputMethodEvent("하", [])
        composed.setCommitString("한글")
        QApplication.sendEvent(QApplication.focusWidget() or ground, composed)
    elif what == "click":
        button = chance.choice((_LEFT, _LEFT, _LEFT, _RIGHT))
        click = chance.choice((QTest.mouseClick, QTest.mouseClick, QTest.mouseDClick))
        click(ground, button, chance.choice(_MODIFIERS), _place(ground, chance))
    else:
        QTest.mousePress(ground, _LEFT, pos=_place(ground, chance))
        for _ in range(3):
            QTest.mouseMove(ground, _place(ground, chance))
        QTest.mouseRelease(ground, _LEFT, pos=_place(ground, chance))
    return what


def _widget_at_random(window: QWidget, chance: random.Random) -> QWidget:
    """Return a widget that is seen. Asking for all of them would leave Python objects of Qt's own that nobody frees."""
    while True:
        target = window.childAt(_place(window, chance)) or window
        if target.isEnabled():
            return target


def _place(widget: QWidget, chance: random.Random) -> QPoint:
    return QPoint(chance.randrange(max(1, widget.width())), chance.randrange(max(1, widget.height())))


def trial(
    count: int,
    seed: int,
    folder: Path,
    minutes: float = 0.0,
    sample: str = "crop_and_resize_grad.tblocks",
) -> list[str]:
    """Do so many random things, or as many as fit into ``minutes``, in a window with a sample; return what went wrong.

    Over minutes the sample is loaded anew and the log and the clipboard are cleared from time to time, as a page, a
    history, a log and a copied picture that grow are no leak, but what the user made; the memory after the first minute
    of the process's own time (a machine that has other work makes little of a minute) and at the end is printed. It is
    measured once the document before is let go, which closing leaves to the next turns of the event loop.
    """
    app = QApplication.instance() or QApplication([])
    chance, seen = random.Random(seed), Seen()
    path = Path(shutil.copy(asset("samples", sample), folder))
    application = Application(app, SettingsStore(), FakeEngine)  # type: ignore[arg-type]
    garbage = look_after(application)  # as the program does
    closer = QTimer()
    closer.timeout.connect(_close_what_waits)
    closer.start(_CLOSING_MS)
    importlib.import_module("app.editor.plots.curve_plot")  # what is read late is no growth

    def taken() -> int:
        garbage.look_at_all()
        return memory_taken()

    began, done, memory = time.monotonic(), 0, 0
    with _watching(seen):
        window: Any = application.new_window()
        window.context.ask = lambda *_, **__: "discard"
        while not seen.faults and (time.monotonic() < began + 60 * minutes if minutes else done < count):
            _begin_anew(application, window, path)
            memory = memory if memory or time.process_time() < 60 else taken()
            done += _round(window, chance, seen, _ROUND if minutes else count, done)
        if minutes and not seen.faults:
            _begin_anew(application, window, path)
            print(f"{done} things done; {memory >> 20} MiB after a minute, {taken() >> 20} at the end")
        closer.stop()
        window.close()
        for left in app.topLevelWidgets():  # what was opened beside it
            left.close()
        application.deleteLater()
        for _ in range(_LAST_TURNS):  # of the event loop, as a running one makes by itself
            app.processEvents()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return seen.faults


def _begin_anew(application: Application, window: Any, path: Path) -> None:
    """Close what was opened beside a window, open the file in it, and let go of all that was there before."""
    for other in [each for each in application.windows if each is not window]:
        other.context.ask = lambda *_, **__: "discard"
        other.close()
    window.controllers.files.load(str(path))
    window.panels.log.clear()
    QApplication.clipboard().clear()
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _round(window: Any, chance: random.Random, seen: Seen, count: int, before: int) -> int:
    """Do random things with the project that is loaded, then undo all of it; return how many were done."""
    document, loaded = window.document, dumps(window.document.project)
    for number in range(count):
        done = _do_something(window, chance)
        QApplication.processEvents()
        QApplication.sendPostedEvents(
            None, QEvent.Type.DeferredDelete
        )  # as a running event loop does by itself
        if seen.faults:
            seen.faults.insert(0, f"step {before + number}, {done}:")
            return number
    window.context.commit()
    document.history.go_to(0)
    if dumps(document.project) != loaded:
        seen.faults.append("undone, the project is not what it was")
    return count


def main() -> None:
    """Run the trial as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0.0, help="go on for so long, whatever the count")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TENSORBLOCKS_CONFIG"] = folder
        faults = trial(options.count, options.seed, Path(folder), options.minutes)
    done = f"{options.minutes:g} minutes" if options.minutes else f"{options.count} things done"
    print("\n".join(faults) or f"{done}, nothing went wrong", flush=True)
    os._exit(bool(faults))


if __name__ == "__main__":
    main()
