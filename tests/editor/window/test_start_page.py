"""The start page: samples with pictures and words, one left edge, a way back; the docks of a first start."""

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCommandLinkButton, QLabel, QTabBar, QToolButton

from app.document.editing.document import Document
from app.editor.window.start_page import PICTURE, picture_of, sample_title, sample_words, samples


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_sample_has_a_picture_and_words(theme: str) -> None:
    assert samples()
    for path in samples():
        image = QImage(str(picture_of(path, theme)))
        assert image.size() == QSize(*PICTURE) * 2, f"make pictures draws {picture_of(path, theme)}"
        is_dark = image.pixelColor(1, 1).lightness() < 128
        assert is_dark == (theme == "dark")
        assert sample_words()[path.name][0].isupper()


def test_what_runs_as_it_is_comes_before_what_needs_a_cluster() -> None:
    """A newcomer takes one of the first samples."""
    folders = [path.parent.name for path in samples()]
    assert folders == ["samples"] * (len(folders) - 1) + ["cluster"]


def test_a_click_on_a_picture_opens_the_sample(window: Any, qtbot: Any) -> None:
    first = samples()[0]
    card = next(
        c for c in window.start_page.findChildren(QToolButton) if c.accessibleName() == sample_title(first)
    )
    with qtbot.waitSignal(window.start_page.open_sample) as opened:
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
    assert opened.args == [str(first)]


def test_everything_begins_at_one_left_edge(window: Any) -> None:
    window.store.change(recent_files=["/tmp/a.tblocks"])
    window.show_start()
    window.resize(1280, 900)
    page = window.start_page
    body = page.widget()

    def left(widget: Any) -> int:
        return int(widget.mapTo(body, QPoint(0, 0)).x())

    headings = [label for label in body.findChildren(QLabel, "startHeading") if label.text() != "Recent"]
    starts = [left(label) + label.contentsMargins().left() for label in headings]
    pictures = [left(label) for label in body.findChildren(QLabel) if label.size() == QSize(*PICTURE)]
    links = [left(b) + 7 for b in body.findChildren(QCommandLinkButton) if b.text() == "New project"]
    assert len({*starts, min(pictures), *links}) == 1


@pytest.mark.parametrize("width", [500, 900, 1600])
def test_the_samples_have_as_many_columns_as_there_is_room_for(window: Any, width: int) -> None:
    page = window.start_page
    window.resize(width + 600, 800)
    cards = [c for c in page.findChildren(QToolButton) if c.objectName() == "sampleCard"]
    assert len(cards) == len(samples())
    room = page.viewport().width()
    rights = [card.mapTo(page.widget(), QPoint(card.width(), 0)).x() for card in cards]
    assert max(rights) <= max(room, 300)
    assert page.horizontalScrollBar().maximum() == 0


def test_escape_leads_back_from_the_start_page(window: Any, qtbot: Any) -> None:
    window.context.set_document(Document.new())
    window.action_set["file.start_page"].trigger()
    assert window.start_page.isVisible()
    back = [b for b in window.start_page.findChildren(QCommandLinkButton) if b.text() == "Back"]
    assert len(back) == 1
    qtbot.keyClick(window.start_page, Qt.Key.Key_Escape)
    assert not window.start_page.isVisible()
    window.action_set["file.start_page"].trigger()
    (back,) = [b for b in window.start_page.findChildren(QCommandLinkButton) if b.text() == "Back"]
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert not window.start_page.isVisible()


def test_without_a_project_there_is_no_way_back(window: Any, qtbot: Any) -> None:
    assert not [b for b in window.start_page.findChildren(QCommandLinkButton) if b.text() == "Back"]
    qtbot.keyClick(window.start_page, Qt.Key.Key_Escape)
    assert window.start_page.isVisible()


def test_the_lower_docks_show_their_tabs_alone_until_there_is_something_to_say(
    window: Any, qtbot: Any
) -> None:
    panel = window.panels.problems
    qtbot.waitUntil(lambda: panel.height() < 40)
    window.context.set_document(Document.new())
    assert panel.height() < 40
    window.docks.reveal("log")
    qtbot.waitUntil(lambda: window.panels.log.height() > 100)


