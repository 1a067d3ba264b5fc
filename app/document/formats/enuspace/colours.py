"""Colours as pages write them, ``rgb(0,174,238)``, and as projects do."""

from __future__ import annotations

import re

_RGB = re.compile(r"\s*rgb\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*\)")


def colour(text: str) -> str:
    """Return ``rgb(0,174,238)`` as ``#00aeee``; other texts as they stand."""
    found = _RGB.match(text)
    if not found:
        return text.strip()
    return "#" + "".join(f"{min(255, int(part)):02x}" for part in found.groups())
