"""Texts shown as they are: none of a file is taken for markup, which could load what it names, nor for a hot key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """A label whose text is never markup. The editor makes no other labels."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        """Show the text."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


_MARKED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})


def escaped(text: str) -> str:
    """Return what shows a text as it is within markup: as `html.escape`, without the names of all the characters."""
    return text.translate(_MARKED)


def plain_tip(text: str) -> str:
    """Return what shows a text as it is where Qt guesses whether it is markup: in tips, and in its own boxes."""
    if "<" not in text and "&" not in text:
        return text
    return f"<p>{escaped(text)}</p>".replace("\n", "<br>")


def counted(number: int, thing: str) -> str:
    """Return a number of things in words: ``1 block``, ``2 blocks``."""
    return f"{number} {thing}" + ("" if number == 1 else "s")


def unmarked(text: str) -> str:
    """Return what shows a text as it is on buttons, menus and tabs, where an ampersand marks the key to press."""
    return text.replace("&", "&&")


def unstarred(text: str) -> str:
    """Return what shows a text as it is in a window's title, where ``[*]`` stands for unsaved work."""
    return text.replace("[*]", "[*][*]")
