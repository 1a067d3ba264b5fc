"""Checks a page's wires: their ends, their kinds, how many end at a pin, and cycles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.document.checks.symbol_facts import Facts
from app.document.model.diagram import Page, PinRef, Wire
from app.document.model.fix import Fix, Reconnect
from app.document.model.problems import Problem, error
from app.document.model.spelling import nearest
from blocks.symbol import Pin
from blocks.wiring import refusal

_SHOWN = 8  # blocks of a cycle that a message names

Found = dict[str, list[Problem]]  # block id -> its problems


class _Verdict(NamedTuple):
    """What is wrong with wires between two pins of two symbols (nothing: all None)."""

    fault: bool
    pin: str  # the target pin's own name, as far as it is known
    many: bool = True
    unknown_source: bool = False
    unknown_target: bool = False
    refusal: str | None = None


class WireCheck:
    """Checks all wires of a page.

    ``wired`` holds each (block, input pin) where a sound wire ends, ``blamed`` those of faulty wires.
    """

    def __init__(self, page: Page, facts: dict[str, Facts | None], found: Found) -> None:
        """Take the blocks that are switched on, by id, and the place for problems."""
        self.page, self.facts, self.found = page, facts, found
        self.wired: set[tuple[str, str]] = set()
        self.blamed: set[tuple[str, str]] = set()
        self._verdicts: dict[tuple[str, str, bool, str, str], _Verdict] = {}

    def run(self) -> None:
        """Look at each wire once; wires of switched-off blocks do not count."""
        facts, wired, verdicts = self.facts, self.wired, self._verdicts
        blocks = self.page.blocks
        crowded = set()
        for wire in self.page.wires:
            source, target = wire.source, wire.target
            if source.block not in facts or target.block not in facts:
                self._unknown_block(wire)
                if source.block not in blocks and target.block in facts:
                    known = facts[target.block]
                    into = None if known is None else known.ins.get(target.pin)
                    self.blamed.add((target.block, target.pin if into is None else into.name))
                continue
            key = (
                blocks[source.block].symbol, source.pin, source.index is not None,
                blocks[target.block].symbol, target.pin,
            )  # fmt: skip
            verdict = verdicts.get(key)
            if verdict is None:
                verdict = verdicts[key] = self._judge(wire)
            fault, pin, many = verdict[:3]
            if fault:
                self._report(wire, verdict)
                self.blamed.add((target.block, pin))
                if verdict.unknown_source and (turned := self._input_at(source)) is not None:
                    self.blamed.add(turned)  # drawn the wrong way round, but drawn
                continue
            if target.index is not None:
                self._element_of_input(wire)
            end = (target.block, pin)
            if not many and end in wired:
                crowded.add(end)
            wired.add(end)
        if crowded:
            self._report_crowded(crowded)

    def _judge(self, wire: Wire) -> _Verdict:
        sources, targets = self.facts[wire.source.block], self.facts[wire.target.block]
        out = None if sources is None else sources.outs.get(wire.source.pin)
        into = None if targets is None else targets.ins.get(wire.target.pin)
        unknown_source = sources is not None and out is None
        if into is None:
            unknown_target = targets is not None  # of an unknown symbol any pin may be right
            fault = unknown_source or unknown_target
            return _Verdict(fault, wire.target.pin, True, unknown_source, unknown_target)
        if out is None:
            return _Verdict(unknown_source, into.name, into.many, unknown_source)
        element = wire.source.index is not None and not (wire.source.index == 0 and out.kind == "tensor")
        why = refusal(out, into, element=element)
        return _Verdict(why is not None, into.name, into.many, refusal=why)

    def _put(self, block: str, problem: Problem) -> None:
        self.found.setdefault(block, []).append(problem)

    def _unknown_block(self, wire: Wire) -> None:
        blocks = self.page.blocks
        absent = [end for end in (wire.source, wire.target) if end.block not in blocks]
        if not absent:
            return  # a block that is switched off
        end, missing = absent[0], absent[0].block
        near = nearest(missing, blocks)
        other = wire.source if missing == wire.target.block else wire.target
        here = other if other.block in blocks else None
        self._put(
            "" if here is None else here.block,
            error(
                "unknown-block",
                f"the wire {wire.source} to {wire.target} names {missing!r}, which is no block of the page",
                None if here is None else here.block,
                None if here is None else here.pin,
                related=(str(wire.source), str(wire.target)),
                wanted="a block of the page",
                actual=missing,
                hint=f"did you mean {near[0]}?" if near else "remove the wire or place the block",
                fixes=tuple(_renamed_end(wire, end, PinRef(n, end.pin, end.index)) for n in near),
            ),
        )

    def _input_at(self, end: PinRef) -> tuple[str, str] | None:
        """Return block and pin where an end lies on an input that can be wired."""
        facts = self.facts[end.block]
        pin = None if facts is None else facts.ins.get(end.pin)
        return (end.block, pin.name) if pin is not None and pin.wire else None

    def _report(self, wire: Wire, verdict: _Verdict) -> None:
        if verdict.unknown_source:
            self._unknown_pin(wire, wire.source, "out")
        turned = verdict.unknown_source and self._input_at(wire.source) is not None
        if verdict.unknown_target and not turned:
            self._unknown_pin(wire, wire.target, "in")
        if verdict.refusal is None:
            return
        sources, targets = self.facts[wire.source.block], self.facts[wire.target.block]
        out = sources.outs[wire.source.pin] if sources else None
        into = targets.ins[wire.target.pin] if targets else None
        code = "wire-kind"
        if wire.source.index is not None and out is not None and out.kind != "list(tensor)":
            code = "wire-index"
        self._put(
            wire.target.block,
            error(
                code,
                f"{wire.source} cannot be wired to {wire.target}: {verdict.refusal}",
                wire.target.block,
                verdict.pin,
                related=(str(wire.source),),
                wanted=None if into is None else into.kind if into.wire else "a text",
                actual=out.kind if out else None,
                hint=self._better_pins(wire, out, into),
            ),
        )

    def _better_pins(self, wire: Wire, out: Pin | None, into: Pin | None) -> str:
        """Return a hint: inputs of the target that take the output, else outputs that the input takes."""
        sources, targets = self.facts[wire.source.block], self.facts[wire.target.block]
        if out is not None and targets is not None:
            takers = [p.name for p in targets.symbol.inputs if p.wire and refusal(out, p) is None]
            if takers:
                return f"{wire.target.block} takes it at {' or '.join(takers[:3])}"
        if into is not None and sources is not None:
            givers = [p.name for p in sources.symbol.outputs if refusal(p, into) is None]
            if givers:
                return f"wire {' or '.join(f'{wire.source.block}.{g}' for g in givers[:3])} instead"
        return "remove the wire"

    def _unknown_pin(self, wire: Wire, end: PinRef, direction: str) -> None:
        other = wire.target if direction == "out" else wire.source
        facts = self.facts[end.block]
        assert facts is not None
        pins = facts.symbol.outputs if direction == "out" else tuple(p for p in facts.symbol.inputs if p.wire)
        names = [p.name for p in pins]
        near = nearest(end.pin, names)
        word = "output" if direction == "out" else "input"
        turned = end.pin in (facts.ins if direction == "out" else facts.outs)
        where = "a wire starts at an output and ends at an input" if turned else None
        self._put(
            end.block,
            error(
                "unknown-pin",
                f"{facts.symbol.name} has no {word} {end.pin!r}" + (f"; {where}" if where else ""),
                end.block,
                end.pin,
                related=(str(other),),
                wanted=", ".join(names) or f"no {word}: it has none",
                actual=end.pin,
                hint=f"did you mean {near[0]}?"
                if near
                else f"use {' or '.join(names[:5]) or 'another block'}",
                fixes=tuple(_renamed_end(wire, end, PinRef(end.block, n, end.index)) for n in near),
            ),
        )

    def _element_of_input(self, wire: Wire) -> None:
        self._put(
            wire.target.block,
            error(
                "wire-index",
                f"{wire.target} names an element of an input; only an output has elements",
                wire.target.block,
                wire.target.pin,
                related=(str(wire.source),),
                wanted=f"{wire.target.block}.{wire.target.pin}",
                actual=str(wire.target),
                hint=f"end the wire at {wire.target.block}.{wire.target.pin}",
            ),
        )

    def _report_crowded(self, crowded: set[tuple[str, str]]) -> None:
        sources: dict[tuple[str, str], list[str]] = {}
        for wire in self.page.wires:
            target = wire.target
            facts = self.facts.get(target.block)
            pin = facts.ins.get(target.pin) if facts is not None and wire.source.block in self.facts else None
            if pin is not None and (target.block, pin.name) in crowded:
                sources.setdefault((target.block, pin.name), []).append(str(wire.source))
        for (block, name), starts in sources.items():
            message = f"{name} takes one wire, {len(starts)} end here: {', '.join(starts[:5])}"
            hint = "keep one of them"
            more = {"related": tuple(starts), "wanted": "1", "actual": str(len(starts)), "hint": hint}
            self._put(block, error("too-many-wires", message, block, name, **more))


def _renamed_end(wire: Wire, end: PinRef, new: PinRef) -> Fix:
    """Return the fix that spells an end of a wire right."""
    source, target = (new if one is end else one for one in (wire.source, wire.target))
    change = Reconnect(str(wire.source), str(wire.target), str(source), str(target))
    return Fix(f"Wire {new} instead of {end}", (change,))


def check_cycles(page: Page, cycles: Sequence[list[str]], found: Found) -> None:
    """Report each cycle at its first block; ``related`` names the inputs that close it, in order."""
    if not cycles:
        return
    following = {(cycle[i], cycle[(i + 1) % len(cycle)]): "" for cycle in cycles for i in range(len(cycle))}
    for wire in page.wires:
        pair = (wire.source.block, wire.target.block)
        if pair in following and not following[pair]:
            following[pair] = wire.target.pin
    for cycle in cycles:
        steps = [(cycle[i - 1], cycle[i]) for i in range(len(cycle))]
        names = cycle if len(cycle) <= _SHOWN else [*cycle[:_SHOWN], f"({len(cycle) - _SHOWN} more)"]
        problem = error(
            "cycle",
            f"blocks feed each other in a circle: {' -> '.join([*names, cycle[0]])}",
            cycle[0],
            following[steps[0]],
            related=tuple(f"{target}.{following[source, target]}" for source, target in steps),
            hint="remove one of the wires, or close a loop of TensorFlow through a NextIteration block",
        )
        found.setdefault(cycle[0], []).append(problem)
