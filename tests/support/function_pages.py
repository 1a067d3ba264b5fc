"""Projects with pages that stand as blocks, in few words."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from app.document.model.diagram import Page, Project
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
