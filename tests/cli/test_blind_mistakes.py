"""What ``run --json`` says of mistakes that users make: the block, the pin, what it takes, what it got."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.blind_mistakes.judge import missed, projects
from tests.support.blind_mistakes.row import Mistake
from tests.support.blind_mistakes.table import TABLES


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_mistake_is_named_at_its_pin_with_what_it_takes_and_what_it_got(
    cli, tmp_path: Path, table: list[Mistake]
) -> None:
    wrong = {}
    for file, mistakes in projects(table, tmp_path):
        pages = cli("run", str(file), "--all-pages", "--json").json["pages"]
        for mistake in mistakes:
            faults = missed(mistake, pages[mistake.name]["problems"])
            if faults:
                wrong[mistake.name] = faults
    assert wrong == {}
