"""A page as PNG, SVG or PDF: the window's scene, and ``tensorblocks picture``, which draws without a screen."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.formats.registry import open_project
from app.document.model.diagram import Page, Project
from app.document.model.function_page import is_function_page
from app.document.model.problems import Problem
from app.document.resources.companion_files import Companions
from app.document.resources.own_blocks import OwnBlocks
from app.document.storage.atomic import write_atomic
from app.document.storage.errors import FileProblem
from app.messages import error_text
from blocks.catalog import Catalog, load
from blocks.dtypes import label

if TYPE_CHECKING:
    from PySide6.QtCore import QBuffer, QRectF
    from PySide6.QtGui import QImage, QPaintDevice
    from PySide6.QtWidgets import QGraphicsScene  # at run time Qt is imported once there is a page to draw

    from app.editor.canvas.items.page_items import PageItems
    from app.editor.tensor_views.monitor_content import MonitorFactory
    from app.engine.values.results import Value
    from blocks.tensor_spec import TensorSpec

KINDS = (".png", ".svg", ".pdf")
MARGIN = 24.0  # page units around the diagram
PNG_SCALE = 2.0
_MOST_PIXELS = 120_000_000  # beyond, a PNG is drawn at a smaller scale
_PDF_DPI = 96  # a page unit is a pixel of a usual screen
_MOST_PDF = 19_000.0  # page units; readers of PDF take sheets of up to 200 inches
_EMPTY = (400.0, 200.0)


def picture(file: str, page: str | None, out: str, project: Project | None = None) -> int:
    """Draw one page of a diagram file to ``out`` (.png, .svg or .pdf); return the exit status (0, 1 or 2).

    A project of several pages needs ``page``; otherwise their names are listed and the status is 2. ``project``:
    what the file holds, where that has been read.
    """
    kind = Path(out).suffix.lower()
    if kind not in KINDS:
        return _complain(f"{out}: a picture is written as .png, .svg or .pdf")
    try:
        project = project or open_project(file).project
    except FileProblem as fault:
        return _complain(error_text(fault))
    chosen = _choose(project, page)
    if isinstance(chosen, str):
        return _complain(f"{file}: {chosen}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        place = Path(file).resolve()
        folder = place if place.is_dir() else place.parent
        own = OwnBlocks.of([chosen], project, Companions.of(folder))
        draw_page(chosen, Path(out), catalog=own.catalog(), beside=Beside(folder, own))
    except OSError as fault:
        print(f"tensorblocks: {out}: {fault.strerror or fault}", file=sys.stderr)
        return 1
    return 0


def _complain(message: str) -> int:
    print(f"tensorblocks: {message}", file=sys.stderr)
    return 2


def _choose(project: Project, name: str | None) -> Page | str:
    """Return the page to draw, or the text that says why none can be chosen."""
    names = ", ".join(f'"{p.name}"' for p in project.pages)
    if name is not None:
        return project.page(name) or f'there is no page "{name}"; the pages are {names or "none"}'
    drawn = [p for p in project.pages if not is_function_page(p)] or project.pages
    if len(drawn) == 1:
        return drawn[0]
    return f"choose a page with --page: {names}" if project.pages else "the project has no pages"


@dataclass(frozen=True)
class RunShown:
    """What a run has left to be shown on a page.

    The contents of monitors, the blocks that ran, what was wrong, and by ``block.pin`` the last step's values and the
    types to write along wires.
    """

    contents: MonitorFactory
    done: Sequence[str]
    problems: Sequence[Problem]
    values: Mapping[str, Value]
    types: Mapping[str, TensorSpec] = field(default_factory=dict)


@dataclass(frozen=True)
class Beside:
    """What lies beside a page: its folder, and the blocks that the project brings."""

    folder: Path
    own: OwnBlocks


def draw_page(
    page: Page,
    out: Path,
    theme_name: str = "dark",
    catalog: Catalog | None = None,
    run: RunShown | None = None,
    beside: Beside | None = None,
) -> None:
    """Draw a page to a PNG (two pixels per page unit), SVG or PDF file; raises OSError.

    ``catalog`` has the project's own blocks (None: there are none), ``run`` is what
    a run has left. From what lies ``beside`` the page come the pictures that texts name and the dtypes of wires.
    Makes a QApplication where there is none yet.
    """
    from PySide6.QtWidgets import QApplication

    from app.editor.widgets.theme import theme_named

    app = QApplication.instance() or QApplication(sys.argv[:1])
    scene = _scene_of(page, theme_name, catalog or load(), run, beside)
    save_scene(scene, scene.sceneRect(), theme_named(theme_name).canvas, page.name, out)
    scene.clear()
    del app


def _scene_of(
    page: Page, theme_name: str, catalog: Catalog, run: RunShown | None, beside: Beside | None
) -> QGraphicsScene:
    """Return a scene with the page's items."""
    from PySide6.QtWidgets import QGraphicsScene

    from app.editor.canvas.items.block_item import Look
    from app.editor.canvas.items.page_items import PageItems
    from app.editor.canvas.items.stages import PlainStage
    from app.editor.canvas.items.style import style_for
    from app.editor.canvas.items.thumbnails import Thumbnails
    from app.editor.canvas.items.wire_texts import WireTexts
    from app.editor.canvas.page_state.block_marks import BlockMarks
    from app.editor.canvas.page_state.block_results import BlockResults
    from app.editor.widgets.theme import theme_named

    scene = QGraphicsScene()
    look = Look(style_for(theme_named(theme_name)))
    if beside is not None:
        look.thumbnails = Thumbnails(Companions.of(beside.folder), at_once=True)
    items = PageItems(PlainStage(scene), catalog, look)
    items.boxes.factory = run.contents if run is not None else None
    items.build(page)
    if run is not None:
        marks = BlockMarks(items)
        marks.set_status(dict.fromkeys(run.done, "done"))
        marks.set_problems(run.problems)
        BlockResults(items, catalog).show(run.values)
    items.routes.finish()
    _tint(items, catalog, _dtypes(page, run, beside))
    rect = scene.itemsBoundingRect() if scene.items() else scene.sceneRect()
    rect = rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN) if scene.items() else rect.adjusted(0, 0, *_EMPTY)
    scene.setSceneRect(rect)
    if run is not None:
        texts = WireTexts(items)
        scene.addItem(texts)
        texts.show_types(run.types)
        texts.setVisible(True)
    return scene


