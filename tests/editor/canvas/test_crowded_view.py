"""A view with thousands of blocks is painted in pieces: the picture is the same, and it follows the page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainterPath
from PySide6.QtWidgets import QApplication, QGraphicsPathItem

from app.document.editing.document import Document
from app.document.editing.edits import MoveItems
from app.document.model.diagram import Page, Project
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_canvas import PageCanvas
from app.editor.widgets.theme import DARK, LIGHT
from blocks.catalog import load
from tests.benchmarks.pages import large_page

SIZE = 2000
_SHADE = 24  # of 255 in which edges may differ: pieces begin at other places between the pixels


@pytest.fixture
def crowded(qapp, qtbot) -> tuple[Document, PageCanvas, Page]:
    page = large_page(SIZE)
    document = Document(Project(pages=[page]))
    canvas = PageCanvas(document, page.name, load(), DARK)
    qtbot.addWidget(canvas)
    canvas.minimap.set_shown(False)
    canvas.resize(500, 600)
    canvas.show()
    canvas.items.routes.finish()
    return document, canvas, page


def settled(canvas: PageCanvas, qtbot) -> QImage:
    QApplication.processEvents()
    qtbot.waitUntil(lambda: canvas.viewer.tiles.is_complete, timeout=60_000)
    return canvas.grab().toImage()


def away(a: QColor, b: QColor) -> int:
    return max(abs(a.red() - b.red()), abs(a.green() - b.green()), abs(a.blue() - b.blue()))


def test_the_pieces_make_the_picture_that_one_paint_makes(crowded, qtbot) -> None:
    _, canvas, _ = crowded
    in_pieces = settled(canvas, qtbot)
    canvas.viewer.is_crowded = None
    at_once = canvas.grab().toImage()
    spots = [(x, y) for x in range(0, in_pieces.width(), 3) for y in range(0, in_pieces.height(), 3)]
    assert max(away(in_pieces.pixelColor(*spot), at_once.pixelColor(*spot)) for spot in spots) <= _SHADE


def test_a_piece_of_the_selected_page_looks_at_the_wires_near_it_only(crowded, qtbot, monkeypatch) -> None:
    _, canvas, _ = crowded
    settled(canvas, qtbot)
    looks = 0

    def counted(wire: WireItem) -> QPainterPath:
        nonlocal looks
        looks += 1
        return QGraphicsPathItem.path(wire)

    monkeypatch.setattr(WireItem, "path", counted)
    canvas.selection.choose_all()
    qtbot.waitUntil(lambda: looks > 0 and canvas.viewer.tiles.is_complete, timeout=60_000)
    canvas.viewer.tiles.renew()
    looks = 0
    in_pieces = settled(canvas, qtbot)
    assert 0 < looks < 5 * len(canvas.items.wires)  # in some thirty pieces
    canvas.viewer.is_crowded = None
    at_once = canvas.grab().toImage()
    spots = [(x, y) for x in range(0, in_pieces.width(), 3) for y in range(0, in_pieces.height(), 3)]
    other = sum(away(in_pieces.pixelColor(*spot), at_once.pixelColor(*spot)) > _SHADE for spot in spots)
    assert other < 0.05 * len(spots)  # lines of one pixel may begin at another one


def test_a_block_that_is_moved_is_moved_in_the_picture(crowded, qtbot) -> None:
    document, canvas, page = crowded
    canvas.set_grid(False)
    canvas.viewer.set_zoom_at(canvas.viewer.zoom() * 0.8, QPointF(250, 300))
    place = canvas.viewer.to_page(QPointF(25, 300))  # beside all blocks

    def colours() -> set[str]:
        picture = settled(canvas, qtbot)
        return {picture.pixelColor(x, y).name() for x in range(20, 30) for y in range(295, 305)}

    assert colours() == {DARK.canvas}
    document.apply(MoveItems(page.name, {"b5": (place.x() - 50, place.y() - 30)}))
    qtbot.waitUntil(lambda: len(colours()) > 1, timeout=60_000)


def test_zooming_shows_the_picture_of_before_until_the_new_one_is_there(crowded, qtbot) -> None:
    _, canvas, _ = crowded
    settled(canvas, qtbot)
    canvas.viewer.set_zoom_at(canvas.viewer.zoom() * 1.1, QPointF(250, 300))
    picture = canvas.grab().toImage()
    row = [picture.pixelColor(x, 300).name() for x in range(100, 400)]
    assert len(set(row)) > 5  # it is no bare ground


def test_another_theme_paints_all_pieces_anew(crowded, qtbot) -> None:
    _, canvas, _ = crowded
    settled(canvas, qtbot)
    canvas.set_theme(LIGHT)
    picture = settled(canvas, qtbot)
    assert LIGHT.canvas in {picture.pixelColor(x, 3).name() for x in range(picture.width())}
