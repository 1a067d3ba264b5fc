"""The actions that put monitors on the page: what kind, of which pins, and where there is room for it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, QPointF, QRectF

from app.document.editing.edits import AddMonitor, ChangeMonitor
from app.document.model.diagram import Block, Monitor
from app.document.model.ids import free_id
from app.editor.monitors.kinds import SIZES
from app.editor.monitors.literal_number import read_number, slider_ends

if TYPE_CHECKING:
    from app.editor.actions.action_set import Handlers
    from app.editor.canvas.page_canvas import PageCanvas
    from app.editor.context import EditorContext
    from app.editor.runs.reports import RowsRead
    from app.engine.values.results import Value

_MOST_CURVES = 8
_GAP = 24.0  # page units between a block and its monitor
_SEARCH = 40.0, 1200.0  # step and reach of the search for a free place, in page units


class MonitorController(QObject):
    """Acts on the pin under the last context menu, or else on the first output of the selected block."""

    def __init__(self, context: EditorContext) -> None:
        """Act on the page shown; follow the values that runs watch."""
        super().__init__(context)
        self._context = context
        context.runner.watched.connect(self._on_watched)
        context.runner.went_back.connect(self._on_went_back)

    def actions(self) -> Handlers:
        """Return what each action about monitors calls."""
        return {
            "monitor.picture": self.picture, "monitor.number": self.number, "monitor.curve": self.curve,
            "monitor.histogram": self.histogram, "monitor.table": self.table, "monitor.text": self.text,
            "monitor.control": self.control, "monitor.log": self.toggle_log,
        }  # fmt: skip

    def _on_watched(self, page: str, rows: RowsRead) -> None:
        """Give the page's curves what a run has read after every step."""
        canvas = self._context.canvas_of(page)
        factory = canvas.items.boxes.factory if canvas is not None else None
        if factory is not None:
            factory.add_rows(rows.pins, rows.first, rows.rows, rows.every)

    def _on_went_back(self, page: str, step: int) -> None:
        """Let the page's curves forget the steps that a run does anew."""
        canvas = self._context.canvas_of(page)
        factory = canvas.items.boxes.factory if canvas is not None else None
        if factory is not None:
            factory.go_back(step)

    def picture(self) -> None:
        """Show the value as a picture."""
        self._add_chosen("picture")

    def number(self) -> None:
        """Show the value, or its first element, in large figures."""
        self._add_chosen("number")

    def curve(self) -> None:
        """Show the value's elements over the steps."""
        self._add_chosen("curve")

    def table(self) -> None:
        """Show the value as a table."""
        self._add_chosen("table")

    def text(self) -> None:
        """Show the value as text."""
        self._add_chosen("text")

    def histogram(self) -> None:
        """Show how the values are distributed."""
        self._add_chosen("histogram")

    def control(self) -> None:
        """Show a slider, field or switch that types into a pin of the selected block."""
        canvas = self._context.canvas
        blocks = canvas.selection.ordered_blocks() if canvas is not None else []
        block = self._context.block(blocks[0]) if len(blocks) == 1 else None
        if canvas is None or block is None:
            self._context.show_status("Select one block first", 5000)
            return
        pin = self._pin_to_type(block)
        if pin is None:
            self._context.show_status(f"No unwired pin of {block.id} holds a text", 5000)
        else:
            self.add("control", f"{block.id}.{pin}")

    def _pin_to_type(self, block: Block) -> str | None:
        """Return the unwired pin with a text that a control suits best: a number or truth value, else any."""
        page = self._context.page
        wired = {w.target.pin for w in page.wires_to(block.id)} if page is not None else set()
        texts = {
            p: t for p, t in block.pins.items() if isinstance(t, str) and p not in wired and p != "attrs"
        }
        scalar = [p for p, t in texts.items() if read_number(t) or t.strip().lower() in ("true", "false")]
        return next(iter([*scalar, *texts]), None)

    def drop(self, key: str, kind: str, place: QPointF) -> None:
        """Put a monitor where a pin was dragged to."""
        self.add(kind, key, (place.x(), place.y()))

    def toggle_log(self) -> None:
        """Turn the logarithmic axis of the selected curves on or off."""
        page, canvas = self._context.page, self._context.canvas
        chosen = canvas.selection.ordered_monitors() if canvas is not None else []
        curves = [page.monitors[m] for m in chosen if page is not None and page.monitors[m].kind == "curve"]
        if page is None or not curves:
            self._context.show_status("Select a curve on the page first", 5000)
        for curve in curves:
            options = {k: v for k, v in curve.options.items() if k != "log"}
            if not curve.options.get("log"):
                options["log"] = True
            assert page is not None
            changed = msgspec.structs.replace(curve, options=options)
            self._context.apply(ChangeMonitor(page.name, changed))

    def _add_chosen(self, kind: str) -> None:
        canvas = self._context.canvas
        blocks = canvas.selection.ordered_blocks() if canvas is not None else []
        if canvas is None or len(blocks) != 1:
            self._context.show_status("Select one block, or open the menu of one of its outputs", 5000)
            return
        key = self._key_of(canvas, blocks[0])
        if key is None:
            self._context.show_status(f"{blocks[0]} has no output to show", 5000)
        else:
            self.add(kind, key)

    def _key_of(self, canvas: PageCanvas, block_id: str) -> str | None:
        """Return the output that the menu was opened at, else the block's first one that has a value."""
        if canvas.events.menu_pin is not None and canvas.events.menu_pin.block == block_id:
            return str(canvas.events.menu_pin)
        return self._context.output_to_show(block_id)

    def add(self, kind: str, key: str, at: tuple[float, float] | None = None) -> str | None:
        """Put a monitor of ``block.pin`` at a place (None: near its block); return its id, None where refused."""
        page, canvas = self._context.page, self._context.canvas
        if page is None or canvas is None:
            return None
        pins = pins_for(kind, key, self._context.results.page(page.name).values.get(key))
        if at is None:
            at = self._free_place(canvas, key.partition(".")[0], SIZES[kind])
        options = self._control_options(key) if kind == "control" else {}
        made = Monitor(id=free_id(page, kind), kind=kind, pins=pins, at=at, size=SIZES[kind], options=options)
        if not self._context.apply(AddMonitor(page.name, made)):
            return None
        canvas.selection.choose_ids([made.id])
        return made.id

    def _free_place(
        self, canvas: PageCanvas, block_id: str, size: tuple[float, float]
    ) -> tuple[float, float]:
        items = canvas.items
        items.finish()
        taken = [item.rect() for shown in (items.blocks, items.monitors) for item in shown.values()]
        taken += [note.rect() for note in items.notes.values() if not note.is_frame]
        block = items.blocks.get(block_id)
        return free_place(block.rect() if block is not None else QRectF(), size, taken)

    def _control_options(self, key: str) -> dict[str, float]:
        """Return the ends of a slider for a pin that holds a number."""
        block_id, _, pin = key.partition(".")
        block = self._context.block(block_id)
        text = block.pins.get(pin) if block is not None else None
        number = read_number(text) if isinstance(text, str) else None
        return dict(zip(("min", "max"), slider_ends(number), strict=True)) if number is not None else {}


