"""Which language the program speaks: chosen here, once."""

from __future__ import annotations

from app.messages.en import TEMPLATES
from app.messages.wording import Language

_spoken = Language(TEMPLATES)


def spoken() -> Language:
    """Return the language of all texts."""
    return _spoken
