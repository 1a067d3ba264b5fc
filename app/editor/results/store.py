"""The results of the last step of each page: a cache that tables, monitors and the Results dock follow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.model.computation import changed_since, computation_of, reached_by, with_new_id, without
from app.document.model.stored_values import under_new_ids
from app.document.model.uses import no_pages
from app.editor.within import values_within

if TYPE_CHECKING:
    from app.document.model.computation import PageComputation, Writes
    from app.document.model.diagram import Page
    from app.document.model.uses import PagesOf
    from app.engine.values.results import TensorValue, Value

_REASONS = {
    "dead": "no value: the branch that leads here was not taken",
    "handle": "a handle: it has no values to show",
    "uninitialized": "no value: the Variable has not been initialised",
    "failed": "no value: the step failed",
    "unkept": "not kept: it cannot be had as it was when the block failed",
}


@dataclass
class PageResults:
    """What one page's last step showed, by ``block.pin``, and which step it was."""

    values: dict[str, Value] = field(default_factory=dict)
    step: int = 0
    inputs: dict[str, Value] = field(default_factory=dict)  # what the blocks that failed were given
    old: bool = False  # all of them are of another state than the page's
    saved: bool = False  # of an earlier run, as the file holds them
    changed: frozenset[str] = (
        frozenset()
    )  # blocks whose values may be others now: the page, or a file, was edited

    def is_stale(self, key: str) -> bool:
        """Return whether the values of ``block.pin...`` are those of before a change of the page."""
        block = key.partition(".")[0]
        return self.old or block in self.changed or block.partition("/")[0] in self.changed

    @property
    def stale_blocks(self) -> frozenset[str]:
        """Return the blocks whose values are those of before a change of the page."""
        return frozenset(key.partition(".")[0] for key in self.values) if self.old else self.changed

    @property
    def stale(self) -> bool:
        """Return whether any value is of before a change of the page."""
        return self.old or any(map(self.is_stale, self.values))

    def within(self, prefix: str) -> PageResults:
        """Return what lies in a use (``layer1/``), by the addresses that it has there; without a prefix all."""
        if not prefix:
            return self
        stale = frozenset(key.partition(".")[0] for key in self.values if self.is_stale(key))
        changed = frozenset(values_within(dict.fromkeys(stale), prefix))
        return replace(
            self,
            values=values_within(self.values, prefix),
            inputs=values_within(self.inputs, prefix),
            changed=changed,
        )


