"""How a block's title is broken into lines where the page is seen from afar. No Qt: widths come from a function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

_PARTS = re.compile(r"[^ _./-]+[ _./-]*|[ _./-]+")
_NARROWEST = 0.75  # of its usual width: narrower letters are hard to read


class FarTitle(NamedTuple):
    """The lines of a title, the share of their usual width to which they are squeezed, and whether all is there."""

    lines: tuple[str, ...]
    squeeze: float = 1.0
    is_whole: bool = True


def far_title(title: Iterable[str], room: float, most: int, width: Callable[[str], float]) -> FarTitle:
    """Return a title in at most so many lines of a room, which ``width`` measures at full size.

    It breaks between the words of its name. Letters are squeezed a little before a word that is too wide is cut.
    """
    words = _words("".join(title))
    longest = max(map(width, words), default=0.0)
    gentle = min(1.0, max(_NARROWEST, room / longest if longest else 1.0))
    most = max(1, most)
    for squeeze in (gentle, _NARROWEST):
        lines = _filled(words, room / squeeze, width)
        if len(lines) <= most and longest <= room / squeeze:
            return FarTitle(tuple(lines), squeeze)
    if len(lines) > most:
        lines[most - 1 :] = ["".join(lines[most - 1 :])]
    whole = room / _NARROWEST
    cut = tuple(line if width(line) <= whole else _cut(line, whole, width) for line in lines)
    return FarTitle(cut, _NARROWEST, is_whole=False)


def _words(name: str) -> list[str]:
    """Return the words of a name, its signs with the word before them."""
    return [hump for part in _PARTS.findall(name) for hump in humps(part)]


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
    """Return lines as full as whole words allow; a word that is wider than a line has one of its own."""
    lines: list[str] = []
    for word in words:
        if lines and width(lines[-1] + word) <= room:
            lines[-1] += word
        else:
            lines.append(word)
    return lines


def _cut(text: str, room: float, width: Callable[[str], float]) -> str:
    while text and width(f"{text}…") > room:
        text = text[:-1]
    return f"{text}…"
