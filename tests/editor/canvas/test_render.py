"""``tensorblocks picture``: PNG and SVG as the editor draws, and its exit codes."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtGui import QImage

from app.document.editing.document import Document
from app.document.model.diagram import Block, Note, Page, PinRef, Project, Wire
from app.document.model.view import BlockView, NoteView, PageView
from app.editor.canvas.items.headers import header_colour
from app.editor.canvas.render import RunShown, draw_page, picture
from app.editor.widgets.theme import DARK
from app.engine.values.results import TensorValue
from blocks.assets import asset

SAMPLE = asset("samples", "crop_and_resize_grad.tblocks")


def saved(path: Path, *pages: Page) -> str:
    Document(Project(pages=list(pages))).save(path)
    return str(path)


def test_a_png_has_two_pixels_per_unit_and_the_colours_of_the_editor(tmp_path: Path, qapp: object) -> None:
    out = tmp_path / "page.png"
    assert picture(str(SAMPLE), None, str(out)) == 0
    image = QImage(str(out))
    assert image.width() > 2000
    assert image.pixelColor(2, 2).name() == DARK.canvas
    colours = {
        image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
    }
    assert {
        DARK.block_fill,
        DARK.type_float,
        DARK.type_int,
        header_colour("image_ops", True),
        header_colour("array_ops", True),
    } <= colours


def test_an_svg_is_well_formed_and_holds_the_titles_as_text(tmp_path: Path, qapp: object) -> None:
    out = tmp_path / "page.svg"
    assert picture(str(SAMPLE), None, str(out)) == 0
    root = ElementTree.parse(out).getroot()
    assert root.tag.endswith("svg")
    texts = {"".join(t.itertext()) for t in root.iter() if t.tag.endswith("text")}
    assert {"ReadFile", "CropAndResize", "GradImage", "ClientSession", "image_size"} <= texts
    pictures = [t for t in root.iter() if t.tag.endswith("image")]  # vectors, no pictures of blocks
    assert len(pictures) == 1, "the one that ReadFile names, in its row"
    assert re.search(r"<title>crop and resize gradient</title>", out.read_text())


def test_several_pages_need_a_name_and_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path / "two.tblocks", Page(name="first"), Page(name="second"))
    assert picture(file, None, str(tmp_path / "a.png")) == 2
    printed = capsys.readouterr()
    assert '"first", "second"' in printed.err
    assert printed.out == ""
    assert picture(file, "third", str(tmp_path / "a.png")) == 2
    assert "third" in capsys.readouterr().err
    assert not (tmp_path / "a.png").exists()


def test_a_named_page_and_an_empty_page_are_drawn(tmp_path: Path, qapp: object) -> None:
    file = saved(tmp_path / "two.tblocks", Page(name="first"), Page(name="second"))
    assert picture(file, "second", str(tmp_path / "a.png")) == 0
    assert not QImage(str(tmp_path / "a.png")).isNull()


def test_a_pdf_is_one_sheet_of_the_size_of_the_page(tmp_path: Path, qapp: object) -> None:
    out, png = tmp_path / "page.pdf", tmp_path / "page.png"
    assert picture(str(SAMPLE), None, str(out)) == 0
    assert picture(str(SAMPLE), None, str(png)) == 0
    data, drawn = out.read_bytes(), QImage(str(png)).size()
    assert data.startswith(b"%PDF")
    ((width, height),) = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert float(width) == pytest.approx(drawn.width() / 2 * 0.75, abs=1)  # 72 points are 96 page units
    assert float(height) == pytest.approx(drawn.height() / 2 * 0.75, abs=1)


@pytest.mark.parametrize("name", ["page.jpg", "page", "page.png.txt"])
def test_other_formats_are_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert picture(str(SAMPLE), None, str(tmp_path / name)) == 2
    assert ".png, .svg or .pdf" in capsys.readouterr().err


def test_an_unreadable_file_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.tblocks"
    bad.write_text("{")
    assert picture(str(bad), None, str(tmp_path / "a.png")) == 2
    assert picture(str(tmp_path / "absent.tblocks"), None, str(tmp_path / "a.png")) == 2
    assert "bad.tblocks" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_folder_that_does_not_exist_is_exit_1(tmp_path: Path, qapp: object, kind: str) -> None:
    assert picture(str(SAMPLE), None, str(tmp_path / "absent" / f"a.{kind}")) == 1


def test_the_command_needs_no_display_and_no_tensorflow(tmp_path: Path) -> None:
    """A process of its own, without a display, in which importing TensorFlow fails."""
    code = (
        "import sys; sys.modules['tensorflow'] = None\n"
        "from app.editor.canvas.render import picture\n"
        f"sys.exit(picture({str(SAMPLE)!r}, None, {str(tmp_path / 'a.png')!r}))"
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.png").stat().st_size > 10_000


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_full_disk_leaves_the_old_picture(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    qapp: object,
    kind: str,
) -> None:
    def full(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    out = tmp_path / f"old.{kind}"
    out.write_bytes(b"old")
    file = saved(tmp_path / "one.tblocks", Page(name="first"))
    monkeypatch.setattr(os, "write", full)
    status = picture(file, None, str(out))
    monkeypatch.undo()
    assert (status, out.read_bytes()) == (1, b"old")
    assert f"{out}: No space left on device" in capsys.readouterr().err


def texts_of(page: Page, out: Path, values: dict[str, TensorValue] | None = None) -> set[str]:
    """Return the texts in the drawing of a page."""
    run = RunShown(lambda _: None, (), (), values) if values is not None else None
    draw_page(page, out, run=run)
    root = ElementTree.parse(out).getroot()
    return {"".join(t.itertext()).strip() for t in root.iter() if t.tag.endswith("text")}


def test_a_page_is_drawn_with_what_its_view_says(tmp_path: Path, qapp: object) -> None:
    page = Page(
        name="p",
        blocks={
            "c": Block(id="c", symbol="Const", pins={"val": "{1.0f,2.0f}"}),
            "s": Block(id="s", symbol="Sum", at=(200, 0)),
        },
    )
    values = {
        "c.output": TensorValue("float32", np.float32([1, 2])),
        "s.output": TensorValue("float32", np.float32(3)),
    }
    plain = texts_of(page, tmp_path / "plain.svg", values)
    assert {"Scope", "attrs", "val", "input"} <= plain
    assert not {"1, 2", "float32 [2]"} & plain
    page.view = PageView(compact=True, results=True, wide=True)
    page.blocks["s"].view = BlockView(collapsed=True)
    shown = texts_of(page, tmp_path / "shown.svg", values)
    assert {"Const", "val", "{1.0f,2.0f}", "1, 2", "float32 [2]", "Sum"} <= shown
    assert not {"Scope", "attrs", "input", "3"} & shown
    assert not {"1, 2"} & texts_of(page, tmp_path / "unrun.svg")
    page.view = PageView(chips=False)
    assert "{1.0f,2.0f}" not in texts_of(page, tmp_path / "bare.svg")


def test_a_folded_frame_is_drawn_as_its_title(tmp_path: Path, qapp: object) -> None:
    const = Block(id="c", symbol="Const", at=(60, 60), pins={"val": "1"})
    blocks = {"c": const, "s": Block(id="s", symbol="Abs", at=(500, 60))}
    frame = Note(id="f", kind="frame", at=(0, 0), size=(300, 200), text="source")
    wire = Wire(source=PinRef("c", "output"), target=PinRef("s", "x"))
    page = Page(name="p", blocks=blocks, notes={"f": frame}, wires=[wire])
    assert {"source", "Const", "Abs"} <= texts_of(page, tmp_path / "open.svg")
    page.notes["f"] = msgspec.structs.replace(frame, view=NoteView(collapsed=True))
    folded = texts_of(page, tmp_path / "folded.svg")
    assert {"source", "1 block", "Abs"} <= folded
    assert "Const" not in folded
