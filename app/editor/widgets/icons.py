"""The editor's icons: the SVG files of assets/icons, in the colours of the theme at the time they are drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap

from app.editor.widgets.guarded_paint import guarded
from blocks.assets import asset

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

_INK = "#ink"  # stands for the theme's text colour in the SVG files
_tint = {"normal": "#d8d8d8", "disabled": "#6a6a6a"}


def set_tint(normal: str, disabled: str) -> None:
    """Choose the colours of all icons; those on the screen have them when they are painted next."""
    _tint.update(normal=normal, disabled=disabled)


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    path = asset("icons", f"{name}.svg")
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@lru_cache(maxsize=256)
def _drawing(name: str, ink: str) -> QSvgRenderer:
    from PySide6.QtSvg import QSvgRenderer  # late: the window shows before the first icon is drawn

    return QSvgRenderer(QByteArray(_source(name).replace(_INK, ink).encode()))


def paint_drawing(painter: QPainter, place: QRectF, name: str, ink: str) -> None:
    """Paint one of the SVG files in a colour."""
    _drawing(name, ink).render(painter, place)


class _SvgEngine(QIconEngine):
    """Renders one SVG file at the size asked for, in the theme's colour of the icon's mode.

    The colour is taken at each painting: tabs of docks, for one, keep the icon that they were made with.
    """

    def __init__(self, name: str, ink: str = "") -> None:
        super().__init__()
        self._name, self._ink = name, ink

    def clone(self) -> QIconEngine:
        """Return a copy, as QIcon needs one when it detaches."""
        return _SvgEngine(self._name, self._ink)

    @guarded
    def paint(self, painter: QPainter, rect: object, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon into the rectangle; a disabled one is pale, whatever colours it has."""
        ink = self._ink or _tint["disabled" if mode == QIcon.Mode.Disabled else "normal"]
        painter.setOpacity(0.45 if mode == QIcon.Mode.Disabled else 1.0)
        paint_drawing(painter, QRectF(rect), self._name, ink)  # type: ignore[call-overload]

    def pixmap(self, size: object, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon as a picture with a clear ground; where a button has no room, an empty one."""
        pixmap = QPixmap(size)  # type: ignore[call-overload]
        if pixmap.isNull():  # nothing can be painted into it
            return pixmap
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, pixmap.rect(), mode, state)
        painter.end()
        return pixmap


@lru_cache(maxsize=256)
def icon(name: str) -> QIcon:
    """Return the icon of that name; an unknown name gives an empty icon."""
    if not _source(name):
        return QIcon()
    return QIcon(_SvgEngine(name))


def program_icon() -> QIcon:
    """Return the program's own icon, which keeps its colours in every theme."""
    return QIcon(_SvgEngine("tensorblocks", "#d8d8d8"))


def dot(colour: str, size: int = 12) -> QIcon:
    """Return a filled circle, for a severity or a state in a list."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(colour))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(2, 2, size - 4, size - 4)
    painter.end()
    return QIcon(pixmap)
