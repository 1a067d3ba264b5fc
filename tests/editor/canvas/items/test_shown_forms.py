"""What the view of a page and of its blocks does to their drawing: rows, widths, titles."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontMetricsF

from app.document.editing.edits import AddBlocks, SetBlockViews, SetPageView, SetPin
from app.document.model.diagram import Block
from app.document.model.view import BlockView, PageView
from app.editor.canvas.items.headers import header_colour
from app.editor.layout.block_geometry import BlockShape
from tests.support.canvas_driver import CanvasDriver, page_of


@pytest.fixture
def d(qtbot) -> CanvasDriver:
    """Return c -> mean -> sum, where only mean has attrs."""
    page = page_of(
        {"c": ("Const", (100, 100)), "mean": ("Sum", (300, 100)), "sum": ("Sum", (500, 100))},
        [("c.output", "mean.input"), ("mean.output", "sum.input")],
    )
    page.blocks["mean"].pins = {"attrs": "keep_dims_ = true;"}
    page.blocks["c"].pins = {"val": "{{1.0f,2.0f,3.0f,4.0f},{5.0f,6.0f,7.0f,8.0f}}"}
    driver = CanvasDriver(page)
    qtbot.addWidget(driver.canvas)
    return driver


def shape(d: CanvasDriver, block: str) -> BlockShape:
    return d.canvas.items.blocks[block].shape_plan


def rows(d: CanvasDriver, block: str) -> list[str]:
    return [pin.name for pin in shape(d, block).left]


def test_a_compact_page_leaves_out_the_scope_and_attrs_that_nobody_has_given(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(compact=True)))
    assert rows(d, "c") == ["val"]
    assert "attrs" in rows(d, "mean")
    assert "attrs" not in rows(d, "sum")
    assert "scope" not in rows(d, "mean") + rows(d, "sum")
    d.items_agree()
    d.document.undo()
    assert rows(d, "c") == ["scope", "val"]
    d.items_agree()


def test_a_text_has_a_chip_however_long_its_pins_label_is(d: CanvasDriver) -> None:
    label = "a_label_that_fills_its_whole_row"
    narrow = replace(shape(d, "sum"), width=100)
    pin = replace(next(p for p in narrow.left if p.name == "axis"), label=label)
    left, right = narrow.chip_room(pin)
    assert right - left >= 20
    assert right <= narrow.width
    assert narrow.width_for(pin, "{0}") > narrow.label_end(
        pin
    )  # a block that grows gives the label its room too


def test_a_compact_session_is_one_row_lower(d: CanvasDriver) -> None:
    d.document.apply(AddBlocks("page 1", (Block(id="s", symbol="ClientSession", at=(700, 300)),)))
    before = shape(d, "s")
    assert rows(d, "s")[0] == "scope"
    d.document.apply(SetPageView("page 1", PageView(compact=True)))
    assert rows(d, "s") == ["inputs", "fetch_outputs", "run_outputs"]
    assert before.height - 20 <= shape(d, "s").height < before.height - 15
    d.document.undo()
    assert shape(d, "s") is before


def test_a_folded_row_comes_back_when_it_is_used(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(compact=True)))
    d.document.apply(SetPin("page 1", "sum", "attrs", "keep_dims_ = true;"))
    assert "attrs" in rows(d, "sum")
    d.items_agree()


def test_a_block_can_differ_from_its_page(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(compact=True)))
    d.document.apply(SetBlockViews("page 1", {"c": BlockView(rows="all")}))
    assert rows(d, "c") == ["scope", "val"]
    d.document.apply(SetPageView("page 1", PageView()))
    d.document.apply(SetBlockViews("page 1", {"sum": BlockView(rows="used")}))
    assert "scope" not in rows(d, "sum")
    assert rows(d, "c") == ["scope", "val"]


def test_the_wires_of_a_collapsed_block_end_at_the_edges_of_its_title(d: CanvasDriver) -> None:
    before = shape(d, "mean").height
    d.document.apply(SetBlockViews("page 1", {"mean": BlockView(collapsed=True)}))
    plan = shape(d, "mean")
    assert plan.height < before / 2
    middle = 100 + 0.5 + plan.height / 2
    assert d.input("mean", "input") == pytest.approx((300.5, middle), abs=0.5)
    assert d.output("mean") == pytest.approx((300.5 + plan.width, middle), abs=0.5)
    d.items_agree()
    d.document.undo()
    assert shape(d, "mean").height == before
    d.items_agree()


def test_a_wire_can_be_pulled_from_the_only_output_of_a_collapsed_block(d: CanvasDriver) -> None:
    d.document.apply(SetBlockViews("page 1", {"c": BlockView(collapsed=True)}))
    d.drag(d.output("c"), d.input("sum", "axis"))
    assert len(d.wires()) == 3
    d.items_agree()


def test_a_block_of_a_wide_page_is_as_wide_as_its_texts_need(d: CanvasDriver) -> None:
    usual = shape(d, "c").width
    d.document.apply(SetPageView("page 1", PageView(wide=True)))
    plan = shape(d, "c")
    assert plan.width > usual
    assert plan.pin("out", "output").x == plan.width
    assert plan.width <= 200, "a long text is cut"
    assert shape(d, "sum").width == usual, "nothing is typed there"
    d.document.apply(SetPin("page 1", "c", "val", "1"))
    assert shape(d, "c").width == usual
    d.items_agree()


def test_a_short_text_is_shown_whole_on_a_wide_page(d: CanvasDriver) -> None:
    d.document.apply(SetPageView("page 1", PageView(wide=True)))
    d.document.apply(SetPin("page 1", "c", "val", "{1.0f,2.0f,3.0f}"))
    plan = shape(d, "c")
    left, right = plan.chip_room(plan.pin("in", "val"))
    assert (
        QFontMetricsF(d.canvas.look.style.label_font).horizontalAdvance("{1.0f,2.0f,3.0f}") + 8
        <= right - left
    )


def test_a_new_block_grows_for_its_text_and_an_old_one_does_not(d: CanvasDriver) -> None:
    placed = d.canvas.placer.place_symbol("Const", d.canvas.viewer.to_page(d.canvas.viewer.rect().center()))
    for block in (placed, "c"):
        d.document.apply(SetPin("page 1", block, "val", "{1.0f,2.0f,3.0f,4.0f}"))
    assert shape(d, placed).width > shape(d, "c").width


def test_an_unknown_block_collapses_as_well(qtbot) -> None:
    page = page_of({"x": ("NoSuchBlock", (0, 0))})
    page.blocks["x"] = Block(id="x", symbol="NoSuchBlock", pins={"a": "1"}, view=BlockView(collapsed=True))
    other = CanvasDriver(page)
    qtbot.addWidget(other.canvas)
    assert shape(other, "x").collapsed


def test_a_block_bears_the_colour_that_it_is_given_and_no_other_word(d: CanvasDriver) -> None:
    def strip() -> str:
        corner = d.canvas.viewer.viewportTransform().map(d.canvas.items.blocks["sum"].rect().center())
        height = shape(d, "sum").height
        image = d.canvas.viewer.grab().toImage()
        return str(image.pixelColor(int(corner.x()) + 40, int(corner.y() - height / 2) + 6).name())

    before = strip()
    d.document.apply(SetBlockViews("page 1", {"sum": BlockView(color="#d05a5a")}))
    assert strip() == header_colour("math", True, "#d05a5a") != before
    d.document.apply(SetBlockViews("page 1", {"sum": BlockView(color="red; }")}))
    assert strip() == before
    d.items_agree()
