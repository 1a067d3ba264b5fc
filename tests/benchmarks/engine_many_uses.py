"""A page of 1,000 uses after an edit of one text or wire: planned, and its types, against looking at all of it anew."""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import msgspec
from msgspec.structs import replace

from app.document.model.diagram import Block, Page, PinRef, Wire
from app.document.resources.archives import SentArchives
from app.document.resources.function_pages import FunctionPages
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.following import Planner
from app.engine.compiler.make_plan import make_plan
from app.engine.host.followed_types import FollowedTypes
from app.engine.inference.result import Inference
from app.engine.tf.infer import answer
from tests.benchmarks.bench import Comparison, Row, side_by_side
from tests.benchmarks.edits import Edit, states

_USES, _CHAIN, _ROUNDS, _FOLDER = 1000, 10, 21, Path("/")


def _page() -> tuple[Page, FunctionPages]:
    """Return a page of chains of uses, and the page of five blocks that they are uses of."""
    unit = {
        "x": ("Argument", {}),
        "k": ("Argument", {"default": "0.5f"}),
        "m": ("Mul", {}),
        "t": ("Tanh", {}),
        "y": ("Result", {}),
    }
    inner = Page(
        name="unit",
        blocks={name: Block(id=name, symbol=s, pins=dict(p)) for name, (s, p) in unit.items()},
        wires=[
            _wire("x.output", "m.x"),
            _wire("k.output", "m.y"),
            _wire("m.z", "t.x"),
            _wire("t.y", "y.input"),
        ],
    )
    blocks = {"c": Block(id="c", symbol="Const", pins={"val": "{1f,2f}"})}
    wires = []
    for n in range(_USES):
        pins = {"k": "0.25f"} if n % 2 else {}
        blocks[f"u{n}"] = Block(id=f"u{n}", symbol="page:unit", pins=pins)  # type: ignore[arg-type]
        wires.append(_wire(f"u{n - 1}.y" if n % _CHAIN else "c.output", f"u{n}.x"))
    blocks["session"] = Block(id="session", symbol="ClientSession")
    wires += [_wire(f"u{n}.y", "session.fetch_outputs") for n in range(_CHAIN - 1, _USES, _CHAIN)]
    page = Page(name="main", blocks=blocks, wires=wires)
    return page, FunctionPages.of([page, inner])


def _wire(source: str, target: str) -> Wire:
    return Wire(source=PinRef.parse(source), target=PinRef.parse(target))


def _other_text(page: Page, draws: random.Random) -> Page:
    block = page.blocks[f"u{draws.randrange(_USES)}"]
    changed = replace(block, pins={"k": f"0.{draws.randrange(10, 99)}f"})
    return replace(page, blocks={**page.blocks, block.id: changed})


def _other_wire(page: Page, draws: random.Random) -> Page:
    """Lead the input of a use to the one before its source in the chain, or to the page's Const."""
    wires, place = list(page.wires), draws.randrange(_USES)
    before = place - 2 if place % _CHAIN > 1 and "u" in str(wires[place].source) else None
    source = "c.output" if before is None else f"u{before}.y"
    wires[place] = replace(wires[place], source=PinRef.parse(source))
    return replace(page, wires=wires)


def _planned(edit: Edit) -> Comparison:
    page, functions = _page()
    own, planner = OwnBlocks.known([page], _FOLDER, functions), Planner()
    edited = list(islice(states(page, edit), _ROUNDS + 3))
    for state in edited[:2]:
        planner.plan(state, _FOLDER, (), own)
    ours, theirs = iter(edited[2:]), iter(edited[2:])
    return side_by_side(
        lambda: planner.plan(next(ours), _FOLDER, (), own),
        lambda: make_plan(next(theirs), _FOLDER, data=(), own=own),
        _ROUNDS,
    )


def _answered(edit: Edit, follow: bool) -> float:
    """Return the median time in which the worker answers after an edit; ``follow``: asked for what has changed."""
    types, none, times = FollowedTypes(), SentArchives(), []
    page, functions = _page()
    for state in islice(states(page, edit), _ROUNDS + 2):
        asked = types.next_request(state, _FOLDER, none, functions) if follow else None
        request = asked or types.request(state, _FOLDER, none, functions)
        body = msgspec.msgpack.encode(request)
        started = time.perf_counter()
        reply = msgspec.msgpack.encode(answer(body, lambda block, what: None))
        times.append(time.perf_counter() - started)
        types.take(state, request, msgspec.msgpack.decode(reply, type=Inference))
        if not follow:
            types.forget()
    return statistics.median(times[2:])


def _typed(edit: Edit) -> Comparison:
    ours, theirs = _answered(edit, True), _answered(edit, False)
    return Comparison(ours, theirs, ours / theirs, ours - theirs)


def _row(what: str, against: str, kind: str, edit: Edit, measure: Callable[[Edit], Comparison]) -> Row:
    return Row(f"{what} after an edit of one {kind}, {_USES:,} uses", against, 0.1, lambda: measure(edit))


ROWS = [
    _row(what, against, kind, edit, measure)
    for what, against, measure in (
        ("plan", "planning the page anew", _planned),
        ("types", "the types of the whole page", _typed),
    )
    for kind, edit in (("text", _other_text), ("wire", _other_wire))
]
