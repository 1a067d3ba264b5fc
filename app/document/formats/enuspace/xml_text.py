"""From the bytes of an XML file to its text: UTF-16, UTF-8 or a declared legacy encoding, never a guess."""

from __future__ import annotations

import re

from app.document.model.sentence import say
from app.document.storage.errors import FileProblem

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
# Python has codecs that are no text encodings (hex, zip); a file may only name one of these.
_LEGACY = frozenset(
    {"us-ascii", "ascii", "iso-8859-1", "latin-1", "windows-1250", "windows-1251", "windows-1252"}
    | {"euc-kr", "cp949", "ks_c_5601-1987", "shift_jis", "euc-jp", "gb2312", "gbk", "gb18030", "big5"}
)


def decode_xml(data: bytes, name: str) -> str:
    """Return the text without its XML declaration; raises FileProblem where the bytes are in no known encoding."""
    encoding, start = _encoding(data, name)
    try:
        text = data[start:].decode(encoding)
    except UnicodeDecodeError as fault:
        place = start + fault.start
        raise FileProblem(
            say("xml.bad-byte", encoding=encoding.upper(), position=place),
            file=name,
            hint=say("hint.is-it-complete"),
        ) from None
    declaration = _DECLARATION.match(text)
    if declaration is None:
        return text
    # Blanks keep the line and column numbers of what follows.
    return re.sub(r"[^\r\n]", " ", declaration.group()) + text[declaration.end() :]


def _encoding(data: bytes, name: str) -> tuple[str, int]:
    """Return the codec and the length of the byte order mark."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return codec, len(mark)
    if data[:2] == b"<\0":
        return "utf-16-le", 0
    if data[:2] == b"\0<":
        return "utf-16-be", 0
    found = _DECLARED.match(data.lstrip()[:200])
    declared = found.group(1).decode("ascii").lower() if found else "utf-8"
    if declared.startswith("utf"):
        return "utf-8", 0  # also where UTF-16 is declared: one-byte characters cannot be that
    if declared not in _LEGACY:
        raise FileProblem(
            say("xml.unknown-encoding", encoding=declared), file=name, hint=say("hint.use-utf-8")
        )
    return declared, 0
