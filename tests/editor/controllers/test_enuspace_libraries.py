"""Every symbol of the original's libraries, as its library has it: opened, drawn, saved, built or at fault."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from app.document.formats.enuspace import read_page
from app.document.model.diagram import Project
from app.document.storage.reader import loads
from app.document.storage.writer import dumps
from app.editor.canvas.render import picture
from app.engine.compiler.make_plan import make_plan
from blocks.catalog import load
from tests.support.enuspace_pages import pin, use, write_page

FACTS = Path(os.environ.get("TENSORBLOCKS_FACTS", "none")) / "symbols.json"
pytestmark = [
    pytest.mark.facts,
    pytest.mark.skipif(not FACTS.is_file(), reason="TENSORBLOCKS_FACTS is not set"),
]


def libraries() -> dict[str, list[dict[str, Any]]]:
    """The original's symbols by library."""
    if not FACTS.is_file():
        return {}
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    found = defaultdict(list)
    for symbol in facts.get("symbols", facts) if isinstance(facts, dict) else facts:
        found[symbol["category"]].append(symbol)
    return found


def element(number: int, symbol: dict[str, Any]) -> str:
    """A placed symbol with its library's texts in its pins."""
    pins = [
        pin(p["name"], (p.get("default") or "") if p["direction"] == "in" else "") for p in symbol["pins"]
    ]
    return use(f"b{number}", symbol["symbol"], *pins, at=(number % 10 * 260, number // 10 * 440))


def test_all_symbols_are_there() -> None:
    assert sum(map(len, libraries().values())) == 490


@pytest.mark.parametrize("library", libraries())
def test_each_symbol_of_a_library_is_placed_drawn_saved_and_built_or_has_a_problem(
    qapp: Any, tmp_path: Path, library: str
) -> None:
    symbols = libraries()[library]
    path = write_page(tmp_path, [element(i, s) for i, s in enumerate(symbols)], name=library)
    read = read_page(path)
    page = read.page
    assert [b.symbol for b in page.blocks.values()] == [s["symbol"] for s in symbols]
    assert all(load().get(b.symbol) is not None for b in page.blocks.values())
    assert read.problems == []
    loaded = loads(dumps(Project(pages=[page])))
    assert loaded.project.pages[0].blocks == page.blocks
    assert loaded.problems == {}
    plan = make_plan(page, tmp_path, everything=True)
    built = {n.block for n in plan.nodes} | {v.block for v in plan.variables}
    at_fault = {p.block for p in plan.problems}
    assert [b.symbol for b in page.blocks.values() if b.id not in built | at_fault] == []
    assert not [p for p in plan.problems if p.code == "bad-literal" and p.pin != "requested_output_min"]
    assert picture(str(path), page.name, str(tmp_path / "page.png")) == 0
    assert (tmp_path / "page.png").stat().st_size > 1000
