"""The texts of the canvas's tool tips."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from app.document.checks.wire_types import of_spec
from app.document.model.diagram import ArrayRef, PinRef
from app.document.model.problems import Problem
from app.document.model.sentence import say
from app.document.resources.weights import weight_of
from app.editor.canvas.interactions.context import CanvasContext
from app.editor.canvas.items.block_item import BlockItem
from app.editor.canvas.items.monitor_item import MonitorItem
from app.editor.canvas.items.result_card import ResultCard
from app.editor.canvas.items.wire_item import WireItem
from app.editor.canvas.page_state.hit_test import Hit
from app.editor.layout.block_geometry import PinSpot, shortened
from app.editor.results.summaries import in_a_line, summary
from app.editor.values.formats import weight_text
from app.editor.widgets.plain_text import escaped
from app.editor.widgets.unknown_symbol import unknown_text
from app.messages import actual_text, fix_title, hint_text, message_of, requirement_text, sentence_text

_MOST_TEXT = 240  # characters of a result that a tip shows
_MOST_TYPED = 2000  # of a typed text
_MOST_WORDS = 1000  # characters of a message
_MOST_PROBLEMS = 4
_TIP_PICTURE = 112  # pixels that the longer side of a picture in a tip has at least


def text_for(context: CanvasContext, hit: Hit) -> str:
    """Return the tip for what was found, as rich text with all texts of the page escaped; "" for none."""
    text = _text_for(context, hit)
    return f"<qt>{text}</qt>" if text else ""


def _text_for(context: CanvasContext, hit: Hit) -> str:
    if isinstance(hit.item, BlockItem) and hit.pin is not None:
        return _pin(context, hit.item.block_id, hit.pin)
    if isinstance(hit.item, BlockItem) and hit.kind == "card" and hit.item.result is not None:
        return _card(context, hit.item.block_id, hit.item.result)
    if isinstance(hit.item, BlockItem):
        return _block(context, hit.item.block_id)
    if isinstance(hit.item, WireItem):
        return _wire(context, hit.item)
    if isinstance(hit.item, MonitorItem):
        return escaped(hit.item.title())
    return ""


def _block(context: CanvasContext, block_id: str) -> str:
    block = context.items.page.blocks[block_id]
    symbol = context.catalog.get(block.symbol)
    lines = [f"<nobr><b>{escaped(block_id)}</b> &nbsp;{escaped(block.symbol)}</nobr>"]
    if block.label and block.label != block_id:
        lines.append(escaped(block.label))
    if symbol is None:
        lines.append(escaped(unknown_text(block.symbol)))
    elif symbol.unavailable:
        lines.append(escaped(symbol.unavailable))
    if block.off:
        lines.append("Switched off: left out of runs.")
    at_fault = context.block_marks.waiting.get(block_id)
    if at_fault:
        lines.append(f"Waits: {escaped(at_fault)} before it is at fault, so this block cannot be judged yet.")
    functions = context.document.own.functions
    held = weight_text(*weight_of([block], functions, context.feedback.types))
    if held:
        lines.append(held)
    status = context.block_marks.status_of(block_id)
    if status:
        stale = " (before the last change)" if block_id in context.block_marks.stale else ""
        lines.append(f"Last run: {escaped(status)}{stale}")
    return _joined(
        lines, [p for p in context.block_marks.problems_of(block_id) if not p.pin], context.feedback.stale
    )


def _card(context: CanvasContext, block_id: str, card: ResultCard) -> str:
    """Return what a block shows of its last result, larger."""
    full = f"{block_id}.{card.pin}"
    pictures = "&nbsp;".join(map(_picture, card.images)) if card.is_picture else ""
    lines = [f"<nobr><b>{escaped(full)}</b></nobr>", pictures, *_result(context, full)]
    return _joined([*filter(None, lines), "<i>A click opens it in full</i>"], [])


def _picture(image: QImage) -> str:
    """Return a picture for rich text, so much larger that it can be seen, with sharp pixels."""
    times = -(-_TIP_PICTURE // max(image.width(), image.height()))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.scaled(image.size() * times).save(buffer, "PNG")  # type: ignore[call-overload]
    data = bytes(buffer.data().toBase64().data()).decode("ascii")
    return f'<img src="data:image/png;base64,{data}">'


def _pin(context: CanvasContext, block_id: str, pin: PinSpot) -> str:
    block = context.items.page.blocks[block_id]
    symbol = context.catalog.get(block.symbol)
    known = symbol.pin(pin.name, pin.direction) if symbol else None
    shown = f"<b>{escaped(block_id)}.{escaped(pin.name)}</b>"
    if pin.role in ("scope", "session_scope"):
        return f"{shown}<br>The page is the scope; this pin is never wired."
    value_pin = pin.name.removeprefix("result_") if pin.direction == "result" else pin.name
    full = f"{block_id}.{value_pin}"
    kind = context.feedback.type_text(full) or (known.kind if known else "not a pin of this symbol")
    stale = " (before the last change)" if context.feedback.stale and context.feedback.type_text(full) else ""
    lines = [f"<nobr>{shown} &nbsp;{escaped(kind)}{stale}</nobr>"]
    if pin.direction == "in":
        lines += _types(context, block_id, pin)
        lines += _input(context, block_id, pin)
    if pin.direction != "in":
        lines += _result(context, full, said=kind)
    if pin.direction == "result" and not context.read_only:
        lines.append("<i>Drag it out to the page for a monitor</i>")
    return _joined(lines, context.block_marks.of_pin(block_id, pin.name, value_pin), context.feedback.stale)


def _types(context: CanvasContext, block_id: str, pin: PinSpot) -> list[str]:
    """Return what an input accepts and what it got when it failed, as far as both are known."""
    lines = []
    accepted = context.feedback.accepted.get(f"{block_id}.{pin.name}")
    if accepted is not None:
        lines.append(escaped(sentence_text(say("text.needs", needs=of_spec(accepted)))))
    failed = context.feedback.failed_inputs.get(f"{block_id}.{pin.name}")
    if failed is not None:
        lines.append(f"when it failed: {escaped(shortened(in_a_line(failed), _MOST_TEXT))}")
    return lines


def _input(context: CanvasContext, block_id: str, pin: PinSpot) -> list[str]:
    """Return where an input's value comes from."""
    wires = [w.wire for w in context.items.wires_at.get(block_id, ())
             if w.target.block_id == block_id and w.target_pin is pin]  # fmt: skip
    order = {id(w): i for i, w in enumerate(context.items.page.wires)}
    wires.sort(key=lambda w: order.get(id(w), 0))
    if wires:
        return [f"from {escaped(_typed_source(context, w.source))}" for w in wires[:6]]
    text = context.items.page.blocks[block_id].pins.get(pin.name)
    if isinstance(text, ArrayRef):
        return [f"array {escaped(text.key)} of {escaped(text.npz)}"]
    if text is not None:
        return [f"<code>{escaped(shortened(text, _MOST_TYPED))}</code>"]
    symbol = context.catalog.get(context.items.page.blocks[block_id].symbol)
    known = symbol.pin(pin.name, "in") if symbol else None
    if known is None:
        return []
    if known.required:
        return ["Must be wired or typed."]
    return [f"default {escaped(known.default)}"] if known.default else []


