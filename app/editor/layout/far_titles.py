"""How a block's title is broken into lines where the page is seen from afar. No Qt: widths come from a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

_NARROWEST = 0.75  # of its usual width: narrower letters are hard to read


class FarTitle(NamedTuple):
    """The lines of a title, and the share of their usual width to which they are squeezed."""

    lines: tuple[str, ...]
    squeeze: float = 1.0


def far_title(title: Iterable[str], room: float, most: int, width: Callable[[str], float]) -> FarTitle:
    """Return a title in at most so many lines of a room, which ``width`` measures at full size.

    It breaks on the humps of its name; letters are squeezed a little before a word is broken, and a word is broken
    before anything is left out.
    """
    words = humps("".join(title))
    longest = max(map(width, words), default=0.0)
    gentle = min(1.0, max(_NARROWEST, room / longest if longest else 1.0))
    most = max(1, most)
    for squeeze in (gentle, _NARROWEST):
        lines = _filled(words, room / squeeze, width)
        if len(lines) <= most:
            return FarTitle(tuple(lines), squeeze)
    lines[most - 1 :] = [_cut("".join(lines[most - 1 :]), room / _NARROWEST, width)]
    return FarTitle(tuple(lines), _NARROWEST)


def humps(name: str) -> list[str]:
    """Return the words of a CamelCase name."""
    words: list[str] = []
    for char in name:
        if words and not (char.isupper() and not words[-1][-1].isupper()):
            words[-1] += char
        else:
            words.append(char)
    return words


def _filled(words: Iterable[str], room: float, width: Callable[[str], float]) -> list[str]:
    """Return lines as full as words allow; a word that is wider than a line is broken."""
    lines: list[str] = []
    for word in words:
        if lines and width(lines[-1] + word) <= room:
            lines[-1] += word
            continue
        lines.append("")
        for char in word:
            if lines[-1] and width(lines[-1] + char) > room:
                lines.append("")
            lines[-1] += char
    return lines


def _cut(text: str, room: float, width: Callable[[str], float]) -> str:
    while text and width(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"
