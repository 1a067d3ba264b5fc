"""Projects with pages that stand as blocks, in few words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.document.model.diagram import Page, Project
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from app.engine.host.engine import Engine
from app.engine.host.interface import RunRequest
from app.engine.values.results import PageResult
from app.messages import message_of
from tests.support.pages import page


def named(name: str, blocks: dict[str, Any], wires: str = "", **more: Any) -> Page:
    """Return a page of that name (see `page`)."""
    return replace(page(blocks, wires, **more), name=name)


def project(*pages: Page) -> Project:
    """Return a project of these pages."""
    return Project(pages=list(pages))


def run_of(
    engine: Engine, page: Page, *others: Page, folder: Path | str = ".", steps: int = 1, **options: Any
) -> PageResult:
    """Run a page of a project that has others; it has no fault before the run."""
    plan_options = {k: options.pop(k) for k in ("fetch", "seed", "watch") if k in options}
    plan = planned(page, *others, folder=Path(folder), **plan_options)
    assert not plan.stops, [(p.block, p.pin, message_of(p)) for p in plan.problems]
    on_event = options.pop("on_event", None)
    request = RunRequest(steps=steps, watch=plan.watched, until=plan.until, **options)
    return engine.run(plan, str(folder), request, on_event=on_event)


def twice() -> Page:
    """Return a function page that gives x + x."""
    blocks = {"x": "Argument", "sum": "Add", "y": "Result"}
    return named("twice", blocks, "x.output -> sum.x\nx.output -> sum.y\nsum.z -> y.input")


def planned(main: Page, *others: Page, folder: Path = Path("."), **options: Any) -> Plan:
    """Return the plan of a page of a project with these others."""
    own = OwnBlocks.on([main], folder, [main, *others])
    return make_plan(main, folder, own=own, **options)
