"""The pictures that blocks can bear before their titles: which there are, and how they are painted."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QIcon, QPainter

from app.editor.widgets.icons import icon, paint_drawing

# By the name that the file holds, with the word that menus show.
BLOCK_ICONS = {
    "layers": "Layers", "data": "Data", "picture": "Picture", "text": "Text", "number": "Number", "chart": "Chart",
    "function": "Function", "loop": "Loop", "branch": "Branch", "gear": "Gear", "star": "Star", "flag": "Flag",
}  # fmt: skip


def known_icon(name: str | None) -> str:
    """Return the name where there is such a picture, else ""."""
    return name if name in BLOCK_ICONS else ""


def menu_icon(name: str) -> QIcon:
    """Return a picture in the colours of menus and fields."""
    return icon(f"blocks/{name}")


@lru_cache(maxsize=256)
def _ink(rgba: int) -> str:
    return QColor.fromRgba(rgba).name()


def paint_icon(painter: QPainter, place: QRectF, name: str, colour: QColor) -> None:
    """Paint a block's picture in a colour."""
    paint_drawing(painter, place, f"blocks/{name}", _ink(colour.rgba()))
