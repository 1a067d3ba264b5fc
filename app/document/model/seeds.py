"""The seeds of random blocks: what a page with a seed gives to those that have none of their own.

The second seed comes from a block's address. Where a block has gone into a page that stands as a block, or come out of
one, the page says in its ``seeds`` by which address the block draws on: ``{"net/layer": "layer"}`` lets all within
``net/layer`` draw as if it still stood as ``layer``. These addresses begin on the page that says it, wherever that page
stands, so two uses of it draw numbers of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

_DEEPEST = 200  # steps of a path: no pages lie within each other so often


def second_seed(address: str) -> int:
    """Return the second seed of a random block: of its address alone, so that no other block changes its numbers."""
    return crc32(address.encode()) or 1


@dataclass
class Said:
    """What a page says of a block: the address by which it draws (None: nothing), and of the blocks within it.

    What lies deeper is taken apart only where a page is found there: a path in a file may have any number of steps.
    """

    at: str | None = None
    deeper: dict[str, str] = field(default_factory=dict)  # by paths from the block on

    @cached_property
    def within(self) -> dict[str, Said]:
        """The same of the blocks within it."""
        return by_steps(self.deeper)


class _Page(NamedTuple):
    """What one page says of the blocks of a page within it; its addresses stand behind ``before``."""

    before: str
    blocks: Mapping[str, Said]


class SeedAddresses(NamedTuple):
    """The addresses by which the blocks of one page draw, at one of its places.

    ``before`` stands before the ids of its blocks; ``pages`` say otherwise, the outermost one first: its word counts
    before that of pages within.
    """

    before: str = ""
    pages: tuple[_Page, ...] = ()

    @classmethod
    def on(cls, seeds: Mapping[str, str]) -> SeedAddresses:
        """Return those of a page that stands nowhere, by its ``seeds``."""
        return cls("", (_Page("", by_steps(seeds)),) if seeds else ())

    def of(self, block: str) -> str:
        """Return the address by which a block of the page draws."""
        for page in self.pages:
            said = page.blocks.get(block)
            if said is not None and said.at is not None:
                return page.before + said.at
        return self.before + block

    def within(self, use: str, said: Mapping[str, Said] | None = None) -> SeedAddresses:
        """Return those of the page that a block stands for, which says ``said`` itself (see `by_steps`)."""
        before = f"{self.of(use)}/"
        deeper = []
        for page in self.pages:
            outer = page.blocks.get(use)
            if outer is None:
                continue
            if outer.deeper:
                deeper.append(_Page(page.before, outer.within))
            if outer.at is not None:
                break
        if said:
            deeper.append(_Page(before, said))
        return SeedAddresses(before, tuple(deeper))

    def said(self) -> dict[str, str]:
        """Return in one what the pages say, by paths; without what an outer one says otherwise."""
        found: dict[str, str] = {}
        todo = [("", self)]
        while todo:
            path, here = todo.pop()
            for step in dict.fromkeys(step for page in here.pages for step in page.blocks):
                if any(page.blocks[step].at is not None for page in here.pages if step in page.blocks):
                    found[path + step] = here.of(step)
                todo.append((f"{path}{step}/", here.within(step)))
        return found


def by_steps(seeds: Mapping[str, str]) -> dict[str, Said]:
    """Return the ``seeds`` of a page by the first steps of their paths."""
    found: dict[str, Said] = {}
    for path, at in seeds.items():
        step, slash, rest = path.partition("/")
        if not slash:
            found.setdefault(step, Said()).at = at
        elif rest.count("/") < _DEEPEST:
            found.setdefault(step, Said()).deeper[rest] = at
    return found