class ResultStore(QObject):
    """Results by page. ``changed`` and ``restarted`` (the steps start anew) carry the page's name."""

    changed = Signal(str)
    restarted = Signal(str)
    renamed = Signal(str, str)  # old, new

    def __init__(self, parent: QObject | None = None) -> None:
        """Make an empty store."""
        super().__init__(parent)
        self._pages: dict[str, PageResults] = {}
        self._ran: dict[str, PageComputation] = {}  # what the pages computed when their runs began
        self._edited: dict[str, frozenset[str]] = {}  # blocks of pages edited since
        self._rewritten: dict[
            str, frozenset[str]
        ] = {}  # blocks that have read a file which has changed since
        self._outdated: dict[str, frozenset[str]] = {}  # those, and what depends on them
        self._inside: tuple[str, str, str] | None = (
            None  # a page, the one that runs, and the way to its use there
        )

    @property
    def has_run(self) -> bool:
        """Return whether a page has been run since the project was opened, or runs."""
        return bool(self._ran)

    def page(self, name: str) -> PageResults:
        """Return a page's results; empty where nothing has run."""
        if self._inside is not None and name == self._inside[0]:
            _, root, prefix = self._inside
            return self.page(root).within(prefix)
        return self._pages.get(name) or PageResults()

    def look_inside(self, page: str, root: str, prefix: str) -> None:
        """Let the results of a page be those of a use of it (``layer1/``) on the page ``root``, until it is left."""
        self.leave()
        self._inside = (page, root, prefix)
        self.restarted.emit(page)
        self.changed.emit(page)

    def has_run_around(self, page: str) -> bool:
        """Return whether a page is looked at as a use, and what it stands on has results."""
        return (
            self._inside is not None and page == self._inside[0] and bool(self.page(self._inside[1]).values)
        )

    def leave(self) -> None:
        """Let every page have its own results again."""
        if self._inside is not None:
            page, self._inside = self._inside[0], None
            self.restarted.emit(page)
            self.changed.emit(page)

    def _emit_changed(self, page: str) -> None:
        self.changed.emit(page)
        if self._inside is not None and page == self._inside[1]:
            self.changed.emit(self._inside[0])

    def put(
        self, page: str, values: dict[str, Value], step: int, inputs: dict[str, Value] | None = None
    ) -> None:
        """Replace a page's results by those of a step; ``inputs`` are of blocks that failed in it."""
        changed = self._changed(page)
        self._pages[page] = PageResults(dict(values), step, dict(inputs or {}), changed=changed)
        self._emit_changed(page)

    def merge(
        self, page: Page, values: dict[str, Value], blocks: Collection[str], pages_of: PagesOf = no_pages
    ) -> None:
        """Put what some blocks of a page gave beside the results that are there; ``page`` is as it was run.

        `follow` finds afterwards what of the others is of before a change.
        """
        known, now = self.page(page.name), computation_of(page, pages_of)
        ran = self._ran.get(page.name)
        if ran is not None and ran.scope == now.scope:
            fresh = {block: now.blocks[block] for block in blocks if block in now.blocks}
            now = now._replace(blocks={**without(ran, known.changed).blocks, **fresh})
        self._ran[page.name] = now
        if page.name in self._rewritten:
            self._rewritten[page.name] -= {block.partition("/")[0] for block in blocks}
        merged = {**known.values, **values}
        self._pages[page.name] = PageResults(merged, known.step, changed=known.changed - frozenset(blocks))
        self._emit_changed(page.name)

    def put_saved(self, page: str, values: dict[str, Value]) -> None:
        """Show the results that a file holds: they may be older than its diagram."""
        self._pages[page] = PageResults(dict(values), old=True, saved=True)
        self._emit_changed(page)

    def restart(self, page: str) -> None:
        """Say that the page's steps start anew; its results stay until the first step has its own."""
        self.restarted.emit(page)
        if self._inside is not None and page == self._inside[1]:
            self.restarted.emit(self._inside[0])

    def begin(self, page: Page, pages_of: PagesOf = no_pages) -> None:
        """Say that a page runs as it is now: the results to come are compared with this when it is edited."""
        self._ran[page.name] = computation_of(page, pages_of)
        self._edited.pop(page.name, None)

    def begin_files(self, page: str) -> None:
        """Say that a page's run reads its files anew: the results to come are those of the files as they are now."""
        self._rewritten.pop(page, None)
        self._outdated.pop(page, None)

    def follow(self, page: Page, writes: Writes, pages_of: PagesOf = no_pages) -> None:
        """Find which results an edit of the page has made stale, or, where it was taken back, current again."""
        ran = self._ran.get(page.name)
        if ran is None:
            return
        before = self._changed(page.name)
        self._edited[page.name] = changed_since(ran, page, writes, pages_of)
        self._outdated[page.name] = reached_by(page, self._rewritten.get(page.name, ()), writes)
        changed = self._changed(page.name)
        if changed != before:
            if page.name in self._pages:
                self._pages[page.name].changed = changed
            self._emit_changed(page.name)

    def follow_files(
        self, page: Page, blocks: frozenset[str], writes: Writes, pages_of: PagesOf = no_pages
    ) -> None:
        """Find which results are stale as ``blocks`` have read files that are others now."""
        self._rewritten[page.name] = blocks
        self.follow(page, writes, pages_of)

    def _changed(self, page: str) -> frozenset[str]:
        return self._edited.get(page, frozenset()) | self._outdated.get(page, frozenset())

    def mark_old(self, page: str) -> None:
        """Say that all results of a page are of another state than the one that its next step begins with."""
        results = self._pages.get(page)
        if results is not None and not results.old:
            results.old = True
            self._emit_changed(page)

    def rename(self, old: str, new: str) -> None:
        """Follow a page's new name."""
        self.renamed.emit(old, new)
        if old in self._ran:
            self._ran[new] = self._ran.pop(old)
        for known in (self._edited, self._rewritten, self._outdated):
            if old in known:
                known[new] = known.pop(old)
        if old in self._pages:
            self._pages[new] = self._pages.pop(old)
            self._emit_changed(new)

    def rename_block(self, page: str, old: str, new: str) -> None:
        """Follow a block's new id; the values are those of before."""
        results = self._pages.get(page)
        if page in self._ran:
            self._ran[page] = with_new_id(self._ran[page], old, new)
        for known in (self._edited, self._rewritten, self._outdated):
            if page in known:
                known[page] = frozenset(new if block == old else block for block in known[page])
        if results is not None:
            results.values = under_new_ids({old: new}, results.values)
            results.inputs = under_new_ids({old: new}, results.inputs)
            self._emit_changed(page)

    def forget(self, page: str | None = None) -> None:
        """Drop one page's results, or all."""
        for name in [page] if page is not None else list(self._ran):
            self._ran.pop(name, None)
            for known in (self._edited, self._rewritten, self._outdated):
                known.pop(name, None)
        for name in [page] if page is not None else list(self._pages):
            if self._pages.pop(name, None) is not None:
                self.restarted.emit(name)
                self._emit_changed(name)

    def is_empty(self, page: str, key: str) -> bool:
        """Return whether there is nothing of an output yet, not even why it has no value."""
        block_pin, _ = split_index(key)
        results = self.page(page)
        return block_pin not in results.inputs and block_pin not in results.values

    def tensors(self, page: str, key: str) -> list[tuple[str, TensorValue | None, str]]:
        """Return the tensors of an output as (name, value or None, why not): one, or one per list element.

        ``key`` is ``block.pin`` or ``block.pin[3]``; the names are the original's: ``result_output``.
        """
        from app.engine.values.results import ListValue, TensorValue  # late: it needs NumPy

        block_pin, index = split_index(key)
        results, pin = self.page(page), block_pin.partition(".")[2]
        is_input = block_pin in results.inputs
        value = results.inputs[block_pin] if is_input else results.values.get(block_pin)
        name = pin if is_input else "result_" + pin
        if value is None:
            return [(name, None, "no value yet: run the page")]
        if isinstance(value, ListValue):
            chosen = (
                list(enumerate(value.items))
                if index is None
                else list(enumerate(value.items))[index : index + 1]
            )
            items = [(f"{name}[{i}]", item) for i, item in chosen]
        else:
            items = [(name, value)]
        return [
            (n, v, "") if isinstance(v, TensorValue) else (n, None, _REASONS.get(v.reason, v.reason))
            for n, v in items
        ]


def split_index(key: str) -> tuple[str, int | None]:
    """Split ``block.pin[3]`` into ``block.pin`` and 3; further indices address elements and are left out."""
    head, bracket, rest = key.partition("[")
    number = rest.partition("]")[0]
    return head, int(number) if bracket and number.isdigit() else None
