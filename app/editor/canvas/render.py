"""``tensorblocks picture``: a page as PNG or SVG, drawn as the editor draws it, without a screen."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.document.formats.registry import open_project
from app.document.model.diagram import Page, Project
from app.document.resources.python_blocks import PythonBlocks
from app.document.storage.atomic import write_atomic
from app.document.storage.errors import FileProblem
from app.messages import error_text
from blocks.catalog import Catalog, load

if TYPE_CHECKING:
    from PySide6.QtWidgets import QGraphicsScene  # at run time Qt is imported once there is a page to draw

MARGIN = 24.0  # page units around the diagram
PNG_SCALE = 2.0
_MOST_PIXELS = 120_000_000  # beyond, a PNG is drawn at a smaller scale
_EMPTY = (400.0, 200.0)


def picture(file: str, page: str | None, out: str) -> int:
    """Draw one page of a diagram file to ``out`` (.png or .svg); return the exit status (0, 1 or 2).

    A project of several pages needs ``page``; otherwise their names are listed and the status is 2.
    """
    kind = Path(out).suffix.lower()
    if kind not in (".png", ".svg"):
        return _complain(f"{out}: a picture is written as .png or .svg")
    try:
        project = open_project(file).project
    except FileProblem as fault:
        return _complain(error_text(fault))
    chosen = _choose(project, page)
    if isinstance(chosen, str):
        return _complain(f"{file}: {chosen}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    try:
        place = Path(file).resolve()
        python = PythonBlocks.on([chosen], place if place.is_dir() else place.parent)
        draw_page(chosen, Path(out), catalog=python.catalog())
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
    if len(project.pages) == 1:
        return project.pages[0]
    return f"choose a page with --page: {names}" if project.pages else "the project has no pages"


def draw_page(page: Page, out: Path, theme_name: str = "dark", catalog: Catalog | None = None) -> None:
    """Draw a page to a PNG (two pixels per page unit) or SVG file; raises OSError.

    ``catalog`` has the project's own blocks (None: there are none). Makes a QApplication where there is none yet.
    """
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(sys.argv[:1])
    scene = _scene_of(page, theme_name, catalog or load())
    if out.suffix.lower() == ".svg":
        _write_svg(scene, page, out)
    else:
        _write_png(scene, out)
    scene.clear()
    del app


def _scene_of(page: Page, theme_name: str, catalog: Catalog) -> QGraphicsScene:
    """Return a scene with the page's items."""
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QGraphicsScene

    from app.editor.canvas.items.block_item import Look
    from app.editor.canvas.items.page_items import PageItems
    from app.editor.canvas.items.stages import PlainStage
    from app.editor.canvas.items.style import style_for
    from app.editor.widgets.theme import theme_named

    theme = theme_named(theme_name)
    scene = QGraphicsScene()
    items = PageItems(PlainStage(scene), catalog, Look(style_for(theme)))
    items.build(page)
    items.routes.finish()
    rect = scene.itemsBoundingRect() if scene.items() else scene.sceneRect()
    rect = rect.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN) if scene.items() else rect.adjusted(0, 0, *_EMPTY)
    scene.setSceneRect(rect)
    scene.setBackgroundBrush(QColor(theme.canvas))
    return scene


def _write_png(scene: QGraphicsScene, out: Path) -> None:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice
    from PySide6.QtGui import QImage, QPainter

    rect = scene.sceneRect()
    scale = min(PNG_SCALE, math.sqrt(_MOST_PIXELS / (rect.width() * rect.height())))
    image = QImage(
        math.ceil(rect.width() * scale), math.ceil(rect.height() * scale), QImage.Format.Format_RGB32
    )
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    scene.render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError(None, "the picture is too large")
    write_atomic(out, bytes(data.data()))


def _write_svg(scene: QGraphicsScene, page: Page, out: Path) -> None:
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize
    from PySide6.QtGui import QPainter
    from PySide6.QtSvg import QSvgGenerator

    rect = scene.sceneRect()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(QSize(math.ceil(rect.width()), math.ceil(rect.height())))
    generator.setViewBox(QRectF(0, 0, rect.width(), rect.height()))
    generator.setTitle(page.name)
    painter = QPainter(generator)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    scene.render(painter, QRectF(0, 0, rect.width(), rect.height()), rect)
    painter.end()
    write_atomic(out, bytes(data.data()))
