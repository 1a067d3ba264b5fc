"""Replacing a block and inserting one into a wire, by mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.canvas_driver import page_of

ROW = {"a": ("Const", (40.0, 60.0)), "sum": ("Add", (240.0, 60.0)), "c": ("Negate", (440.0, 60.0))}
CHAIN = [("a.output", "sum.x"), ("sum.z", "c.x")]


def _choose(d, words: str) -> None:
    """Type into the search and take the first block."""
    assert d.canvas.popup.isVisible()
    QTest.keyClicks(d.canvas.popup.field, words)
    QTest.keyClick(d.canvas.popup.field, Qt.Key.Key_Return)


def test_a_block_is_replaced_by_the_one_that_is_searched_and_undone_as_one(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.click(d.body("sum"))
    d.canvas.exchange.search_replacement()
    assert d.canvas.popup.title.text() == "Replace sum (Add) by"
    _choose(d, "mul")
    assert d.page.blocks["sum"].symbol == "Multiply"
    assert d.wires() == CHAIN
    assert d.document.history.names() == ["Replace sum by Multiply"]
    d.items_agree()
    d.document.undo()
    assert d.page.blocks["sum"].symbol == "Add"
    d.items_agree()


def test_what_a_replaced_block_loses_is_said(drive) -> None:
    d = drive(page_of({**ROW, "b": ("Const", (40.0, 260.0))}, [*CHAIN, ("b.output", "sum.y")]))
    d.click(d.body("sum"))
    d.canvas.exchange.search_replacement()
    _choose(d, "abs")
    assert d.wires() == [("a.output", "sum.x"), ("sum.y", "c.x")]
    assert d.texts[-1] == "Not carried over: the wire b.output to sum.y. Undo takes it back"


def test_a_larger_block_pushes_its_neighbours_aside(drive) -> None:
    d = drive(page_of({**ROW, "c": ("Negate", (350.0, 60.0))}, CHAIN))
    d.click(d.body("sum"))
    d.canvas.exchange.search_replacement()
    _choose(d, "ApplyAdagradDA")
    assert d.page.blocks["sum"].symbol == "ApplyAdagradDA"
    assert d.overlapping() == []
    assert d.at("a") == (40.0, 60.0)


def test_a_double_click_on_a_wire_inserts_a_block_that_fits_both_ends(drive) -> None:
    d = drive(page_of(ROW, CHAIN))
    x, y = d.input("sum", "x")
    d.double_click((x - 30, y))
    assert d.canvas.popup.title.text() == "Between a.output and sum.x"
    QTest.keyClicks(d.canvas.popup.field, "const")
    assert "Const" not in d.canvas.popup.model.names  # it takes nothing
    d.canvas.popup.field.clear()
    _choose(d, "sqrt")
    assert d.wires() == [("sqrt.y", "sum.x"), ("sum.z", "c.x"), ("a.output", "sqrt.x")]
    assert d.overlapping() == []
    assert d.at("a")[0] < d.at("sqrt")[0] < d.at("sum")[0] < d.at("c")[0]
    assert d.canvas.selection.ordered_blocks() == ["sqrt"]
    d.items_agree()
    d.document.undo()
    assert (d.wires(), d.at("sum"), d.at("c")) == (CHAIN, (240.0, 60.0), (440.0, 60.0))


def test_where_there_is_room_nothing_is_pushed(drive) -> None:
    d = drive(page_of({**ROW, "sum": ("Add", (600.0, 60.0)), "c": ("Negate", (800.0, 60.0))}, CHAIN))
    x, y = d.input("sum", "x")
    d.double_click((x - 200, y))
    _choose(d, "sqrt")
    assert (d.at("sum"), d.at("c")) == ((600.0, 60.0), (800.0, 60.0))
    assert d.overlapping() == []


@pytest.mark.parametrize("way", ["replace", "insert"])
def test_a_page_that_can_only_be_read_asks_nothing(drive, way: str) -> None:
    d = drive(page_of(ROW, CHAIN))
    d.document.read_only = True
    if way == "replace":
        d.click(d.body("sum"))
        d.canvas.exchange.search_replacement()
    else:
        x, y = d.input("sum", "x")
        d.double_click((x - 30, y))
    assert not d.canvas.popup.isVisible()
