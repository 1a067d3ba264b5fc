"""Imported pages look as they did: captions whole, nothing covered that was free, no private paths in the rows."""

import os
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from app.document.model.diagram import ArrayRef, Note, Page
from app.editor.canvas.items.block_plans import BlockPlans, chip_text
from app.editor.canvas.items.note_item import NoteItem
from app.editor.canvas.items.style import style_for
from app.editor.results.imported_state import open_imported, remove_store
from app.editor.widgets.theme import CLASSIC, DARK, LIGHT, Theme, load_fonts
from blocks.catalog import load
from tests.support.contrast import contrast
from tests.support.enuspace_pages import pin, use, write_page

FACTS = Path(os.environ.get("TENSORBLOCKS_FACTS", "none")) / "pages"
without_facts = pytest.mark.skipif(not FACTS.is_dir(), reason="TENSORBLOCKS_FACTS is not set")
USUAL_WIDTH = 100.0  # of enuSpace's blocks

CAPTION = (
    '<text id="{id}" transform="translate({x},{y})" font-size="{size}" font-weight="{weight}" '
    'pg-oneline-height="{line}">\n{text}\n</text>'
)


def imported(*paths: Path) -> list[Page]:
    """The pages as the window opens them."""
    document = open_imported(list(paths), [])
    remove_store(document)
    return document.project.pages


def is_cut(note: Any, theme: Theme) -> bool:
    """Return whether Qt has less room for a note's text than it takes."""
    item = NoteItem(note, style_for(theme))
    room, metrics = item.text_rect(), QFontMetricsF(item._font())
    endless = QRectF(room.x(), room.y(), room.width(), 1e6)
    needed = metrics.boundingRect(endless, int(Qt.TextFlag.TextWordWrap), note.text)
    broken = any(metrics.horizontalAdvance(line) > room.width() for line in note.text.split("\n"))
    return broken or needed.height() > room.height() + 0.5 or needed.width() > room.width() + 0.5


def texts(pages: list[Page]) -> list[Any]:
    return [note for page in pages for note in page.notes.values() if note.kind == "text"]


@pytest.mark.parametrize("theme", [DARK, CLASSIC], ids=lambda theme: theme.name)
def test_captions_of_any_size_are_shown_whole(qapp: Any, tmp_path: Path, theme: Theme) -> None:
    load_fonts()
    captions = [
        CAPTION.format(id=f"t{n}", x=0, y=40 * n, size=size, weight=weight, line=1.15 * size, text=text)
        for n, (size, weight, text) in enumerate(
            (size, weight, text)
            for size in (8, 10, 13.5, 14, 20, 36)
            for weight in ("bold", "normal")
            for text in (
                "Initial Value\n[10][784] = 1",
                "WWWWMMMM@@%%",
                "Cost",
                "학습 변수",
                "a - b = i|l.,;",
            )
        )
    ]
    found = texts(imported(write_page(tmp_path, captions)))
    assert len(found) == 60
    assert [note.text for note in found if is_cut(note, theme)] == []


def test_a_box_to_type_in_grows_with_its_text(qapp: Any, tmp_path: Path) -> None:
    load_fonts()
    box = (
        '<pg-editbox id="e" transform="translate(10,20)" width="30" height="9" text="-0.021" font-size="10"/>'
    )
    (note,) = texts(imported(write_page(tmp_path, [box])))
    assert not is_cut(note, DARK)
    middle = note.at[0] + note.size[0] / 2, note.at[1] + note.size[1] / 2
    assert middle == pytest.approx((25, 24.5), abs=0.02)


@pytest.mark.facts
@without_facts
@pytest.mark.parametrize("theme", [DARK, CLASSIC], ids=lambda theme: theme.name)
def test_no_caption_of_the_original_pages_is_cut(qapp: Any, theme: Theme) -> None:
    """Every one of the 77 was cut while the boxes were estimated."""
    load_fonts()
    found = texts(imported(*sorted(FACTS.glob("*.svg"))))
    assert len(found) == 77
    assert [note.text for note in found if is_cut(note, theme)] == []


