"""The colours and fonts of monitors, from the theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtGui import QColor, QFont

from app.editor.widgets.theme import FONTS, Theme

# The first colours are those of the original's trend window; all differ clearly on their ground.
_SERIES_DARK = (
    "#a6e22e", "#ff4b45", "#c469e8", "#ffd92e", "#4fc3ff", "#ff9f40", "#35d0a0", "#e6e3da",
)  # fmt: skip
_SERIES_LIGHT = (
    "#4f8f00", "#d0281f", "#8a2fb8", "#b38600", "#0a78d1", "#c75f00", "#0f8f6a", "#2b2a27",
)  # fmt: skip


@dataclass(frozen=True)
class Look:
    """What painting a monitor needs of a theme."""

    ground: QColor
    frame: QColor
    text: QColor
    faint: QColor
    grid: QColor
    lcd: QColor
    lcd_text: QColor
    series: tuple[QColor, ...]
    odd: QColor  # NaN and infinity in a picture
    font: QFont

    def line(self, number: int) -> QColor:
        """Return the colour of a curve; they come round again after the last."""
        return self.series[number % len(self.series)]


@lru_cache(maxsize=4)
def look_of(theme: Theme) -> Look:
    """Return the look of monitors in a theme. Make it after the QGuiApplication."""
    dark = theme.dark
    return Look(
        ground=QColor(theme.monitor_fill),
        frame=QColor(theme.note_text),
        text=QColor(theme.monitor_text),
        faint=QColor(theme.label_dim),
        grid=QColor("#3a3a3a" if dark else "#e4e1d9"),
        lcd=QColor("#0c1710" if dark else "#e3ede0"),
        lcd_text=QColor("#3ee07c" if dark else "#0b5c2c"),
        series=tuple(QColor(c) for c in (_SERIES_DARK if dark else _SERIES_LIGHT)),
        odd=QColor("#ff00ff"),
        font=sized(11),
    )


def sized(pixels: int, bold: bool = False) -> QFont:
    """Return the program's face at a size in page units."""
    font = QFont()
    font.setFamilies(list(FONTS))
    font.setPixelSize(max(6, pixels))
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def number_text(value: float) -> str:
    """Return a number as short labels show it: six digits, a true minus sign left to the font."""
    return f"{value:.6g}"
