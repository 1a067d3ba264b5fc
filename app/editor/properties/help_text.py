"""Makes Markdown of TensorFlow's help and of docstrings: code in fences, entries as lists, no HTML (no Qt)."""

from __future__ import annotations

import re
from textwrap import dedent

_FENCE = "```"
_SECTION = re.compile(r"(Args|Arguments|Inputs?|Attributes|Attrs|Returns|Outputs?|Raises|Yields):\s*")
_ENTRY = re.compile(r" {1,6}(?P<name>[`*\w][\w`*, ]*):(?: (?P<text>.*))?")
_HTML_LINE = re.compile(r"\s*(</?(div|img|br|p|table|tr|td|center|a)\b[^>]*>\s*)+(</\w+>\s*)*")
_HTML = re.compile(r"</?(?:b|i|em|sub|sup|br|a|p|code|strong)\b[^>]*>")
_FORMULA = re.compile(r"\\{1,2}\((.+?)\\{1,2}\)|\$\$(.+?)\$\$")
_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]*)\)")
_ROW = re.compile(r"\s*\[.*\d")  # of a matrix drawn with letters
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_CODE_INDENT = 4


def plain_markdown(text: str) -> str:
    """Return Markdown that shows a plain text as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def help_markdown(text: str, *, links: bool = True) -> str:
    """Return the Markdown of a help text. Without ``links`` their addresses stand beside them as text."""
    return _Reader(text.strip("\n").rstrip().splitlines(), links).read()


class _Reader:
    """Goes through the lines of a text once; each method takes the lines of one kind of block."""

    def __init__(self, lines: list[str], links: bool) -> None:
        self._lines, self._links = lines, links
        self._at = 0
        self._out: list[str] = []

    def read(self) -> str:
        """Return the Markdown of all lines."""
        in_section = False
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.lstrip().startswith(_FENCE):
                self._fenced()
            elif line.lstrip().startswith(">>>"):
                self._code(lambda one: bool(one.strip()))
            elif _SECTION.fullmatch(line):
                in_section = True
                self._out += ["", f"**{line.strip().rstrip(':')}**", ""]
                self._at += 1
            elif in_section and _ENTRY.fullmatch(line):
                self._entry()
            elif self._begins_code(line, in_section) or self._begins_matrix(line):
                least = 1 if not _is_deep(line) else _CODE_INDENT
                self._code(lambda one, least=least: one[:least].strip() == "" or bool(_ROW.match(one)))
            else:
                in_section = in_section and (not line or line.startswith(" "))
                self._out.append(self._inline(line.strip() if in_section else line))
                self._at += 1
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._out)).strip()

    def _begins_code(self, line: str, in_section: bool) -> bool:
        """Return whether an indented line is code: after an empty one, or one that announces it."""
        before = self._lines[self._at - 1].strip() if self._at else ""
        is_led = not before or before.endswith(":")
        return _is_deep(line) and is_led and not in_section

    def _begins_matrix(self, line: str) -> bool:
        following = self._lines[self._at + 1 : self._at + 2]
        return bool(_ROW.match(line) and following and _ROW.match(following[0]))

    def _fenced(self) -> None:
        """Take a fenced block as it is, without the name of its language."""
        end = self._at + 1
        while end < len(self._lines) and not self._lines[end].lstrip().startswith(_FENCE):
            end += 1
        self._put_code(self._lines[self._at + 1 : end])
        self._at = end + 1

    def _code(self, goes_on: object) -> None:
        """Take lines as code, up to the first that is none; empty ones within stay."""
        assert callable(goes_on)
        end = self._at + 1
        while end < len(self._lines):
            ahead = self._lines[end : end + 2]
            if not ahead[0].strip():
                if len(ahead) < 2 or not _is_deep(ahead[1]) or not _is_deep(self._lines[self._at]):
                    break
            elif not goes_on(ahead[0]):
                break
            end += 1
        self._put_code(self._lines[self._at : end])
        self._at = end

    def _put_code(self, lines: list[str], indent: str = "") -> None:
        code = dedent("\n".join(lines)).strip("\n").splitlines()
        self._out += ["", *(indent + one for one in (_FENCE, *code, _FENCE)), ""]

    def _entry(self) -> None:
        """Take a name with its text, and what belongs to it: deeper lines, of which the deepest are code."""
        line = self._lines[self._at]
        found = _ENTRY.fullmatch(line)
        assert found is not None
        depth = len(line) - len(line.lstrip())
        parts: list[tuple[bool, list[str]]] = [(False, [found["text"] or ""])]  # whether code, lines
        is_fenced = False
        self._at += 1
        while self._at < len(self._lines):
            line = self._lines[self._at]
            inner = len(line) - len(line.lstrip())
            if not is_fenced and ((inner <= depth) if line.strip() else not self._continues(depth)):
                break
            if line.lstrip().startswith(_FENCE):
                is_fenced = not is_fenced
                self._at += 1
                continue
            is_code = is_fenced or inner >= depth + 6 or line.lstrip().startswith(">>>")
            if line.strip() and is_code != parts[-1][0]:
                parts.append((is_code, []))
            parts[-1][1].append(line if is_code else line.strip())
            self._at += 1
        name = found["name"].replace("`", "").strip("*")
        lead = f"- `{name}`: "
        for is_code, lines in parts:
            if is_code:
                self._put_code(lines, "  ")
            else:
                self._out.append(lead + self._inline(" ".join(line for line in lines if line)))
            lead = "  "

    def _continues(self, depth: int) -> bool:
        """Return whether behind an empty line there is more of an entry."""
        ahead = self._lines[self._at + 1 : self._at + 2]
        return bool(ahead and ahead[0].strip() and len(ahead[0]) - len(ahead[0].lstrip()) > depth)

    def _inline(self, line: str) -> str:
        """Return a line of text without HTML, pictures and formulas."""
        if _HTML_LINE.fullmatch(line):
            return ""
        line = _PICTURE.sub(r"\1", _HTML.sub("", line))
        line = _FORMULA.sub(lambda found: f"`{(found[1] or found[2]).strip()}`", line)
        return line if self._links else _LINK.sub(r"\1 (\2)", line)


def _is_deep(line: str) -> bool:
    return line.startswith(" " * _CODE_INDENT)
