"""What is selected on a canvas: blocks, wires, notes and monitors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from time import perf_counter
from typing import NamedTuple

from PySide6.QtCore import QObject

from app.document.model.diagram import Wire
from app.editor.canvas.items.page_items import PageItems, WireKey
from app.editor.widgets.slices import Slices

_DRAWN_NOW = 50  # blocks that are drawn when they are selected, where they wait to be drawn
_AT_ONCE = 500  # blocks that are repainted at once when they are selected or no longer so


class Selected(NamedTuple):
    """A selection as it was at a moment."""

    blocks: frozenset[str] = frozenset()
    wires: frozenset[WireKey] = frozenset()
    notes: frozenset[str] = frozenset()
    monitors: frozenset[str] = frozenset()


class Selection:
    """Sets of ids (wires by their ends). ``changed`` is called once for each change."""

    def __init__(self, items: PageItems, changed: Callable[[], None], parent: QObject | None = None) -> None:
        """Start with nothing. What can wait ends with ``parent``."""
        self._items, self._changed = items, changed
        self._unlike: dict[str, None] = {}  # blocks that do not look as they are yet
        self._later = Slices(self._go_on, parent)
        self.blocks: set[str] = set()
        self.wires: set[WireKey] = set()
        self.notes: set[str] = set()
        self.monitors: set[str] = set()

    def __bool__(self) -> bool:
        """Return whether anything is selected."""
        return bool(self.blocks or self.wires or self.notes or self.monitors)

    def choose(
        self,
        blocks: Iterable[str] = (),
        wires: Iterable[WireKey] = (),
        notes: Iterable[str] = (),
        monitors: Iterable[str] = (),
    ) -> None:
        """Select exactly these (those that are on the page)."""
        items, before = self._items, (self.blocks, self.wires, set(self.notes), set(self.monitors))
        self.blocks = items.page.blocks.keys() & set(blocks)
        undrawn = self.blocks - items.blocks.keys()
        if 0 < len(undrawn) <= _DRAWN_NOW:
            items.draw_now(undrawn)
        self._look(before[0] ^ self.blocks)
        chosen_wires = set(wires)
        self.wires = chosen_wires & items.known_wires() if chosen_wires else chosen_wires
        for selected, ids, shown in (
            (self.notes, notes, items.notes),
            (self.monitors, monitors, items.monitors),
        ):
            chosen = set(ids) & shown.keys()
            for item_id in selected ^ chosen:
                if item_id in shown:
                    shown[item_id].set_selected_look(item_id in chosen)
            selected.clear()
            selected.update(chosen)
        if (self.blocks, self.wires, self.notes, self.monitors) != before:
            self._changed()

    def forget(self) -> None:
        """Let blocks look as they look: they are about to go."""
        self._later.stop()
        self._unlike.clear()

    def state(self) -> Selected:
        """Return what is selected, to compare or to restore."""
        return Selected(
            frozenset(self.blocks), frozenset(self.wires), frozenset(self.notes), frozenset(self.monitors)
        )

    def restore(self, state: Selected, ids: Iterable[str] = (), toggle: bool = False) -> None:
        """Select a former state and, in addition, items by id.

        ``toggle`` takes away those that were in it.
        """
        blocks, notes, monitors = set(state.blocks), set(state.notes), set(state.monitors)
        for item_id in ids:
            for chosen, shown in ((blocks, self._items.page.blocks), (notes, self._items.notes),
                                  (monitors, self._items.monitors)):  # fmt: skip
                if item_id in shown:
                    if toggle and item_id in chosen:
                        chosen.discard(item_id)
                    else:
                        chosen.add(item_id)
        self.choose(blocks, state.wires, notes, monitors)

    def choose_ids(self, ids: Iterable[str]) -> None:
        """Select exactly the items of these ids, of whatever sort."""
        self.restore(Selected(), ids)

    def choose_all(self) -> None:
        """Select everything on the page."""
        items = self._items
        self.choose(items.page.blocks, items.known_wires(), items.notes, items.monitors)

    def choose_same_symbols(self) -> None:
        """Select all blocks of the selected blocks' symbols."""
        blocks = self._items.page.blocks
        symbols = {blocks[b].symbol for b in self.ordered_blocks()}
        self.choose(b.id for b in blocks.values() if b.symbol in symbols)

    def clear(self) -> None:
        """Select nothing."""
        self.choose()

    def ids(self) -> set[str]:
        """Return the ids of all selected blocks, notes and monitors."""
        return self.blocks | self.notes | self.monitors

    def prune(self) -> None:
        """Drop what is no longer on the page; give new items of old ids their look."""
        shown_blocks = self._items.blocks
        self._look({i for i in self.blocks if i in shown_blocks and not shown_blocks[i].selected_look})
        for selected, shown in ((self.notes, self._items.notes), (self.monitors, self._items.monitors)):
            for item_id in selected & shown.keys():
                shown[item_id].set_selected_look(True)
        self.choose(self.blocks, self.wires, set(self.notes), set(self.monitors))

    def ordered_blocks(self) -> list[str]:
        """Return the ids of the selected blocks, in page order."""
        return [b for b in self._items.page.blocks if b in self.blocks] if self.blocks else []

    def ordered_notes(self) -> list[str]:
        """Return the ids of the selected notes, in page order."""
        return [n for n in self._items.page.notes if n in self.notes]

    def ordered_monitors(self) -> list[str]:
        """Return the ids of the selected monitors, in page order."""
        return [m for m in self._items.page.monitors if m in self.monitors]

    def ordered_wires(self, inside: Collection[str] = ()) -> list[Wire]:
        """Return the selected wires as the page holds them, in page order, without those between blocks ``inside``.

        These are blocks of the page.
        """
        if len(inside) == len(self._items.page.blocks):
            return []  # no need to look at thousands of wires
        chosen = {key for key in self.wires if not (key[0].block in inside and key[1].block in inside)}
        if not chosen:
            return []
        sources = {source.block for source, _ in chosen}  # most wires are not even near
        wires = self._items.page.wires
        return [w for w in wires if w.source.block in sources and (w.source, w.target) in chosen]

    def _look(self, changed: set[str]) -> None:
        """Let blocks gain or lose the look of the selected; many do so between the events."""
        self._unlike.update(dict.fromkeys(changed))
        if len(self._unlike) > _AT_ONCE:
            self._later.start()
        else:
            self._later.finish()

    def _go_on(self, until: float) -> bool:
        """Give blocks their look, up to a moment; return whether some are left."""
        unlike, blocks = self._unlike, self._items.blocks
        while unlike and perf_counter() < until:
            block_id, _ = unlike.popitem()
            item, selected = blocks.get(block_id), block_id in self.blocks
            if item is not None and item.selected_look != selected:
                item.selected_look = selected
                item.refresh()
        return bool(unlike)
