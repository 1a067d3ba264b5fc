"""The texts of the canvas's tool tips."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from app.document.checks.wire_types import wanted_words
from app.document.model.diagram import ArrayRef, PinRef
from app.document.model.problems import Problem
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_state.hit_test import Hit
from app.editor.layout.block_geometry import PinSpot, shortened
from app.editor.results.summaries import in_a_line, summary

if TYPE_CHECKING:
    from app.editor.canvas.page_canvas import PageCanvas

_MOST_TEXT = 240  # characters of a typed text or result that a tip shows
_MOST_PROBLEMS = 4


def text_for(canvas: PageCanvas, hit: Hit) -> str:
    """Return the tip for what was found, as rich text; "" for none."""
    if isinstance(hit.item, BlockItem) and hit.pin is not None:
        return _pin(canvas, hit.item.block_id, hit.pin)
    if isinstance(hit.item, BlockItem):
        return _block(canvas, hit.item.block_id)
    if isinstance(hit.item, WireItem):
        return _wire(canvas, hit.item)
    if isinstance(hit.item, MonitorItem):
        return escape(hit.item.title())
    return ""


def _block(canvas: PageCanvas, block_id: str) -> str:
    block = canvas.items.page.blocks[block_id]
    symbol = canvas.catalog.get(block.symbol)
    lines = [f"<b>{escape(block_id)}</b> &nbsp;{escape(block.symbol)}"]
    if symbol is None:
        lines.append("The catalog has no symbol of this name; the block is kept as it is.")
    elif symbol.unavailable:
        lines.append(escape(symbol.unavailable))
    if block.off:
        lines.append("Switched off: left out of runs.")
    at_fault = canvas.marking.waiting.get(block_id)
    if at_fault:
        lines.append(f"Waits: {escape(at_fault)} before it is at fault, so this block cannot be judged yet.")
    status = canvas.status_of(block_id)
    if status:
        lines.append(f"Last run: {escape(status)}")
    return _joined(lines, [p for p in canvas.problems_of(block_id) if not p.pin], canvas.stale)


def _pin(canvas: PageCanvas, block_id: str, pin: PinSpot) -> str:
    block = canvas.items.page.blocks[block_id]
    symbol = canvas.catalog.get(block.symbol)
    known = symbol.pin(pin.name, pin.direction) if symbol else None
    shown = f"<b>{escape(block_id)}.{escape(pin.name)}</b>"
    if pin.role in ("scope", "session_scope"):
        return f"{shown}<br>The page is the scope; this pin is never wired."
    value_pin = pin.name.removeprefix("result_") if pin.direction == "result" else pin.name
    full = f"{block_id}.{value_pin}"
    kind = canvas.type_text(full) or (known.kind if known else "not a pin of this symbol")
    stale = " (before the last change)" if canvas.stale and canvas.type_text(full) else ""
    lines = [f"{shown} &nbsp;{escape(kind)}{stale}"]
    if pin.direction == "in":
        lines += _types(canvas, block_id, pin)
        lines += _input(canvas, block_id, pin)
    if pin.direction != "in":
        lines += _result(canvas, full)
    if pin.direction == "result" and not canvas.read_only:
        lines.append("<i>Drag it out to the page for a monitor</i>")
    return _joined(lines, canvas.marking.of_pin(block_id, pin.name, value_pin), canvas.stale)


def _types(canvas: PageCanvas, block_id: str, pin: PinSpot) -> list[str]:
    """Return what an input wants and what it gets, as far as both are known."""
    lines = []
    wanted = canvas.wanted.get(f"{block_id}.{pin.name}")
    if wanted is not None:
        lines.append(f"wants {escape(wanted_words(wanted))}")
    kept = canvas.failed_inputs.get(f"{block_id}.{pin.name}")
    if kept is not None:
        lines.append(f"when it failed: {escape(shortened(in_a_line(kept), _MOST_TEXT))}")
    return lines


def _input(canvas: PageCanvas, block_id: str, pin: PinSpot) -> list[str]:
    """Return where an input's value comes from."""
    wires = [w.wire for w in canvas.items.wires_at.get(block_id, ())
             if w.target.block_id == block_id and w.target_pin is pin]  # fmt: skip
    order = {id(w): i for i, w in enumerate(canvas.items.page.wires)}
    wires.sort(key=lambda w: order.get(id(w), 0))
    if wires:
        return [f"from {escape(_typed_source(canvas, w.source))}" for w in wires[:6]]
    text = canvas.items.page.blocks[block_id].pins.get(pin.name)
    if isinstance(text, ArrayRef):
        return [f"array {escape(text.key)} of {escape(text.npz)}"]
    if text is not None:
        return [f"<code>{escape(shortened(text, _MOST_TEXT))}</code>"]
    symbol = canvas.catalog.get(canvas.items.page.blocks[block_id].symbol)
    known = symbol.pin(pin.name, "in") if symbol else None
    if known is None:
        return []
    if known.required:
        return ["Must be wired or typed."]
    return [f"default {escape(known.default)}"] if known.default else []


def _typed_source(canvas: PageCanvas, source: PinRef) -> str:
    kind = canvas.type_text(str(source)) or canvas.type_text(f"{source.block}.{source.pin}")
    return f"{source}: {kind}" if kind else str(source)


def _wire(canvas: PageCanvas, item: WireItem) -> str:
    wire = item.wire
    lines = [f"{escape(_typed_source(canvas, wire.source))} → {escape(str(wire.target))}"]
    return _joined(lines + _result(canvas, f"{wire.source.block}.{wire.source.pin}"), [])


def _result(canvas: PageCanvas, pin: str) -> list[str]:
    """Return the last value of ``block.pin``, if there is one."""
    value = canvas.results.get(pin)
    if value is None:
        return []
    saved = ["<i>as saved in the file</i>"] if canvas.results_are_saved else []
    return [*saved, f"<pre>{escape(shortened(summary(value), _MOST_TEXT))}</pre>"]


def _joined(lines: list[str], problems: list[Problem], stale: bool = False) -> str:
    """Return lines and problems as rich text; ``stale`` ones are of before the last change."""
    for problem in problems[:_MOST_PROBLEMS]:
        before = " (before the last change)" if stale else ""
        lines.append(f"<b>{problem.severity}{before}:</b> {escape(problem.message)}")
        for word, text in (("wanted", problem.wanted), ("is", problem.actual)):
            if text:
                lines.append(f"&nbsp;&nbsp;{word}: {escape(shortened(text, _MOST_TEXT))}")
        if problem.fixes:
            lines.append(f"<i>Fix (Ctrl+.): {escape(problem.fixes[0].title)}</i>")
        elif problem.hint:
            lines.append(f"<i>{escape(problem.hint)}</i>")
    return "<br>".join(lines)
