"""Each fix that is offered for the tables' mistakes, done on a copy and run: it cures, and types no other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from app.document.fixes import fixed_page
from app.document.formats.registry import open_project
from app.document.model.diagram import Page, Project
from app.document.model.fix import Fix, FixChange, WritePin
from app.document.model.sentence import quote
from app.document.storage.project_file import save_project
from blocks.catalog import load
from tests.support.blind_mistakes.judge import projects
from tests.support.blind_mistakes.table import TABLES

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?")
_NO_PART = re.compile(r"[-+]0(?:\.0*)?j")


class Cure(NamedTuple):
    """A fix that was offered: the page's name, the problem as JSON, the title, the changes."""

    page: str
    problem: dict[str, Any]
    title: str
    changes: tuple[FixChange, ...]


def offered(said: dict[str, Any]) -> Iterator[Cure]:
    """Give the fixes of all pages in an answer of ``check --json``."""
    for name, page in said.items():
        for problem in page["problems"]:
            for fix in problem["fixes"]:
                changes = msgspec.convert(fix["changes"], tuple[FixChange, ...])
                own = [
                    msgspec.structs.replace(c, block=problem["block"])
                    if isinstance(c, WritePin) and not c.block
                    else c
                    for c in changes
                ]
                yield Cure(name, problem, fix["title"], tuple(own))


def numbers(text: object) -> list[float]:
    """Return the numbers of a text, in order; of complex ones the imaginary part where it is not 0."""
    return [float(n) for n in _NUMBER.findall(_NO_PART.sub("", text))] if isinstance(text, str) else []


def changed_silently(page: Page, cure: Cure) -> list[str]:
    """Return the tensors into which a fix types other numbers without a word of it in its title."""
    found = []
    for change in cure.changes:
        if not isinstance(change, WritePin) or change.block not in page.blocks:
            continue
        block = page.blocks[change.block]
        symbol = load().get(block.symbol)
        pin = symbol.pin(change.pin, "in") if symbol is not None else None
        old = numbers(block.pins.get(change.pin))
        is_tensor = pin is not None and pin.kind in ("tensor", "list(tensor)")
        is_other = isinstance(change.text, str) and numbers(change.text) != old
        if is_tensor and old and is_other and str(change.text) not in cure.title:
            found.append(f"{change.block}.{change.pin}: {block.pins[change.pin]} -> {change.text}")
    return found


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_each_fix_cures_and_types_no_other_numbers_without_saying_so(cli, tmp_path: Path, table) -> None:
    wrong = []
    for file, _ in projects(table, tmp_path):
        answers = cli("check", str(file), "--types", "--json"), cli("run", str(file), "--all-pages", "--json")
        cures = [cure for answer in answers for cure in offered(answer.json["pages"])]
        if not cures:
            continue
        pages = {p.name: p for p in open_project(file).project.pages}
        copies = []
        for number, cure in enumerate(cures):
            wrong += [f"{cure.page}: {what}" for what in changed_silently(pages[cure.page], cure)]
            copy = fixed_page(pages[cure.page], Fix(quote(cure.title), cure.changes))
            copy.name = f"fixed {number}"
            copies.append(copy)
        fixed = file.with_name("fixed.tblocks")
        save_project(Project(pages=copies), fixed)
        after = cli("run", str(fixed), "--all-pages", "--json").json["pages"]
        for number, cure in enumerate(cures):
            said = after[f"fixed {number}"]["problems"]
            same = [
                p for p in said if all(p[k] == cure.problem[k] for k in ("code", "block", "pin", "actual"))
            ]
            wrong += [f"{cure.page}: {cure.title}: {p['message']}" for p in same]
    assert wrong == []
