"""Bends of wires by mouse: set, dragged, removed, undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt

from app.document.model.diagram import Wire
from tests.support.canvas_driver import ALT, CanvasDriver, page_of


@pytest.fixture
def d(qtbot) -> CanvasDriver:
    blocks = {"a": ("Const", (100, 100)), "b": ("Neg", (500, 300)), "c": ("Neg", (700, 300))}
    driver = CanvasDriver(page_of(blocks, [("a.output", "b.x"), ("b.y", "c.x")]))
    qtbot.addWidget(driver.canvas)
    return driver


def wire(d: CanvasDriver) -> Wire:
    return d.page.wires[0]


def points(d: CanvasDriver) -> list[tuple[float, float]]:
    return d.canvas.items.wires[wire(d).source, wire(d).target].points


def middle(d: CanvasDriver) -> tuple[float, float]:
    """Return the middle of the wire's upright leg."""
    (x, top), (_, bottom) = points(d)[1:3]
    return x, (top + bottom) / 2


def test_a_drag_with_alt_sets_a_bend_and_leads_the_wire_through_it(d: CanvasDriver) -> None:
    before = points(d)
    d.drag(middle(d), (400, 220), ALT)
    assert (400, 220) in wire(d).route
    assert any(
        a[0] == b[0] == 400 or a[1] == b[1] == 220 for a, b in zip(points(d), points(d)[1:], strict=False)
    )
    d.items_agree()
    d.document.undo()
    assert wire(d).route == ()
    assert points(d) == before
    assert d.wires() == [("a.output", "b.x"), ("b.y", "c.x")]


def test_a_bend_is_dragged_without_alt(d: CanvasDriver) -> None:
    d.drag(middle(d), (400, 220), ALT)
    d.drag((400, 220), (250, 400))
    assert (250, 400) in wire(d).route
    assert (400, 220) not in wire(d).route
    assert d.wires()[0] == ("a.output", "b.x"), "the end was not taken off"
    d.items_agree()


def test_a_click_with_alt_sets_a_bend_and_takes_it_away(d: CanvasDriver) -> None:
    at = middle(d)
    d.click(at, ALT)
    count = len(wire(d).route)
    assert count
    d.click(at, ALT)
    assert len(wire(d).route) == count - 1


def test_a_wire_without_bends_is_taken_off_by_a_drag_as_before(d: CanvasDriver) -> None:
    d.drag(middle(d), (500, 600))
    assert wire(d).route == ()
    assert len(d.wires()) == 1


def test_escape_leaves_the_wire_as_it_was(d: CanvasDriver) -> None:
    before = points(d)
    d.drag(middle(d), (400, 220), ALT, release=False)
    assert points(d) != before
    d.key(Qt.Key.Key_Escape)
    assert points(d) == before
    assert not d.document.can_undo
    d.items_agree()


def test_the_menu_sets_a_bend_and_removes_all(d: CanvasDriver) -> None:
    d.click(middle(d))
    d.canvas.selection_actions.add_bend(QPointF(*middle(d)))
    d.canvas.selection_actions.add_bend(QPointF(*middle(d)))
    assert len(wire(d).route) == 2
    d.canvas.selection_actions.straighten_wires()
    assert wire(d).route == ()
    assert d.page.wires[1].route == ()
    assert d.canvas.selection.ordered_wires() == [wire(d)], "it stays selected"


def test_bends_move_along_with_both_blocks(d: CanvasDriver) -> None:
    d.drag(middle(d), (400, 220), ALT)
    d.canvas.selection.choose_ids(["a", "b"])
    d.drag(d.body("a"), (d.body("a")[0] + 100, d.body("a")[1] + 50))
    assert (500, 270) in wire(d).route


def test_a_page_that_may_not_be_changed_gets_no_bend(d: CanvasDriver) -> None:
    d.document.read_only = True
    d.click(middle(d), ALT)
    d.drag(middle(d), (400, 220), ALT)
    assert wire(d).route == ()
