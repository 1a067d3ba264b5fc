"""The manual's text (no Qt): its chapters in the order of reading, their sections, and the search over them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from blocks.assets import asset

FIRST = "index.md"  # the chapter that lists the others
_HEADING = re.compile(r"(#+) (.*)")
_BEGINS = re.compile(r"[-|]|\d+\.")  # a line that goes on from none
_CHAPTER_LINK = re.compile(r"\((\w+\.md)\)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_SNIPPET = 110  # characters


@dataclass(frozen=True)
class Section:
    """A part of a chapter under one heading, up to the next one. ``lines`` hold its text without marks."""

    chapter: str  # the file's name
    title: str  # of the chapter
    heading: str
    anchor: str
    lines: tuple[str, ...]

    @property
    def place(self) -> str:
        """The link that leads there: ``running.md#conditions``."""
        return f"{self.chapter}#{self.anchor}"


@dataclass(frozen=True)
class Hit:
    """A section that holds all the words looked for, and the line that shows one of them."""

    section: Section
    snippet: str


def chapter_text(name: str) -> str | None:
    """Return a chapter's Markdown; None where the manual has no such chapter."""
    path = asset("help", name)
    is_chapter = re.fullmatch(r"\w+\.md", name) is not None and path.is_file()
    return path.read_text(encoding="utf-8") if is_chapter else None


def slug(heading: str) -> str:
    """Return the anchor of a heading, as GitHub makes it: ``Run, pause, step`` is ``run-pause-step``."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def sections() -> tuple[Section, ...]:
    """Return all sections, the chapters in the order in which the first one lists them."""
    first = chapter_text(FIRST) or ""
    names = dict.fromkeys([FIRST, *_CHAPTER_LINK.findall(first)])
    return tuple(section for name in names for section in _sections(name, chapter_text(name) or ""))


def _sections(chapter: str, text: str) -> list[Section]:
    """Split a chapter at its headings; a ``#`` in a code block is none."""
    found: list[tuple[str, list[str]]] = []
    in_code = goes_on = False  # a paragraph that is broken into several lines is one
    for line in text.splitlines():
        is_fence = line.startswith("```")
        in_code ^= is_fence
        heading = None if in_code else _HEADING.fullmatch(line)
        if heading is not None:
            found.append((heading[2], []))
        elif found and line.strip() and not (is_fence or line.startswith("|---")):
            if goes_on and not _BEGINS.match(line):
                found[-1][1][-1] += " " + _plain(line)
            else:
                found[-1][1].append(_plain(line))
        goes_on = bool(line.strip()) and heading is None and not (in_code or is_fence)
    title = found[0][0] if found else chapter
    return [Section(chapter, title, heading, slug(heading), tuple(lines)) for heading, lines in found]


def _plain(line: str) -> str:
    """Return a line without the marks of links, code, emphasis and tables."""
    text = _LINK.sub(r"\1", line).replace("\\|", "|")
    if line.startswith("|"):
        text = "  ".join(cell.strip() for cell in text.strip("|").split(" | "))
    text = re.sub(r"^\s*(- |\d+\. )", "", text)
    return re.sub(r"`|\*\*|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)", "", text).strip()


def search(text: str) -> list[Hit]:
    """Return the sections that hold every word of a text, those with the words in their heading first."""
    words = text.lower().split()
    if not words:
        return []
    hits = []
    for section in sections():
        body = "\n".join((section.heading, *section.lines)).lower()
        if all(word in body for word in words):
            hits.append((_rank(section, words), Hit(section, _snippet(section.lines, words))))
    return [hit for _, hit in sorted(hits, key=lambda ranked: ranked[0])]


def _rank(section: Section, words: Sequence[str]) -> int:
    """Return 0 where the heading is the words, 1 where it holds them all, 2 one of them, 3 none."""
    heading = section.heading.lower()
    if heading == " ".join(words):
        return 0
    found = sum(word in heading for word in words)
    return 1 if found == len(words) else 2 if found else 3


def _snippet(lines: Sequence[str], words: Sequence[str]) -> str:
    """Return the line that holds most of the words, cut around the first of them."""
    if not lines:
        return ""
    line = max(lines, key=lambda one: sum(word in one.lower() for word in words))
    at = max(0, min((p for p in (line.lower().find(word) for word in words) if p >= 0), default=0))
    begin = 0 if at < _SNIPPET // 2 else line.rfind(" ", 0, at - _SNIPPET // 3) + 1
    cut = line[begin : begin + _SNIPPET]
    return ("…" if begin else "") + cut + ("…" if begin + _SNIPPET < len(line) else "")
