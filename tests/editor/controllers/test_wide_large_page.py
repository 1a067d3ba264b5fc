"""A very large page whose blocks take the width of their texts: none runs into its neighbour."""

from __future__ import annotations

from typing import Any

from app.document.editing.document import Document
from app.editor.widgets.slices import LARGE
from tests.benchmarks.pages import large_project


def test_blocks_of_a_very_large_page_grow_as_far_as_there_is_room(window: Any) -> None:
    project = large_project(LARGE + 40)
    project.pages[0].blocks["b0"].at = (-2000.0, 0.0)
    window.context.set_document(Document(project))
    items = window.tabs.current_canvas().items
    items.finish()
    before = {name: item.shape_plan.width for name, item in items.blocks.items()}
    window.controllers.page_view.set_wide(True)
    items.finish()
    assert items.blocks["b0"].shape_plan.width > before["b0"]
    for n in range(1, LARGE - 1):
        left, right = items.blocks[f"b{n}"].rect(), items.blocks[f"b{n + 1}"].rect()
        assert left.top() != right.top() or left.right() < right.left()
