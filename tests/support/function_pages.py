"""Projects with pages that stand as blocks, in few words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from app.document.model.diagram import Page, Project
from app.document.resources.own_blocks import OwnBlocks
from app.engine.compiler.make_plan import make_plan
from app.engine.compiler.plan import Plan
from tests.support.pages import page


def named(name: str, blocks: dict[str, Any], wires: str = "", **more: Any) -> Page:
    """Return a page of that name (see `page`)."""
    return replace(page(blocks, wires, **more), name=name)


def project(*pages: Page) -> Project:
    """Return a project of these pages."""
    return Project(pages=list(pages))


def twice() -> Page:
    """Return a function page that gives x + x."""
    blocks = {"x": "Argument", "sum": "Add", "y": "Result"}
    return named("twice", blocks, "x.output -> sum.x\nx.output -> sum.y\nsum.z -> y.input")


def planned(main: Page, *others: Page, folder: Path = Path("."), **options: Any) -> Plan:
    """Return the plan of a page of a project with these others."""
    own = OwnBlocks.on([main], folder, [main, *others])
    return make_plan(main, folder, own=own, **options)
