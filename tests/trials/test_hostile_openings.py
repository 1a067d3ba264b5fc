"""A slice of the trial of hostile openings, the same on each run; the whole is run by hand before a release."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trials.hostile_openings import run

_HELD_MS = 1000.0  # the goal is a tenth; a shared machine adds its own


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the settings back their place afterwards."""
    monkeypatch.setenv("TENSORBLOCKS_CONFIG", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def test_hostile_files_open_or_are_refused_in_words() -> None:
    report = run(20, range(50), in_window=False)
    assert report.faults == []
    assert report.opened > 10
    assert report.refused > 10


def test_hostile_files_neither_break_nor_hold_the_window() -> None:
    report = run(21, range(40), most_s=10)
    assert report.faults == []
    assert report.longest < _HELD_MS
