"""Makes small pages in the form that enuSpace writes, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from app.document.formats.report import Kind
from app.document.model.sentence import Sentence, say

Pin = dict[str, str]

HEAD = (
    '<svg id="ID_page" enuspace-version="3.0.2.0" width="1920" height="1080" '
    'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
)


def line(owner: str | Sentence, kind: Kind, what: Sentence) -> Sentence:
    """Return a line of a page's report: what was done about a block, pin or drawn element."""
    return say("report.line", owner=owner, kind=Sentence(f"report.{kind}"), what=what)


def pin(name: str, value: str = "", shape: str = "", word: str = "string") -> str:
    """Return a pin's value as pages hold it; ``word`` "" leaves the type out, as version 2 does."""
    kind = f' var-type="{word}"' if word else ""
    return f'<pg-set-pin variable="#{name}{shape}" auto="true" shape="{shape}"{kind} value={quoteattr(value)}/>\n'


def binary(name: str, shape: str, word: str, position: int) -> str:
    """Return a pin whose values lie in the .dat file."""
    return (
        f'<pg-set-pin variable="#{name}{shape}" save-type="binary" auto="true" shape="{shape}" '
        f'var-type="{word}" binary-pos="{position}"/>\n'
    )


def use(
    block: str,
    symbol: str,
    *inside: str,
    at: tuple[float, float] = (0, 0),
    kind: str = "tensorflow",
    transform: str = "",
) -> str:
    """Return a placed symbol."""
    moved = transform or f"translate({at[0]:.2f},{at[1]:.2f}) rotate(0.00) scale(1.0000, 1.0000)"
    return (
        f'<use id={quoteattr(block)} type="{kind}" transform="{moved}" xlink:href="#{symbol}" x="0.00" y="0.00">\n'
        + "".join(inside)
        + "</use>\n"
    )


def link(source: str, target: str, points: str = "0,0 10,0", more: str = "") -> str:
    """Return a wire, ``block.pin`` to ``block.pin``, with the line that draws it."""
    (a, out), (b, into) = source.split("."), target.split(".")
    return (
        f'<polyline id="L_{a}_{b}" transform="translate(0.00,0.00)" points="{points}">'
        f"<pg-link from-id={quoteattr(a)} param-from={quoteattr(out)} to-id={quoteattr(b)} "
        f"param-to={quoteattr(into)} {more}/></polyline>\n"
    )


def page_text(*elements: str) -> str:
    """Return the text of a page without its declaration."""
    return HEAD + "".join(elements) + "</svg>\n"


def write_page(
    folder: Path,
    elements: Sequence[str],
    dat: bytes | None = None,
    name: str = "page",
    encoding: str = "utf-16",
) -> Path:
    """Write a page, by default in UTF-16 with a byte order mark, and its arrays beside it."""
    path = folder / f"{name}.svg"
    text = f'<?xml version="1.0" encoding="{encoding.upper()}"?>\n' + page_text(*elements)
    path.write_bytes(text.encode(encoding))
    if dat is not None:
        path.with_suffix(".dat").write_bytes(dat)
    return path
