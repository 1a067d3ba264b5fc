"""Writes what a plot shows to a file: its numbers as CSV, its picture as PNG or SVG."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QWidget

from app.document.storage.atomic import write_atomic
from app.editor.widgets.guarded_paint import faults_raised

FILTERS = {
    ".csv": "Numbers of the plot (*.csv)",
    ".png": "Picture of the plot (*.png)",
    ".svg": "Drawing of the plot (*.svg)",
}


class Saved(Protocol):
    """What can be saved of a plot."""

    def table(self) -> list[list[str]]:
        """Return a head and rows of texts."""

    def image(self) -> QImage:
        """Return what is seen, two pixels for each of the screen."""

    def svg(self) -> bytes:
        """Return what is seen as SVG."""


def ask_and_save(plot: Saved, suffix: str, name: str, parent: QWidget) -> str:
    """Ask for a file and write it; return a line about what was done, "" where the user gave up."""
    chosen, _ = QFileDialog.getSaveFileName(parent, "Export", name + suffix, FILTERS[suffix])
    if not chosen:
        return ""
    path = Path(chosen)
    path = path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)
    try:
        write_atomic(path, _bytes_of(plot, suffix))
    except OSError as fault:
        return f"Not exported: {fault}"
    return f"Exported {path}"


def painted_svg(widget: QWidget, title: str, paint: Callable[[QPainter], None]) -> bytes:
    """Return what a function paints of a widget, as SVG by Qt's generator: pyqtgraph's own fails on some."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setResolution(
        widget.logicalDpiX()
    )  # axes are painted from records, which follow the resolution
    generator.setSize(widget.size())
    generator.setViewBox(QRectF(QPointF(0, 0), widget.size().toSizeF()))
    generator.setTitle(title)
    painter = QPainter(generator)
    with faults_raised():
        paint(painter)
        painter.end()
    return bytes(data.data())


def _bytes_of(plot: Saved, suffix: str) -> bytes:
    if suffix == ".svg":
        return plot.svg()
    if suffix == ".csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(plot.table())
        return text.getvalue().encode()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    plot.image().save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())
