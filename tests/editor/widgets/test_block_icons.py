"""The icons that blocks can bear: each is drawn before the title, and what a file names otherwise is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.document.editing.edits import SetBlockViews
from app.document.model.view import BlockView
from app.editor.widgets.block_icons import BLOCK_ICONS, known_icon, paint_icon
from blocks.assets import asset
from tests.support.canvas_driver import CanvasDriver, page_of


@pytest.mark.parametrize("name", BLOCK_ICONS)
def test_every_icon_is_drawn_in_the_colour_asked_for(qapp: object, name: str) -> None:
    image = QImage(32, 32, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("black"))
    painter = QPainter(image)
    paint_icon(painter, QRectF(0, 0, 32, 32), name, QColor("#00ff00"))
    painter.end()
    seen = {image.pixelColor(x, y).name() for x in range(32) for y in range(32)}
    assert "#00ff00" in seen
    assert all(colour.startswith("#00") and colour.endswith("00") for colour in seen)


def test_every_file_of_an_icon_is_offered_and_nothing_else_is_read() -> None:
    assert {path.stem for path in asset("icons", "blocks").iterdir()} == set(BLOCK_ICONS)
    assert known_icon("../tensorblocks") == ""
    assert known_icon(None) == ""


def test_a_block_makes_room_for_its_icon_before_the_title(drive) -> None:
    d: CanvasDriver = drive(page_of({"a": ("CropAndResizeGradImage", (100, 100))}))
    item = d.canvas.items.blocks["a"]
    before = item.shape_plan
    plain = d.canvas.viewer.grab().toImage()
    d.document.apply(SetBlockViews("page 1", {"a": BlockView(icon="picture")}))
    assert item.shape_plan.icon == "picture"
    assert item.shape_plan.width > before.width
    assert d.canvas.viewer.grab().toImage() != plain
    d.document.apply(SetBlockViews("page 1", {"a": BlockView(icon="no such thing")}))
    assert item.shape_plan is before
    d.document.undo()
    d.document.undo()
    assert d.canvas.viewer.grab().toImage() == plain