def _tint(items: PageItems, catalog: Catalog, dtypes: Mapping[str, str]) -> None:
    """Colour the wires by dtype, as the window does."""
    from PySide6.QtCore import QObject

    from app.editor.canvas.page_state.dtype_tints import DtypeTints

    holder = QObject()
    DtypeTints(items, catalog, lambda: None, holder).show_all(dtypes)


def _dtypes(page: Page, run: RunShown | None, beside: Beside | None) -> dict[str, str]:
    """Return the dtypes of outputs that the plan knows, and those of a run's values."""
    found: dict[str, str] = {}
    if beside is not None:
        from app.engine.compiler.make_plan import make_plan  # late, as what follows

        plan = make_plan(page, beside.folder, everything=True, own=beside.own)
        found = {key: label(dtype) or dtype for key, dtype in plan.types.items()}
    if run is not None:
        from app.engine.values.results import ListValue

        for key, value in run.values.items():
            items = value.items if isinstance(value, ListValue) else ()
            found.update({f"{key}[{i}]": item.dtype for i, item in enumerate(items)})
            if not isinstance(value, ListValue):
                found[key] = value.dtype
    return found


def save_scene(scene: QGraphicsScene, rect: QRectF, ground: str, title: str, out: Path) -> None:
    """Draw a rectangle of a scene, on a ground of that colour, to a PNG, SVG or PDF file; raises OSError."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    write = {".svg": _write_svg, ".pdf": _write_pdf}.get(out.suffix.lower(), _write_png)
    write(scene, rect, ground, title, buffer)
    write_atomic(out, bytes(data.data()))


def scene_image(scene: QGraphicsScene, rect: QRectF, ground: str) -> QImage:
    """Return a rectangle of a scene as a picture, two pixels per page unit; fewer for a page that is very large."""
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QColor, QImage, QPainter

    from app.editor.widgets.guarded_paint import faults_raised

    scale = min(PNG_SCALE, math.sqrt(_MOST_PIXELS / (rect.width() * rect.height())))
    size = math.ceil(rect.width() * scale), math.ceil(rect.height() * scale)
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    with faults_raised():
        scene.render(painter, QRectF(image.rect()), rect)
        painter.end()
    return image


def _write_png(scene: QGraphicsScene, rect: QRectF, ground: str, title: str, buffer: QBuffer) -> None:
    if not scene_image(scene, rect, ground).save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError(None, "the picture is too large")


def _write_svg(scene: QGraphicsScene, rect: QRectF, ground: str, title: str, buffer: QBuffer) -> None:
    from PySide6.QtCore import QRectF, QSize
    from PySide6.QtSvg import QSvgGenerator

    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(math.ceil(rect.width()), math.ceil(rect.height())))
    generator.setViewBox(QRectF(0, 0, rect.width(), rect.height()))
    generator.setTitle(title)
    _paint(scene, rect, ground, generator, QRectF(0, 0, rect.width(), rect.height()))


def _write_pdf(scene: QGraphicsScene, rect: QRectF, ground: str, title: str, buffer: QBuffer) -> None:
    """Write one page of just the size of the picture."""
    from PySide6.QtCore import QMarginsF, QRectF, QSizeF
    from PySide6.QtGui import QPageSize, QPdfWriter

    writer = QPdfWriter(buffer)
    writer.setTitle(title)
    writer.setResolution(_PDF_DPI)
    scale = min(1.0, _MOST_PDF / max(rect.width(), rect.height()))
    size = QSizeF(rect.width() * scale, rect.height() * scale)
    writer.setPageSize(
        QPageSize(size * 72 / _PDF_DPI, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch)
    )
    writer.setPageMargins(QMarginsF())
    _paint(scene, rect, ground, writer, QRectF(0, 0, writer.width(), writer.height()))


def _paint(scene: QGraphicsScene, rect: QRectF, ground: str, device: QPaintDevice, place: QRectF) -> None:
    from PySide6.QtGui import QColor, QPainter

    from app.editor.widgets.guarded_paint import faults_raised

    painter = QPainter(device)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.fillRect(place, QColor(ground))
    with faults_raised():
        scene.render(painter, place, rect)
        painter.end()
