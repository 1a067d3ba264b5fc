"""Loads Qt and leaves the import statement as it is.

PySide puts its own in the place of Python's. That one reads the source of each module which is imported from then on,
to see whether it asks for ``from __feature__ import``. Nothing here does, and it takes a tenth of the program's start.
"""

from __future__ import annotations

import builtins


def load_qt() -> None:
    """Load Qt; raises ImportError where it cannot be loaded."""
    import_as_before = builtins.__import__
    try:
        import PySide6.QtWidgets  # noqa: F401
    finally:
        builtins.__import__ = import_as_before
