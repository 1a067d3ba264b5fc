"""Results on the page: what stands below a block after a run, and when."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QTextDocument

from app.document.editing.edits import (
    AddBlocks,
    AddMonitor,
    AddNote,
    MoveItems,
    RemoveItems,
    SetBlockViews,
    SetLabel,
    SetPageView,
)
from app.document.model.diagram import Block, Monitor, Note, PinRef, Wire
from app.document.model.view import BlockView, PageView
from app.editor.canvas.interactions import tool_tips
from app.editor.canvas.items.result_card import ResultCard
from app.editor.canvas.page_state.hit_test import hit_at
from app.editor.canvas.routing.orthogonal import Box, crosses
from app.engine.values.results import ListValue, NoValue, TensorValue
from tests.support.canvas_driver import CanvasDriver, page_of


@pytest.fixture
def d(qtbot) -> CanvasDriver:
    """Return a -> b far from c, with values of a and c known."""
    page = page_of(
        {"a": ("Const", (100, 100)), "b": ("Neg", (300, 100)), "c": ("Const", (100, 400))},
        [("a.output", "b.x")],
    )
    driver = CanvasDriver(page)
    qtbot.addWidget(driver.canvas)
    driver.canvas.feedback.set_results({"a.output": number(0.25), "c.output": number(1.5)})
    return driver


def number(value: float) -> TensorValue:
    return TensorValue("float32", np.float32(value).reshape(()))


def shown(d: CanvasDriver) -> dict[str, tuple[str, str]]:
    """Return the texts of the cards, by block."""
    items = d.canvas.items.blocks.items()
    return {name: item.result.lines for name, item in items if item.result is not None}


def below(d: CanvasDriver, block: str) -> QImage:
    """Return what is seen below a block."""
    item = d.canvas.items.blocks[block]
    corner = d.canvas.viewer.viewportTransform().map(item.rect().bottomLeft()).toPoint()
    return d.canvas.viewer.grab().toImage().copy(corner.x(), corner.y() + 8, 100, 40)


def test_a_page_shows_no_results_until_it_says_so(d: CanvasDriver) -> None:
    assert shown(d) == {}
    before = below(d, "a")
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    assert shown(d) == {"a": ("0.25", "float32"), "c": ("1.5", "float32")}
    assert below(d, "a") != before
    d.document.undo()
    assert shown(d) == {}
    assert below(d, "a") == before


def test_a_block_shows_its_result_or_not_whatever_its_page_does(d: CanvasDriver) -> None:
    d.document.apply(SetBlockViews("page 1", {"a": BlockView(result=True)}))
    assert list(shown(d)) == ["a"]
    d.document.apply(SetBlockViews("page 1", {"a": BlockView(result=False)}))
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    assert list(shown(d)) == ["c"]


def test_the_next_step_s_value_takes_the_place_of_the_last_one_s(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    d.canvas.feedback.set_results({"a.output": number(3.0)})
    assert shown(d) == {"a": ("3", "float32")}


def test_what_is_of_before_a_change_is_dimmed(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    fresh = below(d, "a")
    d.canvas.block_marks.set_stale({"a"})
    dimmed = below(d, "a")
    ground = QColor(d.canvas.theme.canvas).lightness()
    assert dimmed != fresh
    assert contrast(dimmed, ground) < contrast(fresh, ground)
    d.canvas.block_marks.set_stale(set())
    assert below(d, "a") == fresh


def contrast(image: QImage, ground: int) -> int:
    """Return how far the pixel that stands out most is from the ground."""
    pixels = ((x, y) for x in range(image.width()) for y in range(12, image.height()))
    return max(abs(image.pixelColor(x, y).lightness() - ground) for x, y in pixels)


def test_what_a_monitor_shows_is_not_shown_twice(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    d.document.apply(AddMonitor("page 1", Monitor(id="m", kind="number", pins=("a.output[0]",), at=(600, 0))))
    assert list(shown(d)) == ["c"]
    d.document.apply(SetBlockViews("page 1", {"a": BlockView(result=True)}))
    assert sorted(shown(d)) == ["a", "c"], "the block itself asks for it"
    d.document.apply(SetBlockViews("page 1", {"a": BlockView()}))
    d.document.apply(RemoveItems("page 1", monitors=["m"]))
    assert sorted(shown(d)) == ["a", "c"]


def test_a_card_is_not_painted_over_the_block_below(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    item = d.canvas.items.blocks["a"]
    free = below(d, "a")
    bottom = item.y_page + item.shape_plan.height
    d.document.apply(MoveItems("page 1", {"c": (100, bottom + 10)}))
    alone = below(d, "c")
    d.canvas.feedback.set_results({"c.output": number(1.5)})
    d.canvas.feedback.set_results({"a.output": number(0.25), "c.output": number(1.5)})
    assert below(d, "a") != free
    assert below(d, "c") == alone
    assert d.canvas.look.room_below(item) < 10


def test_a_card_is_not_painted_over_a_text_below(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    item = d.canvas.items.blocks["a"]
    assert not item.card_rect().isEmpty()
    caption = Note(id="n", at=(100, item.rect().bottom() + 14), size=(60, 22), text="caption")
    d.document.apply(AddNote("page 1", caption))
    assert item.card_rect().bottom() < item.shape_plan.height, "within the block"
    d.document.apply(MoveItems("page 1", {"n": (100, item.rect().bottom() + 200)}))
    assert item.card_rect().top() > item.shape_plan.height


def test_where_a_card_has_no_room_a_sign_on_the_block_shows_the_same(d: CanvasDriver) -> None:
    opened: list[tuple[str, str]] = []
    d.canvas.pin_activated.connect(lambda block, pin: opened.append((block, pin)))
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    item = d.canvas.items.blocks["a"]
    caption = Note(id="n", at=(100, item.rect().bottom() + 14), size=(60, 22), text="caption")
    d.document.apply(AddNote("page 1", caption))
    picture = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    d.canvas.feedback.set_results({"a.output": TensorValue("float32", picture)})
    sign = item.card_rect()
    rows = [pin.y for pin in item.shape_plan.pins if pin.side == "left"]
    assert sign.top() > max(rows), "below all rows"
    at = item.rect().topLeft() + sign.center()
    tip = tool_tips.text_for(d.canvas, hit_at(d.canvas.viewer.scene(), at, 1.0))
    assert "a.output" in tip
    assert "float32 [8, 8]" in tip
    shown_there = QTextDocument()
    shown_there.setHtml(tip)
    assert shown_there.size().height() > 96, "the picture is drawn, not left out"
    d.click((at.x(), at.y()))
    assert opened == [("a", "output")]


def test_a_collapsed_block_shows_no_result(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    d.document.apply(SetBlockViews("page 1", {"a": BlockView(collapsed=True)}))
    assert list(shown(d)) == ["c"]


@pytest.mark.parametrize(
    ("array", "count"),
    [
        (np.zeros((35, 35, 3), np.uint8), 1),
        (np.zeros((3, 10, 10, 3), np.float32), 3),
        (np.zeros((90, 28, 28, 1), np.float32), 4),
        (np.zeros((20, 20), np.float64), 1),
        (np.zeros((4000, 3000, 3), np.uint8), 1),
    ],
)
def test_what_looks_like_pictures_is_shown_as_small_ones(array: np.ndarray, count: int) -> None:
    card = ResultCard(TensorValue("x", array))
    assert card.is_picture
    assert len(card.images) == count
    assert all(max(image.width(), image.height()) <= 112 for image in card.images)


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (TensorValue("float32", np.float32([0.0136180045, -1, 2e10])), ("0.01362, -1, 2e+10", "float32 [3]")),
        (TensorValue("int32", np.arange(20, dtype=np.int32)), ("0, 1, 2, 3, 4, 5, 6, 7, …", "int32 [20]")),
        (TensorValue("string", np.array(b"a\nb", object)), ("a b", "string")),
        (TensorValue("float32", np.zeros((2, 2), np.float32)), ("0, 0, 0, 0", "float32 [2, 2]")),
        (TensorValue("float32", np.zeros((0, 4), np.float32)), ("", "float32 [0, 4]")),
        (ListValue((number(2), number(3))), ("2", "list of 2")),
        (NoValue("float32", "dead"), ("no value", "dead")),
        ("as saved", ("as saved", "")),
    ],
)
def test_other_values_are_shown_in_a_few_words(value: object, lines: tuple[str, str]) -> None:
    card = ResultCard(value)
    assert not card.is_picture
    assert card.lines == lines


def test_a_large_text_or_tensor_is_looked_at_in_part_only() -> None:
    card = ResultCard(TensorValue("string", np.array(b"\x89PNG" + b"x" * 50_000_000, object)))
    assert card.lines[0] == "50,000,004 bytes"
    card = ResultCard(TensorValue("string", np.array("é".encode() * 10_000_000, object)))
    assert card.lines[0] == "é" * 20
    card = ResultCard(TensorValue("string", np.array(b"x" + "é".encode() * 100, object)))
    assert card.lines[0] == "x" + "é" * 19


def test_a_click_on_a_card_opens_the_value(d: CanvasDriver) -> None:
    opened: list[tuple[str, str]] = []
    d.canvas.pin_activated.connect(lambda block, pin: opened.append((block, pin)))
    item = d.canvas.items.blocks["a"]
    below_a = (item.x_page + 40, item.y_page + item.shape_plan.height + 20)
    d.click(below_a)
    assert opened == []
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    d.double_click(below_a)  # the second click opens nothing else
    assert opened == [("a", "output")]
    assert d.canvas.selection.blocks == {"a"}


def test_wires_lead_around_the_cards_where_there_is_room(d: CanvasDriver) -> None:
    card = d.canvas.items.blocks["a"].box().bottom
    low = card + 18 - d.output("b", "y")[1] + d.at("b")[1]  # its output pin is then in the middle of the card
    ends = (Block(id="d", symbol="Neg", at=(-120, low)), Block(id="e", symbol="Neg", at=(500, low)))
    wires = (Wire(source=PinRef("d", "y"), target=PinRef("e", "x")),)
    d.document.apply(AddBlocks("page 1", ends, wires))
    wire = d.canvas.items.wires[PinRef("d", "y"), PinRef("e", "x")]

    def crosses_card() -> bool:
        box = d.canvas.items.blocks["a"].box()
        return crosses(wire.points, Box(box.left + 2, card + 8, box.right - 2, card + 30))

    assert crosses_card()
    d.document.apply(SetPageView("page 1", PageView(results=True)))
    wire = d.canvas.items.wires[PinRef("d", "y"), PinRef("e", "x")]
    assert not crosses_card()


def test_wires_lead_around_the_label_above_a_block(d: CanvasDriver) -> None:
    at = d.canvas.items.blocks["a"].box().top - 10 - d.output("b", "y")[1] + d.at("b")[1]
    ends = (Block(id="d", symbol="Neg", at=(-120, at)), Block(id="e", symbol="Neg", at=(500, at)))
    wires = (Wire(source=PinRef("d", "y"), target=PinRef("e", "x")),)
    d.document.apply(AddBlocks("page 1", ends, wires))

    def crosses_label() -> bool:
        wire = d.canvas.items.wires[PinRef("d", "y"), PinRef("e", "x")]
        box = d.canvas.items.blocks["a"].box()
        return crosses(wire.points, Box(box.left + 2, box.top - 16, box.right - 2, box.top - 4))

    assert crosses_label()
    d.document.apply(SetLabel("page 1", "a", "first"))
    assert not crosses_label()
    d.document.undo()
    assert crosses_label()
