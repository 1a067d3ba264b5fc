"""Fixes of what concerns the page as a whole: sessions, run settings, ids, monitors, symbols that no page runs."""

from __future__ import annotations

import re

from app.document.fixes.scene import Scene
from app.document.model.diagram import Page
from app.document.model.fix import AddBlock, ChangeKind, Connect, Fix, FixChange, Rename, SetMonitor, SetPage
from app.document.model.ids import IdGiver
from app.document.model.problems import Problem
from app.document.model.spelling import nearest
from app.messages import actual_text, message_of
from blocks.symbol import Symbol

_MOST = 3
_NAMED = re.compile(r"\b(?:Use|by|with|replaced by|has been replaced with) ([A-Z]\w+)")


def session(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that lets a session run what nothing consumes: the page's own, or a new one."""
    there = [b for b in scene.page.blocks if (s := scene.symbol(b)) is not None and s.name == "ClientSession"]
    changes: list[FixChange] = []
    name = there[0] if there else scene.namer().for_symbol("ClientSession")
    behind = set().union(*(scene.behind(b) for b in there))
    for block, pin in scene.outputs_used(False):
        if block in behind:
            continue
        if pin.kind in ("tensor", "list(tensor)"):
            changes.append(Connect(f"{block}.{pin.name}", f"{name}.fetch_outputs"))
        elif pin.kind == "operation":
            changes.append(Connect(f"{block}.{pin.name}", f"{name}.run_outputs"))
        elif pin.kind == "feed":
            changes.append(Connect(f"{block}.{pin.name}", f"{name}.inputs"))
    if not any(isinstance(c, Connect) and not c.target.endswith(".inputs") for c in changes):
        return []
    if there:
        return [Fix(f"Wire the unused outputs to {name}", tuple(changes))]
    return [Fix("Insert ClientSession", (AddBlock(name, "ClientSession"), *changes))]


def unfed(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that leads the FeedType of a placeholder to the session, or to a new one."""
    symbol = scene.symbol(problem.block)
    if symbol is None or symbol.name != "Placeholder":
        return []
    feeds = [
        b for b in scene.page.blocks
        if (s := scene.symbol(b)) is not None and s.name == "FeedType" and not scene.uses(b, "output")
        and any(w.source.block == problem.block for w in scene.wires_to(b, "input"))
    ]  # fmt: skip
    there = [b for b in scene.page.blocks if (s := scene.symbol(b)) is not None and s.name == "ClientSession"]
    if len(feeds) != 1:
        return []
    if not there:
        return session(scene, problem)
    ends = f"{feeds[0]}.output", f"{there[0]}.inputs"
    return [Fix(f"Wire {ends[0]} to {ends[1]}", (Connect(*ends),))]


def settings(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of the page's own settings: steps, pace, seed, device."""
    if problem.block is not None:
        return []
    run, scope = scene.page.run, scene.page.scope
    if run.steps is not None and run.steps < 1:
        return [Fix("Run 1 step", (SetPage("run", "steps", 1),))]
    if run.pace is not None and run.pace <= 0:
        return [Fix("Run at full speed", (SetPage("run", "pace", None),))]
    if run.keep_every <= 0:
        return [Fix("Keep the Variables every 5 seconds", (SetPage("run", "keep_every", 5.0),))]
    if scope.seed is not None and not -(2**63) <= scope.seed < 2**63:
        return [Fix("Take the seed away", (SetPage("scope", "seed", None),))]
    if scope.device and "device" in message_of(problem):
        return [Fix("Take the device away", (SetPage("scope", "device", ""),))]
    return []


def condition(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of the condition that ends the run: another block or pin of like name, none at all."""
    until = scene.page.run.until
    if until is None or not (problem.code == "bad-condition" or actual_text(problem) == until):
        return []
    found = [Fix(f"Stop at {like}", (SetPage("run", "until", like),)) for like in _like(scene, until)]
    return [*found[: _MOST - 1], Fix("Remove the condition", (SetPage("run", "until", None),))]


def element(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix of a condition on a pin that holds many numbers: it looks at the first one."""
    until, end = scene.page.run.until or "", f"{problem.block}.{problem.pin}"
    known = scene.types.get(end)
    found = re.match(rf"\s*{re.escape(end)}(?![\w\[])", until)
    if found is None or known is None or not known.shape:
        return []
    text = found[0] + "[0]" * len(known.shape) + until[found.end() :]
    return [Fix(f"Stop at {text}", (SetPage("run", "until", text),))]


def guard(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of a pin that the NaN guard looks at: one of like name, or without it."""
    pins = scene.page.run.guard
    if isinstance(pins, bool) or actual_text(problem) not in pins:
        return []
    found = []
    for like in _like(scene, actual_text(problem) or ""):
        new = tuple(like if p == actual_text(problem) else p for p in pins)
        found.append(Fix(f"Guard {like}", (SetPage("run", "guard", new),)))
    left = tuple(p for p in pins if p != actual_text(problem))
    return [*found, Fix(f"Guard without {actual_text(problem)}", (SetPage("run", "guard", left or False),))]


def monitor(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of a monitor's pin: one of like name, or without it."""
    if len(problem.related) != 1:
        return []
    text = problem.related[0]
    found = []
    for one in scene.page.monitors.values():
        if text not in one.pins or f"monitor {one.id} " not in message_of(problem):
            continue
        for like in _like(scene, text):
            pins = tuple(like if p == text else p for p in one.pins)
            found.append(Fix(f"Show {like}", (SetMonitor(one.id, pins),)))
        left = tuple(p for p in one.pins if p != text)
        title = f"Remove {text} from the monitor" if left else f"Remove the monitor {one.id}"
        found.append(Fix(title, (SetMonitor(one.id, left),)))
    return found[:_MOST]


def bad_id(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that leaves out of an id what it may not hold."""
    old = problem.block or ""
    if old not in scene.page.blocks:
        return []
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", old).strip("_-")
    new = IdGiver(scene.page).for_copy(plain or scene.page.blocks[old].symbol.lower())
    return [Fix(f"Rename to {new}", (Rename(old, new),))]


def unknown_symbol(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that make a block one of a symbol of like name which has the pins that are used."""
    block, name = problem.block, actual_text(problem) or ""
    if block not in scene.page.blocks:
        return []
    whole: list[Fix] = []
    lacking: list[Fix] = []  # which need more than is wired and typed
    for near in nearest(name, scene.catalog.names(), 2 * _MOST):
        symbol = scene.catalog.get(near)
        if symbol is None or symbol.unavailable or not has_pins(scene.page, block, symbol):
            continue
        group = whole if fits(scene.page, block, symbol) else lacking
        group.append(Fix(f"Make it a {near}", (ChangeKind(block, near),)))
    return (whole + lacking)[:_MOST]


def replacement(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that makes a block that no page can run one of the symbol that took its place."""
    symbol = scene.symbol(problem.block)
    if symbol is None or problem.block is None or not symbol.unavailable:
        return []
    found = []
    for name in _NAMED.findall(symbol.unavailable):
        other = scene.catalog.get(name)
        if other is not None and not other.unavailable and fits(scene.page, problem.block, other):
            found.append(Fix(f"Make it a {other.name}", (ChangeKind(problem.block, other.name),)))
    return found


def fits(page: Page, block: str, symbol: Symbol) -> bool:
    """Tell whether a symbol has all the pins that a block's texts and wires use, and needs no others."""
    used = _used(page, block)[0]
    given = {pin.name for p in used if (pin := symbol.pin(p, "in")) is not None}
    return has_pins(page, block, symbol) and all(
        p.name in given or p.default for p in symbol.inputs if p.required
    )


def has_pins(page: Page, block: str, symbol: Symbol) -> bool:
    """Tell whether a symbol has all the pins that a block's texts and wires use."""
    ins, outs = _used(page, block)
    return all(symbol.pin(p, "in") for p in ins) and all(symbol.pin(p, "out") for p in outs)


def _used(page: Page, block: str) -> tuple[set[str], set[str]]:
    texts = {p for p, text in page.blocks[block].pins.items() if text}
    ins = {w.target.pin for w in page.wires if w.target.block == block}
    return texts | ins, {w.source.pin for w in page.wires if w.source.block == block}


def _like(scene: Scene, text: str) -> list[str]:
    """Return a text that begins with ``block.pin`` with the block or the pin of a like name."""
    block, dot, rest = text.partition(".")
    found = re.match(r"\w+", rest)
    if not dot or found is None:
        return []
    if block not in scene.page.blocks:
        likes = [n for n in nearest(block, scene.page.blocks, _MOST) if scene.pin(n, found[0], "out")]
        return [f"{name}.{rest}" for name in likes]
    symbol = scene.symbol(block)
    names = (
        [p.name for p in symbol.outputs if p.kind in ("tensor", "list(tensor)")] if symbol is not None else []
    )
    if found[0] in names:
        return []
    near = nearest(found[0], names, _MOST) or (tuple(names) if len(names) == 1 else ())
    return [f"{block}.{name}{rest[found.end() :]}" for name in near]
