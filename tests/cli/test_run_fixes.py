"""``run --json`` offers the fixes that ``check`` offers for the same problems."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("symbol", "pins", "title"),
    [
        ("Reshape", {"tensor": "{{1f,2f,3f},{4f,5f,6f}}", "shape": "{2,4}"}, "Write {2,-1} in shape"),
        ("Neg", {"x": "1 2 3"}, "Write 1,2,3"),
    ],
    ids=["of TensorFlow's shapes", "of the plan"],
)
def test_a_run_offers_the_fixes_that_a_check_offers(
    cli, tmp_path: Path, symbol: str, pins: dict[str, str], title: str
) -> None:
    blocks = [{"id": "c", "symbol": symbol, "at": [0, 0], "pins": pins}]
    file = tmp_path / "page.tblocks"
    file.write_text(
        json.dumps({"format": "tensorblocks", "version": 1, "pages": [{"name": "p", "blocks": blocks}]})
    )

    def fixes(*args: str) -> list[dict[str, Any]]:
        (problem,) = cli(*args).json["pages"]["p"]["problems"]
        return problem["fixes"]

    found = fixes("run", str(file), "--json")
    assert [fix["title"] for fix in found] == [title]
    assert found == fixes("check", str(file), "--json", "--types")
