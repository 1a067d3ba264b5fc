"""The log shows what came last, and of all that came before so much only as memory allows."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.editor.panels.log import LogPanel
from app.editor.widgets.theme import DARK, LIGHT


def _log(qtbot: QtBot) -> LogPanel:
    log = LogPanel(DARK)
    qtbot.addWidget(log)
    return log


def test_long_messages_push_out_the_first_ones(qtbot: QtBot) -> None:
    log = _log(qtbot)
    for number in range(200):
        log.add(f"number {number} " + "x" * 7_000)
    shown = log.lines()
    assert len(shown) < 450_000
    assert "number 199 " in shown
    assert "number 160 " in shown
    assert "number 100 " not in shown
    log.set_theme(LIGHT)
    assert "number 100 " not in log.lines()
    assert "number 199 " in log.lines()


def test_many_short_messages_push_out_the_first_ones(qtbot: QtBot) -> None:
    log = _log(qtbot)
    for number in range(5_010):
        log.add(f"number {number}.")
    lines = log.lines().splitlines()
    assert len(lines) == 5_000
    assert lines[0].endswith("number 10.")
    assert lines[-1].endswith("number 5009.")


def test_a_cleared_log_begins_anew(qtbot: QtBot) -> None:
    log = _log(qtbot)
    log.add("before")
    log.clear()
    log.add("after")
    assert log.lines().endswith("after")
    assert "before" not in log.lines()
