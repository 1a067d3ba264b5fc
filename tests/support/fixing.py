"""Pages in few words and the cure of their problems, for the tests of fixes."""

from __future__ import annotations

from pathlib import Path

from app.document.checks.page import check_page
from app.document.fixes import fixed_page, offer
from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.model.fix import Fix
from app.document.model.problems import Problem
from app.messages import fix_title, message_of
from blocks.catalog import load


def make_page(blocks, wires=(), **more) -> Page:
    """Build a page from ``id: (symbol, pins)`` and ``"a.x > b.y"``."""
    made = {}
    for at, (name, spec) in enumerate(blocks.items()):
        symbol, pins = (spec, {}) if isinstance(spec, str) else spec
        made[name] = Block(id=name, symbol=symbol, pins=dict(pins), at=(200 * at, 0))
    ends = [tuple(PinRef.parse(end) for end in wire.split(" > ")) for wire in wires]
    return Page(name="page", blocks=made, wires=[Wire(source=s, target=t) for s, t in ends], **more)


def checked(page: Page, folder: Path | None = None, types=None, required=None) -> list[Problem]:
    """Return what the structure check finds, with fixes."""
    return offer(page, load(), check_page(page, load(), folder), types or {}, required or {})


def wires_of(page: Page) -> list[str]:
    """Return the wires as ``a.x > b.y``."""
    return [f"{w.source} > {w.target}" for w in page.wires]


def cure(page: Page, problem: Problem, title: str | None = None) -> Page:
    """Return the page with the problem's first fix done, or the one of that title."""
    assert problem.fixes, message_of(problem)
    titles = [fix_title(fix) for fix in problem.fixes]
    chosen: Fix = problem.fixes[titles.index(title) if title else 0]
    return fixed_page(page, chosen)
