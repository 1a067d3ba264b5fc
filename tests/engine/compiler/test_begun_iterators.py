"""An iterator is typed by the dataset that begins it; where that is no block that can run, a problem says so."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from app.document.formats.registry import open_project
from app.engine.compiler.make_plan import make_plan
from blocks.assets import asset


@pytest.mark.parametrize("change", [{"symbol": "NoSuch"}, {"off": True}], ids=["unknown", "off"])
def test_a_dataset_that_is_no_block_leaves_its_iterator_without_types(change: dict[str, Any]) -> None:
    path = asset("samples", "measurements.tblocks")
    page = next(page for page in open_project(path).project.pages if "ahead" in page.blocks)
    dataset = replace(page.blocks["ahead"], **change)
    plan = make_plan(replace(page, blocks={**page.blocks, "ahead": dataset}), path.parent)
    assert ("iterator", "output_types") in {(problem.block, problem.pin) for problem in plan.problems}