def test_results_unfold_the_lower_docks(window: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: window.panels.problems.height() < 40)
    window.panels.results.counted.emit(3)
    qtbot.waitUntil(lambda: window.docks.in_front("results") and window.panels.results.height() > 100)


def test_a_height_that_the_user_chose_stays(window: Any, qtbot: Any) -> None:
    window.resizeDocks([window.docks["problems"]], [130], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: 60 < window.panels.problems.height() < 130)
    before = window.panels.problems.height()
    window.panels.results.counted.emit(3)
    qtbot.waitUntil(lambda: window.docks.in_front("results"))
    assert window.panels.results.height() == before


def test_a_click_on_a_tab_below_the_pages_shows_what_it_holds(window: Any, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: window.panels.problems.height() < 40)
    tabs = next(
        bar
        for bar in window.findChildren(QTabBar)
        if bar.isVisible() and "Log" in [bar.tabText(i) for i in range(bar.count())]
    )
    for name, panel in (("Problems", window.panels.problems), ("Log", window.panels.log)):
        at = next(i for i in range(tabs.count()) if tabs.tabText(i) == name)
        qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.tabRect(at).center())
        qtbot.waitUntil(lambda panel=panel: panel.height() > 100)


def test_a_new_window_has_its_lower_docks_folded_however_the_last_one_had_them(
    application: Any, window: Any, qtbot: Any
) -> None:
    window.resizeDocks([window.docks["problems"]], [130], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: window.panels.problems.height() > 60)
    window.store.change(layout=window.docks.state())
    another = application.new_window()
    qtbot.waitUntil(lambda: another.panels.palette.model.rowCount() > 10)
    qtbot.waitUntil(lambda: another.panels.problems.height() < 40)


def test_the_lower_docks_are_unfolded_to_the_height_that_they_had_before_a_restart(
    application: Any, window: Any, qtbot: Any
) -> None:
    window.docks.reveal("problems")
    window.resizeDocks([window.docks["problems"]], [310], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: window.panels.problems.height() > 250)
    height = window.docks["problems"].height()
    window.docks.fold_below()
    qtbot.waitUntil(lambda: window.panels.problems.height() < 40)
    window.close()
    again = application.new_window()
    qtbot.waitUntil(lambda: again.panels.palette.model.rowCount() > 10)
    again.docks.reveal("problems")
    qtbot.waitUntil(lambda: again.docks["problems"].height() == height)


def test_the_lower_docks_do_not_shrink_as_they_are_folded_and_unfolded(window: Any, qtbot: Any) -> None:
    window.docks.reveal("problems")
    window.resizeDocks([window.docks["problems"]], [240], Qt.Orientation.Vertical)
    qtbot.waitUntil(lambda: window.panels.problems.height() > 150)
    height = window.docks["problems"].height()
    for _ in range(3):
        window.docks.fold_below()
        qtbot.waitUntil(lambda: window.panels.problems.height() < 40)
        window.docks.unfold_below()
        qtbot.waitUntil(lambda: window.panels.problems.height() > 60)
    assert window.docks["problems"].height() == height


def test_a_narrow_start_page_shows_all_of_its_lists(window: Any, qtbot: Any) -> None:
    window.resize(window.minimumSizeHint().width(), 700)
    page = window.start_page
    qtbot.waitUntil(lambda: page.viewport().width() < 400)
    headings = [label for label in page.findChildren(QLabel) if label.objectName() == "startHeading"]
    assert {label.text() for label in headings} >= {"Start", "Recent", "Samples"}
    for label in [*headings, *page.findChildren(QCommandLinkButton)]:
        left = label.mapTo(page.viewport(), QPoint(0, 0)).x()
        assert left >= 0
        assert left + label.width() <= page.viewport().width()


def test_an_empty_page_says_how_one_begins(window: Any) -> None:
    window.context.set_document(Document.new())
    canvas = window.tabs.current_canvas()
    assert "Tab" in canvas.empty_hint.text()
    assert canvas.empty_hint.isVisible()
    canvas.placer.place_beside("Const")
    assert not canvas.empty_hint.isVisible()
    window.document.undo()
    assert canvas.empty_hint.isVisible()
