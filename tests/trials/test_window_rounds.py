"""A slice of the trial of windows: of windows that ran a page and were closed nothing stays but what all share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trials.window_rounds import measure


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the settings back their place afterwards."""
    monkeypatch.setenv("TENSORBLOCKS_CONFIG", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def test_two_windows_that_ran_a_page_leave_nothing_when_they_are_closed() -> None:
    before, after = measure(count=5, first=2)
    assert after.left_since(before) == {}
