"""The preferences: every choice holds at once, in all windows, and after the next start."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QPainterPath

from app.document.editing.document import Document
from app.document.model.diagram import Block, Page, PinRef, Project, Wire
from app.editor.canvas.items.wire_item import add_polyline
from app.editor.settings import Settings, SettingsStore, grid_size_of
from app.editor.widgets.preferences_look import theme_for
from app.editor.widgets.theme import CLASSIC, DARK, LIGHT
from blocks.assets import asset


@pytest.fixture
def dialog(window: Any) -> Any:
    window.action_set["file.preferences"].trigger()
    shown = window.controllers.preferences.dialog
    yield shown
    if window.controllers.preferences.dialog is not None:
        shown.close()


def test_the_theme_may_follow_the_system(window: Any, application: Any, dialog: Any) -> None:
    light, dark = Qt.ColorScheme.Light, Qt.ColorScheme.Dark
    assert theme_for("system", light, "square") is LIGHT
    assert theme_for("system", dark, "square") is DARK
    assert theme_for("system", Qt.ColorScheme.Unknown, "square") is DARK
    assert theme_for("classic", light, "square") is CLASSIC
    dialog.look.theme.setCurrentIndex(dialog.look.theme.findData("light"))
    assert application.theme is LIGHT
    assert window.context.theme is LIGHT
    assert window.action_set["view.light"].isChecked()
    assert SettingsStore().values.theme == "light"


def test_a_change_of_the_systems_colours_is_followed_only_where_that_is_chosen(
    application: Any, window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied: list[str] = []
    monkeypatch.setattr(application, "apply_preferences", lambda: applied.append("yes"))
    application.app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert applied == []
    application.store.change(theme="system")
    application.app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert applied == ["yes"]


def test_the_size_of_texts_is_that_of_the_system_unless_it_is_chosen(
    qapp: Any, application: Any, window: Any, dialog: Any
) -> None:
    usual = qapp.font().pointSizeF()
    dialog.look.font_size.setValue(15)
    assert qapp.font().pointSizeF() == 15
    dialog.look.font_size.setValue(dialog.look.font_size.minimum())
    assert qapp.font().pointSizeF() == usual


def _page() -> Page:
    blocks = [Block(id="a", symbol="Const", at=(0, 0)), Block(id="b", symbol="Abs", at=(300, 90))]
    wire = Wire(source=PinRef.parse("a.output"), target=PinRef.parse("b.x"))
    return Page(name="p", blocks={b.id: b for b in blocks}, wires=[wire])


def test_wires_take_round_corners_at_once(window: Any, dialog: Any) -> None:
    window.context.set_document(Document(Project(pages=[_page()])))
    canvas = window.tabs.current_canvas()
    canvas.items.routes.finish()
    (wire,) = canvas.items.wires.values()
    square = wire.path().elementCount()
    dialog.look.wire_style.setCurrentIndex(dialog.look.wire_style.findData("round"))
    assert wire.path().elementCount() > square
    ends = wire.path().elementAt(0), wire.path().elementAt(wire.path().elementCount() - 1)
    assert [(e.x, e.y) for e in ends] == [wire.points[0], wire.points[-1]]
    dialog.look.wire_style.setCurrentIndex(dialog.look.wire_style.findData("square"))
    assert wire.path().elementCount() == square


def test_corners_are_no_rounder_than_there_is_room() -> None:
    path = QPainterPath()
    add_polyline(path, [(0, 0), (10, 0), (10, 4), (30, 4)], 8.0)
    box = path.boundingRect()
    assert (box.left(), box.top(), box.right(), box.bottom()) == (0, 0, 30, 4)
    assert path.currentPosition().toTuple() == (30, 4)


def test_blocks_snap_to_the_grid_that_was_chosen(window: Any, dialog: Any) -> None:
    window.context.set_document(Document(Project(pages=[_page()])))
    dialog.look.grid_size.setCurrentIndex(dialog.look.grid_size.findData(25))
    canvas = window.tabs.current_canvas()
    assert canvas.grid_size == 25
    assert grid_size_of(Settings(grid_size=0)) == 2
    assert grid_size_of(Settings(grid_size=10**6)) == 200


def _row(dialog: Any, words: str) -> Any:
    return next(item for item in dialog.keys.items() if item.text(0) == words)


def test_a_key_is_changed_taken_back_and_remembered(
    window: Any, application: Any, dialog: Any, qapp: Any
) -> None:
    dialog.keys.tree.setCurrentItem(_row(dialog, "Duplicate"))
    dialog.keys.edit.setKeySequence(QKeySequence("Ctrl+Alt+D"))
    dialog.keys.set_key.click()
    action = window.action_set["edit.duplicate"]
    assert [s.toString() for s in action.shortcuts()] == ["Ctrl+Alt+D"]
    assert "Ctrl+Alt+D" in action.toolTip()
    assert SettingsStore().values.keys == {"edit.duplicate": ["Ctrl+Alt+D"]}
    other = application.new_window()
    assert other.action_set["edit.duplicate"].shortcut().toString() == "Ctrl+Alt+D"
    dialog.keys.reset.click()
    assert action.shortcut().toString() == "Ctrl+D"
    assert SettingsStore().values.keys == {}


def test_a_key_that_another_action_has_is_refused(window: Any, dialog: Any) -> None:
    dialog.keys.tree.setCurrentItem(_row(dialog, "Duplicate"))
    dialog.keys.edit.setKeySequence(QKeySequence("Ctrl+S"))
    dialog.keys.set_key.click()
    assert (
        dialog.keys.note.text().replace("\u200b", "")
        == "Ctrl+S belongs to Save. Give that another key first."
    )
    assert window.action_set["edit.duplicate"].shortcut().toString() == "Ctrl+D"


def test_an_action_may_have_no_key(window: Any, dialog: Any) -> None:
    dialog.keys.tree.setCurrentItem(_row(dialog, "Duplicate"))
    dialog.keys.edit.clear()
    dialog.keys.set_key.click()
    assert window.action_set["edit.duplicate"].shortcuts() == []


def test_keys_are_searched_in_their_groups(window: Any, dialog: Any) -> None:
    dialog.keys.filter.setText("duplicate")
    shown = [item.text(0) for item in dialog.keys.items() if not item.isHidden()]
    assert "Duplicate" in shown
    groups = [dialog.keys.tree.topLevelItem(n) for n in range(dialog.keys.tree.topLevelItemCount())]
    assert {g.text(0) for g in groups if not g.isHidden()} == {
        item.parent().text(0) for item in dialog.keys.items() if not item.isHidden()
    }
    dialog.keys.filter.setText("ctrl+s file")
    assert "Save" in [item.text(0) for item in dialog.keys.items() if not item.isHidden()]
    fixed = _row(dialog, "Zoom")
    dialog.keys.tree.setCurrentItem(fixed)
    assert not dialog.keys.set_key.isEnabled()


def test_help_keys_opens_the_keys(window: Any) -> None:
    window.action_set["help.keys"].trigger()
    shown = window.controllers.preferences.dialog
    assert shown.tabs.currentWidget() is shown.keys
    shown.close()


def test_curved_wires_swing_from_pin_to_pin_and_are_square_again(application: Any, window: Any) -> None:
    window.controllers.files.load(str(asset("samples", "crop_and_resize_grad.tblocks")))
    items = window.tabs.current_canvas().items
    items.routes.finish()
    square = {key: list(wire.points) for key, wire in items.wires.items()}
    application.store.change(wire_style="curved")
    application.apply_preferences()
    swung = [wire for wire in items.wires.values() if wire.is_curved]
    assert len(swung) >= 5
    assert all(len(wire.points) > 10 for wire in swung)
    assert {key: wire.points[0] for key, wire in items.wires.items()}.keys() == square.keys()
    application.store.change(wire_style="square")
    application.apply_preferences()
    items.routes.finish()
    assert {key: wire.points for key, wire in items.wires.items()} == square
