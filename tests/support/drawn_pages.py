"""Canvases of large pages, and what is seen of them."""

from __future__ import annotations

from typing import Any

from app.document.editing.document import Document
from app.document.model.diagram import Project
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_canvas import PageCanvas
from app.editor.widgets.theme import DARK
from blocks.catalog import load
from tests.benchmarks.pages import large_page


def canvas_of(size: int) -> tuple[Document, PageCanvas]:
    """Return a document of one large page, and its canvas."""
    page = large_page(size)
    document = Document(Project(pages=[page]))
    canvas = PageCanvas(document, page.name, load(), DARK)
    canvas.items.routes.finish()
    return document, canvas


def finish(canvas: PageCanvas) -> None:
    """Draw what waits to be drawn."""
    canvas.items.finish()
    canvas.items.routes.finish()


def drawn(canvas: PageCanvas) -> tuple[Any, Any]:
    """Return all that is seen of blocks and wires."""
    items = canvas.items
    blocks = {
        i: (b.x_page, b.y_page, b.shape_plan, b.wired, b.tints, b.texts, b.label, b.off, b.selected_look)
        for i, b in items.blocks.items()
    }
    wires = {(str(source), str(target)): w.points for (source, target), w in items.wires.items()}
    return blocks, wires


def in_scene(canvas: PageCanvas) -> tuple[int, int]:
    """Return how many blocks and wires are in the scene."""
    items = canvas.viewer.scene().items()
    return sum(isinstance(i, BlockItem) for i in items), sum(isinstance(i, WireItem) for i in items)
