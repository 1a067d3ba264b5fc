"""Pages in few words, for the tests of the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from app.document.model.diagram import Block, Page, PinRef, RunSettings, Scope, Wire
from app.engine.compiler.make_plan import make_plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import ListValue, NoValue, PageResult, TensorValue
from app.messages import message_of


def page(blocks: dict[str, Any], wires: str = "", *, steps: int = 1, seed: int | None = None) -> Page:
    """Return a page. ``blocks``: id -> symbol, or (symbol, {pin: text}); ``wires``: lines of ``a.out -> b.in``."""
    made = Page(name="page", run=RunSettings(steps=steps), scope=Scope(seed=seed), blocks={}, wires=[])
    for at, (name, what) in enumerate(blocks.items()):
        symbol, pins = (what, {}) if isinstance(what, str) else what
        made.blocks[name] = Block(id=name, symbol=symbol, at=(160 * at, 80), pins=dict(pins))
    for line in filter(None, (line.strip() for line in wires.splitlines())):
        source, target = line.split(" -> ")
        made.wires.append(Wire(source=PinRef.parse(source), target=PinRef.parse(target)))
    return made


def run(
    engine: Engine, made: Page, folder: Path | str = ".", *, steps: int | None = None, **options: Any
) -> PageResult:
    """Run a page that has no fault before the run."""
    plan_options = {k: options.pop(k) for k in ("fetch", "seed") if k in options}
    on_event = options.pop("on_event", None)
    plan = make_plan(made, Path(folder), **plan_options)
    assert not plan.stops, [message_of(p) for p in plan.problems]
    request = RunRequest(steps=made.run.steps if steps is None else steps, **options)
    return engine.run(plan, str(folder), request, on_event=on_event)


def values(result: PageResult) -> dict[str, Any]:
    """Return plain Python values of a run that succeeded: lists, or the reason why there is none."""
    assert result.ok, [message_of(p) for p in result.problems]
    return {key: plain(value) for key, value in result.results.items()}


def plain(value: TensorValue | ListValue | NoValue) -> Any:
    """Return one result as nested lists, or the reason why there is none."""
    if isinstance(value, ListValue):
        return [plain(item) for item in value.items]
    if isinstance(value, NoValue):
        return value.reason
    return np.asarray(value.array).tolist()
