"""Finds the blocks that are blocked: they have no fault, but cannot be built for one before them."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.document.model.diagram import Page
from app.document.model.problems import Problem
from app.document.model.topology import followers_of


def blocked_blocks(
    page: Page,
    planned: Iterable[Problem],
    unbuilt: Collection[str],
    problems: Iterable[Problem],
    typed: Iterable[str],
) -> dict[str, str]:
    """Return the blocks that are blocked, each with the block at fault that is nearest before it.

    ``planned`` and ``unbuilt`` are the plan's problems and the blocks that it cannot build; ``problems`` are those of
    inference, ``typed`` the outputs that have a type all the same, as a loop's do.
    """
    unbuilt = set(unbuilt)
    faulty = {p.block for p in planned if p.block in unbuilt}
    faulty |= {p.block for p in problems if p.block is not None and p.severity == "error"}
    if not faulty:
        return {}
    built = {key.partition(".")[0] for key in typed}
    behind = followers_of(page)
    found: dict[str, str] = {}
    todo = [(b, b) for b in page.blocks if b in faulty]
    for block, culprit in todo:  # grows while it is walked
        for later in behind.get(block, ()):
            if later in found or later in faulty or later in built or later not in page.blocks:
                continue
            if not page.blocks[later].off:
                found[later] = culprit
                todo.append((later, culprit))
    return found
