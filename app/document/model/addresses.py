"""The one walk over everything on a page that names a block by its id; renaming and pasting go through it.

These are the ends of wires, the pins of monitors, the condition that ends a run, the guard's pins, the blocks that
draw by another address than their own, and what snapshots and saved results are filed under. The page's own list of
blocks is none of them, nor are the addresses by which blocks draw.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from msgspec.structs import replace

from app.document.model.address import is_within, split_address
from app.document.model.diagram import Block, Monitor, Page, PinRef, RunSettings, Wire
from app.document.model.stored_values import with_moved

# From the address of a block as the page bears it (``block``, ``use/block``) to the one that takes its place.
Rename = Callable[[str], str]
# From such an address and a pin of the block to those that take their place.
RenamePin = Callable[[str, str], tuple[str, str]]

_PIN = re.compile(r"\.([\w-]+)")
_WITH_STATE = "Variable"  # the symbol whose values snapshots hold


class Held(NamedTuple):
    """The addresses under which values of a page may be stored: of its Variables, and of all its blocks."""

    variables: Iterable[str]
    blocks: Iterable[str]

    @classmethod
    def by(cls, blocks: Iterable[tuple[str, Block]]) -> Held:
        """Return those among blocks with their addresses."""
        known = list(blocks)
        return cls([at for at, block in known if block.symbol == _WITH_STATE], [at for at, _ in known])


def by_id(ids: Mapping[str, str]) -> Rename:
    """Return the renaming that gives the page's own blocks other ids, in front of what lies within them too."""

    def rename(block: str) -> str:
        head, slash, within = block.partition("/")
        return ids.get(head, head) + slash + within

    return rename


def of_block(block: str, pins: Mapping[str, str]) -> RenamePin:
    """Return the renaming that gives pins of one block other names."""
    return lambda at, pin: (at, pins.get(pin, pin) if at == block else pin)


def with_addresses(
    page: Page, rename: Rename, blocks: Callable[[], Iterable[tuple[str, Block]]] | None = None
) -> Page:
    """Return the page with every address in it renamed; it shares with the given page what has not changed.

    ``blocks`` gives the blocks whose values may be stored, with their addresses before the renaming (None: the page's
    own).
    """
    is_stored = bool(page.snapshots or page.results)
    held = Held.by((blocks or page.blocks.items)() if is_stored else ())
    return replace(
        page,
        wires=[_wire(wire, rename) for wire in page.wires],
        monitors={name: _monitor(monitor, rename) for name, monitor in page.monitors.items()},
        seeds={rename(block): at for block, at in page.seeds.items()},
        run=_run(page.run, rename),
        snapshots={name: with_moved(entry, rename, held.variables) for name, entry in page.snapshots.items()},
        results=with_moved(page.results, rename, held.blocks),
    )


def with_pins(page: Page, rename: RenamePin) -> Page:
    """Return the page with its monitors and run settings naming pins by their new names; wires stay."""

    def renamed(text: str) -> str:
        blank, block, rest = split_address(text)
        found = _PIN.match(rest) if block else None
        if found is None:
            return text
        other, pin = rename(block, found[1])
        return f"{blank}{other}.{pin}{rest[found.end() :]}"

    return replace(
        page,
        monitors={name: _monitor_with(monitor, renamed) for name, monitor in page.monitors.items()},
        run=_renamed_run(page.run, renamed),
    )


def monitored_within(page: Page) -> tuple[str, ...]:
    """Return the outputs within uses that the page's monitors look at, without the indices of elements."""
    pins = (pin for monitor in page.monitors.values() for pin in monitor.pins)
    return tuple(dict.fromkeys(pin.partition("[")[0] for pin in pins if is_within(split_address(pin)[1])))


def renamed_address(text: str, rename: Rename) -> str:
    """Return an address, or a text that begins with one, with its block renamed."""
    blank, block, rest = split_address(text)
    return f"{blank}{rename(block)}{rest}" if block else text


def _wire(wire: Wire, rename: Rename) -> Wire:
    source, target = _end(wire.source, rename), _end(wire.target, rename)
    if source is wire.source and target is wire.target:
        return wire
    return replace(wire, source=source, target=target)


def _end(end: PinRef, rename: Rename) -> PinRef:
    block = rename(end.block)
    return end if block == end.block else PinRef(block, end.pin, end.index)


def _monitor(monitor: Monitor, rename: Rename) -> Monitor:
    return _monitor_with(monitor, lambda pin: renamed_address(pin, rename))


def _monitor_with(monitor: Monitor, renamed: Callable[[str], str]) -> Monitor:
    pins = tuple(map(renamed, monitor.pins))
    return monitor if pins == monitor.pins else replace(monitor, pins=pins)


def _run(run: RunSettings, rename: Rename) -> RunSettings:
    return _renamed_run(run, lambda text: renamed_address(text, rename))


def _renamed_run(run: RunSettings, renamed: Callable[[str], str]) -> RunSettings:
    until = None if run.until is None else renamed(run.until)
    guard = run.guard if isinstance(run.guard, bool) else tuple(map(renamed, run.guard))
    return run if (until, guard) == (run.until, run.guard) else replace(run, until=until, guard=guard)