def _typed_source(context: CanvasContext, source: PinRef) -> str:
    kind = _kind_of(context, source)
    return f"{source}: {kind}" if kind else str(source)


def _kind_of(context: CanvasContext, source: PinRef) -> str:
    """Return dtype and shape of what a wire carries, as far as they are known."""
    types = context.feedback
    return types.type_text(str(source)) or types.type_text(f"{source.block}.{source.pin}") or ""


def _wire(context: CanvasContext, item: WireItem) -> str:
    wire = item.wire
    lines = [f"{escaped(_typed_source(context, wire.source))} → {escaped(str(wire.target))}"]
    pin, said = f"{wire.source.block}.{wire.source.pin}", _kind_of(context, wire.source)
    return _joined(lines + _result(context, pin, wire.source.index, said), [])


def _result(context: CanvasContext, pin: str, index: int | None = None, said: str = "") -> list[str]:
    """Return the last value of ``block.pin``, or of the element of a list there, if there is one.

    Its dtype and shape are left out where they are what was ``said`` of the pin already.
    """
    value = context.feedback.results.get(pin)
    if index is not None:
        from app.engine.values.results import ListValue  # late: it needs NumPy

        value = value.items[index] if isinstance(value, ListValue) and index < len(value.items) else None
    if value is None:
        return []
    notes = []
    if context.feedback.results_are_saved:
        notes = ["<i>as saved in the file</i>"]
    elif pin.partition(".")[0] in context.block_marks.stale:
        notes = ["<i>before the last change</i>"]
    text = summary(value).removeprefix(f"{said}\n") if said else summary(value)
    lines = escaped(shortened(text, _MOST_TEXT)).split("\n")
    return [*notes, *(f"<code>{line}</code>" for line in lines)]  # a block of its own has a margin above


def _joined(lines: list[str], problems: list[Problem], stale: bool = False) -> str:
    """Return lines and problems as rich text; ``stale`` ones are of before the last change."""
    for problem in problems[:_MOST_PROBLEMS]:
        before = " (before the last change)" if stale else ""
        lines.append(
            f"<b>{problem.severity}{before}:</b> {escaped(shortened(message_of(problem), _MOST_WORDS))}"
        )
        for word, text in (("wanted", requirement_text(problem)), ("is", actual_text(problem))):
            if text:
                lines.append(f"&nbsp;&nbsp;{word}: {escaped(shortened(text, _MOST_TEXT))}")
        if problem.fixes:
            lines.append(f"<i>Fix (Ctrl+.): {escaped(fix_title(problem.fixes[0]))}</i>")
        elif (hint := hint_text(problem)) is not None:
            lines.append(f"<i>{escaped(hint)}</i>")
    return "<br>".join(lines)
