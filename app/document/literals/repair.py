"""What a text that does not read was probably meant to be: small repairs, each of which reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from app.document.literals.formatter import quoted
from app.document.literals.scanner import split_top_level
from app.document.literals.types import LiteralError
from app.document.model.spelling import nearest
from blocks.dtypes import BY_LABEL, DTYPES

_LONGEST = 20_000  # characters that are looked at
_MOST = 3  # repairs of one text
_SUFFIXED = re.compile(r"(?<![\w.])([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?:[dDlLuU]|ul|UL)(?!\w)")
_HEX = re.compile(r"(?<!\w)0[xX]([0-9a-fA-F]+)(?!\w)")
_GROUPED = re.compile(r"(?<![\w.])\d{1,3}(?:_\d{3})+(?![\w])")
_BLANKS = re.compile(r"(?<=[\w.}\]])[ \t]+(?=[-+\w.{\[])")
_TRAILING = re.compile(r"[,;]+\s*(?=[}\]])")
_BY = re.compile(r"(?<=\d)\s*[x*×]\s*(?=[\d?-])")
_WORD = re.compile(r"[A-Za-z][\w.]*")
_YES, _NO = frozenset({"yes", "on", "y", "t"}), frozenset({"no", "off", "n"})
_SAME = str.maketrans({"“": '"', "”": '"', "„": '"', "−": "-", "–": "-", "，": ",", "；": ";"})
_ROUND = str.maketrans("()", "{}")
_SQUARE = str.maketrans("[]", "{}")

_Reads = Callable[[str], object]  # raises LiteralError where the text does not read


def repairs(text: str, reads: _Reads, kind: str = "tensor", dtype: str | None = None) -> tuple[str, ...]:
    """Return up to three texts that read and say what ``text`` seems to say, the likeliest first.

    ``reads`` parses a text and raises LiteralError; ``kind`` and ``dtype`` are the pin's. A repair never changes
    a value, it only spells it as it must be spelt; a word where numbers are required is no misspelt ``true``.
    Empty where nothing is plain.
    """
    if len(text) > _LONGEST:
        return ()
    found: dict[str, None] = {}
    for candidate in _candidates(text, kind, dtype):
        if candidate != text and candidate not in found and _is_read(candidate, reads):
            found[candidate] = None
            if len(found) == _MOST:
                break
    return tuple(found)


def has_typeset_signs(text: str) -> bool:
    """Return whether a text has quotes, dashes or commas as word processors set them."""
    return text.translate(_SAME) != text


def _is_read(text: str, reads: _Reads) -> bool:
    try:
        reads(text)
    except LiteralError:
        return False
    return True


def _candidates(text: str, kind: str, dtype: str | None) -> Iterator[str]:
    if kind in ("type", "list(type)"):
        yield from _near_words(text, [*DTYPES, *BY_LABEL])
    if kind == "bool" or (kind == "tensor" and dtype in (None, "DT_BOOL")):
        yield from _bool_words(text)
    plain = text.translate(_SAME)
    for spelt in dict.fromkeys((plain, plain.translate(_ROUND), plain.translate(_ROUND).translate(_SQUARE))):
        yield spelt
        yield from _balanced(spelt)
        for numbers in _numbers(spelt, kind):
            yield numbers
            yield from _balanced(numbers)
    if plain == text and plain.lstrip().startswith("{"):
        yield "{" + plain.strip() + "}"  # around several tensors
    if kind in ("tensor", "list(tensor)", "string", "list(string)"):
        yield from _strings(plain)


def _numbers(text: str, kind: str) -> Iterator[str]:
    """Yield the text with numbers and separators spelt as they must be, alone and all together."""
    if '"' in text:
        return
    steps: list[Callable[[str], str]] = [
        lambda t: _SUFFIXED.sub(r"\1", t),
        lambda t: _HEX.sub(lambda m: str(int(m[1], 16)), t),
        lambda t: _GROUPED.sub(lambda m: m[0].replace("_", ""), t),
        lambda t: _TRAILING.sub("", t),
        lambda t: _BLANKS.sub(",", t),
    ]
    if kind in ("shape", "list(int)"):
        steps.append(lambda t: _BY.sub(",", t))
    whole = text
    for step in steps:
        yield step(text)
        whole = step(whole)
    yield whole


def _balanced(text: str) -> Iterator[str]:
    """Yield the text with as many closing braces as opening ones."""
    for opening, closing in ("{}", "[]"):
        missing = text.count(opening) - text.count(closing)
        if missing > 0:
            yield text.rstrip().rstrip(",;") + closing * missing
        elif missing < 0 and text.rstrip().endswith(closing * -missing):
            yield text.rstrip()[:missing]


def _strings(text: str) -> Iterator[str]:
    """Yield the text as strings in quotes: as it stands, with its quotes closed, or word by word."""
    if text.count('"') % 2:
        yield text.rstrip() + '"'
        yield '"' + text.lstrip()
    bare = text.strip()
    if not bare[:1].isalpha() or '"' in bare:
        return
    if not set(bare) & set("{}[],;"):
        yield quoted(bare)
        return
    try:
        parts = [part.strip() for _, part in split_top_level(bare, False)]
    except LiteralError:
        return
    if all(part and not set(part) & set("{}[]") for part in parts):
        yield "{" + ",".join(map(quoted, parts)) + "}"


def _near_words(text: str, names: list[str]) -> Iterator[str]:
    """Yield the text with each word that is no name replaced by the name that is like it."""
    lower = {name.lower() for name in names}

    def right(found: re.Match[str]) -> str:
        word = found[0]
        near = () if word.lower() in lower else nearest(word, names)
        return near[0] if near else word

    yield _WORD.sub(right, text)


def _bool_words(text: str) -> Iterator[str]:
    def right(found: re.Match[str]) -> str:
        word = found[0].lower()
        if word in _YES:
            return "true"
        if word in _NO:
            return "false"
        near = nearest(word, ("true", "false"))
        return near[0] if near else found[0]

    if '"' not in text:
        yield _WORD.sub(right, text)
