"""Fixes of wires: other ends, one wire too many, an empty pin, a circle.

Which wire stays, which element is meant and an output that feeds others already are guesses, so such a fix is by hand.
"""

from __future__ import annotations

from app.document.fixes.scene import Scene, dt_name, highest_required
from app.document.model.diagram import PinRef, Wire
from app.document.model.fix import Connect, Disconnect, Fix, FixChange, Reconnect, WritePin, by_hand
from app.document.model.problems import Problem
from app.document.model.sentence import say
from blocks.symbol import Pin
from blocks.wiring import refusal

_MOST = 3


def lost_end(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of wires with an end on no pin or no block: turned round, led to the only fit, removed."""
    found: list[Fix] = []
    for wire in _wires_of(scene, problem):
        turned = _turned(scene, wire)
        fitting = [turned] if turned is not None else _other_ends(scene, wire)
        into = scene.pin(wire.target.block, wire.target.pin)
        if wire.source.block not in scene.page.blocks and into is not None and not problem.fixes:
            source = _only_output(scene, wire.target, into)
            fitting = [(source, wire.target)] if source is not None else []
        found += [_guessed(scene, _moved(wire, *ends), ends[0], wire) for ends in fitting]
        if not fitting and not _leaves_hole(scene, wire):
            found.append(_removed(wire))
    return found[:_MOST]


def idle_text(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that removes a text under the name of no pin, which does nothing."""
    block = scene.page.blocks.get(problem.block or "")
    if block is None or problem.pin not in block.pins or problem.related:
        return []
    return [Fix(say("fix.remove-text"), (WritePin(block.id, problem.pin, None),))]


def reference(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that wires the only Variable's reference to a pin which gets a value."""
    pin = scene.pin(problem.block, problem.pin)
    arg = scene.arg(problem.block, pin) if problem.block is not None and pin is not None else None
    if problem.block is None or pin is None or arg is None or not arg.is_ref:
        return []
    target = PinRef(problem.block, pin.name)
    source = _only_output(scene, target, pin)
    return [_moved(w, source, target) for w in scene.wires_to(*_at(target)) if source is not None][:1]


def _at(end: PinRef) -> tuple[str, str]:
    return end.block, end.pin


def wrong_kind(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of a wire between pins that do not go together."""
    found: list[Fix] = []
    for wire in _wires_of(scene, problem):
        out = scene.pin(wire.source.block, wire.source.pin, "out")
        into = scene.pin(wire.target.block, wire.target.pin)
        if out is None or into is None:
            continue
        if refusal(out, into, element=wire.source.index is not None) is None:
            continue
        found += _element_or_whole(wire, out, into)
        found += [_moved(wire, *ends) for ends in _other_ends(scene, wire)]
        found += _text_instead(scene, wire, into)
        if not found and not _leaves_hole(scene, wire):
            found.append(_removed(wire))
    return list(dict.fromkeys(found))[:_MOST]


def wrong_element(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of an element that there is not: the output itself, or the last element."""
    found = wrong_kind(scene, problem)
    for wire in _wires_of(scene, problem):
        source, target = wire.source, wire.target
        if target.index is not None:
            found.append(_moved(wire, source, PinRef(target.block, target.pin)))
        highest = highest_required(problem)
        count = _elements(scene, source) or (0 if highest is None else highest + 1)
        if source.index is not None and count and source.index >= count:
            found.append(by_hand(_moved(wire, PinRef(source.block, source.pin, count - 1), target)))
    return list(dict.fromkeys(found))[:_MOST]


def crowded(scene: Scene, problem: Problem) -> list[Fix]:
    """Return one fix for each wire of a pin that takes one: it stays, the others go."""
    wires = scene.wires_to(problem.block or "", problem.pin or "")
    found = []
    for staying in wires[:_MOST]:
        changes: list[FixChange] = []
        seen: dict[tuple[str, str], int] = {}
        for wire in wires:
            ends = (str(wire.source), str(wire.target))
            if wire is staying:
                seen[ends] = seen.get(ends, 0) + 1
            else:
                changes.append(Disconnect(*ends, seen.get(ends, 0)))
        if changes:
            found.append(Fix(say("fix.only-wire", source=str(staying.source)), tuple(changes), by_hand=True))
    return list({fix.title: fix for fix in found}.values())


def empty(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that wires the only fitting output to an empty pin."""
    pin = scene.pin(problem.block, problem.pin)
    if problem.block is None or pin is None or not pin.wire:
        return []
    target = PinRef(problem.block, pin.name)
    source = _only_output(scene, target, pin)
    return [_guessed(scene, _connected(source, target), source)] if source else []


def circle(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that removes one wire of a circle, one that leaves no empty pin if there is one."""
    targets = set(problem.related)  # not read as addresses: an id of a foreign file need not be one
    entering = [w for w in scene.page.wires if str(PinRef(w.target.block, w.target.pin)) in targets]
    blocks = {wire.target.block for wire in entering}
    closing = [wire for wire in entering if wire.source.block in blocks]
    rank = {block: i for i, block in enumerate(scene.page.blocks)}
    harmless = [w for w in closing if not _leaves_hole(scene, w)]
    backward = [w for w in harmless or closing if rank[w.source.block] >= rank[w.target.block]]
    chosen = (backward or harmless or closing)[-1:]
    return [by_hand(_removed(w, leaves=not harmless)) for w in chosen]


# --- which wires ---------------------------------------------------------------------------------------------


def _wires_of(scene: Scene, problem: Problem) -> list[Wire]:
    """Return the wires that a problem is about: one end at its pin and the other among ``related``, or both there."""
    related = set(problem.related)
    found = []
    for wire in scene.page.wires:
        ends = str(wire.source), str(wire.target)
        if len(related) == 2 and related == set(ends):
            found.append(wire)
            continue
        pin = scene.pin(wire.target.block, wire.target.pin)
        at_source = (wire.source.block, wire.source.pin) == (problem.block, problem.pin)
        at_target = wire.target.block == problem.block and problem.pin in (wire.target.pin, pin and pin.name)
        if (at_source and (ends[1] in related)) or (at_target and (ends[0] in related or not related)):
            found.append(wire)
    return found


def _connected(source: PinRef, target: PinRef) -> Fix:
    ends = str(source), str(target)
    return Fix(say("fix.wire", source=ends[0], target=ends[1]), (Connect(*ends),))


def _moved(wire: Wire, source: PinRef, target: PinRef) -> Fix:
    changes = (Reconnect(str(wire.source), str(wire.target), str(source), str(target)),)
    return Fix(say("fix.wire", source=str(source), target=str(target)), changes)


def _guessed(scene: Scene, fix: Fix, source: PinRef, wire: Wire | None = None) -> Fix:
    """Return the fix as one by hand where it takes another output than the wire did, one that feeds others already."""
    if wire is not None and wire.source.block == source.block:
        return fix
    return by_hand(fix) if scene.uses(source.block, source.pin) else fix


def _removed(wire: Wire, *, leaves: bool = False) -> Fix:
    """Return the fix that takes a wire out; ``leaves``: its pin is empty then, which is the user's to fill."""
    source, target = str(wire.source), str(wire.target)
    title = say("fix.remove-wire", source=source, target=target)
    if leaves:
        title = say("fix.remove-wire-leaving", source=source, target=target, pin=wire.target.pin)
    return Fix(title, (Disconnect(source, target),))


def _leaves_hole(scene: Scene, wire: Wire) -> bool:
    """Return whether the target needs something and has nothing once this wire is gone."""
    pin = scene.pin(wire.target.block, wire.target.pin)
    if pin is None or not pin.required or pin.default:
        return False
    others = [w for w in scene.wires_to(wire.target.block, pin.name) if w is not wire]
    return not others and not scene.text(wire.target.block, pin)


# --- where a wire could go instead ---------------------------------------------------------------------------


def _turned(scene: Scene, wire: Wire) -> tuple[PinRef, PinRef] | None:
    """Return the ends of a wire that was drawn from an input to an output, the right way round."""
    into = scene.pin(wire.source.block, wire.source.pin)
    if into is None or scene.pin(wire.source.block, wire.source.pin, "out") is not None:
        return None
    end = PinRef(wire.source.block, into.name)
    out = scene.pin(wire.target.block, wire.target.pin, "out")
    outs = [out] if out is not None else _outputs(scene, wire.target.block)
    fitting = [o for o in outs if _takes(scene, end, into, o)]
    return (PinRef(wire.target.block, fitting[0].name), end) if len(fitting) == 1 else None


def _other_ends(scene: Scene, wire: Wire) -> list[tuple[PinRef, PinRef]]:
    """Return the ends that the wire could have with one of them moved to another pin of its block.

    Only where one pin alone is free and fits; the source's block comes first if the target pin is right.
    """
    source, target = wire.source, wire.target
    out, into = scene.pin(source.block, source.pin, "out"), scene.pin(target.block, target.pin)
    found: list[tuple[PinRef, PinRef]] = []
    if into is not None and into.wire:
        outs = [o for o in _outputs(scene, source.block) if o is not out and refusal(o, into) is None]
        if len(outs) == 1:
            found.append((PinRef(source.block, outs[0].name), target))
    if out is not None:
        symbol = scene.symbol(target.block)
        ends = [(PinRef(target.block, p.name), p) for p in (symbol.inputs if symbol else ()) if p is not into]
        takers = [end for end, p in ends if _takes(scene, end, p, out, source.index is not None)]
        needy = [t for t in takers if (p := scene.pin(t.block, t.pin)) is not None and p.required]
        chosen = needy if len(needy) == 1 else takers
        if len(chosen) == 1:
            found.append((source, chosen[0]))
    return found


def _outputs(scene: Scene, block: str) -> list[Pin]:
    symbol = scene.symbol(block)
    return list(symbol.outputs) if symbol is not None else []


def _takes(scene: Scene, end: PinRef, pin: Pin, out: Pin, element: bool = False) -> bool:
    """Return whether a pin is free for a wire from an output of this kind."""
    free = pin.many or not (scene.wires_to(end.block, end.pin) or scene.text(end.block, pin))
    return free and refusal(out, pin, element=element) is None


def _element_or_whole(wire: Wire, out: Pin, into: Pin) -> list[Fix]:
    """Return the fixes of an element where the whole is required, and of a list where one tensor is."""
    source, target = wire.source, wire.target
    if source.index is None and out.kind == "list(tensor)" and refusal(out, into, element=True) is None:
        return [by_hand(_moved(wire, PinRef(source.block, source.pin, 0), target))]
    if source.index is not None and refusal(out, into) is None:
        return [_moved(wire, PinRef(source.block, source.pin), target)]
    return []


def _text_instead(scene: Scene, wire: Wire, into: Pin) -> list[Fix]:
    """Return the fix that types the constant that is wired to a pin which takes a text only."""
    literal = scene.literal(wire.source.block)
    if into.wire or into.kind == "scope" or literal is None:
        return []
    pin = scene.pin(wire.source.block, "val")
    text = scene.text(wire.source.block, pin) if pin is not None else None
    if not isinstance(text, str) or not scene.reads(wire.target.block, into, text):
        return []
    end = f"{wire.target.block}.{into.name}"
    changes: list[FixChange] = [Disconnect(str(wire.source), str(wire.target))]
    changes += scene.typed(wire.target.block, into, text)
    return [Fix(say("fix.write-in", text=text, where=end), tuple(changes))]


def _elements(scene: Scene, source: PinRef) -> int:
    """Return how many elements an output list has as far as the types say; 0 where they do not."""
    count = 0
    while f"{source.block}.{source.pin}[{count}]" in scene.types:
        count += 1
    return count


# --- the only fitting output ---------------------------------------------------------------------------------


def _only_output(scene: Scene, target: PinRef, pin: Pin) -> PinRef | None:
    """Return the one output that fits a pin and that no other would be as good as; None where several do.

    One that feeds nothing yet counts before those that feed others.
    """
    behind: set[str] = set()
    for used in (False, True):
        fitting: list[PinRef] = []
        for block, out in scene.outputs_used(used):
            if refusal(out, pin) is not None or not _fits(scene, target, pin, block, out):
                continue
            behind = behind or scene.behind(target.block)
            if block not in behind:
                fitting.append(PinRef(block, out.name))
            if len(fitting) == 2:
                return None
        if fitting:
            return fitting[0]
    return None


def _fits(scene: Scene, target: PinRef, pin: Pin, block: str, out: Pin) -> bool:
    """Return whether dtype, rank and kind of reference agree as far as they are known."""
    arg, source_op = scene.arg(target.block, pin), scene.op(block)
    if arg is not None and arg.is_ref:
        given = next((a for a in source_op.outputs if a.name == out.arg), None) if source_op else None
        if given is None or not given.is_ref:
            return False
    have = scene.type_of(PinRef(block, out.name))
    op = scene.op(target.block)
    attr = op.attr(arg.type_attr) if op is not None and arg is not None and arg.type_attr else None
    if have is None:  # a guess only where the pin takes whatever comes
        return (arg is None or not arg.dtype) and (attr is None or not attr.allowed)
    dtype = dt_name(have.dtype)
    if arg is not None and arg.dtype not in (None, dtype):
        return False
    if attr is not None and attr.allowed and dtype not in attr.allowed:
        return False
    needed = scene.required.get(f"{target.block}.{pin.name}")
    if needed is None:
        return True
    if needed.dtype and dt_name(needed.dtype) not in (None, dtype):
        return False
    return needed.shape is None or have.shape is None or _same_sizes(needed.shape, have.shape)


def _same_sizes(one: tuple[int | None, ...], other: tuple[int | None, ...]) -> bool:
    return len(one) == len(other) and all(
        a is None or b is None or a == b for a, b in zip(one, other, strict=True)
    )
