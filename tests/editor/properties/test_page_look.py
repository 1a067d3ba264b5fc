"""The icon and colour of a page are those of the blocks that stand for it."""

from __future__ import annotations

from typing import Any

from app.document.editing.document import Document
from app.document.editing.edits import SetBlockViews, SetPageView
from app.document.model.view import BlockView, PageView
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.editor.canvas.items.block_plans import BlockPlans
from tests.support.function_pages import named, project, twice


def used() -> Document:
    return Document(project(named("main", {"a": "page:twice", "b": "page:twice"}), twice()))


def look(document: Document, block: str) -> tuple[str, str]:
    """Return the colour and icon in which a block of the first page is drawn."""
    shape = BlockPlans(document.catalog).shape(document.project.pages[0].blocks[block], ())
    return shape.color, shape.icon


def test_uses_look_as_their_page_says_unless_they_have_a_look_of_their_own() -> None:
    document = used()
    document.apply(SetBlockViews("main", {"b": BlockView(color="#112233")}))
    document.apply(SetPageView("twice", PageView(color="#58a55c", icon="sum")))
    assert (look(document, "a")[0], look(document, "b")[0]) == ("#58a55c", "#112233")
    document.undo()
    assert look(document, "a") == ("", "")


def test_the_look_of_a_page_is_saved() -> None:
    document = used()
    document.apply(SetPageView("twice", PageView(color="#58a55c", icon="sum")))
    saved = dumps(document.project)
    assert b'"view": {"color": "#58a55c", "icon": "sum"}' in saved
    assert dumps(loads(saved).project) == saved


def test_a_page_with_pins_is_given_a_colour_in_its_properties(window: Any, qtbot: Any) -> None:
    document = used()
    window.context.set_document(document)
    window.context.go_to(page="twice")
    form = window.panels.properties.form
    qtbot.waitUntil(lambda: form is not window.panels.properties.form or form.look.isVisible())
    field = window.panels.properties.form.look.colour
    field.setCurrentIndex(field.findText("Green"))
    field.activated.emit(field.currentIndex())
    assert document.project.pages[1].view.color == "#58a55c"
    assert look(document, "a")[0] == "#58a55c"
