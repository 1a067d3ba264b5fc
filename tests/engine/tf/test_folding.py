"""Making pages of blocks, and unpacking them, changes no bit of what a page computes: the samples, folded at random."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.document.editing.base import EditRefused
from app.document.editing.document import Document
from app.document.editing.page_making import PageMaking
from app.document.editing.page_unpacking import PageUnpacking
from app.document.model.addresses import by_id
from app.document.model.diagram import Page
from app.document.resources.own_blocks import OwnBlocks
from app.document.storage.reader import loads
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import ListValue, TensorValue, Value
from app.messages import message_of
from blocks.assets import asset

_STEPS = 3
_SAMPLES = (
    "xor",
    "digits",
    "gradient_descent",
    "symbolic_gradients",
    "linear_regression",
    "switch_and_merge",
)


def _bits(value: Value) -> object:
    if isinstance(value, TensorValue):
        return value.array.dtype.str, value.array.shape, value.array.tobytes()
    return [_bits(v) for v in value.items] if isinstance(value, ListValue) else value.reason


def _run(engine: Engine, document: Document, folder: Path) -> dict[str, object]:
    """Return all results of the first page, those within its pages under their addresses."""
    page, pages = document.project.pages[0], document.project.pages
    plan = make_plan(page, folder, own=OwnBlocks.on([page], folder, pages), fetch=["**"])
    assert not plan.stops, [message_of(p) for p in plan.problems]
    result = engine.run(plan, str(folder), RunRequest(steps=_STEPS))
    assert result.ok, [message_of(p) for p in result.problems]
    return {key: _bits(value) for key, value in result.results.items()}


def _fold(document: Document, dice: random.Random) -> dict[str, str]:
    """Make a page of some blocks of the first one; return the new addresses by the old ones."""
    page = document.project.pages[0]
    chosen = dice.sample(list(page.blocks), dice.randint(2, max(2, len(page.blocks) // 3)))
    name = f"part {len(document.project.pages)}"
    try:
        making = PageMaking(document.project, page.name, chosen, name, document.catalog)
        document.apply(making.edit())
    except EditRefused:
        return {}
    return {block: f"{making.use}/{block}" for block in making.moved}


@pytest.mark.parametrize("sample", _SAMPLES)
def test_folded_pages_give_the_same_bits(sample: str, engine: Engine) -> None:
    folder = asset("samples")
    document = Document(loads((folder / f"{sample}.tblocks").read_bytes()).project)
    dice, page = random.Random(sample), document.project.pages[0]
    page.scope = type(page.scope)(device=page.scope.device, seed=11)
    expected = _run(engine, document, folder)
    assert expected
    now = {key.partition(".")[0]: key.partition(".")[0] for key in expected}
    for _ in range(3):
        moved = by_id(_fold(document, dice))
        now = {old: moved(at) for old, at in now.items()}
    assert len(document.project.pages) > 1
    found = _run(engine, document, folder)
    assert _differing(expected, found, now) == []
    while (use := _a_use(page)) is not None:
        unpacking = PageUnpacking(document.project, page.name, use, document.catalog)
        document.apply(unpacking.edit())
        now = {old: _stepped_out(at, use, unpacking.ids) for old, at in now.items()}
    assert _differing(expected, _run(engine, document, folder), now) == []


def _differing(expected: dict[str, object], found: dict[str, object], now: dict[str, str]) -> list[str]:
    """Return the outputs that have other bits, or none, at their present addresses."""
    places = {key: now[key.partition(".")[0]] + "." + key.partition(".")[2] for key in expected}
    return [key for key, bits in expected.items() if found.get(places[key]) != bits]


def _a_use(page: Page) -> str | None:
    return next((b.id for b in page.blocks.values() if b.symbol.startswith("page:")), None)


def _stepped_out(at: str, use: str, ids: dict[str, str]) -> str:
    head, _, within = at.partition("/")
    first, slash, rest = within.partition("/")
    return ids[first] + slash + rest if head == use else at
