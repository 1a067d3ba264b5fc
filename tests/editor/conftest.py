"""Fixtures of the editor's tests: an offscreen display, settings in a folder of the test, a window with a fake engine."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's settings and journals out of the tests, and the tests out of them."""
    monkeypatch.setenv("TENSORBLOCKS_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def program(qapp: object) -> Iterator[object]:
    """A program whose windows run pages on the fake engine; its windows are closed without a question."""
    from fake_engine import FakeEngine

    from app.editor.program import Program
    from app.editor.settings import SettingsStore

    made = Program(qapp, SettingsStore(), FakeEngine)  # type: ignore[arg-type]
    yield made
    for window in list(made.windows):
        window.ask = lambda *_, **__: "discard"
        window.close()
    made.deleteLater()


@pytest.fixture
def window(program: object, qtbot: object) -> object:
    """An empty window, shown."""
    made = program.new_window()  # type: ignore[attr-defined]
    qtbot.waitExposed(made)  # type: ignore[attr-defined]
    return made
