"""A slice of the trial of large pages: every act does what it is for. The holds themselves are measured by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trials.large_page import measure


@pytest.fixture(autouse=True)
def _own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the settings back their place afterwards."""
    monkeypatch.setenv("TENSORBLOCKS_CONFIG", str(tmp_path))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")


def test_a_large_page_is_opened_edited_and_closed() -> None:
    holds = measure(300, settle=0.03, warm=False)
    assert {"open, to the first picture", "drag a block", "undo the paste", "close"} <= {h.act for h in holds}
