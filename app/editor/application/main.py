"""Starts the editor: application, theme, window; catches what goes wrong in any slot."""

from __future__ import annotations

import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from app.editor.application.display import display_or_words
from app.editor.application.plain_imports import load_qt
from app.editor.application.qt_libraries import explain

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from app.editor.application.application import Application

_PULSE_MS = 500
_SWITCH_S = 0.0005  # a thread that computes gives Python back to the window's thread within this


def edit(*paths: str, data: Sequence[Path] = ()) -> int:
    """Open the editor with these files, and return the exit status once the last window has closed.

    ``data`` are folders in which files that a diagram names are looked for; they are remembered.
    """
    try:
        load_qt()
        from PySide6.QtCore import QTimer
        from PySide6.QtWidgets import QApplication
    except ImportError as fault:
        print(f"tensorblocks: {explain(fault)}", file=sys.stderr)
        return 1
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        app = existing
    else:
        with display_or_words():
            app = QApplication(["tensorblocks"])
    sys.setswitchinterval(_SWITCH_S)
    application = make_application(app)
    application.add_data_folders(data)
    window = application.new_window()
    application.open_paths(paths, window)
    application.offer_leftovers(window)
    _heed_signals(application)
    pulse = QTimer(app)  # lets Python see a signal while Qt waits for events
    pulse.start(_PULSE_MS)
    return app.exec()


def _heed_signals(application: Application) -> None:
    """Let Ctrl-C ask about unsaved work, and what ends the program from outside leave the journals complete.

    What was ignored when the program was started (by nohup, or as a job in the background) stays so.
    """
    answers = {"SIGINT": application.quit, "SIGTERM": application.end, "SIGHUP": application.end}
    for name, answer in answers.items():  # Ctrl-C, then a logout, a shutdown, a terminal that closes
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_, answer=answer: answer())


def make_application(app: QApplication) -> Application:
    """Name the application, make the program, and let it report every exception that a slot raises."""
    from app.editor.application.application import Application
    from app.editor.application.garbage import look_after
    from app.editor.settings import SettingsStore
    from app.editor.widgets.icons import program_icon

    app.setApplicationName("tensorblocks")
    app.setApplicationDisplayName("TensorBlocks")
    app.setDesktopFileName("tensorblocks")
    app.setWindowIcon(program_icon())
    application = Application(app, SettingsStore())
    look_after(application)
    install_hook(application)
    return application


def install_hook(application: Application) -> None:
    """Show uncaught exceptions with a report that can be copied; the program goes on."""

    def hook(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            application.quit()
            return
        application.report("".join(traceback.format_exception(kind, value, trace)))

    sys.excepthook = hook
