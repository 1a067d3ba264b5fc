"""The context menus of the page: what each offers, and in which order."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QColorDialog, QMenu

from app.document.editing.document import Document
from app.document.model.diagram import Block, Monitor, Note, Page, PinRef, Project, Wire
from app.editor.canvas.items.note_colours import COLOURS


@pytest.fixture
def shown(window: Any, qtbot: Any) -> Any:
    blocks = {
        "a": Block(id="a", symbol="Const", pins={"val": "1.0"}),
        "b": Block(id="b", symbol="Abs", at=(300, 0)),
    }
    notes = [
        Note(id="f", kind="frame", at=(0, 300), size=(300, 200), text="Part"),
        Note(id="n", at=(400, 400)),
    ]
    monitors = [
        Monitor(id=kind, kind=kind, pins=("b.y",), at=(700, 200 * i), size=(200, 120))
        for i, kind in enumerate(("curve", "picture"))
    ]
    page = Page(
        name="p", blocks=blocks, wires=[Wire(source=PinRef("a", "output"), target=PinRef("b", "x"))],
        notes={n.id: n for n in notes}, monitors={m.id: m for m in monitors},
    )  # fmt: skip
    window.context.set_document(Document(Project(pages=[page])))
    qtbot.waitUntil(window.action_set["edit.select_all"].isEnabled)
    return window


def _menu(window: Any, kind: str, item: str) -> QMenu:
    """Ask for the menu of an item as a right click does; return it open."""
    canvas = window.tabs.current_canvas()
    if kind == "wire":
        canvas.selection.choose(wires=canvas.items.wires)
    else:
        canvas.selection.choose_ids([item] if item else [])
    canvas.context_menu_requested.emit(QPoint(10, 10), kind, item)
    return next(m for m in window.findChildren(QMenu) if m.isVisible())


def _groups(menu: QMenu) -> list[list[str]]:
    """Return the texts of a menu's actions between its separators; of a submenu its title."""
    groups: list[list[str]] = [[]]
    for action in menu.actions():
        if action.isSeparator():
            groups.append([])
        else:
            groups[-1].append(action.text().replace("&", "").rstrip("…"))
    menu.close()
    return groups


def test_a_blocks_menu_has_help_renaming_replacing_and_properties_and_its_values_in_a_submenu(
    shown: Any,
) -> None:
    menu = _menu(shown, "block", "b")
    values = next(a.menu() for a in menu.actions() if a.text() == "Show &on the page")
    assert len(values.actions()) >= 7
    groups = _groups(menu)
    assert groups[0][0] == "Inspect the result"
    assert ["Rename block or write note", "Replace by another block", "Go to the properties"] in groups
    assert groups[-1] == ["Help on the selected block"]
    assert all(len(group) <= 6 for group in groups)
    assert not any(text.startswith("Show as") for group in groups for text in group)


def test_a_wires_menu_inserts_and_deletes_and_does_not_cut(shown: Any) -> None:
    texts = [text for group in _groups(_menu(shown, "wire", "b.x")) for text in group]
    assert texts[:2] == ["Insert a block into the wire", "Delete"]
    assert "Hide or show wires" in texts
    assert not {"Cut", "Copy"} & set(texts)


def test_only_a_curve_has_a_logarithmic_axis(shown: Any) -> None:
    axis = "Logarithmic axis on or off"
    assert any(axis in group for group in _groups(_menu(shown, "monitor", "curve")))
    picture = _groups(_menu(shown, "monitor", "picture"))
    assert not any(axis in group for group in picture)
    assert ["Go to the properties"] in picture


def test_a_frame_is_coloured_by_its_menu_and_by_its_properties(shown: Any, qtbot: Any) -> None:
    menu = _menu(shown, "note", "f")
    colours = next(a.menu() for a in menu.actions() if a.text() == "Co&lour")
    assert [a.text() for a in colours.actions() if a.isChecked()] == ["None"]
    next(a for a in colours.actions() if a.text() == "Green").trigger()
    menu.close()
    assert shown.context.page.notes["f"].view.color == COLOURS["Green"]
    qtbot.waitUntil(lambda: hasattr(shown.panels.properties.form, "colour"))
    combo = shown.panels.properties.form.colour
    qtbot.waitUntil(lambda: combo.currentText() == "Green")
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert shown.context.page.notes["f"].view.color == COLOURS["Yellow"]
    shown.document.undo()
    shown.document.undo()
    assert shown.context.page.notes["f"].view.color is None


def test_any_other_colour_may_be_chosen_and_is_painted(
    shown: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = shown.tabs.current_canvas()
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor("#ff00ff"))
    menu = _menu(shown, "note", "f")
    next(a for c in menu.actions() if c.menu() for a in c.menu().actions() if a.text() == "Other…").trigger()
    menu.close()
    canvas.selection.clear()
    assert shown.context.page.notes["f"].view.color == "#ff00ff"
    rect = canvas.items.notes["f"].rect()
    place = canvas.viewer.viewportTransform().map(rect.center().x(), rect.center().y())
    inside = canvas.viewer.viewport().grab().toImage().pixelColor(*map(round, place))
    assert inside.red() > inside.green() + 10
    assert inside.blue() > inside.green() + 10


def test_the_page_offers_what_can_be_added_first(shown: Any) -> None:
    groups = _groups(_menu(shown, "page", ""))
    assert groups[0] == ["Add a block", "Add a note", "Add a frame", "Add a shape"]
    assert ["Paste"] in groups


def test_only_a_block_that_stands_for_a_page_can_be_entered_and_unpacked(shown: Any) -> None:
    ways = {"Go inside", "Unpack the page"}
    texts = {text for group in _groups(_menu(shown, "block", "b")) for text in group}
    assert not ways & texts
    inner = Page(name="inner", blocks={"y": Block(id="y", symbol="Result")})
    outer = Page(name="outer", blocks={"u": Block(id="u", symbol="page:inner")})
    shown.context.set_document(Document(Project(pages=[outer, inner])))
    assert ways <= {text for group in _groups(_menu(shown, "block", "u")) for text in group}
