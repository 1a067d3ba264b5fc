"""What an error says to a user."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.messages import error_text


@contextmanager
def raises_saying(kind: type[Exception], words: str) -> Iterator[pytest.ExceptionInfo[Exception]]:
    """Expect an error in whose text the pattern ``words`` is found."""
    with pytest.raises(kind) as caught:
        yield caught
    text = error_text(caught.value)
    assert re.search(words, text), text
