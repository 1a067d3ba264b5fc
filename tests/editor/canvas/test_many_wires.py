"""A page of many wires: the first are drawn at once, the others between the events, and all as they would have been."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.document.editing.document import Document
from app.document.editing.edits import MoveItems, RemoveItems
from app.document.model.diagram import Page, Project
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.page_canvas import PageCanvas
from app.editor.widgets.theme import DARK
from blocks.catalog import load
from tests.benchmarks.pages import large_page

SIZE = 1500


def canvas_of(page: Page) -> tuple[Document, PageCanvas]:
    document = Document(Project(pages=[page]))
    return document, PageCanvas(document, page.name, load(), DARK)


def routes(items: PageItems) -> dict[tuple[str, str], list[tuple[float, float]]]:
    return {(str(source), str(target)): wire.points for (source, target), wire in items.wires.items()}


def test_all_wires_are_drawn_after_some_turns_of_the_event_loop(qapp, qtbot) -> None:
    _, canvas = canvas_of(large_page(SIZE))
    drawn = sum(bool(wire.points) for wire in canvas.items.wires.values())
    assert 0 < drawn < len(canvas.items.wires)
    qtbot.waitUntil(lambda: canvas.items.routes.is_settled, timeout=60_000)
    assert all(wire.points for wire in canvas.items.wires.values())


def test_a_page_that_was_edited_is_drawn_like_one_that_was_opened_so(qapp) -> None:
    page = large_page(SIZE)
    document, canvas = canvas_of(page)
    places = {
        f"b{n}": (page.blocks[f"b{n}"].at[0] + 70.0, page.blocks[f"b{n}"].at[1] + 30.0) for n in range(400)
    }
    document.apply(MoveItems(page.name, places))
    document.apply(RemoveItems(page.name, blocks=["b777", "b901"]))
    QApplication.processEvents()
    document.undo()
    canvas.items.finish()
    canvas.items.routes.finish()
    _, opened = canvas_of(page)
    opened.items.routes.finish()
    assert routes(canvas.items) == routes(opened.items)
