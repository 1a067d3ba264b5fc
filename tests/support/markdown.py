"""Reads the Markdown that ships with the program: its links, the anchors of its headings, its code and tables."""

from __future__ import annotations

import re
from pathlib import Path

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def prose(text: str) -> str:
    """Return a text without its code blocks and code spans."""
    return re.sub(r"`[^`\n]*`", "", _FENCE.sub("", text))


def code_blocks(text: str, language: str = "") -> list[str]:
    """Return the code blocks of a language ("" for those that name none)."""
    return [body for name, body in _FENCE.findall(text) if name == language]


def anchors(text: str) -> list[str]:
    """Return the anchors of a file's headings, as GitHub makes them: ``## Run, pause`` is ``run-pause``."""
    found: list[str] = []
    for heading in re.findall(r"^#+ (.*)$", _FENCE.sub("", text), re.MULTILINE):
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.append(plain if plain not in found else f"{plain}-{found.count(plain)}")
    return found


def dead_links(path: Path) -> list[str]:
    """Return the links of a file that lead to no file, or to no heading of one; other sites are not looked at."""
    dead = []
    for link in _LINK.findall(prose(path.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
            dead.append(link)
    return dead


def rows(text: str, *heads: str) -> list[list[str]]:
    """Return the rows of all tables that have these heads, each row as its cells."""
    head = f"| {' | '.join(heads)} |"
    found: list[list[str]] = []
    for part in text.split(head)[1:]:
        for line in part.splitlines()[2:]:
            if not line.startswith("|"):
                break
            cells = re.split(r"(?<!\\)\|", line.strip().removeprefix("|").removesuffix("|"))
            found.append([cell.strip().replace("\\|", "|") for cell in cells])
    return found
