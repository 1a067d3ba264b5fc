"""Checks a page's wires: their ends, their kinds, how many end at a pin, and cycles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.document.checks.symbol_facts import Facts
from app.document.model.diagram import Page, PinRef, Wire
from app.document.model.fix import Fix, Reconnect
from app.document.model.problems import Problem, error
from app.document.model.sentence import Sentence, say
from app.document.model.spelling import Speller, is_clear, nearest
from blocks.requirement import Actual, Requirement
from blocks.symbol import Pin, PinKind
from blocks.wiring import Refusal, refusal

_SHOWN = 8  # blocks of a cycle that a message names

Found = dict[str, list[Problem]]  # block id -> its problems


class _Verdict(NamedTuple):
    """What is wrong with wires between two pins of two symbols (nothing: all None)."""

    fault: bool
    pin: str  # the target pin's own name, as far as it is known
    many: bool = True
    unknown_source: bool = False
    unknown_target: bool = False
    refusal: Refusal | None = None


_Ends = tuple[
    "Facts | None", str, bool, "Facts | None", str
]  # two pins of two symbols, and whether of an element


class WireCheck:
    """Checks wires of a page.

    ``wired`` holds each (block, input pin) where a sound wire ends, ``blamed`` those of faulty wires.
    """

    def __init__(self, page: Page, facts: dict[str, Facts | None], found: Found, speller: Speller) -> None:
        """Take the blocks that are switched on, by id, the place for problems, and who knows names that are alike."""
        self.page, self.facts, self.found, self._speller = page, facts, found, speller
        self.wired: set[tuple[str, str]] = set()
        self.blamed: set[tuple[str, str]] = set()
        self._verdicts: dict[_Ends, tuple[_Verdict, bool, str, bool]] = {}

    def run(self, wires: Sequence[Wire]) -> None:
        """Look once at each of the page's wires, or at all wires of some blocks.

        What is found is whole for the blocks of which all wires are given. Wires of switched-off blocks do not count.
        """
        facts, wired, verdicts = self.facts, self.wired, self._verdicts
        blocks = self.page.blocks
        crowded = set()
        for wire in wires:
            source, target = wire.source, wire.target
            try:
                giving, taking = facts[source.block], facts[target.block]
            except KeyError:
                self._unknown_block(wire)
                if source.block not in blocks and target.block in facts:
                    known = facts[target.block]
                    into = None if known is None else known.ins.get(target.pin)
                    self.blamed.add((target.block, target.pin if into is None else into.name))
                continue
            key = giving, source.pin, source.index is not None, taking, target.pin
            judged = verdicts.get(key)
            if judged is None:
                verdict = self._judge(wire)
                judged = verdicts[key] = verdict, verdict.fault, verdict.pin, verdict.many
            verdict, fault, pin, many = judged
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
            self._report_crowded(crowded, wires)

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
        near = self._speller.nearest(missing, blocks)
        other = wire.source if missing == wire.target.block else wire.target
        here = other if other.block in blocks else None
        self._put(
            "" if here is None else here.block,
            error(
                "unknown-block",
                say("wire.no-block", source=str(wire.source), target=str(wire.target), block=missing),
                None if here is None else here.block,
                None if here is None else here.pin,
                related=(str(wire.source), str(wire.target)),
                requirement=Requirement(form="block"),
                actual=Actual(name=missing),
                hint=say("hint.did-you-mean", names=near) if near else say("hint.remove-wire-or-place"),
                fixes=tuple(
                    _renamed_end(wire, end, PinRef(n, end.pin, end.index), is_clear(missing, blocks))
                    for n in near
                ),
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
                say(
                    "wire.refused",
                    source=str(wire.source),
                    target=str(wire.target),
                    why=refusal_sentence(verdict.refusal),
                ),
                wire.target.block,
                verdict.pin,
                related=(str(wire.source),),
                requirement=None if into is None else _takes(into),
                actual=Actual(kind=out.kind) if out else None,
                hint=self._element_or_whole(wire, verdict.refusal) or self._better_pins(wire, out, into),
            ),
        )

    @staticmethod
    def _element_or_whole(wire: Wire, why: Refusal) -> Sentence | None:
        """Return a hint where only an element of the output goes there, or only the whole of it."""
        whole = f"{wire.source.block}.{wire.source.pin}"
        fitting = {"list": f"{whole}[0]", "no-elements": whole}.get(why.reason)
        return None if fitting is None else say("hint.wire-these-instead", pins=(fitting,))

    def _better_pins(self, wire: Wire, out: Pin | None, into: Pin | None) -> Sentence:
        """Return a hint: inputs of the target that take the output, else outputs that the input takes."""
        sources, targets = self.facts[wire.source.block], self.facts[wire.target.block]
        if out is not None and targets is not None:
            takers = tuple(p.name for p in targets.symbol.inputs if p.wire and refusal(out, p) is None)
            if takers:
                return say("hint.takes-it-at", block=wire.target.block, pins=takers[:3])
        if into is not None and sources is not None:
            fitting = (p.name for p in sources.symbol.outputs if refusal(p, into) is None)
            givers = tuple(f"{wire.source.block}.{name}" for name in fitting)
            if givers:
                return say("hint.wire-these-instead", pins=givers[:3])
        return say("hint.remove-the-wire")

    def _unknown_pin(self, wire: Wire, end: PinRef, direction: str) -> None:
        other = wire.target if direction == "out" else wire.source
        facts = self.facts[end.block]
        assert facts is not None
        is_output = direction == "out"
        pins = facts.symbol.outputs if is_output else tuple(p for p in facts.symbol.inputs if p.wire)
        names = tuple(p.name for p in pins)
        near = nearest(end.pin, names)
        turned = end.pin in (facts.ins if is_output else facts.outs)
        more = say("wire.direction") if turned else None
        none = say("needs.no-output") if is_output else say("needs.no-input")
        use = say("hint.use", names=names[:5]) if names else say("hint.use-another-block")
        symbol = facts.symbol.name
        self._put(
            end.block,
            error(
                "unknown-pin",
                say("wire.no-output", symbol=symbol, pin=end.pin, more=more)
                if is_output
                else say("wire.no-input", symbol=symbol, pin=end.pin, more=more),
                end.block,
                end.pin,
                related=(str(other),),
                requirement=Requirement(names=names) if names else none,
                actual=Actual(name=end.pin),
                hint=say("hint.did-you-mean", names=near) if near else use,
                fixes=tuple(
                    _renamed_end(wire, end, PinRef(end.block, n, end.index), is_clear(end.pin, names))
                    for n in near
                ),
            ),
        )

    def _element_of_input(self, wire: Wire) -> None:
        pin = f"{wire.target.block}.{wire.target.pin}"
        self._put(
            wire.target.block,
            error(
                "wire-index",
                say("wire.element-of-input", target=str(wire.target)),
                wire.target.block,
                wire.target.pin,
                related=(str(wire.source),),
                requirement=Requirement(names=(pin,)),
                actual=Actual(name=str(wire.target)),
                hint=say("hint.end-wire-at", pin=pin),
            ),
        )

    def _report_crowded(self, crowded: set[tuple[str, str]], wires: Sequence[Wire]) -> None:
        sources: dict[tuple[str, str], list[str]] = {}
        for wire in wires:
            target = wire.target
            facts = self.facts.get(target.block)
            pin = facts.ins.get(target.pin) if facts is not None and wire.source.block in self.facts else None
            if pin is not None and (target.block, pin.name) in crowded:
                sources.setdefault((target.block, pin.name), []).append(str(wire.source))
        for (block, name), starts in sources.items():
            problem = error(
                "too-many-wires",
                say("wire.too-many", pin=name, count=len(starts), sources=tuple(starts[:5])),
                block,
                name,
                related=tuple(starts),
                requirement=say("needs.one-wire"),
                actual=Actual(count=len(starts)),
                hint=say("hint.keep-one"),
            )
            self._put(block, problem)


def _renamed_end(wire: Wire, end: PinRef, new: PinRef, clear: bool) -> Fix:
    """Return the fix that spells an end of a wire right; where another name is as near it is by hand."""
    source, target = (new if one is end else one for one in (wire.source, wire.target))
    change = Reconnect(str(wire.source), str(wire.target), str(source), str(target))
    return Fix(say("fix.wire-instead", new=str(new), old=str(end)), (change,), by_hand=not clear)


def _takes(pin: Pin) -> Requirement:
    """Return what an input takes: a kind of output, or a text only."""
    return Requirement(kind=pin.kind) if pin.wire else Requirement(form="text")


def refusal_sentence(why: Refusal) -> Sentence:
    """Return the sentence for why an output cannot be wired to an input."""
    if why.reason == "kinds":
        takes = say("kind.operation-or-output") if why.takes == "operation" else _kind(why.takes)
        return say("refusal.kinds", source=why.source, gives=_kind(why.gives), target=why.target, takes=takes)
    return Sentence(f"refusal.{why.reason}", (("source", why.source), ("target", why.target)))


def _kind(kind: PinKind) -> Sentence:
    return Sentence(f"kind.{kind}")


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
        more = len(cycle) - _SHOWN
        path = " -> ".join(cycle[:_SHOWN])
        problem = error(
            "cycle",
            say("cycle", path=path, first=cycle[0])
            if more <= 0
            else say("cycle.long", path=path, count=more, first=cycle[0]),
            cycle[0],
            following[steps[0]],
            related=tuple(f"{target}.{following[source, target]}" for source, target in steps),
            requirement=say("needs.no-cycle"),
            actual=say("actual.cycle", path=path),
            hint=say("hint.break-cycle"),
        )
        found.setdefault(cycle[0], []).append(problem)
