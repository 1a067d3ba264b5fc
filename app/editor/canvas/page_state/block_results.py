"""Which blocks show what their outputs gave in the last run, as page and blocks say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.document.editing.base import Change
from app.editor.canvas.items.page_items import PageItems
from app.editor.canvas.items.result_card import ResultCard
from blocks.catalog import Catalog


class BlockResults:
    """Puts the value of each block's first output that has one on the block's item, also on those made later.

    What a monitor of the page shows already is left out, unless the block itself asks for it.
    """

    def __init__(self, items: PageItems, catalog: Catalog) -> None:
        """Start without values."""
        self._items, self._catalog = items, catalog
        self._values: Mapping[str, object] = {}

    def show(self, values: Mapping[str, object]) -> bool:
        """Take the values of the last step, by ``block.pin``; return whether blocks reach down otherwise by them."""
        self._values = values
        return self.renew()

    def follow(self, changes: Sequence[Change]) -> None:
        """Follow changes of the page: blocks that are new or shown otherwise, monitors that show what blocks would."""
        kinds = {change.kind for change in changes}
        if kinds & {"monitor-added", "monitor-removed", "monitor-changed"}:
            self.renew()
        elif any(kind.startswith("block-") and kind != "block-moved" for kind in kinds):
            self.renew(
                {
                    name
                    for change in changes
                    if change.kind.startswith("block-") and change.kind != "block-removed"
                    for name in change.ids
                }
            )

    def renew(self, blocks: Iterable[str] | None = None) -> bool:
        """Show or hide the results of these blocks (None: all); return whether some reach down otherwise."""
        page, items = self._items.page, self._items.blocks
        usual = page.view.results
        watched = (
            {pin.partition("[")[0] for m in page.monitors.values() for pin in m.pins} if usual else set()
        )
        reaches = []
        for name in list(items) if blocks is None else blocks:
            item, block = items.get(name), page.blocks.get(name)
            if item is None or block is None:
                continue
            shows = usual if block.view.result is None else block.view.result
            key = self._shown_of(name, block.symbol) if shows and not item.shape_plan.collapsed else ""
            if block.view.result is None and key in watched:
                key = ""  # a monitor shows it already
            value, reach = self._values.get(key), item.result_reach
            if value is None:
                item.set_result(None)
            elif item.result is None or item.result.value is not value:
                item.set_result(ResultCard(value, key.partition(".")[2]))
            if item.result_reach != reach:
                reaches.append(name)
        if reaches:
            self._items.lead_around(reaches)
        return bool(reaches)

    def _shown_of(self, block: str, symbol_name: str) -> str:
        """Return the first of a block's outputs that has a value, as ``block.pin``; "" for none."""
        symbol = self._catalog.get(symbol_name)
        keys = (f"{block}.{pin.name}" for pin in (symbol.outputs if symbol is not None else ()))
        return next((key for key in keys if key in self._values), "")
