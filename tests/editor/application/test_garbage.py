"""Garbage is collected in the window's thread only: a widget that went in another one would end the program."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.editor.application.garbage import Garbage


@pytest.fixture
def garbage(qapp: object) -> Iterator[Garbage]:
    parent = QObject()
    yield Garbage(lambda: False, parent)
    gc.unfreeze()
    gc.enable()


class _Knot:
    """Something that only a collection finds."""

    def __init__(self) -> None:
        self.itself = self


def test_what_nobody_holds_goes_in_the_window_s_thread(garbage: Garbage) -> None:
    gone_in: list[threading.Thread] = []
    knot = _Knot()
    weakref.finalize(knot, lambda: gone_in.append(threading.current_thread()))
    del knot
    made: list[list[object]] = []
    busy = threading.Thread(target=lambda: made.extend([] for _ in range(20_000)))
    busy.start()
    busy.join()
    assert gone_in == []
    garbage.look()
    assert gone_in == [threading.main_thread()]
    assert len(made) == 20_000


def test_a_burst_of_new_objects_is_not_looked_at_in_one_go(garbage: Garbage) -> None:
    gone: list[str] = []
    knot = _Knot()
    weakref.finalize(knot, gone.append, "gone")
    del knot
    burst = [[] for _ in range(100_000)]
    garbage.look()
    assert gone == []
    garbage.look_at_all()
    assert gone == ["gone"]
    assert len(burst) == 100_000


def test_documents_that_close_one_after_another_put_nothing_off(
    garbage: Garbage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else what is left of them would grow for as long as somebody goes on opening and closing."""
    monkeypatch.setattr(sys.modules[Garbage.__module__], "_WHOLE_MS", 60)
    gone: list[str] = []
    knot = _Knot()
    weakref.finalize(knot, gone.append, "gone")
    del knot

    def closed_once_more() -> bool:
        garbage.document_closed()
        return gone == ["gone"]

    qtbot.waitUntil(closed_once_more)  # which asks every ten milliseconds
