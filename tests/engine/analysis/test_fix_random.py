"""Slips at random places of the sample pages: every fix that is offered can be done, and its problem is gone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from app.document.fixes import fixed_page
from app.document.formats.registry import open_project
from app.document.model.diagram import Page, PinRef, Wire, copy_page
from app.document.model.problems import Problem
from app.engine.analysis.page_analysis import Checked, analyse
from app.engine.compiler.make_plan import make_plan
from app.messages import message_of
from blocks.assets import asset
from blocks.catalog import load

SAMPLES = sorted(
    path for path in asset("samples").glob("*.tblocks") if len(open_project(path).project.pages) == 1
)
_JUNK = ("", "1", "1.5", "{1,2}", "abc", "{1,2", "(2,3)", "DT_FLOT", "true")


def _slip(page: Page, dice: random.Random) -> None:
    """Make one slip, as a user may."""
    block = dice.choice(list(page.blocks.values()))
    at = dice.randrange(len(page.wires)) if page.wires else 0
    what = dice.randrange(8)
    if what == 0 and block.pins:
        block.pins[dice.choice(list(block.pins))] = dice.choice(_JUNK)
    elif what == 1 and block.pins:
        name = dice.choice(list(block.pins))
        block.pins[f"{name}s"] = block.pins.pop(name)
    elif what == 2:
        block.symbol += "x"
    elif what == 3:
        block.symbol = dice.choice(load().names())
    elif page.wires and what == 4:
        del page.wires[at]
    elif page.wires and what == 5:
        source = page.wires[at].source
        end = PinRef(source.block, f"{source.pin}x", dice.choice([None, 0, 3]))
        page.wires[at] = msgspec.structs.replace(page.wires[at], source=end)
    elif page.wires and what == 6:
        page.wires[at] = msgspec.structs.replace(
            page.wires[at], target=PinRef(block.id, page.wires[at].target.pin)
        )
    elif page.wires:
        symbol = load().get(block.symbol)
        pin = dice.choice(symbol.pins).name if symbol is not None else "x"
        source = PinRef(page.wires[at].source.block, page.wires[at].source.pin)
        page.wires.append(Wire(source=source, target=PinRef(block.id, pin)))


def _problems(page: Page, folder: Path) -> Sequence[Problem]:
    checked = Checked.of(make_plan(page, folder, everything=True))
    return analyse(page, checked).with_fixes().problems


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_every_fix_offered_can_be_done_and_cures(path: Path) -> None:
    dice = random.Random(path.stem)
    done = 0
    for _ in range(12):
        for page in open_project(path).project.pages:
            page.blocks = copy_page(page).blocks
            for _ in range(dice.randint(1, 3)):
                _slip(page, dice)
            problems = _problems(page, path.parent)
            for problem in problems:
                here = (problem.code, problem.block, problem.pin)
                for fix in problem.fixes:
                    after = _problems(fixed_page(page, fix), path.parent)
                    if problem.code != "cycle":  # of which another may go through the same pin
                        count = [
                            sum((p.code, p.block, p.pin) == here for p in found)
                            for found in (problems, after)
                        ]
                        assert count[1] < count[0], (message_of(problem), fix)
                    done += 1
    assert done > 5
