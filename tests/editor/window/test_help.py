"""F1 and the Help menu: the manual at the place that fits, the block's own help where a block is selected."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, Project


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    """A page with one block whose text does not read."""
    block = Block(id="a", symbol="Const", pins={"val": "{{1,2},{3}}"})
    window.context.set_document(Document(Project(pages=[Page(name="p", blocks={"a": block})])))
    qtbot.waitUntil(lambda: bool(window.panels.problems.problems))
    return window


def _f1(window: Any, qtbot: Any) -> str:
    """Press F1 where the keyboard is; return the place of the manual, "" where it stays closed."""
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F1)
    return window.panels.manual.place if window.docks["manual"].isVisible() else ""


def test_the_manual_is_closed_until_it_is_asked_for(shown: Any) -> None:
    """The window begins as it always did."""
    assert not shown.docks["manual"].isVisible()
    shown.action_set["view.reset"].trigger()
    assert not shown.docks["manual"].isVisible()


def test_f1_on_a_problem_opens_its_code(shown: Any, qtbot: Any) -> None:
    """Of the row that is chosen in the Problems panel."""
    shown.docks.reveal("problems", focus=True)
    shown.panels.problems.move_on(1)
    shown.docks.reveal("problems", focus=True)
    assert _f1(shown, qtbot) == "problems.md#bad-literal"


def test_f1_on_a_selected_block_shows_the_blocks_help(shown: Any, qtbot: Any) -> None:
    """At the lower end of its properties; the manual stays closed."""
    canvas = shown.tabs.current_canvas()
    canvas.selection.choose_ids(["a"])
    qtbot.waitUntil(lambda: shown.panels.properties.shows_block)
    shown.center_focus().setFocus()
    assert _f1(shown, qtbot) == ""
    assert shown.docks.in_front("properties")


@pytest.mark.parametrize(
    ("panel", "place"),
    [
        ("snapshots", "running.md#snapshots"),
        ("results", "running.md#seeing-values"),
    ],
)
def test_f1_in_a_panel_opens_its_section(shown: Any, qtbot: Any, panel: str, place: str) -> None:
    """That on what the panel is for."""
    shown.docks.reveal(panel, focus=True)
    assert _f1(shown, qtbot) == place


def test_f1_elsewhere_opens_the_manual_where_it_was_left(shown: Any, qtbot: Any) -> None:
    """At first the list of chapters; the keyboard is in it, and nothing lies behind."""
    shown.center_focus().setFocus()
    assert _f1(shown, qtbot) == "index.md"
    assert shown.docks["manual"].isAncestorOf(QApplication.focusWidget())
    assert not shown.panels.manual.back.isEnabled()
    shown.panels.manual.open("literals.md#strings")
    shown.docks["manual"].close()
    shown.action_set["help.manual"].trigger()
    assert shown.panels.manual.place == "literals.md#strings"


def test_the_manual_comes_up_wide_enough_to_read(shown: Any, qtbot: Any) -> None:
    """Beside the properties, which stay where they are."""
    shown.resize(1400, 800)
    shown.help.manual()
    qtbot.waitUntil(lambda: shown.docks["manual"].width() >= 450)
    assert shown.docks["properties"] in shown.tabifiedDockWidgets(shown.docks["manual"])


def test_every_place_that_the_program_leads_to_is_there(shown: Any) -> None:
    """Panels and problem codes have their sections."""
    from app.document.model.problems import CODES
    from app.editor.panels.manual_text import sections
    from app.editor.window.help import PLACES

    known = {section.place for section in sections()} | {section.chapter for section in sections()}
    assert set(PLACES.values()) | {f"problems.md#{code}" for code in CODES} <= known
    assert set(PLACES) <= set(shown.docks.names())


def test_the_theme_of_the_window_is_the_manuals(application: Any, shown: Any) -> None:
    """It is shown anew in the other colours, at the same place."""
    shown.help.open("running.md#snapshots")
    ground = shown.panels.manual.page.grab().toImage().pixelColor(3, 3).lightness()
    application.set_theme("light" if ground < 128 else "dark")
    QApplication.processEvents()
    after = shown.panels.manual.page.grab().toImage().pixelColor(3, 3).lightness()
    assert abs(after - ground) > 128
    assert shown.panels.manual.page.cursorForPosition(QPoint(20, 14)).block().text() == "Snapshots"
