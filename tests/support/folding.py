"""Whether folded pages stand for the same graph as the flat page, found by walking both upstream side by side."""

from __future__ import annotations

from collections.abc import Collection

from app.document.literals.parser import parse_literal
from app.document.literals.values import parse_value
from app.document.model.diagram import ArrayRef, Page, PinRef, PinText, Wire
from app.document.model.function_page import ARGUMENT, ARGUMENT_DEFAULT, RESULT, RESULT_INPUT
from app.document.resources.function_pages import FunctionPages
from app.document.resources.inlining import BROUGHT, inlined

Given = PinRef | PinText  # an output, or the text that stands in its place


class _Graph:
    """A page without uses, with what each pin gets: outputs of blocks and texts."""

    def __init__(self, page: Page, uses: Collection[str]) -> None:
        self.blocks, self._uses = page.blocks, uses
        self._wires: dict[str, dict[str, list[Wire]]] = {}
        for wire in page.wires:
            self._wires.setdefault(wire.target.block, {}).setdefault(wire.target.pin, []).append(wire)

    def pins(self, name: str) -> dict[str, list[Given]]:
        """Return what is wired to the pins of a block and typed there, Arguments and Results seen through."""
        block = self.blocks[name]
        found: dict[str, list[Given]] = {pin: [text] for pin, text in block.pins.items()}
        for pin, wires in self._wires.get(name, {}).items():
            found[pin] = [self._given(wire.source) for wire in wires]
        if block.symbol == "Variable" and _has_shape(found):
            del found["shape"]
        return found

    def _given(self, end: PinRef) -> Given:
        while True:
            block = self.blocks[end.block]
            if end.block in self._uses:
                wires = self._wires[end.block][end.pin]
            elif block.symbol == ARGUMENT and "/" in end.block:
                if BROUGHT not in self._wires.get(end.block, {}):
                    return block.pins[ARGUMENT_DEFAULT]
                wires = self._wires[end.block][BROUGHT]
            elif block.symbol == RESULT and "/" in end.block:
                wires = self._wires[end.block][RESULT_INPUT]
            else:
                break
            assert len(wires) == 1
            end = wires[0].source
        return block.pins["val"] if block.symbol in ("Const", "Const_ex") else end


def _has_shape(pins: dict[str, list[Given]]) -> bool:
    """Return whether the shape of a Variable is what its initial value has anyhow."""
    (start,), (shape,) = pins.get("initvalues", [""]), pins.get("shape", [""])
    if not start or not shape or isinstance(start, PinRef) or not isinstance(shape, str):
        return False
    return isinstance(start, ArrayRef) or parse_literal(start, None).shape == parse_value("shape", shape)


def differences(flat: Page, pages: list[Page], start: str = "session") -> list[str]:
    """Return where folded pages differ from the flat page upstream of a block that both have."""
    functions = FunctionPages.of(pages[1:])
    assert not functions.unfit
    unfolded = inlined(pages[0], functions)
    mine, theirs = _Graph(flat, ()), _Graph(unfolded.page, unfolded.uses)
    pairs, todo, found = {start: start}, [start], []
    for name in todo:
        one, other = mine.blocks[name], theirs.blocks[pairs[name]]
        if (one.symbol, one.device) != (other.symbol, other.device):
            found.append(f"{name}: {one.symbol} is {other.symbol}")
        ones, others = mine.pins(name), theirs.pins(pairs[name])
        if {k: len(v) for k, v in ones.items()} != {k: len(v) for k, v in others.items()}:
            found.append(f"{name}: {sorted(ones)} are {sorted(others)}")
            continue
        for pin, given in ones.items():
            for a, b in zip(given, others[pin], strict=True):
                if not isinstance(a, PinRef) or not isinstance(b, PinRef):
                    same = a == b
                else:
                    if a.block not in pairs:
                        todo.append(a.block)
                    same = (a.pin, a.index) == (b.pin, b.index) and pairs.setdefault(
                        a.block, b.block
                    ) == b.block
                if not same:
                    found.append(f"{name}.{pin}: {a} is {b}")
    if len(set(pairs.values())) < len(pairs):
        found.append("blocks have become one")
    return found
