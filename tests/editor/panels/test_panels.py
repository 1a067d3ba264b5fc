"""The panels by keyboard and mouse: palette, outline, history, find, commands, docks, pages, themes."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QInputDialog

from app.document.editing.document import Document
from app.document.editing.edits import AddPage
from app.document.model.diagram import Block, Page, Project
from app.editor.actions.command_palette import CommandPalette
from app.editor.actions.states import STATES, remedy
from app.editor.panels.palette_model import HELP_ROLE
from app.editor.widgets.drag_format import SYMBOL_MIME
from app.editor.widgets.theme import theme_named


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    blocks = [Block(id="a", symbol="Const"), Block(id="b", symbol="MatMul", at=(200, 0))]
    pages = [Page(name="one", blocks={b.id: b for b in blocks}), Page(name="two")]
    window.context.set_document(Document(Project(pages=pages)))
    qtbot.waitUntil(lambda: window.panels.palette.model.rowCount() > 10)
    return window


def test_typing_filters_the_palette_and_enter_places_the_block(shown: Any, qtbot: Any) -> None:
    qtbot.keyClick(
        shown, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    filter_line = shown.panels.palette.filter
    assert QApplication.focusWidget() is filter_line
    qtbot.keyClicks(filter_line, "matmul")
    assert shown.panels.palette.tree.currentIndex().data() == "MatMul"
    qtbot.keyClick(filter_line, Qt.Key.Key_Return)
    assert "matmul" in shown.context.page.blocks
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["matmul"]
    assert shown.store.values.recent_symbols == ["MatMul"]


def test_favourites_and_recent_symbols_come_first_and_are_remembered(shown: Any, qtbot: Any) -> None:
    shown.panels.palette.toggle_favourite("Softmax")
    shown.place_symbol("Abs")
    model = shown.panels.palette.model
    tops = [model.index(r, 0).data() for r in range(2)]
    assert tops == ["Favourites", "Recently used"]
    assert model.index(0, 0, model.index(0, 0)).data() == "Softmax"
    assert shown.store.values.favourites == ["Softmax"]


def test_blocks_placed_by_the_search_are_among_those_used_lately(shown: Any, qtbot: Any) -> None:
    qtbot.waitUntil(shown.action_set["edit.add_block"].isEnabled)
    shown.action_set["edit.add_block"].trigger()
    popup = shown.tabs.current_canvas().popup
    qtbot.keyClicks(popup.field, "np.tanh")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert "tanh" in shown.context.page.blocks
    assert shown.store.values.recent_symbols == ["Tanh"]
    shown.action_set["edit.add_block"].trigger()
    assert popup.model.names[0] == "Tanh"


def test_a_row_of_the_palette_says_what_the_block_does_where_there_is_room(shown: Any, qtbot: Any) -> None:
    palette = shown.panels.palette
    palette.filter.setText("Softmax")
    index = palette.tree.currentIndex()
    assert index.data(HELP_ROLE).startswith("Computes softmax")
    row = palette.tree.visualRect(index)
    rest = row.adjusted(palette.tree.fontMetrics().horizontalAdvance("Softmax") + 40, 0, 0, 0)
    assert rest.width() > 80
    picture = palette.tree.viewport().grab(rest).toImage()
    colours = {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
    assert len(colours) > 3  # letters, not an empty ground


def test_a_drag_from_the_palette_carries_the_symbol(shown: Any) -> None:
    model = shown.panels.palette.model
    model.set_filter("CropAndResizeGradImage")
    data = model.mimeData([model.index(0, 0, model.index(0, 0))])
    assert bytes(data.data(SYMBOL_MIME).data()) == b"CropAndResizeGradImage"


def test_the_outline_lists_pages_and_blocks_and_leads_there(shown: Any, qtbot: Any) -> None:
    model = shown.panels.outline.model
    assert [model.index(r, 0).data() for r in range(2)] == ["one", "two"]
    spoken = model.data(model.find("one", "b"), int(Qt.ItemDataRole.AccessibleTextRole))
    assert spoken == "block b, MatMul"
    shown.tabs.show_page("two")
    shown.panels.outline._choose(model.find("one", "b"))
    assert shown.tabs.current_page() == "one"
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["b"]
    shown.place_symbol("Abs")
    qtbot.waitUntil(lambda: model.find("one", "abs").isValid())


def test_the_history_lists_the_steps_and_goes_to_any(shown: Any, qtbot: Any) -> None:
    for symbol in ("Abs", "Neg", "Exp"):
        shown.place_symbol(symbol)
    qtbot.waitUntil(lambda: len(shown.panels.history.names()) == 4)
    assert shown.panels.history.names()[0] == "Start"
    item = shown.panels.history.list.item(1)
    qtbot.mouseClick(
        shown.panels.history.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=shown.panels.history.list.visualItemRect(item).center(),
    )
    assert list(shown.context.page.blocks) == ["a", "b", "abs"]
    qtbot.waitUntil(lambda: shown.panels.history.list.currentRow() == 1)


def test_find_goes_from_hit_to_hit(shown: Any, qtbot: Any) -> None:
    shown.document.apply(AddPage(Page(name="three")))
    shown.tabs.show_page("one")
    qtbot.waitUntil(shown.action_set["edit.find"].isEnabled)
    qtbot.keyClick(shown, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    line = shown.find_bar.line
    qtbot.keyClicks(line, "matm")
    assert shown.find_bar.count.text() == "0 of 1"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert shown.tabs.current_canvas().selection.ordered_blocks() == ["b"]
    line.selectAll()
    qtbot.keyClicks(line, "zzz")
    assert shown.find_bar.count.text() == "nothing found"
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not shown.find_bar.isVisible()


def test_the_command_palette_runs_any_action_by_a_few_letters(shown: Any, qtbot: Any) -> None:
    qtbot.keyClick(
        shown, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    palette = shown.findChild(CommandPalette)
    qtbot.keyClicks(palette.line, "add page")
    assert palette.list.currentItem().text(0) == "Add a page"
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert [p.name for p in shown.document.project.pages] == ["one", "page 3", "two"]
    assert shown.tabs.current_page() == "page 3"


def test_the_command_palette_shows_what_cannot_be_used_and_says_why(shown: Any, qtbot: Any) -> None:
    qtbot.keyClick(
        shown, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    palette = shown.findChild(CommandPalette)
    height = palette.height()
    qtbot.keyClicks(palette.line, "align left")
    assert palette.height() < height / 2  # as high as what was found
    row = palette.list.currentItem()
    assert (row.text(0), row.text(1)) == ("Align left", "select several blocks first")
    qtbot.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    assert not shown.document.can_undo


def test_every_state_that_an_action_may_miss_has_a_remedy() -> None:
    assert {state for state in STATES if not remedy([state])} == set()


def test_f6_goes_round_all_visible_panels(shown: Any, qtbot: Any) -> None:
    shown.center_focus().setFocus()
    seen = set()
    for _ in range(8):
        qtbot.keyClick(shown, Qt.Key.Key_F6)
        focus = QApplication.focusWidget()
        name = next(
            (
                n
                for n in ("palette", "outline", "properties", "problems")
                if shown.docks[n].isAncestorOf(focus)
            ),
            "page",
        )
        seen.add(name)
    assert {"palette", "outline", "page"} <= seen


def test_a_closed_dock_stays_closed_after_a_restart_and_can_be_reset(
    application: Any, shown: Any, qtbot: Any
) -> None:
    shown.docks["outline"].close()
    shown.context.ask = lambda *_: "discard"
    shown.close()
    again = application.new_window()
    with qtbot.waitExposed(again):
        pass
    assert not again.docks["outline"].isVisible()
    assert again.docks["palette"].isVisible()
    again.action_set["view.reset"].trigger()
    assert again.docks["outline"].isVisible()


def test_pages_are_added_renamed_moved_removed_and_undone(
    shown: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = lambda: [shown.tabs.tabText(i) for i in range(shown.tabs.count())]  # noqa: E731
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("main & more", True))
    shown.controllers.pages.rename()
    assert [p.name for p in shown.document.project.pages] == ["main & more", "two"]
    shown.controllers.pages.move_right()
    assert [p.name for p in shown.document.project.pages] == ["two", "main & more"]
    assert shown.tabs.current_page() == "main & more"
    shown.context.ask = lambda *_: "remove"
    shown.controllers.pages.remove()
    assert names() == ["two"]
    for _ in range(3):
        shown.document.undo()
    assert names() == ["one", "two"]
    assert "a" in shown.document.project.pages[0].blocks


def test_a_tab_that_is_dragged_moves_the_page(shown: Any) -> None:
    shown.tabs.tabBar().moveTab(0, 1)
    assert [p.name for p in shown.document.project.pages] == ["two", "one"]
    shown.document.undo()
    assert shown.tabs.tabText(0) == "one"


def test_the_light_theme_is_taken_and_remembered(application: Any, shown: Any, qtbot: Any) -> None:
    dark = shown.grab().toImage().pixelColor(5, 5).lightness()
    shown.action_set["view.light"].trigger()
    assert shown.grab().toImage().pixelColor(5, 5).lightness() > dark + 80
    assert application.store.values.theme == "light"
    assert shown.tabs.current_canvas().theme.name == "light"


def test_everything_that_takes_the_keyboard_has_a_name(shown: Any) -> None:
    from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QPlainTextEdit, QToolButton

    shown.tabs.current_canvas().selection.choose_ids(["b"])
    shown.refresh_selection()
    nameless = [
        w
        for kind in (QLineEdit, QPlainTextEdit, QAbstractItemView)
        for w in shown.findChildren(kind)
        if w.isVisible() and not (w.accessibleName() or w.parent().accessibleName())
    ]
    assert nameless == []
    buttons = [b for b in shown.findChildren(QToolButton) if b.isVisible()]
    assert [
        b for b in buttons if not (b.accessibleName() or b.text() or b.objectName().startswith("qt_"))
    ] == []


def test_of_what_blocks_print_by_the_megabyte_the_log_shows_the_end(shown: Any) -> None:
    log = shown.panels.log
    log.add("1.0 2.0 3.0\n" * 500_000 + "the last line")
    assert "characters before this are left out" in log.lines()
    assert "the last line" in log.lines()
    assert len(log.lines()) < 20_000


def test_the_log_takes_the_colours_of_the_theme_that_is_shown(shown: Any) -> None:
    log = shown.panels.log
    log.add("it ran", "good")
    log.set_theme(theme_named("light"))
    block = log.text.document().lastBlock()
    inks = {fragment.fragment().charFormat().foreground().color().name() for fragment in block}
    words = {theme_named("light").text_dim, theme_named("light").status_done}
    assert words <= inks
    assert log.lines().count("it ran") == 1
