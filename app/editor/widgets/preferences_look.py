"""The look that the settings ask for: the theme by name or as the system has it, and the corners of wires."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt

from app.editor.widgets.theme import Theme, theme_named

SYSTEM = "system"
_RADIUS = 8.0  # page units of round corners
_SWUNG = 30.0  # the same, of wires that have bends while the others are curves


def theme_for(name: str, scheme: Qt.ColorScheme, wire_style: str) -> Theme:
    """Return the theme of a name; ``system`` is light or dark as the system's colour ``scheme`` is."""
    if name == SYSTEM:
        name = "light" if scheme == Qt.ColorScheme.Light else "dark"
    theme = theme_named(name)
    if wire_style == "curved":
        return replace(theme, wire_radius=_SWUNG, wire_curved=True)
    return replace(theme, wire_radius=_RADIUS) if wire_style == "round" else theme
