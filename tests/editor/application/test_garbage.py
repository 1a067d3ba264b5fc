"""Garbage is collected in the window's thread only: a widget that went in another one would end the program."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.document.editing.document import Document
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


def test_threads_that_make_tuples_meanwhile_are_not_disturbed(garbage: Garbage) -> None:
    """Python cannot finish a tuple that somebody else holds, be it in a list of all objects for a moment."""
    faults: list[BaseException] = []
    over = threading.Event()

    def make() -> None:
        try:
            while not over.is_set():
                tuple(number for number in range(1_000))
        except BaseException as fault:
            faults.append(fault)

    busy = threading.Thread(target=make)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # the threads take turns very often
    busy.start()
    bursts: list[list[list[object]]] = []
    for _ in range(200):
        bursts.append([[] for _ in range(10_000)])
        garbage.look()
    over.set()
    busy.join()
    sys.setswitchinterval(before)
    assert faults == []


def test_a_burst_of_new_objects_is_not_looked_at_in_one_go(garbage: Garbage) -> None:
    gone: list[str] = []
    knot = _Knot()
    weakref.finalize(knot, gone.append, "gone")
    del knot
    burst = [[] for _ in range(200_000)]
    garbage.look()
    assert gone == []
    garbage.look_at_all()
    assert gone == ["gone"]
    assert len(burst) == 200_000


def test_what_the_program_is_made_of_is_not_looked_at_when_a_document_closes(garbage: Garbage) -> None:
    gone: list[str] = []
    made: list[list[object]] = []

    def leave(name: str) -> None:
        """Leave what only a collection finds, grown old."""
        knot = _Knot()
        weakref.finalize(knot, gone.append, name)
        made.extend([] for _ in range(20_000))

    leave("with the first window")
    garbage.leave_out_program()
    leave("with the second window")
    garbage.leave_out_program()
    garbage.look_at_all()
    assert gone == ["with the second window"]
    assert len(made) == 40_000


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


def test_the_first_document_of_a_window_takes_the_place_of_none(application: Any) -> None:
    closed: list[str] = []
    application.document_closed.connect(lambda: closed.append("closed"))
    window = application.new_window()
    window.context.set_document(Document.new())
    assert closed == []
    window.context.set_document(Document.new())
    window.context.set_document(None)
    assert closed == ["closed", "closed"]
    window.close()
    assert closed == ["closed", "closed"]
