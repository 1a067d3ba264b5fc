"""Work that waits is done one thing in a turn of the event loop, and nothing beside a long painting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from app.editor.widgets.slices import Once, Slices, is_idle, note_paint, turn_has_room


@pytest.fixture
def parent(qapp: QApplication) -> Iterator[QObject]:
    for _ in range(20):  # what other tests have left
        qapp.processEvents()
    note_paint(0.0)  # slices begin at once again where the last painting was long
    turn_has_room()
    yield QObject()
    note_paint(0.0)
    turn_has_room()


def _turn(app: QApplication) -> None:
    app.processEvents()


def test_two_works_take_two_turns(qapp: QApplication, parent: QObject) -> None:
    done: list[str] = []
    works = [Once(lambda name=name: done.append(name), parent) for name in "ab"]
    for work in works:
        work.start()
    _turn(qapp)
    assert len(done) == 1
    _turn(qapp)
    assert sorted(done) == ["a", "b"]
    _turn(qapp)
    assert len(done) == 2


def test_what_is_done_once_comes_before_slices(qapp: QApplication, parent: QObject) -> None:
    done: list[str] = []

    def slice_(_until: float) -> bool:
        done.append("slice")
        return len(done) < 6

    many = Slices(slice_, parent)
    many.start()
    _turn(qapp)
    once = Once(lambda: done.append("once"), parent)
    once.start()
    _turn(qapp)
    assert done[:2] == ["slice", "once"]


def test_work_that_asks_for_itself_is_done_again(qapp: QApplication, parent: QObject) -> None:
    done: list[int] = []
    once: Once

    def work() -> None:
        done.append(1)
        if len(done) < 3:
            once.start()

    once = Once(work, parent)
    once.start()
    for _ in range(6):
        _turn(qapp)
    assert len(done) == 3


@pytest.mark.parametrize("seconds", [0.005, 0.03])
def test_a_turn_in_which_a_large_page_was_painted_does_nothing_else(
    qapp: QApplication, parent: QObject, seconds: float
) -> None:
    done: list[int] = []
    once = Once(lambda: done.append(1), parent)
    once.start()
    note_paint(seconds)
    note_paint(0.0)  # another part
    _turn(qapp)
    assert not done
    _turn(qapp)
    assert done == [1]


def test_a_turn_in_which_little_was_painted_goes_on(qapp: QApplication, parent: QObject) -> None:
    done: list[int] = []
    once = Once(lambda: done.append(1), parent)
    once.start()
    note_paint(0.003)
    _turn(qapp)
    assert done == [1]


def test_what_ends_with_its_parent_keeps_nothing_waiting(qapp: QApplication, parent: QObject) -> None:
    import shiboken6

    done: list[str] = []
    gone = Once(lambda: done.append("gone"), parent)
    gone.start()
    shiboken6.delete(parent)
    other = Once(lambda: done.append("other"))
    other.start()
    for _ in range(3):
        _turn(qapp)
    assert done == ["other"]
    assert is_idle()


def test_after_long_work_the_next_waits_for_a_turn_of_its_own(
    qapp: QApplication, parent: QObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.editor.widgets.slices._SHORT", 0.0)  # all work is long
    done: list[str] = []
    first, second = (Once(lambda name=name: done.append(name), parent) for name in ("first", "second"))
    for work in (second, first, second):  # asked for again, it is due after the first in the same turn
        work.start()
    _turn(qapp)
    assert done == ["first"]
    _turn(qapp)
    assert done == ["first", "second"]
