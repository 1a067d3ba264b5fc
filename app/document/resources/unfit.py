"""Why a symbol that a project brings itself is no block."""

from __future__ import annotations

import msgspec

from app.document.model.sentence import Sentence


class Unfit(msgspec.Struct, frozen=True):
    """What is wrong with a symbol, as a problem's code and sentence; what a person can do; what would be one."""

    code: str
    sentence: Sentence
    hint: Sentence | None = None
    needs: Sentence | None = None
