"""Loads Qt, leaves the import statement as it is, and switches Python's own garbage collection off.

PySide puts its own in the place of Python's. That one reads the source of each module which is imported from then on,
to see whether it asks for ``from __feature__ import``. Nothing here does, and it takes a tenth of the program's start.

Imports make many objects and hardly any garbage: to look through them takes another twentieth. From the first window
on the program collects by itself (`Garbage`).
"""

from __future__ import annotations

import builtins
import gc


def load_qt() -> None:
    """Load Qt; raises ImportError where it cannot be loaded."""
    gc.disable()
    import_as_before = builtins.__import__
    try:
        import PySide6.QtWidgets  # noqa: F401
    finally:
        builtins.__import__ = import_as_before
