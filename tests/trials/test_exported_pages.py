"""The original's own pages as programs of Python: both styles show what the pages show, bit by bit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.trials.exported_pages import compare, pages_in

PAGES = Path(os.environ.get("TENSORBLOCKS_FACTS", "none")) / "pages"


@pytest.mark.facts
@pytest.mark.skipif(not PAGES.is_dir(), reason="TENSORBLOCKS_FACTS is not set")
def test_the_original_pages_show_the_same_bits(tmp_path: Path) -> None:
    """Three steps of each; what lacks its files here does not run, and is not compared."""
    pages = list(pages_in(PAGES))
    counts = compare(pages, ["v2", "v1"], tmp_path)
    missing = counts.pop("do not run here", 0)
    assert counts == {"v2 same bits": len(pages) - missing, "v1 same bits": len(pages) - missing}
    assert missing < len(pages)
