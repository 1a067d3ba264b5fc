"""Where the page shown is looked at: as a page by itself, or inside a use of it on another page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec.structs import replace

from app.document.model.diagram import Page, Project
from app.document.model.page_symbol import page_symbol
from app.document.model.problems import Problem

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Within:
    """The way from a page into a use on it, and on into uses within: ``uses`` are the blocks, the outermost first."""

    root: str
    uses: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """Return what stands before a block's id in its address on the root page: ``layer1/``, or nothing."""
        return "".join(f"{use}/" for use in self.uses)

    def pages(self, project: Project) -> list[Page] | None:
        """Return the pages along the way, the root first; None where the way does not lead through any more."""
        page = project.page(self.root)
        found = []
        for use in (*self.uses, ""):
            if page is None:
                return None
            found.append(page)
            block = page.blocks.get(use)
            named = page_symbol(block.symbol) if block is not None else None
            page = project.page(named.page) if named is not None and named.library is None else None
        return found

    def renamed(self, old: str, new: str) -> Within:
        """Return the way once a page bears another name."""
        return Within(new, self.uses) if self.root == old else self


def values_within(values: Mapping[str, Value], prefix: str) -> dict[str, Value]:
    """Return what lies behind a prefix, by its address there: ``conv.output`` for ``layer1/conv.output``."""
    if not prefix:
        return dict(values)
    start = len(prefix)
    return {key[start:]: value for key, value in values.items() if key.startswith(prefix)}


class LastWithin(Generic[Value]):
    """Holds what lay behind the prefix that was asked about last, among values that never change: so many are there."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._known: tuple[Mapping[str, Value], str, dict[str, Value]] | None = None

    def of(self, values: Mapping[str, Value], prefix: str) -> Mapping[str, Value]:
        """Return what ``values_within`` does, to be read only."""
        if not prefix:
            return values
        known = self._known
        if known is None or known[0] is not values or known[1] != prefix:
            known = self._known = values, prefix, values_within(values, prefix)
        return known[2]


def problems_within(problems: Iterable[Problem], prefix: str) -> list[Problem]:
    """Return the problems of blocks behind a prefix, at the blocks as they are called there."""
    if not prefix:
        return list(problems)
    found = []
    for problem in problems:
        if problem.block is not None and problem.block.startswith(prefix):
            related = tuple(r.removeprefix(prefix) for r in problem.related)
            found.append(
                replace(problem, block=problem.block.removeprefix(prefix), related=related, fixes=())
            )
    return found
