"""What the search on the page lists, and how its rows look."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.editor.canvas.items.swatches import swatch_colour
from tests.support.canvas_driver import page_of


def _opened(d, words: str = ""):
    d.canvas.placer.open_search(QPoint(400, 200))
    QTest.keyClicks(d.canvas.popup.field, words)
    return d.canvas.popup


def test_a_name_of_keras_places_the_block_that_does_it(drive) -> None:
    d = drive(page_of({}))
    popup = _opened(d, "dense")
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert [b.symbol for b in d.page.blocks.values()] == ["MatMul"]


def test_a_row_says_what_the_block_does_and_bears_the_colour_of_its_category(drive) -> None:
    popup = _opened(drive(page_of({})), "matmul")
    index = popup.model.index(0)
    category, help_text = (str(index.data(Qt.ItemDataRole.UserRole + n)) for n in (0, 1))
    assert category == "Math"
    assert help_text.startswith("Multiply the matrix")
    picture = popup.list.viewport().grab(popup.list.visualRect(index)).toImage()
    colours = {picture.pixelColor(x, picture.height() // 2).name() for x in range(24)}
    assert swatch_colour("math").name() in colours


def test_what_is_preferred_comes_first_until_something_is_typed(drive) -> None:
    d = drive(page_of({}))
    d.canvas.popup.preferred = lambda: ("Softmax", "NoSuchBlock", "Abs")
    popup = _opened(d)
    assert popup.model.names[:2] == ["Softmax", "Abs"]
    assert len(set(popup.model.names)) == len(popup.model.names)
    QTest.keyClicks(popup.field, "relu")
    assert popup.model.names[0] == "Relu"


def test_a_narrow_page_has_a_narrow_search(drive) -> None:
    d = drive(page_of({}))
    d.canvas.resize(300, 500)
    popup = _opened(d)
    assert d.canvas.rect().contains(popup.geometry())


def test_a_second_tab_takes_nothing_that_was_not_searched_for(drive) -> None:
    d = drive(page_of({}))
    popup = _opened(d)
    QTest.keyClick(popup.field, Qt.Key.Key_Tab)
    assert popup.isHidden()
    assert not d.page.blocks
    QTest.keyClick(_opened(d, "matmul").field, Qt.Key.Key_Tab)
    assert [b.symbol for b in d.page.blocks.values()] == ["MatMul"]


def test_a_pointer_that_rests_on_the_selected_block_means_beside_it(drive, monkeypatch) -> None:
    """Who has just clicked a block still points at it."""
    d = drive(page_of({"a": ("Const", (100, 100))}))
    d.click(d.body("a"))
    x, y = d.body("a")
    monkeypatch.setattr(d.canvas.viewer, "pointer", lambda: QPoint(round(x), round(y)))
    d.canvas.placer.open_search()
    QTest.keyClicks(d.canvas.popup.field, "abs")
    QTest.keyClick(d.canvas.popup.field, Qt.Key.Key_Return)
    assert d.wires() == [("a.output", "abs.x")]
    assert d.at("abs")[0] > d.canvas.items.blocks["a"].rect().right()
