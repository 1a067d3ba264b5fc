"""Which fixes there are for the problems of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.document.check_symbols import Symbols
from app.document.model import Page
from app.document.pin_type import PinType
from app.document.problems import Problem


def offer(
    page: Page,
    catalog: Symbols,
    problems: Sequence[Problem],
    types: Mapping[str, PinType],
    wanted: Mapping[str, PinType] | None = None,
) -> list[Problem]:
    """Return the problems with the fixes filled in where there is a plain one, the best first.

    ``types`` holds the outputs' types by ``block.pin`` as far as they are known, ``wanted`` those that inputs
    want.
    """
    return list(problems)
