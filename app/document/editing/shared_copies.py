"""Copies of a document's pages for threads to read; each shares with the one before it what has not changed since."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from app.document.editing.base import Change
from app.document.model.diagram import Block, Page, copy_block, copy_page


class SharedCopies:
    """Follows the changes of one document. The copies are read only: several readers share them.

    What is the same object in two copies is the same in both states, so that who follows a page finds quickly what
    has changed (see `page_difference`), and a copy of a large page costs little.
    """

    def __init__(self) -> None:
        """Begin without copies."""
        self._copies: dict[str, Page] = {}
        self._changed: dict[str, set[str]] = {}  # by page, blocks that are no longer as in the copy

    def note(self, changes: Iterable[Change]) -> None:
        """Take note of a step of the document, before anyone asks for a copy of its new state."""
        for change in changes:
            if change.kind.startswith("block-"):
                changed = self._changed.setdefault(change.page, set())
                changed.update(change.ids)
            elif change.kind.startswith("page-") and change.kind != "page-changed":
                for name in (change.page, change.old):
                    self._copies.pop(name, None)
                    self._changed.pop(name, None)

    def of(self, page: Page) -> Page:
        """Return a copy of the page as it is now."""
        before = self._copies.get(page.name)
        changed = self._changed.pop(page.name, set())
        if before is None:
            made = copy_page(page)
        else:
            made = msgspec.structs.replace(
                page,
                blocks=self._blocks(before, page, changed),
                wires=before.wires if before.wires == page.wires else list(page.wires),
                notes=dict(page.notes),
                monitors=before.monitors if before.monitors == page.monitors else dict(page.monitors),
                unread=list(page.unread),
            )
        self._copies[page.name] = made
        return made

    @staticmethod
    def _blocks(before: Page, page: Page, changed: set[str]) -> dict[str, Block]:
        """Return the blocks of the copy before, those that have changed or come copied anew."""
        if not changed:
            return before.blocks
        if changed <= before.blocks.keys() & page.blocks.keys() and len(before.blocks) == len(page.blocks):
            made = dict(before.blocks)
            made.update((name, copy_block(page.blocks[name])) for name in changed)
            return made
        old = before.blocks
        return {
            name: copy_block(block) if name in changed or name not in old else old[name]
            for name, block in page.blocks.items()
        }
