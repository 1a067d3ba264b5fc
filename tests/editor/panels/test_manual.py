"""The Manual dock: chapters, links, back and forward, search; it shows the shipped text and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QTextTable
from PySide6.QtWidgets import QApplication

from app.editor.panels import manual_text
from app.editor.panels.manual import ManualPanel
from blocks.assets import asset
from tests.support.markdown import anchors


@pytest.fixture
def manual(qtbot: Any) -> ManualPanel:
    """The panel by itself, shown at the list of chapters."""
    panel = ManualPanel()
    qtbot.addWidget(panel)
    panel.resize(480, 600)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def _at_top(panel: ManualPanel) -> str:
    """Return the text of the paragraph at the upper edge."""
    return panel.page.cursorForPosition(QPoint(20, 14)).block().text()


def test_it_begins_with_the_list_of_chapters(manual: ManualPanel) -> None:
    """Each of them as a link; nothing lies behind."""
    assert manual.place == "index.md"
    assert "Running a page" in manual.page.toPlainText()
    assert not manual.back.isEnabled()
    assert not manual.forward.isEnabled()


@pytest.mark.parametrize("path", sorted(asset("help").glob("*.md")), ids=lambda path: path.name)
def test_every_heading_of_every_chapter_can_be_led_to(manual: ManualPanel, path: Any) -> None:
    """Under the anchor that links to it on a web page have as well."""
    manual.open(path.name)
    manual.resize(480, 60)  # so small that the last heading can come to the top as well
    QApplication.processEvents()
    for section in manual_text.sections():
        if section.chapter == path.name:
            manual.open(section.place)
            assert _at_top(manual) == section.heading
    found = [s.anchor for s in manual_text.sections() if s.chapter == path.name]
    assert found == anchors(path.read_text(encoding="utf-8"))


def test_links_lead_to_chapters_and_within_them(manual: ManualPanel) -> None:
    """As a click on them says."""
    manual.page.anchorClicked.emit(QUrl("running.md#conditions"))
    assert (manual.place, _at_top(manual)) == ("running.md#conditions", "Conditions")
    manual.page.anchorClicked.emit(QUrl("#snapshots"))
    assert (manual.place, _at_top(manual)) == ("running.md#snapshots", "Snapshots")


def test_back_and_forward_return_to_where_one_was(manual: ManualPanel, qtbot: Any) -> None:
    """By the buttons and by keys; a scrolled page comes back scrolled."""
    manual.open("problems.md")
    manual.page.verticalScrollBar().setValue(333)
    manual.open("literals.md")
    manual.back.click()
    assert (manual.place, manual.page.verticalScrollBar().value()) == ("problems.md", 333)
    manual.page.setFocus()
    qtbot.keyClick(manual.page, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert manual.place == "index.md"
    qtbot.keyClick(manual.page, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    manual.forward.click()
    assert manual.place == "literals.md"
    assert not manual.forward.isEnabled()
    qtbot.keyClick(manual.page, Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    assert manual.place == "index.md"


def test_a_search_finds_words_in_all_chapters(manual: ManualPanel, qtbot: Any) -> None:
    """All of the words, in any order; headings first; Enter opens a place, with the words marked."""
    manual.field.setFocus()
    qtbot.keyClicks(manual.field, "guard")
    assert manual.hits.isVisible()
    texts = [manual.hits.item(row).text() for row in range(manual.hits.count())]
    assert texts[0].startswith("The guard, Running a page: ")
    chapters = {text.partition(": ")[0].rpartition(", ")[2] for text in texts}
    assert {"Running a page", "The command line", "Problems"} <= chapters
    manual.field.clear()
    qtbot.keyClicks(manual.field, "infinite option")
    texts = [manual.hits.item(row).text() for row in range(manual.hits.count())]
    assert any(text.startswith("run, The command line") for text in texts)
    qtbot.keyClick(manual.field, Qt.Key.Key_Down)
    place = manual.hits.place(manual.hits.currentItem())
    qtbot.keyClick(manual.field, Qt.Key.Key_Return)
    assert manual.place == place
    assert manual.page.isVisible()
    marked = {mark.cursor.selectedText().lower() for mark in manual.page.extraSelections()}
    assert marked == {"infinite", "option"}


def test_a_search_that_finds_nothing_says_so_and_escape_leaves_it(manual: ManualPanel, qtbot: Any) -> None:
    """The chapter is shown as before."""
    manual.open("samples.md")
    qtbot.keyClicks(manual.field, "zzyzx")
    assert [manual.hits.item(row).text() for row in range(manual.hits.count())] == ["Nothing found"]
    qtbot.keyClick(manual.field, Qt.Key.Key_Return)
    assert manual.place == "samples.md"
    qtbot.keyClick(manual.field, Qt.Key.Key_Escape)
    assert manual.field.text() == ""
    assert manual.page.isVisible()


@pytest.mark.parametrize(
    "place", ["nothing.md", "../samples/xor.tblocks", "https://example.org/index.md", ""]
)
def test_what_the_manual_does_not_have_changes_nothing(manual: ManualPanel, place: str) -> None:
    """No file outside of it and no other site is opened."""
    manual.open(place)
    assert manual.place == "index.md"


def test_html_in_a_text_is_shown_as_it_stands(manual: ManualPanel) -> None:
    """It never becomes markup, and no picture from elsewhere is read."""
    manual.page.show_text(
        "# T\n\n<b>bold</b> <img src='file:///etc/passwd'> ![x](../pictures/../icons/up.svg)\n"
    )
    assert "<b>bold</b> <img src=" in manual.page.toPlainText()
    for name in (
        "file:///etc/passwd",
        "../icons/up.svg",
        "https://example.org/a.png",
        "../pictures/none.png",
    ):
        assert manual.page.loadResource(2, QUrl(name)) is None
    assert manual.page.loadResource(2, QUrl("../pictures/figure.png")).width() == 420


def test_a_table_without_a_head_has_none(manual: ManualPanel) -> None:
    """Markdown asks for a row of heads; an empty one is left out."""
    manual.page.show_text("| | |\n|---|---|\n| a | b |\n")
    tables = [f for f in manual.page.document().rootFrame().childFrames() if isinstance(f, QTextTable)]
    assert [(table.rows(), table.columns()) for table in tables] == [(1, 2)]


def test_a_place_stays_at_the_top_when_the_width_changes(manual: ManualPanel) -> None:
    """As when the dock is made wider after it was opened at a place."""
    manual.open("problems.md#bad-stride")
    manual.resize(900, 600)
    QApplication.processEvents()
    assert _at_top(manual) == "bad-stride"