def _overlaps(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _covered(page: Page) -> list[tuple[str, str]]:
    """Return the pairs of blocks that overlap here and would not with the width that they had."""
    plans = BlockPlans(load())
    boxes = []
    for block in page.blocks.values():
        shape = plans.shape(block, page.wires_to(block.id))
        boxes.append((block.id, (*block.at, shape.width, shape.height)))
    return [
        (one, other)
        for n, (one, a) in enumerate(boxes)
        for other, b in boxes[n + 1 :]
        if _overlaps(a, b) and not _overlaps((*a[:2], USUAL_WIDTH, a[3]), (*b[:2], USUAL_WIDTH, b[3]))
    ]


def test_a_block_that_is_wider_here_is_moved_to_where_nothing_lies(tmp_path: Path) -> None:
    wide = use("wide", "ReaderReadUpTo", at=(300, 100))
    right = use("right", "DecodeRaw", at=(420, 120))
    (page,) = imported(write_page(tmp_path, [wide, right]))
    assert _covered(page) == []
    assert page.blocks["right"].at == (420, 120)
    left = use("left", "DecodeRaw", at=(190, 120))  # no room on the other side: all stays as it was
    (page,) = imported(write_page(tmp_path, [left, wide, right]))
    assert [page.blocks[b].at[0] for b in ("left", "wide", "right")] == [190, 300, 420]


@pytest.mark.facts
@without_facts
def test_blocks_of_the_original_pages_cover_no_others() -> None:
    for page in imported(*sorted(FACTS.glob("*.svg"))):
        assert _covered(page) == [], page.name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r'"C:\\Users\\someone\\Desktop\\dataset\\train-images.idx3-ubyte"', r"…\train-images.idx3-ubyte"),
        (r"C:\data\1.png", r"…\1.png"),
        ("/home/someone/pictures/digit.png", "…/digit.png"),
        (r"\\server\share\a.txt", r"…\a.txt"),
        ("pictures/digit.png", "pictures/digit.png"),
        ("/cpu:0", "/cpu:0"),
        ("/job:worker/task:1/gpu:0", "/job:worker/task:1/gpu:0"),
        ("{1.0f, 2.0f}", "{1.0f, 2.0f}"),
        ("a/b", "a/b"),
    ],
)
def test_the_row_of_a_pin_shows_of_a_whole_path_its_name(text: str, shown: str) -> None:
    assert chip_text(text) == shown


def test_private_folders_are_not_shown_but_stay_in_the_text(tmp_path: Path) -> None:
    path = r"C:\Users\someone\digit.png"
    (page,) = imported(write_page(tmp_path, [use("f", "ReadFile", pin("filename", path))]))
    text = page.blocks["f"].pins["filename"]
    assert isinstance(text, str)
    assert "someone" not in chip_text(text)
    assert (
        chip_text(ArrayRef("/home/someone/imported/page.arrays.npz", "w.val")) == "w.val of page.arrays.npz"
    )


def _painted(note: Note, theme: Theme) -> QColor:
    """Return the colour in the middle of the lower half of a note, over the theme's page."""
    item, image = NoteItem(note, style_for(theme)), QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.canvas))
    painter = QPainter(image)
    item.paint(painter, QStyleOptionGraphicsItem())
    painter.end()
    return image.pixelColor(100, 75)


@pytest.mark.parametrize("kind", ["shape", "frame"])
def test_dark_areas_of_foreign_pages_are_light_on_a_light_page(qapp: Any, kind: Any) -> None:
    """Wires and texts of the light theme are dark: on the areas of the original they could not be seen."""
    style = {"shape": "rectangle", "fill": "#414141", "outline": "#d7d7d7", "color": "#ffffff"}
    area = Note(id="n", kind=kind, size=(200, 100), style=style, text="Cost")
    assert _painted(area, DARK) == QColor("#414141")
    assert contrast(LIGHT.wire, _painted(area, LIGHT).name()) >= 3.0
    assert (
        contrast(NoteItem(area, style_for(LIGHT))._text_colour().name(), _painted(area, LIGHT).name()) >= 4.5
    )
    coloured = Note(id="n", kind="shape", size=(200, 100), style={**style, "fill": "#800000"})
    assert _painted(coloured, LIGHT) == QColor("#800000")
