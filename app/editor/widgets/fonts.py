"""The type family that ships with the program, so that pages and window look alike on every system."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QFontDatabase

from blocks.assets import asset

_FILES = ("Inter-Regular.otf", "Inter-SemiBold.otf", "Inter-Bold.otf")


@cache
def load_fonts() -> bool:
    """Make the family known to Qt, once; return whether all of it could be read. Call it after the QGuiApplication."""
    return all(QFontDatabase.addApplicationFont(str(asset("fonts", name))) >= 0 for name in _FILES)
