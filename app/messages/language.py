"""Which language the program speaks: chosen here, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.messages.en import TEMPLATES
from app.messages.wording import Language

_spoken = Language(TEMPLATES)


def spoken() -> Language:
    """Return the language of all texts."""
    return _spoken


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Let all texts be of another language within a block."""
    global _spoken
    before, _spoken = _spoken, language
    try:
        yield
    finally:
        _spoken = before
