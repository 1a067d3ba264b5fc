"""The monitor of kind ``number``: one value in large figures, as on a small display."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from app.editor.monitors.base import ValueWidget
from app.editor.monitors.options import Options
from app.editor.tensor_views.look import sized
from app.editor.values.formats import MOST_DIGITS, STYLES, NumberFormat
from blocks.tensor_spec import shape_text

_EDGE = 6.0
_LARGEST = 64  # page units


class NumberMonitor(ValueWidget):
    """Shows one element. Of a larger tensor it says how to name an element.

    Options: ``format`` ("auto", "fixed", "scientific", "hex"), ``digits``, ``unit``.
    """

    text = ""
    why = ""

    def read(self) -> None:
        """Make the text of the first pin's value."""
        from app.editor.values.texts import value_text

        found = self.found[0]
        self.text, self.why = "", found.why
        if found.array is None:
            return
        if found.array.size != 1:
            element = self.monitor.pins[0] + "[0]" * found.array.ndim
            self.why = f"the shape is {shape_text(found.array.shape)}: name one element, as {element}"
            return
        options = Options(self.monitor.options)
        value = found.array.reshape(-1)[0]
        style = options.choice("format", tuple(STYLES))
        if style == "auto":
            self.text = _short(value_text(value), found.array.dtype.kind)
        else:
            digits = options.whole("digits", 4, 0, MOST_DIGITS)
            self.text = NumberFormat(style, digits).text(value)  # type: ignore[arg-type]
        unit = options.text("unit")
        self.text += f" {unit}" if unit else ""

    def paint_value(self, painter: QPainter, rect: QRectF) -> None:
        """Paint the display and the number as large as it fits."""
        painter.fillRect(rect, self.look.lcd)
        if not self.text:
            self.paint_reason(painter, rect, self.why)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        room = rect.adjusted(_EDGE, _EDGE / 2, -_EDGE, -_EDGE / 2)
        size = min(_LARGEST, int(room.height() * 0.8))
        width = QFontMetricsF(sized(size, bold=True)).horizontalAdvance(self.text)
        if width > room.width():
            size = int(size * room.width() / width)
        painter.setFont(sized(size, bold=True))
        painter.setPen(self.look.lcd_text)
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        painter.drawText(room, middle, self.text)
        rim = QColor(self.look.lcd_text)
        rim.setAlphaF(0.25)
        painter.setPen(rim)
        painter.drawRect(rect.adjusted(1.5, 1.5, -2.5, -2.5))


def _short(text: str, kind: str) -> str:
    """Return floats with seven digits, and everything else as it is."""
    return f"{float(text):.7g}" if kind == "f" else text
