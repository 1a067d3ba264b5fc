"""A file of each version of the format, written once for all: it opens, stays as it is, and runs to its figures.

A new version adds a file to the folder; none of the old ones is changed.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.document.storage.reader import VERSION, loads
from app.document.storage.writer import dumps

GOLDEN = Path(__file__).parents[1] / "document/storage/golden"
# By hand: 1 + 2 + 3 + 4 and three times 4 halves; 2 ** 53 + 1, which no float64 holds; (1, 2) doubled, then ten times.
FIGURES = {
    1: ("count", {"sum.output": [16.0], "big.output": [2**53 + 1], "text.output": ['가나, "x"']}),
    2: ("use", {"twice.y": [2.0, 4.0], "more.y": [20.0, 40.0]}),
}


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_a_file_of_each_version_opens_stays_and_runs(cli, version: int) -> None:
    file = GOLDEN / f"version{version}.tblocks"
    loaded = loads(file.read_bytes().decode())
    assert (loaded.problems, dumps(loaded.project)) == ({}, file.read_bytes())
    name, figures = FIGURES[version]
    page = cli("run", str(file), "--all-pages", "--json").json["pages"][name]
    assert page["ok"]
    assert {pin: page["results"][pin]["values"] for pin in figures} == figures