def pins_for(kind: str, key: str, value: Value | None) -> tuple[str, ...]:
    """Return the pins that a new monitor names: for numbers and curves elements, as far as they are known."""
    from app.engine.values.results import ListValue, TensorValue  # late: it needs NumPy

    if isinstance(value, ListValue) and kind != "table" and value.items:
        key, value = f"{key}[0]", value.items[0]
    if kind not in ("number", "curve") or not isinstance(value, TensorValue) or not value.array.ndim:
        return (key,)
    places = itertools.product(*(range(n) for n in value.shape))
    most = _MOST_CURVES if kind == "curve" else 1
    named = (key + "".join(f"[{i}]" for i in place) for place in itertools.islice(places, most))
    return tuple(named) or (key,)


def free_place(block: QRectF, size: tuple[float, float], taken: Iterable[QRectF]) -> tuple[float, float]:
    """Return the place nearest to below the block where a monitor covers nothing."""
    step, reach = _SEARCH
    nearest = QPointF(block.left(), block.bottom() + _GAP)
    rects = [rect.adjusted(-8, -8, 8, 8) for rect in taken]
    count = int(reach / step)
    offsets = [(x * step, y * step) for y in range(-count, count + 1) for x in range(-count, count + 1)]
    for dx, dy in sorted(offsets, key=lambda o: (o[0] ** 2 + o[1] ** 2, -o[1], -o[0])):
        found = QRectF(nearest.x() + dx, nearest.y() + dy, *size)
        if not any(found.intersects(rect) for rect in rects):
            return round(found.x()), round(found.y())
    return round(nearest.x()), round(nearest.y())
