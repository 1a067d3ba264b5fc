"""Draws the pages of a folded page: parts as uses, what leads in and out as Arguments and Results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from app.document.model.diagram import Block, Page, PinRef, PinText, Wire
from app.document.model.function_page import (
    ARGUMENT,
    ARGUMENT_OUTPUT,
    RESERVED,
    RESULT,
    RESULT_INPUT,
)
from app.document.model.page_symbol import PREFIX
from app.document.model.view import BlockView, PageView
from app.engine.exchange.flat_page import FlatPage
from app.engine.exchange.kinds import Built, Kind, Kinds, shape_follows
from app.engine.exchange.part_names import Ids, common_name, last_of, short, within, without_number
from app.engine.exchange.parts import Part, mark_of
from app.engine.exchange.placing import placed, view_as_placed

_MOST_ROWS = 3  # values of a use that are shown in its rows; one with more shows its title only


@dataclass
class Made:
    """A page that stands for a part: its pins by the lines and by the values that they carry."""

    page: Page
    arguments: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)


class FoldedPages:
    """Draws the page of each part, inner ones first."""

    def __init__(
        self,
        flat: FlatPage,
        names: Sequence[str],
        blocks: Sequence[Block],
        kinds: Kinds,
        taken: Collection[str],
    ) -> None:
        """Prepare for a flat page; ``blocks`` are those of made pages, ``taken`` names that others have."""
        self._flat, self._names, self._blocks, self._kinds = flat, names, blocks, kinds
        self._taken = {flat.page.name, *taken}
        self._titles: dict[object, str] = {}  # by kind where that is shared, else by part
        self._made: dict[Part, Made] = {}

    def drawn(self, root: Part) -> list[Page]:
        """Return the page itself, with uses, and the pages that these stand for."""
        self._name_pages(root)
        for kind in self._kinds:
            if kind.is_shared:
                made = self._page_of(kind.first, kind)
                self._made.update(dict.fromkeys((built.part for built in kind.members), made))
            else:
                self._made.update((built.part, self._page_of(built, kind)) for built in kind.members)
        main = _Drawing(self._flat, self._names, self._flat.blocks, self._made, self._kinds, root, None)
        page = replace(self._flat.page, blocks=main.blocks(), wires=main.wires())
        page.view = view_as_placed(page.view)
        within = {id(m): m for part in root.all_parts() if (m := self._made.get(part)) is not None}
        return [page, *(made.page for made in within.values())]

    def _name_pages(self, root: Part) -> None:
        """Give the pages names that no other page has, those that are read first the plain ones."""
        for part in root.all_parts():
            built = self._kinds.built.get(part)
            if built is None:
                continue
            key = built.kind if built.kind.is_shared else part
            if key in self._titles:
                continue
            names = [one.part.name for one in built.kind.members] if built.kind.is_shared else [part.name]
            stem = (common_name(names) if len(names) > 1 else names[0]).strip("_") or "part"
            name, number = stem, 1
            while name in self._taken:
                number += 1
                name = f"{stem} ({number})"
            self._taken.add(name)
            self._titles[key] = name

    def _page_of(self, built: Built, kind: Kind) -> Made:
        title = self._titles[kind if kind.is_shared else built.part]
        drawing = _Drawing(self._flat, self._names, self._blocks, self._made, self._kinds, built.part, built)
        page = Page(
            name=title, blocks=drawing.blocks(), wires=drawing.wires(), view=view_as_placed(PageView())
        )
        return Made(page, drawing.arguments, drawing.values, drawing.results)


class _Drawing:
    """One page as it is drawn; the page itself has no ``built``."""

    def __init__(
        self,
        flat: FlatPage,
        names: Sequence[str],
        source: Sequence[Block],
        made: dict[Part, Made],
        kinds: Kinds,
        part: Part,
        built: Built | None,
    ) -> None:
        self._flat, self._names, self._source, self._made = flat, names, source, made
        self._kinds, self._part, self._built = kinds, part, built
        single = [item for item in part.items if isinstance(item, int) and flat.sources[item]]
        self._in_scope = Counter(names[node].rpartition("/")[0] for node in single)
        known = (b.id for b in flat.blocks) if built is None else ()
        self._ids = Ids([*RESERVED, *known])
        self.arguments: list[str] = []
        self.results: list[str] = []
        self.values: list[str] = []
        self._value_pins: dict[tuple[int, str | int], str] = {}  # by unit's first block and pin, an Argument
        self._entrance: dict[int, PinRef] = {}  # by line that is led in
        if built is not None:
            self._name_pins(built)
        self._items = _as_read(flat, part.items)
        self._owner: dict[int, int | Part] = {}
        for item in part.items:
            self._owner.update(dict.fromkeys([item] if isinstance(item, int) else item.nodes, item))
        self._unit_ids = self._named_units()
        self._loose_end: PinRef | None = None  # what leads out where nothing is taken, as a page needs a pin
        if built is not None and not (self.arguments or self.values or self.results):
            self._loose_end = self._last_output()
            self.results.append(self._ids.give("output"))

    # --- names
    def _input_name(self, built: Built, place: int) -> str:
        """Return the name of what is led in at a place; of a shared page the one that it has at all uses."""
        flat = self._flat
        if not built.kind.is_shared:
            node = flat.lines[built.into[place]].block
            return last_of(self._names[node], flat.blocks[node].symbol)
        nodes = [flat.lines[member.into[place]].block for member in built.kind.members]
        found = {without_number(last_of(self._names[n], flat.blocks[n].symbol)) for n in nodes}
        return next(iter(found)) if len(found) == 1 else "input"

    def _name_pins(self, built: Built) -> None:
        flat = self._flat
        for place, line in enumerate(built.into):
            name = "input" if len(built.into) == 1 else self._input_name(built, place)
            self.arguments.append(self._ids.give(name or flat.blocks[flat.lines[line].block].id))
        self._entrance = {
            line: PinRef(name, ARGUMENT_OUTPUT) for line, name in zip(built.into, self.arguments, strict=True)
        }
        for number in built.kind.differing:
            value = built.values[number]
            unit = built.units[value.unit]
            given = self._ids.give(without_number(self._value_name(unit, value.pin)))
            self.values.append(given)
            self._value_pins[mark_of(unit), value.pin] = given
        for number, led in built.kind.following.items():
            value, leader = built.values[number], built.values[led]
            given = self._value_pins[mark_of(built.units[leader.unit]), leader.pin]
            self._value_pins[mark_of(built.units[value.unit]), value.pin] = given
        for line in built.out_of:
            node = flat.lines[line].block
            name = "output" if len(built.out_of) == 1 else self._short(node)
            self.results.append(self._ids.give(f"{name}_out" if name != "output" else name))

    def _value_name(self, unit: int | Part, pin: str | int) -> str:
        if isinstance(unit, Part):
            made = self._made[unit]
            inner = made.values[unit_values(self._kinds, unit).index(pin)]
            return f"{within(unit.path, self._part.path).rpartition('/')[2]}_{inner}"
        block = self._source[unit]
        name = self._short(unit)
        return name if block.symbol == "Variable" or pin == "val" else f"{name}_{pin}"

    def _short(self, node: int) -> str:
        """Return a block's name on the page, without the kind of block where it is alone in its scope."""
        block, name = self._source[node], self._names[node]
        if not name:
            return block.id
        inner = within(name, self._part.path)
        if (
            inner == name and not self._flat.sources[node]
        ):  # a Variable may be called as none of its takers is
            inner = name.rpartition("/")[2]
        return short(inner, block.symbol) if self._in_scope[name.rpartition("/")[0]] == 1 else inner

    def _named_units(self) -> dict[int | Part, str]:
        found: dict[int | Part, str] = {}
        for item in self._items:
            if isinstance(item, Part):
                name = within(item.path, self._part.path) if item.is_named else item.name
                found[item] = self._ids.give(name.rpartition("/")[2])
            elif self._built is None:
                found[item] = self._flat.blocks[item].id
            else:
                name = self._short(item)
                led = (item, "initvalues") in self._value_pins
                found[item] = self._ids.give(f"{without_number(name)}_variable" if led else name)
        return found

    def _last_output(self) -> PinRef:
        """Return the output that is read last of those that a page can give."""
        for item in reversed(self._items):
            use = self._unit_ids[item]
            if isinstance(item, Part):
                if self._made[item].results:
                    return PinRef(use, self._made[item].results[-1])
                continue
            symbol = self._flat.symbol(item)
            pins = (pin.name for pin in symbol.outputs if pin.kind == "tensor") if symbol is not None else ()
            for pin in pins:
                return PinRef(use, pin)
        return PinRef(self._unit_ids[self._items[-1]], ARGUMENT_OUTPUT)

    # --- blocks
    def blocks(self) -> dict[str, Block]:
        """Return the blocks: Arguments, those of the part in the order of the file, Results."""
        made = [Block(id=i, symbol=ARGUMENT) for i in self.arguments]
        made += self._value_arguments()
        made += [block for item in self._items for block in self._block(item)]
        made += [Block(id=i, symbol=RESULT) for i in self.results]
        return placed({block.id: block for block in made}, self.wires(), self._flat.catalog)

    def _value_arguments(self) -> Iterator[Block]:
        drawn: set[str] = set()
        for (node, pin), name in self._value_pins.items():
            if name in drawn:
                continue
            drawn.add(name)
            block = self._source[node]
            dtype = block.pins.get("dtype") if pin in ("initvalues", "val") else None
            pins: dict[str, PinText] = {"dtype": dtype} if isinstance(dtype, str) and dtype else {}
            yield Block(id=name, symbol=ARGUMENT, pins=pins, view=BlockView(collapsed=True))

    def _block(self, item: int | Part) -> Iterator[Block]:
        if isinstance(item, Part):
            made = self._made[item]
            pins = {
                made.values[i]: text
                for i, (pin, text) in enumerate(self._kinds.values_of(item))
                if (mark_of(item), pin) not in self._value_pins
            }
            view = BlockView(collapsed=len(pins) > _MOST_ROWS)
            symbol = f"{PREFIX}{made.page.name}"
            yield Block(
                id=self._unit_ids[item], symbol=symbol, pins=pins, label=self._unit_ids[item], view=view
            )
            return
        block = self._source[item]
        if self._built is None:
            name = self._names[item]
            yield replace(block, label="/".join(name.split("/")[-2:])) if block.label and name else block
            return
        led = {pin for node, pin in self._value_pins if node == item}
        if "val" in led:
            return
        pins = {pin: text for pin, text in block.pins.items() if pin not in led}
        if "initvalues" in led and shape_follows(block):
            pins.pop("shape", None)
        yield replace(block, id=self._unit_ids[item], pins=pins, label=self._label(item))

    def _label(self, node: int) -> str | None:
        """Return a block's name on the page where it says more than what kind of block it is."""
        name = self._short(node)
        return name if self._names[node] and name.lower() != self._source[node].symbol.lower() else None

    # --- wires
    def wires(self) -> list[Wire]:
        """Return the wires, in the order of the file at each pin."""
        found: list[Wire] = []
        for item in self._items:
            if isinstance(item, Part):
                built, made = self._kinds.built[item], self._made[item]
                use = self._unit_ids[item]
                found += [
                    Wire(source=self._source_of(line), target=PinRef(use, pin))
                    for line, pin in zip(built.into, made.arguments, strict=True)
                ]
            else:
                found += self._wires_to(item)
            found += self._values_to(item)
        if self._loose_end is not None:
            found.append(Wire(source=self._loose_end, target=PinRef(self.results[0], RESULT_INPUT)))
        elif self._built is not None:
            found += [
                Wire(source=self._source_of(line), target=PinRef(name, RESULT_INPUT))
                for line, name in zip(self._built.out_of, self.results, strict=True)
            ]
        return found

    def _wires_to(self, node: int) -> Iterator[Wire]:
        flat = self._flat
        for wire, (pin, line) in zip(flat.wires_to[node], flat.entering[node], strict=True):
            source = self._source_of(line)
            if self._built is None and source == wire.source:
                yield wire
            else:
                yield Wire(source=source, target=PinRef(self._unit_ids[node], pin), hidden=wire.hidden)

    def _values_to(self, item: int | Part) -> Iterator[Wire]:
        for (first, pin), name in self._value_pins.items():
            if first != mark_of(item) or pin == "val":
                continue
            if isinstance(item, Part):
                pin = self._made[item].values[unit_values(self._kinds, item).index(pin)]
            yield Wire(source=PinRef(name, ARGUMENT_OUTPUT), target=PinRef(self._unit_ids[item], str(pin)))

    def _source_of(self, line: int) -> PinRef:
        """Return where a line begins on this page."""
        node, pin, index = self._flat.lines[line]
        item = self._owner.get(node)
        if item is None:
            return self._entrance[line]
        if isinstance(item, Part):
            number = self._kinds.built[item].out_of.index(line)
            return PinRef(self._unit_ids[item], self._made[item].results[number])
        value = self._value_pins.get((node, "val"))
        if value is not None:
            return PinRef(value, ARGUMENT_OUTPUT)
        return PinRef(self._unit_ids[node], pin, index)


def unit_values(kinds: Kinds, part: Part) -> list[str | int]:
    """Return the numbers of the values that a part's page gets from its uses."""
    return [pin for pin, _ in kinds.values_of(part)]


def _as_read(flat: FlatPage, items: Sequence[int | Part]) -> list[int | Part]:
    """Return what is on a page as it is read; the blocks whose order counts in the order of the file.

    These are the blocks that write one Variable, and what the page is called with and gives.
    """
    found = sorted(items, key=lambda item: flat.reading[mark_of(item)])
    for kind in (flat.writing, flat.arguments, flat.results):
        places = [i for i, item in enumerate(found) if isinstance(item, int) and item in kind]
        for place, item in zip(places, sorted(mark_of(found[i]) for i in places), strict=True):
            found[place] = item
    return found
