"""Fixtures of the editor's tests: settings in a folder of the test, a window with a fake engine."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's settings and journals out of the tests, and the tests out of them."""
    monkeypatch.setenv("TENSORBLOCKS_CONFIG", str(tmp_path / "config"))


@pytest.fixture(autouse=True)
def _collects_here() -> Iterator[None]:
    """Collect garbage in the window's thread alone, as the program does (`Garbage`).

    In the thread of a run Python may free an object of Qt, which holds Qt's lock then and waits for Python's; a window
    that connects a signal meanwhile holds Python's and waits for Qt's, for ever.
    """
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture
def application(qapp: object) -> Iterator[object]:
    """A program whose windows run pages on the fake engine; its windows are closed without a question."""
    from app.editor.application.application import Application
    from app.editor.settings import SettingsStore
    from tests.support.fake_engine import FakeEngine

    made = Application(qapp, SettingsStore(), FakeEngine)  # type: ignore[arg-type]
    yield made
    for window in list(made.windows):
        window.context.ask = lambda *_, **__: "discard"
        window.close()
    made.deleteLater()


@pytest.fixture
def window(application: object, qtbot: object) -> object:
    """An empty window, shown."""
    made = application.new_window()  # type: ignore[attr-defined]
    with qtbot.waitActive(made):  # type: ignore[attr-defined]
        made.activateWindow()
    return made


@pytest.fixture(scope="module")
def home() -> Iterator[object]:
    """One import of TensorFlow for all windows of a module that run on the real engine, begun beside it."""
    from app.engine.host.engine import Engine

    with Engine() as engine:
        yield engine


@pytest.fixture
def drive(qapp: object) -> Iterator[Callable[[object], object]]:
    """Make canvases of pages, driven by mouse and keys (canvas_driver.py); they are closed afterwards."""
    from tests.support.canvas_driver import CanvasDriver

    made: list[CanvasDriver] = []

    def make(page: object) -> CanvasDriver:
        made.append(CanvasDriver(page))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for driver in made:
        driver.canvas.dispose()
        driver.canvas.close()
        driver.canvas.deleteLater()
