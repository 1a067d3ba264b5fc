"""How far two colours stand apart."""

from __future__ import annotations

from PySide6.QtGui import QColor


def contrast(text: str, ground: str) -> float:
    """Return the contrast ratio of WCAG 2 (1 to 21)."""

    def luminance(name: str) -> float:
        parts = QColor(name).getRgbF()[:3]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(text), luminance(ground)), reverse=True)
    return (high + 0.05) / (low + 0.05)
