"""Fixes of what concerns the page as a whole: sessions, run settings, ids, monitors, symbols that no page runs."""

from __future__ import annotations

import re

from app.document.fixes.scene import Scene, there
from app.document.model.diagram import Page
from app.document.model.fix import (
    AddBlock,
    ChangeKind,
    Connect,
    Fix,
    FixChange,
    Rename,
    SetMonitor,
    SetPage,
    by_hand,
)
from app.document.model.ids import IdGiver
from app.document.model.problems import Problem
from app.document.model.sentence import Sentence, say
from app.document.model.spelling import nearest, stands_out
from blocks.symbol import Symbol

_MOST = 3
# What cures a setting of the page, by the sentence that says what is wrong with it.
_SETTINGS = {
    "setting.steps": (say("fix.one-step"), SetPage("run", "steps", 1)),
    "setting.pace": (say("fix.full-speed"), SetPage("run", "pace", None)),
    "setting.hand-over": (say("fix.hand-over"), SetPage("run", "keep_every", 5.0)),
    "setting.seed": (say("fix.no-seed"), SetPage("scope", "seed", None)),
    "setting.device": (say("fix.no-device"), SetPage("scope", "device", "")),
    "setting.remote-device": (say("fix.no-device"), SetPage("scope", "device", "")),
}
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
        return [Fix(say("fix.wire-unused", session=name), tuple(changes))]
    return [Fix(say("fix.insert", what="ClientSession"), (AddBlock(name, "ClientSession"), *changes))]


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
    return [Fix(say("fix.wire", source=ends[0], target=ends[1]), (Connect(*ends),))]


def settings(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix of one of the page's own settings: steps, pace, hand-over, seed, device."""
    change = _SETTINGS.get(problem.sentence.key)
    if problem.block is not None or change is None:
        return []
    return [Fix(change[0], (change[1],), by_hand=change[1].member == "steps")]


def condition(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of the condition that ends the run: another block or pin of like name, none at all."""
    until = scene.page.run.until
    if until is None or not (problem.code == "bad-condition" or there(problem).name == until):
        return []
    found = [
        Fix(say("fix.stop-at", condition=like), (SetPage("run", "until", like),))
        for like in _like(scene, until)
    ]
    none = by_hand(Fix(say("fix.no-condition"), (SetPage("run", "until", None),)))
    found = found if len(found) < 2 else [by_hand(fix) for fix in found[: _MOST - 1]]
    return [*found, none]


def element(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix of a condition on a pin that holds many numbers: it looks at the first one."""
    until, end = scene.page.run.until or "", f"{problem.block}.{problem.pin}"
    rank = _rank_needed(problem)
    found = re.match(rf"\s*{re.escape(end)}(?![\w\[])", until)
    if found is None or not rank:
        return []
    text = found[0] + "[0]" * rank + until[found.end() :]
    return [Fix(say("fix.stop-at", condition=text), (SetPage("run", "until", text),), by_hand=True)]


def guard(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of a pin that the NaN guard looks at: one of like name, or without it."""
    pins, text = scene.page.run.guard, there(problem).name
    if isinstance(pins, bool) or text is None or text not in pins:
        return []
    found = []
    for like in _like(scene, text):
        new = tuple(like if p == text else p for p in pins)
        found.append(Fix(say("fix.guard", pin=like), (SetPage("run", "guard", new),)))
    left = tuple(p for p in pins if p != text)
    return [*found, Fix(say("fix.unguard", pin=text), (SetPage("run", "guard", left or False),))]


def monitor(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes of a monitor's pin: one of like name, or without it."""
    if not problem.sentence.key.startswith("monitor."):
        return []
    text = problem.related[0]
    one = scene.page.monitors.get(str(problem.sentence["monitor"]))
    found = []
    if one is not None and text in one.pins:
        for like in _like(scene, text):
            pins = tuple(like if p == text else p for p in one.pins)
            found.append(Fix(say("fix.show", pin=like), (SetMonitor(one.id, pins),)))
        left = tuple(p for p in one.pins if p != text)
        gone = say("fix.remove-monitor", monitor=one.id)
        title = say("fix.remove-from-monitor", pin=text) if left else gone
        found.append(Fix(title, (SetMonitor(one.id, left),)))
    return found[:_MOST]


def _rank_needed(problem: Problem) -> int:
    """Return how many indices a pin needs by the shape found there, 0 where their number is not the fault."""
    needs = problem.requirement
    shape = needs["shape"] if isinstance(needs, Sentence) and needs.key == "needs.single-element" else ()
    return len(shape) if isinstance(shape, tuple) else 0


def bad_id(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that leaves out of an id what it may not hold."""
    old = problem.block or ""
    if old not in scene.page.blocks:
        return []
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", old).strip("_-")
    new = IdGiver(scene.page).for_copy(plain or scene.page.blocks[old].symbol.lower())
    return [Fix(say("fix.rename", name=new), (Rename(old, new),))]


def unknown_symbol(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fixes that make a block one of a symbol of like name which has the pins that are used."""
    block, name = problem.block, there(problem).name or ""
    if block not in scene.page.blocks:
        return []
    whole: list[str] = []
    lacking: list[str] = []  # which need more than is wired and typed
    for near in nearest(name, scene.catalog.names(), 2 * _MOST):
        symbol = scene.catalog.get(near)
        if symbol is None or symbol.unavailable or not has_pins(scene.page, block, symbol):
            continue
        (whole if fits(scene.page, block, symbol) else lacking).append(near)
    names = (whole + lacking)[:_MOST]
    guessed = not stands_out(name, whole or names)
    return [Fix(say("fix.make-it", symbol=n), (ChangeKind(block, n),), guessed) for n in names]


def replacement(scene: Scene, problem: Problem) -> list[Fix]:
    """Return the fix that makes a block that no page can run one of the symbol that took its place."""
    symbol = scene.symbol(problem.block)
    if symbol is None or problem.block is None or not symbol.unavailable:
        return []
    found = []
    for name in _NAMED.findall(symbol.unavailable):
        other = scene.catalog.get(name)
        if other is not None and not other.unavailable and fits(scene.page, problem.block, other):
            found.append(Fix(say("fix.make-it", symbol=other.name), (ChangeKind(problem.block, other.name),)))
    return found


def fits(page: Page, block: str, symbol: Symbol) -> bool:
    """Return whether a symbol has all the pins that a block's texts and wires use, and needs no others."""
    used = _used(page, block)[0]
    given = {pin.name for p in used if (pin := symbol.pin(p, "in")) is not None}
    return has_pins(page, block, symbol) and all(
        p.name in given or p.default for p in symbol.inputs if p.required
    )


def has_pins(page: Page, block: str, symbol: Symbol) -> bool:
    """Return whether a symbol has all the pins that a block's texts and wires use."""
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
